"""Where the dataset is: ``--data``, else ``NEWSMILL_DATA``, else ``./data``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsmill.errors import NoDatasetYetError, UserError
from newsmill.terminal import say

if TYPE_CHECKING:
    import duckdb

data_option = click.option(
    "--data",
    type=click.Path(path_type=Path),
    envvar="NEWSMILL_DATA",
    default=Path("data"),
    show_default=True,
    show_envvar=True,
    help="The dataset's folder.",
)


def open_dataset(data: Path, *, with_leftovers: bool = True) -> duckdb.DuckDBPyConnection:
    """Return a connection with the dataset's views.

    Args:
        data: The dataset's folder.
        with_leftovers: Store before what a killed crawl left in the journal; else nothing is written.

    Raises:
        NoDatasetYetError: There is no dataset.
        UserError: It cannot be read.
    """
    import newsdata  # noqa: PLC0415 - DuckDB only when it is used

    if with_leftovers:
        take_in_leftovers(data)
    try:
        return newsdata.connect(data)
    except newsdata.NoDatasetError as error:
        raise NoDatasetYetError(str(error)) from error
    except newsdata.DataError as error:
        raise UserError(str(error)) from error


def take_in_leftovers(data: Path) -> None:
    """Store what a killed crawl left in the journal, so that a question sees all that was fetched."""
    import newsdata  # noqa: PLC0415 - as above

    try:
        newsdata.recover(data)
    except newsdata.DataFolderError as error:  # one may read what one may not write
        say(f"what a killed crawl left in the journal is left out: {error}")
