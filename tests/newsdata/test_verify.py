"""Verification finds whatever is broken, names it, and keeps the rest."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from warm_process import run_module

import newsdata
from newsclean.article import Article
from newsdata import parquet
from newsdata.files import sum_file
from newsdata.schema import TABLES_BY_NAME


@pytest.fixture
def filled(
    tmp_path: Path, make_article: Callable[..., Article], make_fetch: Callable[..., newsdata.Fetch]
) -> Path:
    with newsdata.open_writer(tmp_path, crawl_id="crawl-1") as writer:
        for number in range(8):
            fetch = make_fetch(number)
            writer.write_page(newsdata.PageRecord(fetch, b"<p>Page</p>" * 20))
            article = writer.write_article(make_article(number, url=fetch.url), fetch, cleaner="c")
            writer.write_outcome(newsdata.Outcome(fetch.url, "stored", fetch.fetched_at, article_id=article))
    newsdata.open_state(tmp_path).close()
    return tmp_path


def flip(path: Path, offset: int) -> None:
    content = bytearray(path.read_bytes())
    content[offset] ^= 0x10
    path.write_bytes(content)


def file_of(data: Path, table: str) -> Path:
    (path,) = (data / table).glob("**/*.parquet")
    return path


def test_a_sound_dataset_is_all_well(filled: Path) -> None:
    found = newsdata.verify(filled)
    assert found.faults == ()
    assert (found.files, found.rows["articles"], found.rows["pages"], found.rows["outcomes"]) == (3, 8, 8, 8)


@pytest.mark.parametrize("part", [0.01, 0.1, 0.25, 0.4, 0.55, 0.7, 0.8, 0.9, 0.98])
@pytest.mark.parametrize("table", ["pages", "outcomes"])
def test_a_flipped_byte_anywhere_is_found_and_the_rest_is_readable(
    filled: Path, table: str, part: float
) -> None:
    path = file_of(filled, table)
    flip(path, int(part * path.stat().st_size))
    looked = newsdata.verify(filled, repair=False)
    assert [fault.path for fault in looked.faults] == [path.relative_to(filled)]
    assert looked.faults[0].kept == "not touched"
    found = newsdata.verify(filled)
    assert [fault.path for fault in found.faults] == [path.relative_to(filled)]
    aside = filled / "damaged" / path.relative_to(filled)
    assert aside.exists()
    with newsdata.connect(filled) as connection:
        assert connection.execute("SELECT count(*) FROM articles").fetchone() == (8,)
        connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # whatever could be kept
    assert newsdata.verify(filled).faults == ()


def test_other_row_groups_of_a_broken_file_are_kept(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    make_article: Callable[..., Article],
    make_fetch: Callable[..., newsdata.Fetch],
) -> None:
    small = replace(TABLES_BY_NAME["articles"], row_group_bytes=1)
    monkeypatch.setitem(parquet.TABLES_BY_NAME, "articles", small)
    with newsdata.open_writer(tmp_path, crawl_id="crawl-1") as writer:
        for number in range(5):
            fetch = make_fetch(number)
            writer.write_article(make_article(number, url=fetch.url), fetch, cleaner="c")
    path = file_of(tmp_path, "articles")
    assert pq.read_metadata(path).num_row_groups == 5
    column = pq.read_metadata(path).row_group(2).column(0)
    flip(path, column.data_page_offset + column.total_compressed_size // 2)
    (fault,) = newsdata.verify(tmp_path).faults
    assert "row group 2" in fault.problem
    assert fault.kept.startswith("4 rows kept, 1 lost (a row group is kept or lost whole, 1 are lost)")
    with newsdata.connect(tmp_path) as connection:
        assert connection.execute("SELECT count(*) FROM articles").fetchone() == (4,)


@pytest.mark.parametrize("place", [0, 9, -10, -4, -1])
def test_a_damaged_stand_in_list_changes_no_count(
    filled: Path, make_fetch: Callable[..., newsdata.Fetch], place: int
) -> None:
    with newsdata.open_writer(filled, crawl_id="crawl-2") as writer:
        fetch = make_fetch(20)
        writer.write_page(newsdata.PageRecord(fetch, b"<p>One more</p>"))
    assert newsdata.compact(filled, grace_seconds=900).merged == 2
    (listed,) = (filled / "pages").glob("**/.*.replaces")
    sound = listed.read_bytes()
    flip(listed, place)

    def pages() -> tuple[int]:
        with newsdata.connect(filled) as connection:
            return connection.execute("SELECT count(*) FROM pages").fetchall()[0]  # type: ignore[no-any-return]

    assert pages() == (9,)
    for repair, kept in ((False, "not touched"), (True, "written again")):
        (fault,) = newsdata.verify(filled, repair=repair).faults
        assert fault.path == listed.relative_to(filled)
        assert fault.kept.startswith(kept)
    assert (listed.read_bytes(), pages()) == (sound, (9,))
    assert newsdata.verify(filled).faults == ()


@pytest.mark.parametrize("damage", ["footer", "truncated", "empty", "text"])
def test_a_file_that_cannot_be_opened_is_set_aside(filled: Path, damage: str) -> None:
    path = file_of(filled, "articles")
    content = path.read_bytes()
    path.write_bytes(
        {
            "footer": content[:-6] + b"\xff" + content[-5:],
            "truncated": content[: len(content) // 2],
            "empty": b"",
            "text": b"not Parquet",
        }[damage]
    )
    faults = newsdata.verify(filled).faults
    assert faults[0].path == path.relative_to(filled)
    assert "8 outcomes say `stored`" in faults[1].problem  # their articles are gone, and that is said
    with newsdata.connect(filled) as connection:
        assert connection.execute("SELECT count(*) FROM pages").fetchone() == (8,)


@pytest.fixture
def broken_journal(
    tmp_path: Path, make_article: Callable[..., Article], make_fetch: Callable[..., newsdata.Fetch]
) -> tuple[Path, int]:
    """The segment of a dead writer, of four lines and a torn one; and where its second line begins, which is damaged."""
    writer = newsdata.open_writer(tmp_path, crawl_id="crawl-1")
    for number in range(4):
        writer.write_article(make_article(number), make_fetch(number), cleaner="c")
    segment = writer._segments["articles"].path
    with segment.open("ab") as file:
        file.write(segment.read_bytes()[:50])
    living = newsdata.verify(tmp_path, repair=False)
    assert living.faults == ()  # it may be about to end the line
    writer._lock.close()  # as the system does for a process that dies
    second = segment.read_bytes().index(b"\n") + 1
    flip(segment, second + 100)
    return segment, second


def test_damaged_lines_of_the_journal_are_named_and_the_others_stored(
    tmp_path: Path, broken_journal: tuple[Path, int]
) -> None:
    segment, second = broken_journal
    before = segment.read_bytes()
    looked = newsdata.verify(tmp_path, repair=False)
    assert segment.read_bytes() == before
    found = newsdata.verify(tmp_path)
    for faults, kept in ((looked.faults, "not touched"), (found.faults, "kept in spool/damaged/")):
        assert {fault.path for fault in faults} == {Path("spool") / segment.name}
        flipped, torn = faults
        assert f"at byte {second} has a wrong sum" in flipped.problem
        assert "`newsmill reclean` makes the article again" in flipped.kept
        assert "of 50 bytes" in torn.problem
        assert "breaks off" in torn.problem
        assert kept in flipped.kept
        assert kept in torn.kept
    with newsdata.connect(tmp_path) as connection:
        assert connection.execute("SELECT count(*) FROM articles").fetchone() == (3,)
    assert [len(line) for line in (tmp_path / "spool" / "damaged" / segment.name).read_bytes().splitlines()][
        1
    ] == 50
    assert newsdata.verify(tmp_path).faults == ()


def test_whichever_command_meets_a_damaged_journal_says_so(
    tmp_path: Path, broken_journal: tuple[Path, int]
) -> None:
    query = "SELECT count(*) AS n FROM articles"
    command = ["newsmill", "sql", query, "--format", "csv", "--data", str(tmp_path)]
    done = run_module(*command, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "n\n3\n")
    flipped, torn = done.stderr.splitlines()
    assert flipped.startswith(f"newsmill: {tmp_path}: spool/{broken_journal[0].name}: the line of ")
    assert flipped.endswith("`newsmill reclean` makes the article again from its page")
    assert "kept in spool/damaged/" in torn
    again = run_module(*command, cwd=tmp_path)
    assert (again.returncode, again.stderr) == (0, "")


@pytest.mark.parametrize("damage", [b"", b"0123456\n", b"\xff\xfe\x00", b"zzzzzzzz\n"])
def test_a_damaged_sum_is_told_from_a_damaged_file(filled: Path, damage: bytes) -> None:
    path = file_of(filled, "articles")
    content, written = path.read_bytes(), sum_file(path).read_bytes()
    sum_file(path).write_bytes(damage)
    for repair in (False, True):
        (fault,) = newsdata.verify(filled, repair=repair).faults
        assert fault.path == sum_file(path).relative_to(filled)
    assert newsdata.verify(filled).faults == ()
    assert path.read_bytes() == content
    assert set(sum_file(path).read_bytes().split()) == set(written.split())


def test_a_damaged_state_is_named(filled: Path) -> None:
    (filled / "state.sqlite").write_bytes(b"SQLite format 3\x00" + b"rubbish" * 1000)
    (fault,) = newsdata.verify(filled).faults
    assert fault.path == Path("state.sqlite")
    assert f"{fault.problem}; {fault.kept}".count("delete it") == 1


def test_a_flipped_byte_in_the_state_is_named(filled: Path) -> None:
    flip(filled / "state.sqlite", 4096 + 3)  # the number of cells of a page
    (fault,) = newsdata.verify(filled, repair=False).faults
    assert fault.path == Path("state.sqlite")


@pytest.mark.parametrize("log", ["closed", "in use", "left by a kill"])
def test_looking_touches_nothing(filled: Path, tmp_path_factory: pytest.TempPathFactory, log: str) -> None:
    data = filled
    state = newsdata.open_state(filled)
    with state.transaction() as connection:
        connection.execute("INSERT INTO crawls (id, plan, owner, began) VALUES ('c', '', '', 0)")
    if log == "closed":
        state.close()
    elif log == "left by a kill":  # what a kill leaves is the files as they are
        data = tmp_path_factory.mktemp("killed") / "data"
        shutil.copytree(filled, data)
    before = contents(data)
    assert (data / "state.sqlite-wal").exists() is (log != "closed")
    assert newsdata.verify(data, repair=False).faults == ()
    after = contents(data)
    if log == "in use":  # by this process, whose own map of the log's index SQLite shares with the reader
        for files in (before, after):
            del files[data / "state.sqlite-shm"]
    assert after == before
    state.close()


def contents(data: Path) -> dict[Path, tuple[int, bytes]]:
    files = [path for path in data.rglob("*") if path.is_file()]
    return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def test_the_command_names_faults_and_exits_with_1(filled: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return run_module("newsmill", "verify", "--data", str(filled), *arguments, cwd=filled)

    done = run()
    assert (done.returncode, done.stderr) == (0, "")
    assert (
        done.stdout == "3 files read: 8 pages, 8 articles, 8 outcomes; 0 lines of the journal\nall is well\n"
    )
    path = file_of(filled, "outcomes")
    flip(path, path.stat().st_size // 3)
    for arguments in (("--look-only",), ()):
        done = run(*arguments)
        assert done.returncode == 1
        assert str(path.relative_to(filled)) in done.stderr
        assert done.stderr.splitlines()[-1] == f"newsmill: 1 faults in {filled}, named above"
    assert run().returncode == 0
