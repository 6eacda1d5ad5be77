"""Retries that wait as long as the server asks (RFC 9110, 10.2.3: Retry-After in seconds or as a date)."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.http import Response

from newscrawl.downloader import PatientDownloader

_LONGEST_ABSENCE = 86_400.0  # seconds; no host is left alone for longer, whatever it asks


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
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


class RetryAfterMiddleware(RetryMiddleware):
    """Scrapy's retries; a host that answers 429 or 503 with ``Retry-After`` is left alone for that long.

    Up to ``NEWSMILL_MAX_RETRY_AFTER`` its requests wait. If it asks for more, they fail until the time is over.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler.settings)
        self.crawler = crawler
        self.longest_wait = crawler.settings.getfloat("NEWSMILL_MAX_RETRY_AFTER")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RetryAfterMiddleware:
        """Make it for a crawler."""
        return cls(crawler)

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """Retry a response that asks for it, after pausing its host if the server says for how long."""
        header = response.headers.get("Retry-After")
        downloader = self.crawler.engine.downloader
        if response.status in (429, 503) and header and isinstance(downloader, PatientDownloader):
            seconds = retry_after(header.decode("latin-1"), datetime.now(UTC))
            if seconds and seconds > self.longest_wait:
                downloader.leave_alone(request, min(seconds, _LONGEST_ABSENCE))
                return response
            if seconds:
                downloader.pause(request, seconds)
        retried: Request | Response = super().process_response(request, response)
        return retried
