"""Scrapy's downloader, in which a host that makes its requests wait holds up nobody else."""

from __future__ import annotations

from time import monotonic

from scrapy import Request
from scrapy.core.downloader import Downloader, Slot
from scrapy.crawler import Crawler
from scrapy.http import Response

from newscrawl.errors import HostBusyError

# How many requests may wait (for a Crawl-delay, a Retry-After, a robots.txt) for each one that may run.
_WAITING_FOR_EACH = 64
_DELAY_AFTER_COMPLAINT = 0.1  # seconds between requests to a host that has once asked for patience


class PatientDownloader(Downloader):
    """Counts what is being transferred against ``CONCURRENT_REQUESTS``, not what waits for its host's turn.

    Scrapy counts both: a few hosts with a long ``Crawl-delay`` fill it with requests that do nothing.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._left_alone: dict[str, float] = {}  # hosts; until when, by the monotonic clock

    def needs_backout(self) -> bool:
        """Whether no further request may be started."""
        if self.total_concurrency <= 0:
            return False
        running = sum(len(slot.transferring) for slot in self.slots.values())
        most = self.total_concurrency
        return running >= most or len(self.active) >= most * _WAITING_FOR_EACH

    def slow_down(self, host: str, delay: float) -> None:
        """Send a host one request at a time, at least so many seconds apart; the longest delay said counts."""
        known = self.per_slot_settings.get(host)
        delay = max(delay, known["delay"] if known else 0.0)
        settings = {"concurrency": 1, "delay": delay, "jitter": 0.0}
        self.per_slot_settings[host] = settings  # for the slot that Scrapy makes after an idle minute
        slot = self.slots.get(host)
        if slot:
            slot.concurrency, slot.delay, slot.jitter = 1, delay, 0.0

    def pause(self, request: Request, seconds: float) -> None:
        """Send the host of a request nothing for so many seconds; what comes for it waits."""
        slot = self.slots.get(self.get_slot_key(request))
        if slot:
            # Scrapy waits until `delay` seconds after `lastseen` before it takes a slot's next request
            slot.delay = max(slot.delay, _DELAY_AFTER_COMPLAINT)
            slot.lastseen = max(slot.lastseen, monotonic() + seconds)

    def leave_alone(self, request: Request, seconds: float) -> None:
        """Send the host of a request nothing for so many seconds; what comes for it fails."""
        self._left_alone[self.get_slot_key(request)] = monotonic() + seconds

    async def _download(self, slot: Slot, request: Request) -> Response:
        remaining = self._left_alone.get(self.get_slot_key(request), 0.0) - monotonic()
        if remaining > 0:
            self._process_queue(slot)  # as Scrapy does behind each download
            raise HostBusyError(f"the host asks to be left alone for {remaining:.0f} s more")
        response: Response = await super()._download(slot, request)
        return response
