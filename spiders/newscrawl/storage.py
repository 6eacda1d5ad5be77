"""From fetched pages to the dataset: clean, write the page, write the article, and only then its outcome.

An outcome in the synced journal makes a target of the frontier done. Both are committed in groups.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

import newsdata
from newsclean.article import Article, NoArticle
from newscrawl.article_url import is_article_url
from newscrawl.browser import BrowserMissingError, PageBrowser, RenderingSpider, browser_path, browser_problem
from newscrawl.budget import ENOUGH, Budget
from newscrawl.cleaning import CleaningPool, CleaningStoppedError, Quarantine
from newscrawl.dates import Period
from newscrawl.frontier import TARGET, FrontierSpider, Target
from newscrawl.records import (
    ABSENT,
    GONE,
    HOST_FILE,
    NOT_MODIFIED,
    FetchedPage,
    MissedPage,
    crashed_page,
    host_file_asked,
)
from newscrawl.revisits import REDIRECTED, REFUSED_USE
from newscrawl.scheduler import frontier_failed
from newscrawl.site_files import Render, SiteFiles
from newscrawl.worker_entry import CleanedPage
from newsdata.errors import CrawlRunsError, DataError
from newsdata.identity import article_id, content_hash, site_of, url_key
from newsdata.records import BLOCKED_REASONS, SOURCE_REASONS, Fetch, Outcome, OutcomeKind, PageRecord, Usage
from newsdata.url_state import UrlState
from newsdata.usage import Purpose, denial, purposes

if TYPE_CHECKING:  # it brings the cleaner along
    from newscrawl.profiles import RunningProfiles

logger = logging.getLogger(__name__)

CLEANER = f"newsclean {version('newsmill')}"
_UNCLEANED = 64  # stored pages that are read for the cleaner at a time
_ANY_TIME = Period()
_NO_FILES = SiteFiles()
# Reasons for which scripts may help, and how a rendered page is told from one as it came.
_MAY_BE_SCRIPTED = frozenset({"too-short", "empty"})
# What the cleaner finds in a section's page.
_OF_SECTIONS = frozenset({"section-page", "too-short", "empty"})
_RENDERED_TYPE = "text/html; charset=utf-8"
_RENDERED = ("x-newsmill-rendered", "1")
_TICK = timedelta(microseconds=1)
_GROUP = 64  # outcomes between two commits
_GROUP_SECONDS = 0.5  # most time between two commits


@dataclass(slots=True)
class CrawlTally:
    """What a crawl has done so far.

    Attributes:
        crawl_id: Its id, as in the dataset.
        data: Folder of the dataset.
        outcomes: Number of outcomes by kind and reason; those of sources are counted apart.
        sources: Number of sources by reason: ``source`` if they were read, ``no-source`` if looked for in vain, or why not.
        articles_by_site: Number of articles stored, by site.
        resumed: Number of outcomes that were there when this process went on with the crawl, sources aside.
        blocked_by_site: Number of pages that the site did not let the crawl see, by site and reason.
        recleaned_by_site: Number of articles that the site's profile changed at the end, by site.
        learning_stopped: It was interrupted while articles were cleaned again with what their sites taught.
        problem: Why the dataset could no longer be written; empty if it can.
        runs_already: The problem is that another process runs the same crawl.
    """

    crawl_id: str
    data: Path
    outcomes: Counter[tuple[OutcomeKind, str]] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    articles_by_site: Counter[str] = field(default_factory=Counter)
    resumed: int = 0
    blocked_by_site: Counter[tuple[str, str]] = field(default_factory=Counter)
    recleaned_by_site: Counter[str] = field(default_factory=Counter)
    learning_stopped: bool = False
    problem: str = ""
    runs_already: bool = False

    def count(self, kind: OutcomeKind) -> int:
        """Number of outcomes of a kind."""
        return sum(number for (each, _), number in self.outcomes.items() if each == kind)

    def add(self, kind: OutcomeKind, reason: str, number: int = 1, *, is_source: bool = False) -> None:
        """Count outcomes."""
        if is_source or reason in SOURCE_REASONS:
            self.sources[reason] += number
        else:
            self.outcomes[kind, reason] += number


class DatasetPipeline:
    """Cleans what the spiders fetch, in other processes, and writes all of it to the dataset."""

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self.crawler = crawler
        self.tally = CrawlTally(new_crawl_id(), Path(settings["NEWSMILL_DATA"]))
        self._learns = settings.getbool("NEWSMILL_LEARN")
        self._profiles: RunningProfiles | None = None
        self._opening: asyncio.Future[RunningProfiles | None] | None = None
        self._respected = purposes(settings.getlist("NEWSMILL_RESPECT_USAGE"))
        self._writer: newsdata.Writer | None = None
        self._frontier: newsdata.Frontier | None = None
        self._resources = contextlib.ExitStack()
        self._uncommitted = 0
        self._next_commit: asyncio.TimerHandle | None = None
        self._closing: asyncio.Future[None] | None = None
        crawler.signals.connect(self._stop, frontier_failed)
        crawler.signals.connect(self._host_file_asked, host_file_asked)
        crawler.signals.connect(self._spider_failed, signals.spider_error)
        crawler.signals.connect(self._spider_closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> DatasetPipeline:
        """Make it for a crawler."""
        return cls(crawler)

    def open_spider(self) -> None:
        """Open the dataset and the crawl's frontier.

        Raises:
            CloseSpider: If the dataset cannot be opened; the log and :attr:`tally` say why.
        """
        try:
            self._writer = self._resources.enter_context(
                newsdata.open_writer(
                    self.tally.data, crawl_id=self.tally.crawl_id, is_article_url=is_article_url
                )
            )
            self._open_frontier()
        except (DataError, OSError) as error:
            self.tally.runs_already = isinstance(error, CrawlRunsError)
            self._fail(error)
            raise CloseSpider("storage-failed") from error
        spider = self.crawler.spider
        if (
            isinstance(spider, RenderingSpider)
            and spider.needs_browser
            and (problem := browser_problem(browser_path(self.crawler.settings)))
        ):
            self._fail(BrowserMissingError(problem))
            raise CloseSpider("no-browser")

    def _open_frontier(self) -> None:
        """Begin a crawl, or take up the one that was not finished."""
        spider = self.crawler.spider
        if self._writer is None or not isinstance(spider, FrontierSpider):
            return  # another project's spider: its requests are Scrapy's business
        self._frontier = newsdata.open_frontier(
            self.tally.data,
            plan=spider.plan,
            crawl_id=self.tally.crawl_id,
            before_commit=self._writer.sync,
            fresh=self.crawler.settings.getbool("NEWSMILL_FRESH"),
        )
        self.tally.crawl_id = self._frontier.crawl_id
        spider.frontier.keep_in(self._frontier)
        spider.scope.sites.update(self._frontier.sites)
        spider.uncleaned = self._uncleaned(self._frontier)
        budget = getattr(spider, "budget", None)
        for (kind, host, outcome, reason), number in self._frontier.outcomes().items():
            self.tally.add(outcome, reason, number, is_source=kind != "article")
            site = site_of(f"http://{host}/")
            if outcome == "stored":
                self.tally.articles_by_site[site] += number
            if reason in BLOCKED_REASONS:
                self.tally.blocked_by_site[site, reason] += number
            if kind == "article" and isinstance(budget, Budget) and reason != "robots":
                budget.take_up(site, number, number if outcome == "stored" else 0)
            if kind == "front" and outcome == "failed":
                spider.failed_sites.update(self._frontier.failed("front"))
        self.tally.resumed = self.tally.outcomes.total()
        if self._frontier.is_resumed:
            waiting = self._frontier.waiting - len(self._frontier.uncleaned)
            self.crawler.stats.inc_value("scheduler/enqueued", waiting)
            logger.info(
                "Crawl %s goes on: %d pages done, %d waiting",
                self.tally.crawl_id,
                self.tally.resumed,
                waiting,
            )

    @property
    def pool(self) -> CleaningPool:
        """The processes that clean the crawl's pages."""
        pool = self.crawler.get_extension(CleaningPool)
        assert pool is not None  # noqa: S101 - for the type checker: the add-on installs it
        return pool

    async def _uncleaned(self, frontier: newsdata.Frontier) -> AsyncIterator[FetchedPage]:
        """The pages that an earlier process has stored and not cleaned, as fast as the cleaner takes them."""
        for first in range(0, len(frontier.uncleaned), _UNCLEANED):
            urls = frontier.uncleaned[first : first + _UNCLEANED]
            pages = newsdata.pages_of_crawl(self.tally.data, frontier.crawl_id, urls)
            for page in pages.values():
                yield fetched_page(page)
            while self.pool.waiting > _UNCLEANED:  # noqa: ASYNC110 - the pool is Pebble's, which has no event for it
                await asyncio.sleep(0.05)

    async def close_spider(self) -> None:
        """Bring everything into the dataset's files, learn the sites' profiles, and end the cleaning processes."""
        try:
            with self._resources:
                if self._writer:
                    self._commit()  # what is in the journal is known, whatever the problem was
                if self._writer and not self.tally.problem:
                    self._writer.seal()
                    # a crawl that was interrupted ends at once; the next one learns from its pages too
                    self.tally.learning_stopped = self._learns and not self.crawler.crawling
                    if self._learns and self.crawler.crawling:
                        await self._learn(self._writer)
        except CleaningStoppedError:
            self.tally.learning_stopped = True
        except (DataError, OSError) as error:
            self._fail(error)

    def _spider_closed(self, reason: str) -> None:
        """End the crawl if everything that it has taken on is done; else the next run goes on with it."""
        if self._next_commit:
            self._next_commit.cancel()
        if self._frontier is None:
            return
        try:
            with self._frontier:
                budget: Budget | None = getattr(self.crawler.spider, "budget", None)
                held_back = budget is not None and budget.held_back
                is_whole = reason == "finished" and (held_back or not self._frontier.waiting)
                is_done = (is_whole or reason == ENOUGH) and not self.tally.learning_stopped
                if is_done and not self.tally.problem:
                    self._frontier.finish()
        except DataError as error:
            self._fail(error)

    async def _learn(self, writer: newsdata.Writer) -> None:
        """Learn the profiles of the crawl's sites, and clean again what they change."""
        spider = self.crawler.spider
        known = spider.scope.sites if isinstance(spider, FrontierSpider) else ()
        # also those that an earlier run of the crawl was done with, and those that an earlier crawl was stopped at
        with newsdata.connect(self.tally.data) as connection:
            sites = {*self.tally.articles_by_site, *newsdata.unlearned_sites(connection, known)}
        if not sites:
            return
        from newscrawl.profiles import learn_stored, reclean, store_learned  # noqa: PLC0415 - the cleaner comes along

        # in a thread: a signal to stop must be heard meanwhile
        learned = await asyncio.to_thread(
            learn_stored, self.tally.data, sites, lambda: bool(self.crawler.crawling)
        )
        profiles = {site: self._site_files.profile(each.profile) for site, each in learned.items()}
        settled = {site: self.tally.crawl_id for site, each in learned.items() if not each.acts_anew}
        async for each in reclean(self.tally.data, self.pool, profiles, stale_only=True, only_crawl=settled):
            if each.changed and each.stored and isinstance(each.result, Article):
                writer.write_article(each.result, each.fetch, cleaner=CLEANER, id=each.stored.id)
                self.tally.recleaned_by_site[site_of(each.fetch.url)] += 1
                states = self._frontier.url_states if self._frontier else None
                if states and (state := states.get(each.fetch.url)):
                    states.put([replace(state, version_hash=version_hash(each.result))])
        store_learned(self.tally.data, learned.values(), crawl_id=self.tally.crawl_id)
        writer.seal()

    async def process_item(self, item: object) -> object:
        """Store an item of ours; others pass untouched."""
        if not isinstance(item, (FetchedPage, MissedPage)) or self._writer is None or self.tally.problem:
            return item
        stored = False
        try:
            if isinstance(item, FetchedPage):
                item = self._in_order(item)
                stored = await self._store(self._writer, item)
            else:
                if item.is_source:
                    self._commit()  # it counts as read only when all that it names is in the frontier
                self._miss(self._writer, item)
        except CleaningStoppedError:
            logger.debug("stopped before it was cleaned: %s", item.url)
        except (DataError, OSError) as error:
            self._stop(error)
        except Exception as error:  # a fault of ours costs one article, not its page, and the crawl goes on
            logger.exception("Cannot store %s", item.url)
            self._crashed(self._writer, item, error)
        if isinstance(item, FetchedPage) or not item.is_source:
            self._spend(item.requested_url, stored=stored)
        return item

    def _in_order(self, page: FetchedPage) -> FetchedPage:
        """The page, later than what is stored of it, also if the clock was set back: the newest version must win."""
        known = self._frontier.url_states.get(page.requested_url) if self._frontier else None
        if known is None or page.is_stored:
            return page
        return replace(page, fetched_at=known.after_last(page.fetched_at))

    def _miss(self, writer: newsdata.Writer, page: MissedPage) -> None:
        """Give a page its outcome that did not come; if it is known, it may be as it was, or gone."""
        outcome = missed_outcome(page, self.tally.crawl_id)
        known = self._frontier.url_states.get(page.requested_url) if self._frontier else None
        states: tuple[UrlState, ...] = ()
        is_absent = page.status in ABSENT and not page.is_source
        if known and known.article_id and is_absent:
            outcome = replace(outcome, kind="skipped", reason=GONE, detail=page.reason)
        if is_absent or (known and known.article_id and outcome.reason == NOT_MODIFIED):
            # of what was never there, too: asked for again less and less often, as its first visit is longer ago
            known = known or UrlState(page.url, outcome.kind, page.decided_at, dated=page.decided_at)
            outcome = replace(outcome, article_id=known.article_id)
            state = replace(
                known,
                url=page.url,
                outcome=outcome.kind,
                fetched_at=page.decided_at,
                reason=outcome.reason,
                http_status=page.status,
            )
            states = with_redirect(page, state)
        self._write_outcome(writer, outcome, states, is_source=page.is_source)
        if page.kept is not None:  # behind its outcome: a page without one would be cleaned after a restart
            writer.write_page(page_record(page.kept, page_fetch(page.kept, self.tally.crawl_id)))

    def _crashed(self, writer: newsdata.Writer, page: FetchedPage | MissedPage, error: Exception) -> None:
        """Give a page its outcome on which our own code has failed; its bytes are kept, to be cleaned again."""
        try:
            is_kept = self._frontier is not None and self._frontier.has_page(page.requested_url)
            kept = page if isinstance(page, FetchedPage) and not is_kept else None
            self._miss(writer, crashed_page(page, error, kept))
        except (DataError, OSError) as problem:
            self._stop(problem)

    def _host_file_asked(self, url: str, status: int | None, reason: str, detail: str) -> None:
        """Give a host's file its outcome, one a crawl; of a robots.txt that cannot be read, the closed pages say so."""
        if self._frontier is None or self._writer is None or self.tally.problem:
            return
        try:
            if not self._frontier.claim(url):
                return
            outcome = Outcome(
                url, "skipped", datetime.now(UTC), reason, detail,
                http_status=status, via=HOST_FILE, crawl_id=self.tally.crawl_id,
            )  # fmt: skip
            self._writer.write_outcome(outcome)  # first: what has an outcome is never given out
            host = urlsplit(url).netloc
            self._frontier.add(url, kind=HOST_FILE, host=host, priority=0, via=HOST_FILE, is_given_out=True)
            self._note(outcome)
            self._commit()  # the next run knows of it by the frontier only
        except (DataError, OSError) as error:
            self._stop(error)

    def _spend(self, url: str, *, stored: bool) -> None:
        """Count an article's outcome; end the crawl if it has all that it may have."""
        budget: Budget | None = getattr(self.crawler.spider, "budget", None)
        if budget is None:
            return
        budget.end(url, stored=stored)
        if budget.is_used_up and self.crawler.crawling and self._closing is None:
            self._closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=ENOUGH))

    def _spider_failed(self, failure: Failure, response: Response | Failure) -> None:
        """Give a page its outcome that a spider's method has failed on; Scrapy has logged the traceback."""
        request = getattr(response, "request", None)
        target = request.meta.get(TARGET) if request else None
        if not isinstance(target, Target) or self._writer is None or self.tally.problem:
            return
        detail = f"{type(failure.value).__name__}: {' '.join(str(failure.value).split())[:200]}"
        try:
            self._write_outcome(
                self._writer,
                Outcome(
                    target.url,
                    "failed",
                    datetime.now(UTC),
                    reason="other",
                    detail=detail,
                    via=target.via,
                    crawl_id=self.tally.crawl_id,
                ),
            )
        except (DataError, OSError) as error:
            self._stop(error)

    def _stop(self, error: DataError | OSError) -> None:
        """End the crawl: nothing can be written any more."""
        if self.tally.problem:
            return
        self._fail(error)
        self._closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="storage-failed"))

    def _fail(self, error: DataError | OSError | BrowserMissingError) -> None:
        self.tally.problem = self.tally.problem or str(error)
        logger.error("%s", error)

    def _commit(self) -> None:
        """Make durable what was written, and only then the frontier's knowledge of it."""
        self._uncommitted = 0
        if self._next_commit:
            self._next_commit.cancel()
            self._next_commit = None
        if self._frontier:
            spider = self.crawler.spider
            if isinstance(spider, FrontierSpider):
                self._frontier.sites = tuple(sorted(spider.scope.sites))
            self._frontier.commit()

    def _commit_in_time(self) -> None:
        try:
            self._commit()
        except (DataError, OSError) as error:
            self._stop(error)

    async def _store(self, writer: newsdata.Writer, page: FetchedPage) -> bool:
        """Clean and write a page; True if it is an article."""
        fetch = page_fetch(page, self.tally.crawl_id)
        known = self._frontier.url_states.get(page.requested_url) if self._frontier else None
        # what is known of the last page is of the article's; where it was gone meanwhile too
        stored_before = known if known and (known.is_stored or known.reason == GONE) else None
        if (
            stored_before
            and not page.is_stored
            and stored_before.page_hash == page_hash(page.body)
            and self._render(page.url) != "always"
        ):
            self._write_unchanged(writer, page, stored_before, "same-page")
            return False
        if refused := self._refused_use(fetch):
            purpose, signal = refused
            told = Outcome.of(
                fetch,
                "skipped",
                reason=f"{REFUSED_USE}{purpose}",
                detail=f"{signal.source}: {signal.value}"[:200],
            )
            # nothing of the page is kept, so that it is asked for anew, without its ETag
            state = UrlState(
                page.url,
                told.kind,
                _asked_at(page),
                told.reason,
                (known.dated if known else None) or page.fetched_at,
                page.status,
                version_hash=known.version_hash if known else "",
                article_id=known.article_id if known else "",
                kept_at=known.kept_at if known else None,
            )
            self._write_outcome(writer, told, with_redirect(page, state))
            return False
        if not stored_before:  # at once: a page that came is never asked for again, however the process ends
            self._write_page(writer, page, fetch)
        site = site_of(page.url)
        answer, rendered = await self._clean(page, partial(self._profile, site))
        cleaned = answer if isinstance(answer, Quarantine) else answer.article
        version = ""
        if isinstance(cleaned, Article):
            version = version_hash(cleaned)
            key = article_id(page.url, cleaned.canonical_url, is_article_url)
            # also where a wall or something else came in its place the last time
            is_as_stored = known and (known.version_hash, known.article_id) == (version, key)
            if known and is_as_stored and known.reason != "duplicate":
                self._write_unchanged(writer, page, known, "same-text")
                return False
        if stored_before:
            self._write_page(writer, page, fetch)
        if rendered:  # a page of its own, so that it can be cleaned again
            fetch = replace(fetch, fetched_at=max(datetime.now(UTC), fetch.fetched_at + _TICK))
            writer.write_page(PageRecord(fetch, rendered, _RENDERED_TYPE, (*page.headers, _RENDERED)))
        outcome = partial(Outcome.of, fetch)
        if isinstance(cleaned, Quarantine):
            told = outcome("quarantined", reason=cleaned.reason, detail=cleaned.detail)
        elif isinstance(cleaned, NoArticle) and _is_section_instead(page, cleaned):
            told = outcome("skipped", reason="soft-404", detail="redirects to a section")
        elif isinstance(cleaned, NoArticle):
            told = outcome("skipped", reason=cleaned.reason, detail=cleaned.detail)
        elif cleaned.published and (refusal := self._period.refusal(cleaned.published)):
            told = outcome(
                "skipped",
                reason=refusal,
                detail=f"published {cleaned.published.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
            )
        else:
            is_known_duplicate = known and (known.reason, known.version_hash) == ("duplicate", version)
            if is_known_duplicate or (self._frontier and self._frontier.has_stored(key)):
                detail = f"same article as {cleaned.canonical_url}"
                told = outcome("skipped", reason="duplicate", detail=detail, article_id=key)
            else:
                writer.write_article(cleaned, fetch, cleaner=CLEANER)
                self.tally.articles_by_site[site] += 1
                if self._profiles and isinstance(answer, CleanedPage) and answer.outline is not None:
                    name = article_id(page.url)
                    if self._profiles.observe(site, name, page.fetched_at, answer.outline):
                        writer.write_outline(answer.outline, fetch, cleaner=CLEANER)
                told = outcome("stored", article_id=key)
        published = cleaned.published if isinstance(cleaned, Article) else None
        dated = published or (known.dated if known else None) or page.fetched_at
        state = UrlState(
            page.url,
            told.kind,
            _asked_at(page),
            told.reason,
            dated,
            page.status,
            page.header("etag"),
            page.header("last-modified"),
            page_hash(page.body),
            version if told.article_id else (known.version_hash if known else ""),
            told.article_id or (known.article_id if known else ""),
            fetch.fetched_at,
        )
        self._write_outcome(writer, told, with_redirect(page, state))
        return told.kind == "stored"

    async def _profile(self, site: str) -> bytes:
        """What is known of a site, as the cleaning processes take it."""
        # once and in a thread: the cleaner comes along and DuckDB opens the dataset, which takes a second or two
        if self._opening is None:
            self._opening = asyncio.ensure_future(asyncio.to_thread(self._open_profiles))
        self._profiles = await asyncio.shield(self._opening)
        from newsclean.profile import SiteProfile  # noqa: PLC0415 - the cleaner comes along
        from newscrawl.profiles import packed  # noqa: PLC0415 - as above

        if self._profiles is None:
            return packed(self._site_files.profile(SiteProfile(site)))
        return self._profiles.of(site)

    def _open_profiles(self) -> RunningProfiles | None:
        """The profiles that the crawl starts from; None if it does not learn."""
        # a crawl in which no page has changed has no use for the cleaner
        from newscrawl.profiles import RunningProfiles  # noqa: PLC0415

        if not self._learns:
            return None
        opened = RunningProfiles(self.tally.data, self._site_files)
        self._resources.callback(opened.close)
        return opened

    def _render(self, url: str) -> Render:
        spider = self.crawler.spider
        return spider.render(url) if isinstance(spider, RenderingSpider) else "never"

    async def _clean(
        self, page: FetchedPage, profile: Callable[[], Awaitable[bytes]]
    ) -> tuple[CleanedPage | Quarantine, bytes]:
        """Clean a page; after its scripts have run, where its site asks for that or nothing else gives an article.

        Returns:
            What it gives, and the HTML that its scripts made; empty if that was not what was cleaned.
        """
        render = self._render(page.url)
        browser = self.crawler.get_extension(PageBrowser)
        is_rendered = _RENDERED in page.headers  # by an earlier process

        def clean(body: bytes, content_type: str) -> Awaitable[CleanedPage | Quarantine]:
            return self.pool.clean(body, page.url, content_type, profile, page.fetched_at)

        if browser is None or is_rendered or render == "never":
            return await clean(page.body, page.content_type), b""
        answer: CleanedPage | Quarantine | None = None
        if render == "auto":
            answer = await clean(page.body, page.content_type)
            found = answer.article if isinstance(answer, CleanedPage) else None
            if (
                not isinstance(found, NoArticle)
                or found.reason not in _MAY_BE_SCRIPTED
                or b"<script" not in page.body.lower()
            ):
                return answer, b""
        rendered = await browser.render(page.url, page.body, page.content_type)
        if rendered is None:
            return answer or await clean(page.body, page.content_type), b""
        again = await clean(rendered, _RENDERED_TYPE)
        if answer and not (isinstance(again, CleanedPage) and isinstance(again.article, Article)):
            return answer, b""
        return again, rendered

    def _refused_use(self, fetch: Fetch) -> tuple[Purpose, Usage] | None:
        """The first purpose that the crawl respects and a signal of the page forbids, and the signal."""
        for purpose in self._respected:
            if signal := denial(fetch.usage, purpose):
                return purpose, signal
        return None

    def _write_page(self, writer: newsdata.Writer, page: FetchedPage, fetch: Fetch) -> None:
        if page.is_stored:
            return
        writer.write_page(page_record(page, fetch))
        if self._frontier:
            self._frontier.keep_page(page.requested_url)

    def _write_unchanged(
        self, writer: newsdata.Writer, page: FetchedPage, known: UrlState, reason: str
    ) -> None:
        """Give a page that came again with nothing new in it its outcome, and no row elsewhere."""
        outcome = Outcome(
            page.url,
            "unchanged",
            page.fetched_at,
            reason,
            requested_url="" if page.requested_url == page.url else page.requested_url,
            http_status=page.status,
            via=page.via,
            crawl_id=self.tally.crawl_id,
            article_id=known.article_id,
        )
        state = replace(
            known,
            url=page.url,
            outcome="unchanged",
            fetched_at=_asked_at(page),
            reason=reason,
            http_status=page.status,
            etag=page.header("etag"),
            last_modified=page.header("last-modified"),
            page_hash=page_hash(page.body),
        )
        self._write_outcome(writer, outcome, with_redirect(page, state))

    @property
    def _site_files(self) -> SiteFiles:
        files: SiteFiles = getattr(self.crawler.spider, "site_files", _NO_FILES)
        return files

    @property
    def _period(self) -> Period:
        return getattr(self.crawler.spider, "period", _ANY_TIME)

    def _write_outcome(
        self,
        writer: newsdata.Writer,
        outcome: Outcome,
        states: tuple[UrlState, ...] = (),
        *,
        is_source: bool = False,
    ) -> None:
        writer.write_outcome(outcome)
        self._note(outcome, states, is_source=is_source)

    def _note(self, outcome: Outcome, states: tuple[UrlState, ...] = (), *, is_source: bool = False) -> None:
        self.tally.add(outcome.kind, outcome.reason, is_source=is_source)
        if outcome.reason in BLOCKED_REASONS:
            self.tally.blocked_by_site[site_of(outcome.url), outcome.reason] += 1
        self.crawler.stats.inc_value("/".join(filter(None, ("newsmill", outcome.kind, outcome.reason))))
        if self._frontier:
            url = outcome.requested_url or outcome.url
            self._frontier.end(
                url, outcome.kind, outcome.reason, article_id=outcome.article_id, states=states
            )
        self._uncommitted += 1
        if self._uncommitted >= _GROUP:
            self._commit()
        elif self._next_commit is None:
            self._next_commit = asyncio.get_running_loop().call_later(_GROUP_SECONDS, self._commit_in_time)


def _is_section_instead(page: FetchedPage, found: NoArticle) -> bool:
    """Whether an article's URL led to another that is none, and there to no article."""
    return (
        found.reason in _OF_SECTIONS
        and url_key(page.url) != url_key(page.requested_url)
        and is_article_url(page.requested_url)
        and not is_article_url(page.url)
    )


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
        usage=page.usage,
    )


def page_record(page: FetchedPage, fetch: Fetch) -> PageRecord:
    """A page as the dataset keeps it."""
    return PageRecord(fetch, page.body, page.content_type, page.headers)


def fetched_page(page: PageRecord) -> FetchedPage:
    """A page of the dataset as the spider hands it over."""
    fetch = page.fetch
    return FetchedPage(
        fetch.requested_url or fetch.url,
        fetch.url,
        fetch.via,
        fetch.http_status or 0,
        page.headers,
        page.content_type,
        page.body,
        fetch.fetched_at,
        is_stored=True,
        usage=fetch.usage,
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


def _asked_at(page: FetchedPage) -> datetime:
    """When a page was asked for, by the clock as it is now: by that its next visit is reckoned."""
    return min(page.fetched_at, datetime.now(UTC))


def page_hash(body: bytes) -> str:
    """The hash by which a page's bytes are known again."""
    return blake2b(body, digest_size=16).hexdigest()


def version_hash(article: Article) -> str:
    """The hash by which a version of an article is known again: of its title, authors and text."""
    return content_hash("\n".join((article.title, *article.authors, article.text)))


def with_redirect(page: FetchedPage | MissedPage, state: UrlState) -> tuple[UrlState, ...]:
    """What is known of a page's URL, and of the one first asked for if that is another."""
    if page.requested_url == page.url:
        return (state,)
    return state, replace(state, url=page.requested_url, reason=REDIRECTED)
