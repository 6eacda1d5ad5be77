"""Cleaning processes for commands that fetch nothing: a crawl's limits hold for files, too."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime

from newsclean import Article, NoArticle
from newscrawl.addon import NEWSMILL_SETTINGS
from newscrawl.cleaning import CleaningPool, Quarantine


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something was not even handed to the cleaner.

    Attributes:
        reason: ``unreadable`` or ``too-large``.
        detail: One line for a person.
    """

    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Input:
    """One page or text to clean.

    Attributes:
        name: What to call it in messages: a file, or a record's address.
        url: Its address, if known.
        content: Its bytes.
        is_text: Text without markup.
        content_type: From the WARC record; else empty.
        fetched_at: From the WARC record; else the file's time; None for standard input.
        http_status: From the WARC record; else None.
        refusal: Why it cannot be cleaned; its content is empty then.
    """

    name: str
    url: str
    content: bytes = b""
    is_text: bool = False
    content_type: str = ""
    fetched_at: datetime | None = None
    http_status: int | None = None
    refusal: Refusal | None = None


Result = Article | NoArticle | Quarantine | Refusal


def cleaning_pool() -> CleaningPool:
    """Cleaning processes with a crawl's limits."""
    settings = NEWSMILL_SETTINGS
    return CleaningPool(
        int(str(settings["NEWSMILL_CLEAN_PROCESSES"])),
        float(str(settings["NEWSMILL_CLEAN_TIMEOUT"])),
        int(str(settings["NEWSMILL_CLEAN_MEMORY"])),
    )


async def clean_inputs(inputs: Iterable[Input], pool: CleaningPool) -> AsyncIterator[tuple[Input, Result]]:
    """Yield each input with what came of it, in order, while the next ones are cleaned."""
    ahead: deque[tuple[Input, asyncio.Task[Result]]] = deque()
    for item in inputs:
        ahead.append((item, asyncio.create_task(_clean(item, pool))))
        await asyncio.sleep(0)  # hand it over before the next one is read
        if len(ahead) > pool.processes:
            first, result = ahead.popleft()
            yield first, await result
    for item, result in ahead:
        yield item, await result


async def _clean(item: Input, pool: CleaningPool) -> Result:
    if item.refusal is not None:
        return item.refusal
    if item.is_text:
        answer = await pool.clean_text(item.content, item.url)
    else:
        answer = await pool.clean(item.content, item.url, item.content_type)
    return answer if isinstance(answer, Quarantine) else answer.article
