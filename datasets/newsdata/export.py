"""Articles out of the dataset, in the forms that other programs load."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal, get_args

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from newsdata.errors import EmptyDatasetError, ExportTargetError, QueryError, storage_error
from newsdata.parquet import COMPRESSION_LEVEL, sync_folder
from newsdata.views import connect, read_batches, sql_error

Form = Literal["hf", "jsonl", "parquet"]
FORMS: tuple[Form, ...] = get_args(Form)
ROWS_AT_ONCE = 2048  # articles of 5 to 15 kB: some 10 to 30 MB of memory
# Marks a folder as an export of ours. Without it a folder is somebody's work and is left alone.
MARK = ".newsmill-export"


def export(data: Path, to: Path, form: Form, where: str = "") -> int:
    """Write articles, the newest version of each, into a folder that appears whole or not at all.

    Args:
        data: The dataset.
        to: Folder to make; it may exist if it is empty or an earlier export, which is replaced.
        form: ``hf`` for ``datasets.load_dataset(to)``, with ``text`` and ``id`` first; ``jsonl`` for one JSON
            object a line, times in ISO 8601; ``parquet`` for one file.
        where: SQL condition over the columns of ``articles``; all articles if empty.

    Returns:
        How many articles were written.

    Raises:
        NoDatasetError: There is no dataset.
        QueryError: The condition is wrong.
        EmptyDatasetError: No article meets it.
        ExportTargetError: ``to`` holds something else.
        DataFolderError: The files cannot be written.
    """
    target = to.resolve()
    with connect(data) as connection:
        _check_target(target, data.resolve())
        reader = _articles(connection, where, text_first=form == "hf")
        with _folder_aside(target) as aside:
            write = {"hf": _write_hugging_face, "jsonl": _write_json_lines, "parquet": _write_parquet}[form]
            count = write(reader, aside)
            if not count:
                raise EmptyDatasetError(
                    f"no article meets the condition {where!r}; loosen it"
                    if where
                    else f"no article in {data} to export; crawl something first"
                )
    return count


def _check_target(target: Path, data: Path) -> None:
    if target.exists() and not target.is_dir():
        raise ExportTargetError(f"{target} is a file; name a folder")
    if target == data or data in target.parents:
        raise ExportTargetError(f"{target} is inside the dataset; name a folder outside of it")
    try:
        found = sorted(entry.name for entry in target.iterdir()) if target.is_dir() else []
    except OSError as error:
        raise ExportTargetError(f"cannot read {target}: {error.strerror}; name another folder") from error
    if found and MARK not in found:
        raise ExportTargetError(
            f"{target} holds {found[0]!r} and is no earlier export; name another folder or empty it"
        )


@contextmanager
def _folder_aside(target: Path) -> Iterator[Path]:
    """Give a new folder beside ``target`` that takes its place in the end, unless something fails before."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise storage_error(error, target) from error
    new, old = work / "new", work / "old"
    try:
        new.mkdir()
        (new / MARK).write_text("Written by newsmill export; the next one may replace this folder.\n")
        yield new
        sync_folder(new)
        if target.exists():
            target.rename(old)
        try:
            new.rename(target)
        except OSError:
            if old.exists():
                old.rename(target)
            raise
        sync_folder(target.parent)
    except OSError as error:
        raise storage_error(error, target) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _articles(connection: duckdb.DuckDBPyConnection, where: str, *, text_first: bool) -> pa.RecordBatchReader:
    try:
        articles = connection.view("articles")
        if where:
            articles = articles.filter(where)  # takes one expression, no second statement
        if text_first:
            articles = articles.project("text, id, * EXCLUDE (text, id)")
        return articles.to_arrow_reader(ROWS_AT_ONCE)
    except duckdb.Error as error:
        raise QueryError(f"the condition {where!r} is wrong: {sql_error(error)}") from error


def _write_parquet(reader: pa.RecordBatchReader, folder: Path) -> int:
    return sum(batch.num_rows for batch in _copied(reader, folder / "articles.parquet"))


def _write_json_lines(reader: pa.RecordBatchReader, folder: Path) -> int:
    count = 0
    with (folder / "articles.jsonl").open("w", encoding="utf-8", newline="\n") as file:
        for batch in read_batches(reader):
            for record in batch.to_pylist():
                file.write(json.dumps(record, ensure_ascii=False, default=_json_value) + "\n")
            count += batch.num_rows
        file.flush()
        os.fsync(file.fileno())
    return count


def _json_value(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")


def _write_hugging_face(reader: pa.RecordBatchReader, folder: Path) -> int:
    (folder / "data").mkdir()
    languages: Counter[str] = Counter()
    sites: Counter[str] = Counter()
    first: datetime | None = None
    last: datetime | None = None
    for batch in _copied(reader, folder / "data" / "train-00000-of-00001.parquet"):
        languages.update(batch.column("language").to_pylist())
        sites.update(batch.column("site").to_pylist())
        for moment in filter(None, batch.column("published").to_pylist()):
            first, last = min(first or moment, moment), max(last or moment, moment)
    (folder / "README.md").write_text(_card(languages, sites, first, last), encoding="utf-8")
    return sites.total()


def _copied(reader: pa.RecordBatchReader, path: Path) -> Iterator[pa.RecordBatch]:
    """Write each batch to a Parquet file, and hand it on to be counted."""
    with path.open("wb") as file:
        with pq.ParquetWriter(
            file, reader.schema, compression="zstd", compression_level=COMPRESSION_LEVEL
        ) as writer:
            for batch in read_batches(reader):
                writer.write_batch(batch)
                yield batch
        file.flush()
        os.fsync(file.fileno())


def _card(languages: Counter[str], sites: Counter[str], first: datetime | None, last: datetime | None) -> str:
    """Return a dataset card, its figures counted from what was written."""
    span = f", published from {first:%Y-%m-%d} to {last:%Y-%m-%d}" if first and last else ""
    codes = [code for code, _ in languages.most_common() if code]
    return "\n".join(
        [
            "---",
            "configs:",
            "- config_name: default",
            "  data_files:",
            "  - split: train",
            "    path: data/train-*.parquet",
            *(["language:", *(f"- '{code}'" for code in codes)] if codes else []),  # 'no' unquoted is false
            "---",
            "",
            "# News articles",
            "",
            f"{sites.total()} articles of {len(sites)} sites{span}, extracted and cleaned with newsmill.",
            "`text` is the body, its blocks joined by a blank line. Captions and credits stand in `images`",
            "and `credits`, every removed block with its rule in `removed`, signals about automated use in",
            "`usage`. The texts belong to their publishers.",
            "",
            "| language | articles |",
            "| --- | --- |",
            *(f"| {code or 'undecided'} | {count} |" for code, count in languages.most_common()),
            "",
            "| site | articles |",
            "| --- | --- |",
            *(f"| {site} | {count} |" for site, count in sites.most_common()),
            "",
        ]
    )
