"""Pages whose text their scripts make: run in a browser that has no network of its own.

Chromium gets a closed proxy and a resolver that knows no name. What a page asks for is intercepted, fetched by the crawl's
own handler, and handed in: so each request, at each hop, passes the same rules as any other (robots.txt, public addresses,
sizes), and what interception misses (WebRTC, prefetched names, redirects within the browser) leads nowhere. The page itself
is not fetched again.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shutil
from importlib.util import find_spec
from time import monotonic
from typing import TYPE_CHECKING, Protocol, runtime_checkable
from urllib.parse import urljoin

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import BaseSettings

from newscrawl.cleaning import CleaningStoppedError
from newscrawl.compression import WholeBodyMiddleware
from newscrawl.robots import StrictRobotsMiddleware
from newscrawl.site_files import Render
from newscrawl.site_requests import SiteRequestMiddleware
from newscrawl.stopping import work_abandoned
from newsdata.identity import site_of

if TYPE_CHECKING:  # the extra may be missing
    from playwright.async_api import Browser as Chromium
    from playwright.async_api import BrowserContext, Playwright, Route

logger = logging.getLogger(__name__)

_USUAL_PLACES = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = (
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-background-networking",
)
_FETCHED = frozenset({"script", "xhr", "fetch"})  # all else a page asks for adds nothing to its text
_MOST_REQUESTS = 100  # of one page
_MOST_REDIRECTS = 5
_REQUEST_TIMEOUT = 10  # seconds
_QUIET = 0.6  # share of a page's time that is spent on waiting for its requests to end
_CLOSING = 5  # seconds
# Left out of what a page's requests and answers say of themselves: the crawl decides about these.
_OWN_REQUEST_HEADERS = frozenset({"accept-encoding", "connection", "cookie", "host", "referer", "user-agent"})
_OWN_RESPONSE_HEADERS = frozenset(
    {"connection", "content-encoding", "content-length", "keep-alive", "set-cookie", "transfer-encoding"}
)


def browser_problem(path: str = "") -> str:
    """Why no page can be rendered, in one line that says what to do; empty if nothing stands in the way.

    Args:
        path: The browser's program; empty for the usual places.
    """
    if find_spec("playwright") is None:
        return "rendering pages needs the extra: pip install 'newsmill[browser]'"
    program = _program(path)
    if not program or not os.access(program, os.X_OK):
        where = f"{path} is no program" if path else "there is no Chromium"
        return (
            f"rendering pages needs a browser, and {where}; install chromium, or name it in NEWSMILL_BROWSER"
        )
    return ""


def _program(path: str) -> str:
    return path or next(filter(None, map(shutil.which, _USUAL_PLACES)), "")


def browser_path(settings: BaseSettings) -> str:
    """The browser's program by the setting, else the environment's variable ``NEWSMILL_BROWSER``."""
    return str(settings["NEWSMILL_BROWSER"] or os.environ.get("NEWSMILL_BROWSER", ""))


class BrowserMissingError(Exception):
    """Pages are to be rendered, and there is nothing to do it with; the message says what to do."""


@runtime_checkable
class RenderingSpider(Protocol):
    """A spider some of whose pages may need a browser."""

    @property
    def needs_browser(self) -> bool:
        """Whether any page may have to be rendered."""
        ...

    def render(self, url: str) -> Render:
        """When to run the scripts of a page."""
        ...


class PageBrowser:
    """Runs pages' scripts; Chromium starts with the first page.

    Attributes:
        pages: Number of pages rendered.
        failures: Number of pages that could not be.
        seconds: Time that both took, pages at the same time counted each.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.pages = self.failures = 0
        self.seconds = 0.0
        self._timeout = crawler.settings.getfloat("NEWSMILL_RENDER_TIMEOUT")
        self._turns = asyncio.Semaphore(crawler.settings.getint("NEWSMILL_RENDER_PAGES"))
        self._starting = asyncio.Lock()
        self._playwright: Playwright | None = None
        self._chromium: Chromium | None = None
        self._running: set[asyncio.Task[bytes]] = set()
        crawler.signals.connect(self._abandon, work_abandoned)
        crawler.signals.connect(self.close, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PageBrowser:
        """Make it for a crawler."""
        return cls(crawler)

    async def render(self, url: str, body: bytes, content_type: str) -> bytes | None:
        """The page's HTML after its scripts have run; None if that failed, which is logged.

        Args:
            url: Its final URL.
            body: The page as fetched.
            content_type: The ``Content-Type`` header.

        Raises:
            CleaningStoppedError: If the crawl is stopped meanwhile.
        """
        async with self._turns:
            if not self.crawler.crawling:
                raise CleaningStoppedError
            began = monotonic()
            task = asyncio.ensure_future(self._render(url, body, content_type))
            self._running.add(task)
            try:
                rendered = await task
                self.pages += 1
            except (Exception, asyncio.CancelledError) as error:
                if not self.crawler.crawling:  # Ctrl-C ends the browser, too
                    raise CleaningStoppedError from None
                if isinstance(error, asyncio.CancelledError):
                    raise
                self.failures += 1
                logger.warning(
                    "cannot render %s: %s", url, " ".join(f"{type(error).__name__} {error}".split())[:300]
                )
                return None
            finally:
                self._running.discard(task)
                self.seconds += monotonic() - began
            return rendered

    async def close(self) -> None:
        """End the browser."""
        with contextlib.suppress(Exception):  # it may be gone
            async with asyncio.timeout(_CLOSING):
                if self._chromium:
                    await self._chromium.close()
        with contextlib.suppress(Exception):
            async with asyncio.timeout(_CLOSING):
                if self._playwright:
                    await self._playwright.stop()
        self._chromium = self._playwright = None

    def _abandon(self) -> None:
        for task in self._running:
            task.cancel()

    async def _start(self) -> Chromium:
        async with self._starting:
            if self._chromium and self._chromium.is_connected():
                return self._chromium
            from playwright.async_api import async_playwright  # noqa: PLC0415 - the extra, and only where it is used

            if self._playwright is None:
                self._playwright = await async_playwright().start()
            self._chromium = await self._playwright.chromium.launch(
                executable_path=_program(browser_path(self.crawler.settings)),
                args=_ARGUMENTS,
                chromium_sandbox=os.geteuid() != 0,  # Chromium has no sandbox for root
                handle_sigint=False,
                handle_sigterm=False,
            )
            return self._chromium

    async def _render(self, url: str, body: bytes, content_type: str) -> bytes:
        chromium = await self._start()
        context = await chromium.new_context(
            user_agent=self.crawler.settings["USER_AGENT"], service_workers="block", accept_downloads=False
        )
        try:
            async with asyncio.timeout(self._timeout):
                return await self._run(context, url, body, content_type)
        finally:
            try:
                await asyncio.wait_for(context.close(), _CLOSING)
            except Exception:  # its scripts hold the browser up: the next page gets a new one
                self._chromium = None
                await asyncio.wait_for(chromium.close(), _CLOSING)

    async def _run(self, context: BrowserContext, url: str, body: bytes, content_type: str) -> bytes:
        from playwright.async_api import TimeoutError as TookTooLongError  # noqa: PLC0415 - as above
        from playwright.async_api import WebSocketRoute  # noqa: PLC0415 - as above

        asked = 0

        async def answer(route: Route) -> None:
            nonlocal asked
            asked += 1
            request = route.request
            try:
                if asked == 1 and request.is_navigation_request():
                    await route.fulfill(
                        status=200, headers={"content-type": content_type or "text/html"}, body=body
                    )
                elif request.resource_type == "stylesheet":  # scripts may wait for one, and none adds text
                    await route.fulfill(status=200, content_type="text/css", body="")
                elif request.resource_type in _FETCHED and asked <= _MOST_REQUESTS:
                    response = await self._fetch(
                        url, request.url, request.method, request.headers, request.post_data_buffer or b""
                    )
                    await route.fulfill(status=response.status, headers=_told(response), body=response.body)
                else:
                    await route.abort()
            except Exception as error:  # one request of many; the page goes on without it
                logger.debug("%s asks in vain for %s: %s", url, request.url, error)
                with contextlib.suppress(Exception):  # the page may be gone
                    await route.abort()

        async def refuse(socket: WebSocketRoute) -> None:
            await socket.close()

        await context.route("**/*", answer)
        await context.route_web_socket("**/*", refuse)
        page = await context.new_page()
        milliseconds = self._timeout * 1000 * _QUIET
        with contextlib.suppress(TookTooLongError):  # what is there by then counts
            await page.goto(url, wait_until="load", timeout=milliseconds)
            await page.wait_for_load_state("networkidle", timeout=milliseconds / 2)
        html = (await page.content()).encode("utf-8", "replace")
        largest = self.crawler.settings.getint("DOWNLOAD_MAXSIZE")
        if largest and len(html) > largest:
            raise ValueError(f"its scripts make more than {largest} bytes")
        return html

    async def _fetch(
        self, page: str, url: str, method: str, headers: dict[str, str], body: bytes
    ) -> Response:
        """Fetch what a page asks for, as the crawl fetches anything; its redirects are followed here.

        Raises:
            Exception: Whatever stands against it.
        """
        if method != "GET" and not (method == "POST" and site_of(url) == site_of(page)):
            raise ValueError(f"a {method} request")
        kept = {name: value for name, value in headers.items() if name.lower() not in _OWN_REQUEST_HEADERS}
        kept["User-Agent"] = self.crawler.settings["USER_AGENT"]
        for _ in range(_MOST_REDIRECTS + 1):
            request = Request(
                url, method=method, headers=kept, body=body, meta={"download_timeout": _REQUEST_TIMEOUT}
            )
            robots = self.crawler.get_downloader_middleware(StrictRobotsMiddleware)
            if robots:
                await robots.process_request(request)
            site = self.crawler.get_downloader_middleware(SiteRequestMiddleware)
            if site:
                site.process_request(request)
            response: Response = await self.crawler.engine.downloader.handlers.download_request_async(request)
            location = response.headers.get("Location")
            if location is None or not 300 <= response.status < 400:
                unpacking = self.crawler.get_downloader_middleware(WholeBodyMiddleware)
                unpacked = unpacking.process_response(request, response) if unpacking else response
                if not isinstance(unpacked, Response):
                    raise ValueError("its answer ends early")
                return unpacked
            url = urljoin(url, location.decode("latin-1"))
            method, body = "GET", b""
        raise ValueError("redirects too often")


def _told(response: Response) -> dict[str, str]:
    return {
        name.decode("latin-1"): b", ".join(values).decode("latin-1")
        for name, values in response.headers.items()
        if name.decode("latin-1").lower() not in _OWN_RESPONSE_HEADERS
    }
