"""From fetched pages to the dataset: clean, write the page, write the article, and only then its outcome."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path

from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider

import newsdata
from newsclean.article import Article, NoArticle
from newscrawl.article_url import is_article_url
from newscrawl.cleaning import CleaningPool, CleaningStoppedError, Quarantine
from newscrawl.records import FetchedPage, MissedPage
from newscrawl.stopping import work_abandoned
from newscrawl.usage import usage_signals
from newsdata.errors import DataError
from newsdata.identity import article_id, site_of
from newsdata.records import Fetch, Outcome, OutcomeKind, PageRecord

logger = logging.getLogger(__name__)

CLEANER = f"newsclean {version('newsmill')}"


@dataclass(slots=True)
class CrawlTally:
    """What a crawl has done so far.

    Attributes:
        crawl_id: Its id, as in the dataset.
        data: Folder of the dataset.
        outcomes: Number of outcomes by kind and reason.
        articles_by_site: Number of articles stored, by site.
        problem: Why the dataset could no longer be written; empty if it can.
    """

    crawl_id: str
    data: Path
    outcomes: Counter[tuple[OutcomeKind, str]] = field(default_factory=Counter)
    articles_by_site: Counter[str] = field(default_factory=Counter)
    problem: str = ""

    def count(self, kind: OutcomeKind) -> int:
        """Number of outcomes of a kind."""
        return sum(number for (each, _), number in self.outcomes.items() if each == kind)


class DatasetPipeline:
    """Cleans what the spiders fetch, in other processes, and writes all of it to the dataset."""

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self.crawler = crawler
        self.tally = CrawlTally(new_crawl_id(), Path(settings["NEWSMILL_DATA"]))
        self.pool = CleaningPool(
            settings.getint("NEWSMILL_CLEAN_PROCESSES"),
            settings.getfloat("NEWSMILL_CLEAN_TIMEOUT"),
            settings.getint("NEWSMILL_CLEAN_MEMORY"),
        )
        self._ids: set[str] = set()
        self._writer: newsdata.Writer | None = None
        self._resources = contextlib.ExitStack()
        crawler.signals.connect(self.pool.abandon, work_abandoned)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> DatasetPipeline:
        """Make it for a crawler."""
        return cls(crawler)

    def open_spider(self) -> None:
        """Open the dataset and start the cleaning processes.

        Raises:
            CloseSpider: If the dataset cannot be opened; the log and :attr:`tally` say why.
        """
        try:
            self._writer = self._resources.enter_context(
                newsdata.open_writer(
                    self.tally.data, crawl_id=self.tally.crawl_id, is_article_url=is_article_url
                )
            )
        except (DataError, OSError) as error:
            self._fail(error)
            raise CloseSpider("storage-failed") from error
        self._resources.callback(self.pool.close)
        self.pool.start()

    def close_spider(self) -> None:
        """Bring everything into the dataset's files and end the cleaning processes."""
        try:
            with self._resources:
                if self._writer and not self.tally.problem:
                    self._writer.seal()
        except (DataError, OSError) as error:
            self._fail(error)

    async def process_item(self, item: object) -> object:
        """Store an item of ours; others pass untouched."""
        if not isinstance(item, (FetchedPage, MissedPage)) or self._writer is None or self.tally.problem:
            return item
        try:
            if isinstance(item, FetchedPage):
                await self._store(self._writer, item)
            else:
                self._write_outcome(self._writer, missed_outcome(item, self.tally.crawl_id))
        except CleaningStoppedError:
            logger.debug("stopped before it was cleaned: %s", item.url)
        except (DataError, OSError) as error:
            if not self.tally.problem:
                self._fail(error)
                self._closing = asyncio.ensure_future(
                    self.crawler.engine.close_spider_async(reason="storage-failed")
                )
        return item

    def _fail(self, error: DataError | OSError) -> None:
        self.tally.problem = str(error)
        logger.error("%s", error)

    async def _store(self, writer: newsdata.Writer, page: FetchedPage) -> None:
        cleaned = await self.pool.clean(page.body, page.url, page.content_type)
        fetch = page_fetch(page, self.tally.crawl_id)
        writer.write_page(PageRecord(fetch, page.body, page.content_type, page.headers))
        outcome = partial(
            Outcome,
            page.url,
            fetched_at=page.fetched_at,
            requested_url=fetch.requested_url,
            http_status=page.status,
            via=page.via,
            crawl_id=self.tally.crawl_id,
        )
        if isinstance(cleaned, Quarantine):
            self._write_outcome(writer, outcome("quarantined", reason=cleaned.reason, detail=cleaned.detail))
        elif isinstance(cleaned, NoArticle):
            self._write_outcome(writer, outcome("skipped", reason=cleaned.reason, detail=cleaned.detail))
        elif self._is_too_old(cleaned):
            detail = f"published {cleaned.published:%Y-%m-%d}"
            self._write_outcome(writer, outcome("skipped", reason="before-since", detail=detail))
        else:
            key = article_id(page.url, cleaned.canonical_url, is_article_url)
            if key in self._ids:
                detail = f"same article as {cleaned.canonical_url}"
                self._write_outcome(
                    writer, outcome("skipped", reason="duplicate", detail=detail, article_id=key)
                )
                return
            self._ids.add(key)
            writer.write_article(cleaned, fetch, cleaner=CLEANER)
            self.tally.articles_by_site[site_of(page.url)] += 1
            self._write_outcome(writer, outcome("stored", article_id=key))

    def _is_too_old(self, article: Article) -> bool:
        since: datetime | None = getattr(self.crawler.spider, "since", None)
        return since is not None and article.published is not None and article.published < since

    def _write_outcome(self, writer: newsdata.Writer, outcome: Outcome) -> None:
        writer.write_outcome(outcome)
        self.tally.outcomes[outcome.kind, outcome.reason] += 1
        self.crawler.stats.inc_value("/".join(filter(None, ("newsmill", outcome.kind, outcome.reason))))


def new_crawl_id() -> str:
    """An id for a crawl: when it began, in UTC, and enough chance to tell two of one second apart."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"


def page_fetch(page: FetchedPage, crawl_id: str) -> Fetch:
    """How a page was fetched, for the dataset."""
    return Fetch(
        page.url,
        page.fetched_at,
        requested_url="" if page.requested_url == page.url else page.requested_url,
        via=page.via,
        crawl_id=crawl_id,
        http_status=page.status,
        etag=page.header("etag"),
        last_modified=page.header("last-modified"),
        usage=usage_signals(page.headers, page.body),
    )


def missed_outcome(page: MissedPage, crawl_id: str) -> Outcome:
    """The outcome of a page that did not come."""
    return Outcome(
        page.url,
        page.kind,
        page.decided_at,
        reason=page.reason,
        detail=page.detail,
        requested_url="" if page.requested_url == page.url else page.requested_url,
        http_status=page.status,
        via=page.via,
        crawl_id=crawl_id,
    )
