"""Pages are cleaned and sources read in other processes: the event loop only fetches, and no page can hurt the crawl."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import multiprocessing
import os
import resource
import signal
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import forkserver
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from newscrawl import worker_entry
from newscrawl.feeds import FeedEntry
from newscrawl.memory_limit import MEMORY_EXIT_CODE
from newscrawl.sections import PageLinks
from newscrawl.stopping import work_abandoned
from newscrawl.worker_entry import CleanedPage

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

T = TypeVar("T")

_ATTEMPTS = 4  # how often a page is handed over, should its pool break down under it
_DEATHS_OF_A_CRASH = 2  # what kills a process may have nothing to do with its page, which gets a second look
_HANDED_OVER = 2  # pages that a process has, the one that it cleans among them: it never waits for the next
_READING_INTERVAL = 0.02  # seconds
_STARTING_INTERVAL = 0.05  # seconds
_FAULTS = frozenset({signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS})
_PAGE_SIZE = resource.getpagesize()


@dataclass(frozen=True, slots=True)
class Quarantine:
    """A page that was too much for its process.

    Attributes:
        reason: ``timeout``, ``memory`` or ``crash``.
        detail: One line for a person.
    """

    reason: Literal["timeout", "memory", "crash"]
    detail: str


class CleaningStoppedError(Exception):
    """The crawl ended before the page's turn came, or no process could be started for it."""


class _Sizes:
    """The address space of the processes, read from outside: what dies cannot say of what."""

    def __init__(self) -> None:
        self._least = 0  # all are forks of one, and as large as it is to begin with
        self._last: dict[int, int] = {}

    def read(self, pids: list[int]) -> None:
        """Read the sizes of these processes, where the system tells them (Linux)."""
        for pid in pids:
            try:
                size = int(Path(f"/proc/{pid}/statm").read_bytes().split()[0]) * _PAGE_SIZE
            except (OSError, ValueError, IndexError):  # it is gone, or going
                continue
            if size:
                self._least = min(size, self._least or size)
                self._last[pid] = size

    def had_grown(self, pid: int, limit: int) -> bool:
        """Whether a process had come near a limit when it was last read; it is forgotten.

        A quarter of the limit counts as near, as it does for the process itself.
        """
        return 0 < limit // 4 < self._last.pop(pid, 0) - self._least


class _LimitedPool:
    """Processes that work on pages, each page under a limit of time and memory; they start with the first.

    Also a Scrapy extension: the spider and the pipeline of a crawl share it.

    Args:
        processes: Number of processes.
        timeout: Seconds that a page may take.
        memory: Bytes that a page may take on top of a warm process; 0 for no limit.
    """

    def __init__(self, processes: int, timeout: float, memory: int) -> None:
        self.processes, self.timeout, self.memory = processes, timeout, memory
        self._pool = self._new_pool()
        self._running: set[ProcessFuture[Any]] = set()
        self._stopped = False
        self._sizes = _Sizes()
        self._watch: asyncio.Task[None] | None = None
        self._starter = ThreadPoolExecutor(max_workers=1)
        self._starting: Future[object] | None = None
        self._unstarted = 0  # pages that wait for that

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make it for a crawler; it ends with it."""
        from scrapy import signals  # noqa: PLC0415 - pages are also cleaned without Scrapy

        settings = crawler.settings
        pool = cls(
            settings.getint("NEWSMILL_CLEAN_PROCESSES"),
            settings.getfloat("NEWSMILL_CLEAN_TIMEOUT"),
            settings.getint("NEWSMILL_CLEAN_MEMORY"),
        )
        crawler.signals.connect(pool.abandon, work_abandoned)
        crawler.signals.connect(pool.close, signals.spider_closed)
        return pool

    def _new_pool(self) -> ProcessPool:
        raise NotImplementedError

    @property
    def waiting(self) -> int:
        """Number of pages handed over and not yet answered."""
        return len(self._running) + self._unstarted

    async def _run(self, what: str, function: Callable[..., T], *arguments: object) -> T | Quarantine:
        deaths = 0
        for _ in range(_ATTEMPTS):
            if self._stopped:
                raise CleaningStoppedError
            pool = self._pool
            await self._started(pool)
            if not pool.active:
                self._replace(pool)
                continue
            try:
                return await self._run_in(pool, what, function, *arguments)
            except BrokenProcessPool:
                continue
            except ProcessExpired as error:
                # C code that is refused memory may die of it before Python hears of it
                grown = -error.exitcode in _FAULTS and self._sizes.had_grown(error.pid, self.memory)
                if grown or error.exitcode == MEMORY_EXIT_CODE:
                    return Quarantine("memory", f"{what} took more memory than a page may")
                deaths += 1
                if deaths == _DEATHS_OF_A_CRASH:
                    return Quarantine("crash", f"its process ended with exit code {error.exitcode}")
        return Quarantine("crash", "its processes died again and again")

    async def _started(self, pool: ProcessPool) -> None:
        """Wait until a pool's processes are there: the event loop must not, while the fork server gets warm.

        Raises:
            CleaningStoppedError: If the pool was stopped meanwhile, or no process could be started.
        """
        if self._starting is None:
            # asked whether it is active, Pebble starts a new pool
            self._starting = self._starter.submit(getattr, pool, "active")
        self._unstarted += 1
        try:
            await asyncio.shield(asyncio.wrap_future(self._starting))
        except BrokenProcessPool as error:  # as when an interruption meets the fork server while it gets warm
            if not self._stopped:
                logger.warning("No process can be started: pages wait for the next run")
            raise CleaningStoppedError from error
        finally:
            self._unstarted -= 1
        if self._stopped:
            raise CleaningStoppedError

    async def _run_in(
        self, pool: ProcessPool, what: str, function: Callable[..., T], *arguments: object
    ) -> T | Quarantine:
        future = pool.schedule(function, args=arguments, timeout=self.timeout)
        self._running.add(future)
        if self._watch is None or self._watch.done():
            self._watch = asyncio.ensure_future(self._watch_sizes())
        try:
            result: T = await asyncio.wrap_future(future)
        except TimeoutError:
            return Quarantine("timeout", f"{what} took longer than {self.timeout:g} s")
        except (BrokenProcessPool, ProcessExpired):
            raise
        except asyncio.CancelledError:
            if self._stopped:
                raise CleaningStoppedError from None
            raise
        except Exception as error:  # a fault of ours costs one page, and says which
            return Quarantine("crash", f"{type(error).__name__}: {' '.join(str(error).split())[:200]}")
        finally:
            self._running.discard(future)
        return result

    async def _watch_sizes(self) -> None:
        while self._running:
            manager = self._pool._pool_manager  # noqa: SLF001 - Pebble tells the processes nowhere else
            self._sizes.read(list(manager.worker_manager.workers))
            await asyncio.sleep(_READING_INTERVAL)

    def _replace(self, broken: ProcessPool) -> None:
        """Take a new pool: Pebble gives one up whose process was killed while it had nothing to do."""
        if self._pool is broken:
            broken.stop()  # type: ignore[no-untyped-call]  # Pebble's own is untyped
            self._pool = self._new_pool()
            self._starting = None

    def abandon(self) -> None:
        """Give up every page that is not yet cleaned."""
        self._stopped = True
        if self._starting is not None and not self._starting.done():
            self._give_up_start()
        for future in tuple(self._running):
            future.cancel()  # type: ignore[no-untyped-call]  # Pebble's own is untyped

    def _give_up_start(self) -> None:
        """End what the start of the processes waits for, if it takes long."""

    def close(self) -> None:
        """End the processes."""
        self.abandon()
        while self._starting is not None and wait([self._starting], _STARTING_INTERVAL).not_done:
            self._give_up_start()
        self._starter.shutdown()
        self._pool.stop()  # type: ignore[no-untyped-call]  # Pebble's own is untyped
        self._pool.join()


class CleaningPool(_LimitedPool):
    """Processes that clean pages.

    What is known of a page's site grows while the page waits, so it is handed over when a process can take it soon.
    """

    def __init__(self, processes: int, timeout: float, memory: int) -> None:
        super().__init__(processes, timeout, memory)
        self._turns = asyncio.Semaphore(_HANDED_OVER * processes)
        self._waiting = 0

    @property
    def waiting(self) -> int:
        """Number of pages that are not yet answered."""
        return self._waiting

    def _new_pool(self) -> ProcessPool:
        # never fork: this process has threads and an event loop. The fork server is a fresh process.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([worker_entry.PRELOADED])
        return ProcessPool(
            max_workers=self.processes,
            context=context,
            initializer=worker_entry.start_cleaning,
            initargs=(self.memory,),
        )

    def _give_up_start(self) -> None:
        # the standard library has no way to end a fork server that is still getting warm
        pid = getattr(forkserver._forkserver, "_forkserver_pid", None)  # noqa: SLF001
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    async def clean(
        self,
        html: bytes,
        url: str,
        content_type: str,
        profile: bytes | Callable[[], Awaitable[bytes]] = b"",
        fetched: datetime | None = None,
    ) -> CleanedPage | Quarantine:
        """Clean one page.

        Args:
            html: The page as received.
            url: Its final URL.
            content_type: The ``Content-Type`` header.
            profile: The site's profile, pickled, or what gives it when the page's turn comes; empty for none.
            fetched: When the page was fetched, aware; None if that is not known.

        Raises:
            CleaningStoppedError: If the pool was stopped first.
        """
        self._waiting += 1
        try:
            async with self._turns:
                known = profile if isinstance(profile, bytes) else await profile()
                page = (html, url, content_type, known, fetched)
                return await self._run("cleaning", worker_entry.clean_page, *page)
        finally:
            self._waiting -= 1

    async def clean_text(self, content: bytes, url: str) -> CleanedPage | Quarantine:
        """Clean text without markup.

        Args:
            content: The text, in UTF-8.
            url: Where it came from, if known.

        Raises:
            CleaningStoppedError: If the pool was stopped first.
        """
        return await self._run("cleaning", worker_entry.clean_text, content, url)


class ReadingPool(_LimitedPool):
    """A process that reads sources: a crawl in which no page has changed starts no cleaner for them."""

    def _new_pool(self) -> ProcessPool:
        # a process of its own kind: the fork server is warm for cleaning
        return ProcessPool(
            max_workers=1,
            context=multiprocessing.get_context("spawn"),
            initializer=worker_entry.start_reading,
            initargs=(self.memory,),
        )

    async def read_page(self, body: bytes, url: str, encoding: str) -> PageLinks | Quarantine:
        """Read what a page leads to; see :func:`newscrawl.sections.read_page`.

        Raises:
            CleaningStoppedError: If the pool was stopped first.
        """
        return await self._run("reading", worker_entry.read_page, body, url, encoding)

    async def read_feed(
        self, body: bytes, url: str, content_type: str
    ) -> tuple[FeedEntry, ...] | Quarantine | None:
        """Read a feed; None if it is none. See :func:`newscrawl.feeds.read_feed`.

        Raises:
            CleaningStoppedError: If the pool was stopped first.
        """
        return await self._run("reading", worker_entry.read_feed, body, url, content_type)
