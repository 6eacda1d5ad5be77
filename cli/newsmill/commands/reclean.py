"""``newsmill reclean``: the cleaner again, over the pages that are stored."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from uuid import uuid4

import click
from rich.console import Console

from newsmill.datafolder import data_option
from newsmill.errors import UserError
from newsmill.site_folder import known_files, sites_option


@click.command()
@click.option("--site", "sites", multiple=True, metavar="SITE", help="Only this site; repeat for several.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and store nothing.")
@sites_option
@data_option
@click.pass_context
def reclean(
    context: click.Context, sites: tuple[str, ...], dry_run: bool, site_folder: Path | None, data: Path
) -> None:
    """Clean the stored pages again, with this cleaner and what is known of their sites.

    No page is fetched. An article that comes out different is stored as a new version (`newsmill sql "FROM
    article_versions"` has them all); one whose page holds none any more stays as it is. Each page is cleaned in a process
    of its own kind, under a crawl's limits of time and memory.

    Exit codes: 0 done, also if nothing changed; 1 some pages hold no article any more, or there is no dataset.
    """
    import newsdata  # noqa: PLC0415 - the cleaner and DuckDB only when they are used
    from newsclean.profile import SiteProfile  # noqa: PLC0415 - as above
    from newscrawl.article_url import is_article_url  # noqa: PLC0415 - as above
    from newsmill.cleaning import cleaning_pool  # noqa: PLC0415 - as below
    from newsmill.recleaning import (  # noqa: PLC0415 - as above
        chosen_sites,
        print_changes,
        reclean_dataset,
    )

    files = known_files(site_folder)
    chosen = chosen_sites(data, sites)
    pool = cleaning_pool()
    try:
        with newsdata.connect(data) as connection:
            known = {site: newsdata.read_profile(connection, site) for site in chosen}
        profiles = {
            site: files.profile(found[0] if found else SiteProfile(site)) for site, found in known.items()
        }
        opened = (
            contextlib.nullcontext()
            if dry_run
            else newsdata.open_writer(
                data, crawl_id=f"reclean-{uuid4().hex[:12]}", is_article_url=is_article_url
            )
        )
        with opened as writer:
            changes = asyncio.run(reclean_dataset(data, pool, profiles, writer))
    except newsdata.DataError as error:
        raise UserError(str(error)) from error
    finally:
        pool.close()
    print_changes(changes, Console(), dry_run=dry_run)
    context.exit(1 if changes.lost else 0)
