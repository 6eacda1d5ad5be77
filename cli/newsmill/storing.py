"""Store what ``newsmill clean --data`` cleaned: articles, raw pages and outcomes, as a crawl does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import newsdata
from newsclean import Article
from newscrawl.cleaning import Quarantine
from newsdata.errors import DataError
from newsdata.records import Fetch, Outcome, OutcomeKind, PageRecord
from newsmill import __version__
from newsmill.cleaning import Input, Refusal, Result
from newsmill.errors import UserError

CLEANER = f"newsclean {__version__}"


@contextmanager
def storing(data: Path) -> Iterator[Callable[[Input, Result], None]]:
    """Give a function that writes what became of an input.

    Raises:
        UserError: The dataset cannot be written.
    """
    crawl = f"clean-{uuid4().hex[:12]}"
    told: set[str] = set()
    try:
        with newsdata.open_writer(data, crawl_id=crawl) as writer:
            yield lambda item, result: _store(writer, item, result, _fetch(item, result, told, crawl))
    except DataError as error:
        raise UserError(str(error)) from error


def _fetch(item: Input, result: Result, told: set[str], crawl: str) -> Fetch:
    """Where a page came from. Of a file whose address nobody gave, its canonical URL tells it, and so its site.

    Args:
        item: The page.
        result: What it holds.
        told: The canonical URLs that files of this run have told: one that two tell is a front page's, or wrong.
        crawl: The run.
    """
    file = "" if item.url else Path(item.name).resolve().as_uri()
    canonical = result.canonical_url if file and isinstance(result, Article) else ""
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


def _store(writer: newsdata.Writer, item: Input, result: Result, fetch: Fetch) -> None:
    if not item.is_text and item.refusal is None:
        writer.write_page(PageRecord(fetch, item.content, item.content_type))
    if isinstance(result, Article):
        article_id = writer.write_article(result, fetch, cleaner=CLEANER)
        writer.write_outcome(Outcome.of(fetch, "stored", article_id=article_id))
        return
    kind: OutcomeKind = "quarantined" if isinstance(result, Quarantine) else "skipped"
    if isinstance(result, Refusal):
        kind = "failed"
    writer.write_outcome(Outcome.of(fetch, kind, reason=result.reason, detail=result.detail))
