"""Articles and pages read back from a dataset, to clean the pages again and say what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

from newsdata.identity import article_id
from newsdata.records import Fetch, PageRecord, Usage
from newsdata.schema import Row, article_row

if TYPE_CHECKING:  # for its types only: a query must not wait for the cleaner to load
    import duckdb

    from newsclean.article import Article, BlockKind, RemovalKind

# What says how and when a page was cleaned, and why, rather than what came out.
_PROVENANCE = frozenset({"evidence", "cleaner", "schema_version"})
BATCH = 64


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """The newest version of an article.

    Attributes:
        id: Its id.
        article: The article; the publication's own name is not stored.
        fetch: How its page was fetched.
    """

    id: str
    article: Article
    fetch: Fetch


def read_articles(
    connection: duckdb.DuckDBPyConnection, site: str, *, crawl_id: str = ""
) -> Iterator[list[StoredArticle]]:
    """Yield a site's articles in batches, in no particular order.

    Args:
        connection: From :func:`newsdata.connect`.
        site: The site, as in the ``site`` columns.
        crawl_id: Only what this crawl fetched; empty for all.
    """
    query = "FROM articles WHERE site = $site AND ($crawl = '' OR crawl_id = $crawl)"
    found = connection.cursor().execute(query, {"site": site, "crawl": crawl_id})
    names = [name for name, *_ in found.description]
    while rows := found.fetchmany(BATCH):
        yield [_stored(dict(zip(names, row, strict=True))) for row in rows]


def _stored(row: Mapping[str, object]) -> StoredArticle:
    from newsclean.article import (  # noqa: PLC0415 - the cleaner only where it is used
        Article,
        Evidence,
        Image,
        Removal,
    )

    def texts(name: str) -> tuple[str, ...]:
        return tuple(cast("Sequence[str]", row[name] or ()))

    def structs(name: str) -> Sequence[Mapping[str, object]]:
        return cast("Sequence[Mapping[str, object]]", row[name] or ())

    def text(name: str) -> str:
        return cast("str", row[name] or "")

    article = Article(
        url=text("url"),
        text=text("text"),
        block_kinds=cast("tuple[BlockKind, ...]", texts("block_kinds")),
        title=text("title"),
        authors=texts("authors"),
        published=cast("datetime | None", row["published"]),
        modified=cast("datetime | None", row["modified"]),
        language=text("language"),
        section=text("section"),
        tags=texts("tags"),
        description=text("description"),
        canonical_url=text("canonical_url"),
        paywalled=cast("bool | None", row["paywalled"]),
        images=tuple(Image(**cast("dict[str, str]", image)) for image in structs("images")),  # type: ignore[arg-type]  # widths are numbers
        credits=texts("credits"),
        removed=tuple(Removal(**cast("dict[str, RemovalKind]", each)) for each in structs("removed")),
        evidence=tuple(Evidence(**cast("dict[str, str]", each)) for each in structs("evidence")),  # type: ignore[arg-type]  # chosen is a bool
    )
    fetch = Fetch(
        url=text("url"),
        fetched_at=cast("datetime", row["fetched_at"]),
        via=text("via"),
        crawl_id=text("crawl_id"),
        http_status=cast("int | None", row["http_status"]),
        etag=text("etag"),
        last_modified=text("last_modified"),
        usage=tuple(Usage(**cast("dict[str, str]", each)) for each in structs("usage")),
    )
    return StoredArticle(text("id"), article, fetch)


def pages_without_article(connection: duckdb.DuckDBPyConnection, site: str) -> list[Fetch]:
    """How the pages were fetched whose article is not there, each in its newest version.

    A cleaner found none in them, or it was stored and a damaged file has lost it.

    Args:
        connection: From :func:`newsdata.connect`.
        site: The site, as in the ``site`` columns.
    """
    query = """
        SELECT url, fetched_at, p.requested_url, p.via, p.crawl_id, p.http_status, p.etag, p.last_modified, p.usage
        FROM pages p JOIN outcomes o USING (url, fetched_at)
        WHERE p.site = $site AND o.kind IN ('stored', 'skipped', 'quarantined') AND o.reason NOT IN ('duplicate', 'before-since')
            AND NOT starts_with(o.reason, 'source-')
            AND url NOT IN (SELECT url FROM articles WHERE site = $site)
        QUALIFY row_number() OVER (PARTITION BY p.id ORDER BY fetched_at DESC) = 1
        ORDER BY url
    """
    found = connection.execute(query, {"site": site})
    return [
        Fetch(
            url=url,
            fetched_at=fetched_at,
            requested_url="" if requested == url else requested or "",
            via=via or "",
            crawl_id=crawl_id or "",
            http_status=status,
            etag=etag or "",
            last_modified=modified or "",
            usage=tuple(Usage(**each) for each in usage or ()),
        )
        for url, fetched_at, requested, via, crawl_id, status, etag, modified, usage in found.fetchall()
    ]


def read_pages(
    connection: duckdb.DuckDBPyConnection, fetches: Iterable[Fetch]
) -> Iterator[tuple[Fetch, PageRecord]]:
    """Yield the stored page of each fetch; one that is not stored is left out.

    Args:
        connection: From :func:`newsdata.connect`.
        fetches: How the pages were fetched: their URL and time find them.
    """
    wanted = {(fetch.url, fetch.fetched_at): fetch for fetch in fetches}
    query = """
        SELECT url, fetched_at, body, content_type FROM pages
        WHERE id IN (SELECT unnest($ids)) AND fetched_at IN (SELECT unnest($times))
    """
    parameters = {
        "ids": [article_id(url) for url, _ in wanted],
        "times": [fetched_at for _, fetched_at in wanted],
    }
    for url, fetched_at, body, content_type in connection.cursor().execute(query, parameters).fetchall():
        if fetch := wanted.pop((url, fetched_at), None):
            yield fetch, PageRecord(fetch, bytes(body), content_type or "")


def is_changed(stored: StoredArticle, article: Article) -> bool:
    """Whether an article, cleaned again, is another than the stored one; how it came about does not count."""
    return _compared(stored.article, stored.fetch) != _compared(article, stored.fetch)


def _compared(article: Article, fetch: Fetch) -> Row:
    row = article_row(article, fetch, cleaner="")
    return {name: value for name, value in row.items() if name not in _PROVENANCE}
