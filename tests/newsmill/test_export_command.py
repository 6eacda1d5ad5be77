from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import newsdata
from newsclean.article import Article
from newsmill.commands.export import export


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    with newsdata.open_writer(folder, crawl_id="c") as writer:
        for number in range(3):
            fetch = newsdata.Fetch(f"https://example.com/{number}", datetime(2026, 11, 3, tzinfo=UTC))
            writer.write_article(Article(fetch.url, "Text.", ("p",), language="en"), fetch, cleaner="c")
    return folder


def run(data: Path, target: Path, *arguments: str) -> Result:
    return CliRunner().invoke(export, ["--data", str(data), "--to", str(target), *arguments])


@pytest.mark.parametrize(
    ("form", "file"), [("hf", "README.md"), ("jsonl", "articles.jsonl"), ("parquet", "articles.parquet")]
)
def test_each_form_is_written(data: Path, tmp_path: Path, form: str, file: str) -> None:
    found = run(data, tmp_path / "out", "--as", form)
    assert found.exit_code == 0
    assert found.stdout.startswith(f"3 articles in {tmp_path / 'out'}\n")
    assert (tmp_path / "out" / file).stat().st_size > 0
    assert ("load_dataset" in found.stdout) is (form == "hf")


def test_condition_chooses(data: Path, tmp_path: Path) -> None:
    run(data, tmp_path, "--as", "jsonl", "--where", "url LIKE '%/2'")
    (line,) = (tmp_path / "articles.jsonl").read_text().splitlines()
    assert json.loads(line)["url"] == "https://example.com/2"


@pytest.mark.parametrize(
    ("where", "code", "said"),
    [("language =", 2, "condition"), ("nothing = 1", 2, "condition"), ("false", 1, "loosen")],
)
def test_a_condition_that_will_not_do(data: Path, tmp_path: Path, where: str, code: int, said: str) -> None:
    caught = run(data, tmp_path, "--as", "hf", "--where", where).exception
    assert said in str(caught)
    assert getattr(caught, "exit_code", None) == code


def test_targets_and_datasets_that_will_not_do(data: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("")
    caught = run(data, tmp_path, "--as", "hf").exception
    assert "is no earlier export" in str(caught)
    assert getattr(caught, "exit_code", None) == 2
    caught = run(tmp_path / "none", tmp_path / "out", "--as", "hf").exception
    assert "no dataset" in str(caught)
    assert getattr(caught, "exit_code", None) == 1
    assert run(data, tmp_path, "--as", "sqlite").exit_code == 2
