"""``newsmill sql``: questions to the dataset."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsmill.datafolder import data_option, open_dataset
from newsmill.errors import UserError, WrongUsageError
from newsmill.options import raw_csv_option

if TYPE_CHECKING:
    import duckdb


@click.command()
@click.argument("query", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json", "parquet"]),
    default="table",
    show_default=True,
    help="How to print the result.",
)
@raw_csv_option
@click.option(
    "--safe",
    is_flag=True,
    help="For SQL from a model or a stranger: it can read the views and do nothing else, within limits.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="With --safe: stop the query then.",
)
@click.option(
    "--max-memory",
    type=click.IntRange(min=64),
    default=1024,
    show_default=True,
    metavar="MIB",
    help="With --safe: memory of a query, and size of its answer.",
)
@click.option(
    "--max-rows",
    type=click.IntRange(min=1),
    default=10_000,
    show_default=True,
    help="With --safe: rows of an answer.",
)
@data_option
def sql(
    query: str | None,
    form: str,
    raw_csv: bool,
    safe: bool,
    timeout: float,
    max_memory: int,
    max_rows: int,
    data: Path,
) -> None:
    """Ask the dataset with SQL.

    The views are articles, article_versions, pages, outcomes, removed, images, sites, drift,
    duplicates and coverage. Without a QUERY it is read from standard input; on a terminal a shell with history and
    completion opens. `json` prints one array of records, `parquet` writes a Parquet file to standard output.
    In `csv`, text that a spreadsheet would take for a formula gets a ' in front; see --raw-csv.

    With --safe each query runs in a process of its own, which can neither write nor reach files, network,
    extensions or settings, and what a killed crawl left in the journal waits.

    Exit codes: 0 done, 1 no dataset or a limit was met, 2 wrong SQL.
    """
    form = "raw-csv" if form == "csv" and raw_csv else form
    interactive = query is None and sys.stdin.isatty()
    if safe:
        limits = (timeout, max_memory << 20, max_rows)
        if interactive:
            from newsmill.sql_shell import run_shell  # noqa: PLC0415 - the prompt only when it is used

            with open_dataset(data, with_leftovers=False) as connection:
                run_shell(connection, lambda typed: answer_safely(data, typed, form, *limits))
        else:
            answer_safely(data, sys.stdin.read() if query is None else query, form, *limits)
        return
    with open_dataset(data) as connection:
        if interactive:
            from newsmill.sql_shell import run_shell  # noqa: PLC0415 - the prompt only when it is used

            run_shell(connection, lambda typed: answer(connection, typed, form))
        else:
            answer(connection, sys.stdin.read() if query is None else query, form)


def answer_safely(
    data: Path, query: str, form: str, seconds: float, memory_bytes: int, max_rows: int
) -> None:
    """Run a query that is not trusted, within limits, and print its result.

    Raises:
        WrongUsageError: The SQL is wrong or not allowed, or there is none.
        UserError: It met a limit, or there is no dataset.
    """
    import duckdb  # noqa: PLC0415 - only when it is used

    import newsdata  # noqa: PLC0415 - same

    _check_query(query, form)
    try:
        found = newsdata.safe_query(data, query, newsdata.Limits(seconds, memory_bytes, max_rows))
    except newsdata.QueryError as error:
        raise WrongUsageError(str(error)) from error
    except newsdata.DataError as error:
        raise UserError(str(error)) from error
    with duckdb.connect() as printer:
        printer.execute("SET TimeZone = 'UTC'")
        printer.register("answer", found.rows)
        answer(printer, "FROM answer", form)
    if found.cut:
        click.echo(f"newsmill: only the first {max_rows} rows; --max-rows allows more", err=True)


def _check_query(query: str, form: str) -> None:
    if not query.strip():
        raise WrongUsageError('no query: give one, such as "SELECT count(*) FROM articles"')
    if form == "parquet" and sys.stdout.isatty():
        raise WrongUsageError("--format parquet writes bytes: send them to a file with > FILE.parquet")


def answer(connection: duckdb.DuckDBPyConnection, query: str, form: str) -> None:
    """Run a query and print its result.

    Raises:
        WrongUsageError: The SQL is wrong, or there is none.
    """
    import duckdb  # noqa: PLC0415 - only when it is used

    from newsdata.errors import QueryError  # noqa: PLC0415 - same
    from newsdata.views import sql_error  # noqa: PLC0415 - same
    from newsmill.sql_output import PRINTERS, print_parquet  # noqa: PLC0415 - same

    _check_query(query, form)
    try:
        if form == "parquet":
            print_parquet(connection, query)
        else:
            PRINTERS[form](connection.execute(query))
    except duckdb.Error as error:
        raise WrongUsageError(str(sql_error(error))) from error
    except QueryError as error:
        raise WrongUsageError(str(error)) from error
