"""Clean a dataset's stored pages again, and say what that changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rich.console import Console
from rich.table import Table
from rich.text import Text

import newsdata
from newsclean import Article
from newscrawl.cleaning import CleaningPool, Quarantine
from newscrawl.profiles import Recleaned, reclean
from newsdata.errors import DataError
from newsdata.records import Outcome, OutcomeKind
from newsmill import __version__
from newsmill.datafolder import take_in_leftovers
from newsmill.errors import UserError
from newsmill.terminal import printable

if TYPE_CHECKING:
    from newsclean.profile import SiteProfile

CLEANER = f"newsclean {__version__}"
# Articles whose changes are shown line by line, lines of each, and characters of a line.
EXAMPLES, LINES, WIDTH = 5, 6, 110


@dataclass(slots=True)
class Changes:
    """What cleaning again has changed.

    Attributes:
        pages: Pages cleaned.
        articles: Articles that are other than before.
        found: Articles that were not in the dataset: their pages held none before, or they were lost with a file.
        lost: Reasons of articles whose pages hold none now; the stored ones stay.
        characters: Characters of all articles' texts before, then after.
        removed: Blocks that left a text, by the rule that took them now.
        restored: Blocks that came back into a text, by the rule that had taken them.
        examples: The first changed articles, with the lines that left (-) and came (+).
    """

    pages: int = 0
    articles: int = 0
    found: int = 0
    lost: Counter[str] = field(default_factory=Counter)
    characters: tuple[int, int] = (0, 0)
    removed: Counter[str] = field(default_factory=Counter)
    restored: Counter[str] = field(default_factory=Counter)
    examples: list[tuple[str, list[str]]] = field(default_factory=list)

    def add(self, each: Recleaned) -> None:
        """Count one page."""
        self.pages += 1
        before = each.stored.article if each.stored else None
        after = each.result if isinstance(each.result, Article) else None
        if before and not after:
            self.lost[_reason(each)] += 1
            return
        if after and not before:
            self.found += 1
        self.characters = (
            self.characters[0] + len(before.text if before else ""),
            self.characters[1] + len(after.text if after else ""),
        )
        if not each.changed or not before or not after:
            return
        self.articles += 1
        was, now = Counter(before.blocks), Counter(after.blocks)
        rules_now = {removal.text: removal.rule for removal in after.removed}
        rules_before = {removal.text: removal.rule for removal in before.removed}
        lines = []
        for block in (was - now).elements():
            rule = rules_now.get(block, "cut otherwise")
            self.removed[rule] += 1
            lines.append(f"- {rule}: {block}")
        for block in (now - was).elements():
            rule = rules_before.get(block, "cut otherwise")
            self.restored[rule] += 1
            lines.append(f"+ {rule}: {block}")
        if len(self.examples) < EXAMPLES:
            self.examples.append((each.fetch.url, lines or _other_fields(before, after)))


def _reason(each: Recleaned) -> str:
    return each.result.reason if not isinstance(each.result, Article) else ""


def _other_fields(before: Article, after: Article) -> list[str]:
    names = ("title", "authors", "published", "modified", "language", "section", "tags", "description", "images", "credits", "removed", "block_kinds", "paywalled", "canonical_url")  # fmt: skip
    return [f"~ {name}" for name in names if getattr(before, name) != getattr(after, name)]


def chosen_sites(data: Path, names: Sequence[str]) -> list[str]:
    """The dataset's sites that are meant, all if none is named.

    Args:
        data: The dataset's folder.
        names: Sites as the dataset names them, or URLs of theirs.

    Raises:
        UserError: There is no dataset, or no such site in it.
    """
    take_in_leftovers(data)
    try:
        with newsdata.connect(data) as connection:
            known = [
                site
                for (site,) in connection.execute(
                    "SELECT DISTINCT site FROM pages WHERE site <> '' ORDER BY site"
                ).fetchall()
            ]
    except DataError as error:
        raise UserError(str(error)) from error
    if not known:
        raise UserError(
            f"{data} holds no pages of a site; crawl into it first, or name another folder with --data"
        )
    chosen = []
    for name in names:
        site = newsdata.site_of(name if urlsplit(name).netloc else f"http://{name}/")
        if site not in known:
            raise UserError(
                f"{name}: no page of it in {data}; it holds {', '.join(known[:8])}{' …' if len(known) > 8 else ''}"
            )
        chosen.append(site)
    return chosen or known


async def reclean_dataset(
    data: Path,
    pool: CleaningPool,
    profiles: Mapping[str, SiteProfile],
    writer: newsdata.Writer | None,
    *,
    stale_only: bool = False,
) -> Changes:
    """Clean stored pages again and store what changed.

    Args:
        data: The dataset's folder.
        pool: Where to clean.
        profiles: What is known of each site whose pages are to be cleaned.
        writer: Where to write; None writes nothing.
        stale_only: Leave out what the profiles cannot change.

    Raises:
        DataError: The dataset cannot be read or written.
    """
    changes = Changes()
    async for each in reclean(data, pool, profiles, stale_only=stale_only):
        changes.add(each)
        if writer is None or not each.changed:
            continue
        if isinstance(each.result, Article):
            known = each.stored.id if each.stored else ""
            written = writer.write_article(each.result, each.fetch, cleaner=CLEANER, id=known)
            if not known:
                writer.write_outcome(
                    Outcome.of(each.fetch, "stored", crawl_id=writer.crawl_id, article_id=written)
                )
        else:
            kind: OutcomeKind = "quarantined" if isinstance(each.result, Quarantine) else "skipped"
            writer.write_outcome(
                Outcome.of(
                    each.fetch,
                    kind,
                    crawl_id=writer.crawl_id,
                    reason=each.result.reason,
                    detail=each.result.detail,
                )
            )
    return changes


def print_changes(changes: Changes, console: Console, *, dry_run: bool = False) -> None:
    """Say what changed: how much, by which rules, and some of it line by line."""
    before, after = changes.characters
    share = f" ({(after - before) / before:+.2%})" if before else ""
    would = "would change" if dry_run else "changed"
    console.print(
        f"{changes.pages} pages cleaned again: {changes.articles} articles {would}, {changes.found} made that were not there, "
        f"{changes.lost.total()} lost; text {before:,} → {after:,} characters{share}",
        highlight=False,
        soft_wrap=True,
    )
    for reason, number in changes.lost.most_common():
        console.print(
            f"  {number} pages hold no article now ({reason}); the stored ones stay",
            highlight=False,
            soft_wrap=True,
        )
    if changes.removed or changes.restored:
        table = Table("rule", "blocks removed", "blocks restored", title="By rule", title_justify="left")
        for rule in sorted(
            {*changes.removed, *changes.restored},
            key=lambda rule: (-changes.removed[rule] - changes.restored[rule], rule),
        ):
            table.add_row(rule, str(changes.removed[rule]), str(changes.restored[rule]))
        console.print(table)
    for url, lines in changes.examples:
        console.print(Text(printable(url), style="bold"))
        for line in lines[:LINES]:
            shown = printable(line if len(line) <= WIDTH else f"{line[:WIDTH]}…")
            console.print(Text(f"  {shown}", style="red" if line.startswith("-") else "green"))
        if len(lines) > LINES:
            console.print(f"  … and {len(lines) - LINES} more lines", highlight=False)
    if changes.articles > len(changes.examples):
        console.print(f"… and {changes.articles - len(changes.examples)} more articles", highlight=False)
