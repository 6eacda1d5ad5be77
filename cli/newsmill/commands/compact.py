"""``newsmill compact``: many small files become few large ones."""

from __future__ import annotations

from pathlib import Path

import click

from newsmill.datafolder import data_option
from newsmill.errors import UserError


@click.command()
@click.option(
    "--grace",
    type=click.FloatRange(min=0),
    default=60.0,
    show_default=True,
    metavar="MINUTES",
    help="How long replaced files stay, for queries that are reading them.",
)
@data_option
def compact(grace: float, data: Path) -> None:
    """Merge the small files of each month, while others may read and write.

    `newsmill sql` and `newsdata.connect` see every row once at any time. The files that were replaced are deleted by the
    next `newsmill compact` after the grace period; until then a program that reads the files by a pattern of its own
    (`data/articles/**/*.parquet`) finds rows twice. `--grace 0` deletes at once, for when nobody is reading.

    Exit codes: 0 done, also if there was nothing to merge; 1 it could not be done.
    """
    import newsdata  # noqa: PLC0415 - pyarrow only when it is used

    if not data.is_dir():
        raise UserError(f"no dataset at {data}: there is no such folder; crawl into it first or name another")
    try:
        done = newsdata.compact(data, grace_seconds=60 * grace)
        if not grace:  # what was merged just now, too
            later = newsdata.compact(data, grace_seconds=0)
            done = newsdata.Compaction(done.merged, done.written, done.deleted + later.deleted, later.waiting)
    except newsdata.DataError as error:
        raise UserError(str(error)) from error
    click.echo(
        f"{done.merged} files merged into {done.written}; {done.deleted} replaced files deleted, "
        f"{done.waiting} wait for their grace period"
    )
