"""`newsmill learn` and `newsmill reclean` as a person runs them, on a dataset that knows nothing of its sites yet."""

from __future__ import annotations

import os
import random
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from warm_process import run_module

import newsdata
from newsclean import clean
from newsdata import Fetch, Outcome, PageRecord
from newsdata.dedupe import dedupe
from newsmill.__main__ import command_line

SIGN_UP = "Every weekday the Quay Gazette sends five stories to readers who rise early, with the tide tables."
WORDS = "pilots crews traders cooks drivers menders keepers watchers painters rowers mended counted argued opened lost sold".split()
NUMBER = 9


def story(number: int) -> bytes:
    chance = random.Random(number)
    own = [
        f"<p>The {' '.join(chance.choices(WORDS, k=24))}, and nobody on the quay was told of it in time.</p>"
        for _ in range(5)
    ]
    body = "".join([*own[:3], f"<p>{SIGN_UP}</p>", *own[3:]])
    title = f"Story {number} of the quay"
    return f"<html lang=en><head><title>{title}</title></head><body><article><h1>{title}</h1>{body}</article></body></html>".encode()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Nine articles of one site, cleaned one by one, and a page that an older cleaner found no article in."""
    with newsdata.open_writer(tmp_path / "data", crawl_id="first") as writer:
        for number in range(NUMBER + 1):
            url = f"https://quay.example/2026/story-{number}"
            fetch = Fetch(
                url, datetime(2026, 11, 2, 6, tzinfo=UTC) + timedelta(minutes=number), crawl_id="first"
            )
            writer.write_page(PageRecord(fetch, story(number), "text/html"))
            if number < NUMBER:
                written = writer.write_article(clean(story(number), url), fetch, cleaner="newsclean 0")
                writer.write_outcome(
                    Outcome(url, "stored", fetch.fetched_at, crawl_id="first", article_id=written)
                )
            else:
                writer.write_outcome(Outcome(url, "skipped", fetch.fetched_at, "too-short", crawl_id="first"))
    return tmp_path / "data"


def newsmill(*arguments: str, data: Path) -> Result:
    """The command in this process: starting one costs more than what it does to so few pages."""
    return CliRunner(env={"COLUMNS": "140"}).invoke(command_line, [*arguments, "--data", str(data)])


def newsmill_process(*arguments: str, data: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"COLUMNS": "140"}
    return run_module("newsmill", *arguments, "--data", str(data), cwd=data.parent, environment=environment)


def texts(data: Path) -> list[str]:
    with newsdata.connect(data) as connection:
        return [text for (text,) in connection.sql("SELECT text FROM articles ORDER BY url").fetchall()]


def test_learn_then_reclean(data: Path) -> None:
    assert all(SIGN_UP in text for text in texts(data))
    assert dedupe(data).signed == NUMBER
    done = newsmill_process("learn", "https://quay.example/", data=data)
    assert done.returncode == 0, done.stderr
    assert (
        f"{NUMBER} pages cleaned again: {NUMBER} articles changed, 0 made that were not there, 0 lost"
        in done.stdout
    )
    assert f"- site.standing-line: {SIGN_UP[:40]}" in done.stdout
    assert len(texts(data)) == NUMBER
    assert not any(SIGN_UP in text for text in texts(data))
    assert dedupe(data).signed == NUMBER  # each has another text
    with newsdata.connect(data) as connection:
        assert connection.sql(
            "SELECT site, articles, of_articles, version FROM profiles WHERE kind = 'body' AND furniture"
        ).fetchall() == [("quay.example", NUMBER, NUMBER, 1)]

    shown = newsmill("inspect", "https://quay.example/2026/story-0", data=data)
    assert f"✗ site.standing-line: {SIGN_UP[:40]}" in shown.stdout

    # once more changes nothing, and makes no new version
    again = newsmill("learn", data=data)
    assert "0 articles changed" in again.stdout
    with newsdata.connect(data) as connection:
        assert connection.sql("SELECT max(version) FROM profiles").fetchall() == [(1,)]
        assert connection.sql("SELECT count(*) FROM article_versions").fetchall() == [(2 * NUMBER,)]

    # a dry run says what would be found and stores nothing; the real one stores it
    dry = newsmill("reclean", "--site", "quay.example", "--dry-run", data=data)
    assert dry.exit_code == 0, dry.stderr
    assert (
        f"{NUMBER + 1} pages cleaned again: 0 articles would change, 1 made that were not there, 0 lost"
        in dry.stdout
    )
    assert len(texts(data)) == NUMBER
    real = newsmill("reclean", data=data)
    assert "0 articles changed, 1 made that were not there, 0 lost" in real.stdout
    assert len(texts(data)) == NUMBER + 1
    assert dedupe(data).signed == 1
    assert not any(SIGN_UP in text for text in texts(data))
    with newsdata.connect(data) as connection:
        kinds = connection.sql("SELECT kind FROM outcomes WHERE url LIKE '%story-9' ORDER BY kind").fetchall()
    assert kinds == [("skipped",), ("stored",)]
    assert ", 0 made that were not there, 0 lost" in newsmill("reclean", "--dry-run", data=data).stdout


def test_what_a_sites_file_drops_leaves_the_stored_articles(data: Path, tmp_path: Path) -> None:
    sites = tmp_path / "sites"
    sites.mkdir()
    (sites / "quay.toml").write_text(
        'start = "https://quay.example/"\ndrop = ["article > p:first-of-type"]\n'
    )
    first = [text.partition("\n\n")[0] for text in texts(data)]

    dry = newsmill("reclean", "--sites", str(sites), "--dry-run", data=data)
    assert f"{NUMBER + 1} pages cleaned again: {NUMBER} articles would change" in dry.stdout, dry.stderr
    assert f"- site.selector: {first[0][:40]}" in dry.stdout
    assert newsmill("reclean", "--dry-run", data=data).stdout.startswith(
        f"{NUMBER + 1} pages cleaned again: 0 articles"
    )
    shown = newsmill("inspect", "https://quay.example/2026/story-0", "--sites", str(sites), data=data)
    assert f"✗ site.selector: {first[0][:40]}" in shown.stdout

    done = newsmill("learn", "--sites", str(sites), data=data)
    assert f"{NUMBER} articles changed" in done.stdout, done.stderr
    for before, text in zip(first, texts(data), strict=True):
        assert before not in text
        assert SIGN_UP not in text


def test_files_without_an_address_teach_by_the_canonical_urls_that_they_tell(tmp_path: Path) -> None:
    folder, data = tmp_path / "pages", tmp_path / "data"
    folder.mkdir()
    for number in range(NUMBER):
        # two files tell the front page's address: the second of them is of no site
        told = f"story-{number}" if number < NUMBER - 2 else ""
        link = f"<link rel=canonical href=https://quay.example/2026/{told}>".encode()
        (folder / f"{number}.html").write_bytes(story(number).replace(b"<head>", b"<head>" + link))
    stored = newsmill("clean", str(folder), data=data)
    assert stored.exit_code == 0, stored.stderr
    with newsdata.connect(data) as connection:
        sites = connection.sql("SELECT site, count(*) FROM articles GROUP BY site ORDER BY site").fetchall()
        found = connection.sql("SELECT requested_url LIKE 'file://%' FROM pages GROUP BY 1").fetchall()
    assert sites == [("", 1), ("quay.example", NUMBER - 1)]
    assert found == [(True,)]
    done = newsmill("learn", data=data)
    assert done.exit_code == 0, done.stderr
    assert sum(SIGN_UP in text for text in texts(data)) == 1


def test_an_article_whose_page_holds_none_any_more_stays(data: Path) -> None:
    url = "https://quay.example/2026/gone"
    fetch = Fetch(url, datetime(2026, 11, 3, tzinfo=UTC))
    with newsdata.open_writer(data, crawl_id="second") as writer:
        writer.write_page(
            PageRecord(fetch, b"<html><body><h1>Page not found</h1></body></html>", "text/html")
        )
        writer.write_article(clean(story(50), url), fetch, cleaner="newsclean 0")
    done = newsmill("reclean", data=data)
    assert done.exit_code == 1
    assert "1 lost" in done.stdout
    assert "1 pages hold no article now (error-page); the stored ones stay" in done.stdout
    assert len(texts(data)) == NUMBER + 2


@pytest.mark.parametrize("command", ["learn", "reclean"])
def test_what_cannot_be_done_is_said_in_one_line(command: str, data: Path, tmp_path: Path) -> None:
    missing = newsmill_process(command, data=tmp_path / "nowhere")
    assert missing.returncode == 1
    assert missing.stderr.startswith("newsmill: no dataset at")
    unknown = newsmill_process(
        command, *(["--site"] if command == "reclean" else []), "elsewhere.example", data=data
    )
    assert unknown.returncode == 1
    assert unknown.stderr == f"newsmill: elsewhere.example: no page of it in {data}; it holds quay.example\n"


def test_articles_of_a_lost_file_come_back_from_their_pages(data: Path) -> None:
    before = texts(data)
    for file in (data / "articles").rglob("*.parquet"):
        file.unlink()
    assert texts(data) == []
    done = newsmill("reclean", data=data)
    assert done.exit_code == 0, done.stderr
    assert (
        f"{len(before) + 1} made that were not there, 0 lost" in done.stdout
    )  # and one that an older cleaner found no article in
    assert set(before) <= set(texts(data))
