"""SQL from a stranger: the same answers, and no way out."""

from __future__ import annotations

import contextlib
import hashlib
import os
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import newsdata
from newsclean.article import Article
from newsclean.outline import Outline
from newsclean.profile import SiteProfile, Standing
from newsdata import Fetch, Limits, Outcome, PageRecord
from newsdata.safe import PlacedFiles, SafeConnection
from newsdata.schema import TABLES_BY_NAME
from newsdata.views import VIEWS

START = datetime(2026, 11, 3, tzinfo=UTC)

MakeFetch = Callable[..., Fetch]
MakeArticle = Callable[..., Article]


@dataclass
class Place:
    """A dataset, a folder beside it, and a port on loopback that nobody may knock at."""

    data: Path
    outside: Path
    port: int
    knocks: list[object] = field(default_factory=list)

    def fingerprint(self) -> str:
        """Hash of every name and byte of both folders."""
        digest = hashlib.blake2b()
        for root in (self.data, self.outside):
            for path in sorted(root.rglob("*")):
                digest.update(f"{path}\0{path.stat().st_mode}\0".encode())
                digest.update(path.read_bytes() if path.is_file() else b"")
        return digest.hexdigest()


@pytest.fixture(scope="module")
def place(
    tmp_path_factory: pytest.TempPathFactory, make_fetch: MakeFetch, make_article: MakeArticle
) -> Iterator[Place]:
    """Five files of articles: versions across files and within one, one fetch cleaned twice, an old schema."""
    data, outside = tmp_path_factory.mktemp("it's data"), tmp_path_factory.mktemp("outside")
    (outside / "secret.csv").write_text("word\nsesame\n")
    for crawl in range(3):
        with newsdata.open_writer(data, crawl_id=f"crawl-{crawl}") as writer:
            for number in range(40):
                moment = make_fetch().fetched_at + timedelta(days=20 * crawl, minutes=number % 20)
                fetch = make_fetch(number % 30, site=f"s{number % 3}.example", fetched_at=moment)
                article = make_article(number, text=f"Text {number % 7}, crawl {crawl}.", block_kinds=("p",))
                if number % 2 or crawl < 2:
                    writer.write_article(article, fetch, cleaner=f"newsclean {crawl}")
                writer.write_page(PageRecord(fetch, b"<p>", "text/html"))
                writer.write_outline(Outline("article>p", ()), fetch, cleaner="newsclean")
                writer.write_outcome(
                    Outcome(fetch.url, "stored" if number % 5 else "failed", fetch.fetched_at, "http-404")
                )
    (recent,) = (data / "articles" / "month=2026-12").glob("*.parquet")
    old = pq.read_table(recent, partitioning=None).slice(0, 3).drop_columns(["usage", "etag"])
    pq.write_table(old, recent.with_name("0-old.parquet"))
    with newsdata.open_writer(data, crawl_id="reclean") as writer:  # the newest fetch, cleaned anew
        again = make_fetch(
            1, site="s1.example", fetched_at=make_fetch().fetched_at + timedelta(days=40, minutes=11)
        )
        writer.write_article(make_article(1, text="Better."), again, cleaner="newsclean 9")
    standing = Standing(
        "line", "00ff", "Sign up.", "body", "", 9, 9, 1, START, START, furniture=True, reason="it stands"
    )
    newsdata.write_profiles(data, [(SiteProfile("s1.example", (standing,)), 1)], crawl_id="crawl-2")
    with socket.create_server(("127.0.0.1", 0)) as server:
        found = Place(data, outside, server.getsockname()[1])

        def listen() -> None:
            while True:
                try:
                    found.knocks.append(server.accept())
                except OSError:
                    return

        threading.Thread(target=listen, daemon=True).start()
        yield found
        server.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def unharmed(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """What a test tries, no byte of the dataset nor a file beside it changes, and nobody is called."""
    monkeypatch.chdir(tmp_path)
    before = place.fingerprint()
    yield place
    assert place.fingerprint() == before
    assert list(tmp_path.iterdir()) == []
    assert place.knocks == []


@pytest.fixture
def safe(place: Place) -> Iterator[SafeConnection]:
    with newsdata.connect(place.data, safe=True) as connection:
        yield connection


@pytest.fixture
def usual(place: Place) -> Iterator[duckdb.DuckDBPyConnection]:
    with newsdata.connect(place.data) as connection:
        yield connection


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_the_same(safe: SafeConnection, usual: duckdb.DuckDBPyConnection, view: str) -> None:
    assert safe.execute(f"DESCRIBE {view}").fetchall() == usual.execute(f"DESCRIBE {view}").fetchall()
    rows = usual.execute(f"FROM {view}").fetchall()
    assert rows or view in EMPTY_HERE
    assert sorted(map(repr, safe.execute(f"FROM {view}").fetchall())) == sorted(map(repr, rows))


EMPTY_HERE = frozenset({"drift"})  # needs more days; tests/newsdata/test_drift.py asks it safely


@pytest.mark.parametrize(
    "question",
    [
        "SELECT id, title FROM articles WHERE site = 's1.example' ORDER BY ALL",
        "SELECT count(*) FROM articles",
        "SELECT count(*) FROM article_versions WHERE month = '2026-11' AND n_words > 2",
        "SELECT url FROM articles WHERE id = (SELECT min(id) FROM articles)",
        "SELECT url FROM articles WHERE fetched_at > '2026-11-25' OR title IN ('Story 3', 'Story 4') ORDER BY ALL",
        "SELECT text FROM articles WHERE cleaner = 'newsclean 9'",
        "SELECT url, removed[1].rule FROM articles WHERE images[1].width = 640 AND etag IS NOT NULL ORDER BY ALL",
        "SELECT site, removed.kind, count(*) FROM removed JOIN outcomes USING (url, site) GROUP BY ALL ORDER BY ALL",
    ],
)
def test_questions_have_the_same_answer(
    safe: SafeConnection, usual: duckdb.DuckDBPyConnection, question: str
) -> None:
    rows = usual.execute(question).fetchall()
    assert rows
    assert safe.execute(question).fetchall() == rows


def test_rows_know_their_place_whatever_is_filtered(tmp_path: Path) -> None:
    table = TABLES_BY_NAME["outcomes"]
    for number, name in enumerate(("a", "b")):
        folder = tmp_path / "month=2026-11"
        folder.mkdir(exist_ok=True)
        rows = pa.table({"url": [f"{number}-{row}" for row in range(10)], "kind": ["x", "y"] * 5})
        pq.write_table(rows, folder / f"{name}.parquet", row_group_size=3)
    with duckdb.connect() as connection:
        connection.register("files", PlacedFiles.of(table, tmp_path))
        for condition, expected in {
            "url > '1-6'": [("1-7", "b", 7), ("1-8", "b", 8), ("1-9", "b", 9)],
            "url LIKE '%-4'": [("0-4", "a", 4), ("1-4", "b", 4)],
            "file_row_number = 9": [("0-9", "a", 9), ("1-9", "b", 9)],
            "filename LIKE '%b.parquet' AND file_row_number < 2 AND kind = 'y'": [("1-1", "b", 1)],
            "month = '2026-10'": [],
        }.items():
            found = connection.execute(
                f"SELECT url, filename[-9:-9], file_row_number FROM files WHERE {condition} ORDER BY ALL"
            )
            assert found.fetchall() == expected


def test_an_empty_dataset_answers(tmp_path: Path) -> None:
    newsdata.open_writer(tmp_path, crawl_id="c").close()
    with newsdata.connect(tmp_path, safe=True) as connection:
        for view in VIEWS:
            assert connection.execute(f"FROM {view}").fetchall() == []


# Each is tried on the connection itself and must be refused.
BYPASSES = {
    "copy": "COPY articles TO '{out}/a.csv'",
    "copy-parquet": "COPY (FROM articles) TO '{out}/a.parquet' (FORMAT parquet)",
    "copy-here": "COPY (SELECT 1) TO 'a.json'",
    "copy-device": "COPY (SELECT 1) TO '/dev/stdout'",
    "copy-over-the-dataset": "COPY (SELECT 1 AS id) TO '{data}/articles/month=2026-11/a.parquet'",
    "copy-partitioned": "COPY articles TO '{data}/articles' (PARTITION_BY (month), OVERWRITE_OR_IGNORE)",
    "copy-in-cte": "WITH a AS (COPY articles TO '{out}/a.csv') SELECT 1",
    "copy-explained": "EXPLAIN ANALYZE COPY articles TO '{out}/a.csv'",
    "copy-prepared": "PREPARE p AS COPY articles TO '{out}/a.csv'",
    "copy-second": "SELECT 1; COPY articles TO '{out}/a.csv'",
    "copy-from": "CREATE TABLE t (word VARCHAR); COPY t FROM '{secret}'",
    "export": "EXPORT DATABASE '{out}/export'",
    "import": "IMPORT DATABASE '{out}'",
    "import-pragma": "PRAGMA import_database('{out}')",
    "read-text": "FROM read_text('{secret}')",
    "read-blob": "FROM read_blob('{secret}')",
    "read-csv": "FROM read_csv('{secret}')",
    "read-csv-piece": "FROM read_single_csv_file('{secret}')",
    "read-json": "FROM read_json('{secret}')",
    "read-json-objects": "FROM read_ndjson_objects('{secret}')",
    "read-parquet": "FROM read_parquet('{out}/*.parquet')",
    "read-duckdb": "FROM read_duckdb('{out}/x.duckdb')",
    "read-own-files": "FROM read_parquet('{data}/articles/**/*.parquet')",
    "read-own-journal": "FROM read_text('{data}/spool/*')",
    "read-etc": "FROM read_text('/etc/passwd')",
    "read-proc": "FROM read_text('/proc/self/environ')",
    "read-quoted-name": "FROM '{secret}'",
    "read-through-query": "FROM query('FROM read_text(''{secret}'')')",
    "read-through-query-table": "FROM query_table('{secret}')",
    "read-through-json": "FROM json_execute_serialized_sql(json_serialize_sql('FROM read_text(''{secret}'')'))",
    "read-through-macro": "CREATE MACRO m() AS TABLE FROM read_text('{secret}'); FROM m()",
    "read-through-view": "CREATE VIEW mine AS FROM read_csv('{secret}'); FROM mine",
    "summarize": "SUMMARIZE '{secret}'",
    "describe": "DESCRIBE FROM '{secret}'",
    "sniff": "FROM sniff_csv('{secret}')",
    "glob": "FROM glob('{out}/*')",
    "metadata": "FROM parquet_metadata('{out}/*.parquet')",
    "bloom": "FROM parquet_bloom_probe('{out}/a.parquet', 'id', 'x')",
    "attach": "ATTACH '{out}/new.duckdb' AS new",
    "attach-sqlite": "ATTACH '{data}/state.sqlite' AS state (TYPE sqlite)",
    "attach-http": "ATTACH 'http://127.0.0.1:{port}/x.duckdb' AS new",
    "http": "FROM 'http://127.0.0.1:{port}/x.parquet'",
    "http-csv": "FROM read_csv('http://127.0.0.1:{port}/x.csv')",
    "s3": "FROM read_parquet('s3://bucket/x.parquet')",
    "install": "INSTALL httpfs",
    "install-from": "FORCE INSTALL httpfs FROM 'http://127.0.0.1:{port}'",
    "install-community": "INSTALL shellfs FROM community",
    "update-extensions": "UPDATE EXTENSIONS",
    "load": "LOAD httpfs",
    "load-file": "LOAD '{out}/x.duckdb_extension'",
    "shell": "FROM read_csv('echo hello |')",
    "set-access": "SET GLOBAL enable_external_access = true",
    "set-folder": "SET allowed_directories = ['/']",
    "set-memory": "SET memory_limit = '100GB'",
    "set-temp": "SET temp_directory = '{out}'",
    "set-zone": "SET SESSION TimeZone = 'Asia/Tokyo'",
    "unlock": "SET lock_configuration = false",
    "reset": "RESET lock_configuration",
    "reset-access": "RESET GLOBAL enable_external_access",
    "pragma": "PRAGMA memory_limit = '100GB'",
    "pragma-profile": "PRAGMA profile_output = '{out}/profile'",
    "pragma-profiling": "PRAGMA enable_profiling = 'json'",
    "profiling-to-file": "CALL enable_profiling(save_location = '{out}/profile')",
    "log-to-file": "CALL enable_logging(storage = 'file', storage_path = '{out}/log')",
    "log-to-stdout": "CALL enable_logging(storage = 'stdout')",
    "secret": "CREATE PERSISTENT SECRET s (TYPE http, BEARER_TOKEN 'x')",
    "getenv": "SELECT getenv('HOME')",
    "frame-variable": "FROM of_the_caller",
    "frame-global": "FROM OF_THE_MODULE",
    "pointer": "FROM arrow_scan(1::POINTER, 2::POINTER, 3::POINTER)",
    "pointer-number": "FROM python_arrow_scan(94000000000000)",
    "pandas-pointer": "FROM pandas_scan(94000000000000)",
    "insert": "INSERT INTO articles (id) VALUES ('x')",
    "delete": "DELETE FROM articles",
    "update": "UPDATE articles SET title = ''",
    "merge": "MERGE INTO articles USING outcomes ON true WHEN MATCHED THEN DELETE",
    "copy-database": "COPY FROM DATABASE memory TO system",
    "view": "CREATE VIEW mine AS SELECT 1",
    "table": "CREATE TABLE mine (a INTEGER)",
    "macro": "CREATE MACRO lower(x) AS 'forged'",
    "extensions": "FROM duckdb_extensions()",
    "copy-explained-query": "EXPLAIN ANALYZE COPY (FROM articles) TO '{out}/a.csv'",
    "read-query-table": "FROM query_table(['articles', '{secret}'])",
    "read-standard-input": "FROM read_csv('/dev/stdin')",
    "read-url-of-file": "FROM 'file://{secret}'",
    "attach-memory": "ATTACH ':memory:' AS mine",
    "secret-in-memory": "CREATE SECRET s (TYPE http, BEARER_TOKEN 'x')",
    "variable": "SET VARIABLE mine = 1",
    "prepared": "PREPARE mine AS SELECT 1",
    "transaction": "COMMIT",
    "call": "CALL force_checkpoint()",
    "checkpoint": "FORCE CHECKPOINT",
    "use": "USE temp",
    "read-through-summarize": "SUMMARIZE FROM read_csv('{secret}')",
    "read-through-explain": "EXPLAIN ANALYZE FROM read_text('{secret}')",
    "read-through-pivot": "PIVOT read_csv('{secret}') ON word",
    "read-through-lateral": "SELECT (SELECT content FROM read_text(site)) FROM articles",
    "read-iceberg": "FROM iceberg_scan('{out}')",
    "schema-of-parquet": "FROM parquet_schema('{out}/*.parquet')",
    "keys-of-parquet": "FROM parquet_kv_metadata('{data}/articles/**/*.parquet')",
    "files-of-parquet": "FROM parquet_file_metadata('{data}/articles/**/*.parquet')",
    "serialised-read": "FROM json_execute_serialized_sql(json_serialize_sql('FROM glob(''{out}/*'')'))",
    "substrait": "CALL from_substrait('x'::BLOB)",
}
OF_THE_MODULE = pa.table({"word": ["sesame"]})


@pytest.mark.parametrize("bypass", BYPASSES)
def test_there_is_no_way_out(
    unharmed: Place, safe: SafeConnection, bypass: str, capfd: pytest.CaptureFixture[str]
) -> None:
    of_the_caller = OF_THE_MODULE
    places = {
        "{secret}": unharmed.outside / "secret.csv",
        "{out}": unharmed.outside,
        "{data}": str(unharmed.data).replace("'", "''"),
        "{port}": unharmed.port,
    }
    query = BYPASSES[bypass]
    for word, value in places.items():
        query = query.replace(word, str(value))
    with pytest.raises(duckdb.Error) as refused:
        safe.execute(query).fetchall()
    assert "sesame" not in str(refused.value)
    assert str(Path.home()) not in str(refused.value)
    assert not isinstance(refused.value, duckdb.ParserException), "the test itself is wrong"
    assert "hello" not in capfd.readouterr().out
    assert of_the_caller.num_rows == 1
    assert safe.execute("SELECT count(*) > 0 FROM articles").fetchone() == (True,)


# Each would change what a later question sees: refused, or gone with its own session.
FORGERIES = {
    "replace": "CREATE OR REPLACE VIEW articles AS SELECT 'forged' AS title",
    "drop": "DROP VIEW articles",
    "rename": "ALTER VIEW articles RENAME TO old",
    "temporary-view": "CREATE TEMP VIEW articles AS SELECT 'forged' AS title",
    "temporary-table": "CREATE TEMP TABLE articles AS SELECT 'forged' AS title",
    "files": "CREATE OR REPLACE TEMP VIEW articles_files AS SELECT 'forged' AS title",
    "drop-files": "DROP VIEW articles_files",
    "search-path": "SET search_path = 'temp'",
    "comment": "COMMENT ON VIEW articles IS 'forged'",
    "explained-replace": "EXPLAIN ANALYZE CREATE OR REPLACE VIEW articles AS SELECT 'forged' AS title",
    "explained-temporary": "EXPLAIN ANALYZE CREATE TEMP VIEW articles AS SELECT 'forged' AS title",
    "explained-files": "EXPLAIN ANALYZE CREATE OR REPLACE TEMP VIEW articles_files AS SELECT 'forged' AS title",
    "explained-drop": "EXPLAIN ANALYZE DROP VIEW articles",
    "explained-drop-files": "EXPLAIN ANALYZE DROP VIEW articles_files",
    "explained-macro": "EXPLAIN ANALYZE CREATE TEMP MACRO count(x) AS 'forged'",
    "explained-secret": "EXPLAIN ANALYZE CREATE SECRET s (TYPE http)",
    "explained-commit": "EXPLAIN ANALYZE COMMIT",
    "pivoted-table": "CREATE TEMP TABLE articles AS PIVOT outcomes ON kind USING count(*)",
    "pivoted-view": "CREATE TEMP VIEW articles AS PIVOT outcomes ON kind IN ('stored') USING count(*)",
    "second": "SELECT 1; CREATE OR REPLACE VIEW articles AS SELECT 'forged' AS title",
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_no_question_changes_what_the_next_one_sees(
    unharmed: Place, safe: SafeConnection, forgery: str
) -> None:
    def seen() -> list[list[tuple[object, ...]]]:
        questions = (
            "SELECT id, title FROM articles ORDER BY id",
            "SELECT count(*), count(title) FROM article_versions",
            "SELECT schema_name, view_name, sql, comment FROM duckdb_views() WHERE NOT internal AND NOT temporary ORDER BY ALL",
            "FROM duckdb_tables()",
            "SELECT function_name FROM duckdb_functions() WHERE NOT internal",
            "FROM duckdb_secrets()",
            "SELECT database_name FROM duckdb_databases()",
            "SELECT current_setting('search_path')",
        )
        return [safe.execute(question).fetchall() for question in questions]

    before = seen()
    with contextlib.suppress(duckdb.Error):
        safe.execute(FORGERIES[forgery]).fetchall()
    assert seen() == before


def test_a_question_is_one_statement_that_asks(safe: SafeConnection) -> None:
    for question in ("SELECT 1; SELECT 2", "", "CREATE TEMP TABLE t (a INTEGER)"):
        with pytest.raises(duckdb.PermissionException, match=r"one question at a time|only questions"):
            safe.execute(question)
        with pytest.raises(duckdb.PermissionException):
            safe.sql(question)
    assert safe.execute("SELECT ? + 1", [41]).fetchone() == (42,)
    assert safe.execute("PIVOT outcomes ON kind USING count(*) GROUP BY site").fetchall()
    assert safe.sql("SHOW TABLES").fetchall()


@pytest.mark.parametrize(
    "question",
    [
        "FROM duckdb_secrets()",
        "FROM which_secret('s3://a', 's3')",
        "FROM duckdb_external_file_cache()",
        "FROM duckdb_temporary_files()",
        "FROM duckdb_logs",
        "SELECT * FROM duckdb_settings() WHERE value LIKE '%hunter2%'",
    ],
)
def test_there_is_nothing_to_tell(place: Place, monkeypatch: pytest.MonkeyPatch, question: str) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://me:hunter2@proxy.example:3128")
    with newsdata.connect(place.data, safe=True) as connection:
        assert connection.execute(question).fetchall() == []


def test_what_does_not_fit_in_memory_is_not_spilled(unharmed: Place) -> None:
    with (
        newsdata.connect(unharmed.data, safe=True, memory_bytes=64 << 20) as connection,
        pytest.raises(duckdb.OutOfMemoryException),
    ):
        connection.execute(
            "SELECT count(DISTINCT hash(i)::VARCHAR || 'padding padding') FROM range(5000000) t(i)"
        )


def ask(place: Place, query: str, **limits: float) -> newsdata.Answer:
    values: dict[str, float] = {"seconds": 20, "memory_bytes": 512 << 20}
    return newsdata.safe_query(place.data, query, Limits(**(values | limits)))  # type: ignore[arg-type]


def test_a_process_of_its_own_answers(unharmed: Place) -> None:
    found = ask(unharmed, "SELECT site, count(*) AS n FROM articles GROUP BY site ORDER BY site")
    assert found.rows.column("site").to_pylist() == ["s0.example", "s1.example", "s2.example"]
    assert not found.cut


def test_rows_are_limited(unharmed: Place) -> None:
    found = ask(unharmed, "FROM range(1000000000)", rows=7)
    assert found.cut
    assert found.rows.column(0).to_pylist() == list(range(7))
    assert not ask(unharmed, "FROM range(7)", rows=7).cut


BOMBS = {
    "cross-join": ("SELECT count(*) FROM range(1000000000000) a, range(1000000) b", "longer than 2 s"),
    "sleep": ("SELECT sleep_ms(600000)", "longer than 2 s"),
    "recursion": (
        "WITH RECURSIVE r AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM r) SELECT max(a) FROM r", "longer than 2 s"
    ),
    "list": ("SELECT list(i) FROM range(1000000000) t(i)", "of memory"),
    "string": ("SELECT string_agg(repeat('x', 1000000), '') FROM range(1000000)", "of memory"),
    "growing": (
        "WITH RECURSIVE r AS (SELECT 'x' AS a UNION ALL SELECT a || a FROM r) SELECT max(length(a)) FROM r", "of memory"
    ),
    "answer": ("SELECT repeat('x', 1000000) FROM range(100000)", "larger than|of memory"),
}  # fmt: skip


@pytest.mark.parametrize("bomb", BOMBS)
def test_time_and_memory_are_limited_from_outside(unharmed: Place, bomb: str) -> None:
    query, said = BOMBS[bomb]
    seconds = 2 if "2 s" in said else 30
    with pytest.raises(newsdata.QueryLimitError, match=said):
        ask(unharmed, query, seconds=seconds, memory_bytes=256 << 20)


def test_backtracking_does_not_explode(unharmed: Place) -> None:
    found = ask(unharmed, "SELECT regexp_matches(repeat('a', 100000), '(a*)*(a|aa)+b')")
    assert found.rows.column(0).to_pylist() == [False]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("selec", "syntax error"),
        ("SELECT 1; SELECT 2", "one question at a time"),
        ("", "one question at a time"),
        ("CREATE TABLE t AS SELECT 1", "only questions"),
        ("WITH a AS (COPY articles TO 'x.csv') SELECT 1", "disabled by configuration"),
        ("SELECT (i || 'x')::INTEGER FROM range(100000) t(i)", "Could not convert"),
        ("SELECT " + "(" * 20_000 + "1" + ")" * 20_000, "stopped|depth"),
        ("SELECT " + "[" * 70 + "1" + "]" * 70, "Arrow cannot hold this answer"),
    ],
)
def test_wrong_questions_are_one_line(unharmed: Place, query: str, said: str) -> None:
    with pytest.raises(newsdata.DataError, match=said) as caught:
        ask(unharmed, query)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 2000


def test_the_process_knows_nothing_of_its_surroundings(
    unharmed: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://me:hunter2@proxy.example:3128")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter2")
    found = ask(unharmed, "SELECT count(*) AS n FROM duckdb_settings() WHERE value LIKE '%hunter2%'")
    assert found.rows.to_pylist() == [{"n": 0}]


def test_no_process_is_left(unharmed: Place) -> None:
    def children() -> set[str]:
        return set(Path(f"/proc/{os.getpid()}/task/{threading.get_native_id()}/children").read_text().split())

    before = children()
    with pytest.raises(newsdata.QueryLimitError):
        ask(unharmed, "SELECT sleep_ms(600000)", seconds=0.5)
    assert children() <= before


def test_no_dataset_is_said(tmp_path: Path) -> None:
    with pytest.raises(newsdata.NoDatasetError, match="crawl into it first"):
        newsdata.safe_query(tmp_path / "none", "SELECT 1")
