"""kill -9 at any moment loses nothing that was acknowledged, and stores nothing twice."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb

import newsdata

KILLS = 5

WRITER = """
import sys
from datetime import UTC, datetime
import newsdata
from newsclean.article import Article

folder, crawl = sys.argv[1:]
with newsdata.open_writer(folder, crawl_id=crawl, segment_bytes=20_000) as writer:
    for number in range(1_000_000):
        url = f"https://example.com/{crawl}/{number}"
        fetch = newsdata.Fetch(url, datetime.now(UTC), crawl_id=crawl)
        writer.write_page(newsdata.PageRecord(fetch, b"<p>" * 100))
        article = writer.write_article(Article(url, "word " * 50, ("p",)), fetch, cleaner="c")
        writer.write_outcome(newsdata.Outcome(url, "stored", fetch.fetched_at, article_id=article))
        writer.sync()
        print(article, flush=True)
"""


def acknowledged_until_killed(data: Path, crawl: str, seconds: float) -> list[str]:
    command = [sys.executable, "-c", WRITER, str(data), crawl]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read()
    assert process.returncode == -signal.SIGKILL
    # the last line may be torn, as a caller's own memory is
    return [line for line in (first + rest).split("\n")[:-1] if line]


def test_kill_loses_nothing_acknowledged(tmp_path: Path) -> None:
    chance = random.Random(11)
    acknowledged = [
        article
        for kill in range(KILLS)
        for article in acknowledged_until_killed(tmp_path, f"crawl-{kill}", chance.uniform(0, 0.4))
    ]
    newsdata.recover(tmp_path)
    stored = [
        article for (article,) in duckdb.sql(f"SELECT id FROM '{tmp_path}/articles/**/*.parquet'").fetchall()
    ]
    told = duckdb.sql(f"SELECT article_id FROM '{tmp_path}/outcomes/**/*.parquet'").fetchall()
    pages = duckdb.sql(f"SELECT id FROM '{tmp_path}/pages/**/*.parquet'").fetchall()
    assert len(acknowledged) > KILLS
    assert len(stored) == len(set(stored))
    assert set(acknowledged) <= set(stored)
    assert len(told) == len(set(told))
    assert (
        set(acknowledged) <= {article for (article,) in told} <= set(stored)
    )  # no outcome without its article
    assert set(stored) <= {page for (page,) in pages}
    assert list((tmp_path / "spool").iterdir()) == []
    assert list(tmp_path.glob("**/*.part")) == []
