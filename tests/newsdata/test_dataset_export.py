from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import newsdata
from newsclean.article import Article
from newsdata import Fetch, PageRecord
from newsdata.export import FORMS, Form, export
from newsdata.schema import ARTICLES


@pytest.fixture
def data(tmp_path: Path, make_fetch: Callable[..., Fetch], make_article: Callable[..., Article]) -> Path:
    folder = tmp_path / "data"
    with newsdata.open_writer(folder, crawl_id="c") as writer:
        for number in range(5):
            writer.write_article(
                make_article(number, language=["en", "no"][number % 2]), make_fetch(number), cleaner="c"
            )
            writer.write_page(PageRecord(make_fetch(number), b"<p>Story"))
        writer.write_article(make_article(0, title="newest"), make_fetch(0, "www.example.com"), cleaner="c 2")
    return folder


def test_hugging_face_loads_the_folder(data: Path, tmp_path: Path) -> None:
    target = tmp_path / "corpus"
    assert export(data, target, "hf") == 5
    script = (
        "import json, sys, datasets\n"
        "found = datasets.load_dataset(sys.argv[1])['train']\n"
        "print(json.dumps([found.column_names, found.num_rows, found[0]['text'], found[0]['images'][0]['caption']]))"
    )
    environment = os.environ | {"HF_HOME": str(tmp_path / "cache"), "HF_HUB_OFFLINE": "1"}
    command = [sys.executable, "-c", script, str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    columns, rows, text, caption = json.loads(done.stdout)
    assert columns[:2] == ["text", "id"]
    assert set(columns) == set(ARTICLES.names)
    assert rows == 5
    assert text.startswith("First paragraph")
    assert caption == "The harbour"


def test_dataset_card_counts_what_was_written(data: Path, tmp_path: Path) -> None:
    export(data, tmp_path / "corpus", "hf", where="title <> 'Story 4'")
    card = (tmp_path / "corpus" / "README.md").read_text()
    assert "4 articles of 1 sites, published from 2026-11-03 to 2026-11-03" in card
    assert "- 'no'" in card  # bare, YAML takes Norwegian for false
    assert "| no | 2 |" in card
    assert "| example.com | 4 |" in card


def test_json_lines_are_the_newest_versions(data: Path, tmp_path: Path) -> None:
    export(data, tmp_path / "out", "jsonl")
    lines = (tmp_path / "out" / "articles.jsonl").read_text("utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    assert {record["title"] for record in records} == {"newest", "Story 1", "Story 2", "Story 3", "Story 4"}
    assert list(records[0]) == ARTICLES.names
    assert records[0]["published"] == "2026-11-03T08:15:00.123456+00:00"
    assert records[0]["authors"] == ["Ada Example", "Ben Sample"]


def test_parquet_keeps_types(data: Path, tmp_path: Path) -> None:
    export(data, tmp_path / "out", "parquet", where="language = 'no'")
    table = pq.read_table(tmp_path / "out" / "articles.parquet")
    assert table.num_rows == 2
    assert table.schema.remove_metadata() == ARTICLES


@pytest.mark.parametrize("form", FORMS)
def test_the_same_data_gives_the_same_bytes(data: Path, tmp_path: Path, form: Form) -> None:
    def written(target: Path) -> dict[str, bytes]:
        export(data, target, form)
        return {
            str(path.relative_to(target)): path.read_bytes() for path in target.rglob("*") if path.is_file()
        }

    assert written(tmp_path / "one") == written(tmp_path / "two")


def test_an_earlier_export_is_replaced_whole(data: Path, tmp_path: Path) -> None:
    target = tmp_path / "deep" / "out"
    export(data, target, "hf")
    export(data, target, "jsonl")
    assert sorted(path.name for path in target.iterdir()) == [".newsmill-export", "articles.jsonl"]
    assert [path.name for path in target.parent.iterdir()] == ["out"]


def test_an_empty_folder_will_do(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    export(data, Path(), "jsonl")
    assert (tmp_path / "here" / "articles.jsonl").exists()


@pytest.mark.parametrize("name", ["README.md", "data", ".git"])
def test_a_folder_of_somebody_else_is_left_alone(data: Path, tmp_path: Path, name: str) -> None:
    target = tmp_path / "project"
    (target / name).mkdir(parents=True)
    with pytest.raises(newsdata.ExportTargetError, match="is no earlier export"):
        export(data, target, "hf")
    assert [path.name for path in target.iterdir()] == [name]


def test_the_dataset_itself_is_no_target(data: Path, tmp_path: Path) -> None:
    for target in (data, data / "articles" / "x"):
        with pytest.raises(newsdata.ExportTargetError, match="inside the dataset"):
            export(data, target, "hf")
    (tmp_path / "file").write_text("")
    with pytest.raises(newsdata.ExportTargetError, match="is a file"):
        export(data, tmp_path / "file", "hf")
    with pytest.raises(newsdata.DataFolderError, match="cannot write"):
        export(data, tmp_path / "file" / "below", "hf")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "where", ["language =", "nothing = 1", "title::INTEGER = 3", "true; DROP VIEW articles", "true) OR (true"]
)
def test_a_wrong_condition_is_a_clear_error(data: Path, tmp_path: Path, form: Form, where: str) -> None:
    export(data, tmp_path / "out", "jsonl")
    with pytest.raises(newsdata.QueryError) as caught:
        export(data, tmp_path / "out", form, where=where)
    assert "\n" not in str(caught.value)
    assert (tmp_path / "out" / "articles.jsonl").exists()  # what stood there still stands
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "out"]


def test_nothing_to_export_is_a_clear_error(data: Path, tmp_path: Path) -> None:
    with pytest.raises(newsdata.EmptyDatasetError, match="loosen it"):
        export(data, tmp_path / "out", "hf", where="false")
    newsdata.open_writer(tmp_path / "empty", crawl_id="c").close()
    with pytest.raises(newsdata.EmptyDatasetError, match="crawl something first"):
        export(tmp_path / "empty", tmp_path / "out", "hf")
    assert not (tmp_path / "out").exists()
