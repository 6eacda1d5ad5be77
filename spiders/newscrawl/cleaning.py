"""Cleaning in other processes, so that the event loop only fetches and no page can hurt the crawl."""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
from dataclasses import dataclass
from typing import Literal

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from newscrawl import worker_entry
from newscrawl.worker_entry import CleanedPage


@dataclass(frozen=True, slots=True)
class Quarantine:
    """A page that the cleaner did not survive.

    Attributes:
        reason: ``timeout``, ``memory`` or ``crash``.
        detail: One line for a person.
    """

    reason: Literal["timeout", "memory", "crash"]
    detail: str


class CleaningStoppedError(Exception):
    """The crawl ended before the page's turn came."""


class CleaningPool:
    """Processes that clean pages, each page under a limit of time and memory.

    Args:
        processes: Number of processes.
        timeout: Seconds that a page may take.
        memory: Bytes that a page may take on top of a warm process; 0 for no limit.
    """

    def __init__(self, processes: int, timeout: float, memory: int) -> None:
        self.timeout, self.memory = timeout, memory
        # never fork: this process has threads and an event loop. The fork server is a fresh process.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([worker_entry.PRELOADED])
        self._pool = ProcessPool(
            max_workers=processes, context=context, initializer=worker_entry.start, initargs=(memory,)
        )
        self._running: set[ProcessFuture[CleanedPage]] = set()
        self._stopped = False

    @property
    def waiting(self) -> int:
        """Number of pages handed over and not yet answered."""
        return len(self._running)

    def start(self) -> None:
        """Start the processes now, so that they are warm when the first page comes."""
        self._pool.schedule(worker_entry.ready)

    async def clean(
        self, html: bytes, url: str, content_type: str, profile: bytes = b""
    ) -> CleanedPage | Quarantine:
        """Clean one page.

        Args:
            html: The page as received.
            url: Its final URL.
            content_type: The ``Content-Type`` header.
            profile: The site's profile, pickled; empty for none.

        Raises:
            CleaningStoppedError: If the pool was stopped first.
        """
        if self._stopped:
            raise CleaningStoppedError
        future = self._pool.schedule(
            worker_entry.clean_page, args=(html, url, content_type, profile), timeout=self.timeout
        )
        self._running.add(future)
        try:
            cleaned: CleanedPage = await asyncio.wrap_future(future)
        except TimeoutError:
            return Quarantine("timeout", f"cleaning took longer than {self.timeout:g} s")
        except ProcessExpired as error:
            # C and C++ code that is refused memory may abort the process before Python hears of it
            aborted = self.memory > 0 and error.exitcode == -signal.SIGABRT
            if aborted or error.exitcode == worker_entry.MEMORY_EXIT_CODE:
                return Quarantine("memory", "cleaning took more memory than a page may")
            return Quarantine("crash", f"the cleaning process ended with exit code {error.exitcode}")
        except asyncio.CancelledError:
            if self._stopped:
                raise CleaningStoppedError from None
            raise
        except Exception as error:  # a fault of the cleaner costs one page, and says which
            return Quarantine("crash", f"{type(error).__name__}: {' '.join(str(error).split())[:200]}")
        finally:
            self._running.discard(future)
        return cleaned

    def abandon(self) -> None:
        """Give up every page that is not yet cleaned."""
        self._stopped = True
        for future in tuple(self._running):
            future.cancel()  # type: ignore[no-untyped-call]  # Pebble's own is untyped

    def close(self) -> None:
        """End the processes."""
        self.abandon()
        self._pool.stop()  # type: ignore[no-untyped-call]  # Pebble's own is untyped
        self._pool.join()
