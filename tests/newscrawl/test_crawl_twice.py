"""The same crawl twice at once, into one dataset: neither knows of the other, and the rows are the union."""

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
    command = [sys.executable, "-m", "scrapy", "crawl", "news", "-a", f"site={web.base()}/"]
    for setting in (
        f"NEWSMILL_DATA={data}", "NEWSMILL_ALLOW_PRIVATE=127.0.0.1", "NEWSMILL_CLEAN_PROCESSES=1", "NEWSMILL_LEARN=0",
    ):  # fmt: skip
        command += ["-s", setting]
    both = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    for process in both:
        _, log = process.communicate(timeout=120)
        assert process.returncode == 0, log
        assert "ERROR" not in log, log
    with newsdata.connect(data) as connection:
        outcomes = connection.execute(
            "SELECT count(*), count(DISTINCT crawl_id), count(DISTINCT url) FROM outcomes WHERE kind = 'stored'"
        ).fetchone()
        rows = connection.execute("SELECT count(*), count(DISTINCT id) FROM articles").fetchone()
        versions = connection.execute("SELECT count(*) FROM article_versions").fetchone()
    assert outcomes == (2 * ARTICLES, 2, ARTICLES)
    assert rows == (ARTICLES, ARTICLES)
    assert versions == (2 * ARTICLES,)
    assert not list((data / "spool").iterdir())
    assert newsdata.verify(data).faults == ()
