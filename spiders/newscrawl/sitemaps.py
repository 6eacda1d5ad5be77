"""Sitemaps: plain lists, indexes, gzip, and Google's news extension, read as a stream.

https://www.sitemaps.org/protocol.html and
https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap
"""

from __future__ import annotations

import codecs
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO, Literal

from lxml import etree

from newscrawl.dates import parse_last_change, parse_timestamp
from newscrawl.links import absolute_url

# Asked in this order, only where robots.txt names no sitemap; the first that is one ends the search.
USUAL_PLACES = (
    "/sitemap.xml",
    "/sitemap_index.xml",
    "/sitemap-news.xml",
    "/news-sitemap.xml",
    "/sitemap.xml.gz",
    "/sitemap.txt",
)
# The protocol allows a file 50 MiB uncompressed and 50,000 URLs. Files that hold more are read on, as they come,
# up to what would be a bomb.
MAX_BYTES = 52_428_800
MAX_UNPACKED = 10 * MAX_BYTES
MAX_URLS = 50_000
MAX_DEPTH = 4  # an index may name sitemaps only; some sites nest indexes once or twice
_MAX_SILENCE = (
    1_000_000  # bytes without an entry; a page's entry with a thousand pictures has a fifth of that
)
_CHUNK = 65_536
_NAMED_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[-_/.]?(0?[1-9]|1[0-2])?(?:[-_/.]?(0[1-9]|[12]\d|3[01]))?(?!\d)"
)
_NUMBER = re.compile(r"\d{1,15}")
_OPEN_REFERENCE = re.compile(rb"&[#\w.-]{0,30}\Z")  # whose end is still to be read
_BARE_AMPERSAND = re.compile(rb"&(?!#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][\w.-]{0,29};)")


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
        language: The language of the news publication; empty without news data.
    """

    kind: Literal["sitemap", "news", "page"]
    url: str
    title: str
    dated: datetime | None
    language: str = ""


def read_sitemap(document: bytes | BinaryIO, url: str) -> Iterator[SitemapEntry]:
    """The entries of a sitemap, one at a time; a broken document gives what stands before the break.

    Neither memory nor the work between two entries grows with the document.

    Args:
        document: It, as it is or gzipped; a file is read from where it stands.
        url: Where it came from; relative locations are resolved against it.

    Raises:
        NotASitemapError: If the document is no sitemap.
    """
    file = io.BytesIO(document) if isinstance(document, bytes) else document
    unpacked = _Unpacked(file)
    beginning = unpacked.read(1024)
    start = beginning.lstrip(b"\xef\xbb\xbf \t\r\n")
    whole = _Joined(beginning[len(beginning) - len(start) :], unpacked)
    if start.startswith((b"http://", b"https://")):
        entries = _read_text(whole, url)
    elif start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or (
        start.startswith(b"<") and not start[:15].lower().startswith((b"<!doctype html", b"<html"))
    ):
        entries = _read_xml(whole, url)
    else:
        raise NotASitemapError(url)
    for entry in entries:
        whole.silence = 0
        yield entry


def newest_first(entry: SitemapEntry) -> tuple[bool, float, bool, tuple[int, ...]]:
    """Sort key: the newest first, by date, else by the date or number in the name; undated news before all.

    An index's children without a date are commonly named by month or numbered in the order of growth.
    """
    if entry.dated:
        return (entry.kind != "news", -entry.dated.timestamp(), False, ())
    name = entry.url.partition("://")[2].partition("/")[2]
    named = _NAMED_DATE.search(name)
    if named:
        year, month, day = (int(each or 0) for each in named.groups())
        last = datetime(year, month or 12, min(day or 28, 28), tzinfo=UTC)  # good enough to rank by
        return (entry.kind != "news", -last.timestamp(), False, ())
    numbers = tuple(-int(number) for number in _NUMBER.findall(name)[-2:])
    return (entry.kind != "news", 0.0, not numbers, numbers)


class _Unpacked:
    """A file's bytes, gzip undone if it is packed; ends quietly where the packed stream breaks or grows too much."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._waiting = file.read(_CHUNK)
        packed = self._waiting.startswith(b"\x1f\x8b")
        self._stream = zlib.decompressobj(wbits=31) if packed else None
        self._left = MAX_UNPACKED

    def read(self, size: int = -1) -> bytes:
        size = min(self._left, size if size >= 0 else _CHUNK)
        given = self._unpack(size) if self._stream else self._plain(size)
        self._left -= len(given)
        return given

    def _plain(self, size: int) -> bytes:
        given = self._waiting[:size] or self._file.read(size)
        self._waiting = self._waiting[size:]
        return given

    def _unpack(self, size: int) -> bytes:
        while self._stream and size:
            if self._stream.eof:  # several members may follow one another
                self._waiting = self._stream.unused_data or self._file.read(_CHUNK)
                self._stream = zlib.decompressobj(wbits=31)
            packed = self._waiting or self._file.read(_CHUNK)
            try:
                given = self._stream.decompress(packed, size)
            except zlib.error:
                self._stream = None
                return b""
            self._waiting = self._stream.unconsumed_tail
            if given:
                return given
            if not packed:
                return b""
        return b""


class _Joined:
    """A file whose beginning was read already; it ends where nothing is found in it for long.

    Attributes:
        silence: Number of bytes given since the last entry.
    """

    def __init__(self, beginning: bytes, rest: _Unpacked) -> None:
        self._beginning = beginning
        self._rest = rest
        self.silence = 0

    def read(self, size: int = -1) -> bytes:
        if self.silence > _MAX_SILENCE:
            return b""
        if self._beginning and size:
            given = self._beginning if size < 0 else self._beginning[:size]
            self._beginning = self._beginning[len(given) :]
        else:
            given = self._rest.read(size)
        self.silence += len(given)
        return given


class _Escaped:
    """A file with an ampersand escaped where it begins no reference, as in URLs that a site wrote as they were.

    A parser that recovers from it would lose the parameter behind it.
    """

    def __init__(self, file: _Joined) -> None:
        self._file = file
        self._is_wide: bool | None = None  # UTF-16, which is left as it is

    def read(self, size: int = -1) -> bytes:
        given = self._file.read(size)
        if self._is_wide is None:
            self._is_wide = given.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        if self._is_wide:
            return given
        while _OPEN_REFERENCE.search(given, max(0, len(given) - 32)) and (more := self._file.read(size)):
            given += more
        return _BARE_AMPERSAND.sub(b"&amp;", given)


def _read_text(file: _Joined, url: str) -> Iterator[SitemapEntry]:
    kept = b""
    while chunk := file.read(_CHUNK):
        *lines, kept = (kept + chunk).split(b"\n")
        kept = kept[:_CHUNK]  # a line of that length is no URL
        for line in lines:
            yield from _text_entry(line, url)
    yield from _text_entry(kept, url)


def _text_entry(line: bytes, url: str) -> Iterator[SitemapEntry]:
    text = line.decode("utf-8", "replace").strip()
    location = absolute_url(url, text) if text.startswith(("http://", "https://")) else ""
    if location:
        yield SitemapEntry("page", location, "", None)


def _read_xml(file: _Joined, url: str) -> Iterator[SitemapEntry]:
    found_root = False
    events = etree.iterparse(
        _Escaped(file),  # all that lxml asks for is `read`
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
                # what was read is let go, or the tree grows to the whole file
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except etree.XMLSyntaxError:
        pass
    if not found_root:
        raise NotASitemapError(url)


def _entry(element: etree._Element, name: str, url: str) -> SitemapEntry | None:
    location = title = language = ""
    changed: datetime | None = None
    published: datetime | None = None
    is_news = False
    for child in element.iter():
        if not isinstance(child.tag, str):
            continue
        space, _, tag = child.tag.rpartition("}")
        in_news = "sitemap-news" in space
        is_news = is_news or in_news
        # escaped twice: by the site, or here, inside of CDATA
        text = (child.text or "").strip().replace("&amp;", "&")
        if tag == "loc" and child.getparent() is element:
            location = absolute_url(url, text) if text else ""
        elif tag == "lastmod":
            changed = parse_last_change(text)
        elif tag == "publication_date":
            published = parse_timestamp(text)
        elif tag == "language" and in_news:
            language = text
        elif tag == "title" and in_news:
            title = text
    if not location:
        return None
    if name == "sitemap":
        return SitemapEntry("sitemap", location, "", changed)
    return SitemapEntry("news" if is_news else "page", location, title, published or changed, language)
