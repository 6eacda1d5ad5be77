"""``newsmill learn``: what the pages of a site have in common, by hand."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import click
from rich.console import Console
from rich.table import Table

from newsmill.datafolder import data_option
from newsmill.errors import UserError
from newsmill.site_folder import known_files, sites_option

if TYPE_CHECKING:
    from newsclean.profile import SiteProfile


@click.command()
@click.argument("sites", metavar="[SITE…]", nargs=-1)
@sites_option
@data_option
def learn(sites: tuple[str, ...], site_folder: Path | None, data: Path) -> None:
    """Learn what stands on many pages of a site, and clean the articles again that this changes.

    SITE is a site of the dataset, all if none is given. A crawl does the same at its end for the sites it crawled; this is
    for pages that came otherwise (`newsmill clean --data`), or were crawled before. `newsmill sql "FROM profiles"` shows
    each line, on how many of how many articles it stands, and why it is judged furniture or not.

    Exit codes: 0 done, also if nothing was learned; 1 there is no dataset, or no such site in it.
    """
    import newsdata  # noqa: PLC0415 - the cleaner and DuckDB only when they are used
    from newscrawl.article_url import is_article_url  # noqa: PLC0415 - as above
    from newscrawl.profiles import draw_outlines, learn_stored, store_learned  # noqa: PLC0415 - as above
    from newsmill.cleaning import cleaning_pool  # noqa: PLC0415 - as below
    from newsmill.recleaning import (  # noqa: PLC0415 - as above
        CLEANER,
        Changes,
        chosen_sites,
        print_changes,
        reclean_dataset,
    )

    files = known_files(site_folder)
    chosen = chosen_sites(data, sites)
    run = f"learn-{uuid4().hex[:12]}"
    pool = cleaning_pool()

    async def work(writer: newsdata.Writer) -> tuple[dict[str, SiteProfile], Changes]:
        for site in chosen:
            await draw_outlines(data, pool, writer, site, cleaner=CLEANER)
        learned = learn_stored(data, chosen)
        profiles = {site: files.profile(each.profile) for site, each in learned.items()}
        changes = await reclean_dataset(data, pool, profiles, writer, stale_only=True)
        store_learned(data, learned.values(), crawl_id=run)
        return profiles, changes

    try:
        with newsdata.open_writer(data, crawl_id=run, is_article_url=is_article_url) as writer:
            learned, changes = asyncio.run(work(writer))
    except newsdata.DataError as error:
        raise UserError(str(error)) from error
    finally:
        pool.close()
    console = Console()
    table = Table(
        "site", "articles", "lines", "templates", "places", title="Furniture learned", title_justify="left"
    )
    for column in table.columns[1:]:
        column.justify = "right"
    for site in chosen:
        profile = learned.get(site)
        furniture = list(profile.furniture.values()) if profile else []
        counts = (sum(each.form == form for each in furniture) for form in ("line", "template", "path"))
        table.add_row(site, str(profile.articles if profile else 0), *map(str, counts))
    console.print(table)
    print_changes(changes, console)
