"""``newsmill report``: the dataset as one page."""

from __future__ import annotations

from pathlib import Path

import click

from newsmill.datafolder import data_option, open_dataset
from newsmill.errors import UserError


@click.command()
@click.option(
    "--html",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="Where to write the page.",
)
@data_option
def report(file: Path, data: Path) -> None:
    """Write the dataset as one self-contained page with plots.

    Articles by day and site, outcomes by reason, text removed by kind and rule, what is missing, languages, fetch
    errors, sites. The page loads nothing and runs no script: it can be mailed, printed and archived.
    """
    import duckdb  # noqa: PLC0415 - only when it is used

    from newsmill.reporting.page import render, write_page  # noqa: PLC0415 - same

    with open_dataset(data) as connection:
        try:
            (rows,) = connection.execute(
                "SELECT (SELECT count(*) FROM articles) + (SELECT count(*) FROM outcomes)"
            ).fetchall()[0]
            if not rows:
                raise UserError(f"nothing to report: {data} is empty; crawl something first")
            page = render(connection, data.resolve().name)
        except duckdb.Error as error:
            raise UserError(f"cannot read {data}: {error}; `newsmill verify` says which file") from error
    write_page(page, file)
    click.echo(f"{file}: {len(page.encode()) / 1000:.0f} kB; open it in a browser")
