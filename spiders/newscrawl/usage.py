"""Signals about how a page may be used, as it gives them; nothing is interpreted here."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsdata.records import Usage

_HEADERS = {
    "x-robots-tag": "X-Robots-Tag",
    "content-usage": "Content-Usage",
    "tdm-reservation": "tdm-reservation",
}
_META_NAMES = frozenset({"robots", "googlebot", "googlebot-news", "tdm-reservation", "tdm-policy"})
_META = re.compile(rb"<meta\b[^>]{0,500}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"""\b(name|content)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_HEAD_BYTES = 262_144  # the signals stand in the head


def usage_signals(headers: Iterable[tuple[str, str]], body: bytes) -> tuple[Usage, ...]:
    """The signals of a response, in order: ``header:NAME``, then ``meta:NAME`` of its ``meta`` elements.

    Args:
        headers: Response headers.
        body: The page.
    """
    found = [
        Usage(f"header:{_HEADERS[name.lower()]}", value.strip())
        for name, value in headers
        if name.lower() in _HEADERS
    ]
    for element in _META.findall(body[:_HEAD_BYTES]):
        attributes = {
            name.lower(): b"".join(values).decode("utf-8", "replace").strip()
            for name, *values in _ATTRIBUTE.findall(element)
        }
        name = attributes.get(b"name", "").lower()
        if name in _META_NAMES and attributes.get(b"content"):
            found.append(Usage(f"meta:{name}", attributes[b"content"]))
    return tuple(found)
