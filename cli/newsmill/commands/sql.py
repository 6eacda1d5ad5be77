"""``newsmill sql``: questions to the dataset."""

from __future__ import annotations

import csv
import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsmill.datafolder import data_option
from newsmill.errors import UserError, WrongUsageError
from newsmill.terminal import printable

if TYPE_CHECKING:
    import duckdb

ROWS_OF_A_TABLE = 1000
WIDEST_CELL = 120


@click.command()
@click.argument("query", required=False)
@click.option("--format", "form", type=click.Choice(["table", "csv", "json", "parquet"]), default="table", show_default=True)
@data_option
def sql(query: str | None, form: str, data: Path) -> None:
    """Ask the dataset with SQL.

    The views are articles, article_versions, pages, outcomes, removed, images, sites, duplicates and coverage. Without a
    QUERY it is read from standard input, or a shell with history and completion opens on a terminal. `json` prints one
    array of records, `parquet` writes a Parquet file to standard output.
    """
    import newsdata  # noqa: PLC0415 - DuckDB only when it is used
    from newsdata.errors import DataError  # noqa: PLC0415 - same

    try:
        connection = newsdata.connect(data)
    except DataError as error:
        raise UserError(str(error)) from error
    with connection:
        if query is None and sys.stdin.isatty():
            from newsmill.sql_shell import run_shell  # noqa: PLC0415 - the prompt only when it is used

            run_shell(connection)
            return
        answer(connection, query if query is not None else sys.stdin.read(), form)


def answer(connection: duckdb.DuckDBPyConnection, query: str, form: str) -> None:
    """Run a query and print its result.

    Raises:
        WrongUsageError: The SQL is wrong.
    """
    import duckdb  # noqa: PLC0415 - only when it is used
    from newsdata.views import sql_error  # noqa: PLC0415 - same

    if not query.strip():
        raise WrongUsageError("no query: give one, such as \"SELECT count(*) FROM articles\"")
    if form == "parquet" and sys.stdout.isatty():
        raise WrongUsageError("--format parquet writes bytes: send them to a file with > FILE.parquet")
    try:
        if form == "parquet":
            _print_parquet(connection, query)
            return
        result = connection.execute(query)
        {"table": _print_table, "csv": _print_csv, "json": _print_json}[form](result)
    except duckdb.Error as error:
        raise WrongUsageError(str(sql_error(error))) from error


def _names(result: duckdb.DuckDBPyConnection) -> list[str]:
    return [str(column[0]) for column in result.description or []]


def _print_table(result: duckdb.DuckDBPyConnection) -> None:
    from rich.console import Console  # noqa: PLC0415 - only for tables
    from rich.table import Table  # noqa: PLC0415 - same
    from rich.text import Text  # noqa: PLC0415 - same

    names = _names(result)
    rows = result.fetchmany(ROWS_OF_A_TABLE + 1)
    table = Table(header_style="bold", show_edge=False)
    for place, name in enumerate(names):
        numeric = any(isinstance(row[place], int | float | Decimal) and not isinstance(row[place], bool) for row in rows)
        table.add_column(Text(printable(name)), justify="right" if numeric else "left", overflow="ellipsis", no_wrap=True)
    for row in rows[:ROWS_OF_A_TABLE]:
        table.add_row(*(Text(_cell(value)) for value in row))
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = 200
    console.print(table)
    if len(rows) > ROWS_OF_A_TABLE:
        click.echo(f"… only the first {ROWS_OF_A_TABLE} rows; --format csv or json gives all", err=True)


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    text = printable(text.replace("\n", " ").replace("\t", " "))
    return text if len(text) <= WIDEST_CELL else text[: WIDEST_CELL - 1] + "…"


def _print_csv(result: duckdb.DuckDBPyConnection) -> None:
    writer = csv.writer(sys.stdout)
    writer.writerow(_names(result))
    while rows := result.fetchmany(1000):
        writer.writerows([_plain(value) for value in row] for row in rows)


def _plain(value: object) -> object:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    isoformat = getattr(value, "isoformat", None)
    return isoformat() if isoformat is not None else value


def _print_json(result: duckdb.DuckDBPyConnection) -> None:
    names = _names(result)
    sys.stdout.write("[")
    first = True
    while rows := result.fetchmany(1000):
        for row in rows:
            record = dict(zip(names, row, strict=True))
            sys.stdout.write(("\n" if first else ",\n") + json.dumps(record, ensure_ascii=False, default=_json_value))
            first = False
    sys.stdout.write("\n]\n" if not first else "]\n")


def _json_value(value: object) -> object:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    isoformat = getattr(value, "isoformat", None)
    return isoformat() if isoformat is not None else str(value)


def _print_parquet(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    import pyarrow.parquet as pq  # noqa: PLC0415 - only for Parquet

    relation = connection.sql(query)
    if relation is None:
        raise WrongUsageError("the statement has no result to write as Parquet")
    reader = relation.to_arrow_reader(2048)
    with pq.ParquetWriter(sys.stdout.buffer, reader.schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch)
