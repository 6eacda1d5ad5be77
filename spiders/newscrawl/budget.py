"""How much a crawl may fetch, in all and from each site; and the gate that holds to it."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from scrapy import Request
from scrapy.crawler import Crawler

from newscrawl.errors import CrawlStoppedError
from newscrawl.frontier import TARGET, Target
from newsdata.identity import site_of

ENOUGH = "enough"  # the reason with which a crawl ends that has all that it may have
_STARTED = "newsmill_started"  # the key in Request.meta of an article that the gate let pass
_PAUSE = 0.05  # seconds


@dataclass(frozen=True, slots=True)
class Limits:
    """What a crawl may have; None for any number.

    Attributes:
        pages: Article pages to fetch.
        articles: Articles to store.
        site_pages: Article pages to fetch from one site.
        site_articles: Articles to store from one site.
    """

    pages: int | None = None
    articles: int | None = None
    site_pages: int | None = None
    site_articles: int | None = None


_NO_LIMITS = Limits()


class Budget:
    """Counts what is taken on, fetched and stored, by site.

    Args:
        limits: What the crawl may have.
        of_sites: What single sites may have, besides.

    Attributes:
        limits: The same.
        held_back: Whether any page was left out for a limit's sake.
    """

    def __init__(self, limits: Limits, of_sites: Mapping[str, Limits] | None = None) -> None:
        self.limits = limits
        self._of_sites = dict(of_sites or {})
        self.held_back = False
        self._pages: Counter[str] = Counter()
        self._stored: Counter[str] = Counter()
        self._waiting: Counter[str] = Counter()
        self._started: dict[str, str] = {}  # URLs whose outcome is not known yet, with their sites

    def take_up(self, site: str, pages: int, stored: int) -> None:
        """Count what an earlier process of this crawl has done."""
        self._pages[site] += pages
        self._stored[site] += stored

    def take_on(self, site: str) -> None:
        """Count an article that will wait for its turn."""
        self._waiting[site] += 1

    def waiting(self, site: str) -> int:
        """Number of articles of a site that were taken on by this process and have no outcome."""
        return self._waiting[site]

    def is_spent(self, site: str | None = None) -> bool:
        """Whether nothing more may be fetched, of a site or at all; what is on its way may still fail."""
        limits = self.limits
        return (
            _reached(limits.pages, self._pages.total())
            or _reached(limits.articles, self._stored.total())
            or (site is not None and self._site_reached(site, self._pages[site], self._stored[site]))
        )

    def _site_reached(self, site: str, pages: int, articles: int) -> bool:
        return any(
            _reached(limits.site_pages, pages) or _reached(limits.site_articles, articles)
            for limits in (self.limits, self._of_sites.get(site, _NO_LIMITS))
        )

    @property
    def is_used_up(self) -> bool:
        """Whether nothing more may be fetched at all, and nothing is on its way."""
        return self.is_spent() and not self._started

    def answer(self, site: str) -> Literal["yes", "wait", "no"]:
        """Whether an article of a site may be fetched; ``wait`` until it is known what became of others."""
        if self.is_spent(site):
            return "no"
        limits = self.limits
        on_the_way = Counter(self._started.values())
        if _reached(limits.articles, self._stored.total() + on_the_way.total()):
            return "wait"
        if self._site_reached(site, 0, self._stored[site] + on_the_way[site]):
            return "wait"
        return "yes"

    def start(self, url: str) -> None:
        """Count an article as on its way."""
        site = site_of(url)
        self._started[url] = site
        self._pages[site] += 1

    def end(self, url: str, *, stored: bool) -> None:
        """Say that the outcome of an article is known."""
        site = site_of(url)
        self._started.pop(url, None)
        self._waiting[site] = max(0, self._waiting[site] - 1)
        self._stored[site] += stored


def _reached(limit: int | None, number: int) -> bool:
    return limit is not None and number >= limit


class BudgetMiddleware:
    """Lets articles pass as long as the crawl's budget has something left for their site.

    What it holds back gets no outcome.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)  # by site

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> BudgetMiddleware:
        """Make it for a crawler."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let a request pass.

        Raises:
            CrawlStoppedError: If there is enough of its site, or the crawl is stopped.
        """
        target = request.meta.get(TARGET)
        budget = getattr(self.crawler.spider, "budget", None)
        if not isinstance(target, Target) or not isinstance(budget, Budget) or _STARTED in request.meta:
            return
        site = target.site
        if target.kind != "article":
            if budget.is_spent(site):
                budget.held_back = True
                raise CrawlStoppedError("there is enough of the site")
            return
        async with self._turns[site]:  # first come, first served: the newest came first
            while (answer := budget.answer(site)) == "wait" and self.crawler.crawling:  # noqa: ASYNC110 - outcomes have no event
                await asyncio.sleep(_PAUSE)
            if answer == "yes":
                budget.start(target.url)
        if answer != "yes":
            budget.held_back = True
            raise CrawlStoppedError("there is enough")
        request.meta[_STARTED] = True
