"""The door between the crawl and the processes that clean its pages and read its sources.

Functions cross it by name. :mod:`newscrawl.worker`, whose import takes the cleaner's warm-up time, is imported
only where they run.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from pebble import CONSTS

from newsclean.article import Article, NoArticle
from newscrawl import feeds, sections
from newscrawl.feeds import FeedEntry
from newscrawl.memory_limit import limit_memory, within_memory
from newscrawl.sections import PageLinks

if TYPE_CHECKING:  # it brings the cleaner along
    from newsclean.outline import Outline

PRELOADED = "newscrawl.worker"
# Seconds. A process that is killed while it holds the lock of the pool's pipe keeps it; the others give up waiting
# after this (Pebble: 60), twice, and the pool is made anew.
_LONGEST_WAIT_FOR_THE_PIPE = 5


@dataclass(frozen=True, slots=True)
class CleanedPage:
    """What the cleaner made of a page.

    Attributes:
        article: The article, or why there is none.
        outline: What stands on the page, for its site's profile; None where there is no article.
    """

    article: Article | NoArticle
    outline: Outline | None = None


def start_cleaning(memory: int) -> None:
    """Start a process that cleans: warm it up, if the fork server has not, and limit its memory.

    Args:
        memory: Bytes that a page may take on top of what the warm process has; 0 for no limit.
    """
    from newscrawl import worker  # noqa: F401, PLC0415 - its import warms the cleaner up, in this process only

    _start(memory)


def start_reading(memory: int) -> None:
    """Start a process that reads sources: limit its memory.

    Args:
        memory: As above.
    """
    _start(memory)


def _start(memory: int) -> None:
    CONSTS.channel_lock_timeout = _LONGEST_WAIT_FOR_THE_PIPE
    limit_memory(memory)


def clean_page(
    html: bytes, url: str, content_type: str, profile: bytes = b"", fetched: datetime | None = None
) -> CleanedPage:
    """See :func:`newscrawl.worker.clean_page`."""
    from newscrawl import worker  # noqa: PLC0415 - its import warms the cleaner up, in this process only

    return worker.clean_page(html, url, content_type, profile, fetched)


def clean_text(content: bytes, url: str) -> CleanedPage:
    """See :func:`newscrawl.worker.clean_text`."""
    from newscrawl import worker  # noqa: PLC0415 - as above

    return worker.clean_text(content, url)


def read_page(body: bytes, url: str, encoding: str) -> PageLinks:
    """See :func:`newscrawl.sections.read_page`."""
    return within_memory(lambda: sections.read_page(body, url, encoding), lambda page: not page.links)


def read_feed(body: bytes, url: str, content_type: str) -> tuple[FeedEntry, ...] | None:
    """The first entries of a feed; None if the document is none. See :func:`newscrawl.feeds.read_feed`."""

    def entries() -> tuple[FeedEntry, ...] | None:
        try:
            return tuple(islice(feeds.read_feed(body, url, content_type), feeds.MAX_ENTRIES))
        except feeds.NotAFeedError:
            return None

    return within_memory(entries, lambda found: not found)
