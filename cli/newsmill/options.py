"""Options that several commands have; `--data` is in :mod:`newsmill.datafolder`, `--sites` in :mod:`newsmill.site_folder`."""

from __future__ import annotations

import click

sources_option = click.option(
    "--from",
    "sources",
    default="",
    metavar="SOURCES",
    help="Look only there: feeds, sitemaps, sections; several separated by commas.",
)
allow_private_option = click.option(
    "--allow-private",
    multiple=True,
    metavar="HOST",
    help="Let this host have an address outside the public internet; repeat for several.",
)
raw_csv_option = click.option(
    "--raw-csv", is_flag=True, help="CSV cells as they are, also those that a spreadsheet would run."
)
