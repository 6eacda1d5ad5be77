"""``newsmill inspect``: what was kept of a page and what was removed, by which rule."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from newsclean import NoArticle, SiteProfile
from newsclean.article import Evidence
from newsclean.clean import Examination, examine
from newsclean.decode import decode
from newsclean.lines import examine_text
from newscrawl.site_files import SiteFiles
from newsdata.identity import site_of
from newsmill.commands.clean import is_text
from newsmill.datafolder import data_option
from newsmill.errors import UserError
from newsmill.site_folder import known_files, sites_option
from newsmill.terminal import printable

COLOURS = {
    "caption": "cyan", "credit": "cyan", "newsletter": "magenta", "related": "yellow", "ad": "red", "hidden": "bright_black",
    "title": "green", "byline": "green", "comment": "blue", "share": "blue", "paywall": "red", "cookie": "red",
}  # fmt: skip


@click.command()
@click.argument("page")
@click.option("--url", default="", help="Address of the page, if PAGE is a file.")
@click.option(
    "--html",
    "html_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write it as a page for a browser instead; it runs no script and loads nothing.",
)
@sites_option
@data_option
def inspect(page: str, url: str, html_file: Path | None, site_folder: Path | None, data: Path) -> None:
    """Show a page's blocks in order: kept ones plain, removed ones coloured with kind and rule.

    PAGE is a file of HTML or text, or the URL or id of a page in the dataset; with such a page, what is known of its site counts.
    In front of each block stands the judge's probability that it is body.
    """
    try:
        examination = _examine(page, url, data, known_files(site_folder))
    except NoArticle as finding:
        raise UserError(f"{page}: no article: {finding}") from finding
    if html_file is None:
        _show(Console(highlight=False, soft_wrap=True), examination)
        return
    from newsmill.reporting.page import render_examination, write_page  # noqa: PLC0415 - only for a page

    write_page(render_examination(examination, page), html_file)
    click.echo(f"{html_file}: open it in a browser")


def _examine(page: str, url: str, data: Path, files: SiteFiles) -> Examination:
    file = Path(page)
    if file.is_file():
        try:
            content = file.read_bytes()
        except OSError as error:
            raise UserError(f"{file}: cannot be read ({error.strerror}); check its permissions") from error
        if is_text(content, file):
            return examine_text(decode(content), url)
        return examine(content, url)
    from newsmill.stored_pages import find_page, find_profile  # noqa: PLC0415 - the dataset only when it is asked

    html, address, fetched = find_page(page, data)
    profile = find_profile(address, data) or SiteProfile(site_of(address))
    return examine(html, address, site=files.profile(profile), fetched=fetched)


def _show(console: Console, examination: Examination) -> None:
    article = examination.article
    console.print(Text(printable(article.title) or "(no title)", style="bold"))
    first = ("title", "authors", "published", "modified")
    # then whatever else the page gave candidates for, and the rules that were undone
    fields = dict.fromkeys((*first, *(evidence.field for evidence in article.evidence)))
    for name in fields:
        for evidence in article.evidence:
            if evidence.field == name:
                console.print(_candidate(evidence))
    others = {
        "language": article.language,
        "section": article.section,
        "tags": ", ".join(article.tags),
        "site": article.site,
        "canonical": article.canonical_url,
    }
    for name, value in others.items():
        if value:
            console.print(Text(f"  {name:<10} {printable(value)}", style="bright_black"))
    console.print()
    for verdict in examination.verdicts:
        removal, text = verdict.removal, printable(verdict.text)
        if removal is None:
            console.print(Text(f"{verdict.probability:4.2f}  {verdict.block_kind:<10}   {text}"))
        else:
            style = COLOURS.get(removal.kind, "bright_black")
            line = f"{verdict.probability:4.2f}  {removal.kind:<10} ✗ {removal.rule}: {text}"
            console.print(Text(line, style=style))
    console.print()
    for image in article.images:
        console.print(
            Text(
                printable(f"image {image.url}\n  caption: {image.caption}\n  credit: {image.credit}"),
                style="cyan",
            )
        )
    removed = len(article.removed)
    console.print(
        Text(
            f"{len(article.blocks)} blocks kept, {removed} removed, {len(article.images)} images",
            style="bold",
        )
    )


def _candidate(evidence: Evidence) -> Text:
    mark = "✓" if evidence.chosen else " "
    return Text(
        f"  {mark} {evidence.field:<10} {printable(evidence.source):<32} {printable(evidence.value)}",
        style="green" if evidence.chosen else "bright_black",
    )
