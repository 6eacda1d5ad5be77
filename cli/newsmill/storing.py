"""Store what ``newsmill clean --data`` cleaned: articles, raw pages and outcomes, as a crawl does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import newsdata
from newsclean import Article, NoArticle
from newsdata.errors import DataError
from newsdata.records import Fetch, Outcome, PageRecord
from newsmill import __version__
from newsmill.errors import UserError

if TYPE_CHECKING:
    from newsmill.commands.clean import Input

CLEANER = f"newsclean {__version__}"


def store_inputs(inputs: Iterable[Input], data: Path, clean: Callable[[Input], Article | NoArticle]) -> int:
    """Clean inputs one by one and write what becomes of each.

    Returns:
        How many articles were stored.

    Raises:
        UserError: The dataset cannot be written.
    """
    stored = 0
    crawl = f"clean-{uuid4().hex[:12]}"
    told: set[str] = set()
    try:
        with newsdata.open_writer(data, crawl_id=crawl) as writer:
            for item in inputs:
                found = clean(item)
                fetch = _fetch(item, found, told, crawl)
                if not item.is_text:
                    writer.write_page(PageRecord(fetch, item.content, item.content_type))
                outcome = partial(
                    Outcome,
                    fetch.url,
                    fetched_at=fetch.fetched_at,
                    requested_url=fetch.requested_url,
                    via=fetch.via,
                    crawl_id=crawl,
                    http_status=fetch.http_status,
                )
                if isinstance(found, NoArticle):
                    writer.write_outcome(outcome("skipped", reason=found.reason, detail=found.detail))
                    continue
                article_id = writer.write_article(found, fetch, cleaner=CLEANER)
                writer.write_outcome(outcome("stored", article_id=article_id))
                stored += 1
    except DataError as error:
        raise UserError(str(error)) from error
    return stored


def _fetch(item: Input, found: Article | NoArticle, told: set[str], crawl: str) -> Fetch:
    """Where a page came from. Of a file whose address nobody gave, its canonical URL tells it, and so its site.

    Args:
        item: The page.
        found: What it holds.
        told: The canonical URLs that files of this run have told: one that two tell is a front page's, or wrong.
        crawl: The run.
    """
    file = "" if item.url else Path(item.name).resolve().as_uri()
    canonical = found.canonical_url if file and isinstance(found, Article) else ""
    if not newsdata.site_of(canonical) or canonical in told:
        canonical = ""
    told.add(canonical)
    return Fetch(
        item.url or canonical or file,
        item.fetched_at or datetime.now(UTC),
        requested_url=file if canonical else "",
        via="clean",
        crawl_id=crawl,
        http_status=item.http_status,
    )
