"""Signals about how a page may be used, as it and its site give them; nothing is interpreted here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from urllib.parse import urljoin

from newscrawl.link_header import read_link_header
from newsdata.records import Usage
from newsdata.usage import ai_agents

_HEADERS = {
    "x-robots-tag": "X-Robots-Tag",
    "content-usage": "Content-Usage",
    "content-signal": "Content-Signal",
    "tdm-reservation": "tdm-reservation",
    "tdm-policy": "tdm-policy",
}
_META_NAMES = frozenset(
    {
        "robots",
        "newsmill",
        "googlebot",
        "googlebot-news",
        "tdm-reservation",
        "tdm-policy",
        *map(str.lower, ai_agents()),
    }
)
_META = re.compile(rb"<meta\b[^<>]{0,500}>", re.IGNORECASE)
_LINK = re.compile(rb"<(?:link|a)\b[^<>]{0,1000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    rb"""\b(name|content|rel|href)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE
)
_JSON_LD = (
    re.compile(  # what is not closed goes on to the end: to look for it behind each beginning would take long
        rb"""<script\b[^<>]{0,200}application/ld\+json[^<>]{0,200}>(.*?)(?:</script|\Z)""",
        re.IGNORECASE | re.DOTALL,
    )
)
_LONGEST_JSON_LD = 100_000  # bytes
_HEAD_BYTES = 262_144  # the signals stand in the head
_MOST_SIGNALS = 100
_LONGEST_SIGNAL = 2_000  # characters
_SAME_PAGE = ("@graph", "mainEntity", "mainEntityOfPage")
_PART_OF_PAGE = frozenset({"ImageObject", "VideoObject", "AudioObject", "MediaObject"})


def bounded(signals: Iterable[Usage]) -> tuple[Usage, ...]:
    """The first hundred different signals, in order, each of at most 2,000 characters: all are stored with each page."""
    short = (Usage(each.source, each.value[:_LONGEST_SIGNAL]) for each in signals)
    return tuple(islice(dict.fromkeys(short), _MOST_SIGNALS))


def usage_signals(headers: Iterable[tuple[str, str]], body: bytes, url: str) -> tuple[Usage, ...]:
    """The signals of a response, in order, each once, within bounds.

    ``header:NAME``, ``meta:NAME`` of its ``meta`` elements, ``link:license`` of ``rel=license`` in elements and in the
    ``Link`` header, ``json-ld:license``.

    Args:
        headers: Response headers.
        body: The page.
        url: Its URL.
    """
    found: list[Usage] = []
    licences: list[str] = []
    for name, value in headers:
        if name.lower() in _HEADERS:
            found.append(Usage(f"header:{_HEADERS[name.lower()]}", value.strip()))
        elif name.lower() == "link":
            licences += [target for target, relations in read_link_header(value) if "license" in relations]
    for element in _META.findall(body[:_HEAD_BYTES]):
        attributes = _attributes(element)
        name = attributes.get("name", "").lower()
        if name in _META_NAMES and attributes.get("content"):
            found.append(Usage(f"meta:{name}", attributes["content"]))
    has_licence = b"license" in body.lower()
    for element in _LINK.findall(body) if has_licence else ():
        attributes = _attributes(element)
        if "license" in attributes.get("rel", "").lower().split() and attributes.get("href"):
            licences.append(attributes["href"])
    found += [Usage("link:license", _absolute(url, each)) for each in licences]
    for text in _JSON_LD.findall(body) if has_licence else ():
        if len(text) <= _LONGEST_JSON_LD:
            found += [Usage("json-ld:license", each) for each in _licences(text)]
    return bounded(found)


def _attributes(element: bytes) -> dict[str, str]:
    return {
        name.lower().decode(): b"".join(values).decode("utf-8", "replace").strip()
        for name, *values in _ATTRIBUTE.findall(element)
    }


def _absolute(url: str, reference: str) -> str:
    try:
        return urljoin(url, reference)
    except ValueError:  # no URL; it is kept as it stands
        return reference


def _licences(text: bytes) -> Iterator[str]:
    """The licences that a JSON-LD block names for the page or its article, not those of pictures in it."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return
    for node in _nodes(told):
        licence = node.get("license")
        if isinstance(licence, dict):
            licence = licence.get("url") or licence.get("@id")
        if isinstance(licence, str) and licence.strip():
            yield licence.strip()


def _nodes(told: object) -> Iterator[dict[str, object]]:
    """The objects that stand for the page or its article: the outermost, and what they hold under certain keys."""
    waiting = [told]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += reversed(node)
        elif isinstance(node, dict) and not _is_part_of_page(node.get("@type")):
            yield node
            waiting += [node[key] for key in reversed(_SAME_PAGE) if key in node]


def _is_part_of_page(types: object) -> bool:
    return any(
        isinstance(name, str) and name in _PART_OF_PAGE
        for name in (types if isinstance(types, list) else [types])
    )
