"""The end of a crawl tells which sites have changed for the worse."""

from __future__ import annotations

import os
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from warm_process import run_module

import newsdata
from newsclean.article import Article
from newsmill.demo import serve
from newsmill.drift import Drift, current_drift
from newsmill.reporting.page import render
from newsmill.reporting.sections import drift


def past(data: Path, front: str) -> None:
    """Store what the site was like last week: sixty long articles."""
    with newsdata.open_writer(data, crawl_id="last-week") as writer:
        for number in range(60):
            moment = datetime.now(UTC) - timedelta(days=5, minutes=number)
            fetch = newsdata.Fetch(f"{front}2026/story-{number}", moment, crawl_id="last-week")
            article = Article(fetch.url, "x" * 40_000, ("p",), authors=("Ada",), published=moment)
            writer.write_article(article, fetch, cleaner="c")


def test_a_crawl_tells_of_a_site_whose_texts_have_become_short(tmp_path: Path) -> None:
    with serve() as demo:
        front = demo.urls[0]
        past(tmp_path, front)
        past(tmp_path, "https://other.example/")
        arguments = ["crawl", front, "--data", str(tmp_path), "--allow-private", front]
        done = run_module("newsmill", *arguments, cwd=tmp_path, environment=os.environ | {"COLUMNS": "120"})
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.partition("Sites that have changed for the worse")[2].splitlines()[1:]
    site, today = newsdata.site_of(front), datetime.now(UTC).date()
    assert line.startswith(f"  {site}: characters of text 40,000 → ")
    assert f" since {today}, such as {front}" in line
    with newsdata.connect(tmp_path) as connection:
        (found,) = current_drift(connection)
        assert (found.site, found.what) == (site, "short-text")
        assert connection.execute(
            "SELECT n_chars < 10000 FROM articles WHERE url = ?", [found.url]
        ).fetchall() == [(True,)]
        assert current_drift(connection, "last-week") == []


def test_the_report_begins_with_it(tmp_path: Path) -> None:
    start = datetime(2026, 11, 3, tzinfo=UTC)
    with newsdata.open_writer(tmp_path, crawl_id="c") as writer:
        for number in range(120):
            moment = start + timedelta(hours=number)
            url = f"https://a.example/{number}<b>"
            article = Article(url, "ten words " * 5, ("p",), published=moment if number < 96 else None)
            writer.write_article(article, newsdata.Fetch(url, moment), cleaner="c")
    with newsdata.connect(tmp_path) as connection:
        page = render(connection, "made")
        section = drift(connection)
    assert section is not None
    assert section.alarm
    assert str(section.body) in page
    assert page.index(section.title) < page.index("Articles by day")
    text = " ".join(re.sub(r"<[^>]*>", " ", section.body).split())
    assert text.endswith(
        "a.example 2026-11-07 articles without a date 0 % → 100 % https://a.example/96&lt;b&gt;"
    )


def test_a_change_is_one_line_for_a_person() -> None:
    shares = Drift("a.example", date(2026, 11, 20), "no-date", 0.021, 0.97, "https://a.example/1")
    assert str(shares) == (
        "a.example: articles without a date 2 % → 97 % since 2026-11-20, such as https://a.example/1"
    )
    template = Drift("a.example", date(2026, 11, 20), "template", 0.1, 1, "https://a.example/1", "main>p")
    assert str(template).startswith("a.example: pages without the template main>p 10 % → 100 % since")
    lengths = Drift("a.example", date(2026, 11, 20), "short-text", 3410, 1200, "https://a.example/1")
    assert str(lengths).startswith("a.example: characters of text 3,410 → 1,200 since")
