"""``newsmill dedupe``: articles that tell the same story."""

from __future__ import annotations

from pathlib import Path

import click

from newsmill.datafolder import data_option, take_in_leftovers
from newsmill.errors import UserError

_LARGEST = (
    'SELECT "cluster", count(*) AS articles FROM duplicates GROUP BY ALL ORDER BY articles DESC LIMIT 10'
)


@click.command()
@data_option
def dedupe(data: Path) -> None:
    """Find articles that tell the same story: wire copy, with small edits, with the lead or the tail cut.

    Nothing is deleted: the view `duplicates` shows the clusters, how alike the texts are and which article was published first,
    and `newsmill export --one-per-story` leaves the others out. A further run signs and compares only what is new.

    Exit codes: 0 done, 1 there is no dataset or no article in it, or it cannot be written.
    """
    from newsdata.dedupe import dedupe as find  # noqa: PLC0415 - numpy and rensa only when they are used
    from newsdata.errors import DataError  # noqa: PLC0415 - same

    take_in_leftovers(data)
    try:
        found = find(data)
    except DataError as error:
        raise UserError(str(error)) from error
    if not found.articles:
        raise UserError(f"no article in {data}; crawl something first")
    click.echo(
        f"{found.articles} articles, {found.texts} different texts: {found.signed} signed, {found.compared} pairs compared"
    )
    click.echo(f"stories told more than once: {found.stories}, by {found.retold} articles in all")
    if found.stories:
        where = "" if str(data) == "data" else f" --data {data}"
        click.echo(f"next: newsmill sql '{_LARGEST}'{where}")
