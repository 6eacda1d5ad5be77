"""What runs in a cleaning process: the cleaner, warmed up, and the readers of sources. Imports no Scrapy.

The fork server imports this module once and then forks each process from itself, so that all of them share
the compiled regular expressions and models, and one that was killed is replaced in milliseconds.
"""

from __future__ import annotations

import os
import pickle
import re
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TypeVar

from newsclean.article import NoArticle
from newsclean.clean import examine
from newsclean.profile import SiteProfile
from newscrawl import feeds, sections
from newscrawl.feeds import FeedEntry
from newscrawl.sections import PageLinks
from newscrawl.worker_entry import MEMORY_EXIT_CODE, CleanedPage

# A page with something of everything: metadata, JSON-LD, a date to parse, a caption, enough text to be an
# article. First use of the cleaner compiles regular expressions for seconds.
_WARM_UP_PAGE = (
    """<!doctype html><html lang="en"><head><title>Ferry timetable changes | The Example</title>
<meta property="og:title" content="Ferry timetable changes"><meta name="author" content="Ada Example">
<meta property="article:published_time" content="2025-03-14T09:30:00+01:00">
<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle",
"headline":"Ferry timetable changes","datePublished":"2025-03-14",
"author":{"@type":"Person","name":"Ada Example"}}</script>
</head><body><header><nav><a href="/">Home</a></nav></header><main><article><h1>Ferry timetable changes</h1>
<p class="byline">By Ada Example, 14 March 2025</p><figure><img src="/ferry.jpg" alt="A ferry">
<figcaption>The ferry at its berth. Photo: Example</figcaption></figure>"""
    + "".join(
        f"<p>The ferry leaves {minutes} minutes earlier from Monday, the operator said on Friday, because "
        "the harbour is dredged at low tide. Passengers who hold a season ticket need not do anything, "
        "and the fare stays the same.</p>"
        for minutes in range(10, 60, 10)
    )
    + "<h2>What comes next</h2><ul><li>Dredging ends in June</li></ul></article></main>"
    "<footer>Imprint</footer></body></html>"
)


T = TypeVar("T")


@dataclass(slots=True)
class _Memory:
    """The memory of this process, in bytes of address space."""

    extra: int = 0  # what a page may take; 0 for no limit
    baseline: int = 0  # what the warm process had
    peak: int = 0  # the highest reading before this page


_memory = _Memory()


def _address_space(name: str) -> int:
    """``VmSize`` or ``VmPeak`` of this process in bytes; 0 where the system does not tell (macOS)."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    found = re.search(rf"^{name}:\s*(\d+) kB", status.read_text(), re.MULTILINE)
    return int(found.group(1)) * 1024 if found else 0


def limit_memory(extra: int) -> None:
    """Let each page have so much memory on top of what this process has now.

    Args:
        extra: Bytes; 0 for no limit.
    """
    _memory.extra, _memory.baseline = extra, _address_space("VmSize")
    _memory.peak = _address_space("VmPeak")


@contextmanager
def _limited() -> Iterator[None]:
    """Limit the address space, for a page only: a page that is received or answered must not break the pool."""
    if _memory.extra <= 0 or not _memory.baseline:
        yield
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (_memory.baseline + _memory.extra, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def _came_near_limit() -> bool:
    """Whether this page has brought the process near its limit.

    C code answers a refused allocation with all kinds of errors, or with a page that seems empty. A quarter of
    the limit counts as near: a buffer that grows is doubled, and what was refused never shows in the peak.
    """
    before, _memory.peak = _memory.peak, _address_space("VmPeak")
    return (
        _memory.extra > 0 and _memory.peak > before and _memory.peak - _memory.baseline > _memory.extra // 4
    )


def _within_memory(work: Callable[[], T], is_empty: Callable[[T], bool]) -> T:
    """Do a page's work under the limit of memory; the process ends if that is not enough.

    Args:
        work: What to do.
        is_empty: Whether a result says that nothing was found, as it also does where memory was refused.
    """
    try:
        with _limited():
            result = work()
    except MemoryError:
        os._exit(MEMORY_EXIT_CODE)  # what is left of the heap cannot be trusted; a fresh process takes over
    except Exception:
        if _came_near_limit():
            os._exit(MEMORY_EXIT_CODE)
        raise
    if _came_near_limit() and is_empty(result):
        os._exit(MEMORY_EXIT_CODE)
    return result


@lru_cache(maxsize=64)
def _unpacked(profile: bytes) -> SiteProfile:
    unpacked: SiteProfile = pickle.loads(profile)  # noqa: S301 - it comes from the crawl's own process
    return unpacked


def clean_page(
    html: bytes, url: str, content_type: str, profile: bytes = b"", fetched: datetime | None = None
) -> CleanedPage:
    """Clean one page; a page without an article is an answer, not an error.

    Args:
        html: The page as received.
        url: Its final URL.
        content_type: The ``Content-Type`` header.
        profile: The site's profile, pickled; empty for none.
        fetched: When the page was fetched, aware; None if that is not known.
    """
    site = _unpacked(profile) if profile else None

    def cleaned() -> CleanedPage:
        try:
            examination = examine(html, url, content_type=content_type, site=site, fetched=fetched)
        except NoArticle as finding:
            return CleanedPage(finding)
        return CleanedPage(examination.article, examination.outline)

    return _within_memory(cleaned, lambda page: isinstance(page.article, NoArticle))


def read_page(body: bytes, url: str, encoding: str) -> PageLinks:
    """See :func:`newscrawl.sections.read_page`."""
    return _within_memory(lambda: sections.read_page(body, url, encoding), lambda page: not page.links)


def read_feed(body: bytes, url: str, content_type: str) -> tuple[FeedEntry, ...] | None:
    """The first entries of a feed; None if the document is none. See :func:`newscrawl.feeds.read_feed`."""

    def entries() -> tuple[FeedEntry, ...] | None:
        try:
            return tuple(islice(feeds.read_feed(body, url, content_type), feeds.MAX_ENTRIES))
        except feeds.NotAFeedError:
            return None

    return _within_memory(entries, lambda found: not found)


clean_page(
    _WARM_UP_PAGE.encode(),
    "https://news.example/2025/03/14/ferry-timetable-changes",
    "text/html; charset=utf-8",
)
