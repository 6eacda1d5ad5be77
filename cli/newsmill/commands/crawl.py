"""``newsmill crawl``: sites and lists of URLs into the dataset, with the spider of ``scrapy crawl news``."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from newscrawl.addon import user_agent
from newscrawl.revisits import RevisitRulesError, read_revisit_plan
from newscrawl.site_files import read_site_file
from newscrawl.url_list import BadLine, private_host, read_url_list, site_url, source_names
from newsdata.usage import PURPOSES
from newsmill.datafolder import data_option
from newsmill.drift import current_drift
from newsmill.errors import UserError, WrongUsageError
from newsmill.options import allow_private_option, sources_option
from newsmill.progress import Progress, shown
from newsmill.site_folder import chosen_files, sites_option
from newsmill.terminal import make_logs_printable, printable, say

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from newscrawl.storage import CrawlTally

DEMO = "demo"
_RUNS_ALREADY_EXIT_CODE = 75  # EX_TEMPFAIL of sysexits.h: try again later
_STOPPED_EXIT_CODE = 130  # as a shell reports a command that was interrupted
_BAD_LINES_SHOWN = 20
_REASON_MEANING = {
    "dns": "there is no such host; check the spelling",
    "connection": "the host does not answer; is it up?",
    "timeout": "the host does not answer in time; try again later",
    "tls": "its certificate cannot be verified",
    "robots-unreachable": "its robots.txt cannot be read, so nothing of it is fetched; try again later",
    "robots": "its robots.txt forbids the front page",
    "challenge": "it asks whether a person reads it; ask the publisher to let the crawler in",
    "geo-block": "it is not shown in this country",
    "http-401": "it wants a login",
    "http-403": "it refuses the crawler; ask the publisher to let it in",
    "http-429": "it was asked too often; try again later",
    "retry-after": "it asks to be left alone for a while; try again later",
    "private-address": "it is not in the public internet; --allow-private HOST lets it through",
}


@dataclass(frozen=True, slots=True)
class CrawlResult:
    """What a crawl ended with.

    Attributes:
        tally: Outcomes and articles.
        failed_sites: Reason by front page, for sites that could not be read.
        errors: Errors of our own code.
        seconds: How long it took.
        stopped: It was interrupted.
        not_due: Number of pages known from earlier crawls that were not asked for, by site.
        rendered: Number of pages rendered in a browser.
        not_rendered: Number of pages that could not be.
        render_seconds: What both cost.
    """

    tally: CrawlTally
    failed_sites: dict[str, str]
    errors: int
    seconds: float
    stopped: bool
    not_due: dict[str, int]
    rendered: int = 0
    not_rendered: int = 0
    render_seconds: float = 0.0


@click.command()
@click.argument("sites", metavar="SITE…", nargs=-1)
@click.option(
    "--urls",
    "url_file",
    type=click.Path(path_type=Path),
    help="Also fetch the article URLs of this file, one a line.",
)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Leave out what is older than this day.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Leave out what is younger than this day.")
@click.option("--max-pages", type=click.IntRange(min=1), help="Fetch at most so many article pages.")
@click.option("--max-articles", type=click.IntRange(min=1), help="Store at most so many articles.")
@click.option("--max-pages-per-site", type=click.IntRange(min=1), help="The same for each site.")
@click.option("--max-articles-per-site", type=click.IntRange(min=1), help="The same for each site.")
@sources_option
@click.option(
    "--revisit",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Rules when known pages are asked for again, in TOML; docs/recurring.md has those that hold without.",
)
@click.option(
    "--respect-usage",
    type=click.Choice(PURPOSES),
    multiple=True,
    help="Leave out pages whose publisher forbids this use; repeat for several.",
)
@data_option
@allow_private_option
@click.option(
    "--render",
    type=click.Choice(["never", "auto", "always"]),
    default="never",
    show_default=True,
    help="Run pages' scripts in a browser: auto, where the page as fetched holds no article.",
)
@sites_option
@click.option("--fresh", is_flag=True, help="Begin anew, even where the same crawl was not finished.")
@click.option(
    "--contact",
    default="",
    envvar="NEWSMILL_CONTACT",
    show_envvar=True,
    metavar="URL",
    help="Where sites can reach you, a URL or an e-mail address; it goes into the User-Agent header.",
)
@click.pass_context
def crawl(
    context: click.Context,
    sites: tuple[str, ...],
    url_file: Path | None,
    since: datetime | None,
    until: datetime | None,
    max_pages: int | None,
    max_articles: int | None,
    max_pages_per_site: int | None,
    max_articles_per_site: int | None,
    sources: str,
    revisit: Path | None,
    respect_usage: tuple[str, ...],
    data: Path,
    allow_private: tuple[str, ...],
    render: str,
    site_folder: Path | None,
    fresh: bool,
    contact: str,
) -> None:
    """Crawl news sites into the dataset.

    SITE is a front page such as news.example, or the name of a file in `sites/` that says how to crawl it
    (`newsmill site add` writes one, docs/sites.md explains them; `--sites DIR` alone crawls all); of a front page, feeds, sitemaps and sections are found from there, and the
    newest articles are fetched first. Without a limit the whole site is.
    `newsmill crawl demo` serves the built-in demo site on loopback and crawls that. Ctrl-C stops within
    seconds; what was fetched is stored. The same command goes on with a crawl that did not come to its end,
    however it ended; after its end, the same command crawls again.

    A further crawl of a site asks for what is new, and again for what may have changed; `--revisit` says when.

    Exit code 0: articles were stored, or those that are there are up to date. 1: none was, or a site could not be read at all, or a line of the URL
    file is no URL, or the dataset could not be written; single pages that fail are no reason, the summary
    counts them. 2: wrong usage. 75: the same crawl is running. 130: interrupted.
    """
    files, hosts = chosen_files(sites, site_folder)
    fronts = _front_pages(hosts)
    urls, bad_lines = _count_urls(url_file)
    if not fronts and not urls and not files and DEMO not in sites:
        if bad_lines:
            raise UserError(f"{url_file}: no URL in it; put one http:// or https:// URL on each line")
        raise WrongUsageError(
            "nothing to crawl: name a site, or a file with --urls; `newsmill crawl demo` shows how it works"
        )
    try:
        source_names(sources)
    except ValueError as error:
        raise WrongUsageError(f"--from: {error}") from None
    try:
        read_revisit_plan(revisit)
    except RevisitRulesError as error:
        raise WrongUsageError(f"--revisit: {error}") from None
    if since and until and until < since:
        raise WrongUsageError("--until lies before --since; turn them round")
    _check_network_options(allow_private, contact)
    if render != "never" or any(read_site_file(path).render in ("auto", "always") for path in files):
        _check_browser()
    _check_data_folder(data)
    if not contact and (fronts or urls or files):
        say("sites cannot see who crawls them; give --contact URL")
    limits = (since, max_pages, max_articles, max_pages_per_site, max_articles_per_site)
    if fronts and not any(limits):
        say(
            "the whole site is crawled, the newest articles first; --max-articles 200 or --since DATE ends sooner"
        )
    debug = bool((context.obj or {}).get("debug"))
    console = Console(stderr=True)
    with _demo_sites(DEMO in sites) as demo_urls:
        settings: dict[str, object] = {
            "NEWSMILL_DATA": str(data),
            "NEWSMILL_FRESH": fresh,
            "NEWSMILL_RESPECT_USAGE": list(respect_usage),
            "NEWSMILL_REVISIT": str(revisit or ""),
            "NEWSMILL_CONTACT": contact,
            "NEWSMILL_ALLOW_PRIVATE": [*allow_private, *demo_urls],
            "LOG_ENABLED": debug,
            "LOG_LEVEL": "DEBUG" if debug else "ERROR",
        }
        arguments: dict[str, object] = {
            "site": ",".join([*fronts, *demo_urls]),
            "site_files": ",".join(map(str, files)),
            "file": str(url_file) if urls else "",
            "since": f"{since:%Y-%m-%d}" if since else "",
            "until": f"{until:%Y-%m-%d}" if until else "",
            "max_pages": max_pages or "",
            "max_articles": max_articles or "",
            "max_pages_per_site": max_pages_per_site or "",
            "max_articles_per_site": max_articles_per_site or "",
            "sources": sources,
            "render": render,
        }
        result = run_crawl(settings, arguments, console)
    if result.tally.runs_already:
        say(result.tally.problem)
        context.exit(_RUNS_ALREADY_EXIT_CODE)
    _print_summary(result, Console())
    _print_drift(result.tally, Console())
    context.exit(_exit_code(result, bad_lines))


def _front_pages(sites: tuple[str, ...]) -> list[str]:
    fronts = []
    for site in sites:
        if site == DEMO:
            continue
        try:
            url = site_url(site)
        except ValueError as error:
            raise WrongUsageError(f"{error}; give a site as news.example or https://news.example/") from None
        if "," in url:
            raise WrongUsageError(f"{site!r} has a comma in it; separate sites by spaces")
        fronts.append(url)
    return fronts


def _count_urls(url_file: Path | None) -> tuple[int, int]:
    """Name the first lines of a file that are no URLs; return the number of those that are and that are not."""
    urls = bad_lines = 0
    try:
        for line in read_url_list(url_file) if url_file else ():
            if not isinstance(line, BadLine):
                urls += 1
                continue
            bad_lines += 1
            if bad_lines <= _BAD_LINES_SHOWN:
                say(f"{url_file}:{line.number}: {line.problem}, left out: {line.text}")
    except OSError as error:
        raise WrongUsageError(
            f"cannot read {url_file}: {error.strerror or error}; give a text file with a URL on each line"
        ) from None
    if bad_lines > _BAD_LINES_SHOWN:
        say(f"{url_file}: {bad_lines - _BAD_LINES_SHOWN} more lines are no URLs")
    if url_file and not urls and not bad_lines:
        raise WrongUsageError(f"{url_file} is empty; put a URL on each line")
    return urls, bad_lines


def _check_network_options(allow_private: tuple[str, ...], contact: str) -> None:
    try:
        user_agent(contact)
        for host in allow_private:
            private_host(host)
    except ValueError as error:
        raise WrongUsageError(str(error)) from None


def _check_browser() -> None:
    """Fail before anything is fetched if pages are to be rendered and cannot be."""
    from newscrawl.browser import browser_problem  # noqa: PLC0415 - it brings Scrapy along

    if problem := browser_problem(os.environ.get("NEWSMILL_BROWSER", "")):
        raise UserError(problem)


def _check_data_folder(data: Path) -> None:
    """Fail before anything is fetched if the dataset cannot be written."""
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"cannot write {data}: {error.strerror or error}; choose another folder with --data"
        ) from None
    if not os.access(data, os.W_OK | os.X_OK):
        raise UserError(f"cannot write {data}: Permission denied; choose another folder with --data")


@contextlib.contextmanager
def _demo_sites(wanted: bool) -> Iterator[tuple[str, ...]]:
    if not wanted:
        yield ()
        return
    from newsmill.demo import PORTS, serve  # noqa: PLC0415 - only for the demo

    with serve(PORTS, or_free=True) as demo:
        yield demo.urls


def run_crawl(settings: dict[str, object], arguments: dict[str, object], console: Console) -> CrawlResult:
    """Run the spider ``news`` in this process until it ends; a process can do so once.

    Args:
        settings: Scrapy settings on top of the project's.
        arguments: Arguments of the spider.
        console: Where to show progress.
    """
    from scrapy.crawler import AsyncCrawlerProcess  # noqa: PLC0415 - a second of imports, paid only by a crawl
    from scrapy.settings import Settings  # noqa: PLC0415 - as above

    from newscrawl.browser import PageBrowser  # noqa: PLC0415 - as above
    from newscrawl.spiders.news import NewsSpider  # noqa: PLC0415 - as above
    from newscrawl.storage import DatasetPipeline  # noqa: PLC0415 - as above

    project = Settings()
    project.setmodule("newscrawl.settings", priority="project")
    project.setdict(settings, priority="cmdline")
    process = AsyncCrawlerProcess(project)
    make_logs_printable()  # Scrapy's handler stands now
    crawler = process.create_crawler(NewsSpider)
    began = time.monotonic()
    process.crawl(crawler, **arguments)
    pipelines: list[DatasetPipeline] = []
    told_resumed: list[str] = []

    def read() -> Progress:
        if not pipelines:
            with contextlib.suppress(RuntimeError):  # the engine is not made yet
                found = crawler.get_item_pipeline(DatasetPipeline)
                if found:
                    pipelines.append(found)
        if not pipelines or crawler.spider is None:
            return Progress(0, 0, 0, 0, 0)
        tally = pipelines[0].tally
        if tally.resumed and not told_resumed:
            told_resumed.append(tally.crawl_id)
            console.print(
                f"goes on with crawl {tally.crawl_id}: {tally.resumed} pages are done; --fresh begins anew",
                highlight=False,
                soft_wrap=True,
            )
        return Progress(
            pages=tally.outcomes.total(),
            articles=tally.count("stored"),
            fetching=len(crawler.engine.downloader.active),
            cleaning=pipelines[0].pool.waiting,
            waiting=_waiting(crawler),
        )

    with shown(read, console):
        process.start()
    read()
    if not pipelines:
        raise UserError("the crawl could not be started; `newsmill --debug crawl …` shows why")
    stats = crawler.stats.get_stats()
    spider, browser = crawler.spider, crawler.get_extension(PageBrowser)
    return CrawlResult(
        pipelines[0].tally,
        dict(spider.failed_sites) if isinstance(spider, NewsSpider) else {},
        int(stats.get("log_count/ERROR", 0)),
        time.monotonic() - began,
        pipelines[0].tally.learning_stopped
        or stats.get("finish_reason") in ("shutdown", None),  # None: stopped before the spider had begun
        dict(spider.not_due) if isinstance(spider, NewsSpider) else {},
        *((browser.pages, browser.failures, browser.seconds) if browser else ()),
    )


def _waiting(crawler: Crawler) -> int:
    """Number of requests that Scrapy's scheduler holds."""
    stats = crawler.stats
    return int(stats.get_value("scheduler/enqueued", 0)) - int(stats.get_value("scheduler/dequeued", 0))


def _print_summary(result: CrawlResult, console: Console) -> None:
    from newscrawl.records import NO_SOURCE, SOURCE  # noqa: PLC0415 - as above: it brings Scrapy along

    tally = result.tally
    if tally.outcomes:
        table = Table("outcome", "reason", "pages", title="What became of each page", title_justify="left")
        table.columns[2].justify = "right"
        for (kind, reason), number in sorted(
            tally.outcomes.items(), key=lambda item: (item[0][0] != "stored", item[0][0], -item[1])
        ):
            table.add_row(kind, Text(printable(reason)), str(number))
        table.add_section()
        table.add_row("all", "", str(tally.outcomes.total()))
        console.print(table)
    if tally.sources:
        missing = tally.sources[NO_SOURCE]
        unread = ", ".join(
            f"{reason} {number}"
            for reason, number in tally.sources.most_common()
            if reason not in (SOURCE, NO_SOURCE)
        )
        console.print(
            f"Sources read (front pages, sections, feeds, sitemaps): {tally.sources[SOURCE]}"
            + (f"; looked for in vain: {missing}" if missing else "")
            + (f"; not read: {printable(unread)}" if unread else ""),
            highlight=False,
            soft_wrap=True,
        )
    for site in sorted({site for site, _ in tally.blocked_by_site}):
        reasons = [(n, reason) for (each, reason), n in tally.blocked_by_site.items() if each == site]
        told = ", ".join(f"{reason} {n}" for n, reason in sorted(reasons, reverse=True))
        console.print(printable(f"blocked: {site}: {told}"), highlight=False, markup=False, soft_wrap=True)
    if not_due := sum(result.not_due.values()):
        console.print(
            f"Known from earlier crawls, and not yet to be asked for again: {not_due} pages",
            highlight=False,
            soft_wrap=True,
        )
    if tally.articles_by_site:
        table = Table("site", "articles", title="Articles stored", title_justify="left")
        table.columns[1].justify = "right"
        for site, number in tally.articles_by_site.most_common():
            table.add_row(Text(printable(site)), str(number))
        console.print(table)
    if result.rendered or result.not_rendered:
        failed = f"; {result.not_rendered} could not be" if result.not_rendered else ""
        console.print(
            f"{result.rendered} pages rendered in a browser, {result.render_seconds:.1f} s{failed}",
            highlight=False,
            soft_wrap=True,
        )
    if (again := tally.recleaned_by_site.total()) or tally.learning_stopped:
        rest = "others wait: the same command goes on with it" if tally.learning_stopped else ""
        console.print(
            f"{again} articles cleaned again with what their sites' pages taught; "
            + (rest or 'newsmill sql "FROM profiles" shows it'),
            highlight=False,
            soft_wrap=True,
        )
    stored = tally.count("stored")
    rate = (tally.outcomes.total() - tally.resumed) / result.seconds
    console.print(
        f"{stored} articles in {result.seconds:.1f} s ({rate:.1f} pages/s), "
        f"in {tally.data}/ as crawl {tally.crawl_id}",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )
    if stored:
        query = "SELECT site, published, title FROM articles ORDER BY published DESC LIMIT 10"
        where = "" if str(tally.data) == "data" else f" --data {tally.data}"
        console.print(
            f'Ask it:  newsmill sql "{query}"{where}', highlight=False, markup=False, soft_wrap=True
        )


def _print_drift(tally: CrawlTally, console: Console) -> None:
    """Say which of the crawled sites have stopped yielding as before."""
    import duckdb  # noqa: PLC0415 - only after a crawl

    import newsdata  # noqa: PLC0415 - as above
    from newsdata.views import sql_error  # noqa: PLC0415 - as above

    try:
        with newsdata.connect(tally.data) as connection:
            drifts = current_drift(connection, tally.crawl_id)
    except newsdata.DataError as error:
        say(str(error))
        return
    except duckdb.Error as error:
        say(f"cannot tell whether the sites have changed: {sql_error(error)}")
        return
    if drifts:
        console.print("Sites that have changed for the worse (the view drift):")
    for drift in drifts:
        console.print(printable(f"  {drift}"), highlight=False, markup=False, soft_wrap=True)


def _exit_code(result: CrawlResult, bad_lines: int) -> int:
    """Say on standard error what failed, and give the exit code."""
    problems = [result.tally.problem] if result.tally.problem else []
    for site, reason in result.failed_sites.items():
        meaning = _REASON_MEANING.get(reason.partition(":")[0], "open it in a browser to see why")
        problems.append(f"{site}: {reason}: {meaning}")
    if result.errors and not result.tally.problem:
        problems.append(f"{result.errors} errors of newsmill itself; `newsmill --debug crawl …` shows them")
    if (
        not result.stopped
        and not problems
        and not result.tally.count("stored")
        and not result.tally.count("unchanged")
        and not any(result.not_due.values())
    ):
        problems.append(
            "no article was stored; the summary above says why"
            if result.tally.outcomes
            else "no article was found; is this the front page of a news site?"
        )
    for problem in problems:
        say(problem)
    if result.stopped:
        say("stopped; what was fetched is stored, run the same command again to go on")
        return _STOPPED_EXIT_CODE
    return 1 if problems or bad_lines else 0
