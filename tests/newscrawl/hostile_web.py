"""A web server that answers as no server should: each path its own wrong, byte by byte."""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import brotli
from small_web import article

from newscrawl.compression import zstd

MEGABYTE = 1_000_000
ENDLESS = 10**15  # bytes
STORED, FAILED, SKIPPED, QUARANTINED = "stored", "failed", "skipped", "quarantined"
Pieces = Iterator[bytes]


@dataclass(frozen=True)
class Wrong:
    """An answer, and what becomes of it.

    Attributes:
        build: The answer's bytes, piece by piece; when they end, so does the connection.
        outcome: The kind of outcome and its reason; several where the speed of the machine decides.
    """

    build: Callable[[], bytes | Pieces]
    outcome: tuple[str, str] | frozenset[tuple[str, str]]


def answer(
    body: bytes = b"", *headers: str, status: str = "200 OK", length: int | str | None = None
) -> bytes:
    """A response; its length is that of the body, unless it is to lie."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers]
    if not any(header.lower().startswith("content-type") for header in headers):
        lines.append("Content-Type: text/html; charset=utf-8")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + end


def endless(head: bytes, piece: bytes) -> Pieces:
    yield head
    while True:
        yield piece
        time.sleep(0.005)  # or the machine does nothing else


def dripping(data: bytes) -> Pieces:
    """One byte after the other, each in time, never done."""
    for index in range(len(data)):
        yield data[index : index + 1]
        time.sleep(0.3)


def dripped_body() -> Pieces:
    yield answer(length=5000)
    yield from dripping(b"a" * 5000)


def silent() -> Pieces:
    time.sleep(600)
    yield b""


def reset() -> Pieces:
    yield b"RESET"


def packed(body: bytes, encoding: str = "gzip") -> bytes:
    return answer(body, f"Content-Encoding: {encoding}")


def nested(body: bytes, times: int) -> bytes:
    for _ in range(times):
        body = gzip.compress(body)
    return body


@cache
def gzip_bomb() -> bytes:
    """200 MB in 200 KB."""
    packer = zlib.compressobj(9, wbits=31)
    piece = bytes(MEGABYTE)
    return b"".join(packer.compress(piece) for _ in range(200)) + packer.flush()


def page(title: str, inside: str = "", head: str = "") -> bytes:
    return article(title, head).replace(
        b"</article>", inside.encode("utf-8", "surrogatepass") + b"</article>"
    )


def text_as(title: str, encoding: str) -> bytes:
    return article(title).decode().replace("utf-8", encoding).encode(encoding)


HEAVY = article("Heavy") + b"<div><p>Words stand here, and more follow.</p></div>" * 180_000
LINKS_IN_LINKS = b"<a href=/more>" * 400_000
DATES = "2026-13-45T99:99:99.999999999999+99:99 " * 500
AUTHORS = json.dumps(
    {"@type": "NewsArticle", "author": [{"@type": "Person", "name": f"Ada {n}"} for n in range(100_000)]}
)
GOOD = (STORED, "")
CUT, BROKEN, LATE, LARGE = (
    (FAILED, "truncated"),
    (FAILED, "connection"),
    (FAILED, "timeout"),
    (FAILED, "too-large"),
)
LARGE_OR_LATE = frozenset({LARGE, LATE})
NO_TEXT = (SKIPPED, "empty")

WRONGS = {
    # the connection
    "says nothing": Wrong(silent, LATE),
    "hangs up": Wrong(lambda: b"", BROKEN),
    "resets": Wrong(reset, BROKEN),
    "drips its headers": Wrong(lambda: dripping(answer(article("x"))), LATE),
    "drips its body": Wrong(dripped_body, LATE),
    # the status line and headers
    "no status line": Wrong(lambda: article("No status line"), BROKEN),
    "an odd status": Wrong(lambda: answer(article("x"), status="999 Strange"), (FAILED, "http-999")),
    "a status beyond numbers": Wrong(lambda: answer(article("x"), status="2xx OK"), BROKEN),
    "interim answers without end": Wrong(lambda: endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100), LARGE_OR_LATE),
    "headers without end": Wrong(lambda: endless(b"HTTP/1.1 200 OK\r\n", b"X-More: and more\r\n" * 500), LARGE_OR_LATE),
    "a header without end": Wrong(lambda: endless(b"HTTP/1.1 200 OK\r\nX-More: ", b"and more " * 1000), BROKEN),
    "a header of a megabyte": Wrong(lambda: answer(article("x"), "X-More: " + "a" * MEGABYTE), BROKEN),
    "100,000 headers": Wrong(lambda: answer(article("x"), *["X-More: a"] * 100_000), LARGE),
    "2,000 cookies": Wrong(lambda: answer(article("Cookies"), *[f"Set-Cookie: a{n}=b" for n in range(2_000)]), GOOD),
    "a header line that is none": Wrong(lambda: answer(article("Odd header line"), "no colon at all", ": no name"), GOOD),
    "control characters in headers": Wrong(lambda: answer(article("Odd header"), "X-Odd: \x01\x02\x7f\xff"), GOOD),
    "a Link header of brackets": Wrong(lambda: answer(article("Brackets"), "Link: " + "<" * 1500 + ">;rel=" + " " * 10_000 + "x"), GOOD),
    "a Link header of relations": Wrong(lambda: answer(article("Relations"), "Link: " + ", ".join(["<a>; rel=license"] * 900)), GOOD),
    # the length
    "a length too great": Wrong(lambda: answer(article("x"), length=100_000), CUT),
    "a length too small": Wrong(lambda: answer(article("A length too small"), length=1500), CUT),
    "a length below zero": Wrong(lambda: answer(article("x"), length=-5), BROKEN),
    "a length in words": Wrong(lambda: answer(article("x"), length="many"), BROKEN),
    "two lengths": Wrong(lambda: answer(article("x"), "Content-Length: 5"), BROKEN),
    "a length beyond the limit": Wrong(lambda: answer(article("x"), length=ENDLESS), LARGE),
    "chunks without end": Wrong(lambda: endless(chunked(end=b""), b"ffff\r\n" + b"a" * 65535 + b"\r\n"), LARGE_OR_LATE),
    "a chunk of odd size": Wrong(lambda: chunked(article("x"), end=b"xyz\r\n"), CUT),
    "a chunk of all memory": Wrong(lambda: chunked(end=b"ffffffffffffffff\r\n" + article("x")), CUT),
    "chunks cut short": Wrong(lambda: chunked(article("x"), end=b""), CUT),
    "a body without end": Wrong(lambda: endless(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", b"<p>a" * 9000), LARGE_OR_LATE),
    # redirects
    "10,000 redirects": Wrong(lambda: b"", (FAILED, "redirect-loop")),
    "redirects to itself": Wrong(lambda: b"", (FAILED, "redirect-loop")),
    "redirects nowhere": Wrong(lambda: answer(status="302 Found"), (FAILED, "http-302")),
    "redirects to no URL": Wrong(lambda: answer(b"", "Location: http://[", status="302 Found"), (FAILED, "redirect")),
    "redirects to bytes": Wrong(lambda: answer(b"", "Location: http://\xff\xfe\x01:x/", status="302 Found"), (FAILED, "redirect")),
    "redirects to a long URL": Wrong(lambda: answer(b"", "Location: /" + "a" * 15_000, status="302 Found"), (FAILED, "http-404")),
    # encodings of the body
    "gzip cut short": Wrong(lambda: packed(gzip.compress(article("x"))[:-20]), CUT),
    "brotli cut short": Wrong(lambda: packed(brotli.compress(article("x"))[:-20], "br"), CUT),
    "zstd cut short": Wrong(lambda: packed(zstd.compress(article("x"))[:-20], "zstd"), CUT),
    "gzip bomb": Wrong(lambda: packed(gzip_bomb()), LARGE),
    "gzip bomb in gzip": Wrong(lambda: packed(gzip.compress(gzip_bomb()), "gzip, gzip"), LARGE),
    "deflate bomb": Wrong(lambda: packed(zlib.compress(bytes(60 * MEGABYTE)), "deflate"), LARGE),
    "brotli bomb": Wrong(lambda: packed(brotli.compress(bytes(60 * MEGABYTE), quality=3), "br"), LARGE),
    "zstd bomb": Wrong(lambda: packed(zstd.compress(bytes(60 * MEGABYTE)), "zstd"), LARGE),
    "three encodings": Wrong(lambda: packed(nested(article("Three encodings"), 3), "gzip, gzip, gzip"), GOOD),
    "a thousand encodings": Wrong(lambda: packed(article("x"), ", ".join(["gzip"] * 1000)), (FAILED, "bad-encoding")),
    "gzip that is none": Wrong(lambda: packed(article("x")), (FAILED, "bad-encoding")),
    "gzip with rubbish behind": Wrong(lambda: packed(gzip.compress(article("Rubbish behind it")) + b"\0\1\2"), GOOD),
    "an encoding nobody knows": Wrong(lambda: packed(article("In the clear"), "rot13"), GOOD),
    # character sets
    "a lying charset": Wrong(lambda: answer(article("Łódź und Ærø"), "Content-Type: text/html; charset=shift_jis"), GOOD),
    "a charset nobody knows": Wrong(lambda: answer(article("Klingon"), "Content-Type: text/html; charset=klingon"), GOOD),
    "a charset of 10,000 letters": Wrong(lambda: answer(article("Letters"), "Content-Type: text/html; charset=" + "a" * 10_000), GOOD),
    "utf-16 that says utf-8": Wrong(lambda: answer(article("Sixteen").decode().encode("utf-16")), GOOD),
    "utf-32": Wrong(lambda: answer(article("Thirty-two").decode().encode("utf-32")), GOOD),
    "utf-7": Wrong(lambda: answer(text_as("Seven", "utf-7"), "Content-Type: text/html; charset=utf-7"), GOOD),
    "NUL characters": Wrong(lambda: answer(article("Nul").replace(b"harbour", b"har\0bour")), GOOD),
    "lone surrogates": Wrong(lambda: answer(page("Surrogates", "<p>\ud800 and \udfff</p>")), GOOD),
    "bytes of no charset": Wrong(lambda: answer(bytes(range(256)) * 100), (SKIPPED, "not-html")),
    # what is no page
    "a PDF": Wrong(lambda: answer(b"%PDF-1.7\n%\xe2\xe3\n1 0 obj << /Length 9 >> stream\n" + bytes(range(256)) * 99), (SKIPPED, "not-html")),
    "a picture": Wrong(lambda: answer(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 99), (SKIPPED, "not-html")),
    "no content type": Wrong(lambda: answer(article("No content type"), "Content-Type: "), GOOD),
    "nothing": Wrong(lambda: answer(b""), NO_TEXT),
    # the page
    "more than 10 MB": Wrong(lambda: answer(b"<p>" + b"word " * 2_100_000), LARGE),
    "100,000 authors": Wrong(lambda: answer(page("Authors", head=f'<script type="application/ld+json">{AUTHORS}</script>')), GOOD),
    "nested deep": Wrong(lambda: answer(article("Deep") + b"<div>" * 2_000), GOOD),
    "attributes": Wrong(lambda: answer(page("Attributes", "<p " + " ".join(f"a{n}=1" for n in range(5_000)) + ">x</p>")), GOOD),
    "a huge table": Wrong(lambda: answer(page("Table", "<table>" + "<tr><td>1<td>2" * 500 + "</table>")), GOOD),
    "entities": Wrong(lambda: answer(page("Entities", "<p>" + "&bogus;&#0;&#x110000;" * 10_000 + "</p>")), GOOD),
    "siblings": Wrong(lambda: answer(page("Siblings", "<i>x</i>" * 20_000)), GOOD),
    "date strings": Wrong(lambda: answer(page("Dates", f"<time datetime='{DATES}'>{DATES}</time>" * 50, f'<meta name=date content="{DATES}">')), GOOD),
    "script tags without end": Wrong(lambda: answer(page("Scripts", "license" + "<script type=application/ld+json>" * 30_000)), GOOD),
    "more than a process can bear": Wrong(lambda: answer(HEAVY), (QUARANTINED, "timeout")),
}  # fmt: skip

LINK = '<a href="/{}">Words</a>'
RSS = b'<?xml version="1.0"?><rss version="2.0"><channel>'
ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
READ, SOURCE_LATE = (SKIPPED, "source"), (QUARANTINED, "source-timeout")
READ_OR_LATE = frozenset({READ, SOURCE_LATE})

# What a site's own pages may be; the first part of a name says as what it is linked.
SOURCES = {
    "front of links in links": Wrong(lambda: answer(LINKS_IN_LINKS), SOURCE_LATE),
    "front of tag soup": Wrong(lambda: answer(b"<a href=/soup>x<div><p><table></b>" * 100_000), READ_OR_LATE),
    "front nested deep": Wrong(lambda: answer(b"<div>" * 500_000), READ_OR_LATE),
    "front of pages without end": Wrong(lambda: answer(b"<base href='/%b/'>" % (b"a" * 1900) + b"".join(b"<a href=%d>x" % n for n in range(20_000))), READ_OR_LATE),
    "feed of entries": Wrong(lambda: answer(RSS + b"<item><link>/a</link></item>" * 200_000), SOURCE_LATE),
    "feed of entities": Wrong(lambda: answer(b'<!DOCTYPE r [<!ENTITY e0 "a">' + ENTITIES.encode() + b"]>" + RSS + b"<item><title>&e9;</title><link>/a</link></item>"), READ_OR_LATE),
    "feed of open tags": Wrong(lambda: answer(RSS + b"<" * 4_000_000), SOURCE_LATE),
    "section of controls": Wrong(lambda: answer(b"<div class=load-more data-url=/x>" * 60_000), READ_OR_LATE),
    "section of lists": Wrong(lambda: answer(b"[" * 1_000_000, "Content-Type: application/json"), READ_OR_LATE),
    "sitemap of children": Wrong(lambda: answer(b"<urlset><url>" + b"<a>" * 700_000), READ),
    "sitemap of siblings": Wrong(lambda: answer(b"<urlset><url>" + b"<a/>" * 500_000), READ),
    "sitemap of one location": Wrong(lambda: answer(b"<urlset><url><loc>" + b"a" * 5_000_000), READ),
    "sitemap bomb": Wrong(lambda: answer(gzip_bomb(), "Content-Type: application/gzip"), (SKIPPED, "not-a-sitemap")),
}  # fmt: skip


class HostileWeb:
    """Serves each of :data:`WRONGS` at ``/2026/03/14/wrong-story-number-N``, and a good story beside each.

    The front page ``/`` links the feeds and sections of :data:`SOURCES`, and robots.txt the sitemaps.
    """

    def __init__(self) -> None:
        self.names = list(WRONGS)
        self.sources = {f"/{name.replace(' ', '-')}": wrong for name, wrong in SOURCES.items()}
        gzip_bomb()  # now, not while a crawl waits for it
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.port: int = self._socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def urls(self) -> Iterator[tuple[str, str]]:
        """URL and name of each wrong and, under an empty name, of the good story behind it."""
        base = f"http://127.0.0.1:{self.port}/2026/03/14"
        for number, name in enumerate(self.names):
            yield f"{base}/wrong-story-number-{number}", name
            yield f"{base}/good-story-number-{number}", ""

    def fronts(self) -> list[str]:
        """The good front page and the others."""
        others = (path for path in self.sources if path.startswith("/front"))
        return [f"http://127.0.0.1:{self.port}{path}" for path in ("/", *others)]

    def _front(self) -> bytes:
        feeds = (
            f'<link rel=alternate type="application/rss+xml" href="{path}">'
            for path in self.sources
            if path.startswith("/feed")
        )
        sections = (f'<a href="{path}">Harbour</a>' for path in self.sources if path.startswith("/section"))
        return "".join((*feeds, *sections, '<a href="/2026/03/14/good-story-number-1000">Story</a>')).encode()

    def _robots(self) -> Pieces:
        """More than it may be, of what once took a crawl's time and memory; what counts stands first."""
        sitemaps = "".join(f"Sitemap: {path}\n" for path in self.sources if path.startswith("/sitemap"))
        agents = "User-agent: *\n" * 2_000 + "".join(
            f"User-agent: a{chr(97 + n % 26)}\n" for n in range(2_000)
        )
        rules = "Allow: /\n" * 2_000 + "".join(f"Disallow: /*{n}*nowhere\n" for n in range(10_000))
        signals = "Content-Signal: a=b\n" * 4_000 + "".join(f"Content-Signal: a={n}\n" for n in range(500))
        yield answer((sitemaps + agents + signals + rules).encode(), length=ENDLESS)
        yield from endless(b"", b"# more\n" * 9_000)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(90)
        with connection, contextlib.suppress(OSError):
            request = b""
            while b"\r\n\r\n" not in request:
                received = connection.recv(65536)
                if not received:
                    return
                request += received
            path = request.split(b" ", 2)[1].decode("latin-1")
            for piece in self._pieces(path):
                if piece == b"RESET":
                    linger = b"\1\0\0\0\0\0\0\0"  # on, for no time: closing sends a reset
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                    return
                connection.sendall(piece)

    def _pieces(self, path: str) -> Iterator[bytes]:
        kind, _, number = path.rpartition("-")
        if kind.endswith("/good-story-number"):
            return iter([answer(article(f"Good story {number}"), "Connection: close")])
        if kind.endswith("/hop"):
            target = f"Location: /hop-{int(number) + 1}"
            return iter([answer(b"", target, "Connection: close", status="302 Found")])
        if path == "/":
            return iter([answer(self._front())])
        if path == "/robots.txt":
            return self._robots()
        if path in self.sources:
            built = self.sources[path].build()
            return iter([built]) if isinstance(built, bytes) else built
        if not kind.endswith("/wrong-story-number"):
            return iter([answer(b"", "Connection: close", status="404 Not Found")])
        name = self.names[int(number)]
        if name == "redirects to itself":
            return iter([answer(b"", f"Location: {path}", status="302 Found")])
        if name == "10,000 redirects":
            return iter([answer(b"", "Location: /hop-1", status="302 Found")])
        built = WRONGS[name].build()
        return iter([built]) if isinstance(built, bytes) else built

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
