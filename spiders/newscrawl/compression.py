"""Whole bodies only: a compressed body that ends early is an error, not a short page."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable

import brotli  # type: ignore[import-untyped]  # ships no types
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Response

from newscrawl.errors import BodyTooLargeError, BrokenBodyError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_STEP = 65536


def decompress(body: bytes, encoding: str, max_size: int) -> bytes:
    """Unpack a whole body.

    Args:
        body: The packed body.
        encoding: ``gzip``, ``x-gzip``, ``deflate``, ``br`` or ``zstd`` (RFC 9110, 8.4.1; RFC 8878).
        max_size: Most bytes to unpack; 0 for any number.

    Raises:
        BodyTooLargeError: If it unpacks to more; no more than that is ever held.
        BrokenBodyError: If it ends early or is no such format.
    """
    if not body:
        return b""
    try:
        return _DECODERS[encoding](body, max_size)
    except (zlib.error, brotli.error, zstd.ZstdError) as error:
        raise BrokenBodyError(f"not {encoding}: {error}", reason="bad-encoding") from error


def _check(size: int, max_size: int) -> None:
    if max_size and size > max_size:
        raise BodyTooLargeError(f"unpacks to more than {max_size} bytes")


def _gunzip(body: bytes, max_size: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    rest = body
    while rest.startswith(
        b"\x1f\x8b"
    ):  # members may follow one another; anything else behind the last is padding
        stream = zlib.decompressobj(wbits=31)
        size = _inflate_stream(stream, rest, parts, size, max_size)
        if not stream.eof:
            raise BrokenBodyError("gzip stream ends early")
        rest = stream.unused_data
    if rest is body:
        raise BrokenBodyError("not gzip: no header", reason="bad-encoding")
    return b"".join(parts)


def _inflate(body: bytes, max_size: int) -> bytes:
    for wbits in (15, -15):  # servers send zlib's format, as the RFC says, or the bare stream
        stream = zlib.decompressobj(wbits=wbits)
        parts: list[bytes] = []
        try:
            _inflate_stream(stream, body, parts, 0, max_size)
        except zlib.error:
            if wbits == -15:
                raise
            continue
        if stream.eof:
            return b"".join(parts)
        break
    raise BrokenBodyError("deflate stream ends early")


def _inflate_stream(
    stream: zlib._Decompress, body: bytes, parts: list[bytes], size: int, max_size: int
) -> int:
    data = body
    while data and not stream.eof:
        piece = stream.decompress(data, _STEP)
        size += len(piece)
        _check(size, max_size)
        parts.append(piece)
        data = stream.unconsumed_tail
    return size


def _unbrotli(body: bytes, max_size: int) -> bytes:
    stream = brotli.Decompressor()
    parts: list[bytes] = []
    size = 0
    piece = stream.process(body, output_buffer_limit=_STEP)
    while True:
        size += len(piece)
        _check(size, max_size)
        parts.append(piece)
        if stream.is_finished():
            return b"".join(parts)
        piece = stream.process(b"", output_buffer_limit=_STEP)
        if not piece and not stream.is_finished():
            raise BrokenBodyError("brotli stream ends early")


def _unzstd(body: bytes, max_size: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    rest = body
    while rest:
        stream = zstd.ZstdDecompressor()
        data = rest
        while not stream.eof:
            piece = stream.decompress(data, _STEP)
            data = b""
            size += len(piece)
            _check(size, max_size)
            parts.append(piece)
            if not piece and stream.needs_input and not stream.eof:
                raise BrokenBodyError("zstd stream ends early")
        rest = stream.unused_data
    return b"".join(parts)


_DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}


class WholeBodyMiddleware(HttpCompressionMiddleware):
    """Scrapy's decompression, with our decoders; what broke on the way is fetched again."""

    crawler: Crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> WholeBodyMiddleware:
        """Make it for a crawler."""
        made = super().from_crawler(crawler)
        made.crawler = crawler
        return made

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """Unpack a response.

        Raises:
            BodyTooLargeError: If it unpacks to more than ``DOWNLOAD_MAXSIZE``.
            BrokenBodyError: If it is still broken when retries are used up.
        """
        try:
            unpacked: Request | Response = super().process_response(request, response)
        except BrokenBodyError as error:
            if error.reason != "truncated" or self.crawler.spider is None:
                raise
            again = get_retry_request(request, spider=self.crawler.spider, reason=error.reason)
            if again is None:
                raise
            return again
        return unpacked

    @staticmethod
    def _decode(body: bytes, encoding: bytes, max_size: int) -> bytes:
        return decompress(body, encoding.decode("ascii"), max_size)
