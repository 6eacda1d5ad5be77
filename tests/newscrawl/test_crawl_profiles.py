"""What a crawl learns of its sites: the first article is as clean as the last, and the next crawl knows it from the start."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from pathlib import Path

import pytest
from small_web import ROOT, Answer, Web, outcomes, scrapy_command, scrapy_crawl

import newsdata

pytestmark = pytest.mark.network
SIGN_UP = "Every weekday the Quay Gazette sends five stories to readers who rise early, with the tide tables."
DAY = "/harbour/2026/11/02"
WORDS = "pilots crews traders cooks drivers menders keepers watchers painters rowers mended counted argued opened lost sold".split()


def story(number: int) -> bytes:
    """A page with five paragraphs of its own and the site's line, a paragraph like the others, in their midst."""
    chance = random.Random(number)
    own = [
        f"<p>The {' '.join(chance.choices(WORDS, k=24))}, and nobody on the quay was told of it in time.</p>"
        for _ in range(5)
    ]
    body = "".join([*own[:3], f"<p>{SIGN_UP}</p>", *own[3:]])
    page = (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>Story {number} of the quay</title></head><body>"
        f"<main><article><h1>Story {number} of the quay</h1>{body}</article></main></body></html>"
    )
    return page.encode()


def publish(web: Web, numbers: range) -> None:
    links = "".join(
        f'<h2><a href="{DAY}/story-{number}-of-the-quay">Story {number} of the quay</a></h2>'
        for number in numbers
    )
    web.routes |= {
        "/robots.txt": Answer(b"User-agent: *\nDisallow:\n"),
        "/": Answer(f"<html><body><main>{links}</main></body></html>".encode()),
        **{f"{DAY}/story-{number}-of-the-quay": Answer(story(number)) for number in numbers},
    }  # fmt: skip


def crawl(web: Web, data: Path, *arguments: str, **settings: str) -> None:
    done = scrapy_crawl("news", data, f"site={web.base()}/", *arguments, settings=settings)
    assert done.returncode == 0, done.stderr
    assert "ERROR" not in done.stderr, done.stderr


def test_the_first_article_is_as_clean_as_the_last(web: Web, tmp_path: Path) -> None:
    publish(web, range(12))
    crawl(web, tmp_path)
    found = outcomes(tmp_path)
    assert {row.kind for row in found.values()} == {"stored"}
    assert len(found) == 12
    with newsdata.connect(tmp_path) as connection:
        ((articles, dirty, removed),) = connection.sql(
            f"SELECT count(*), count(*) FILTER (contains(text, '{SIGN_UP}')), "
            "(SELECT count(*) FROM removed WHERE rule = 'site.standing-line' AND kind = 'furniture') FROM articles"
        ).fetchall()
        assert (articles, dirty, removed) == (12, 0, 12)
        ((versions,),) = connection.sql("SELECT count(*) FROM article_versions").fetchall()
        assert versions > 12  # the first were cleaned again
        shown = connection.sql(
            "SELECT rule, articles, of_articles, version FROM profiles WHERE furniture AND kind = 'body'"
        ).fetchall()
        assert shown == [("site.standing-line", 12, 12, 1)]

    publish(web, range(20, 24))
    crawl(web, tmp_path)
    with newsdata.connect(tmp_path) as connection:
        ((articles, dirty),) = connection.sql(
            f"SELECT count(*), count(*) FILTER (contains(text, '{SIGN_UP}')) FROM articles"
        ).fetchall()
        assert (articles, dirty) == (16, 0)
        ((more,),) = connection.sql("SELECT count(*) FROM article_versions").fetchall()
        assert more == versions + 4  # the profile was there from the first page on: nothing was cleaned twice
        shown = connection.sql(
            "SELECT articles, of_articles, version FROM profiles WHERE furniture AND kind = 'body'"
        ).fetchall()
        assert shown == [(16, 16, 2)]


def test_a_crawl_that_is_stopped_while_it_cleans_again_is_finished_by_the_next(
    web: Web, tmp_path: Path
) -> None:
    publish(web, range(12))
    slow = "".join(f"<li><a href=/{number}>Berth {number}</a></li>" for number in range(3000)).encode()
    for path, answer in web.routes.items():
        if path.startswith(DAY) and isinstance(answer, Answer):
            answer.body = answer.body.replace(b"</main>", b"</main><footer><ul>" + slow + b"</ul></footer>")
    settings = {"NEWSMILL_CLEAN_PROCESSES": "1", "NEWSMILL_STOP_GRACE": "0"}
    command = scrapy_command("news", tmp_path, f"site={web.base()}/", settings=settings)
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 60
        while not list(tmp_path.glob("articles/*/*.parquet")) and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)  # everything is stored, and the first articles are not clean
        _, log = process.communicate(timeout=30)
    dirty = f"SELECT count(*), count(*) FILTER (contains(text, '{SIGN_UP}')) FROM articles"
    with newsdata.connect(tmp_path) as connection:
        ((articles, unclean),) = connection.sql(dirty).fetchall()
        assert articles == 12, log
        assert unclean >= 4
    crawl(web, tmp_path, "max_pages=50")  # another crawl of the site, which finds nothing new
    with newsdata.connect(tmp_path) as connection:
        assert connection.sql(dirty).fetchall() == [(12, 0)]


def test_learning_can_be_left_out(web: Web, tmp_path: Path) -> None:
    publish(web, range(9))
    crawl(web, tmp_path, NEWSMILL_LEARN="False")
    with newsdata.connect(tmp_path) as connection:
        ((articles, dirty),) = connection.sql(
            f"SELECT count(*), count(*) FILTER (contains(text, '{SIGN_UP}')) FROM articles"
        ).fetchall()
        assert (articles, dirty) == (9, 9)
        assert connection.sql("FROM profiles").fetchall() == []
