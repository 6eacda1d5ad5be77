"""robots.txt by RFC 9309, failing closed: where it cannot be read, nothing of the host is fetched."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http.request import NO_CALLBACK

from newscrawl.errors import PageNotFetched, RobotsForbiddenError, RobotsUnknownError, failure_outcome

MAX_BYTES = 512_000  # RFC 9309, 2.5: at least 500 kibibytes are read; what follows is ignored
_PRIORITY = 1000
# A host that cannot be reached at all is not a question of robots.txt.
_HOST_REASONS = frozenset(
    {"dns", "connection", "timeout", "tls", "private-address", "credentials", "stopped"}
)


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """What the robots.txt of one origin says.

    Attributes:
        rules: Its rules; None if there are none (it answered 4xx) or it could not be read.
        refusal: Why nothing of the origin may be fetched; None if the rules decide.
    """

    rules: Protego | None
    refusal: PageNotFetched | None = None


class StrictRobotsMiddleware:
    """Holds each request until the robots.txt of its origin is known, and refuses what it does not allow."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self.crawler = crawler
        self.user_agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"] or crawler.settings["USER_AGENT"]
        self.longest_delay = crawler.settings.getfloat("NEWSMILL_MAX_CRAWL_DELAY")
        self._origins: dict[str, asyncio.Task[RobotsRules]] = {}

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
        if request.meta.get("dont_obey_robotstxt"):
            return
        known = await self._known(request.url)
        if known.refusal:
            raise type(known.refusal)(
                known.refusal.detail, reason=known.refusal.reason, kind=known.refusal.kind
            )
        if known.rules and not known.rules.can_fetch(request.url, self.user_agent):
            raise RobotsForbiddenError("robots.txt forbids it")

    async def sitemaps(self, url: str) -> list[str]:
        """The sitemaps that the robots.txt of a URL's origin names."""
        known = await self._known(url)
        return list(known.rules.sitemaps) if known.rules else []

    async def _known(self, url: str) -> RobotsRules:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._origins:
            self._origins[origin] = asyncio.ensure_future(self._ask(origin))
        # one request that is given up must not take the answer from the others
        return await asyncio.shield(self._origins[origin])

    async def _ask(self, origin: str) -> RobotsRules:
        request = Request(
            f"{origin}/robots.txt",
            priority=_PRIORITY,
            meta={"dont_obey_robotstxt": True},
            callback=NO_CALLBACK,
        )
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as error:  # whatever went wrong, the host stays closed
            _, reason, detail = failure_outcome(error)
            if reason in _HOST_REASONS:
                return RobotsRules(None, PageNotFetched(detail, reason=reason))
            return RobotsRules(None, RobotsUnknownError(f"robots.txt: {reason}"))
        if 400 <= response.status < 500 and response.status != 429:
            return RobotsRules(None)
        if response.status != 200:
            return RobotsRules(None, RobotsUnknownError(f"robots.txt: http-{response.status}"))
        rules = Protego.parse(
            response.body[:MAX_BYTES].removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
        )
        self._slow_down(urlsplit(origin).hostname or "", rules)
        return RobotsRules(rules)

    def _slow_down(self, host: str, rules: Protego) -> None:
        """Honour ``Crawl-delay``: one request at a time, so many seconds apart."""
        asked = rules.crawl_delay(self.user_agent)
        if not asked:
            return
        downloader = self.crawler.engine.downloader
        settings = {"concurrency": 1, "delay": min(float(asked), self.longest_delay), "jitter": 0.0}
        downloader.per_slot_settings[host] = (
            settings  # for the slot that Scrapy makes after this one was idle
        )
        slot = downloader.slots.get(host)
        if slot:
            slot.concurrency, slot.delay, slot.jitter = 1, settings["delay"], 0.0
