"""What a site's file says of each request: headers, and the time between two of them."""

from __future__ import annotations

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.utils.httpobj import urlparse_cached

from newscrawl.downloader import PatientDownloader
from newscrawl.site_files import SiteFiles


class SiteRequestMiddleware:
    """Gives each request, also one that follows a redirect, what its own URL's site asks for, and nothing else."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._slowed: set[str] = set()  # hosts

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> SiteRequestMiddleware:
        """Make it for a crawler."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Set the request's headers, and its host's delay."""
        files = getattr(self.crawler.spider, "site_files", None)
        if not isinstance(files, SiteFiles):
            return
        request.headers.pop("Cookie", None)  # another site's, before a redirect
        file = files.of(request.url)
        if file is None:
            return
        for name, value in file.headers(request.url).items():
            request.headers[name] = value
        host = urlparse_cached(request).hostname or ""
        downloader = self.crawler.engine.downloader
        if file.delay and host not in self._slowed and isinstance(downloader, PatientDownloader):
            self._slowed.add(host)
            downloader.slow_down(host, file.delay)
