"""``newsmill sources``: where a site names its articles, with the spider of ``scrapy crawl sources``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from newscrawl.url_list import private_host, site_url, source_names
from newsmill.errors import WrongUsageError
from newsmill.options import allow_private_option, sources_option
from newsmill.terminal import json_text, make_logs_printable, printable, say

if TYPE_CHECKING:
    from newscrawl.spiders.sources import SourceReport, SourcesSpider


@click.command()
@click.argument("site", metavar="SITE")
@sources_option
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How to print what was found.",
)
@allow_private_option
@click.pass_context
def sources(
    context: click.Context, site: str, sources: str, output_format: str, allow_private: tuple[str, ...]
) -> None:
    """Show where a site names its articles, how many and how fresh, without fetching one.

    SITE is a front page such as news.example. Its feeds and sitemaps are read, and the first page of each
    section; of large indexes and archives the newest few. Nothing is stored.

    Exit code 0: articles were found. 1: none was. 2: wrong usage.
    """
    try:
        url = site_url(site)
        source_names(sources)
        for host in allow_private:
            private_host(host)
    except ValueError as error:
        raise WrongUsageError(str(error)) from None
    spider = survey(
        {"site": url, "sources": sources}, allow_private, debug=bool((context.obj or {}).get("debug"))
    )
    reports = sorted(spider.reports.values(), key=lambda each: (-each.articles, each.kind, each.url))
    if output_format == "json":
        click.echo(json_text([_record(report) for report in reports]))
    else:
        _print_table(reports, spider.articles)
    if not spider.articles:
        say(f"{url}: no article was found; is this the front page of a news site?")
    context.exit(0 if spider.articles else 1)


def survey(arguments: dict[str, object], allow_private: tuple[str, ...], *, debug: bool) -> SourcesSpider:
    """Run the spider ``sources`` in this process until it ends; a process can do so once.

    Args:
        arguments: The spider's.
        allow_private: Hosts that may have private addresses.
        debug: Show the log.

    Raises:
        WrongUsageError: It could not be started.
    """
    from scrapy.crawler import AsyncCrawlerProcess  # noqa: PLC0415 - a second of imports, paid only by a crawl
    from scrapy.settings import Settings  # noqa: PLC0415 - as above

    from newscrawl.spiders.sources import SourcesSpider  # noqa: PLC0415 - as above

    project = Settings()
    project.setmodule("newscrawl.settings", priority="project")
    settings = {
        "NEWSMILL_ALLOW_PRIVATE": list(allow_private),
        "LOG_ENABLED": debug,
        "LOG_LEVEL": "DEBUG" if debug else "ERROR",
    }
    project.setdict(settings, priority="cmdline")
    process = AsyncCrawlerProcess(project)
    make_logs_printable()
    crawler = process.create_crawler(SourcesSpider)
    process.crawl(crawler, **arguments)
    process.start()
    spider = crawler.spider
    if not isinstance(spider, SourcesSpider):
        raise WrongUsageError("the sources could not be read; `newsmill --debug sources …` shows why")
    return spider


def _record(report: SourceReport) -> dict[str, object]:
    return {
        "kind": report.kind,
        "url": report.url,
        "via": report.via,
        "articles": report.articles,
        "dated": report.dated,
        "last_week": report.last_week,
        "newest": report.newest.isoformat() if report.newest else None,
        "newest_title": report.newest_title,
        "languages": sorted(report.languages),
        "problem": report.problem,
    }


def _print_table(reports: list[SourceReport], articles: int) -> None:
    table = Table("kind", "source", "articles", "last 7 days", "newest", "language", "problem")
    table.columns[1].overflow = "fold"  # a cut URL is of no use
    for column in (2, 3):
        table.columns[column].justify = "right"
    for report in reports:
        table.add_row(
            report.kind,
            Text(printable(report.url)),
            str(report.articles),
            str(report.last_week) if report.dated else "?",
            f"{report.newest:%Y-%m-%d}" if report.newest else "?",
            Text(printable(", ".join(sorted(report.languages)))),
            Text(printable(report.problem)),
        )
    console = Console()
    console.print(table)
    console.print(f"{articles} different article URLs in {len(reports)} sources", highlight=False)
