"""``newsmill inspect``: what was kept of a page and what was removed, by which rule."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from newsclean import NoArticle, SiteProfile
from newsclean.article import Evidence
from newsclean.clean import Examination, examine
from newscrawl.site_files import SiteFiles
from newsdata.identity import site_of
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
@sites_option
@data_option
def inspect(page: str, url: str, site_folder: Path | None, data: Path) -> None:
    """Show a page's blocks in order: kept ones plain, removed ones coloured with kind and rule.

    PAGE is an HTML file, or the URL or id of a page in the dataset; with such a page, what is known of its site counts.
    """
    html, address, site, fetched = _load(page, url, data, known_files(site_folder))
    try:
        examination = examine(html, address, site=site, fetched=fetched)
    except NoArticle as finding:
        raise UserError(f"{page}: no article: {finding}") from finding
    _show(Console(highlight=False, soft_wrap=True), examination)


def _load(
    page: str, url: str, data: Path, files: SiteFiles
) -> tuple[bytes, str, SiteProfile | None, datetime | None]:
    file = Path(page)
    if file.is_file():
        return file.read_bytes(), url, None, None
    from newsmill.stored_pages import find_page, find_profile  # noqa: PLC0415 - the dataset only when it is asked

    html, address, fetched = find_page(page, data)
    site = files.profile(find_profile(address, data) or SiteProfile(site_of(address)))
    return html, address, site, fetched


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
        if verdict.removal is None:
            label = "" if verdict.block_kind == "p" else f"[{verdict.block_kind}] "
            console.print(Text(f"{verdict.probability:4.2f}  {label}{printable(verdict.text)}"))
        else:
            style = COLOURS.get(verdict.removal.kind, "bright_black")
            console.print(
                Text(
                    f"{verdict.probability:4.2f}  ✗ {verdict.removal.rule}: {printable(verdict.text)}",
                    style=style,
                )
            )
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
