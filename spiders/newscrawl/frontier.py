"""What a crawl has taken on: which URLs, for which sites, and how many.

Every decision "is this URL to be fetched?" passes here. The URLs themselves are on disk, in
:class:`newsdata.Frontier`; until a dataset is open they are in memory.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable
from urllib.parse import urlsplit

import newsdata
from newsdata.identity import site_of

if TYPE_CHECKING:  # for its types only: rules about URLs need no Scrapy
    from scrapy import Request

    from newscrawl.records import FetchedPage

TARGET = "newsmill_target"  # the key in Request.meta under which a request's Target stands
LISTED = "urls"

TargetKind = Literal["article", "front", "section", "feed", "sitemap"]


@dataclass(frozen=True, slots=True)
class Target:
    """What a request is for.

    Attributes:
        kind: What is expected there.
        url: The URL as it was found.
        via: How it was found, such as ``feed:https://…``; :data:`LISTED` if a person named it.
        guessed: Nobody named it; that it is not there is no news.
        depth: For sections and sitemaps: how many pages or indexes lie before it.
        alternatives: What to ask next if it is not there.
        owner: The site whose source it is, where that stands on a host of others.
    """

    kind: TargetKind
    url: str
    via: str
    guessed: bool = False
    depth: int = 0
    alternatives: tuple[str, ...] = ()
    owner: str = ""

    @property
    def site(self) -> str:
        """The site that it counts for, as :func:`newsdata.site_of` names it."""
        return self.owner or site_of(self.url)


class Scope:
    """The sites that a crawl may take articles from.

    Attributes:
        sites: Their names, as :func:`newsdata.site_of` gives them.
    """

    def __init__(self) -> None:
        self.sites: set[str] = set()

    def add(self, url: str) -> None:
        """Take the site of a URL in."""
        self.sites.add(site_of(url))

    def covers(self, url: str) -> bool:
        """Say whether a URL is of one of the sites."""
        return site_of(url) in self.sites


class Frontier:
    """The URLs that a crawl has taken on; each is taken once, in any of its spellings.

    Attributes:
        store: Where the URLs are kept.
    """

    def __init__(self) -> None:
        self.store = newsdata.frontier_in_memory()

    def keep_in(self, store: newsdata.Frontier) -> None:
        """Keep the URLs there from now on, beside those that it already has."""
        self.store = store

    def claim(self, url: str) -> bool:
        """Take a URL on; False if it was taken before."""
        return self.store.claim(url)

    def claim_redirect(self, url: str, target: Target) -> bool:
        """Take on where a target's redirect leads; False if it was taken before for another."""
        return self.store.claim_redirect(url, target.url)

    def add(self, target: Target, priority: int) -> None:
        """Put a target whose URL was claimed among those that wait."""
        self.store.add(
            target.url,
            kind=target.kind,
            host=urlsplit(target.url).netloc.rpartition("@")[2].lower(),
            priority=priority,
            via=target.via,
            details=_details(target),
        )


def _details(target: Target) -> str:
    """What a target says beyond its row; empty for nearly all."""
    told: dict[str, bool | int | str | tuple[str, ...]] = {}
    if target.guessed:
        told["guessed"] = True
    if target.depth:
        told["depth"] = target.depth
    if target.alternatives:
        told["alternatives"] = target.alternatives
    if target.owner:
        told["owner"] = target.owner
    return json.dumps(told) if told else ""


def target_of(row: newsdata.FrontierTarget) -> Target:
    """The target of a row of the frontier."""
    told = json.loads(row.details) if row.details else {}
    alternatives: Iterable[str] = told.pop("alternatives", ())
    return Target(row.kind, row.url, row.via, alternatives=tuple(alternatives), **told)  # type: ignore[arg-type]  # written by `add` from a Target


@runtime_checkable
class FrontierSpider(Protocol):
    """A spider whose crawl the frontier keeps: ended early, it goes on where it was.

    Attributes:
        frontier: The URLs that it has taken on.
        scope: The sites that it takes articles from.
        failed_sites: Reason by front page, for sites that could not be read.
        uncleaned: Pages that an earlier process has stored and not cleaned; to be handed over by ``start``.
    """

    frontier: Frontier
    scope: Scope
    failed_sites: dict[str, str]
    uncleaned: AsyncIterable[FetchedPage]

    @property
    def plan(self) -> str:
        """What is asked for; the same plan takes up what was not finished of it."""
        ...

    def request(self, target: Target, priority: int) -> Request:
        """The request for a target."""
        ...


async def nothing() -> AsyncIterator[FetchedPage]:
    """No page."""
    none: tuple[FetchedPage, ...] = ()
    for page in none:
        yield page
