"""Where the dataset is: ``--data``, else ``NEWSMILL_DATA``, else ``./data``."""

from __future__ import annotations

from pathlib import Path

import click

data_option = click.option(
    "--data", type=click.Path(path_type=Path), envvar="NEWSMILL_DATA", default=Path("data"), show_default=True, show_envvar=True,
    help="The dataset's folder.",
)  # fmt: skip
