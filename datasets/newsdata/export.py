"""Articles, and their raw pages, out of the dataset in the forms that other programs load."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, cast, get_args

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from newsdata.controls import escaped_json
from newsdata.csv_cells import inert
from newsdata.errors import EmptyDatasetError, ExportTargetError, QueryError, storage_error
from newsdata.file_names import file_name
from newsdata.markdown import as_markdown
from newsdata.parquet import COMPRESSION_LEVEL, sync_folder
from newsdata.views import connect, read_batches, sql_error
from newsdata.warc import info_record, page_record

Form = Literal["hf", "jsonl", "parquet", "csv", "markdown", "warc"]
FORMS: tuple[Form, ...] = get_args(Form)
ROWS_AT_ONCE = 2048  # articles of 5 to 15 kB: some 10 to 30 MB of memory
PAGES_AT_ONCE = 64  # of some 300 kB
WARC_BYTES = 1_000_000_000  # of a file, as the format advises
# Marks a folder as an export of ours. Without it a folder is somebody's work and is left alone.
MARK = ".newsmill-export"


# Of the articles that tell one story the one that was published first; `chosen` is what is to be exported.
_ONE_PER_STORY = """
    WITH kept AS (
        SELECT chosen.id
        FROM chosen LEFT JOIN (SELECT id, "cluster" AS story FROM duplicates) AS told USING (id)
        QUALIFY row_number() OVER (
            PARTITION BY coalesce(story, id) ORDER BY coalesce(published, fetched_at), fetched_at, id
        ) = 1
    )
    SELECT chosen.* FROM chosen SEMI JOIN kept USING (id)
"""


_PAGES_OF_ARTICLES = "SELECT pages.* FROM pages SEMI JOIN chosen USING (url, fetched_at)"


def export(
    data: Path, to: Path, form: Form, where: str = "", *, one_per_story: bool = False, raw_csv: bool = False
) -> int:
    """Write articles, the newest version of each, into a folder that appears whole or not at all.

    Args:
        data: The dataset.
        to: Folder to make; it may exist if it is empty or an earlier export, which is replaced.
        form: ``hf`` for ``datasets.load_dataset(to)``, with ``text`` and ``id`` first; ``jsonl`` for one JSON
            object a line, times in ISO 8601; ``parquet`` for one file; ``csv`` for one table, lists as JSON in
            it; ``markdown`` for one file an article in a folder a site; ``warc`` for the raw pages, one record
            each, in files of some 1 GB.
        where: SQL condition over the columns of ``articles``; all articles if empty. With ``warc`` the pages of
            those articles, and all pages, also those without an article, if it is empty.
        one_per_story: Of the articles that are duplicates of one another, write only the one published first.
        raw_csv: Leave CSV cells as they are that a spreadsheet would run as formulas.

    Returns:
        How many articles were written, or pages.

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
        reader = _rows(connection, form, where, one_per_story=one_per_story)
        with _folder_aside(target) as aside:
            count = _write(reader, aside, form, raw_csv=raw_csv)
            if not count:
                raise EmptyDatasetError(
                    f"no article meets the condition {where!r}; loosen it"
                    if where
                    else f"nothing in {data} to export; crawl something first"
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


def _rows(
    connection: duckdb.DuckDBPyConnection, form: Form, where: str, *, one_per_story: bool
) -> pa.RecordBatchReader:
    try:
        rows = connection.view("articles")
        if where:
            rows = rows.filter(where)  # takes one expression, no second statement
        if one_per_story:
            rows = _query(rows, _ONE_PER_STORY)
        if form == "hf":
            rows = rows.project("text, id, * EXCLUDE (text, id)")
        if form == "warc":
            chosen = where or one_per_story
            rows = _query(rows, _PAGES_OF_ARTICLES) if chosen else connection.view("pages")
        return rows.to_arrow_reader(PAGES_AT_ONCE if form == "warc" else ROWS_AT_ONCE)
    except duckdb.Error as error:
        raise QueryError(f"the condition {where!r} is wrong: {sql_error(error)}") from error


def _query(chosen: duckdb.DuckDBPyRelation, query: str) -> duckdb.DuckDBPyRelation:
    selected = chosen.query("chosen", query)
    return cast("duckdb.DuckDBPyRelation", selected)  # a SELECT gives a relation, never None


def _write(reader: pa.RecordBatchReader, folder: Path, form: Form, *, raw_csv: bool) -> int:
    match form:
        case "hf":
            return _write_hugging_face(reader, folder)
        case "jsonl":
            return _write_json_lines(reader, folder)
        case "parquet":
            return _write_parquet(reader, folder)
        case "csv":
            return _write_csv(reader, folder, raw=raw_csv)
        case "markdown":
            return _write_markdown(reader, folder)
        case "warc":
            return _write_warc(reader, folder)


def _write_parquet(reader: pa.RecordBatchReader, folder: Path) -> int:
    return sum(batch.num_rows for batch in _copied(reader, folder / "articles.parquet"))


def _write_json_lines(reader: pa.RecordBatchReader, folder: Path) -> int:
    count = 0
    with (folder / "articles.jsonl").open("w", encoding="utf-8", newline="\n") as file:
        for batch in read_batches(reader):
            for record in batch.to_pylist():
                file.write(escaped_json(record, default=_json_value) + "\n")
            count += batch.num_rows
        file.flush()
        os.fsync(file.fileno())
    return count


def _json_value(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")


def _write_csv(reader: pa.RecordBatchReader, folder: Path, *, raw: bool) -> int:
    count = 0
    with (folder / "articles.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(reader.schema.names)
        for batch in read_batches(reader):
            for record in batch.to_pylist():
                writer.writerow(_csv_cell(value, raw=raw) for value in record.values())
            count += batch.num_rows
        file.flush()
        os.fsync(file.fileno())
    return count


def _csv_cell(value: object, *, raw: bool) -> object:
    match value:
        case str():
            return value if raw else inert(value)
        case list():
            return escaped_json(value)
        case bool():
            return json.dumps(value)
        case datetime():
            return value.isoformat()
        case _:
            return value


def _write_markdown(reader: pa.RecordBatchReader, folder: Path) -> int:
    count = 0
    for batch in read_batches(reader):
        for record in batch.to_pylist():
            site = folder / file_name(record["site"] or "")
            site.mkdir(exist_ok=True)
            published = record["published"]
            name = "-".join(
                [
                    f"{published:%Y-%m-%d}" if published else "undated",
                    file_name(record["title"] or ""),
                    file_name(record["id"] or "")[:12],
                ]
            )
            (site / f"{name}.md").write_text(_markdown_file(record), encoding="utf-8", newline="\n")
            count += 1
    for site in folder.iterdir():
        if site.is_dir():
            sync_folder(site)
    return count


def _markdown_file(record: dict[str, Any]) -> str:  # a row of `articles`, as Arrow hands it out
    head = {
        "title": record["title"],
        "authors": record["authors"],
        "published": record["published"].isoformat() if record["published"] else None,
        "url": record["url"],
        "site": record["site"],
        "language": record["language"],
        "tags": record["tags"],
        "id": record["id"],
    }
    body = as_markdown(
        record["title"] or "",
        record["authors"] or (),
        record["published"],
        record["block_kinds"] or (),
        (record["text"] or "").split("\n\n"),
    )
    # JSON is YAML, and needs no thought about what YAML takes for a date, a number or "no"
    lines = (f"{name}: {json.dumps(value, ensure_ascii=True)}" for name, value in head.items())
    return "\n".join(["---", *lines, "---", "", body, ""])


def _write_warc(reader: pa.RecordBatchReader, folder: Path) -> int:
    pages = (page for batch in read_batches(reader) for page in batch.to_pylist())
    count = 0
    while (page := next(pages, None)) is not None:
        name = f"pages-{len(list(folder.glob('*.warc.gz'))):05}.warc.gz"
        with (folder / name).open("wb") as file:
            file.write(info_record(name, page["fetched_at"]))
            while page is not None:
                file.write(page_record(page))
                count += 1
                page = next(pages, None) if file.tell() < WARC_BYTES else None
            file.flush()
            os.fsync(file.fileno())
    return count


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
            # 'no' unquoted is false
            *(["language:", *(f"- '{_word(code)}'" for code in codes)] if codes else []),
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
            *(f"| {_word(code) or 'undecided'} | {count} |" for code, count in languages.most_common()),
            "",
            "| site | articles |",
            "| --- | --- |",
            *(f"| {_word(site)} | {count} |" for site, count in sites.most_common()),
            "",
        ]
    )


def _word(text: str) -> str:
    """Return a host or a language with nothing in it that YAML, Markdown or HTML could take for its own."""
    return re.sub(r"[^\w.:-]+", "-", text)
