"""Feeds (RSS, RDF, Atom, JSON Feed): where a site links them, where they usually stand, what they name."""

from __future__ import annotations

import calendar
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import feedparser
from lxml.html import HtmlElement

from newscrawl.links import absolute_url

FEED_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"}
)
# Asked in this order, only where a site links no feed; the first that is one ends the search.
USUAL_PLACES = ("/rss.xml", "/feed", "/rss", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json")


class NotAFeedError(Exception):
    """The document is no feed."""


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry of a feed.

    Attributes:
        url: Absolute URL.
        title: Title as given; may hold markup.
        dated: When it was last changed, else published; None if the feed does not say.
    """

    url: str
    title: str
    dated: datetime | None


def linked_feeds(tree: HtmlElement, base: str) -> list[str]:
    """The feeds that a page names in ``link rel="alternate"`` (RSS Autodiscovery), in order."""
    found: dict[str, None] = {}
    for link in tree.iter("link"):
        rel = (link.get("rel") or "").lower().split()
        kind = (link.get("type") or "").lower().partition(";")[0].strip()
        url = absolute_url(base, link.get("href") or "")
        if "alternate" in rel and kind in FEED_TYPES and url and "comments" not in url.lower():
            found[url] = None
    return list(found)


def read_feed(body: bytes, url: str) -> Iterator[FeedEntry]:
    """The entries of a feed.

    Args:
        body: The document.
        url: Where it came from; relative links are resolved against it.

    Raises:
        NotAFeedError: If the document is no feed of a known kind.
    """
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        yield from _read_json_feed(body, url)
        return
    # titles and links are all that is read: no sanitizing of markup, no resolving inside it
    feed = feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
    if not feed.get("version"):
        raise NotAFeedError(url)
    for entry in feed.entries:
        reference = str(entry.get("feedburner_origlink") or entry.get("link") or "")
        link = absolute_url(url, reference) if reference else ""
        if link:
            # a set, since feedparser answers for a missing "updated" with "published" and a warning
            given = {"updated_parsed", "published_parsed"} & set(entry)
            stamp = entry[max(given)] if given else None
            dated = datetime.fromtimestamp(calendar.timegm(stamp), UTC) if stamp else None
            yield FeedEntry(link, str(entry.get("title") or ""), dated)


def _read_json_feed(body: bytes, url: str) -> Iterator[FeedEntry]:
    """JSON Feed 1.1, https://www.jsonfeed.org/version/1.1/."""
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotAFeedError(url) from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list) or "jsonfeed.org" not in str(feed.get("version")):
        raise NotAFeedError(url)
    for item in items:
        reference = item.get("url") if isinstance(item, dict) else None
        link = absolute_url(url, reference) if isinstance(reference, str) and reference else ""
        if link:
            title = item.get("title")
            dated = parse_timestamp(item.get("date_modified") or item.get("date_published"))
            yield FeedEntry(link, title if isinstance(title, str) else "", dated)


def parse_timestamp(value: object) -> datetime | None:
    """An ISO 8601 date or time, aware; without a zone it is taken as UTC; None if it is none."""
    if not isinstance(value, str):
        return None
    try:
        stamp = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    return stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)
