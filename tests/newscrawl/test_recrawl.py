"""A site that is crawled again: what is new, what changed, what is as it was, what is gone; and one crawl at a time."""

import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from small_web import Answer, Web, article, outcomes
from warm_process import run_module

import newsdata
from newscrawl.dates import Period
from newscrawl.revisits import RevisitRulesError, read_revisit_plan
from newsdata import UrlState
from newsdata.files import sum_file

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ALWAYS = '[[rule]]\nevery = "0 seconds"\n'


def state(age: timedelta, since_visit: timedelta, **known: str) -> UrlState:
    """A page of that age at a visit that long ago."""
    visit = NOW - since_visit
    return replace(UrlState("https://news.example/a", "stored", visit, dated=visit - age), **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("age", "since_visit", "due"),
    [
        (timedelta(hours=2), timedelta(minutes=59), False),
        (timedelta(hours=2), timedelta(minutes=60), True),
        (timedelta(days=2), timedelta(hours=11), False),
        (timedelta(days=2), timedelta(hours=12), True),
        (timedelta(days=20), timedelta(days=4), False),
        (timedelta(days=20), timedelta(days=5), True),
        (timedelta(days=400), timedelta(days=59), False),
        (timedelta(days=400), timedelta(days=60), True),
    ],
)
def test_the_young_are_visited_more_often(age: timedelta, since_visit: timedelta, due: bool) -> None:
    assert read_revisit_plan().is_due(state(age, since_visit), NOW, Period()) is due


def test_a_visit_in_the_future_waits_for_no_clock() -> None:
    """It was made while the clock ran ahead: a visit a year from now must not be waited for."""
    assert read_revisit_plan().is_due(state(timedelta(hours=2), -timedelta(days=365)), NOW, Period())


def test_rules_for_a_site_come_first_where_they_stand_first(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text('[[rule]]\nsite = "news.example"\nevery = "never"\n[[rule]]\nevery = "1 week"\n')
    plan = read_revisit_plan(file)
    old = state(timedelta(days=1), timedelta(days=7))
    assert not plan.is_due(old, NOW, Period())
    assert plan.is_due(replace(old, url="https://other.example/a"), NOW, Period())


def test_what_an_earlier_crawl_did_not_want_is_due_when_it_is_wanted() -> None:
    left_out = state(timedelta(days=30), timedelta(minutes=1), reason="before-since", outcome="skipped")
    plan = read_revisit_plan()
    assert plan.is_due(left_out, NOW, Period())
    assert not plan.is_due(left_out, NOW, Period(since=NOW - timedelta(days=3)))
    refused = replace(left_out, reason="usage-train-ai")
    assert plan.is_due(refused, NOW, Period())
    assert plan.is_due(refused, NOW, Period(), ["search"])
    assert not plan.is_due(refused, NOW, Period(), ["train-ai"])


@pytest.mark.parametrize(
    ("rules", "problem"),
    [
        ("", "no rule"),
        ("rule = 3", "no rule"),
        ("[[rule]\n", "no TOML"),
        ("[[rule]]\nyounger_than = '1 day'", "rule 1: give `every`"),
        ("[[rule]]\nevery = '1 day'\n[[rule]]\nevery = 'soon'", "rule 2: every must be a time"),
        ("[[rule]]\nevery = 5", "every must be a time"),
        ("[[rule]]\nevery = '5 days'\nolder = '1 day'", "nothing else"),
        ("[[rule]]\nevery = '5 days'\nsite = 5", "site must be text"),
    ],
)
def test_rules_that_cannot_be_read(tmp_path: Path, rules: str, problem: str) -> None:
    (tmp_path / "rules.toml").write_text(rules)
    with pytest.raises(RevisitRulesError, match=problem):
        read_revisit_plan(tmp_path / "rules.toml")


def with_tag(web: Web, path: str, body: bytes, tag: str) -> None:
    """Serve a page with an ETag, and 304 to whoever has it."""
    headers = {"Content-Type": "text/html", "ETag": tag}

    def answer(_: int) -> Answer:
        if web.headers["127.0.0.1", path].get("if-none-match") == tag:
            return Answer(b"", 304, {"ETag": tag})
        return Answer(body, headers=headers)

    web.routes[path] = answer


def crawl(web: Web, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return run_module("newsmill", "crawl", web.base(), "--allow-private", "127.0.0.1", *options, cwd=folder)


def set_ahead(data: Path, time: timedelta) -> None:
    """Make a dataset one that was written by a clock that ran ahead."""
    microseconds = time // timedelta(microseconds=1)
    with sqlite3.connect(data / "state.sqlite") as connection:
        connection.execute(
            "UPDATE urls SET fetched_at = fetched_at + ?1, kept_at = kept_at + ?1", (microseconds,)
        )
    connection.close()
    for path in data.glob("*/month=*/*.parquet"):
        table = pq.read_table(path, partitioning=None)
        column = table.column_names.index("fetched_at")
        later = pc.add(table["fetched_at"], pa.scalar(time, pa.duration("us")))
        day = datetime.strptime(path.name[:8], "%Y%m%d").replace(tzinfo=UTC) + time
        path.unlink()
        sum_file(path).unlink()
        pq.write_table(
            table.set_column(column, table.schema.field(column), later),
            path.with_name(f"{day:%Y%m%d}{path.name[8:]}"),
        )


def front(web: Web, *paths: str) -> None:
    links = "".join(f"<li><a href={path}>A story of the quay, told at length: {path}</a>" for path in paths)
    web.routes["/"] = Answer(f"<html><body><main><ul>{links}</ul></main></body></html>".encode())


@pytest.mark.network
def test_a_second_crawl_asks_for_what_is_new_and_what_may_have_changed(web: Web, tmp_path: Path) -> None:
    day = f"/{datetime.now(UTC):%Y/%m/%d}"
    tagged, dated, nonce, changing, leaving, walled, new, absent = (
        f"{day}/{name}-harbour-story"
        for name in "tagged dated nonce changing leaving walled new absent".split()
    )
    modified = format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True)

    def by_date(_: int) -> Answer:
        if web.headers["127.0.0.1", dated].get("if-modified-since") == modified:
            return Answer(b"", 304)
        return Answer(article("Dated"), headers={"Content-Type": "text/html", "Last-Modified": modified})

    front(web, tagged, dated, nonce, changing, leaving, walled, absent)
    with_tag(web, tagged, article("Tagged"), '"one"')
    web.routes[dated] = by_date
    web.routes[nonce] = lambda hit: Answer(article("Nonce", f"<meta name=nonce content={hit}>"))
    web.routes[changing] = Answer(article("Changing"))
    web.routes[leaving] = Answer(article("Leaving"))
    web.routes[walled] = Answer(article("Walled"))
    first = crawl(web, tmp_path)
    assert first.returncode == 0, first.stderr

    # at once: everything is known, and young articles wait an hour
    hits = dict(web.hits)
    again = crawl(web, tmp_path)
    assert again.returncode == 0, again.stderr
    assert "Known from earlier crawls, and not yet to be asked for again: 6 pages" in again.stdout
    assert all(
        web.hits["127.0.0.1", path] == hits["127.0.0.1", path] for path in (tagged, dated, nonce, absent)
    )

    # later: the front page has dropped all but the new story; everything known is asked for
    (tmp_path / "always.toml").write_text(ALWAYS)
    corrected = article("Changing for good").replace(
        b"</article>", b"<p>Correction: an earlier account gave the wrong day of the meeting.</p></article>"
    )
    front(web, new)
    web.routes[new] = Answer(article("New"))
    web.routes[changing] = Answer(corrected)
    web.routes[leaving] = Answer(b"gone", 410)
    web.routes[walled] = Answer(b"<html><title>Log in</title><p>Please log in to read on.</p></html>")
    third = crawl(web, tmp_path, "--revisit", "always.toml")
    assert third.returncode == 0, third.stderr
    with newsdata.connect(tmp_path / "data") as data:
        (crawl_id,) = data.sql("SELECT max(crawl_id) FROM outcomes").fetchall()[0]
        rows = data.sql(
            f"SELECT url, kind, reason, http_status FROM outcomes WHERE crawl_id = '{crawl_id}'"
            " AND reason NOT IN ('source', 'no-source')"
        ).fetchall()
        assert {url.removeprefix(web.base()): tuple(rest) for url, *rest in rows} == {
            tagged: ("unchanged", "not-modified", 304),
            dated: ("unchanged", "not-modified", 304),
            nonce: ("unchanged", "same-text", 200),
            changing: ("stored", "", 200),
            leaving: ("skipped", "gone", 410),
            walled: ("skipped", "login-wall", 200),
            new: ("stored", "", 200),
        }
        for table, count in (("article_versions", 8), ("pages", 9)):  # a page more: the wall
            assert data.sql(f"SELECT count(*), count(DISTINCT url) FROM {table}").fetchall() == [(count, 7)]
        assert data.sql(f"SELECT count(*) FROM articles WHERE url = '{web.base()}{leaving}'").fetchall() == [
            (1,)
        ]
        told = data.sql(
            "SELECT url, what, previous_title, title, text_share, correction FROM changes"
        ).fetchall()
        ((url, what, previous, title, share, correction),) = told
        assert (url, what) == (f"{web.base()}{changing}", ["title", "text", "correction"])
        assert (previous, title) == ("Changing", "Changing for good")
        assert 0 < share <= 1
        assert correction.startswith("Correction: an earlier account")
        # what is known stays joined to its article
        joined = data.sql(
            "SELECT count(*) FROM outcomes JOIN articles ON id = article_id WHERE kind != 'stored'"
        )
        assert joined.fetchall() == [(4,)]

    # what came back as it was is unchanged, also after it was gone, or behind a wall
    web.routes[leaving] = Answer(article("Leaving"))
    web.routes[walled] = Answer(article("Walled"))
    # meanwhile the clock, which ran a day ahead, was set right: nothing waits for it to come there again
    set_ahead(tmp_path / "data", timedelta(days=1))
    web.routes[changing] = Answer(corrected.replace(b"Changing for good", b"Changing once more"))
    fourth = crawl(web, tmp_path)
    assert fourth.returncode == 0, fourth.stderr
    with newsdata.connect(tmp_path / "data") as data:
        counts = data.sql(
            "SELECT kind, reason, count(*) FROM outcomes WHERE crawl_id = (SELECT max(crawl_id) FROM outcomes)"
            " AND reason NOT IN ('source', 'no-source') GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        versions = data.sql("SELECT count(*) FROM article_versions").fetchall()
        newest = data.sql(f"SELECT title FROM articles WHERE url = '{web.base()}{changing}'").fetchall()
    assert counts == [
        ("stored", "", 1),
        ("unchanged", "not-modified", 2),
        ("unchanged", "same-page", 2),
        ("unchanged", "same-text", 2),
    ]
    assert versions == [(9,)]
    assert newest == [("Changing once more",)]
    opened = newsdata.open_state(tmp_path / "data")
    try:
        visits = [
            known.fetched_at
            for known in newsdata.UrlStates(opened).of_site(newsdata.site_of(web.base()))
            if known.article_id
        ]
    finally:
        opened.close()
    assert len(visits) == 7
    assert max(visits) <= datetime.now(UTC)  # so that the next crawl need not ask again
    assert web.hits["127.0.0.1", absent] == 1  # it never was there, and nobody names it any more


@pytest.mark.network
def test_a_304_that_nobody_asked_for_is_a_failure(web: Web, tmp_path: Path) -> None:
    story = f"/{datetime.now(UTC):%Y/%m/%d}/a-harbour-story"
    front(web, story)
    web.routes[story] = Answer(b"", 304)
    assert crawl(web, tmp_path).returncode == 1
    assert outcomes(tmp_path / "data")[f"{web.base()}{story}"].reason == "http-304"


@pytest.mark.network
def test_the_same_crawl_runs_once_at_a_time(web: Web, tmp_path: Path) -> None:
    story = f"/{datetime.now(UTC):%Y/%m/%d}/a-harbour-story"
    front(web, story)
    web.routes[story] = Answer(article("Slow"), delay=30)
    command = [sys.executable, "-m", "newsmill", "crawl", web.base(), "--allow-private", "127.0.0.1"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        while ("127.0.0.1", story) not in web.hits:
            assert running.poll() is None
        second = crawl(web, tmp_path)
        web.released.set()
        running.communicate(timeout=60)
    assert running.returncode == 0
    assert second.returncode == 75
    assert "the same crawl is running as " in second.stderr
    assert second.stdout == ""
    assert crawl(web, tmp_path).returncode == 0
