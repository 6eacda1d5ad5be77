"""Raw pages as WARC 1.1 (ISO 28500:2017): one response record a page, each a gzip member of its own."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

_FORMAT = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
_LEVEL = 6
_LINE_BREAKS = re.compile(r"[\x00-\x1f\x7f]+")
# They tell of the bytes on the wire, which were unpacked when the page was stored. Archives keep them under this prefix.
_OF_THE_WIRE = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_MOVED = "X-Crawler-"

Headers = Iterable[tuple[str, str]]


def info_record(name: str, date: datetime) -> bytes:
    """Return the record that a file begins with.

    Args:
        name: The file's name.
        date: When its first page was fetched, so that the same pages give the same file.
    """
    fields = _lines([("software", "newsmill"), ("format", "WARC File Format 1.1"), ("conformsTo", _FORMAT)])
    return _record("warcinfo", name, date, [("WARC-Filename", name)], "application/warc-fields", fields)


def page_record(page: Mapping[str, Any]) -> bytes:
    """Return the record of a page: a response, or a resource if there was no HTTP (a file, standard input).

    Args:
        page: A row of ``pages``.
    """
    body, target = bytes(page["body"] or b""), page["url"] or ""
    headers = [("WARC-Target-URI", target), ("WARC-Payload-Digest", _digest(body))]
    if page["http_status"] is None:
        content_type = page["content_type"] or "application/octet-stream"
        return _record("resource", target, page["fetched_at"], headers, content_type, body)
    block = _http_head(page, len(body)) + body
    return _record(
        "response", target, page["fetched_at"], headers, "application/http; msgtype=response", block
    )


def _http_head(page: Mapping[str, Any], length: int) -> bytes:
    status = page["http_status"]
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "Unknown"
    stored = [(each["name"] or "", each["value"] or "") for each in page["headers"] or ()]
    headers = [(f"{_MOVED}{name}" if name.lower() in _OF_THE_WIRE else name, value) for name, value in stored]
    if page["content_type"] and not any(name.lower() == "content-type" for name, _ in stored):
        headers.append(("Content-Type", page["content_type"]))
    headers.append(("Content-Length", str(length)))
    return f"HTTP/1.1 {status} {phrase}\r\n".encode() + _lines(headers) + b"\r\n"


def _record(kind: str, of: str, date: datetime, headers: Headers, content_type: str, block: bytes) -> bytes:
    moment = f"{date.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
    # the same page gives the same record, byte for byte
    identifier = uuid.uuid5(uuid.NAMESPACE_URL, f"{kind} {of} {moment}")
    head = [
        ("WARC-Type", kind),
        ("WARC-Record-ID", f"<{identifier.urn}>"),
        ("WARC-Date", moment),
        *headers,
        ("WARC-Block-Digest", _digest(block)),
        ("Content-Type", content_type),
        ("Content-Length", str(len(block))),
    ]
    return gzip.compress(b"WARC/1.1\r\n" + _lines(head) + b"\r\n" + block + b"\r\n\r\n", _LEVEL, mtime=0)


def _digest(content: bytes) -> str:
    """A digest as the format's examples write it, which other tools compare."""
    return "sha1:" + base64.b32encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode("ascii")


def _lines(headers: Headers) -> bytes:
    """Header lines; what a page's server said cannot begin a new one."""
    return b"".join(
        f"{_LINE_BREAKS.sub(' ', name)}: {_LINE_BREAKS.sub(' ', value)}\r\n".encode("utf-8", "replace")
        for name, value in headers
    )
