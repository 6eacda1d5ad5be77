"""``newsmill verify``: is everything that was stored still there and sound?"""

from __future__ import annotations

from pathlib import Path

import click

from newsmill.datafolder import data_option
from newsmill.errors import UserError
from newsmill.terminal import printable


@click.command()
@click.option(
    "--look-only",
    is_flag=True,
    help="Name what is broken, and touch nothing; needs no room and no right to write.",
)
@data_option
@click.pass_context
def verify(context: click.Context, look_only: bool, data: Path) -> None:
    """Read every file, check every sum, compare the counts.

    What is broken is named, a line each. A broken file is set aside, whole, in damaged/ of the dataset, and what can
    still be read of it takes its place, so that every query works again: whole row groups,
    which Parquet reads whole or not at all. A damaged line of the journal is kept in spool/damaged/, and all others are stored.

    Exit codes: 0 all is well; 1 something is broken, or there is no dataset.
    """
    import newsdata  # noqa: PLC0415 - pyarrow only when it is used

    try:
        found = newsdata.verify(data, repair=not look_only)
    except newsdata.DataError as error:
        hint = (
            ""
            if look_only or not isinstance(error, newsdata.DataFolderError)
            else "; --look-only writes nothing"
        )
        raise UserError(f"{error}{hint}") from error
    for fault in found.faults:
        click.echo(printable(f"{fault.path}: {fault.problem}; {fault.kept}"), err=True)
    rows = ", ".join(f"{number} {table}" for table, number in found.rows.items() if number)
    click.echo(f"{found.files} files read: {rows or 'no rows'}; {found.journal_lines} lines of the journal")
    if found.faults:
        raise UserError(f"{len(found.faults)} faults in {data}, named above")
    click.echo("all is well")
