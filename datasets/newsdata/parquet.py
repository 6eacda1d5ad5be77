"""Sealing: a segment of the journal becomes Parquet files, whole or not at all."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from newsdata.errors import storage_error
from newsdata.files import table_files, write_sum
from newsdata.journal import Damage, Line, decode, read_segment, segment_id, segment_table, set_damage_aside
from newsdata.records import Fetch, PageRecord, Usage
from newsdata.schema import TABLES_BY_NAME, Row, Table, to_arrow

COMPRESSION_LEVEL = 3  # zstd: 6 saves 6 % for 2.6 times the CPU
PAGE_BYTES = 1 << 20
_OBJECT_BYTES = 1 << 20  # journal bytes that are Python objects at a time, which take five times as much
FALSE_POSITIVES = 0.01  # of a bloom filter: some 10 bits for each distinct value


@dataclass(frozen=True, slots=True, order=True)
class _Place:
    """Where a row lies in its segment; sorts by site, time, then order of writing."""

    site: str
    fetched_at: int
    offset: int
    length: int


def seal(segment: Path, data: Path) -> list[Damage]:
    """Turn a segment into one Parquet file a month, then remove it; return the lines that cannot be read.

    Safe to be killed at any point and called again: the files have the segment's name, so they are written
    over, not twice.

    Raises:
        DataFolderError: The files cannot be written; the segment stays.
    """
    table = TABLES_BY_NAME[segment_table(segment)]
    months: dict[str, list[_Place]] = defaultdict(list)
    damages: list[Damage] = []
    try:
        for line in read_segment(segment):
            match line:
                case Damage():
                    damages.append(line)
                case Line(offset, length, row):
                    place = _Place(str(row["site"]), int(str(row["fetched_at"])), offset, length)
                    months[str(row["month"])].append(place)
    except OSError as error:
        raise storage_error(error, segment) from error
    set_damage_aside(segment, damages)
    for month, places in sorted(months.items()):
        folder = data / table.name / f"month={month}"
        _write(table, segment, sorted(places), folder / f"{segment_id(segment)}.parquet")
    try:
        segment.unlink()
        sync_folder(segment.parent)
    except OSError as error:
        raise storage_error(error, segment) from error
    return damages


def write_whole(rows: pa.Table, target: Path) -> None:
    """Write a file that appears whole or not at all, in place of an older one of its name.

    Raises:
        DataFolderError: It cannot be written.
    """
    with _whole(target) as file:
        pq.write_table(
            rows, file, compression="zstd", compression_level=COMPRESSION_LEVEL, write_page_checksum=True
        )


@contextmanager
def _whole(target: Path) -> Iterator[BinaryIO]:
    # Dot and ending keep readers from taking the unfinished file for one of the dataset.
    aside = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        sync_folder(target.parent.parent)
        with aside.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        write_sum(aside, target)
        aside.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise storage_error(error, target) from error


def _write(table: Table, segment: Path, places: list[_Place], target: Path) -> None:
    with (
        _whole(target) as file,
        pq.ParquetWriter(file, table.schema, **_options(table, len(places))) as writer,
    ):
        for group in _groups(places, table.row_group_bytes):
            parts = [to_arrow(_rows(segment, part), table.schema) for part in _groups(group, _OBJECT_BYTES)]
            writer.write_table(pa.concat_tables(parts), row_group_size=len(group))


def write_rows(
    table: Table, rows: pa.Table, target: Path, metadata: Mapping[bytes, bytes] | None = None
) -> None:
    """Write rows of a table as one of its files, whole or not at all.

    Args:
        table: The table.
        rows: The rows.
        target: The file.
        metadata: What to keep in it besides.

    Raises:
        DataFolderError: It cannot be written.
    """
    in_group = max(1, int(rows.num_rows * table.row_group_bytes / max(rows.nbytes, 1)))
    with (
        _whole(target) as file,
        pq.ParquetWriter(file, table.schema, **_options(table, rows.num_rows)) as writer,
    ):
        writer.write_table(rows, row_group_size=in_group)
        writer.add_key_value_metadata(dict(metadata or {}))


def _options(table: Table, n_rows: int) -> dict[str, object]:
    columns = table.schema.names
    return {
        "compression": "zstd",
        "compression_level": COMPRESSION_LEVEL,
        "use_dictionary": list(table.dictionary),
        "write_page_index": True,
        "write_page_checksum": True,  # `newsmill verify` reads them: a flipped byte is found wherever it is
        "data_page_size": PAGE_BYTES,
        "sorting_columns": [pq.SortingColumn(columns.index(name)) for name in ("site", "fetched_at")],
        "bloom_filter_options": {name: {"ndv": n_rows, "fpp": FALSE_POSITIVES} for name in table.bloom}
        or None,
    }


def _groups(places: list[_Place], limit: int) -> Iterator[list[_Place]]:
    group: list[_Place] = []
    size = 0
    for place in places:
        if group and size + place.length > limit:
            yield group
            group, size = [], 0
        group.append(place)
        size += place.length
    yield group


def _rows(segment: Path, places: list[_Place]) -> list[Row]:
    rows: list[Row] = []
    with segment.open("rb") as file:
        for place in places:
            file.seek(place.offset)
            row = decode(file.read(place.length)[:-1])
            if row is None:  # it was sound a moment ago
                raise OSError(None, f"{segment.name} changed while it was read, at byte {place.offset}")
            rows.append(row)
    return rows


def urls_with_page(data: Path, crawl_id: str, urls: Collection[str]) -> set[str]:
    """Return those of the URLs first asked for whose page a crawl has stored."""
    found = _pages_of(data, crawl_id, urls, ["requested_url"])
    return set(found.column("requested_url").to_pylist())


def pages_of_crawl(data: Path, crawl_id: str, urls: Collection[str]) -> dict[str, PageRecord]:
    """Return the newest page that a crawl has stored of each URL first asked for; URLs without one are left out.

    Args:
        data: The dataset's folder.
        crawl_id: The crawl.
        urls: URLs first asked for; all their pages are in memory at a time.
    """
    table = _pages_of(data, crawl_id, urls)
    pages: dict[str, PageRecord] = {}
    for row in table.sort_by("fetched_at").to_pylist():
        fetch = Fetch(
            row["url"],
            row["fetched_at"],
            requested_url=row["requested_url"],
            via=row["via"],
            crawl_id=crawl_id,
            http_status=row["http_status"],
            etag=row["etag"],
            last_modified=row["last_modified"],
            usage=tuple(Usage(each["source"], each["value"]) for each in row["usage"]),
        )
        headers = tuple((each["name"], each["value"]) for each in row["headers"])
        pages[row["requested_url"]] = PageRecord(fetch, row["body"], row["content_type"], headers)
    return pages


def _pages_of(data: Path, crawl_id: str, urls: Collection[str], columns: list[str] | None = None) -> pa.Table:
    schema = TABLES_BY_NAME["pages"].schema
    files = [str(path) for path in table_files(data / "pages", TABLES_BY_NAME["pages"].files)]
    wanted = [("crawl_id", "==", crawl_id), ("requested_url", "in", list(urls))]
    return pq.read_table(files, schema=schema, columns=columns, filters=wanted, partitioning=None)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable: a new file's, a replaced one's, a removed one's."""
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
