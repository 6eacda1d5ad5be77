"""Verification: every file of a dataset is read, every sum checked, every count compared.

What is broken is named. Broken files are set aside under ``damaged/``, whole, so that the rest can be read;
what can still be read of them takes their place. A row group is read whole or not at all: it is the unit of rescue.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from newsdata.errors import DamagedStateError, DataFolderError, NoDatasetError, storage_error
from newsdata.files import (
    has_damaged_sum,
    has_wrong_list,
    has_wrong_sum,
    own_list,
    remove,
    stand_in_list,
    sum_file,
    table_files,
    write_stand_in_list,
    write_sum,
)
from newsdata.frontier import SPOOL
from newsdata.journal import RESCUED, Damage, is_living, read_segment
from newsdata.parquet import sync_folder, write_whole
from newsdata.schema import READ_TABLES, TABLES_BY_NAME, Table
from newsdata.state import FILE, check_state
from newsdata.views import connect
from newsdata.writer import store_leftovers

DAMAGED = "damaged"  # the folder of what was set aside


@dataclass(frozen=True, slots=True)
class Fault:
    """Something broken.

    Attributes:
        path: The file, within the dataset.
        problem: What is wrong with it, in one line.
        kept: What became of it, in one line.
    """

    path: Path
    problem: str
    kept: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What a verification found.

    Attributes:
        files: Number of Parquet files read.
        rows: Rows in them, by table.
        journal_lines: Lines of the journal read.
        faults: What is broken; empty if all is well.
    """

    files: int
    rows: dict[str, int]
    journal_lines: int
    faults: tuple[Fault, ...]


def verify(data: str | os.PathLike[str], *, repair: bool = True) -> Verification:
    """Check every file and count of a dataset.

    Parquet files: the sum of all bytes, the footer, and with each page its sum, by decoding every column. The journal: each line's sum,
    and a last line without its end, if its writer is dead. Counts: for each outcome ``stored`` there is its article.
    ``state.sqlite``: SQLite's own check.

    Args:
        data: The dataset's folder.
        repair: Set broken files aside and keep what can be read of them; False only looks: it opens nothing for
            writing, and needs no room.

    Raises:
        NoDatasetError: There is no dataset.
        DataFolderError: It cannot be read or, to repair it, written.
    """
    folder = Path(data)
    if not folder.is_dir():
        raise NoDatasetError(f"no dataset at {data}: there is no such folder")
    faults: list[Fault] = []
    try:
        lines = 0
        for line in _journal_faults(folder / SPOOL):
            if isinstance(line, Damage):
                faults.append(_journal_fault(line, repair=repair))
            else:
                lines += line
        if repair:
            store_leftovers(folder)  # the lines that are sound become Parquet, and are read below
        files, rows = 0, dict.fromkeys((table.name for table in READ_TABLES), 0)
        for table in READ_TABLES:
            for path in table_files(folder / table.name, table.files):
                files += 1
                if has_wrong_list(path):
                    faults.append(_list_fault(folder, path, repair=repair))
                found = _read(path)
                rows[table.name] += found.rows
                if not found.problem and has_damaged_sum(path):
                    faults.append(_sum_fault(folder, path, repair=repair))
                elif found.problem:
                    faults.append(_parquet_fault(folder, table, path, found, repair=repair))
    except OSError as error:
        raise storage_error(error, Path(error.filename or folder)) from error
    faults += _state_faults(folder)
    if repair or not faults:
        faults += _count_faults(folder)
    return Verification(files, rows, lines, tuple(faults))


def _journal_faults(spool: Path) -> Iterator[Damage | int]:
    """Yield the damaged lines of the journal, and for each segment how many are sound."""
    for segment in sorted(spool.glob("*.jsonl")):
        sound = 0
        try:
            for line in read_segment(segment):
                if not isinstance(line, Damage):
                    sound += 1
                elif line.reason != "torn" or not is_living(segment):  # a living writer is about to end it
                    yield line
        except FileNotFoundError:  # sealed by its writer meanwhile
            continue
        yield sound


def _journal_fault(damage: Damage, *, repair: bool) -> Fault:
    kept = RESCUED if repair else "not touched"
    return Fault(Path(SPOOL) / damage.segment, damage.problem, f"{kept}; {damage.consequence}")


@dataclass(slots=True)
class _Reading:
    """What can be read of a Parquet file.

    Attributes:
        sound: Its row groups that can be read.
        problem: What is wrong with it; empty if nothing is.
        lost: Rows of each row group that cannot be read.
    """

    sound: list[pa.Table] = field(default_factory=list)
    problem: str = ""
    lost: list[int] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Number of rows that can be read."""
        return sum(each.num_rows for each in self.sound)


def _read(path: Path) -> _Reading:
    found = _Reading()
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            for number in range(file.num_row_groups):
                try:
                    found.sound.append(file.read_row_group(number))
                except (OSError, pa.ArrowException) as error:
                    found.problem = found.problem or f"row group {number}: {_line(error)}"
                    found.lost.append(file.metadata.row_group(number).num_rows)
    except PermissionError:  # nothing is known to be wrong with it
        raise
    except (OSError, pa.ArrowException) as error:
        found.problem = _line(error)
    if not found.problem and has_wrong_sum(path):
        found.problem = "its bytes are not those that were written, though every page can be read"
    return found


def _parquet_fault(data: Path, table: Table, path: Path, found: _Reading, *, repair: bool) -> Fault:
    name = path.relative_to(data)
    if not repair:
        return Fault(name, found.problem, "not touched")
    aside = data / DAMAGED / name
    aside.parent.mkdir(parents=True, exist_ok=True)
    if not aside.exists():
        os.link(path, aside)
    sync_folder(aside.parent)
    sum_file(path).unlink(missing_ok=True)  # that of the broken content counts no more
    if found.rows:
        write_whole(pa.concat_tables(found.sound), path)
        kept = f"{found.rows} rows kept"
        if found.lost:
            kept += (
                f", {sum(found.lost)} lost (a row group is kept or lost whole, {len(found.lost)} are lost)"
            )
    else:
        remove(path)
        sync_folder(path.parent)
        kept = "no row could be kept"
    hint = "; `newsmill reclean` makes articles again from pages" if table.name == "articles" else ""
    return Fault(name, found.problem, f"{kept}; the broken file is {DAMAGED}/{name}{hint}")


def _list_fault(data: Path, path: Path, *, repair: bool) -> Fault:
    """A damaged stand-in list; the compacted file's own copy counts meanwhile, and takes its place."""
    kept = "not touched; the compacted file's own copy counts"
    if repair:
        write_stand_in_list(path, own_list(path))
        sync_folder(path.parent)
        kept = "written again from the compacted file's own copy"
    return Fault(
        stand_in_list(path).relative_to(data), "the list of the files that were compacted is damaged", kept
    )


def _sum_fault(data: Path, path: Path, *, repair: bool) -> Fault:
    """A damaged sum of a file that can be read."""
    kept = "not touched; the file itself can be read"
    if repair:
        sum_file(path).unlink()
        write_sum(path, path)
        sync_folder(path.parent)
        kept = "written again: the file itself can be read, all pages by their own sums"
    return Fault(sum_file(path).relative_to(data), "the sum of the file beside it is damaged", kept)


def _state_faults(data: Path) -> list[Fault]:
    try:
        check_state(data)
    except DamagedStateError as error:
        advice = "delete it: unfinished crawls start over, nothing stored is lost"
        return [Fault(Path(FILE), _line(error), advice)]
    except DataFolderError as error:
        return [Fault(Path(FILE), _line(error), "not checked; nothing stored depends on it")]
    return []


def _count_faults(data: Path) -> list[Fault]:
    """Outcomes that tell of an article which is not there."""
    try:
        with connect(data) as connection:
            found = connection.execute(
                "SELECT count(*), min(url) FROM outcomes"
                " WHERE kind = 'stored' AND article_id NOT IN (SELECT id FROM article_versions)"
            ).fetchone()
    except NoDatasetError:
        return []
    number, example = found or (0, "")
    if not number:
        return []
    problem = f"{number} outcomes say `stored`, and their article is not there, such as {example}"
    return [
        Fault(Path(TABLES_BY_NAME["articles"].name), problem, "`newsmill reclean` makes articles from pages")
    ]


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:300]
