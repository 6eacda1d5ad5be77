"""Articles out of the dataset, in the forms that other programs load."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal, get_args

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from newsdata.errors import EmptyDatasetError, ExportTargetError, QueryError, storage_error
from newsdata.views import connect, sql_error

Form = Literal["hf", "jsonl", "parquet"]
FORMS: tuple[Form, ...] = get_args(Form)
ROWS_AT_ONCE = 2048  # articles of 5 kB: some 10 MB of memory
# What an export leaves in its folder; a folder that holds nothing else may be written again.
_OURS = frozenset({"README.md", "data", "articles.jsonl", "articles.parquet"})


def export(data: Path, to: Path, form: Form, where: str = "") -> int:
    """Write articles, the newest version of each, into a folder that appears whole or not at all.

    Args:
        data: The dataset.
        to: Folder to make; it may exist if it is empty or an earlier export, which is replaced.
        form: ``hf`` for ``datasets.load_dataset(to)``, with ``id`` and ``text`` first; ``jsonl`` for one JSON object a
            line, times in ISO 8601; ``parquet`` for one file.
        where: SQL condition over the columns of ``articles``.

    Returns:
        How many articles were written.

    Raises:
        NoDatasetError: There is no dataset.
        QueryError: The condition is wrong.
        EmptyDatasetError: No article meets it.
        ExportTargetError: ``to`` holds something else.
    """
    _check_target(to)
    with connect(data) as connection:
        reader = _articles(connection, where, text_first=form == "hf")
        try:
            to.parent.mkdir(parents=True, exist_ok=True)
            aside = Path(tempfile.mkdtemp(prefix=f".{to.name}-", dir=to.parent))
        except OSError as error:
            raise storage_error(error, to) from error
        try:
            aside.chmod(0o755)
            count = {"hf": _hugging_face, "jsonl": _json_lines, "parquet": _one_parquet}[form](reader, aside)
            if not count:
                raise EmptyDatasetError(
                    "no article to export"
                    + (f" where {where}; loosen --where" if where else "; crawl something first")
                )
            if to.exists():
                shutil.rmtree(to)
            os.replace(aside, to)  # noqa: PTH105 - one name for the two ways of moving a folder
        except duckdb.Error as error:
            raise sql_error(error) from error
        except OSError as error:
            raise storage_error(error, to) from error
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    return count


def _check_target(to: Path) -> None:
    if to.exists() and not to.is_dir():
        raise ExportTargetError(f"{to} is a file; name a folder")
    if to.is_dir():
        others = sorted(entry.name for entry in to.iterdir() if entry.name not in _OURS)
        if others:
            raise ExportTargetError(
                f"{to} holds {others[0]}, which no export of ours wrote; name another folder or empty it"
            )


def _articles(connection: duckdb.DuckDBPyConnection, where: str, *, text_first: bool) -> pa.RecordBatchReader:
    columns = "text, id, * EXCLUDE (text, id)" if text_first else "*"
    # a line feed ends a comment in the condition, brackets keep it one
    condition = f"WHERE (\n{where}\n)" if where else ""
    try:
        statements = duckdb.extract_statements(f"SELECT * FROM articles {condition}")
        if len(statements) != 1:
            raise QueryError("--where takes one condition, such as \"language = 'en'\"")
        return connection.sql(
            f"SELECT {columns} FROM articles {condition} ORDER BY site, published, id"
        ).to_arrow_reader(ROWS_AT_ONCE)
    except duckdb.Error as error:
        raise sql_error(error) from error


def _hugging_face(reader: pa.RecordBatchReader, folder: Path) -> int:
    (folder / "data").mkdir()
    count, sites, languages, first, last = 0, set[str](), dict[str, int](), None, None
    with pq.ParquetWriter(
        folder / "data" / "train-00000-of-00001.parquet", reader.schema, compression="zstd"
    ) as writer:
        for batch in reader:
            writer.write_batch(batch)
            count += batch.num_rows
            sites.update(site for site in batch.column("site").to_pylist() if site)
            for language in batch.column("language").to_pylist():
                languages[language or "unknown"] = languages.get(language or "unknown", 0) + 1
            for moment in filter(None, batch.column("published").to_pylist()):
                first, last = min(first or moment, moment), max(last or moment, moment)
    if count:
        (folder / "README.md").write_text(_card(count, len(sites), languages, first, last), encoding="utf-8")
    return count


def _card(
    count: int, sites: int, languages: dict[str, int], first: datetime | None, last: datetime | None
) -> str:
    """A dataset card, its figures counted from what was written."""
    codes = sorted((code for code in languages if len(code) == 2), key=lambda code: -languages[code])
    span = f", published from {first:%Y-%m-%d} to {last:%Y-%m-%d}" if first and last else ""
    head = [
        "---",
        "configs:",
        "- config_name: default",
        "  data_files:",
        "  - split: train",
        "    path: data/train-*.parquet",
    ]
    if codes:
        head += ["language:", *(f"- '{code}'" for code in codes)]
    rows = [f"| {code} | {number} |" for code, number in sorted(languages.items(), key=lambda item: -item[1])]
    return "\n".join(
        [
            *head, "---", "", "# News articles", "",
            f"{count} articles of {sites} sites{span}. Extracted and cleaned with newsmill: `text` is the body,",
            "blocks joined by a blank line; captions and credits stand in `images` and `credits`, every removed block with its",
            "rule in `removed`, signals about automated use in `usage`. The texts belong to their publishers.", "",
            "| language | articles |", "| --- | --- |", *rows, "",
        ]
    )  # fmt: skip


def _json_lines(reader: pa.RecordBatchReader, folder: Path) -> int:
    count = 0
    with (folder / "articles.jsonl").open("w", encoding="utf-8") as file:
        for record in _records(reader):
            file.write(json.dumps(record, ensure_ascii=False, default=_json_value) + "\n")
            count += 1
        file.flush()
        os.fsync(file.fileno())
    return count


def _records(reader: pa.RecordBatchReader) -> Iterator[dict[str, object]]:
    for batch in reader:
        yield from batch.to_pylist()


def _json_value(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")


def _one_parquet(reader: pa.RecordBatchReader, folder: Path) -> int:
    count = 0
    with pq.ParquetWriter(folder / "articles.parquet", reader.schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch)
            count += batch.num_rows
    return count
