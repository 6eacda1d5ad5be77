"""The door between the crawl and the processes that clean its pages and read its sources.

Functions cross it by name. :mod:`newscrawl.worker`, whose import takes the cleaner's warm-up time, is imported
only where they run.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from newsclean.article import Article, NoArticle
from newscrawl.feeds import FeedEntry
from newscrawl.sections import PageLinks

if TYPE_CHECKING:  # it brings the cleaner along
    from newsclean.outline import Outline

PRELOADED = "newscrawl.worker"
MEMORY_EXIT_CODE = 77  # a process that ran out of memory ends itself with it


@dataclass(frozen=True, slots=True)
class CleanedPage:
    """What the cleaner made of a page.

    Attributes:
        article: The article, or why there is none.
        outline: What stands on the page, for its site's profile; None where there is no article.
    """

    article: Article | NoArticle
    outline: Outline | None = None


def start(memory: int) -> None:
    """Start a process: warm it up, if the fork server has not, and limit its memory.

    Args:
        memory: Bytes that a page may take on top of what the warm process has; 0 for no limit.
    """
    from newscrawl import worker  # noqa: PLC0415 - its import warms the cleaner up, in this process only

    worker.limit_memory(memory)


def clean_page(
    html: bytes, url: str, content_type: str, profile: bytes = b"", fetched: datetime | None = None
) -> CleanedPage:
    """See :func:`newscrawl.worker.clean_page`."""
    from newscrawl import worker  # noqa: PLC0415 - its import warms the cleaner up, in this process only

    return worker.clean_page(html, url, content_type, profile, fetched)


def read_page(body: bytes, url: str, encoding: str) -> PageLinks:
    """See :func:`newscrawl.worker.read_page`."""
    from newscrawl import worker  # noqa: PLC0415 - as above

    return worker.read_page(body, url, encoding)


def read_feed(body: bytes, url: str, content_type: str) -> tuple[FeedEntry, ...] | None:
    """See :func:`newscrawl.worker.read_feed`."""
    from newscrawl import worker  # noqa: PLC0415 - as above

    return worker.read_feed(body, url, content_type)
