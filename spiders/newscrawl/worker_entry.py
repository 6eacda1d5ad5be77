"""The door between the crawl and its cleaning processes: light to import here, heavy only there.

The crawl's process never imports the cleaner: functions are pickled by name, and these import it where they run.
"""

from __future__ import annotations

from newsclean.article import Article, NoArticle

PRELOADED = "newscrawl.worker"
MEMORY_EXIT_CODE = 77  # a process that ran out of memory ends itself with it


def start(memory: int) -> None:
    """Start a process: warm it up, if the fork server has not, and limit its memory.

    Args:
        memory: Bytes that a page may take on top of what the warm process has; 0 for no limit.
    """
    from newscrawl import worker  # noqa: PLC0415 - imported in the cleaning process only

    worker.limit_memory(memory)


def ready() -> None:
    """Do nothing; its answer says that a process is warm."""


def clean_page(html: bytes, url: str, content_type: str) -> Article | NoArticle:
    """See :func:`newscrawl.worker.clean_page`."""
    from newscrawl import worker  # noqa: PLC0415 - imported in the cleaning process only

    return worker.clean_page(html, url, content_type)
