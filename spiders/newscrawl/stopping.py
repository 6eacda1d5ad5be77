"""A crawl that is told to stop does so within seconds, and what it has is stored."""

from __future__ import annotations

import asyncio

from scrapy import signals
from scrapy.crawler import Crawler

# Sent when running work is to be given up.
work_abandoned = object()


class PromptStop:
    """Gives running downloads and cleanings a moment after SIGINT or SIGTERM, then gives them up.

    Scrapy itself waits for each of them, as long as its timeout. What is given up gets no outcome: a later
    crawl fetches it again.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.grace = crawler.settings.getfloat("NEWSMILL_STOP_GRACE")
        self._watch: asyncio.Task[None] | None = None
        self._is_open = False
        self._is_closed = asyncio.Event()
        crawler.signals.connect(self._opened, signals.spider_opened)
        crawler.signals.connect(self._closed, signals.spider_closed)
        crawler.signals.connect(self._stopped, signals.engine_stopped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PromptStop:
        """Make it for a crawler."""
        return cls(crawler)

    def _opened(self) -> None:
        self._is_open = True
        self._watch = asyncio.ensure_future(self._wait_and_abandon())

    def _closed(self) -> None:
        self._is_closed.set()
        if self._watch:
            self._watch.cancel()

    async def _stopped(self) -> None:
        """Wait for the end of a crawl that was ending already: Scrapy would leave it in the middle."""
        if self._is_open:
            await self._is_closed.wait()

    async def _wait_and_abandon(self) -> None:
        while self.crawler.crawling:  # noqa: ASYNC110 - Scrapy sends no signal when a shutdown begins
            await asyncio.sleep(0.1)
        await asyncio.sleep(self.grace)
        while True:  # requests that wait for their turn come up one by one
            self.crawler.signals.send_catch_log(work_abandoned)
            downloader = self.crawler.engine.downloader
            for slot in downloader.slots.values():
                slot.delay = 0.0
                slot.close()
                downloader._process_queue(slot)  # noqa: SLF001 - Scrapy offers no way to wake a slot that waits
            await asyncio.sleep(0.1)
