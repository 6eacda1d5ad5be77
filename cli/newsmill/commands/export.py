"""``newsmill export``: articles for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import click

from newsdata.usage import PURPOSES, Purpose, allowed_sql
from newsmill.datafolder import data_option, take_in_leftovers
from newsmill.errors import UserError, WrongUsageError
from newsmill.options import raw_csv_option


@click.command()
@click.option(
    "--as",
    "form",
    type=click.Choice(["hf", "jsonl", "parquet", "csv", "markdown", "warc"]),
    required=True,
    help="hf: a folder for datasets.load_dataset; jsonl, parquet, csv: one file; markdown: a file an article; warc: the raw pages.",
)
@click.option("--to", type=click.Path(path_type=Path), required=True, help="Folder to write.")
@click.option(
    "--where", default="", metavar="SQL", help="Condition over articles, such as \"language = 'en'\"."
)
@click.option(
    "--one-per-story",
    is_flag=True,
    help="Of near-duplicates only the one published first; run `newsmill dedupe` before.",
)
@raw_csv_option
@click.option(
    "--respect-usage",
    type=click.Choice(PURPOSES),
    multiple=True,
    help="Leave out articles whose publisher forbids this use; repeat for several.",
)
@data_option
def export(
    form: str,
    to: Path,
    where: str,
    respect_usage: tuple[str, ...],
    one_per_story: bool,
    raw_csv: bool,
    data: Path,
) -> None:
    """Write the newest version of each article for other programs.

    With `--as warc` the raw pages are written, with their HTTP headers; a condition chooses those of its articles.
    The folder appears whole or not at all; an earlier export in it is replaced, anything else is left alone.
    """
    from newsdata.errors import DataError, ExportTargetError, QueryError  # noqa: PLC0415 - only when it is used
    from newsdata.export import Form  # noqa: PLC0415 - same
    from newsdata.export import export as write  # noqa: PLC0415 - same

    if respect_usage:
        allowed = allowed_sql(cast("tuple[Purpose, ...]", respect_usage))
        where = f"({where}\n) AND {allowed}" if where else allowed
    take_in_leftovers(data)
    try:
        count = write(data, to, cast("Form", form), where, one_per_story=one_per_story, raw_csv=raw_csv)
    except (QueryError, ExportTargetError) as error:
        raise WrongUsageError(str(error)) from error
    except DataError as error:
        raise UserError(str(error)) from error
    click.echo(f"{count} {'pages' if form == 'warc' else 'articles'} in {to}")
    if form == "hf":
        click.echo(f'next: python -c "import datasets; print(datasets.load_dataset({str(to)!r}))"')
