"""Scrapy's scheduler over the durable frontier."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.core.scheduler import Scheduler
from twisted.internet.defer import Deferred

from newscrawl.frontier import TARGET, FrontierSpider, Target, target_of
from newsdata.errors import DataError

# Sent with the error when the frontier can no longer be written.
frontier_failed = object()
_TAKEN = (
    "newsmill_taken"  # the key in Request.meta that a request of the frontier has: its target was given out
)


class FrontierScheduler(Scheduler):
    """Keeps targets in the frontier, and gives them out as their hosts have room.

    A request with a :class:`Target` is a row of the frontier until it is sent. What follows from it while it is
    on its way, a retry or a redirect, waits in memory and goes first: after a restart the target is fetched
    again. Requests without a target (another project's spiders) are Scrapy's own business.

    A host gets no more requests than it may have connections, so that one slow host cannot fill the downloader.
    """

    _spider: FrontierSpider | None = None

    def open(self, spider: Spider) -> Deferred[None] | None:
        """Begin with a spider; its frontier is opened later, with the dataset."""
        if isinstance(spider, FrontierSpider):
            self._spider = spider
        opened: Deferred[None] | None = super().open(spider)
        return opened

    def has_pending_requests(self) -> bool:
        """Whether any request waits for its turn."""
        return len(self) > 0 or (self._spider is not None and self._spider.frontier.store.has_waiting)

    def enqueue_request(self, request: Request) -> bool:
        """Take a request on; a new target goes into the frontier."""
        target = request.meta.get(TARGET)
        if self._spider is None or not isinstance(target, Target) or _TAKEN in request.meta:
            taken: bool = super().enqueue_request(request)
            return taken
        try:
            self._spider.frontier.add(target, request.priority)
        except DataError as error:
            self._fail(error)
            return False
        self._count("enqueued")
        return True

    def next_request(self) -> Request | None:
        """The next request: what is already on its way first, then the next target of a host with room."""
        following: Request | None = super().next_request()
        if following is not None or self._spider is None:
            return following
        try:
            row = self._spider.frontier.store.next_target(self._busy_hosts())
        except DataError as error:
            self._fail(error)
            return None
        if row is None:
            return None
        self._count("dequeued")
        request = self._spider.request(target_of(row), row.priority)
        request.meta[_TAKEN] = True
        return request

    def _busy_hosts(self) -> _BusyHosts:
        assert self.crawler is not None  # noqa: S101 - for the type checker: from_crawler has set it
        downloader = self.crawler.engine.downloader
        active = Counter(downloader.get_slot_key(request) for request in downloader.active)
        return _BusyHosts(
            active,
            {name: slot.concurrency for name, slot in downloader.slots.items()},
            downloader.domain_concurrency,
        )

    def _fail(self, error: DataError) -> None:
        assert self.crawler is not None  # noqa: S101 - as above
        self.crawler.signals.send_catch_log(frontier_failed, error=error)

    def _count(self, what: str) -> None:
        assert self.stats is not None  # noqa: S101 - for the type checker: from_crawler has set it
        self.stats.inc_value(f"scheduler/{what}")
        self.stats.inc_value(f"scheduler/{what}/frontier")


class _BusyHosts:
    """Whether a host has all the requests that it may have.

    Args:
        active: Requests by host name.
        limits: Most requests at a time by host name, where that is known.
        usual: Most requests at a time elsewhere; 0 for any number.
    """

    def __init__(self, active: Counter[str], limits: dict[str, int], usual: int) -> None:
        self._active, self._limits, self._usual = active, limits, usual

    def __call__(self, host: str) -> bool:
        name = _host_name(host)
        limit = self._limits.get(name, self._usual)
        return 0 < limit <= self._active[name]


@lru_cache(maxsize=4096)
def _host_name(host: str) -> str:
    """The name of a host without its port, as Scrapy names the host's slot."""
    return urlsplit(f"//{host}").hostname or ""
