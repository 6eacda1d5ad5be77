"""Compaction under readers, writers and kills: every row once, at any moment."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

import newsdata
from newsclean.article import Article
from newsdata.files import stand_in_list, stand_in_lists, table_files
from newsdata.journal import WriterLock
from newsdata.schema import TABLES_BY_NAME

ARTICLES = TABLES_BY_NAME["articles"]
WRITER = """
import sys
from datetime import UTC, datetime
import newsdata
from newsclean.article import Article

folder, crawl, count = sys.argv[1:]
for number in range(int(count)):
    with newsdata.open_writer(folder, crawl_id=crawl) as writer:
        url = f"https://example.com/{crawl}/{number}"
        fetch = newsdata.Fetch(url, datetime.now(UTC), crawl_id=crawl)
        article = writer.write_article(Article(url, "word " * 50, ("p",)), fetch, cleaner="c")
        writer.write_outcome(newsdata.Outcome(url, "stored", fetch.fetched_at, article_id=article))
    print(number, flush=True)
"""


@pytest.fixture
def filled(
    tmp_path: Path, make_article: Callable[..., Article], make_fetch: Callable[..., newsdata.Fetch]
) -> Path:
    """Six files of articles, of which one article has two versions that differ in nothing but when they came."""
    for number in range(6):
        with newsdata.open_writer(tmp_path, crawl_id="crawl-1") as writer:
            for each in range(3):
                fetch = make_fetch(3 * number + each, site=f"{each}.example.com")
                article = make_article(3 * number + each, url=fetch.url)
                writer.write_article(article, fetch, cleaner="c")
            first = make_fetch(99)
            writer.write_article(make_article(99, url=first.url, title=f"Title {number}"), first, cleaner="c")
    return tmp_path


def content(data: Path) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    with newsdata.connect(data) as connection:
        return (
            connection.execute("SELECT id, title, text FROM articles ORDER BY ALL").fetchall(),
            connection.execute("SELECT id, title, site FROM article_versions ORDER BY ALL").fetchall(),
        )


def test_the_rows_are_the_same_and_the_newest_version_is(filled: Path) -> None:
    before = content(filled)
    assert "Title 5" in {title for _, title, _ in before[0]}
    done = newsdata.compact(filled)
    assert (done.merged, done.written, done.deleted, done.waiting) == (6, 1, 0, 6)
    assert content(filled) == before
    (compacted,) = table_files(filled / "articles", ARTICLES.files)
    assert pq.ParquetFile(compacted).metadata.num_rows == 24
    with duckdb.connect() as connection:
        bloom = connection.execute(
            "SELECT bloom_filter_length FROM parquet_metadata(?) WHERE path_in_schema = 'id'",
            [str(compacted)],
        ).fetchall()
    assert all(length for (length,) in bloom)
    assert pq.read_table(compacted, partitioning=None).schema.equals(ARTICLES.schema)
    # twice changes nothing; a new file is taken in, and what was replaced goes when its time is over
    assert newsdata.compact(filled).merged == 0
    with newsdata.open_writer(filled, crawl_id="crawl-2") as writer:
        fetch = newsdata.Fetch("https://www.example.com/new", datetime(2026, 11, 4, tzinfo=UTC))
        writer.write_article(Article(fetch.url, "text", ("p",)), fetch, cleaner="c")
    after = content(filled)
    months = {path.parent for path in table_files(filled / "articles", ARTICLES.files)}
    done = newsdata.compact(filled, grace_seconds=0)
    assert done.deleted == 6
    assert content(filled) == after
    newsdata.compact(filled, grace_seconds=0)
    newsdata.compact(filled, grace_seconds=0)
    assert len(list((filled / "articles").glob("**/*.parquet"))) == len(months)
    assert content(filled) == after


def test_a_clock_that_was_set_back_deletes_nothing_early(filled: Path) -> None:
    newsdata.compact(filled)
    (listed,) = stand_in_lists(filled / "articles")
    later = time.time() + 86_400  # the list was written before the clock was set back by a day
    os.utime(listed, (later, later))
    assert newsdata.compact(filled, grace_seconds=0).deleted == 0


def test_a_list_without_its_file_hides_nothing(filled: Path) -> None:
    """Killed between the two."""
    before = content(filled)
    some = table_files(filled / "articles", ARTICLES.files)
    stand_in_list(some[-1].with_name("never-written.parquet")).write_text(f'["{some[0].name}"]')
    assert content(filled) == before


def test_a_safe_connection_sees_the_same(filled: Path) -> None:
    newsdata.compact(filled)
    with newsdata.connect(filled, safe=True) as connection:
        assert connection.execute("SELECT count(*) FROM article_versions").fetchone() == (24,)


def test_two_compactions_at_once_are_refused(filled: Path) -> None:
    lock = WriterLock.take(filled / "spool" / "compact.lock")
    assert lock is not None
    with pytest.raises(newsdata.DataError, match="being compacted by another process"):
        newsdata.compact(filled)
    lock.release()


def read_in_a_loop(data: Path, stop: threading.Event, seen: list[tuple[int, int]], errors: list[str]) -> None:
    connection = newsdata.connect(data)
    while not stop.is_set():
        try:
            versions, ids, current = connection.execute(
                "SELECT (SELECT count(*) FROM article_versions), (SELECT count(DISTINCT id) FROM article_versions),"
                " (SELECT count(*) FROM articles)"
            ).fetchall()[0]
            if not versions == ids == current:
                errors.append(f"{versions} versions, {ids} ids, {current} articles")
            seen.append((versions, current))
        except Exception as error:
            errors.append(str(error))
    connection.close()


def under_readers(data: Path, seconds: float, kills: int, chance: random.Random) -> str:
    """Write, compact and kill for a while, with readers in a loop; every count they see must be right."""
    subprocess.run([sys.executable, "-c", WRITER, str(data), "first", "3"], check=True, capture_output=True)
    stop = threading.Event()
    seen: list[tuple[int, int]] = []
    errors: list[str] = []
    readers = [threading.Thread(target=read_in_a_loop, args=(data, stop, seen, errors)) for _ in range(2)]
    for reader in readers:
        reader.start()
    ends = time.monotonic() + seconds
    killed = 0
    compacting = (
        "import sys, newsdata; [newsdata.compact(sys.argv[1], grace_seconds=30) for _ in range(1000)]"
    )
    while time.monotonic() < ends or killed < kills:
        writing = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(data), f"crawl-{killed}", "1000"], stdout=subprocess.DEVNULL
        )
        merging = subprocess.Popen([sys.executable, "-c", compacting, str(data)], stderr=subprocess.DEVNULL)
        time.sleep(1.0 + chance.uniform(0, 1.5))
        for process in (writing, merging):
            process.send_signal(signal.SIGKILL)
            process.wait()
        killed += 1
    stop.set()
    for reader in readers:
        reader.join()
    assert errors == []
    assert [versions for versions, _ in seen]
    newsdata.recover(data)
    newsdata.compact(data, grace_seconds=0)
    newsdata.compact(data, grace_seconds=0)
    with newsdata.connect(data) as connection:
        stored, told = connection.execute(
            "SELECT (SELECT count(*) FROM article_versions), (SELECT count(*) FROM outcomes)"
        ).fetchall()[0]
        (lost,) = connection.execute(
            "SELECT count(*) FROM outcomes WHERE article_id NOT IN (SELECT id FROM articles)"
        ).fetchall()[0]
    assert lost == 0
    assert stored - told <= killed  # killed between an article and its outcome
    return f"{killed} kills, {stored} articles, {len(seen)} reads, {len(errors)} wrong"


def test_readers_see_each_row_once_under_compaction_and_kills(tmp_path: Path) -> None:
    under_readers(tmp_path, 0, 2, random.Random(3))


@pytest.mark.soak
def test_readers_for_long(tmp_path: Path) -> None:
    print(under_readers(tmp_path, 120, 20, random.Random(4)))


def test_replaced_versions_count_by_the_time_of_writing(
    tmp_path: Path, make_article: Callable[..., Article], make_fetch: Callable[..., newsdata.Fetch]
) -> None:
    """A page cleaned again after a compaction is newer than its compacted version."""
    fetch = make_fetch(1)
    for title in ("first", "second", "third"):
        with newsdata.open_writer(tmp_path, crawl_id="crawl-1") as writer:
            writer.write_article(replace(make_article(1), url=fetch.url, title=title), fetch, cleaner="c")
        newsdata.compact(tmp_path)
        with newsdata.connect(tmp_path) as connection:
            assert connection.execute("SELECT title FROM articles").fetchall() == [(title,)]
