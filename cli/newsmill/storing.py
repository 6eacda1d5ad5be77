"""Store what ``newsmill clean --data`` cleaned: articles, raw pages and outcomes, as a crawl does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
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
    try:
        with newsdata.open_writer(data, crawl_id=crawl) as writer:
            for item in inputs:
                url = item.url or Path(item.name).resolve().as_uri()
                fetched = item.fetched_at or datetime.now(UTC)
                fetch = Fetch(url, fetched, via="clean", crawl_id=crawl, http_status=item.http_status)
                found = clean(item)
                if not item.is_text:
                    writer.write_page(PageRecord(fetch, item.content, item.content_type))
                if isinstance(found, NoArticle):
                    writer.write_outcome(
                        Outcome(
                            url,
                            "skipped",
                            fetched,
                            found.reason,
                            found.detail,
                            via="clean",
                            crawl_id=crawl,
                            http_status=item.http_status,
                        )
                    )
                    continue
                article_id = writer.write_article(found, fetch, cleaner=CLEANER)
                writer.write_outcome(
                    Outcome(
                        url,
                        "stored",
                        fetched,
                        via="clean",
                        crawl_id=crawl,
                        http_status=item.http_status,
                        article_id=article_id,
                    )
                )
                stored += 1
    except DataError as error:
        raise UserError(str(error)) from error
    return stored
