"""Text from pages that is no text, or pretends to be a formula, a path or markup: nothing lost, nothing alive."""

from __future__ import annotations

import csv
import doctest
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from fastwarc.warc import ArchiveIterator
from hypothesis import given
from hypothesis import strategies as st

import newsdata
from newsclean.article import Article, Evidence, Image, Removal
from newsdata import Fetch, Outcome, PageRecord, Usage, controls, csv_cells, file_names, markdown
from newsdata.controls import CONTROLS, escaped_json, without_controls
from newsdata.csv_cells import inert
from newsdata.export import FORMS, export
from newsdata.file_names import file_name

BAD = "a\x00b\ud800c\udfff\x1b[31m\u202e"
FORMULAS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x", "−1", "﹢1",
    " =1", "\ufeff=1", "\u200b=1", "\u00a0=1", "=cmd|' /C calc'!A0", "|x".replace("|", "\t"),
]  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two articles: one bad in every field, one ordinary, which the other must not cost."""
    folder = tmp_path_factory.mktemp("hostile")
    seen = datetime(2026, 11, 3, tzinfo=UTC)
    bad = Fetch(
        f"https://exa{BAD}mple.com/{BAD}",
        seen,
        f"https://{BAD}/",
        BAD,
        "c",
        200,
        BAD,
        BAD,
        (Usage(BAD, BAD),),
    )
    article = Article(
        bad.url, f"=1+1 {BAD}", ("p",), f"=cmd()\x00{BAD}", (f"@{BAD}",), published=seen, language=BAD,
        section=f"+{BAD}", tags=(BAD,), description=BAD, site=BAD, canonical_url=f"https://{BAD}",
        images=(Image(BAD, BAD, BAD, BAD, 10**30, -(10**30)),), credits=(BAD,),
        removed=(Removal("ad", BAD, BAD),), evidence=(Evidence("title", BAD, BAD, chosen=True),),
    )  # fmt: skip
    with newsdata.open_writer(folder, crawl_id="c") as writer:
        for fetch, each in (
            (bad, article),
            (
                Fetch("https://good.example/1", seen),
                Article("https://good.example/1", "Fine.", ("p",), "Good"),
            ),
        ):
            writer.write_page(PageRecord(fetch, BAD.encode("utf-8", "replace"), BAD, ((BAD, BAD),)))
            found = writer.write_article(each, fetch, cleaner=BAD)
            writer.write_outcome(
                Outcome(
                    fetch.url, "stored", seen, BAD, BAD, BAD, 200, via=BAD, crawl_id="c", article_id=found
                )
            )
        assert writer.damages == ()
    return folder


def test_no_batch_is_lost(data: Path) -> None:
    with newsdata.connect(data) as connection:
        for view in ("articles", "pages", "outcomes"):
            assert connection.execute(f"SELECT count(*) FROM {view}").fetchone() == (2,), view
        assert connection.execute("SELECT count(*) FROM removed").fetchone() == (1,)


@pytest.mark.parametrize("form", FORMS)
def test_every_export_has_both(data: Path, tmp_path: Path, form: str) -> None:
    assert export(data, tmp_path / "out", form) == 2  # type: ignore[arg-type]
    files = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    for path in files:
        if path.suffix not in (".parquet", ".gz"):
            assert not CONTROLS.search(path.read_text("utf-8"))
    match form:
        case "jsonl":
            lines = (tmp_path / "out" / "articles.jsonl").read_text().splitlines()
            assert {json.loads(line)["title"] for line in lines} >= {"Good"}
        case "csv":
            with (tmp_path / "out" / "articles.csv").open(newline="") as file:
                records = list(csv.DictReader(file))
            assert {record["title"][:6] for record in records} == {"Good", "'=cmd("}
            assert {record["n_words"] for record in records} == {"1", "2"}
            assert {record["published"] for record in records} == {"2026-11-03T00:00:00+00:00", ""}
        case "warc":
            (archive,) = (path for path in files if path.suffix == ".gz")
            with archive.open("rb") as stream:
                assert len([record.record_type for record in ArchiveIterator(stream, parse_http=True)]) == 3
        case "markdown":
            assert len([path for path in files if path.suffix == ".md"]) == 2
        case _:
            (file_written,) = (path for path in files if path.suffix == ".parquet")
            assert pq.read_table(file_written).num_rows == 2


def test_raw_csv_is_raw(data: Path, tmp_path: Path) -> None:
    export(data, tmp_path / "out", "csv", raw_csv=True)
    with (tmp_path / "out" / "articles.csv").open(newline="") as file:
        assert {record["title"][:5] for record in csv.DictReader(file)} == {"Good", "=cmd("}


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_are_inert(text: str) -> None:
    assert inert(text) == f"'{without_controls(text)}"


@given(st.recursive(st.text(), st.lists))
def test_escaped_json_can_be_had_back(value: object) -> None:
    assert not CONTROLS.search(escaped_json(value))
    assert json.loads(escaped_json(value)) == value


@pytest.mark.parametrize("text", ["", "plain", "1-2", "a=b", "'=1", "3.5", "ß", "(-1)"])
def test_other_text_stays(text: str) -> None:
    assert inert(text) == text


@given(st.text())
def test_inert_text_can_be_had_back(text: str) -> None:
    shown = without_controls(text)
    assert inert(text).removeprefix("'") == shown.removeprefix("'") or inert(text) == shown
    assert not CONTROLS.search(inert(text))
    assert inert(text)[:1] not in set("=+-@\t\r＝＋－＠")


@given(
    st.text() | st.sampled_from(["..", "/etc/passwd", "C:\\x", "con.txt", "~", "-rf", ".ssh", "a/../../b"])
)
def test_file_names_stay_in_their_folder(text: str) -> None:
    name = file_name(text)
    assert re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", name)
    assert ".." not in name
    assert len(name) <= 82
    assert not re.fullmatch(r"(con|nul|aux|prn|com\d|lpt\d)(\..*)?", name)


def test_markdown_of_hostile_sites_stays_in_its_folder(tmp_path: Path) -> None:
    seen = datetime(2026, 11, 3, tzinfo=UTC)
    with newsdata.open_writer(tmp_path / "data", crawl_id="c") as writer:
        for number, host in enumerate(
            ("..", "a%2f..%2fb.example", "CON.example", "xn--mnchen-3ya.de", "[::1]")
        ):
            fetch = Fetch(f"https://{host}/{number}", seen)
            article = Article(
                fetch.url, "<script>alert(1)</script>\n\n[x](javascript:1)\n\n# no heading\n\n1. no list",
                ("p", "heading", "p", "p"), "../../<b>t</b>\n---\nevil: 1",
            )  # fmt: skip
            writer.write_article(article, fetch, cleaner="c")
    export(tmp_path / "data", tmp_path / "out" / "md", "markdown")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["md"]
    files = list((tmp_path / "out" / "md").rglob("*.md"))
    assert len(files) == 5
    for path in files:
        assert re.fullmatch(r"[a-z0-9.-]+/undated-b-t-b-evil-1-[0-9a-f]{12}\.md", str(path.relative_to(tmp_path / "out" / "md")))  # fmt: skip
        _, head, body = path.read_text().split("---\n", 2)
        assert len(head.splitlines()) == 8
        assert json.loads(head.splitlines()[0].partition(": ")[2]) == "../../<b>t</b>\n---\nevil: 1"
        assert body == (
            "\n# ../../\\<b>t\\</b> --- evil: 1\n\n\\<script>alert(1)\\</script>\n\n## \\[x\\](javascript:1)"
            "\n\n\\# no heading\n\n1\\. no list\n"
        )


@pytest.mark.parametrize("module", [controls, csv_cells, file_names, markdown])
def test_examples(module: object) -> None:
    result = doctest.testmod(module)  # type: ignore[arg-type]
    assert result.attempted
    assert not result.failed
