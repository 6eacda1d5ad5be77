from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from warm_process import run_module

import newsdata
from newsclean.article import Article
from newsmill.commands.dedupe import dedupe
from newsmill.commands.export import export

START = datetime(2026, 11, 3, tzinfo=UTC)
STORY = " ".join(f"word{number}" for number in range(200))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """One story four times, in two languages by declaration, and another."""
    folder = tmp_path / "dataset"
    texts = [STORY.replace("word50 ", "edited "), STORY, STORY, STORY[200:], STORY.replace("word", "other")]
    with newsdata.open_writer(folder, crawl_id="c") as writer:
        for number, text in enumerate(texts):
            fetch = newsdata.Fetch(f"https://example.com/{number}", START + timedelta(days=1))
            article = Article(
                fetch.url, text, ("p",), language="de" if number > 1 else "en",
                published=None if number == 3 else START - timedelta(hours=number),
            )  # fmt: skip
            writer.write_article(article, fetch, cleaner="c")
    return folder


def exported(data: Path, to: Path, *arguments: str) -> list[str]:
    result = CliRunner().invoke(
        export, ["--as", "jsonl", "--to", str(to), "--data", str(data), *arguments], catch_exceptions=False
    )
    assert result.exit_code == 0
    return sorted(json.loads(line)["url"][-1] for line in (to / "articles.jsonl").read_text().splitlines())


def test_it_says_what_it_found_and_what_to_ask_next(data: Path) -> None:
    result = CliRunner().invoke(dedupe, ["--data", str(data)], catch_exceptions=False)
    assert result.exit_code == 0
    said = result.stdout.splitlines()
    assert said[0].startswith("5 articles, 4 different texts: 4 signed, ")
    assert said[1] == "stories told more than once: 1, by 4 articles in all"
    query = said[2].partition("'")[2].rpartition("'")[0]
    asked = run_module("newsmill", "sql", query, "--format", "csv", "--data", str(data), cwd=data)
    assert asked.stdout.splitlines()[1].endswith(",4")
    again = CliRunner().invoke(dedupe, ["--data", str(data)], catch_exceptions=False)
    assert ": 0 signed, 0 pairs compared" in again.stdout


def test_an_export_keeps_one_article_a_story(data: Path, tmp_path: Path) -> None:
    assert exported(data, tmp_path / "a", "--one-per-story") == ["0", "2", "3", "4"]  # equal texts alone
    CliRunner().invoke(dedupe, ["--data", str(data)], catch_exceptions=False)
    assert exported(data, tmp_path / "b", "--one-per-story") == ["2", "4"]  # published first of the story
    assert exported(data, tmp_path / "c") == ["0", "1", "2", "3", "4"]


def test_the_story_stays_if_the_condition_leaves_its_first_article_out(data: Path, tmp_path: Path) -> None:
    CliRunner().invoke(dedupe, ["--data", str(data)], catch_exceptions=False)
    assert exported(data, tmp_path / "a", "--one-per-story", "--where", "language = 'en'") == ["1"]
    kept = exported(data, tmp_path / "b", "--one-per-story", "--where", "id <> '' AND published IS NULL")
    assert kept == ["3"]


def test_nothing_to_compare_is_said(tmp_path: Path) -> None:
    result = run_module("newsmill", "dedupe", "--data", str(tmp_path / "none"), cwd=tmp_path)
    assert result.returncode == 1
    assert "no dataset at" in result.stderr
    newsdata.open_writer(tmp_path / "empty", crawl_id="c").close()
    caught = CliRunner().invoke(dedupe, ["--data", str(tmp_path / "empty")]).exception
    assert "no article in" in str(caught)
    assert getattr(caught, "exit_code", None) == 1
