"""The spider ``sources``: where a site names its articles, how many, and how fresh; no article is fetched."""

from __future__ import annotations

import heapq
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from newscrawl.article_url import url_dates
from newscrawl.frontier import TARGET, Target, TargetKind
from newscrawl.records import FetchedPage, MissedPage
from newscrawl.spiders.news import Named, NewsSpider, Output, asynchronous
from newsdata.identity import url_key

_WEEK = timedelta(days=7)
_NO_DATE = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class SourceReport:
    """What one source was found to hold.

    Attributes:
        kind: What it is.
        url: Its URL.
        via: How it was found.
        articles: Number of article URLs that it names.
        dated: Number of those whose date it says, or their URLs.
        last_week: Number of those that are not older than a week.
        newest: The newest date.
        newest_title: The title of the article of that date, or the text of its link; empty if the source gives none.
        languages: The languages that it says its articles are in, as it writes them.
        problem: Why it could not be read; empty if it could.
    """

    kind: TargetKind
    url: str
    via: str
    articles: int = 0
    dated: int = 0
    last_week: int = 0
    newest: datetime | None = None
    newest_title: str = ""
    languages: set[str] = field(default_factory=set)
    problem: str = ""


class SourcesSpider(NewsSpider):
    """Reads a site's sources as the spider ``news`` does, and counts the articles instead of fetching them.

    Of a section it reads the first page, of an archive and an index of sitemaps the newest few.

    Args:
        site: As for ``news``.
        sources: As for ``news``.
        sample: How many of the newest articles to fetch in the end.

    Attributes:
        reports: By the source's URL.
        samples: The pages of the newest articles.
        articles: Number of different article URLs.
    """

    name = "sources"
    custom_settings: ClassVar[dict[str, object]] = {  # type: ignore[misc]  # Scrapy declares it for an instance too
        "ITEM_PIPELINES": {"newscrawl.storage.DatasetPipeline": None},  # nothing is stored
        "NEWSMILL_MAX_SECTION_PAGES": 1,
        "NEWSMILL_MAX_ARCHIVE_PAGES": 5,
        "NEWSMILL_MAX_SITEMAPS": 10,
    }

    def __init__(self, site: str = "", sources: str = "", sample: str | int = 0, **kwargs: str) -> None:
        super().__init__(site, sources=sources, **kwargs)
        self.reports: dict[str, SourceReport] = {}
        self._seen: set[bytes] = set()
        self.samples: list[FetchedPage] = []
        self._sample = int(sample)
        self._newest: list[tuple[datetime, str]] = []  # a heap of as many as the sample has

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: object, **kwargs: object) -> SourcesSpider:
        """Make it for a crawler."""
        made: SourcesSpider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(made._fetch_sample, signals.spider_idle)
        return made

    def _fetch_sample(self) -> None:
        """Ask for the newest articles, when the sources are read."""
        chosen, self._newest = sorted(self._newest, reverse=True), []
        for _, url in chosen:
            if self.frontier.claim(url):
                self.crawler.engine.crawl(self._request(Target("article", url, "sample")))
        if chosen:
            raise DontCloseSpider

    async def parse_article(self, response: Response) -> AsyncIterator[Output]:
        """Keep an article of the sample."""
        async for found in super().parse_article(response):
            if isinstance(found, FetchedPage):
                self.samples.append(found)
        return
        yield  # an empty iterator, asynchronous

    @property
    def articles(self) -> int:
        """Number of different article URLs."""
        return len(self._seen)

    async def parse_source(self, response: Response) -> AsyncIterator[Output]:
        """Read a source, and go on to those that it names."""
        target: Target = response.meta[TARGET]
        report = self.reports[response.url] = SourceReport(target.kind, response.url, target.via)
        async for found in super().parse_source(response):
            if isinstance(found, Request):
                yield found
            elif isinstance(found, MissedPage) and found.reason.startswith(("not-a-", "source-")):
                report.problem = found.reason

    def missed(self, failure: Failure) -> AsyncIterator[Output] | Iterator[Output]:
        """Note why a source did not come, and go on where something else may help."""
        target: Target = failure.request.meta[TARGET]  # type: ignore[attr-defined]  # set by Scrapy
        return self._noted(target, super().missed(failure))

    async def _noted(
        self, target: Target, outputs: AsyncIterator[Output] | Iterator[Output]
    ) -> AsyncIterator[Output]:
        async for found in asynchronous(outputs):
            if isinstance(found, Request):
                yield found
            elif isinstance(found, MissedPage) and not target.guessed and target.kind != "article":
                problem = f"{found.reason}: {found.detail}" if found.detail else found.reason
                self.reports[target.url] = SourceReport(target.kind, target.url, target.via, problem=problem)

    def _article(self, named: Named) -> Iterator[Request]:
        url = named.url
        report = self.reports.get(named.via.partition(":")[2])
        if report is not None and self.scope.covers(url) and self._is_article_url(named):
            key = url_key(url)
            is_new = key not in self._seen
            self._seen.add(key)
            report.articles += 1
            if named.language:
                report.languages.add(named.language)
            days = url_dates(url)
            moment = named.dated or (
                datetime(days[1].year, days[1].month, days[1].day, tzinfo=UTC) if days else None
            )
            if moment is not None:
                report.dated += 1
                report.last_week += datetime.now(UTC) - moment <= _WEEK
                if report.newest is None or moment > report.newest:
                    report.newest, report.newest_title = moment, named.text
            if self._sample and is_new:
                heapq.heappush(self._newest, (moment or _NO_DATE, url))
                if len(self._newest) > self._sample:
                    heapq.heappop(self._newest)
        return iter(())
