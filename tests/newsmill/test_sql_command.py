from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from prompt_toolkit.application import create_app_session
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

import newsdata
from newsclean.article import Article
from newsmill.commands.sql import answer, sql
from newsmill.sql_output import _fitted
from newsmill.sql_shell import completer, run_shell

Run = Callable[..., subprocess.CompletedProcess[bytes]]
ESCAPE = "\x1b[31mred\u202e"


def write(data: Path) -> newsdata.Writer:
    writer = newsdata.open_writer(data, crawl_id="c")
    for number in range(3):
        fetch = newsdata.Fetch(f"https://example.com/{number}", datetime(2026, 11, 3, 10, number, tzinfo=UTC))
        text = "A long line. " * 50 + ESCAPE
        writer.write_article(
            Article(fetch.url, text, ("p",), f"Title {number}", ("Ada",)), fetch, cleaner="c"
        )
    return writer


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sql")
    write(folder).close()
    return folder


def ask(data: Path, *arguments: str, **options: str) -> Result:
    return CliRunner().invoke(sql, ["--data", str(data), *arguments], **options)  # type: ignore[arg-type]


def newsmill(*arguments: str, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "newsmill", *arguments]
    return subprocess.run(
        command, input=stdin, capture_output=True, check=False, env=os.environ | environment
    )


def test_table_fits_its_width_and_cuts_long_text(data: Path) -> None:
    found = ask(
        data, "SELECT title, n_words, fetched_at, text FROM articles ORDER BY title", env={"COLUMNS": "70"}
    )
    assert found.exit_code == 0
    lines = found.stdout.splitlines()
    assert max(map(len, lines)) <= 70
    assert len(lines) == 2 + 3
    assert lines[2].startswith(" Title 0 ")
    assert " 2026-11-03 10:00:00 " in lines[2]
    assert lines[2].rstrip().endswith("…")


def test_many_columns_become_a_list_a_row(data: Path) -> None:
    found = ask(data, "SELECT * FROM articles ORDER BY url", env={"COLUMNS": "70"})
    lines = [line.split() for line in found.stdout.splitlines()]
    assert ["row", "3"] in lines
    assert ["content_hash", newsdata.content_hash("A long line. " * 50 + ESCAPE)] in lines
    assert ["paywalled", "NULL"] in lines
    assert max(map(len, found.stdout.splitlines())) <= 70


def test_nothing_in_the_data_can_steer_the_terminal(data: Path) -> None:
    query = "SELECT right(text, 9) AS tail, chr(27) || 'x' AS \"a\x1bb\" FROM articles LIMIT 1"
    output = ask(data, query).stdout
    assert "red" in output
    assert not {"\x1b", "\u202e"} & set(output)


def test_table_says_that_it_is_cut(data: Path) -> None:
    found = ask(data, "SELECT * FROM range(1001)")
    assert len(found.stdout.splitlines()) == 1002
    assert "only the first 1000 rows" in found.stderr


QUERY = """SELECT title, authors, published, fetched_at, n_words, paywalled, 1.5::DECIMAL(3, 1) AS price,
    'nan'::DOUBLE AS odd, {'a': [1]} AS nested, 'x'::BLOB AS bytes, 1 AS twice, 2 AS twice
    FROM articles ORDER BY title"""


def test_json_is_one_array_of_records(data: Path) -> None:
    records = json.loads(ask(data, "--format", "json", QUERY).stdout)
    assert len(records) == 3
    assert records[0] == {
        "title": "Title 0", "authors": ["Ada"], "published": None, "fetched_at": "2026-11-03T10:00:00+00:00",
        "n_words": 151, "paywalled": None, "price": 1.5, "odd": None, "nested": {"a": [1]}, "bytes": "x",
        "twice": 1, "twice_2": 2,
    }  # fmt: skip
    assert json.loads(ask(data, "--format", "json", "SELECT 1 WHERE false").stdout) == []


def test_csv_has_json_in_its_cells(data: Path) -> None:
    header, first, *rest = csv.reader(io.StringIO(ask(data, "--format", "csv", QUERY).stdout))
    assert header[:3] == ["title", "authors", "published"]
    assert first == [
        "Title 0", '["Ada"]', "", "2026-11-03T10:00:00+00:00", "151", "", "1.5", "", '{"a": [1]}', "x", "1", "2"
    ]  # fmt: skip
    assert len(rest) == 2


def test_parquet_goes_through_a_pipe(data: Path) -> None:
    done = newsmill("sql", "--format", "parquet", "--data", str(data), "SELECT title, authors FROM articles")
    assert done.returncode == 0
    table = pq.read_table(io.BytesIO(done.stdout))
    assert (table.num_rows, table.column_names) == (3, ["title", "authors"])


def test_query_comes_from_standard_input_and_folder_from_the_environment(data: Path) -> None:
    query = "SELECT 'größe' AS a -- Ende\n".encode()
    done = newsmill("sql", "--format", "csv", stdin=query, NEWSMILL_DATA=str(data))
    assert done.stdout.decode() == "a\ngröße\n"


@pytest.mark.parametrize("form", ["table", "csv", "json", "parquet"])
def test_wrong_sql_is_one_line_and_exit_code_2(data: Path, form: str) -> None:
    late = "SELECT CASE WHEN i = 900 THEN 'x' ELSE '1' END::INTEGER FROM range(100000) t(i)"
    for query, said in (
        ("SELECT nothing FROM articles", "nothing"),
        ("selec", "syntax error"),
        (late, "convert"),
    ):
        caught = ask(data, "--format", form, query).exception
        assert said in str(caught)
        assert "\n" not in str(caught)
        assert getattr(caught, "exit_code", None) == 2


def test_errors_as_a_person_sees_them(tmp_path: Path, data: Path) -> None:
    wrong = newsmill("sql", "selec", "--data", str(data))
    assert (wrong.returncode, wrong.stderr.count(b"\n")) == (2, 1)
    assert wrong.stderr.startswith(b"newsmill: Parser Error: syntax error at or near")
    missing = newsmill("sql", "SELECT 1", "--data", str(tmp_path / "none"))
    assert (missing.returncode, missing.stderr.count(b"\n")) == (1, 1)
    assert b"crawl into it first" in missing.stderr
    assert newsmill("sql", "--data", str(data)).returncode == 2


def test_an_empty_dataset_answers(tmp_path: Path) -> None:
    newsdata.open_writer(tmp_path, crawl_id="c").close()
    assert ask(tmp_path, "--format", "csv", "SELECT count(*) AS n FROM articles").stdout == "n\n0\n"


def test_what_a_killed_crawl_left_is_found(tmp_path: Path) -> None:
    writer = write(tmp_path)
    writer.sync()
    writer._lock.close()
    assert ask(tmp_path, "--format", "csv", "SELECT count(*) AS n FROM articles").stdout == "n\n3\n"


def test_sql_never_imports_scrapy(data: Path) -> None:
    script = (
        "import sys; from newsmill.__main__ import command_line\n"
        "command_line(sys.argv[1:], standalone_mode=False)\n"
        "loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "assert not loaded & {'scrapy', 'twisted', 'trafilatura', 'newscrawl', 'prompt_toolkit'}, loaded"
    )
    command = [sys.executable, "-c", script, "sql", "SELECT count(*) FROM articles", "--data", str(data)]
    subprocess.run(command, check=True, capture_output=True)


def test_columns_share_the_room() -> None:
    assert _fitted([3, 5], 80) == [3, 5]
    assert _fitted([100, 3, 100], 43) == [20, 3, 20]
    assert _fitted([100, 15, 3], 43) == [25, 15, 3]
    assert _fitted([9, 9, 9], 0) == [1, 1, 1]


def test_shell_answers_goes_on_after_errors_and_remembers(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    typed = "selec;\rSELECT count(*)\rFROM articles;\rquit\r"
    with (
        create_pipe_input() as keyboard,
        create_app_session(input=keyboard, output=DummyOutput()),
        newsdata.connect(data) as connection,
    ):
        keyboard.send_text(typed)
        run_shell(connection, lambda typed: answer(connection, typed, "table"))
    shown = capsys.readouterr()
    assert "article_versions" in shown.out
    assert "syntax error" in shown.err
    assert " 3 " in shown.out
    assert "SELECT count(*)" in (tmp_path / "newsmill" / "sql_history").read_text()


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("SELECT tit", "title"),
        ("FROM article_v", "article_versions"),
        ("sel", "SELECT"),
        ("max(n_w", "n_words"),
    ],
)
def test_shell_completes_views_columns_and_keywords(data: Path, typed: str, offered: str) -> None:
    with newsdata.connect(data) as connection:
        found = completer(connection).get_completions(Document(typed), CompleteEvent())
        assert offered in {each.text for each in found}


def test_shell_ends_with_the_input(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    (tmp_path / "file").write_text("no folder: history stays in memory")
    with (
        create_pipe_input() as keyboard,
        create_app_session(input=keyboard, output=DummyOutput()),
        duckdb.connect() as connection,
    ):
        keyboard.send_text(
            "SELECT 1\x04\x03\x04"
        )  # Ctrl-D in a line does nothing, Ctrl-C drops it, then Ctrl-D ends
        run_shell(connection, print)


def test_safe_answers_in_every_form(data: Path) -> None:
    query = "SELECT title, sum(n_words) AS words, max(fetched_at) AS seen FROM articles GROUP BY title ORDER BY title"
    for form in ("table", "csv", "json"):
        usual = ask(data, "--format", form, query)
        found = ask(data, "--safe", "--format", form, query)
        assert found.exit_code == 0, found.exception
        assert found.stdout == usual.stdout
    done = newsmill("sql", "--safe", "--format", "parquet", "--data", str(data), query)
    assert pq.read_table(io.BytesIO(done.stdout)).column("words").to_pylist() == [151, 151, 151]


def test_safe_has_limits_that_the_user_sets(data: Path) -> None:
    found = ask(data, "--safe", "--max-rows", "2", "--format", "csv", "FROM range(5)")
    assert found.stdout == "range\n0\n1\n"
    assert "only the first 2 rows" in found.stderr
    for option, value, query in (
        ("--timeout", "1", "SELECT sleep_ms(600000)"),
        ("--max-memory", "64", "SELECT list(i) FROM range(1000000000) t(i)"),
    ):
        caught = ask(data, "--safe", option, value, query).exception
        assert "was stopped" in str(caught)
        assert getattr(caught, "exit_code", None) == 1


def test_safe_writes_nothing_not_even_what_a_killed_crawl_left(tmp_path: Path) -> None:
    writer = write(tmp_path)
    writer.sync()
    writer._lock.close()
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert ask(tmp_path, "--safe", "--format", "csv", "SELECT count(*) AS n FROM articles").stdout == "n\n0\n"
    refused = ask(tmp_path, "--safe", f"COPY articles TO '{tmp_path}/x.csv'").exception
    assert getattr(refused, "exit_code", None) == 2
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_csv_cells_that_look_like_formulas_are_inert_unless_raw(data: Path) -> None:
    query = "SELECT '=1+1' AS a, -5 AS b, '-5' AS \"=c\", DATE '2026-01-02' AS d, ['=x'] AS e, 1.5::DECIMAL(3, 1) AS f"
    found = ask(data, "--format", "csv", query).stdout
    assert found == 'a,b,\'=c,d,e,f\n\'=1+1,-5,\'-5,2026-01-02,"[""=x""]",1.5\n'
    raw = ask(data, "--format", "csv", "--raw-csv", query).stdout
    assert raw == found.replace("'", "")
