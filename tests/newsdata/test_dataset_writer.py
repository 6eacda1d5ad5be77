from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import newsdata
from newsclean.article import Article, Image, Removal
from newsdata import Fetch, Outcome, PageRecord, parquet
from newsdata.schema import ARTICLES, OUTCOMES, PAGES

MakeFetch = Callable[..., Fetch]
MakeArticle = Callable[..., Article]

# DESIGN.md, section 4, in its order
COLUMNS = [
    "id", "url", "canonical_url", "site", "month", "title", "description", "language", "section", "authors", "tags",
    "credits", "block_kinds", "published", "modified", "fetched_at", "images", "removed", "evidence", "paywalled",
    "usage", "n_words", "n_chars", "content_hash", "via", "crawl_id", "cleaner", "schema_version", "http_status",
    "etag", "last_modified", "text",
]  # fmt: skip


def files(data: Path, table: str = "articles") -> list[Path]:
    return sorted((data / table).glob("**/*.parquet"))


def rows(data: Path, table: str = "articles") -> list[dict[str, object]]:
    return [row for path in files(data, table) for row in pq.ParquetFile(path).read().to_pylist()]


def test_columns_stand_as_the_contract_says() -> None:
    assert ARTICLES.names == COLUMNS


def test_what_is_written_stands_in_parquet(
    tmp_path: Path, make_fetch: MakeFetch, make_article: MakeArticle
) -> None:
    fetch, article = make_fetch(7), make_article(7)
    with newsdata.open_writer(tmp_path, crawl_id="crawl-1") as writer:
        page_id = writer.write_page(
            PageRecord(fetch, b"<p>\xff\x00", "text/html", (("Set-Cookie", "a"), ("Set-Cookie", "b")))
        )
        article_id = writer.write_article(article, fetch, cleaner="newsclean 1")
        writer.write_outcome(Outcome(fetch.url, "stored", fetch.fetched_at, article_id=article_id))
    (row,) = rows(tmp_path)
    assert row["id"] == article_id == page_id
    assert row["site"] == "example.com"
    assert row["month"] == "2026-11"
    assert row["images"] == [
        {"url": "https://www.example.com/a.jpg", "caption": "The harbour", "credit": "Cy Lens", "alt": "boats", "width": 640, "height": 480},
        {"url": "b", "caption": "", "credit": "", "alt": "", "width": None, "height": None},
    ]  # fmt: skip
    assert row["usage"] == [{"source": "header:X-Robots-Tag", "value": "noai"}]
    assert row["n_words"] == 7
    assert row["n_chars"] == len(article.text)
    assert row["content_hash"] == newsdata.content_hash(article.text)
    assert row["fetched_at"] == fetch.fetched_at
    (page,) = rows(tmp_path, "pages")
    assert page["body"] == b"<p>\xff\x00"
    assert page["headers"] == [{"name": "Set-Cookie", "value": "a"}, {"name": "Set-Cookie", "value": "b"}]
    (outcome,) = rows(tmp_path, "outcomes")
    assert (outcome["kind"], outcome["article_id"], outcome["requested_url"]) == (
        "stored",
        article_id,
        fetch.url,
    )
    for table, schema in (("articles", ARTICLES), ("pages", PAGES), ("outcomes", OUTCOMES)):
        assert pq.read_schema(files(tmp_path, table)[0]).remove_metadata() == schema
    assert list((tmp_path / "spool").iterdir()) == []


def test_other_programs_read_it_as_it_is(
    tmp_path: Path, make_fetch: MakeFetch, make_article: MakeArticle
) -> None:
    with newsdata.open_writer(tmp_path, crawl_id="c") as writer:
        for number, month in enumerate((1, 1, 2)):
            moment = datetime(2026, month, 5, tzinfo=UTC)
            writer.write_article(make_article(number), make_fetch(number, fetched_at=moment), cleaner="c")
    assert [path.parent.name for path in files(tmp_path)] == ["month=2026-01", "month=2026-02"]
    pattern = f"{tmp_path}/articles/**/*.parquet"
    count, months = duckdb.sql(
        f"SELECT count(*), list(DISTINCT month ORDER BY month) FROM '{pattern}'"
    ).fetchall()[0]
    assert (count, months) == (3, ["2026-01", "2026-02"])
    assert pl.scan_parquet(pattern).select("id", "month", "text").collect().height == 3
    # pandas infers another type for the folders' month than the files have, so it must be told to leave them
    assert len(pd.read_parquet(tmp_path / "articles", partitioning=None)) == 3


def test_rows_are_sorted_and_ids_have_a_bloom_filter(
    tmp_path: Path, make_fetch: MakeFetch, make_article: MakeArticle
) -> None:
    with newsdata.open_writer(tmp_path, crawl_id="c") as writer:
        for number, site in enumerate(("b.com", "a.com", "b.com", "a.com")):
            writer.write_article(make_article(number), make_fetch(-number, site), cleaner="c")
    keys = [(row["site"], row["fetched_at"]) for row in rows(tmp_path)]
    assert keys == sorted(keys)  # type: ignore[type-var]
    described = duckdb.sql(
        "SELECT bloom_filter_length > 0, compression, 'RLE_DICTIONARY' IN encodings.string_split(', ') "
        f"FROM parquet_metadata('{files(tmp_path)[0]}') WHERE path_in_schema IN ('id', 'site') ORDER BY path_in_schema"
    ).fetchall()
    assert described == [(True, "ZSTD", False), (None, "ZSTD", True)]


def test_no_text_or_number_of_a_page_costs_a_batch(
    tmp_path: Path, make_fetch: MakeFetch, make_article: MakeArticle
) -> None:
    odd = "a\ud800b\x00c"
    article = make_article(
        text=odd,
        title=odd,
        authors=(odd,),
        images=(Image(odd, odd, odd, odd, 10**12, -(10**12)),),
        removed=(Removal("ad", "x", odd),),
        published=datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=9))),
    )
    with newsdata.open_writer(tmp_path, crawl_id=odd) as writer:
        fetch = make_fetch(url="https://example.com/\udcff", etag=odd, http_status=999999)
        writer.write_page(PageRecord(fetch, b"", odd, ((odd, odd),)))
        writer.write_article(article, fetch, cleaner="c")
        writer.write_article(make_article(1), make_fetch(1), cleaner="c")
        writer.write_outcome(Outcome(odd, "failed", fetch.fetched_at, odd, odd))
    texts = {row["text"] for row in rows(tmp_path)}
    assert texts == {"a\ufffdb\ufffdc", make_article(1).text}
    (row,) = [row for row in rows(tmp_path) if row["title"] == "a\ufffdb\ufffdc"]
    assert row["published"] is None
    assert row["http_status"] is None
    assert row["images"][0]["width"] is None  # type: ignore[index]


def test_a_time_without_zone_is_refused(tmp_path: Path, make_fetch: MakeFetch) -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - that is the point
    with newsdata.open_writer(tmp_path, crawl_id="c") as writer, pytest.raises(ValueError, match="zone"):
        writer.write_page(PageRecord(make_fetch(fetched_at=naive), b""))


def test_segments_become_parquet_by_size(
    tmp_path: Path, make_fetch: MakeFetch, make_article: MakeArticle
) -> None:
    with newsdata.open_writer(tmp_path, crawl_id="c", segment_bytes=5000) as writer:
        for number in range(30):
            writer.write_article(make_article(number), make_fetch(number), cleaner="c")
    assert len(files(tmp_path)) > 3
    assert len({row["id"] for row in rows(tmp_path)}) == len(rows(tmp_path)) == 30


def test_seal_makes_rows_readable_while_the_writer_goes_on(
    tmp_path: Path, make_fetch: MakeFetch, make_article: MakeArticle
) -> None:
    with newsdata.open_writer(tmp_path, crawl_id="c") as writer:
        writer.write_article(make_article(1), make_fetch(1), cleaner="c")
        writer.seal()
        assert len(rows(tmp_path)) == 1
        writer.write_article(make_article(2), make_fetch(2), cleaner="c")
        writer.seal()
        writer.seal()
        assert len(rows(tmp_path)) == 2


def test_rows_are_kept_though_the_caller_fails(
    tmp_path: Path, make_fetch: MakeFetch, make_article: MakeArticle
) -> None:
    def crawl() -> None:
        with newsdata.open_writer(tmp_path, crawl_id="c") as writer:
            writer.write_article(make_article(), make_fetch(), cleaner="c")
            raise KeyError

    with pytest.raises(KeyError):
        crawl()
    assert len(rows(tmp_path)) == 1


def abandon(writer: newsdata.Writer) -> None:
    """Leave a writer as kill -9 does: its files as they are, its lock free."""
    writer.sync()
    writer._lock.close()


@pytest.mark.parametrize("crash", ["before the first file", "between two months", "before the segment goes"])
def test_sealing_again_after_a_crash_stores_each_row_once(
    tmp_path: Path,
    make_fetch: MakeFetch,
    make_article: MakeArticle,
    monkeypatch: pytest.MonkeyPatch,
    crash: str,
) -> None:
    writer = newsdata.open_writer(tmp_path, crawl_id="c")
    for month in (1, 2):
        fetch = make_fetch(month, fetched_at=datetime(2026, month, 1, tzinfo=UTC))
        writer.write_article(make_article(month), fetch, cleaner="c")
    abandon(writer)

    class Crash(BaseException):
        pass

    replace_file, unlink, done = Path.replace, Path.unlink, []

    def replace_once(self: Path, target: Path) -> Path:
        if crash == "before the first file" or (crash == "between two months" and done):
            raise Crash
        done.append(target)
        return replace_file(self, target)

    def unlink_segment(self: Path, missing_ok: bool = False) -> None:
        if self.suffix == ".jsonl" and crash == "before the segment goes":
            raise Crash
        unlink(self, missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", replace_once)
        patch.setattr(Path, "unlink", unlink_segment)
        with pytest.raises(Crash):
            newsdata.recover(tmp_path)
    assert newsdata.recover(tmp_path) == ()
    assert sorted(str(row["month"]) for row in rows(tmp_path)) == ["2026-01", "2026-02"]
    assert newsdata.recover(tmp_path) == ()
    assert len(rows(tmp_path)) == 2
    assert list((tmp_path / "spool").iterdir()) == []


def test_damaged_lines_are_named_and_kept(
    tmp_path: Path, make_fetch: MakeFetch, make_article: MakeArticle, caplog: pytest.LogCaptureFixture
) -> None:
    writer = newsdata.open_writer(tmp_path, crawl_id="c")
    for number in range(3):
        writer.write_article(make_article(number), make_fetch(number), cleaner="c")
    abandon(writer)
    (segment,) = (tmp_path / "spool").glob("*.jsonl")
    content = bytearray(segment.read_bytes())
    place = content.index(b"Story 1")
    content[place] ^= 1
    segment.write_bytes(bytes(content) + b"0123 torn")
    with newsdata.open_writer(tmp_path, crawl_id="next") as following:
        assert [damage.reason for damage in following.damages] == ["crc", "torn"]
    assert {row["title"] for row in rows(tmp_path)} == {"Story 0", "Story 2"}
    assert segment.name in caplog.text
    (kept,) = (tmp_path / "spool" / "damaged").iterdir()
    assert b"Rtory 1" in kept.read_bytes()


def test_two_writers_at_once_do_no_harm(
    tmp_path: Path, make_fetch: MakeFetch, make_article: MakeArticle
) -> None:
    def crawl(name: str, first: int) -> None:
        with newsdata.open_writer(tmp_path, crawl_id=name, segment_bytes=4000) as writer:
            for number in range(first, first + 40):
                writer.write_article(make_article(number), make_fetch(number, crawl_id=name), cleaner="c")

    threads = [threading.Thread(target=crawl, args=(f"crawl-{place}", place * 1000)) for place in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({row["id"] for row in rows(tmp_path)}) == len(rows(tmp_path)) == 120


def test_one_writer_serves_many_threads(
    tmp_path: Path, make_fetch: MakeFetch, make_article: MakeArticle
) -> None:
    with newsdata.open_writer(tmp_path, crawl_id="c", segment_bytes=4000) as writer:

        def work(first: int) -> None:
            for number in range(first, first + 30):
                writer.write_article(make_article(number), make_fetch(number), cleaner="c")

        threads = [threading.Thread(target=work, args=(place * 1000,)) for place in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len({row["id"] for row in rows(tmp_path)}) == 90


def test_a_folder_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(newsdata.DataFolderError, match=r"cannot write .*file.*choose a folder"):
        newsdata.open_writer(tmp_path / "file" / "data", crawl_id="c")


def test_memory_of_sealing_is_bounded_by_row_groups(tmp_path: Path, make_fetch: MakeFetch) -> None:
    table = replace(parquet.TABLES_BY_NAME["pages"], row_group_bytes=2000)
    places = [parquet._Place("a", number, number, 900) for number in range(5)]
    assert [len(group) for group in parquet._groups(places, table.row_group_bytes)] == [2, 2, 1]
    with newsdata.open_writer(tmp_path, crawl_id="c") as writer:
        for number in range(5):
            writer.write_page(PageRecord(make_fetch(number), b"x" * 10))
    assert pa.types.is_binary(pq.read_schema(files(tmp_path, "pages")[0]).field("body").type)


FULL_DISK = """
import resource, signal, sys
from datetime import UTC, datetime
import newsdata
from newsclean.article import Article

article = Article("https://example.com/a", "word " * 2000, ("p",))
acknowledged = 0
writer = newsdata.open_writer(sys.argv[1], crawl_id="full", segment_bytes=int(sys.argv[2]))
# the system refuses to let any file grow beyond this, as a full disk does
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
try:
    for number in range(100):
        writer.write_article(article, newsdata.Fetch(f"https://example.com/{number}", datetime.now(UTC)), cleaner="c")
        writer.sync()
        acknowledged += 1
    writer.seal()
except newsdata.StorageFullError as error:
    print(acknowledged, error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
writer.close()
"""


def test_a_full_disk_loses_nothing_acknowledged(tmp_path: Path) -> None:
    command = [sys.executable, "-c", textwrap.dedent(FULL_DISK), str(tmp_path), str(1 << 20)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    acknowledged, message = done.stdout.split(" ", 1)
    assert "no room to write" in message
    assert "free some space" in message
    assert 0 < int(acknowledged) < 100
    assert len({row["url"] for row in rows(tmp_path)}) == len(rows(tmp_path)) == int(acknowledged)
