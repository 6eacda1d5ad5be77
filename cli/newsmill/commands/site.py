"""``newsmill site``: files that describe sites, written from what a look at them finds, and checked against the dataset."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from newsclean.article import NoArticle
from newscrawl.cleaning import Quarantine
from newscrawl.site_files import FOLDER, read_site_file
from newscrawl.url_list import private_host, site_url
from newscrawl.worker_entry import CleanedPage
from newsmill.datafolder import data_option, open_dataset
from newsmill.drift import Drift, current_drift
from newsmill.errors import NoDatasetYetError, UserError, WrongUsageError
from newsmill.options import allow_private_option
from newsmill.site_folder import chosen_files, sites_option
from newsmill.terminal import one_line, printable, say

if TYPE_CHECKING:
    from newsclean import Article
    from newscrawl.cleaning import CleaningPool
    from newscrawl.records import FetchedPage
    from newscrawl.spiders.sources import SourceReport

_SAMPLES = 5  # articles that are shown
_MOST_FEEDS = 20  # that are written into a file
_FIRST_LINE = 160  # characters

# When a source that a site's file names was read for the last time, and what came of it.
_NAMED_SOURCES = """
    SELECT coalesce(nullif(requested_url, ''), url) AS source, reason
    FROM outcomes
    WHERE via = 'site:' || $name
    QUALIFY row_number() OVER (PARTITION BY source ORDER BY fetched_at DESC) = 1 AND reason <> 'source'
    ORDER BY source
"""


@click.group()
def site() -> None:
    """Describe sites in files: `sites/NAME.toml`, crawled by `newsmill crawl NAME`.

    docs/sites.md explains what such a file may say.
    """


@site.command()
@click.argument("url")
@click.option("--name", default="", help="Name of the file; the host if it is not given.")
@sites_option
@allow_private_option
@click.pass_context
def add(
    context: click.Context, url: str, name: str, site_folder: Path | None, allow_private: tuple[str, ...]
) -> None:
    """Look at a site, write its file, and show what five of its articles look like.

    URL is its front page. Its sources are read as by `newsmill sources`, and its five newest articles are fetched
    and cleaned; they are not stored.

    Exit code 0: the file was written. 1: no article was found, so that none was written, or none could be cleaned.
    2: wrong usage.
    """
    try:
        front = site_url(url)
        for host in allow_private:
            private_host(host)
    except ValueError as error:
        raise WrongUsageError(str(error)) from None
    name = name or (urlsplit(front).hostname or "").removeprefix("www.").replace(":", "-")
    if Path(name).name != name or name.startswith("."):
        raise WrongUsageError(f"{name!r} is no name of a file; give another with --name")
    path = (site_folder or FOLDER) / f"{name}.toml"
    if path.exists():
        raise WrongUsageError(f"{path} is already there; edit it, or give another --name")

    from newsmill.cleaning import cleaning_pool  # noqa: PLC0415 - as above
    from newsmill.commands.sources import survey  # noqa: PLC0415 - it brings the cleaner along

    spider = survey(
        {"site": front, "sample": _SAMPLES}, allow_private, debug=bool((context.obj or {}).get("debug"))
    )
    if not spider.articles:
        raise UserError(
            f"{front}: no article was found, no file is written; is this the front page of a news site?"
        )
    pool = cleaning_pool()
    try:
        cleaned = asyncio.run(_clean(pool, spider.samples))
    finally:
        pool.close()
    articles = [each for each in cleaned if not isinstance(each, (NoArticle, Quarantine))]
    languages = Counter(each.language for each in articles if each.language)
    language = languages.most_common(1)[0][0] if languages else ""
    reports = list(spider.reports.values())
    _write(path, _text(front, reports, language))
    console = Console(soft_wrap=True)
    for page, result in zip(spider.samples, cleaned, strict=True):
        _print_sample(console, page.url, result)
    read = [report for report in reports if report.articles]
    console.print(
        f"{spider.articles} different article URLs in {len(read)} sources; written: {path}",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )
    where = f" --sites {site_folder}" if site_folder else ""
    console.print(f"Crawl it:  newsmill crawl {name}{where}", highlight=False, markup=False, soft_wrap=True)
    if not articles:
        say(f"none of {len(cleaned)} pages was an article; set article_url, or render = 'always', in {path}")
    context.exit(0 if articles else 1)


async def _clean(pool: CleaningPool, pages: Sequence[FetchedPage]) -> list[Article | NoArticle | Quarantine]:
    answers = await asyncio.gather(*(pool.clean(page.body, page.url, page.content_type) for page in pages))
    return [answer.article if isinstance(answer, CleanedPage) else answer for answer in answers]


def _text(front: str, reports: Sequence[SourceReport], language: str) -> str:
    """A site's file, as what was found of the site makes it."""
    feeds = sorted(
        (each for each in reports if each.kind == "feed" and each.articles), key=lambda each: -each.articles
    )
    sitemaps = [
        each
        for each in reports  # what an index names changes; the index stays
        if each.kind == "sitemap" and not each.problem and not each.via.startswith("sitemap:")
    ]
    sections = sum(each.kind == "section" and each.articles > 0 for each in reports)
    return f"""# What these keys mean, and all others: docs/sites.md
start = [{json.dumps(front)}]

# true: look for them in each crawl; false: leave them out; a list: these and no others.
feeds = {_urls([each.url for each in feeds[:_MOST_FEEDS]])}
sitemaps = {_urls([each.url for each in sitemaps])}
sections = true  # {sections} of them named articles

max_articles = 500  # of one crawl
{f"language = {json.dumps(language)}" if language else '# language = "en"'}
# delay = 2.0  # seconds between two requests
# article_url = '/[0-9]{{4}}/[0-9]{{2}}/'  # in articles' URLs and in no others
# drop = [".also-read"]
# render = "always"
# cookies = {{ consent = "all" }}
"""


def _urls(urls: Sequence[str]) -> str:
    lines = "".join(f"    {json.dumps(url)},\n" for url in urls)
    return f"[\n{lines}]" if urls else "true"


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise UserError(
            f"cannot write {path}: {error.strerror or error}; choose another folder with --sites"
        ) from None


def _print_sample(console: Console, url: str, result: Article | NoArticle | Quarantine) -> None:
    console.print(Text(printable(url), style="bright_black"))
    if isinstance(result, (NoArticle, Quarantine)):
        console.print(Text(f"  no article: {result.reason} {one_line(result.detail)}", style="red"))
        return
    first = one_line(result.blocks[0])
    date = f"{result.published:%Y-%m-%d %H:%M %Z}" if result.published else "no date"
    console.print(Text(f"  {one_line(result.title) or 'no title'}", style="bold"))
    console.print(
        Text(
            f"  {date}; {one_line(', '.join(result.authors)) or 'no authors'}; {len(result.text.split())} words"
        )
    )
    console.print(Text(f"  {first if len(first) <= _FIRST_LINE else first[:_FIRST_LINE] + '…'}\n"))


@site.command()
@click.argument("names", metavar="[NAME…]", nargs=-1)
@sites_option
@data_option
@click.pass_context
def check(context: click.Context, names: tuple[str, ...], site_folder: Path | None, data: Path) -> None:
    """Say which sites have drifted: pages that stopped yielding as before, and named sources that are gone.

    NAME is a file of the folder without its ending; all of them if none is given. Nothing is fetched: the dataset's
    crawls are looked at (the views drift and outcomes).

    Exit code 0: none has. 1: some have, or the dataset cannot be read. 2: wrong usage.
    """
    paths, others = chosen_files(names, site_folder or (None if names else FOLDER))
    if others:
        raise WrongUsageError(f"there is no {(site_folder or FOLDER) / others[0]}.toml")
    files = [read_site_file(path) for path in paths]
    known: dict[str, tuple[int, datetime | None]] = {}
    drifts: list[Drift] = []
    lost: dict[str, list[tuple[str, str]]] = {}
    with contextlib.suppress(NoDatasetYetError), open_dataset(data) as connection:  # no site was crawled
        known = {
            name: (articles, last_seen)
            for name, articles, last_seen in connection.execute(
                "SELECT site, articles, last_seen FROM sites"
            ).fetchall()
        }
        drifts = current_drift(connection)
        lost = {
            file.name: connection.execute(_NAMED_SOURCES, {"name": file.name}).fetchall() for file in files
        }
    table = Table("site", "articles", "last seen", "state")
    table.columns[1].justify = "right"
    problems = []
    for file in files:
        rows = [known[name] for name in file.sites if name in known]
        last = max((seen for _, seen in rows if seen), default=None)
        own = [f"{file.name}: {drift}" for drift in drifts if drift.site in file.sites]
        own += [
            f"{file.name}: {source}: {reason} when it was last read"
            for source, reason in lost.get(file.name, ())
        ]
        state = "has drifted" if own else "as before" if rows else f"not crawled; newsmill crawl {file.name}"
        table.add_row(
            Text(printable(file.name)),
            str(sum(articles for articles, _ in rows)),
            f"{last:%Y-%m-%d %H:%M}" if last else "",
            Text(state),
        )
        problems += own
    console = Console()
    console.print(table)
    for problem in problems:
        console.print(printable(problem), highlight=False, markup=False, soft_wrap=True)
    context.exit(1 if problems else 0)
