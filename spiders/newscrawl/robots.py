"""robots.txt by RFC 9309, failing closed: where it cannot be read, nothing of the host is fetched."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from time import monotonic
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured, StopDownload
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from newscrawl.downloader import PatientDownloader
from newscrawl.errors import (
    CrawlStoppedError,
    PageNotFetched,
    RobotsForbiddenError,
    RobotsUnknownError,
    failure_outcome,
)
from newscrawl.records import SOURCE, host_file_asked
from newscrawl.robots_rules import MAX_BYTES, RobotsRules, read_robots
from newscrawl.stopping import work_abandoned
from newsdata.records import Usage

_PRIORITY = 1000
_RECEIVED = "newsmill_robots_received"  # meta: bytes of a robots.txt so far
_MOST_REDIRECTS = 5  # RFC 9309, 2.3.1.2: at least five are followed, to other hosts too
_ANSWER_HOLDS = 86_400  # seconds; RFC 9309, 2.4: no longer than a day
_REFUSAL_HOLDS = 1_800  # seconds; then a host that could not be read is asked anew
# A host that cannot be reached at all is not a question of robots.txt.
_HOST_REASONS = frozenset(
    {"dns", "connection", "timeout", "tls", "private-address", "credentials", "retry-after"}
)
_MAY_PASS = frozenset({"connection", "timeout"})  # of these, what may be otherwise in a moment


@dataclass(frozen=True, slots=True)
class Permission:
    """What may be fetched of one origin.

    Attributes:
        rules: The rules of its robots.txt; None if there are none (it answered 4xx) or it could not be read.
        refusal: Why nothing of the origin may be fetched; None if the rules decide.
        may_change: The refusal may be a passing one.
        until: When it has to be asked anew, by the monotonic clock.
    """

    rules: RobotsRules | None
    refusal: PageNotFetched | None
    may_change: bool
    until: float


class StrictRobotsMiddleware:
    """Holds each request until the robots.txt of its origin is known, and refuses what it does not allow.

    An origin that does not answer, or with an error of its own, is asked again after each of
    ``NEWSMILL_ROBOTS_RETRY_DELAYS``; its requests wait meanwhile.
    """

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self.crawler = crawler
        self.product: str = crawler.settings["ROBOTSTXT_USER_AGENT"] or crawler.settings["USER_AGENT"]
        self.longest_delay = crawler.settings.getfloat("NEWSMILL_MAX_CRAWL_DELAY")
        self.retry_delays = [
            float(each) for each in crawler.settings.getlist("NEWSMILL_ROBOTS_RETRY_DELAYS") if str(each)
        ]
        self._origins: dict[str, asyncio.Task[Permission]] = {}
        self._stopped = asyncio.Event()
        crawler.signals.connect(self._stopped.set, work_abandoned)
        crawler.signals.connect(self._stop_at_limit, signals.bytes_received)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> StrictRobotsMiddleware:
        """Make it for a crawler."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let a request pass.

        Raises:
            RobotsForbiddenError: If robots.txt forbids it.
            PageNotFetched: If robots.txt could not be read, with the reason.
        """
        if _RECEIVED in request.meta:  # a robots.txt, or where one redirects to
            # However long it says that it is: it is not refused, but read to the limit.
            request.meta.update({_RECEIVED: 0, "download_maxsize": 0})
        if request.meta.get("dont_obey_robotstxt"):
            return
        permission = await self._permission(request.url)
        refusal = permission.refusal
        if refusal:  # an exception is raised once, and has one traceback
            raise type(refusal)(refusal.detail, reason=refusal.reason, kind=refusal.kind)
        if permission.rules and not permission.rules.allows(request.url):
            raise RobotsForbiddenError("robots.txt forbids it")

    def _stop_at_limit(self, data: bytes, request: Request) -> None:
        """End the download of a robots.txt where what follows is ignored."""
        if _RECEIVED in request.meta:
            request.meta.pop("download_maxsize", None)  # what it unpacks to is limited
            request.meta[_RECEIVED] += len(data)
            if request.meta[_RECEIVED] > MAX_BYTES:
                raise StopDownload(fail=False)

    async def sitemaps(self, url: str) -> list[str]:
        """The sitemaps that the robots.txt of a URL's origin names."""
        permission = await self._permission(url)
        return list(permission.rules.sitemaps) if permission.rules else []

    def usage(self, url: str) -> tuple[Usage, ...]:
        """What the robots.txt of a URL's origin says about the use of the page, if it has been read."""
        parts = urlsplit(url)
        known = self._origins.get(f"{parts.scheme}://{parts.netloc}")
        if known is None or not known.done() or known.cancelled():
            return ()
        rules = known.result().rules
        return rules.usage(url) if rules else ()

    async def _permission(self, url: str) -> Permission:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        known = self._origins.get(origin)
        if known is None or (known.done() and known.result().until < monotonic()):
            known = self._origins[origin] = asyncio.ensure_future(self._ask_patiently(origin))
        # one request that is given up must not take the answer from the others
        return await asyncio.shield(known)

    async def _ask_patiently(self, origin: str) -> Permission:
        for delay in self.retry_delays:
            permission = await self._ask(origin)
            if not permission.may_change or self._stopped.is_set():
                return permission
            try:
                await asyncio.wait_for(self._stopped.wait(), delay)
            except TimeoutError:
                continue
            return _refused(CrawlStoppedError())
        return await self._ask(origin)

    async def _ask(self, origin: str) -> Permission:
        request = Request(
            f"{origin}/robots.txt",
            priority=_PRIORITY,
            # retries are a matter of minutes here, not of moments
            meta={
                "dont_obey_robotstxt": True,
                "dont_retry": True,
                "redirect_ttl": _MOST_REDIRECTS,
                _RECEIVED: 0,
            },
            callback=NO_CALLBACK,
        )
        try:
            response = await self.crawler.engine.download_async(request)
        except CrawlStoppedError as error:
            return _refused(error)
        except Exception as error:  # whatever went wrong, the host stays closed
            _, reason, detail = failure_outcome(error)
            if reason in _HOST_REASONS:
                return _refused(PageNotFetched(detail, reason=reason), may_change=reason in _MAY_PASS)
            return _refused(RobotsUnknownError(f"robots.txt: {reason}"), may_change=True)
        permission = self._read(response, urlsplit(origin).hostname or "")
        if permission.refusal is None:
            self.crawler.signals.send_catch_log(
                host_file_asked, url=request.url, status=response.status, reason=SOURCE, detail="robots.txt"
            )
        return permission

    def _read(self, response: Response, host: str) -> Permission:
        if (
            400 <= response.status < 500 and response.status != 429
        ):  # RFC 9309, 2.3.1.3; 429 is about the host
            return Permission(None, None, may_change=False, until=monotonic() + _ANSWER_HOLDS)
        if not 200 <= response.status < 300:
            return _refused(RobotsUnknownError(f"robots.txt: http-{response.status}"), may_change=True)
        rules = read_robots(response.body, self.product)
        downloader = self.crawler.engine.downloader
        if rules.crawl_delay and isinstance(downloader, PatientDownloader):
            downloader.slow_down(host, min(rules.crawl_delay, self.longest_delay))
        return Permission(rules, None, may_change=False, until=monotonic() + _ANSWER_HOLDS)


def _refused(refusal: PageNotFetched, *, may_change: bool = False) -> Permission:
    return Permission(None, refusal, may_change, monotonic() + _REFUSAL_HOLDS)
