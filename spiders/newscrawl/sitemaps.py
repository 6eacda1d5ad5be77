"""Sitemaps: plain lists, indexes, gzip, and Google's news extension, read as a stream.

https://www.sitemaps.org/protocol.html and
https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from lxml import etree

from newscrawl.feeds import parse_timestamp
from newscrawl.links import absolute_url

# Asked in this order, only where robots.txt names no sitemap; the first that is one ends the search.
USUAL_PLACES = (
    "/sitemap.xml",
    "/sitemap_index.xml",
    "/sitemap-news.xml",
    "/news-sitemap.xml",
    "/sitemap.xml.gz",
)
MAX_BYTES = 52_428_800  # the protocol allows 50 MiB uncompressed
MAX_DEPTH = 4  # an index may name sitemaps only; some sites nest indexes once or twice


class NotASitemapError(Exception):
    """The document is no sitemap."""


@dataclass(frozen=True, slots=True)
class SitemapEntry:
    """One line of a sitemap.

    Attributes:
        kind: ``sitemap`` for a child of an index; ``news`` for a page with news data; ``page`` for any other.
        url: Absolute URL.
        title: The news title; empty without news data.
        dated: The last change or, for news, the publication; None if the sitemap does not say.
    """

    kind: Literal["sitemap", "news", "page"]
    url: str
    title: str
    dated: datetime | None


def read_sitemap(body: bytes, url: str) -> Iterator[SitemapEntry]:
    """The entries of a sitemap, one at a time; a broken document gives what stands before the break.

    Args:
        body: The document, as it is or gzipped.
        url: Where it came from; relative locations are resolved against it.

    Raises:
        NotASitemapError: If the document is no sitemap.
    """
    document = _unpack(body)
    start = document[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"http://", b"https://")):
        yield from _read_text(document, url)
    elif start.startswith(b"<") and not start[:15].lower().startswith((b"<!doctype html", b"<html")):
        yield from _read_xml(document, url)
    else:
        raise NotASitemapError(url)


def _unpack(body: bytes) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body
    stream = zlib.decompressobj(wbits=31)
    try:
        return stream.decompress(body, MAX_BYTES)
    except zlib.error:
        return b""


def _read_text(document: bytes, url: str) -> Iterator[SitemapEntry]:
    for line in document.decode("utf-8", "replace").splitlines():
        location = absolute_url(url, line) if line.strip().startswith(("http://", "https://")) else ""
        if location:
            yield SitemapEntry("page", location, "", None)


def _read_xml(document: bytes, url: str) -> Iterator[SitemapEntry]:
    found_root = False
    events = etree.iterparse(
        io.BytesIO(document),
        events=("start", "end"),
        recover=True,
        no_network=True,
        load_dtd=False,
        resolve_entities=False,
    )
    try:
        for event, element in events:
            name = etree.QName(element).localname.lower() if isinstance(element.tag, str) else ""
            if event == "start":
                if not found_root and name not in ("urlset", "sitemapindex"):
                    raise NotASitemapError(url)
                found_root = True
            elif name in ("url", "sitemap"):
                entry = _entry(element, name, url)
                if entry:
                    yield entry
                element.clear()
                while (
                    element.getprevious() is not None
                ):  # what was read is let go, or the tree grows to the whole file
                    del element.getparent()[0]
    except etree.XMLSyntaxError:
        if not found_root:
            raise NotASitemapError(url) from None


def _entry(element: etree._Element, name: str, url: str) -> SitemapEntry | None:
    location = title = ""
    changed: datetime | None = None
    published: datetime | None = None
    is_news = False
    for child in element.iter():
        if not isinstance(child.tag, str):
            continue
        tag = etree.QName(child)
        text = (child.text or "").strip()
        is_news = is_news or "sitemap-news" in (tag.namespace or "")
        if tag.localname == "loc" and child.getparent() is element:
            location = absolute_url(url, text) if text else ""
        elif tag.localname == "lastmod":
            changed = parse_timestamp(text)
        elif tag.localname == "publication_date":
            published = parse_timestamp(text)
        elif tag.localname == "title" and "sitemap-news" in (tag.namespace or ""):
            title = text
    if not location:
        return None
    if name == "sitemap":
        return SitemapEntry("sitemap", location, "", changed)
    return SitemapEntry("news" if is_news else "page", location, title, published or changed)
