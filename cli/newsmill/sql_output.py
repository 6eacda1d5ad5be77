"""The forms in which a query's result is printed.

``table`` is for people: long text is cut, control characters cannot reach the terminal. ``csv`` and ``json``
are for programs: times in ISO 8601, bytes as UTF-8 text, lists and structs as JSON; what a spreadsheet or a
terminal would run is escaped. ``parquet`` keeps every type and byte.
"""

from __future__ import annotations

import csv
import io
import json
import math
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

import click

from newsmill.errors import WrongUsageError
from newsmill.terminal import json_text, printable

if TYPE_CHECKING:
    import duckdb
    from rich.console import Console

Row = tuple[object, ...]

ROWS_OF_A_TABLE = 1000
ROWS_AT_ONCE = 1000
NARROWEST_COLUMN = 8  # of a table; where not every column gets that much, a row is printed line by line
WIDTH_OF_A_FILE = 120  # of a table that goes to no terminal
LONGEST_CELL = 1000  # no terminal is wider; spares measuring whole articles
_GAP = 3  # between two columns: a rule with a space at each side


def print_table(result: duckdb.DuckDBPyConnection) -> None:
    """Print rows as a table as wide as the terminal, or each row as a list if there are many columns."""
    from rich.console import Console  # noqa: PLC0415 - only for tables

    console = Console(
        highlight=False,
        soft_wrap=False,
        width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else WIDTH_OF_A_FILE,
    )
    names = [printable(name) for name in _names(result)]
    rows = result.fetchmany(ROWS_OF_A_TABLE + 1)
    shown = rows[:ROWS_OF_A_TABLE]
    if len(names) * (NARROWEST_COLUMN + _GAP) > console.width:
        _print_records(console, names, shown)
    else:
        _print_rows(console, names, shown)
    if len(rows) > ROWS_OF_A_TABLE:
        click.echo(f"… only the first {ROWS_OF_A_TABLE} rows; --format csv or json gives all", err=True)


def _print_rows(console: Console, names: list[str], rows: list[Row]) -> None:
    from rich.cells import cell_len  # noqa: PLC0415 - only for tables
    from rich.table import Table  # noqa: PLC0415 - same
    from rich.text import Text  # noqa: PLC0415 - same

    cells = [[_cell(value) for value in row] for row in rows]
    natural = [
        max(cell_len(name), *(cell_len(row[place]) for row in cells), 1) for place, name in enumerate(names)
    ]
    table = Table(header_style="bold", show_edge=False)
    for place, width in enumerate(_fitted(natural, console.width - _GAP * len(names))):
        numeric = any(_is_number(row[place]) for row in rows)
        table.add_column(
            Text(names[place]),
            justify="right" if numeric else "left",
            overflow="ellipsis",
            no_wrap=True,
            width=width,
        )
    for row in cells:
        table.add_row(*map(Text, row))
    console.print(table)


def _print_records(console: Console, names: list[str], rows: list[Row]) -> None:
    from rich.table import Table  # noqa: PLC0415 - only for tables
    from rich.text import Text  # noqa: PLC0415 - same

    for number, row in enumerate(rows, start=1):
        console.print(Text(f"row {number}", style="bold"))
        record = Table.grid(padding=(0, 2))
        record.add_column(no_wrap=True, min_width=max(map(len, names)))
        record.add_column(no_wrap=True, overflow="ellipsis")
        for name, value in zip(names, row, strict=True):
            record.add_row(Text(name), Text(_cell(value)))
        console.print(record)
    if not rows:
        console.print(Text("no rows"))


def _fitted(natural: list[int], room: int) -> list[int]:
    """Share out the room: what some columns do not need of their fair share is the others'."""
    widths = list(natural)
    open_columns = sorted(range(len(natural)), key=natural.__getitem__)
    while open_columns:
        share = max(room // len(open_columns), 1)
        column = open_columns.pop(0)
        widths[column] = min(natural[column], share)
        room -= widths[column]
    return widths


def _cell(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, datetime):  # the session's times are in UTC
        return f"{value:%Y-%m-%d %H:%M:%S}"
    plain = _plain(value)
    text = plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)
    return printable(" ".join(text[:LONGEST_CELL].split()))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def print_csv(result: duckdb.DuckDBPyConnection) -> None:
    """Print a header and a line for each row (RFC 4180, with line feeds); NULL is an empty field.

    Text that a spreadsheet would take for a formula gets an apostrophe in front, control characters become U+FFFD.
    """
    from newsdata.csv_cells import inert  # noqa: PLC0415 - only for CSV

    _print_csv(result, inert)


def print_raw_csv(result: duckdb.DuckDBPyConnection) -> None:
    """Print CSV with every text as it is."""
    _print_csv(result, str)


def _print_csv(result: duckdb.DuckDBPyConnection, cell: Callable[[str], str]) -> None:
    output = _utf8_output()
    shown = printable if output.isatty() else str
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow([shown(cell(name)) for name in _names(result)])
    for row in _rows(result):
        writer.writerow([_csv_field(value, lambda text: shown(cell(text))) for value in row])


def _csv_field(value: object, cell: Callable[[str], str]) -> object:
    if isinstance(value, str | bytes):
        return cell(str(_plain(value)))
    plain = _plain(value)
    return plain if plain is None or isinstance(plain, str) else json_text(plain)


def print_json(result: duckdb.DuckDBPyConnection) -> None:
    """Print one array of records, a line each."""
    output = _utf8_output()
    names = _distinct(_names(result))
    separator = "["
    for row in _rows(result):
        record = {name: _plain(value) for name, value in zip(names, row, strict=True)}
        output.write(f"{separator}\n{json_text(record)}")
        separator = ","
    output.write("[]\n" if separator == "[" else "\n]\n")


def _distinct(names: list[str]) -> list[str]:
    """Number names that stand twice, lest one value hide the other."""
    seen: Counter[str] = Counter()
    distinct: list[str] = []
    for name in names:
        seen[name] += 1
        distinct.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return distinct


def print_parquet(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    """Write a Parquet file to standard output."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - only for Parquet

    from newsdata.views import read_batches  # noqa: PLC0415 - same

    relation = connection.sql(query)
    if relation is None:
        raise WrongUsageError("the statement has no result to write as Parquet; give a SELECT")
    reader = relation.to_arrow_reader(ROWS_AT_ONCE)
    with pq.ParquetWriter(sys.stdout.buffer, reader.schema, compression="zstd") as writer:
        for batch in read_batches(reader):
            writer.write_batch(batch)


PRINTERS: Mapping[str, Callable[[duckdb.DuckDBPyConnection], None]] = {
    "table": print_table,
    "csv": print_csv,
    "raw-csv": print_raw_csv,
    "json": print_json,
}


def _names(result: duckdb.DuckDBPyConnection) -> list[str]:
    return [str(column[0]) for column in result.description or []]


def _rows(result: duckdb.DuckDBPyConnection) -> Iterator[Row]:
    while rows := result.fetchmany(ROWS_AT_ONCE):
        yield from rows


def _utf8_output() -> io.TextIOBase:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    return sys.stdout  # type: ignore[return-value]  # typed TextIO, which names no base class


def _plain(value: object) -> object:
    """Return a value of DuckDB's as what JSON knows."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else None
        case Decimal():  # without a fraction it is an integer of many digits, such as a sum
            return int(value) if value.as_tuple().exponent == 0 else float(value)
        case datetime() | date() | time():
            return value.isoformat()
        case bytes():
            return value.decode("utf-8", "replace")
        case list() | tuple():
            return [_plain(each) for each in value]
        case dict():
            return {str(key): _plain(each) for key, each in value.items()}
        case _:
            return str(value)
