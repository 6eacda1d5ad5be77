"""Retries that wait as long as the server asks (RFC 9110, 10.2.3: Retry-After in seconds or as a date)."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.http import Response

_DELAY_AFTER_COMPLAINT = 0.1  # seconds between requests to a host that has once asked for patience


def retry_after(value: str, now: datetime) -> float | None:
    """Seconds to wait by a ``Retry-After`` header; None if it cannot be read.

    Args:
        value: The header's value.
        now: The present, timezone-aware.
    """
    text = value.strip()
    if text.isdecimal():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


class RetryAfterMiddleware(RetryMiddleware):
    """Scrapy's retries; a host that answers 429 or 503 with ``Retry-After`` is left alone for that long."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler.settings)
        self.crawler = crawler
        self.longest_wait = crawler.settings.getfloat("NEWSMILL_MAX_CRAWL_DELAY")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RetryAfterMiddleware:
        """Make it for a crawler."""
        return cls(crawler)

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """Retry a response that asks for it, after pausing its host if the server says for how long."""
        header = response.headers.get("Retry-After")
        if response.status in (429, 503) and header:
            seconds = retry_after(header.decode("latin-1"), datetime.now(UTC))
            slot = self.crawler.engine.downloader.slots.get(request.meta.get("download_slot", ""))
            if seconds and slot:
                # Scrapy waits until `delay` seconds after `lastseen` before it takes the next request of a
                # slot
                slot.delay = max(slot.delay, _DELAY_AFTER_COMPLAINT)
                slot.lastseen = max(slot.lastseen, monotonic() + min(seconds, self.longest_wait))
        retried: Request | Response = super().process_response(request, response)
        return retried
