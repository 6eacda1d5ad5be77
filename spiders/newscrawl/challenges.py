"""Pages that ask whether a person reads them, told from articles by status, headers and the marks of their makers."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from html import unescape
from importlib import resources

from scrapy import Request, Spider
from scrapy.http import Response

from newsclean.vocabulary import Pattern, pattern
from newscrawl.errors import BlockedError
from newscrawl.frontier import TARGET

CHALLENGE = "challenge"
_READ = 65_536  # bytes of a page that are looked at
_REFUSALS = (403, 451)
_LITTLE_TEXT = 400  # characters; an article has more
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,300})", re.IGNORECASE)
# What is not closed goes on to the end, as in a browser; to look for an end behind each beginning would take long.
_NO_TEXT = re.compile(
    r"<(script|style|noscript|svg)\b.*?(?:</\1\s*>|\Z)|<[^>]*(?:>|\Z)", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Maker:
    """Whose challenge it is, and what it is known by; see ``challenges.toml``."""

    name: str
    headers: tuple[tuple[str, str], ...]
    servers: tuple[str, ...]
    titles: tuple[str, ...]
    scripts: tuple[str, ...]


@cache
def makers() -> tuple[Maker, ...]:
    """All that are known."""
    table = tomllib.loads(resources.files("newscrawl").joinpath("challenges.toml").read_text("utf-8"))
    return tuple(
        Maker(
            name,
            tuple(marks.get("headers", {}).items()),
            tuple(marks.get("servers", ())),
            tuple(marks.get("titles", ())),
            tuple(marks["scripts"]),
        )
        for name, marks in table.items()
    )


def challenge(status: int, headers: Iterable[tuple[str, str]], body: bytes) -> str:
    """Whose challenge a response is; empty if it is none.

    Args:
        status: HTTP status.
        headers: Response headers.
        body: The body, content encoding undone.
    """
    page = body[:_READ].decode("utf-8", "replace").lower()
    if status < 400 and not _has_little_text(page):
        return ""  # marks of protection stand in ordinary articles too
    named = {name.lower(): value.strip().lower() for name, value in headers}
    found = _TITLE.search(page)
    title = found.group(1).strip() if found else ""
    for maker in makers():
        has_header = any(name in named and named[name].startswith(value) for name, value in maker.headers)
        has_script = any(each in page for each in maker.scripts)
        has_title = any(title.startswith(each) for each in maker.titles)
        is_served = any(named.get("server", "").startswith(each) for each in maker.servers)
        if has_header or has_script or (has_title and is_served):
            return maker.name
    return ""


def _has_little_text(page: str) -> bool:
    return len(_text(page)) < _LITTLE_TEXT


def _text(page: str) -> str:
    return " ".join(_NO_TEXT.sub(" ", page).split())


@cache
def _geo_block() -> Pattern:
    return pattern(r"\b(?:{wall.region}|{wall.jurisdiction})\b")


def is_geo_block(status: int, body: bytes) -> bool:
    """Whether a response says, in any of the vocabulary's languages, that the page is not shown in this country.

    Args:
        status: HTTP status.
        body: The body, content encoding undone.
    """
    if status not in _REFUSALS:
        return False
    text = unescape(_text(body[:_READ].decode("utf-8", "replace")))
    return _geo_block().search(text) is not None


class BlockedMiddleware:
    """Gives challenges and geo blocks up at once: to ask again would not help."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Response:
        """Let a response pass.

        Raises:
            BlockedError: If it stands in the way of what was asked for.
        """
        if TARGET not in request.meta:
            return response
        headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
        ]
        maker = challenge(response.status, headers, response.body)
        if maker:
            raise BlockedError(maker, response, reason=CHALLENGE)
        if is_geo_block(response.status, response.body):
            raise BlockedError(f"http-{response.status}", response, reason="geo-block")
        return response
