"""What a person is told of sites whose pages have stopped yielding as before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

# What each measure of the view `drift` counts.
_MEANINGS = {
    "failed": "pages that cannot be had",
    "no-article": "pages without an article",
    "no-date": "articles without a date",
    "no-authors": "articles without authors",
    "paywall": "articles behind a paywall",
    "short-text": "characters of text",
    "template": "pages without the template",
}


@dataclass(frozen=True, slots=True)
class Drift:
    """One measure of a site that has got worse, as in the view ``drift``.

    Attributes:
        site: The site.
        day: Since when, in UTC.
        what: The measure, such as ``no-date``.
        before: Its value in the 35 days before: a share of pages, or characters.
        after: Its value in the three days from ``day`` on.
        url: A page that shows it.
        part: The template that has vanished; empty for other measures.
    """

    site: str
    day: date
    what: str
    before: float
    after: float
    url: str
    part: str = ""

    @property
    def meaning(self) -> str:
        """What is measured, in words."""
        meaning = _MEANINGS.get(self.what, self.what)
        return f"{meaning} {self.part}" if self.part else meaning

    @property
    def change(self) -> str:
        """The change in figures, such as ``2 % → 97 %``."""
        if self.what == "short-text":
            return f"{self.before:,.0f} → {self.after:,.0f}"
        return f"{100 * self.before:.0f} % → {100 * self.after:.0f} %"

    def __str__(self) -> str:
        """One line for a person."""
        return f"{self.site}: {self.meaning} {self.change} since {self.day}, such as {self.url}"


def current_drift(connection: duckdb.DuckDBPyConnection, crawl_id: str | None = None) -> list[Drift]:
    """Return what has got worse and is still so, by site and day.

    Args:
        connection: From :func:`newsdata.connect`.
        crawl_id: Only of the sites of this crawl; of all sites if None.
    """
    rows = connection.execute(
        'SELECT site, day, what, "before", "after", url, part FROM drift'
        ' WHERE "current" AND ($1 IS NULL OR site IN (SELECT site FROM outcomes WHERE crawl_id = $1))'
        " ORDER BY site, day, what, part",
        [crawl_id],
    ).fetchall()
    return [Drift(*row) for row in rows]
