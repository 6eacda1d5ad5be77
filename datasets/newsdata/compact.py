"""Compaction: the many small files of a month become few large ones, while others read and write.

A compacted file is written whole, beside the files that it stands in for; readers of :func:`newsdata.connect`
see the one or the others, never both (:mod:`newsdata.files`). The replaced files are deleted by a later
compaction, when a grace period is over: nobody who had listed them is still reading then.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from newsdata.errors import DataError, storage_error
from newsdata.files import (
    OWN_LIST,
    listed_file,
    remove,
    replaced_by,
    stand_in_lists,
    table_files,
    write_stand_in_list,
)
from newsdata.frontier import SPOOL
from newsdata.journal import WriterLock, segment_path_of
from newsdata.parquet import sync_folder, write_rows
from newsdata.schema import TABLES, Table
from newsdata.writer import recover

TARGET_BYTES = (
    64 << 20
)  # of a compacted file; its rows are in memory while it is written, some four times as much
GRACE_SECONDS = 3600.0  # a query that is still reading after that long may fail
_COMPACTED = re.compile(r"(?P<first>.+)\.compacted-(?P<number>\d+)")


@dataclass(frozen=True, slots=True)
class Compaction:
    """What a compaction did.

    Attributes:
        merged: Number of files that were merged.
        written: Number of files that stand in for them.
        deleted: Number of files deleted that earlier compactions had replaced.
        waiting: Number of replaced files that stay for their grace period.
    """

    merged: int
    written: int
    deleted: int
    waiting: int


def compact(
    data: str | os.PathLike[str], *, target_bytes: int = TARGET_BYTES, grace_seconds: float = GRACE_SECONDS
) -> Compaction:
    """Merge the small files of each table and month; delete what was replaced long enough ago.

    Args:
        data: The dataset's folder.
        target_bytes: Size towards which files are merged; files of half of it and more are left as they are.
        grace_seconds: How long replaced files stay.

    Raises:
        DataFolderError: A file cannot be read or written; the dataset is as it was.
        DataError: Another process is at it.
    """
    folder = Path(data)
    recover(folder)
    lock = WriterLock.take(folder / SPOOL / "compact.lock")
    if lock is None:
        raise DataError(f"{data} is being compacted by another process; wait for it")
    try:
        deleted = sum(_delete_replaced(folder / table.name, grace_seconds) for table in TABLES)
        merged = written = 0
        for table in TABLES:
            for group in _groups(folder, table, target_bytes):
                _merge(table, group)
                merged, written = merged + len(group), written + 1
        waiting = sum(
            (listed.parent / name).exists()
            for table in TABLES
            for listed in stand_in_lists(folder / table.name)
            for name in replaced_by(listed_file(listed))
        )
        return Compaction(merged, written, deleted, waiting)
    except OSError as error:
        raise storage_error(error, folder) from error
    finally:
        lock.release()


def _groups(data: Path, table: Table, target_bytes: int) -> Iterator[list[Path]]:
    """Yield files of one month that make one file together, in the order of their names."""
    months: dict[Path, list[tuple[Path, int]]] = defaultdict(list)
    for path in table_files(data / table.name, table.files):
        size = path.stat().st_size
        # A file whose journal still stands may be written once more by whoever takes that over.
        if size < target_bytes // 2 and not segment_path_of(data / SPOOL, path.stem, table.name).exists():
            months[path.parent].append((path, size))
    for files in months.values():
        group: list[Path] = []
        room = target_bytes
        for path, size in files:
            if size > room:
                if len(group) > 1:
                    yield group
                group, room = [], target_bytes
            group.append(path)
            room -= size
        if len(group) > 1:
            yield group


def _merge(table: Table, files: list[Path]) -> None:
    # The name sorts behind all that it stands in for, and before what is written later: of two versions of one
    # fetch the view takes the one whose file's name is greater.
    last = files[-1].stem
    found = _COMPACTED.fullmatch(last)
    stem, number = (found["first"], int(found["number"]) + 1) if found else (last, 1)
    target = files[-1].with_name(f"{stem}.compacted-{number:03}.parquet")
    rows = pa.concat_tables(_rows(path, table.schema) for path in files)
    # Arrow's sort is stable: rows of one site and moment stay in the order of writing
    rows = rows.sort_by([("site", "ascending"), ("fetched_at", "ascending")])
    replaced = sorted({path.name for path in files}.union(*(replaced_by(path) for path in files)))
    write_stand_in_list(target, replaced)
    sync_folder(target.parent)
    write_rows(table, rows, target, {OWN_LIST: json.dumps(replaced).encode("ascii")})


def _rows(path: Path, schema: pa.Schema) -> pa.Table:
    """The rows of a file with the columns of today; what it lacks is null."""
    found = pq.read_table(path, partitioning=None, page_checksum_verification=True)
    columns = [
        found.column(field.name).cast(field.type)
        if field.name in found.schema.names
        else pa.nulls(found.num_rows, field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def _delete_replaced(folder: Path, grace_seconds: float) -> int:
    deleted = 0
    for listed in stand_in_lists(folder):
        compacted = listed_file(listed)
        age = time.time() - listed.stat().st_mtime  # below zero if the clock was set back: then it waits
        if age < grace_seconds:
            continue
        if not compacted.exists():  # a compaction that was killed, or one that was compacted again
            if not any((listed.parent / name).exists() for name in replaced_by(compacted)):
                listed.unlink()
            continue
        names = [name for name in replaced_by(compacted) if (listed.parent / name).exists()]
        for name in names:
            remove(listed.parent / name)
        deleted += len(names)
        sync_folder(listed.parent)
    return deleted
