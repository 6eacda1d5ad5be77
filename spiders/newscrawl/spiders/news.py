"""The spider ``news``: from the front pages of sites to their articles."""

from __future__ import annotations

import asyncio
import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import TypeVar

from scrapy import Request, Spider
from scrapy.http import Response, TextResponse
from twisted.python.failure import Failure

from newscrawl import feeds, sitemaps
from newscrawl.article_url import Place, Source, is_article_url, url_dates
from newscrawl.browser import PageBrowser
from newscrawl.budget import Budget, Limits
from newscrawl.cleaning import CleaningStoppedError, Quarantine, ReadingPool
from newscrawl.dates import period
from newscrawl.errors import CrawlStoppedError, FailureKind, failure_outcome
from newscrawl.feeds import FeedEntry, section_feed
from newscrawl.frontier import LISTED, TARGET, Frontier, Scope, Target, TargetKind, nothing
from newscrawl.links import absolute_url
from newscrawl.pagination import following_page, next_page
from newscrawl.records import ABSENT, NO_SOURCE, NOT_MODIFIED, SOURCE, FetchedPage, MissedPage, crashed_page
from newscrawl.revisits import REDIRECTED, RevisitPlan, read_revisit_plan
from newscrawl.robots import StrictRobotsMiddleware
from newscrawl.sections import (
    Link,
    PageLinks,
    archive_links,
    days_like,
    header_links,
    section_links,
)
from newscrawl.site_files import Render, SiteFile, SiteFiles, read_site_files, render_of
from newscrawl.sitemaps import MAX_BYTES, MAX_DEPTH, MAX_URLS, SitemapEntry, newest_first, read_sitemap
from newscrawl.source_bodies import source_body
from newscrawl.tdmrep import TdmReservations
from newscrawl.url_list import BadLine, read_url_list, site_url, source_names
from newscrawl.usage import usage_signals
from newsdata.identity import site_of
from newsdata.records import Usage
from newsdata.url_state import UrlState

Output = Request | FetchedPage | MissedPage
T = TypeVar("T")

# Fresh news first, archives last; a higher number is fetched earlier. Articles stand between the sections' first
# pages and what follows them, the younger the earlier.
_PRIORITIES = {"front": 60, "feed": 50, "sitemap": 36, "section": 34}
_NEWS_SITEMAP_PRIORITY = 45
_FRESH_PRIORITY = 40
_UNDATED_PRIORITY = 35  # found on a page: as a rule of these days
_OLDEST_PRIORITY = 24
_NEXT_PAGE_PRIORITY = 22
_ARCHIVE_PRIORITY = 20
_REVISIT_PRIORITY = 10
_NEWS_NAME = re.compile(r"news", re.IGNORECASE)
# A sitemap whose name has no other words than these lists no articles: "tags-2.xml", but not "posts-image.xml".
_OTHER_SITEMAP = frozenset(
    "author authors tag tags category categories topic topics image images video videos section sections user users".split()
)
_EVERY_SITEMAP = frozenset("sitemap sitemaps map index xml txt php".split())
LISTS_NO_ARTICLES, NESTED_TOO_DEEP = "lists-no-articles", "nested-too-deep"  # why a sitemap is not read
_HTML_TYPES = frozenset(
    {"", "text/html", "application/xhtml+xml", "application/xml", "text/xml", "text/plain"}
)
# A front page that answers with these says nothing about the rest of the site.
_FRONT_ONLY = re.compile(r"http-4|robots$|redirect|too-large|truncated|source-")
_ITEMS_A_TURN = 100  # how many links or entries are looked at before the event loop has its turn
_PAGES_WITHOUT_NEWS = 2  # how far a section is followed while it brings nothing new
_GUESSES_IN_VAIN = 3  # how many sections are asked for a feed like the front page's before that is given up
_PAUSE = 0.1  # seconds between two looks whether a sitemap may be read on
_LINES_IN_MEMORY = 1_000_000  # characters of a sitemap's articles; beyond, they lie in a file
_LARGEST_FEED = 10_000_000  # bytes; a feed may also stand where a sitemap was announced


@dataclass(frozen=True, slots=True)
class Named:
    """A page that a source names.

    Attributes:
        url: Its URL.
        via: How it was found.
        source: Who named it.
        text: Its title or the text of its link.
        place: Where its link stands.
        dated: Its date, by its source.
        language: Its language, by its source.
    """

    url: str
    via: str
    source: Source
    text: str = ""
    place: Place = ""
    dated: datetime | None = None
    language: str = ""


class SourceQuarantinedError(Exception):
    """A source was too much for the process that was to read it.

    Attributes:
        quarantine: What happened.
    """

    def __init__(self, quarantine: Quarantine) -> None:
        super().__init__(quarantine.detail)
        self.quarantine = quarantine


class NewsSpider(Spider):
    """Finds and fetches the articles of news sites.

    Args:
        site: URLs of front pages, separated by commas; a bare host gets ``https://``.
        file: A file of article URLs, fetched as they stand there.
        since: ISO date; what is older by its source or its own date is left out.
        until: ISO date, included; what is younger by its source or its own date is left out.
        max_pages: Most article pages to fetch.
        max_articles: Most articles to store.
        max_pages_per_site: Most article pages to fetch from one site.
        max_articles_per_site: Most articles to store from one site.
        sources: Where to look: of ``feeds``, ``sitemaps``, ``sections``, separated by commas; all if empty.
        site_files: TOML files of sites (see :mod:`newscrawl.site_files`), separated by commas; their front
            pages are crawled too.
        render: When to run a page's scripts in a browser: ``never``, ``auto`` (an article's, where the fetched page
            holds none) or ``always``; what a site's file says comes first.

    Raises:
        ValueError: If an argument cannot be used; the message says why.
        OSError: If a file cannot be read.
    """

    name = "news"

    def __init__(
        self,
        site: str = "",
        file: str = "",
        since: str = "",
        max_pages: str | int = "",
        *,
        until: str = "",
        max_articles: str | int = "",
        max_pages_per_site: str | int = "",
        max_articles_per_site: str | int = "",
        sources: str = "",
        site_files: str = "",
        render: str = "never",
        **kwargs: str,
    ) -> None:
        super().__init__(**kwargs)
        self.site_files = read_site_files([Path(each) for each in site_files.split(",") if each])
        fronts = [front for file in self.site_files for front in file.start]
        self.sites = fronts + [site_url(each) for each in site.split(",") if each.strip()]
        self.file = file
        if file:
            Path(file).open("rb").close()  # what cannot be read is said before anything is fetched
        if not self.sites and not file:
            raise ValueError("nothing to crawl: give -a site=URL, -a site_files=FILE or -a file=FILE")
        self.period = period(since, until)
        self.sources = source_names(sources)
        limits = Limits(
            _at_least_one(max_pages, "max_pages"),
            _at_least_one(max_articles, "max_articles"),
            _at_least_one(max_pages_per_site, "max_pages_per_site"),
            _at_least_one(max_articles_per_site, "max_articles_per_site"),
        )
        self.budget = Budget(limits, _site_limits(self.site_files))
        self._render = render_of(render)
        self.frontier = Frontier()
        self.scope = Scope()
        self.not_due: dict[str, int] = {}  # number of known pages that are not asked for, by site
        self._began = datetime.now(UTC)
        self.failed_sites: dict[str, str] = {}
        self.uncleaned: AsyncIterable[FetchedPage] = nothing()
        self._taken: Counter[tuple[str, str]] = Counter()  # sources taken on, by site and kind
        self._front_feeds: dict[str, tuple[str, str]] = {}  # by site: the guessed feed, and its front page
        self._feedless: defaultdict[str, list[str]] = defaultdict(list)  # by site: sections that name no feed
        self._feeds_in_vain: Counter[str] = Counter()
        self._open_sitemaps: defaultdict[str, set[str]] = defaultdict(
            set
        )  # asked for and not read to the end
        self._sorting = asyncio.Lock()  # held while a sitemap's entries are in memory

    async def start(self) -> AsyncIterator[Output]:
        """Hand over what was fetched and not cleaned; ask for the listed URLs and the front pages."""
        async for page in self.uncleaned:
            yield page
        async for line in _in_turns(read_url_list(Path(self.file)) if self.file else ()):
            if isinstance(line, BadLine):
                self.logger.warning("%s:%d: %s: %s", self.file, line.number, line.problem, line.text)
            elif self.frontier.claim(line):
                self.budget.take_on(site_of(line))
                yield self._request(Target("article", line, LISTED), _FRESH_PRIORITY)
        for site in self.sites:
            self.scope.add(site)
            if self.frontier.claim(site):
                yield self._request(Target("front", site, "front"))
        for file in self.site_files:
            for request in self._named_sources(file):
                yield request

    def _named_sources(self, file: SiteFile) -> Iterator[Request]:
        """Ask for the sources that a site's file names."""
        kinds: dict[str, TargetKind] = {"feeds": "feed", "sitemaps": "sitemap", "sections": "section"}
        for sources, kind in kinds.items():
            for url in file.named(sources) if sources in self.sources else ():
                if self.frontier.claim(url):
                    depth, owner = int(kind == "section"), self._owner(url, next(iter(file.sites), ""))
                    yield self._request(Target(kind, url, f"site:{file.name}", depth=depth, owner=owner))

    def render(self, url: str) -> Render:
        """When to run the scripts of a page."""
        file = self.site_files.of(url)
        return (file.render if file else "") or self._render

    @property
    def needs_browser(self) -> bool:
        """Whether any page may have to be rendered."""
        return {self._render, *(file.render for file in self.site_files)} & {"auto", "always"} != set()

    async def _read_page(self, response: Response) -> PageLinks:
        """What a source leads to; after its scripts have run, where that is asked for.

        Raises:
            SourceQuarantinedError: If it is too much for its process.
            CleaningStoppedError: If the crawl is stopped first.
        """
        body, encoding = source_body(response).read(), _encoding(response)
        browser = self.crawler.get_extension(PageBrowser)
        if browser and self.render(response.url) == "always":
            rendered = await browser.render(response.url, body, _header(response, "Content-Type"))
            if rendered is not None:
                body, encoding = rendered, "utf-8"
        page = await _survived(self._reader.read_page(body, response.url, encoding))
        named = [value.decode("latin-1") for value in response.headers.getlist("Link")]
        return replace(page, links=header_links(named, response.url) + page.links) if named else page

    async def _read_feed(self, response: Response) -> tuple[FeedEntry, ...] | None:
        """The entries of a feed; None if it is none.

        Raises:
            SourceQuarantinedError: If it is too much for its process.
            CleaningStoppedError: If the crawl is stopped first.
        """
        body = source_body(response)
        body.seek(0)
        content_type = _header(response, "Content-Type")
        return await _survived(self._reader.read_feed(body.read(_LARGEST_FEED), response.url, content_type))

    @property
    def _reader(self) -> ReadingPool:
        pool = self.crawler.get_extension(ReadingPool)
        assert pool is not None  # noqa: S101 - for the type checker: the add-on installs it
        return pool

    def _looks_for(self, sources: str, front: str) -> bool:
        """Whether sources of a kind are to be found, from a site's page."""
        file = self.site_files.of(front)
        return sources in self.sources and (file is None or sources in file.looked_for)

    @property
    def plan(self) -> str:
        """What is asked for; the same plan takes up what was not finished of it."""
        return json.dumps(
            {
                "spider": self.name,
                "sites": sorted(set(self.sites)),
                "file": self.file and str(Path(self.file).resolve()),
                "period": [moment and moment.date().isoformat() for moment in astuple(self.period)],
                "limits": astuple(self.budget.limits),
                "sources": self.sources,
            }
            | ({"site_files": names} if (names := [file.name for file in self.site_files]) else {})
        )

    def request(self, target: Target, priority: int) -> Request:
        """The request for a target of the frontier."""
        request = self._request(target, priority)
        known = self.frontier.store.url_states.get(target.url) if target.kind == "article" else None
        if known and known.is_stored:  # RFC 9110, 13.1: answer 304 if it is as it was
            if known.etag:
                request.headers["If-None-Match"] = known.etag.encode("latin-1", "replace")
            if known.last_modified:
                request.headers["If-Modified-Since"] = known.last_modified.encode("latin-1", "replace")
        return request

    @cached_property
    def _revisits(self) -> RevisitPlan:
        path: str = self.settings["NEWSMILL_REVISIT"]
        return read_revisit_plan(Path(path) if path else None)

    def _request(self, target: Target, priority: int | None = None) -> Request:
        callbacks: dict[str, Callable[[Response], AsyncIterator[Output]]] = {
            "article": self.parse_article,
            "front": self.parse_source,
            "section": self.parse_source,
            "feed": self.parse_source,
            "sitemap": self.parse_source,
        }
        meta: dict[str, object] = {TARGET: target}
        if target.kind == "sitemap":
            meta["download_maxsize"] = MAX_BYTES
        return Request(
            target.url,
            callback=callbacks[target.kind],
            errback=self.missed,
            meta=meta,
            dont_filter=True,  # the frontier has decided
            priority=_PRIORITIES.get(target.kind, _UNDATED_PRIORITY) if priority is None else priority,
        )

    # Articles
    # ---------------------------------------------------------------------------------------------------

    async def parse_article(self, response: Response) -> AsyncIterator[Output]:
        """Hand a page to the cleaner, if it is a page."""
        target: Target = response.meta[TARGET]
        content_type = _header(response, "Content-Type")
        if content_type.partition(";")[0].strip().lower() not in _HTML_TYPES:
            yield _missed(target, response.url, "skipped", "not-html", content_type, status=response.status)
            return
        page = _fetched(target, response, response.body)
        try:
            page = replace(page, usage=await self._usage(response))
        except CrawlStoppedError:
            return  # the page is fetched again
        except Exception as error:  # a fault of ours costs one article, not its page
            self.logger.exception("Cannot read what %s says about its use", response.url)
            yield crashed_page(page, error, page)
            return
        yield page

    async def _usage(self, response: Response) -> tuple[Usage, ...]:
        """What a page, its headers and its host's files say about its use.

        Raises:
            CrawlStoppedError: If the crawl is stopped meanwhile.
        """
        robots = self.crawler.get_downloader_middleware(StrictRobotsMiddleware)
        reservations = self.crawler.get_extension(TdmReservations)
        return (
            *usage_signals(_headers(response), response.body, response.url),
            *(robots.usage(response.url) if robots else ()),
            *(await reservations.usage(response.url) if reservations else ()),
        )

    def missed(self, failure: Failure) -> AsyncIterator[Output] | Iterator[Output]:
        """Say what became of a request that failed, and go on where something else may help."""
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        error = failure.value or RuntimeError("failed without an error")
        target: Target = request.meta[TARGET]
        response = getattr(error, "response", None)
        url = response.url if isinstance(response, Response) else request.url
        status = response.status if isinstance(response, Response) else None
        if target.kind == "sitemap":
            self._open_sitemaps[target.site].discard(target.url)
        if isinstance(error, CrawlStoppedError):
            return iter(())
        kind, reason, detail = failure_outcome(error)
        if status == 304 and ("If-None-Match" in request.headers or "If-Modified-Since" in request.headers):
            kind, reason = "unchanged", NOT_MODIFIED
        return self._not_read(target, _missed(target, url, kind, reason, detail, status=status))

    def _not_read(self, target: Target, outcome: MissedPage) -> AsyncIterator[Output] | Iterator[Output]:
        """What follows when a target did not come, or could not be read."""
        if target.kind == "front":
            return self._front_failed(target, outcome)
        return self._next_or(target, outcome)

    async def _front_failed(self, target: Target, outcome: MissedPage) -> AsyncIterator[Output]:
        self.failed_sites[target.url] = (
            f"{outcome.reason}: {outcome.detail}" if outcome.detail else outcome.reason
        )
        if _FRONT_ONLY.match(outcome.reason):
            async for found in self._feeds_and_sitemaps(outcome.url, ()):
                yield found
        yield outcome

    def _next_or(self, target: Target, outcome: MissedPage) -> Iterator[Output]:
        """The next of several places to look, if there is one; then the outcome of this one."""
        for index, url in enumerate(target.alternatives):
            if self.frontier.claim(url):
                yield self._request(replace(target, url=url, alternatives=target.alternatives[index + 1 :]))
                break
        if target.kind == "feed" and target.guessed and target.depth:
            self._feeds_in_vain[site_of(target.url)] += 1
        is_no_news = target.guessed and outcome.kind != "quarantined"
        yield replace(outcome, kind="skipped", reason=NO_SOURCE) if is_no_news else outcome

    # Sources
    # ----------------------------------------------------------------------------------------------------

    async def parse_source(self, response: Response) -> AsyncIterator[Output]:
        """Read a source; its outcome comes last, when all that it names is taken on."""
        target: Target = response.meta[TARGET]
        read = {
            "front": self.parse_front,
            "section": self.parse_section,
            "feed": self.parse_feed,
            "sitemap": self.parse_sitemap,
        }[target.kind]
        requests, has_outcome = 0, False
        try:
            async for found in read(response):
                requests += isinstance(found, Request)
                has_outcome = has_outcome or (
                    isinstance(found, MissedPage) and found.requested_url == target.url
                )
                yield found
                if not self.crawler.crawling:
                    return  # it was not read to the end, and is asked for again
        except CleaningStoppedError:
            return
        except SourceQuarantinedError as error:
            async for found in asynchronous(self._not_read(target, _quarantined(target, response, error))):
                yield found
            return
        if not has_outcome and self.crawler.crawling:
            detail = f"{target.kind}: {requests} new URLs"
            yield _missed(target, response.url, "skipped", SOURCE, detail, status=response.status)

    async def parse_front(self, response: Response) -> AsyncIterator[Output]:
        """Take a front page's articles, sections and feeds, and look for sitemaps."""
        self.scope.add(response.url)
        page = await self._read_page(response)
        via = f"front:{response.url}"
        file = self.site_files.of(response.url)
        if "sections" in self.sources and (file is None or file.sections):
            news = 0
            async for request in self._linked_articles(page.links, via):
                news += 1
                yield request
            if self._looks_for("sections", response.url):
                # before the sections: a link to the second page may look like one of them
                for request in self._next_page(page, response.url, via, 1, has_news=news > 0):
                    yield request
                for url in section_links(page.links, response.url):
                    if self.scope.covers(url) and self._may_take("section", "NEWSMILL_MAX_SECTIONS", url):
                        yield self._request(Target("section", url, via, depth=1))
                for request in self._archives(page.links, via):
                    yield request
        async for found in self._feeds_and_sitemaps(response.url, page.feeds):
            yield found
        async for request in self._due_again(site_of(response.url)):
            yield request

    async def _due_again(self, site: str) -> AsyncIterator[Request]:
        """Ask for pages of a site that are known from earlier crawls and may have changed; count the others."""
        if site in self.not_due:
            return
        self.not_due[site] = 0
        async for known in _in_turns(self.frontier.store.url_states.of_site(site)):
            if known.reason == REDIRECTED:
                continue  # it leads to one of the others
            if known.http_status in ABSENT and not known.article_id:
                continue  # it never was there: asked for again only where a source names it
            # the frontier is asked, for the clock may have been set back since
            if known.fetched_at >= self.frontier.store.began and self.frontier.store.knows(known.url):
                continue
            if not self._may_have_changed(known):
                self.not_due[site] += 1
            elif self.frontier.claim(known.url):
                yield self._request(Target("article", known.url, "revisit"), _REVISIT_PRIORITY)

    async def _feeds_and_sitemaps(self, front: str, named: Sequence[str]) -> AsyncIterator[Output]:
        """Feeds and sitemaps: those that the site names, else the usual places one after the other."""
        via = f"front:{front}"
        if self._looks_for("feeds", front):
            for request in self._feeds(named, via, site_of(front)):
                yield request
            if not named:
                first, *others = (absolute_url(front, place) for place in feeds.USUAL_PLACES)
                if self.frontier.claim(first):
                    yield self._request(Target("feed", first, via, guessed=True, alternatives=tuple(others)))
        if self._looks_for("sitemaps", front):
            robots = self.crawler.get_downloader_middleware(StrictRobotsMiddleware)
            urls = [absolute_url(front, url) for url in (await robots.sitemaps(front) if robots else [])]
            named_sitemaps = [SitemapEntry("sitemap", url, "", None) for url in urls if url]
            async for found in self._walk(named_sitemaps, f"robots:{front}", 0, site_of(front)):
                yield found
            if not named_sitemaps:
                first, *others = (absolute_url(front, place) for place in sitemaps.USUAL_PLACES)
                if self.frontier.claim(first):
                    yield self._request(
                        Target("sitemap", first, via, guessed=True, alternatives=tuple(others))
                    )

    def _feeds(self, urls: Iterable[str], via: str, site: str, depth: int = 0) -> Iterator[Request]:
        for url in urls:
            owner = self._owner(url, site)
            if self._may_take("feed", "NEWSMILL_MAX_FEEDS", url, owner):
                yield self._request(Target("feed", url, via, depth=depth, owner=owner))

    def _owner(self, url: str, site: str) -> str:
        """Whose source it is that a site names: its own, if it stands on a host that is not crawled, as a CDN's."""
        return "" if self.scope.covers(url) else site

    def _archives(self, links: Sequence[Link], via: str) -> Iterator[Request]:
        """Ask for the archives' pages that a page links, and for days of the period that they show the way to."""
        since, until = self.period.since, self.period.until
        last = (until or datetime.now(UTC)).date()
        found = archive_links(links, since.date() if since else None, last)
        if since:
            most = self._limit("NEWSMILL_MAX_ARCHIVE_PAGES")
            found += [day for url in found[:1] for day in days_like(url, since.date(), last, most)]
        for url in found:
            if self.scope.covers(url) and self._may_take("archive", "NEWSMILL_MAX_ARCHIVE_PAGES", url):
                yield self._request(Target("section", url, via, depth=1), _ARCHIVE_PRIORITY)

    async def parse_section(self, response: Response) -> AsyncIterator[Output]:
        """Take a section's articles, and its next page while that brings something."""
        target: Target = response.meta[TARGET]
        page = await self._read_page(response)
        via = f"section:{response.url}"
        if not page.is_data:
            if target.depth == 1 and self._looks_for("feeds", response.url):
                for request in self._section_feeds(page.feeds, response.url):
                    yield request
            for request in self._archives(page.links, via):
                yield request
        news = 0
        async for request in self._linked_articles(page.links, via):
            news += 1
            yield request
        for request in self._next_page(page, response.url, via, target.depth, has_news=news > 0):
            yield request

    def _next_page(
        self, page: PageLinks, url: str, via: str, depth: int, *, has_news: bool
    ) -> Iterator[Request]:
        """Ask for the next page of a list, while its pages bring something.

        Args:
            page: What this page leads to.
            url: Its URL.
            via: How the articles on it are found.
            depth: Its number in the list.
            has_news: It named articles that were not known.
        """
        following = next_page(page.links, url, depth)
        if following is None and has_news and page.is_data:
            following = following_page(url)
        if (
            following
            and (has_news or depth <= _PAGES_WITHOUT_NEWS)
            and depth < self._limit("NEWSMILL_MAX_SECTION_PAGES")
            and self.scope.covers(following)
            and self.frontier.claim(following)
        ):
            yield self._request(Target("section", following, via, depth=depth + 1), _NEXT_PAGE_PRIORITY)

    def _section_feeds(self, named: Sequence[str], section: str) -> Iterator[Request]:
        """The feeds that a section's page names, else the one that stands as the front page's does."""
        yield from self._feeds(named, f"section:{section}", site_of(section))
        if not named:
            self._feedless[site_of(section)].append(section)
            yield from self._guessed_feeds(site_of(section))

    def _guessed_feeds(self, site: str) -> Iterator[Request]:
        """The feeds of sections that name none, once it is known where the front page's stands."""
        if site not in self._front_feeds:
            return
        feed, front = self._front_feeds[site]
        for section in self._feedless.pop(site, ()):
            guess = section_feed(feed, front, section)
            if guess and self._feeds_in_vain[site] < _GUESSES_IN_VAIN and self.frontier.claim(guess):
                yield self._request(Target("feed", guess, f"section:{section}", guessed=True, depth=1))

    async def parse_feed(self, response: Response) -> AsyncIterator[Output]:
        """Take a feed's articles; a page that is none may name feeds."""
        target: Target = response.meta[TARGET]
        entries = await self._read_feed(response)
        if entries is None:
            source_body(response).seek(0)
            named = (await self._read_page(response)).feeds if target.depth == 0 else ()
            for request in self._feeds(named, f"feed:{response.url}", target.site, depth=1):
                yield request
            outcome = _missed(target, response.url, "skipped", "not-a-feed", status=response.status)
            for output in self._next_or(replace(target, alternatives=()) if named else target, outcome):
                yield output
            return
        if target.guessed and target.depth == 0:
            site = site_of(response.url)
            self._front_feeds[site] = (response.url, target.via.partition(":")[2])
            for request in self._guessed_feeds(site):
                yield request
        async for request in self._feed_articles(entries, response.url):
            yield request

    async def _feed_articles(self, entries: Iterable[FeedEntry], feed: str) -> AsyncIterator[Request]:
        async for entry in _in_turns(entries):
            if self.period.may_hold(entry.dated, entry.published, entry.url):
                named = Named(
                    entry.url, f"feed:{feed}", "feed", entry.title, dated=entry.dated, language=entry.language
                )
                for request in self._article(named):
                    yield request

    async def parse_sitemap(self, response: Response) -> AsyncIterator[Output]:
        """Take a sitemap's articles, or an index's sitemaps, the newest first, while not too many wait."""
        target: Target = response.meta[TARGET]
        site = target.site
        self._open_sitemaps[site].add(target.url)
        children: list[SitemapEntry] = []
        entries = read_sitemap(source_body(response), response.url)  # type: ignore[arg-type]  # all it needs is `read`
        try:
            while self._goes_on(site):
                newest_pages = await self._next_pages(entries, children)
                if newest_pages is None:
                    break
                async for line in _in_turns(newest_pages):
                    url, kind, title, dated, language = json.loads(line)
                    moment = datetime.fromtimestamp(dated, UTC) if dated else None
                    named = Named(url, f"{kind}:{response.url}", kind, title, dated=moment, language=language)
                    for request in self._article(named):
                        yield request
                        # news are few, and wait for nothing
                        if kind == "sitemap":
                            await self._has_room(site_of(url))
                    if not self._goes_on(site):
                        return
        except sitemaps.NotASitemapError:
            async for output in self._feed_or_none(response, target):
                yield output
        finally:
            self._open_sitemaps[site].discard(target.url)
        async for found in self._walk(children, f"sitemap:{response.url}", target.depth + 1, site):
            yield found

    async def _next_pages(
        self, entries: Iterator[SitemapEntry], children: list[SitemapEntry]
    ) -> SpooledTemporaryFile[str] | None:
        """The pages of the period among a sitemap's next entries, the newest first, as lines of JSON; None at its end.

        Whether they are articles is judged as they are handed out: the first must not wait for the last.

        Args:
            entries: What is still to be read.
            children: Where sitemaps go that it names.
        """
        async with self._sorting:
            chunk: list[SitemapEntry] = []
            number = 0
            for number, entry in enumerate(entries, start=1):
                if number % _ITEMS_A_TURN == 0:
                    await asyncio.sleep(0)
                published = entry.dated if entry.kind == "news" else None
                if not self.period.may_hold(
                    entry.dated, published, entry.url if entry.kind != "sitemap" else ""
                ):
                    continue
                if entry.kind == "sitemap":
                    if len(children) < MAX_URLS:  # an index may name no more by the protocol
                        children.append(entry)
                else:
                    chunk.append(entry)
                if number >= MAX_URLS:
                    break
            if not number:
                return None
            chunk.sort(key=newest_first)
            lines: SpooledTemporaryFile[str] = SpooledTemporaryFile(_LINES_IN_MEMORY, "w+", encoding="utf-8")  # noqa: SIM115 - the caller reads it
            for entry in chunk:
                kind = "news-sitemap" if entry.kind == "news" else "sitemap"
                told = [entry.url, kind, entry.title, entry.dated and entry.dated.timestamp(), entry.language]
                lines.write(json.dumps(told) + "\n")
            lines.seek(0)
            return lines

    async def _feed_or_none(self, response: Response, target: Target) -> AsyncIterator[Output]:
        """What was announced as a sitemap may be a feed, which the protocol allows."""
        entries = await self._read_feed(response)
        if entries is None:
            outcome = _missed(target, response.url, "skipped", "not-a-sitemap", status=response.status)
            for output in self._next_or(target, outcome):
                yield output
            return
        async for request in self._feed_articles(entries, response.url):
            yield request

    async def _walk(
        self, named: list[SitemapEntry], via: str, depth: int, namer: str
    ) -> AsyncIterator[Output]:
        """Ask for sitemaps, the newest first, for each site one at a time, as there is room for what they name.

        Left out, with an outcome, are those whose name says that they list no articles, and those nested too deep.
        """
        for entry in sorted(named, key=newest_first):
            name = entry.url.rpartition("/")[2]
            owner = self._owner(entry.url, namer)
            target = Target("sitemap", entry.url, via, depth=depth, owner=owner)
            site = target.site
            if depth > MAX_DEPTH or _lists_no_articles(name):
                if self.frontier.claim(entry.url):
                    reason = NESTED_TOO_DEEP if depth > MAX_DEPTH else LISTS_NO_ARTICLES
                    yield _missed(target, entry.url, "skipped", reason, status=None)
                continue
            while self._open_sitemaps[site] and self._goes_on(site):  # noqa: ASYNC110 - it ends in several ways
                await asyncio.sleep(_PAUSE)
            if not await self._has_room(site):
                return
            if self._may_take("sitemap", "NEWSMILL_MAX_SITEMAPS", entry.url, owner):
                self._open_sitemaps[site].add(entry.url)
                yield self._request(target, _NEWS_SITEMAP_PRIORITY if _NEWS_NAME.search(name) else None)

    async def _has_room(self, site: str) -> bool:
        """Wait while enough articles of a site wait; False if the crawl needs no more of them."""
        most = self._limit("NEWSMILL_MAX_WAITING")
        while self.budget.waiting(site) >= most and self._goes_on(site):  # noqa: ASYNC110 - as above
            await asyncio.sleep(_PAUSE)
        return self._goes_on(site)

    def _goes_on(self, site: str) -> bool:
        return bool(self.crawler.crawling) and not self.budget.is_spent(site)

    def _may_take(self, kind: str, limit: str, url: str, owner: str = "") -> bool:
        """Take a source on, unless it was taken before or its site has had enough of the kind."""
        taken = (owner or site_of(url), kind)
        if self._taken[taken] >= self._limit(limit) or not self.frontier.claim(url):
            return False
        self._taken[taken] += 1
        return True

    async def _linked_articles(self, links: Iterable[Link], via: str) -> AsyncIterator[Request]:
        async for link in _in_turns(links):
            if self.period.may_hold(None, None, link.url):
                for request in self._article(Named(link.url, via, "link", link.text, link.place)):
                    yield request

    def _article(self, named: Named) -> Iterator[Request]:
        """Ask for an article that a source names, if it is one, is of the site, and is not yet taken on."""
        url = named.url
        if not (self.scope.covers(url) and self._is_article_url(named) and self._is_due(url)):
            return
        site = site_of(url)
        if self.budget.is_spent(site):
            self.budget.held_back = True
        elif self.frontier.claim(url):
            self.budget.take_on(site)
            yield self._request(Target("article", url, named.via), _age_priority(named.dated, url))

    def _is_due(self, url: str) -> bool:
        """Whether a page is unknown, or may have changed since it was last asked for."""
        known = self.frontier.store.url_states.get(url)
        return known is None or self._may_have_changed(known)

    def _may_have_changed(self, known: UrlState) -> bool:
        respected = self.settings.getlist("NEWSMILL_RESPECT_USAGE")
        return self._revisits.is_due(known, self._began, self.period, respected)

    def _is_article_url(self, named: Named) -> bool:
        file = self.site_files.of(named.url)
        told = file.is_article_url(named.url) if file else None
        return is_article_url(named.url, named.text, named.source, named.place) if told is None else told

    def _limit(self, name: str) -> int:
        return self.settings.getint(name)


def _lists_no_articles(name: str) -> bool:
    """Whether a sitemap's name says that it lists something else."""
    words = re.split(r"[^a-z]+", name.lower())
    told = {word for word in words if len(word) > 2} - _EVERY_SITEMAP
    return bool(told) and told <= _OTHER_SITEMAP


def _age_priority(dated: datetime | None, url: str) -> int:
    """The priority of an article: one less each time its age doubles, from a day on."""
    named = None if dated else url_dates(url)
    if named:
        dated = datetime(named[1].year, named[1].month, named[1].day, tzinfo=UTC)
    if dated is None:
        return _UNDATED_PRIORITY
    days = (datetime.now(UTC) - dated) / timedelta(days=1)
    return max(_OLDEST_PRIORITY, _FRESH_PRIORITY - int(math.log2(max(days, 1))))


def _site_limits(files: SiteFiles) -> dict[str, Limits]:
    return {
        site: Limits(site_pages=file.max_pages, site_articles=file.max_articles)
        for file in files
        for site in file.sites
    }


async def _in_turns(items: Iterable[T]) -> AsyncIterator[T]:
    """Give the event loop its turn between many items."""
    for number, item in enumerate(items, start=1):
        if number % _ITEMS_A_TURN == 0:
            await asyncio.sleep(0)
        yield item


async def _survived(reading: Awaitable[T | Quarantine]) -> T:
    """What was read.

    Raises:
        SourceQuarantinedError: If it was too much for its process.
    """
    read = await reading
    if isinstance(read, Quarantine):
        raise SourceQuarantinedError(read)
    return read


def _at_least_one(value: str | int, name: str) -> int | None:
    """A limit; None if it is empty.

    Raises:
        ValueError: If it is no number from 1.
    """
    if value == "":
        return None
    try:
        number = int(value)
    except ValueError:
        number = 0
    if number < 1:
        raise ValueError(f"{name} must be 1 or more")
    return number


def _encoding(response: Response) -> str:
    return response.encoding if isinstance(response, TextResponse) else "utf-8"


def _header(response: Response, name: str) -> str:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else ""


def _headers(response: Response) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    )


async def asynchronous(outputs: AsyncIterator[Output] | Iterator[Output]) -> AsyncIterator[Output]:
    """One form for what Scrapy takes in two."""
    if isinstance(outputs, Iterator):
        for output in outputs:
            yield output
    else:
        async for output in outputs:
            yield output


def _fetched(target: Target, response: Response, body: bytes) -> FetchedPage:
    return FetchedPage(
        target.url,
        response.url,
        target.via,
        response.status,
        _headers(response),
        _header(response, "Content-Type"),
        body,
        datetime.now(UTC),
    )


def _quarantined(target: Target, response: Response, error: SourceQuarantinedError) -> MissedPage:
    body = source_body(response)
    body.seek(0)
    kept = _fetched(target, response, body.read())
    reason, detail = f"source-{error.quarantine.reason}", error.quarantine.detail
    outcome = _missed(target, response.url, "quarantined", reason, detail, status=response.status)
    return replace(outcome, decided_at=kept.fetched_at, kept=kept)


def _missed(
    target: Target, url: str, kind: FailureKind, reason: str, detail: str = "", *, status: int | None
) -> MissedPage:
    is_source = target.kind != "article"
    return MissedPage(target.url, url, target.via, kind, reason, detail, status, datetime.now(UTC), is_source)
