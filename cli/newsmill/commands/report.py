"""``newsmill report``: the dataset as one page."""

from __future__ import annotations

import tempfile
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

    from newsmill.reporting.page import render  # noqa: PLC0415 - same

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
    try:
        # whole or not at all: whoever has the page open never loads half of it
        with tempfile.NamedTemporaryFile(
            "w", dir=file.parent, prefix=".report-", suffix=".part", encoding="utf-8", delete=False
        ) as aside:
            aside.write(page)
        path = Path(aside.name)
        path.chmod(0o644)
        path.replace(file)
    except OSError as error:
        raise UserError(f"cannot write {file}: {error.strerror}; choose another place with --html") from error
    click.echo(f"{file}: {len(page.encode()) / 1000:.0f} kB; open it in a browser")
