"""Two crawls at once into one dataset: the rows are the union. The same crawl twice is refused (test_recrawl.py)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from small_web import ROOT, Answer, Web, article

import newsdata

pytestmark = pytest.mark.network
ARTICLES = 12


def test_two_processes_at_once_give_the_union(web: Web, tmp_path: Path) -> None:
    paths = [f"/2026/03/14/story-number-{number}-here" for number in range(ARTICLES)]
    web.routes["/"] = Answer("".join(f'<a href="{path}">Story</a>' for path in paths).encode(), delay=0.5)
    for number, path in enumerate(paths):
        web.routes[path] = Answer(article(f"Story {number}"), delay=0.1)
    data = tmp_path / "data"
    listed = tmp_path / "urls.txt"
    listed.write_text("".join(f"{web.base()}{path}\n" for path in paths), encoding="utf-8")
    settings = []
    for setting in (
        f"NEWSMILL_DATA={data}", "NEWSMILL_ALLOW_PRIVATE=127.0.0.1", "NEWSMILL_CLEAN_PROCESSES=1", "NEWSMILL_LEARN=0",
    ):  # fmt: skip
        settings += ["-s", setting]
    both = [
        subprocess.Popen(
            [sys.executable, "-m", "scrapy", "crawl", *crawl, *settings],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        for crawl in (("news", "-a", f"site={web.base()}/"), ("urls", "-a", f"file={listed}"))
    ]
    for process in both:
        _, log = process.communicate(timeout=120)
        assert process.returncode == 0, log
        assert "ERROR" not in log, log
    with newsdata.connect(data) as connection:
        outcomes = connection.execute(
            "SELECT count(DISTINCT crawl_id), count(DISTINCT url) FILTER (kind IN ('stored', 'unchanged')) FROM outcomes"
        ).fetchone()
        rows = connection.execute("SELECT count(*), count(DISTINCT id) FROM articles").fetchone()
        versions = connection.execute("SELECT count(*) FROM article_versions").fetchone()
    assert outcomes == (2, ARTICLES)
    assert rows == (ARTICLES, ARTICLES)
    # what one has stored before the other asks is unchanged or not due to it
    assert ARTICLES <= versions[0] <= 2 * ARTICLES
    assert not list((data / "spool").iterdir())
    assert newsdata.verify(data).faults == ()
