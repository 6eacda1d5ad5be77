"""``newsmill sql``: questions to the dataset."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsmill.datafolder import data_option, open_dataset
from newsmill.errors import WrongUsageError

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
@data_option
def sql(query: str | None, form: str, data: Path) -> None:
    """Ask the dataset with SQL.

    The views are articles, article_versions, pages, outcomes, removed, images, sites, duplicates and
    coverage. Without a QUERY it is read from standard input; on a terminal a shell with history and
    completion opens. `json` prints one array of records, `parquet` writes a Parquet file to standard output.

    Exit codes: 0 done, 1 no dataset, 2 wrong SQL.
    """
    with open_dataset(data) as connection:
        if query is None and sys.stdin.isatty():
            from newsmill.sql_shell import run_shell  # noqa: PLC0415 - the prompt only when it is used

            run_shell(connection, form)
        else:
            answer(connection, sys.stdin.read() if query is None else query, form)


def answer(connection: duckdb.DuckDBPyConnection, query: str, form: str) -> None:
    """Run a query and print its result.

    Raises:
        WrongUsageError: The SQL is wrong, or there is none.
    """
    import duckdb  # noqa: PLC0415 - only when it is used

    from newsdata.errors import QueryError  # noqa: PLC0415 - same
    from newsdata.views import sql_error  # noqa: PLC0415 - same
    from newsmill.sql_output import PRINTERS, print_parquet  # noqa: PLC0415 - same

    if not query.strip():
        raise WrongUsageError('no query: give one, such as "SELECT count(*) FROM articles"')
    if form == "parquet" and sys.stdout.isatty():
        raise WrongUsageError("--format parquet writes bytes: send them to a file with > FILE.parquet")
    try:
        if form == "parquet":
            print_parquet(connection, query)
        else:
            PRINTERS[form](connection.execute(query))
    except duckdb.Error as error:
        raise WrongUsageError(str(sql_error(error))) from error
    except QueryError as error:
        raise WrongUsageError(str(error)) from error
