from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import newsdata
from newsclean.article import Article
from newsdata import Fetch, Outcome, PageRecord
from newsdata.views import VIEWS, sql_error

MakeFetch = Callable[..., Fetch]
MakeArticle = Callable[..., Article]
DAY = datetime(2026, 11, 3, tzinfo=UTC)


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    newsdata.open_writer(tmp_path, crawl_id="c").close()
    return tmp_path


@pytest.fixture
def asked(
    tmp_path: Path, make_fetch: MakeFetch, make_article: MakeArticle
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Two sites: one article with three versions, two with one text, one page that failed, one site that only failed.

    Of the first site two sources were looked for.
    """
    with newsdata.open_writer(tmp_path, crawl_id="c") as writer:

        def store(number: int, moment: datetime, cleaner: str = "c 1", **fields: object) -> None:
            fetch = make_fetch(number, fetched_at=moment)
            writer.write_page(PageRecord(fetch, b"<html>"))
            found = writer.write_article(make_article(number, **fields), fetch, cleaner=cleaner)
            writer.write_outcome(Outcome(fetch.url, "stored", moment, article_id=found))

        store(1, DAY, title="old")
        store(1, DAY + timedelta(days=40), title="changed")
        store(1, DAY + timedelta(days=40), title="cleaned again", cleaner="c 2")
        store(2, DAY, text="one text", block_kinds=("p",), published=None, authors=(), removed=(), images=())
        store(3, DAY, text="one text", block_kinds=("p",))
        writer.write_outcome(Outcome("https://www.example.com/gone", "failed", DAY, "http-404"))
        writer.write_outcome(Outcome("https://down.example.org/", "failed", DAY, "timeout"))
        for path, reason in (("", "source"), ("feed", "no-source")):
            writer.write_outcome(Outcome(f"https://www.example.com/{path}", "skipped", DAY, reason))
    with newsdata.connect(tmp_path) as connection:
        yield connection


def test_an_empty_dataset_has_every_view_with_its_columns(empty: Path) -> None:
    with newsdata.connect(empty) as connection:
        for view in VIEWS:
            assert connection.sql(f"SELECT * FROM {view}").fetchall() == []
        kinds = {row[0]: row[1] for row in connection.sql("DESCRIBE articles").fetchall()}
    assert kinds["fetched_at"] == "TIMESTAMP WITH TIME ZONE"
    assert kinds["authors"] == "VARCHAR[]"
    assert kinds["images"] == (
        "STRUCT(url VARCHAR, caption VARCHAR, credit VARCHAR, alt VARCHAR, width INTEGER, height INTEGER)[]"
    )


def test_full_and_empty_views_have_the_same_columns(
    empty: Path, asked: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("empty")
    newsdata.open_writer(other, crawl_id="c").close()
    with newsdata.connect(other) as connection:
        for view in VIEWS:
            assert (
                connection.sql(f"DESCRIBE {view}").fetchall() == asked.sql(f"DESCRIBE {view}").fetchall()
            ), view


def test_times_are_in_utc(asked: duckdb.DuckDBPyConnection) -> None:
    assert asked.sql("SELECT current_setting('TimeZone')").fetchall() == [("UTC",)]


def test_articles_holds_the_newest_version(asked: duckdb.DuckDBPyConnection) -> None:
    assert asked.sql("SELECT count(*) FROM article_versions").fetchall() == [(5,)]
    titles = asked.sql("SELECT title FROM articles ORDER BY url").fetchall()
    assert titles == [("cleaned again",), ("Story 2",), ("Story 3",)]


def test_newest_version_is_found_across_files(
    tmp_path: Path, make_fetch: MakeFetch, make_article: MakeArticle
) -> None:
    for title in ("first", "second", "third"):  # one fetch, cleaned three times
        with newsdata.open_writer(tmp_path, crawl_id="c") as writer:
            writer.write_article(make_article(1, title=title), make_fetch(1), cleaner=title)
    with newsdata.connect(tmp_path) as connection:
        assert connection.sql("SELECT title FROM articles").fetchall() == [("third",)]


def test_removed_is_a_row_a_block(asked: duckdb.DuckDBPyConnection) -> None:
    rows = asked.sql(
        "SELECT position, kind, rule, text FROM removed WHERE url LIKE '%story-3' ORDER BY ALL"
    ).fetchall()
    assert rows == [(1, "newsletter", "newsletter.signup-form", "Sign up"), (2, "ad", "ad.label", "Buy")]
    assert asked.sql("SELECT count(*) FROM removed").fetchall() == [(4,)]


def test_images_is_a_row_an_image(asked: duckdb.DuckDBPyConnection) -> None:
    rows = asked.sql(
        "SELECT position, image_url, caption, width FROM images WHERE url LIKE '%story-3'"
    ).fetchall()
    assert sorted(rows) == [(1, "https://www.example.com/a.jpg", "The harbour", 640), (2, "b", "", None)]


def test_sites_says_what_to_look_into(asked: duckdb.DuckDBPyConnection) -> None:
    rows = asked.sql("SELECT * EXCLUDE (last_seen, removed_share) FROM sites ORDER BY site").fetchall()
    assert rows == [
        ("example.com", 3, 1, 1, 1, None, None, None, 0, None),
        ("example.org", 0, 1, 0, 0, None, None, None, 0, None),
    ]
    removed = 2 * len("Sign upBuy")
    kept = 2 * len("one text") + len("First paragraph of story 1.\n\nSecond paragraph.")
    share, seen = asked.sql(
        "SELECT removed_share, last_seen FROM sites WHERE site = 'example.com'"
    ).fetchall()[0]
    assert share == pytest.approx(removed / (removed + kept), abs=1e-4)
    assert seen == DAY + timedelta(days=40)


def test_duplicates_share_their_text(asked: duckdb.DuckDBPyConnection) -> None:
    rows = asked.sql("SELECT url, cluster FROM duplicates ORDER BY url").fetchall()
    assert [url[-1] for url, _ in rows] == ["2", "3"]
    assert rows[0][1] == rows[1][1] == newsdata.content_hash("one text")


def test_coverage_is_a_row_a_site_and_day(asked: duckdb.DuckDBPyConnection) -> None:
    rows = asked.sql(
        "SELECT site, day, tried, stored, skipped, failed FROM coverage WHERE tried > 0 ORDER BY ALL"
    ).fetchall()
    assert rows == [
        ("example.com", date(2026, 11, 3), 4, 3, 0, 1),
        ("example.com", date(2026, 12, 13), 2, 2, 0, 0),
        ("example.org", date(2026, 11, 3), 1, 0, 0, 1),
    ]
    assert asked.sql("SELECT sum(published) FROM coverage").fetchall() == [(2,)]


def test_views_see_files_that_come_later(
    tmp_path: Path, make_fetch: MakeFetch, make_article: MakeArticle
) -> None:
    with newsdata.open_writer(tmp_path, crawl_id="c") as writer:
        writer.write_article(make_article(1), make_fetch(1), cleaner="c")
        writer.seal()
        with newsdata.connect(tmp_path) as connection:
            writer.write_article(make_article(2), make_fetch(2), cleaner="c")
            writer.seal()
            assert connection.sql("SELECT count(*) FROM articles").fetchall() == [(2,)]


def test_files_of_another_version_of_the_schema_are_read(
    tmp_path: Path, make_fetch: MakeFetch, make_article: MakeArticle
) -> None:
    with newsdata.open_writer(tmp_path, crawl_id="c") as writer:
        writer.write_article(make_article(1), make_fetch(1), cleaner="c")
    (path,) = (tmp_path / "articles").glob("**/*.parquet")
    older = pq.ParquetFile(path).read().drop_columns(["usage", "credits"])
    pq.write_table(older, path)
    with newsdata.connect(tmp_path) as connection:
        assert connection.sql("SELECT usage, credits, title FROM articles").fetchall() == [
            (None, None, "Story 1")
        ]
    newer = older.append_column("later", pa.array(["x"]))
    pq.write_table(
        newer.drop_columns(["id"]).append_column("id", pa.array(["other"])), path.with_name("z.parquet")
    )
    with newsdata.open_writer(tmp_path, crawl_id="c") as writer:
        writer.write_article(make_article(2), make_fetch(2), cleaner="c")
    with newsdata.connect(tmp_path) as connection:
        assert connection.sql("SELECT count(*), count(usage) FROM articles").fetchall() == [(3, 1)]


@pytest.mark.parametrize("name", ["it's [odd]", "*?", 'a "b" {c}', "ümläut"])
def test_any_folder_name_will_do(
    tmp_path: Path,
    name: str,
    make_fetch: MakeFetch,
    make_article: MakeArticle,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    with newsdata.open_writer(name, crawl_id="c") as writer:
        writer.write_article(make_article(1), make_fetch(1), cleaner="c")
    with newsdata.connect(name) as connection:
        os.chdir("/")
        assert connection.sql("SELECT count(*) FROM articles").fetchall() == [(1,)]


@pytest.mark.parametrize("kind", ["missing", "other", "file"])
def test_no_dataset_is_a_clear_error(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / kind
    if kind == "other":
        folder.mkdir()
    if kind == "file":
        folder.write_text("")
    with pytest.raises(newsdata.NoDatasetError, match=f"no dataset at .*{kind}.*crawl into it first"):
        newsdata.connect(folder)


def test_a_broken_file_is_a_clear_error(empty: Path) -> None:
    (empty / "articles" / "broken.parquet").write_bytes(b"no Parquet at all")
    with pytest.raises(newsdata.DataFolderError, match=r"cannot read the dataset.*broken\.parquet"):
        newsdata.connect(empty)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("selec 1", "syntax error at or near"),
        ("SELECT nothing FROM articles", '"nothing" not found'),
        ("SELECT * FROM artikel", "artikel does not exist"),
        ("SELECT 'x'::INTEGER", "Could not convert"),
    ],
)
def test_wrong_sql_is_one_line(empty: Path, query: str, said: str) -> None:
    with newsdata.connect(empty) as connection, pytest.raises(duckdb.Error) as caught:
        connection.execute(query)
    message = str(sql_error(caught.value))
    assert said in message
    assert "\n" not in message


NOTES = (
    "Correction: the ferry has two engines.",
    "This article was amended on Friday to give the right number of passengers.",
    "The figure for Monday has been corrected in this article.",
    "Anmerkung der Redaktion: In einer früheren Fassung dieses Artikels stand, die Fähre habe zwei Motoren.",
    "Die Zahl der Fahrgäste in diesem Bericht haben wir nachträglich korrigiert.",
    "Mise à jour : le nombre de passagers donné dans cet article était faux et a été corrigé mercredi.",
    "Nota de la redacción: en este artículo se han corregido los horarios del transbordador.",
    "Nota della redazione: in questo articolo il numero dei passeggeri è stato corretto.",
    "Nota da redação: o número de passageiros nesta reportagem foi corrigido.",
    "Noot van de redactie: in een eerdere versie van dit artikel stond een verkeerde vertrektijd.",
    "Od redakcji: w poprzedniej wersji tego artykułu podaliśmy błędną liczbę pasażerów.",
    "Rättelse: färjan har två motorer.",
)
NO_NOTES = (
    "The forecast for the year was corrected downwards on Friday.",
    "Die Prognose wurde im Herbst nach unten korrigiert, sagte der Minister.",
    "This article of the harbour law has been in force since 1902.",
    "Una versión anterior del programa tenía otro nombre.",
    "The captain said that an earlier version of the plan had no second berth.",
)


def test_a_correction_is_told_wherever_it_says_so(
    tmp_path: Path, make_fetch: MakeFetch, make_article: MakeArticle
) -> None:
    body = "The ferry leaves at noon."
    with newsdata.open_writer(tmp_path, crawl_id="c") as writer:
        for number, added in enumerate((*NOTES, *NO_NOTES)):
            for day, paragraphs in enumerate(([body], [body, added])):
                fetch = make_fetch(number, fetched_at=DAY + timedelta(days=day))
                text = "\n\n".join(paragraphs)
                article = make_article(number, text=text, block_kinds=("p",) * len(paragraphs))
                writer.write_article(article, fetch, cleaner="c 1")
        for day, author in enumerate(("Ada Quill", "Mara Quill")):
            fetch = make_fetch(100, fetched_at=DAY + timedelta(days=day))
            writer.write_article(make_article(100, authors=(author,)), fetch, cleaner="c 1")
    with newsdata.connect(tmp_path) as connection:
        rows = connection.sql("SELECT correction FROM changes WHERE 'text' IN what").fetchall()
        renamed = connection.sql(
            "SELECT what, previous_authors, authors FROM changes WHERE 'text' NOT IN what"
        ).fetchall()
    assert len(rows) == len(NOTES) + len(NO_NOTES)
    assert sorted(note for (note,) in rows if note) == sorted(NOTES)
    assert renamed == [(["authors"], ["Ada Quill"], ["Mara Quill"])]
