"""``python -m newsmill.demo``: serve the demo until Ctrl-C, or write it into a folder."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import click

from newsmill.demo.export import export
from newsmill.demo.server import PORTS, serve
from newsmill.demo.site import read_sites
from newsmill.demo.source import SourceError


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--export",
    "folder",
    type=click.Path(path_type=Path),
    help="Write the pages and their truth here instead.",
)
@click.option(
    "--ports", type=(int, int), default=PORTS, show_default=True, help="One for each publication; 0 for any."
)
def main(folder: Path | None, ports: tuple[int, int]) -> None:
    """Serve the demo's two publications on loopback, or export their pages."""
    try:
        if folder is not None:
            click.echo(f"{export(read_sites(), folder)} pages in {folder}")
            return
        with serve(ports) as demo:
            for site in demo.sites:
                click.echo(
                    f"{site.publication.name}: {site.start} ({len(site.publication.sources)} articles)"
                )
            click.echo("Ctrl-C stops")
            threading.Event().wait()
    except KeyboardInterrupt:
        click.echo()
    except SourceError as error:
        sys.exit(f"newsmill.demo: {error}")
    except OSError as error:
        sys.exit(f"newsmill.demo: {error}; choose other ports with --ports, or another folder")


if __name__ == "__main__":
    main()
