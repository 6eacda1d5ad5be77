"""Verification: every file of a dataset is read, every sum checked, every count compared.

What is broken is named. Broken files are set aside under ``damaged/``, whole, so that the rest can be read;
what can still be read of them takes their place.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from newsdata.errors import DataError, NoDatasetError, storage_error
from newsdata.files import has_wrong_sum, remove, sum_file, table_files
from newsdata.frontier import SPOOL
from newsdata.journal import Damage, read_segment
from newsdata.parquet import sync_folder, write_whole
from newsdata.schema import READ_TABLES, TABLES_BY_NAME, Table
from newsdata.state import FILE, State
from newsdata.views import connect
from newsdata.writer import recover

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

    Parquet files: the sum of all bytes, the footer, and with each page its sum, by decoding every column. The journal: each line's sum;
    a last line without its end was never acknowledged and is no fault. Counts: for each outcome ``stored`` there
    is its article. ``state.sqlite``: SQLite's own check.

    Args:
        data: The dataset's folder.
        repair: Set broken files aside and keep what can be read of them; False only looks.

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
        for found in _journal_faults(folder / SPOOL):
            if isinstance(found, Damage):
                faults.append(_journal_fault(found, repair=repair))
            else:
                lines += found
        if repair:
            recover(folder)  # the lines that are sound become Parquet, and are read below
        files, rows = 0, dict.fromkeys((table.name for table in READ_TABLES), 0)
        for table in READ_TABLES:
            for path in table_files(folder / table.name, table.files):
                files += 1
                whole, sound = _read(path)
                rows[table.name] += sum(each.num_rows for each in sound)
                if whole is not None:
                    faults.append(_parquet_fault(folder, table, path, whole, sound, repair=repair))
    except OSError as error:
        raise storage_error(error, folder) from error
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
                elif line.reason != "torn":
                    yield line
        except FileNotFoundError:  # sealed by its writer meanwhile
            continue
        yield sound


def _journal_fault(damage: Damage, *, repair: bool) -> Fault:
    kept = f"kept in {SPOOL}/{DAMAGED}/; all other lines are read" if repair else "not touched"
    problem = f"the line of {damage.length} bytes at byte {damage.offset} has a wrong sum"
    return Fault(Path(SPOOL) / damage.segment, problem, kept)


def _read(path: Path) -> tuple[str | None, list[pa.Table]]:
    """What is wrong with a Parquet file, None if nothing is, and the row groups that can be read."""
    sound: list[pa.Table] = []
    problem = None
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            for number in range(file.num_row_groups):
                try:
                    sound.append(file.read_row_group(number))
                except (OSError, pa.ArrowException) as error:
                    problem = problem or f"row group {number}: {_line(error)}"
    except (OSError, pa.ArrowException) as error:
        problem = _line(error)
    if problem is None and has_wrong_sum(path):
        problem = "its bytes are not those that were written, though every page can be read"
    return problem, sound


def _parquet_fault(
    data: Path, table: Table, path: Path, problem: str, sound: list[pa.Table], *, repair: bool
) -> Fault:
    name = path.relative_to(data)
    if not repair:
        return Fault(name, problem, "not touched")
    aside = data / DAMAGED / name
    aside.parent.mkdir(parents=True, exist_ok=True)
    if not aside.exists():
        os.link(path, aside)
    sync_folder(aside.parent)
    count = sum(rows.num_rows for rows in sound)
    sum_file(path).unlink(missing_ok=True)  # that of the broken content counts no more
    if count:
        write_whole(pa.concat_tables(sound), path)
        kept = f"{count} rows kept"
    else:
        remove(path)
        sync_folder(path.parent)
        kept = "no row could be kept"
    hint = "; `newsmill reclean` makes articles again from pages" if table.name == "articles" else ""
    return Fault(name, problem, f"{kept}; the broken file is {DAMAGED}/{name}{hint}")


def _state_faults(data: Path) -> list[Fault]:
    if not (data / FILE).exists():
        return []
    advice = "delete it: unfinished crawls start over, nothing stored is lost"
    try:
        state = State(str(data / FILE))
    except DataError as error:
        return [Fault(Path(FILE), _line(error), advice)]
    try:
        return [Fault(Path(FILE), damage, advice) for damage in state.damages()[:1]]
    finally:
        state.close()


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
