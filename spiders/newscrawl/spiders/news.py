"""The spider ``news``: from the front pages of sites to their articles."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from scrapy import Request, Spider
from scrapy.http import Response, TextResponse
from twisted.python.failure import Failure

from newscrawl import feeds, sitemaps
from newscrawl.article_url import Source, is_article_url
from newscrawl.errors import CrawlStoppedError, FailureKind, failure_outcome
from newscrawl.feeds import linked_feeds, read_feed
from newscrawl.frontier import LISTED, TARGET, Frontier, Scope, Target, nothing
from newscrawl.links import absolute_url
from newscrawl.records import NO_SOURCE, SOURCE, FetchedPage, MissedPage
from newscrawl.robots import StrictRobotsMiddleware
from newscrawl.sections import Link, next_page, page_links, parse_page, section_links
from newscrawl.sitemaps import MAX_BYTES, MAX_DEPTH, read_sitemap
from newscrawl.url_list import read_url_list, site_url

Output = Request | FetchedPage | MissedPage

# Fresh news first, archives last; a higher number is fetched earlier.
_PRIORITIES = {"front": 50, "feed": 40, "section": 30, "article": 20, "sitemap": 10}
_NEWS_SITEMAP_PRIORITY = 35
_NEWS_NAME = re.compile(r"news", re.IGNORECASE)
# Sitemaps whose name says that they list no articles.
_OTHER_SITEMAP = re.compile(
    r"(?:^|[/_.-])(?:authors?|tags?|categor(?:y|ies)|topics?|images?|videos?|sections?|users?)(?:[_.-]|$)",
    re.IGNORECASE,
)
_HTML_TYPES = frozenset(
    {"", "text/html", "application/xhtml+xml", "application/xml", "text/xml", "text/plain"}
)
# A front page that answers with these says nothing about the rest of the site.
_FRONT_ONLY = re.compile(r"http-4|robots$|redirect|too-large|truncated")
_ENTRIES_A_TURN = 200  # how many entries of a sitemap are looked at before the event loop has its turn
_PAGES_WITHOUT_NEWS = 2  # how far a section is followed while it brings nothing new


class NewsSpider(Spider):
    """Finds and fetches the articles of news sites.

    Args:
        site: URLs of front pages, separated by commas; a bare host gets ``https://``.
        file: A file of article URLs, fetched as they stand there.
        since: ISO date; what is older by its source or its own date is left out.
        max_pages: Most article pages to fetch.

    Raises:
        ValueError: If an argument cannot be used; the message says why.
    """

    name = "news"

    def __init__(
        self, site: str = "", file: str = "", since: str = "", max_pages: str | int = "", **kwargs: str
    ) -> None:
        super().__init__(**kwargs)
        self.sites = [site_url(each) for each in site.split(",") if each.strip()]
        self.file = file
        self.urls: tuple[str, ...] = ()
        if file:
            listed = read_url_list(Path(file))
            self.urls = listed.urls
            for line in listed.bad_lines:
                self.logger.warning("%s:%d: %s: %s", file, line.number, line.problem, line.text)
        if not self.sites and not file:
            raise ValueError("nothing to crawl: give -a site=URL or -a file=FILE")
        self.since = _midnight(since) if since else None
        if max_pages and int(max_pages) < 1:
            raise ValueError("max_pages must be 1 or more")
        self.frontier = Frontier(int(max_pages) if max_pages else None)
        self.scope = Scope()
        self.failed_sites: dict[str, str] = {}
        self.uncleaned: AsyncIterable[FetchedPage] = nothing()
        self._sections: Counter[str] = Counter()
        self._sitemaps = 0

    async def start(self) -> AsyncIterator[Output]:
        """Hand over what was fetched and not cleaned; ask for the listed URLs and the front pages."""
        async for page in self.uncleaned:
            yield page
        for number, url in enumerate(self.urls, start=1):
            if number % _ENTRIES_A_TURN == 0:
                await asyncio.sleep(0)
            if self.frontier.claim_article(url):
                yield self._request(Target("article", url, LISTED))
        for site in self.sites:
            self.scope.add(site)
            if self.frontier.claim(site):
                yield self._request(Target("front", site, "front"))

    @property
    def plan(self) -> str:
        """What is asked for; the same plan takes up what was not finished of it."""
        return json.dumps(
            {
                "spider": self.name,
                "sites": sorted(set(self.sites)),
                "file": self.file and str(Path(self.file).resolve()),
                "since": self.since and self.since.date().isoformat(),
                "max_pages": self.frontier.max_articles,
            }
        )

    def request(self, target: Target, priority: int) -> Request:
        """The request for a target of the frontier."""
        return self._request(target, priority)

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
            priority=_PRIORITIES[target.kind] if priority is None else priority,
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
        yield FetchedPage(
            target.url,
            response.url,
            target.via,
            response.status,
            _headers(response),
            content_type,
            response.body,
            datetime.now(UTC),
        )

    def missed(self, failure: Failure) -> AsyncIterator[Output] | Iterator[Output]:
        """Say what became of a request that failed, and go on where something else may help."""
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        error = failure.value or RuntimeError("failed without an error")
        target: Target = request.meta[TARGET]
        response = getattr(error, "response", None)
        url = response.url if isinstance(response, Response) else request.url
        status = response.status if isinstance(response, Response) else None
        if isinstance(error, CrawlStoppedError):
            return iter(())
        kind, reason, detail = failure_outcome(error)
        outcome = _missed(target, url, kind, reason, detail, status=status)
        if target.kind == "front":
            return self._front_failed(target, outcome)
        return self._next_or(target, outcome)

    async def _front_failed(self, target: Target, outcome: MissedPage) -> AsyncIterator[Output]:
        self.failed_sites[target.url] = (
            f"{outcome.reason}: {outcome.detail}" if outcome.detail else outcome.reason
        )
        if _FRONT_ONLY.match(outcome.reason):
            async for found in self._other_sources(outcome.url, []):
                yield found
        yield outcome

    def _next_or(self, target: Target, outcome: MissedPage) -> Iterator[Output]:
        """The next of several places to look, if there is one; then the outcome of this one."""
        for index, url in enumerate(target.alternatives):
            if self.frontier.claim(url):
                yield self._request(replace(target, url=url, alternatives=target.alternatives[index + 1 :]))
                break
        yield replace(outcome, kind="skipped", reason=NO_SOURCE) if target.guessed else outcome

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
        async for found in read(response):
            requests += isinstance(found, Request)
            has_outcome = has_outcome or isinstance(found, MissedPage)
            yield found
        if not has_outcome:
            detail = f"{target.kind}: {requests} new URLs"
            yield _missed(target, response.url, "skipped", SOURCE, detail, status=response.status)

    async def parse_front(self, response: Response) -> AsyncIterator[Output]:
        """Take a front page's articles, sections and feeds, and look for sitemaps."""
        self.scope.add(response.url)
        tree = parse_page(response.body, _encoding(response))
        links = page_links(tree, response.url) if tree is not None else []
        for request in self._linked_articles(links, f"front:{response.url}"):
            yield request
        for url in section_links(links, response.url)[: self._limit("NEWSMILL_MAX_SECTIONS")]:
            if self.scope.covers(url) and not self.frontier.is_full and self.frontier.claim(url):
                yield self._request(Target("section", url, f"front:{response.url}", depth=1))
        async for found in self._other_sources(
            response.url, linked_feeds(tree, response.url) if tree is not None else []
        ):
            yield found

    async def _other_sources(self, front: str, named_feeds: list[str]) -> AsyncIterator[Output]:
        """Feeds and sitemaps: those that the site names, else the usual places one after the other."""
        if self.frontier.is_full:
            return
        for url in named_feeds:
            if self.frontier.claim(url):
                yield self._request(Target("feed", url, f"front:{front}"))
        if not named_feeds:
            first, *others = (absolute_url(front, place) for place in feeds.USUAL_PLACES)
            if self.frontier.claim(first):
                yield self._request(
                    Target("feed", first, f"front:{front}", guessed=True, alternatives=tuple(others))
                )
        robots = self.crawler.get_downloader_middleware(StrictRobotsMiddleware)
        named_sitemaps = await robots.sitemaps(front) if robots else []
        for url in named_sitemaps:
            for request in self._sitemap(Target("sitemap", absolute_url(front, url), f"robots:{front}")):
                yield request
        if not named_sitemaps:
            first, *others = (absolute_url(front, place) for place in sitemaps.USUAL_PLACES)
            if self.frontier.claim(first):
                yield self._request(
                    Target("sitemap", first, f"front:{front}", guessed=True, alternatives=tuple(others))
                )

    async def parse_section(self, response: Response) -> AsyncIterator[Output]:
        """Take a section's articles, and its next page while that brings something."""
        target: Target = response.meta[TARGET]
        tree = parse_page(response.body, _encoding(response))
        if tree is None:
            return
        links = page_links(tree, response.url)
        news = 0
        for request in self._linked_articles(links, f"section:{response.url}"):
            news += 1
            yield request
        if self.frontier.is_full or target.depth >= self._limit("NEWSMILL_MAX_SECTION_PAGES"):
            return
        following = next_page(links, response.url)
        goes_on = news > 0 or target.depth <= _PAGES_WITHOUT_NEWS
        if following and goes_on and self.scope.covers(following) and self.frontier.claim(following):
            yield self._request(
                Target("section", following, f"section:{response.url}", depth=target.depth + 1)
            )

    async def parse_feed(self, response: Response) -> AsyncIterator[Output]:
        """Take a feed's articles."""
        target: Target = response.meta[TARGET]
        try:
            entries = list(read_feed(response.body, response.url))
        except feeds.NotAFeedError:
            for output in self._next_or(
                target, _missed(target, response.url, "skipped", "not-a-feed", status=response.status)
            ):
                yield output
            return
        for entry in entries:
            if self._is_new_enough(entry.dated):
                for request in self._article(entry.url, entry.title, "feed", f"feed:{response.url}"):
                    yield request

    async def parse_sitemap(self, response: Response) -> AsyncIterator[Output]:
        """Take a sitemap's articles, or an index's sitemaps."""
        target: Target = response.meta[TARGET]
        try:
            for number, entry in enumerate(read_sitemap(response.body, response.url), start=1):
                if number % _ENTRIES_A_TURN == 0:
                    await asyncio.sleep(0)
                if self.frontier.is_full:
                    return
                if not self._is_new_enough(entry.dated):
                    continue
                if entry.kind == "sitemap":
                    found = self._sitemap(
                        Target("sitemap", entry.url, f"sitemap:{response.url}", depth=target.depth + 1)
                    )
                else:
                    source: Source = "news-sitemap" if entry.kind == "news" else "sitemap"
                    found = self._article(entry.url, entry.title, source, f"{source}:{response.url}")
                for request in found:
                    yield request
        except sitemaps.NotASitemapError:
            for output in self._next_or(
                target, _missed(target, response.url, "skipped", "not-a-sitemap", status=response.status)
            ):
                yield output

    def _sitemap(self, target: Target) -> Iterator[Request]:
        """Ask for a sitemap, unless its name says that it lists no articles or there were too many."""
        name = target.url.rpartition("/")[2]
        if target.depth > MAX_DEPTH or self._sitemaps >= self._limit("NEWSMILL_MAX_SITEMAPS") * max(
            1, len(self.sites)
        ):
            return
        if target.url and not _OTHER_SITEMAP.search(name) and self.frontier.claim(target.url):
            self._sitemaps += 1
            yield self._request(target, _NEWS_SITEMAP_PRIORITY if _NEWS_NAME.search(name) else None)

    def _linked_articles(self, links: Iterable[Link], via: str) -> Iterator[Request]:
        for link in links:
            yield from self._article(link.url, link.text, "link", via)

    def _article(self, url: str, text: str, source: Source, via: str) -> Iterator[Request]:
        """Ask for an article that a source names, if it is one, is of the site, and is not yet taken on."""
        if self.scope.covers(url) and is_article_url(url, text, source) and self.frontier.claim_article(url):
            yield self._request(Target("article", url, via))

    def _is_new_enough(self, dated: datetime | None) -> bool:
        return self.since is None or dated is None or dated >= self.since

    def _limit(self, name: str) -> int:
        return self.settings.getint(name)


def _midnight(text: str) -> datetime:
    """The start of a day in UTC.

    Raises:
        ValueError: If the text is no ISO date.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"since must be a date such as 2026-11-01, not {text!r}") from None
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


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


def _missed(
    target: Target, url: str, kind: FailureKind, reason: str, detail: str = "", *, status: int | None
) -> MissedPage:
    is_source = target.kind != "article"
    return MissedPage(target.url, url, target.via, kind, reason, detail, status, datetime.now(UTC), is_source)
