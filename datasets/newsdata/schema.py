"""The columns of each table, and how a record becomes a row.

A row is what the journal holds: JSON values by column name, times as microseconds since 1970 UTC. Rows become
Parquet only through :func:`to_arrow`, so every file of a table has exactly the schema written here.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pyarrow as pa

from newsdata.identity import article_id, content_hash, site_of
from newsdata.records import Fetch, Outcome, PageRecord

if TYPE_CHECKING:  # for its types only: a query must not wait for the cleaner to load
    from newsclean.article import Article
    from newsclean.outline import Outline
    from newsclean.profile import SiteProfile

SCHEMA_VERSION = 1  # raise it with every change of a column; older files stay readable

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]
Row = dict[str, Json]

_TIME = pa.timestamp("us", tz="UTC")
_STRINGS = pa.list_(pa.string())


def _texts(*names: str) -> list[pa.Field]:
    return [pa.field(name, pa.string()) for name in names]


ARTICLES = pa.schema(
    [
        *_texts("id", "url", "canonical_url", "site", "month", "title", "description", "language", "section"),
        pa.field("authors", _STRINGS),
        pa.field("tags", _STRINGS),
        pa.field("credits", _STRINGS),
        pa.field("block_kinds", _STRINGS),
        pa.field("published", _TIME),
        pa.field("modified", _TIME),
        pa.field("fetched_at", _TIME),
        pa.field(
            "images",
            pa.list_(
                pa.struct(
                    [
                        *_texts("url", "caption", "credit", "alt"),
                        ("width", pa.int32()),
                        ("height", pa.int32()),
                    ]
                )
            ),
        ),
        pa.field("removed", pa.list_(pa.struct(_texts("kind", "rule", "text")))),
        pa.field(
            "evidence", pa.list_(pa.struct([*_texts("field", "source", "value"), ("chosen", pa.bool_())]))
        ),
        pa.field("paywalled", pa.bool_()),
        pa.field("usage", pa.list_(pa.struct(_texts("source", "value")))),
        pa.field("n_words", pa.int32()),
        pa.field("n_chars", pa.int32()),
        *_texts("content_hash", "via", "crawl_id", "cleaner"),
        pa.field("schema_version", pa.int16()),
        pa.field("http_status", pa.int16()),
        *_texts("etag", "last_modified"),
        pa.field("text", pa.string()),
    ]
)

PAGES = pa.schema(
    [
        *_texts("id", "url", "requested_url", "site", "month"),
        pa.field("fetched_at", _TIME),
        pa.field("http_status", pa.int16()),
        pa.field("content_type", pa.string()),
        pa.field("headers", pa.list_(pa.struct(_texts("name", "value")))),
        pa.field("usage", pa.list_(pa.struct(_texts("source", "value")))),
        *_texts("etag", "last_modified", "via", "crawl_id"),
        pa.field("schema_version", pa.int16()),
        pa.field("body", pa.binary()),
    ]
)

OUTLINES = pa.schema(
    [
        *_texts("id", "url", "site", "month"),
        pa.field("fetched_at", _TIME),
        *_texts("crawl_id", "cleaner", "cluster"),
        pa.field(
            "lines",
            pa.list_(
                pa.struct(
                    [
                        *_texts("key", "template", "path", "kind"),
                        ("length", pa.int32()),
                        ("heading", pa.bool_()),
                        ("is_link", pa.bool_()),
                        *_texts("text"),
                    ]
                )
            ),
        ),
        pa.field("schema_version", pa.int16()),
    ]
)

# What is known of a site: one row a standing line, template or place. Written at once by newsdata.profiles, not journalled.
PROFILES = pa.schema(
    [
        *_texts("site"),
        pa.field("version", pa.int32()),
        pa.field("furniture", pa.bool_()),
        *_texts("rule", "form", "key", "text", "kind", "cluster"),
        pa.field("articles", pa.int32()),
        pa.field("of_articles", pa.int32()),
        pa.field("texts", pa.int32()),
        pa.field("first_seen", _TIME),
        pa.field("last_seen", _TIME),
        *_texts("reason"),
        pa.field("learned_articles", pa.int32()),
        pa.field("learned_until", _TIME),
        *_texts("crawl_id"),
        pa.field("schema_version", pa.int16()),
    ]
)

OUTCOMES = pa.schema(
    [
        *_texts("url", "requested_url", "site", "month", "kind", "reason", "detail"),
        pa.field("fetched_at", _TIME),
        pa.field("http_status", pa.int16()),
        *_texts("via", "crawl_id", "article_id"),
        pa.field("schema_version", pa.int16()),
    ]
)

# Which texts tell one story; `cluster` is the hash of the text that stands for the story.
CLUSTERS = pa.schema(
    [
        *_texts("content_hash", "cluster"),
        pa.field("similarity", pa.float32()),
        pa.field("containment", pa.float32()),
        pa.field("schema_version", pa.int16()),
    ]
)


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of file in the dataset.

    Attributes:
        name: Name of its folder.
        schema: Its columns.
        dictionary: Columns of few distinct values, stored as a dictionary.
        bloom: Columns asked for by a single value, stored with a bloom filter.
        row_group_bytes: Journal bytes that make up one row group; bounds the memory of sealing. Large
            where rows are small, so that a group holds thousands; small for pages, which unfold fivefold.
        files: Pattern of its files within its folder.
    """

    name: str
    schema: pa.Schema
    dictionary: tuple[str, ...]
    bloom: tuple[str, ...]
    row_group_bytes: int
    files: str = "**/*.parquet"


_SHARED = ("site", "month", "crawl_id")
TABLES: tuple[Table, ...] = (  # in order of dependence: an outcome tells of an article, that of a page
    Table("pages", PAGES, (*_SHARED, "content_type"), ("id",), 4 << 20),
    Table(
        "articles",
        ARTICLES,
        (*_SHARED, "language", "section", "block_kinds.list.element", "removed.list.element.kind",
         "removed.list.element.rule", "evidence.list.element.field", "evidence.list.element.source",
         "usage.list.element.source", "usage.list.element.value", "cleaner"),
        ("id",),
        16 << 20,
    ),
    Table(
        "outlines",
        OUTLINES,
        (*_SHARED, "cleaner", "cluster", "lines.list.element.path", "lines.list.element.kind"),
        (),
        16 << 20,
    ),
    Table("outcomes", OUTCOMES, (*_SHARED, "kind", "reason"), (), 64 << 20),
)  # fmt: skip
TABLES_BY_NAME = {table.name: table for table in TABLES}
# Made by newsdata.dedupe at once, with no journal; its signatures lie in folders below.
CLUSTER_TABLE = Table("duplicates", CLUSTERS, (), (), 0, files="*.parquet")
# Made by newsdata.profiles, the same way.
PROFILE_TABLE = Table(
    "profiles", PROFILES, ("site", "rule", "form", "kind", "cluster", "crawl_id"), (), 0, files="*.parquet"
)
READ_TABLES = (*TABLES, CLUSTER_TABLE, PROFILE_TABLE)  # what the views read

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_FIRST = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
_LAST = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
# Half a surrogate pair is no Unicode text, and NUL ends a string for many readers of Parquet.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def article_row(
    article: Article, fetch: Fetch, *, cleaner: str, is_article_url: Callable[[str], bool] | None = None
) -> Row:
    """Return the row of ``articles`` for one cleaned page."""
    fetched = _required_time(fetch.fetched_at)
    return {
        "id": article_id(fetch.url, article.canonical_url, is_article_url),
        "url": _text(fetch.url),
        "canonical_url": _text(article.canonical_url),
        "site": _text(site_of(fetch.url)),
        "month": _month(fetched),
        "title": _text(article.title),
        "description": _text(article.description),
        "language": _text(article.language),
        "section": _text(article.section),
        "authors": _list(article.authors),
        "tags": _list(article.tags),
        "credits": _list(article.credits),
        "block_kinds": _list(article.block_kinds),
        "published": _time(article.published),
        "modified": _time(article.modified),
        "fetched_at": fetched,
        "images": [
            {
                "url": _text(image.url),
                "caption": _text(image.caption),
                "credit": _text(image.credit),
                "alt": _text(image.alt),
                "width": _integer(image.width, 32),
                "height": _integer(image.height, 32),
            }
            for image in article.images
        ],
        "removed": [
            {"kind": _text(block.kind), "rule": _text(block.rule), "text": _text(block.text)}
            for block in article.removed
        ],
        "evidence": [
            {
                "field": _text(found.field),
                "source": _text(found.source),
                "value": _text(found.value),
                "chosen": found.chosen,
            }
            for found in article.evidence
        ],
        "paywalled": article.paywalled,
        "usage": _usage(fetch),
        "n_words": len(article.text.split()),
        "n_chars": len(article.text),
        "content_hash": content_hash(_text(article.text)),
        "via": _text(fetch.via),
        "crawl_id": _text(fetch.crawl_id),
        "cleaner": _text(cleaner),
        "schema_version": SCHEMA_VERSION,
        "http_status": _integer(fetch.http_status, 16),
        "etag": _text(fetch.etag),
        "last_modified": _text(fetch.last_modified),
        "text": _text(article.text),
    }


def page_row(page: PageRecord) -> Row:
    """Return the row of ``pages``; the body is compressed, for the journal's sake."""
    fetch = page.fetch
    fetched = _required_time(fetch.fetched_at)
    return {
        "id": article_id(fetch.url),
        "url": _text(fetch.url),
        "requested_url": _text(fetch.requested_url or fetch.url),
        "site": _text(site_of(fetch.url)),
        "month": _month(fetched),
        "fetched_at": fetched,
        "http_status": _integer(fetch.http_status, 16),
        "content_type": _text(page.content_type),
        "headers": [{"name": _text(name), "value": _text(value)} for name, value in page.headers],
        "usage": _usage(fetch),
        "etag": _text(fetch.etag),
        "last_modified": _text(fetch.last_modified),
        "via": _text(fetch.via),
        "crawl_id": _text(fetch.crawl_id),
        "schema_version": SCHEMA_VERSION,
        "body": _packed(page.body),
    }


def outline_row(outline: Outline, fetch: Fetch, *, cleaner: str) -> Row:
    """Return the row of ``outlines`` for one cleaned page."""
    fetched = _required_time(fetch.fetched_at)
    return {
        "id": article_id(fetch.url),
        "url": _text(fetch.url),
        "site": site_of(fetch.url),
        "month": _month(fetched),
        "fetched_at": fetched,
        "crawl_id": _text(fetch.crawl_id),
        "cleaner": _text(cleaner),
        "cluster": _text(outline.cluster),
        "lines": [
            {
                "key": line.key,
                "template": line.template,
                "path": _text(line.path),
                "kind": line.kind,
                "length": line.length,
                "heading": line.heading,
                "is_link": line.is_link,
                "text": _text(line.text),
            }
            for line in outline.lines
        ],
        "schema_version": SCHEMA_VERSION,
    }


def profile_rows(profile: SiteProfile, version: int, crawl_id: str) -> list[Row]:
    """Return the rows of ``profiles`` for what was learned of one site."""
    return [
        {
            "site": _text(profile.site),
            "version": version,
            "furniture": standing.furniture,
            "rule": standing.rule,
            "form": standing.form,
            "key": _text(standing.key),
            "text": _text(standing.text),
            "kind": standing.kind,
            "cluster": _text(standing.cluster),
            "articles": standing.articles,
            "of_articles": standing.of_articles,
            "texts": standing.texts,
            "first_seen": _required_time(standing.first_seen),
            "last_seen": _required_time(standing.last_seen),
            "reason": _text(standing.reason),
            "learned_articles": profile.articles,
            "learned_until": _time(profile.seen),
            "crawl_id": _text(crawl_id),
            "schema_version": SCHEMA_VERSION,
        }
        for standing in profile.standings
    ]


def outcome_row(outcome: Outcome) -> Row:
    """Return the row of ``outcomes``."""
    decided = _required_time(outcome.fetched_at)
    return {
        "url": _text(outcome.url),
        "requested_url": _text(outcome.requested_url or outcome.url),
        "site": _text(site_of(outcome.url)),
        "month": _month(decided),
        "kind": outcome.kind,
        "reason": _text(outcome.reason),
        "detail": _text(outcome.detail),
        "fetched_at": decided,
        "http_status": _integer(outcome.http_status, 16),
        "via": _text(outcome.via),
        "crawl_id": _text(outcome.crawl_id),
        "article_id": outcome.article_id,
        "schema_version": SCHEMA_VERSION,
    }


def to_arrow(rows: Sequence[Row], schema: pa.Schema) -> pa.Table:
    """Return rows as one Arrow table of exactly ``schema``; a column a row lacks is null in it."""
    columns = [
        pa.array([_unpacked(row.get(field.name)) for row in rows], field.type)
        if pa.types.is_binary(field.type)
        else pa.array([row.get(field.name) for row in rows], field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def _packed(body: bytes) -> Json:
    codec = pa.Codec(
        "zstd", compression_level=1
    )  # the journal lives minutes; Parquet compresses again, harder
    return {"zstd": base64.b64encode(codec.compress(body, asbytes=True)).decode("ascii"), "size": len(body)}


def _unpacked(body: Json) -> bytes | None:
    if not isinstance(body, Mapping):
        return None
    packed, size = body["zstd"], body["size"]
    unpacked: bytes = pa.decompress(base64.b64decode(str(packed)), size, codec="zstd", asbytes=True)
    return unpacked


def _text(text: str) -> str:
    return _UNSTORABLE.sub("\ufffd", text)


def _list(texts: Sequence[str]) -> list[str]:
    return [_text(text) for text in texts]


def _usage(fetch: Fetch) -> list[Json]:
    return [{"source": _text(usage.source), "value": _text(usage.value)} for usage in fetch.usage]


def _integer(number: int | None, bits: int) -> int | None:
    """Return the number, or None if it does not fit: absurd sizes in a page must not cost a batch."""
    if number is None or not -(1 << bits - 1) <= number < 1 << bits - 1:
        return None
    return number


def _required_time(moment: datetime) -> int:
    if moment.tzinfo is None:
        raise ValueError(f"a time needs its zone: {moment!r}")
    return (moment - _EPOCH) // _MICROSECOND


def _time(moment: datetime | None) -> int | None:
    """Return microseconds, or None for what no datetime in UTC can hold: the year 1 east of Greenwich."""
    if moment is None:
        return None
    microseconds = _required_time(moment)
    return microseconds if _FIRST <= microseconds <= _LAST else None


def _month(microseconds: int) -> str:
    return (_EPOCH + timedelta(microseconds=microseconds)).strftime("%Y-%m")
