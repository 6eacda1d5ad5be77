"""SQL over a dataset: a DuckDB connection with the views of ``sql/``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Literal, overload

import duckdb
import pyarrow as pa

from newsdata.errors import DataFolderError, NoDatasetError, QueryError
from newsdata.files import table_files
from newsdata.records import BLOCKED_REASONS, SOURCE_REASONS
from newsdata.schema import READ_TABLES, TABLES, Table
from newsdata.usage import PURPOSES, denies_sql

if TYPE_CHECKING:
    from newsdata.safe import SafeConnection

# In order of dependence; each is a file of sql/.
VIEWS = (
    "article_versions",
    "articles",
    "changes",
    "pages",
    "outcomes",
    "outlines",
    "profiles",
    "drift",
    "removed",
    "images",
    "sites",
    "duplicates",
    "coverage",
    "usage_by_site",
)


_FILES = "newsdata_files"  # the function that names a table's files, in SQL


class _Listings:
    """Names the files of a table, once a transaction: what a query reads twice is the same both times.

    DuckDB asks while it binds a query, so that the files are those of its beginning.
    """

    def __init__(self, data: Path) -> None:
        self._data = data
        self._tables = {table.name: table for table in READ_TABLES}
        self._known: dict[tuple[str, int], list[str]] = {}

    def __call__(self, name: str, transaction: int) -> list[str]:
        known = self._known.get((name, transaction))
        if known is None:
            known = [str(path) for path in table_files(self._data / name, self._tables[name].files)]
            self._known = {key: value for key, value in self._known.items() if key[1] == transaction}
            self._known[name, transaction] = known
        return known


@overload
def connect(
    data: str | os.PathLike[str], *, safe: Literal[False] = False, memory_bytes: int | None = None
) -> duckdb.DuckDBPyConnection: ...


@overload
def connect(
    data: str | os.PathLike[str], *, safe: Literal[True], memory_bytes: int | None = None
) -> SafeConnection: ...


def connect(
    data: str | os.PathLike[str], *, safe: bool = False, memory_bytes: int | None = None
) -> duckdb.DuckDBPyConnection | SafeConnection:
    """Return a connection, in memory and in UTC, on which the dataset's views stand.

    The views read the files anew with every query. A kind of file that is not there yet is an empty view.

    Args:
        data: The dataset's folder.
        safe: For SQL from a model or a stranger: it can read the views, as of now, and reach nothing else; no
            write, no file, no network, no extension, no setting, and nothing that a later question would see. Time
            and memory need a limit from outside of the process: :func:`newsdata.safe_query` sets it.
        memory_bytes: What DuckDB may use; four fifths of the machine's memory if None.

    Raises:
        NoDatasetError: There is no dataset.
        DataFolderError: Its files cannot be read.
    """
    folder = Path(data).absolute()  # a later change of the working folder must not change what the views read
    if not folder.is_dir():
        raise NoDatasetError(
            f"no dataset at {data}: there is no such folder; crawl into it first or name another"
        )
    if not any((folder / table.name).is_dir() for table in TABLES):
        raise NoDatasetError(
            f"no dataset at {data}: it holds no articles/; crawl into it first or name another folder"
        )
    connection = duckdb.connect()
    try:
        connection.execute("SET GLOBAL TimeZone = 'UTC'")
        if memory_bytes is not None:
            connection.execute(f"SET memory_limit = '{memory_bytes}B'")
        return _with_views_safely(connection, folder) if safe else _with_views(connection, folder)
    except duckdb.Error as error:
        connection.close()
        raise DataFolderError(f"cannot read the dataset at {data}: {_summary(error)}") from error


def _with_views(connection: duckdb.DuckDBPyConnection, data: Path) -> duckdb.DuckDBPyConnection:
    connection.create_function(
        _FILES,
        _Listings(data),
        [duckdb.sqltype("VARCHAR"), duckdb.sqltype("UBIGINT")],
        duckdb.sqltype("VARCHAR[]"),
    )
    _create_views(connection, {table.name: _source(connection, table, data) for table in READ_TABLES})
    return connection


def _with_views_safely(connection: duckdb.DuckDBPyConnection, data: Path) -> SafeConnection:
    from newsdata.safe import PlacedFiles, SafeConnection  # noqa: PLC0415 - pyarrow.dataset only when it is used

    files = {f"{table.name}_files": PlacedFiles.of(table, data / table.name) for table in READ_TABLES}
    for name, dataset in files.items():
        connection.register(name, dataset)
    _create_views(connection, {table.name: f"{table.name}_files" for table in READ_TABLES})
    return SafeConnection(connection, files)


def _create_views(connection: duckdb.DuckDBPyConnection, sources: dict[str, str]) -> None:
    for view in VIEWS:
        connection.execute(f"CREATE VIEW {view} AS\n{_definition(view, sources)}")


def sql_error(error: Exception) -> QueryError:
    """Turn DuckDB's error into one line: what is wrong, and where."""
    return QueryError(_summary(error))


def read_batches(reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    """Yield the batches of a query that DuckDB runs while they are read.

    Raises:
        QueryError: The query failed on the way; Arrow passes DuckDB's message on as an error of its own.
    """
    try:
        yield from reader
    except (OSError, pa.ArrowException) as error:
        raise sql_error(error) from error


def _definition(view: str, sources: dict[str, str]) -> str:
    query = resources.files("newsdata").joinpath("sql", f"{view}.sql").read_text("utf-8")
    denies = (f"CASE WHEN {denies_sql('source', 'counted.value', use)} THEN '{use}' END" for use in PURPOSES)
    query = query.replace("{denies}", ", ".join(denies))
    query = query.replace("{blocked}", ", ".join(map(_literal, BLOCKED_REASONS)))
    query = query.replace("{sources}", ", ".join(map(_literal, SOURCE_REASONS)))
    columns = {"article_versions": "articles"}.get(view, view)
    for table in READ_TABLES:
        query = query.replace(f"{{{table.name}}}", sources[table.name])
        if table.name == columns:
            query = query.replace("{columns}", ", ".join(f'"{name}"' for name in table.schema.names))
    return query


def _source(connection: duckdb.DuckDBPyConnection, table: Table, data: Path) -> str:
    """Return what stands after FROM for a table's files: each column of its schema, and each row's place."""
    if next((data / table.name).glob(table.files), None) is None:
        columns = ", ".join(_null(field) for field in table.schema)
        return f"(SELECT {columns}, NULL::VARCHAR AS filename, NULL::BIGINT AS file_row_number WHERE false)"
    by_month = (
        ", hive_partitioning=true, hive_types={'month': VARCHAR}" if "month" in table.schema.names else ""
    )
    files = (
        f"read_parquet({_FILES}({_literal(table.name)}, txid_current()), union_by_name=true{by_month},"
        " filename=true, file_row_number=true)"
    )
    present = {name for name, *_ in connection.sql(f"FROM {files}").description}
    missing = [_null(field) for field in table.schema if field.name not in present]
    if not missing:
        return files
    # only files of an older version are there: the columns they lack are null
    return f"(SELECT *, {', '.join(missing)} FROM {files})"  # noqa: S608 - names and types of our own schema


def _null(field: pa.Field) -> str:
    return f'NULL::{_type(field.type)} AS "{field.name}"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _type(kind: pa.DataType) -> str:
    """Return DuckDB's name of one of the types that :mod:`newsdata.schema` uses."""
    if pa.types.is_list(kind):
        return f"{_type(kind.value_type)}[]"
    if pa.types.is_struct(kind):
        return "STRUCT(" + ", ".join(f'"{field.name}" {_type(field.type)}' for field in kind) + ")"
    return {
        pa.string(): "VARCHAR",
        pa.binary(): "BLOB",
        pa.bool_(): "BOOLEAN",
        pa.int16(): "SMALLINT",
        pa.int32(): "INTEGER",
        pa.float32(): "FLOAT",
        pa.timestamp("us", tz="UTC"): "TIMESTAMPTZ",
    }[kind]


def _summary(error: Exception) -> str:
    """Return what DuckDB's message says, in one line: the fault, the advice, the place in the query."""
    lines = [line.strip() for line in str(error).splitlines()]
    place = next((number for number, line in enumerate(lines) if line.startswith("LINE ")), len(lines))
    said = "; ".join(line for line in lines[:place] if line) or type(error).__name__
    return f"{said} (at {lines[place]})" if place < len(lines) else said
