"""Feeds (RSS, RDF, Atom, JSON Feed): where a site links them, where they usually stand, what they name."""

from __future__ import annotations

import codecs
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from time import struct_time
from urllib.parse import unquote, urlsplit

import feedparser
from lxml.html import HtmlElement

from newscrawl.dates import parse_timestamp, plausible
from newscrawl.links import absolute_url

FEED_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"}
)
# Asked in this order, only where a site links no feed; the first that is one ends the search.
USUAL_PLACES = ("/rss.xml", "/feed", "/rss", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json")
# An ordinary link to a feed, as on a page that lists a site's feeds.
_FEED_PATH = re.compile(
    r"(?:^|/)(?:rss|feeds?|atom)(?:[/_.-]|\d?$)|\.(?:rss|atom|rdf)$|/(?:rss|feed|atom|index)\.(?:xml|json)$|[-_.](?:rss|feed)(?:\.xml)?$",
    re.IGNORECASE,
)
MAX_ENTRIES = 10_000  # of a feed; the longest that sites offer have a tenth of that
_LONGEST_TITLE = 1000  # characters
_OTHER_FEED = re.compile(r"comment|podcast|audio|video|kommentar", re.IGNORECASE)


class NotAFeedError(Exception):
    """The document is no feed."""


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry of a feed.

    Attributes:
        url: Absolute URL.
        title: Title as given; may hold markup. A very long one is cut.
        dated: When it was last changed, else published; None if the feed does not say.
        published: When it was published; None if the feed does not say.
        language: Language of the feed, as it writes it; empty if it does not say.
    """

    url: str
    title: str
    dated: datetime | None
    published: datetime | None = None
    language: str = ""


def linked_feeds(tree: HtmlElement, base: str) -> list[str]:
    """The feeds that a page names, in order: in ``link rel="alternate"`` (RSS Autodiscovery), else by links.

    Feeds of comments, podcasts and videos are left out.
    """
    found: dict[str, None] = {}
    for link in tree.iter("link"):
        rel = (link.get("rel") or "").lower().split()
        kind = (link.get("type") or "").lower().partition(";")[0].strip()
        url = absolute_url(base, link.get("href") or "")
        if "alternate" in rel and kind in FEED_TYPES and url and not _OTHER_FEED.search(url):
            found[url] = None
    for link in tree.iter("a"):
        url = absolute_url(base, link.get("href") or "")
        kind = (link.get("type") or "").lower()
        if url and not _OTHER_FEED.search(url) and (kind in FEED_TYPES or _FEED_PATH.search(_path(url))):
            found[url] = None
    return list(found)


def section_feed(feed: str, front: str, section: str) -> str:
    """Where a section's feed stands if it stands as the front page's does: ``/feed``, so ``/sport/feed``.

    Args:
        feed: URL of the front page's feed.
        front: URL of the front page.
        section: URL of the section.

    Returns:
        Empty if the front page's feed does not stand right below it.
    """
    place = _path(feed).removeprefix(_path(front).rstrip("/")).lstrip("/")
    if not place or "/" in place or urlsplit(feed).netloc != urlsplit(section).netloc:
        return ""
    return absolute_url(section.partition("?")[0].rstrip("/") + "/", place)


def _path(url: str) -> str:
    return unquote(urlsplit(url).path).rstrip("/")


def read_feed(body: bytes, url: str, content_type: str = "") -> Iterator[FeedEntry]:
    """The entries of a feed, whatever it calls itself.

    Args:
        body: The document.
        url: Where it came from; relative links are resolved against it.
        content_type: Its ``Content-Type``; only an encoding is taken from it, where the document names none.

    Raises:
        NotAFeedError: If the document is no feed of a known kind.
    """
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        body = body.decode("utf-16", "replace").encode()
    start = body[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"{"):
        yield from _read_json_feed(body, url)
        return
    headers = (
        {"content-type": content_type} if "charset" in content_type and b"encoding=" not in start else {}
    )
    # titles and links are all that is read: no sanitizing of markup, no resolving inside it
    feed = feedparser.parse(
        io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    if not feed.get("version"):
        raise NotAFeedError(url)
    language = str(feed.feed.get("language") or "")
    for entry in feed.entries:
        reference = str(entry.get("feedburner_origlink") or entry.get("link") or "")
        link = absolute_url(url, reference) if reference else ""
        if link:
            # asked for only if it is there: feedparser answers for a missing "updated" with "published"
            published = _moment(entry["published_parsed"]) if "published_parsed" in entry else None
            changed = _moment(entry["updated_parsed"]) if "updated_parsed" in entry else None
            title = str(entry.get("title") or "")[:_LONGEST_TITLE]
            yield FeedEntry(link, title, changed or published, published, language)


def _moment(parsed: struct_time | None) -> datetime | None:
    """A time that feedparser has read, which is in UTC."""
    try:
        return plausible(datetime(*parsed[:6], tzinfo=UTC)) if parsed else None
    except (ValueError, OverflowError):
        return None


def _read_json_feed(body: bytes, url: str) -> Iterator[FeedEntry]:
    """JSON Feed 1.1, https://www.jsonfeed.org/version/1.1/."""
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotAFeedError(url) from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list) or "jsonfeed.org" not in str(feed.get("version")):
        raise NotAFeedError(url)
    language = feed.get("language")
    for item in items:
        reference = item.get("url") if isinstance(item, dict) else None
        link = absolute_url(url, reference) if isinstance(reference, str) and reference else ""
        if link:
            title = item.get("title")
            published = parse_timestamp(item.get("date_published"))
            yield FeedEntry(
                link,
                title[:_LONGEST_TITLE] if isinstance(title, str) else "",
                parse_timestamp(item.get("date_modified")) or published,
                published,
                language if isinstance(language, str) else "",
            )
