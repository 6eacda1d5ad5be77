"""What the report shows, one function a section: it asks the views and gives what to print.

To add a section, write a function like these and put it into :data:`SECTIONS` where it shall stand. A section
that has nothing to say returns None and does not appear. An alarm (sites that stopped yielding, say) belongs
first, before the numbers; it says so with ``alarm=True``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from newsdata.records import SOURCE_REASONS
from newsmill.drift import current_drift
from newsmill.reporting.charts import SERIES_COLOURS, Bar, Column, Series, bars, columns, share, table

if TYPE_CHECKING:
    import duckdb

_IS_PAGE = f"coalesce(reason, '') NOT IN {SOURCE_REASONS}"
_DAYS_SHOWN = 60
_ROWS_SHOWN = 20  # of a list of bars, or a table of examples
_SITES_SHOWN = 200
_EXAMPLE_LENGTH = 160
_KIND_TONES = {
    "stored": "good", "unchanged": "calm", "skipped": "quiet", "quarantined": "warning", "failed": "bad",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report.

    Attributes:
        name: Its anchor, in lower case.
        title: Its heading.
        lead: One or two sentences that say what is seen.
        body: The plots and tables.
        alarm: It calls for somebody to act.
    """

    name: str
    title: str
    lead: str
    body: Markup
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class Tile:
    """One large number at the top.

    Attributes:
        label: What is counted.
        value: The number as a person reads it.
        note: What it is part of, or how it came about.
    """

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Overview:
    """The head of the report.

    Attributes:
        tiles: The numbers.
        span: From when to when pages were fetched; empty if none was.
    """

    tiles: tuple[Tile, ...]
    span: str


def overview(connection: duckdb.DuckDBPyConnection) -> Overview:
    """Return the numbers that come first."""
    articles, sites, words, dated, signed = _row(
        connection,
        "SELECT count(*), count(DISTINCT site), coalesce(sum(n_words), 0)::BIGINT, count(published),"
        " count(*) FILTER (len(authors) > 0) FROM articles",
    )
    tried, stored, failed, first, last = _row(
        connection,
        "SELECT count(*), count(*) FILTER (kind IN ('stored', 'unchanged')), count(*) FILTER (kind = 'failed'),"  # noqa: S608 - names written above
        f" min(fetched_at)::DATE, max(fetched_at)::DATE FROM outcomes WHERE {_IS_PAGE}",
    )
    removed, kept = _characters(connection)
    tiles = (
        Tile("articles", f"{articles:,}", f"of {sites:,} {'site' if sites == 1 else 'sites'}"),
        Tile("words", _short(words), f"{words // articles:,} an article" if articles else ""),
        Tile("pages that gave an article", _percent(stored, tried), f"of {tried:,} tried, {failed:,} failed"),
        Tile(
            "text removed",
            _percent(removed, removed + kept),
            "of the characters around and in the articles",
        ),
        Tile("with a date", _percent(dated, articles), f"{articles - dated:,} without"),
        Tile("with authors", _percent(signed, articles), f"{articles - signed:,} without"),
    )
    span = "" if first is None else f"{first}" if first == last else f"{first} to {last}"
    return Overview(tiles, span)


def drift(connection: duckdb.DuckDBPyConnection) -> Section | None:
    """Return which sites have stopped yielding as before."""
    found = current_drift(connection)
    if not found:
        return None
    rows = [(each.site, str(each.day), each.meaning, each.change, _cut(each.url)) for each in found]
    heads = (
        Column("site"), Column("since", "number"), Column("what"), Column("before → after", "number"),
        Column("such as", "long"),
    )  # fmt: skip
    return Section(
        "drift",
        "Sites that have changed for the worse",
        "Their pages differ from those of the five weeks before: a redesign, a paywall, another byline?",
        table(heads, rows),
        alarm=True,
    )


def articles_by_day(connection: duckdb.DuckDBPyConnection) -> Section | None:
    """Return published articles by day and site."""
    found = connection.execute(
        "SELECT published::DATE AS day, site, count(*) FROM articles"
        " WHERE published <= (SELECT max(fetched_at) FROM articles) GROUP BY ALL"
    ).fetchall()
    if not found:
        return None
    last = max(day for day, _, _ in found)
    first = max(min(day for day, _, _ in found), last - timedelta(days=_DAYS_SHOWN - 1))
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    by_site: dict[str, dict[date, int]] = {}
    for day, site, count in found:
        if day >= first:
            by_site.setdefault(site, {})[day] = count
    sites = sorted(by_site, key=lambda site: (-sum(by_site[site].values()), site))
    named, others = sites[:SERIES_COLOURS], sites[SERIES_COLOURS:]
    series = [
        Series(site, [by_site[site].get(day, 0) for day in days], f"s{number}")
        for number, site in enumerate(named)
    ]
    if others:
        name = f"{len(others)} other {'site' if len(others) == 1 else 'sites'}"
        values = [sum(by_site[site].get(day, 0) for site in others) for day in days]
        series.append(Series(name, values, "other"))
    earlier = sum(count for day, _, count in found if day < first)
    (undated,) = _row(connection, "SELECT count(*) FILTER (published IS NULL) FROM articles")
    lead = "Articles by the day they were published (UTC)."
    lead += f" {earlier:,} are older than {first}." if earlier else ""
    lead += f" {undated:,} have no date." if undated else ""
    return Section(
        "days", "Articles by day and site", lead, columns(days, series, "Articles by day, stacked by site")
    )


def outcomes(connection: duckdb.DuckDBPyConnection) -> Section | None:
    """Return what became of the URLs that were tried."""
    found = connection.execute(
        f"SELECT kind, reason, count(*) AS n FROM outcomes WHERE {_IS_PAGE} GROUP BY ALL ORDER BY n DESC, kind, reason"  # noqa: S608 - as above
    ).fetchall()
    if not found:
        return None
    tried = sum(count for _, _, count in found)
    kinds = [
        Bar(kind, sum(count for each, _, count in found if each == kind), "", tone)
        for kind, tone in _KIND_TONES.items()
    ]
    shown = [Bar(kind.label, kind.value, f"{kind.value:,.0f}", kind.tone) for kind in kinds if kind.value]
    reasons = [
        Bar(reason or kind, count, f"{count:,}", _KIND_TONES.get(kind, "other"), kind if reason else "")
        for kind, reason, count in found
        if kind != "stored"
    ]
    body = share(shown) + bars(reasons[:_ROWS_SHOWN])
    lead = f"Every URL that was tried ends as one outcome: {tried:,} in all. Below, why pages gave no new article."
    return Section("outcomes", "What became of each page", lead, body)


def removed_by_kind(connection: duckdb.DuckDBPyConnection) -> Section | None:
    """Return how much text each kind of removal took."""
    found = connection.execute(
        "SELECT kind, count(*), sum(length(text))::BIGINT AS n FROM removed GROUP BY kind ORDER BY n DESC, kind"
    ).fetchall()
    if not found:
        return None
    removed, kept = _characters(connection)
    whole = removed + kept
    rows = [
        Bar(kind, characters, _percent(characters, whole), "s0", f"{blocks:,} blocks")
        for kind, blocks, characters in found
    ]
    return Section(
        "removed",
        "Text removed, by kind",
        f"Share of all characters in reach of the articles: {_percent(kept, whole)} was kept as text,"
        f" {_percent(removed, whole)} was removed and is kept in the ledger.",
        bars(rows),
    )


def rules(connection: duckdb.DuckDBPyConnection) -> Section | None:
    """Return the rules that removed most, each with the block it removed most often."""
    found = connection.execute(
        "SELECT rule, count(*), count(DISTINCT site), count(DISTINCT id), sum(length(text))::BIGINT AS n, mode(text)"
        " FROM removed GROUP BY rule ORDER BY n DESC, rule LIMIT ?",
        [_ROWS_SHOWN],
    ).fetchall()
    if not found:
        return None
    removed, _ = _characters(connection)
    rows = [
        (rule, _percent(characters, removed), f"{blocks:,}", f"{articles:,}", f"{sites:,}", _cut(example))
        for rule, blocks, sites, articles, characters, example in found
    ]
    heads = (
        Column("rule"), Column("of removed text", "number"), Column("blocks", "number"), Column("articles", "number"),
        Column("sites", "number"), Column("removed most often", "long"),
    )  # fmt: skip
    lead = "A block that should have stayed in the text shows here first: read the examples."
    return Section("rules", "Biggest rules", lead, table(heads, rows))


def missing(connection: duckdb.DuckDBPyConnection) -> Section | None:
    """Return what articles lack."""
    articles, *counts = _row(
        connection,
        "SELECT count(*), count(*) FILTER (published IS NULL), count(*) FILTER (len(authors) = 0),"
        " count(*) FILTER (title = ''), count(*) FILTER (description = ''), count(*) FILTER (section = ''),"
        " count(*) FILTER (len(images) = 0) FROM articles",
    )
    if not articles:
        return None
    names = ("date", "authors", "title", "description", "section", "images")
    rows = [
        Bar(f"no {name}", count, _percent(count, articles), "s0", f"{count:,} articles" if count else "")
        for name, count in zip(names, counts, strict=True)
    ]
    lead = "Share of articles without it. Which sites lack dates and authors stands in the table of sites."
    return Section("missing", "What is missing", lead, bars(rows, whole=articles))


def languages(connection: duckdb.DuckDBPyConnection) -> Section | None:
    """Return articles by language."""
    found = connection.execute(
        "SELECT language, count(*) AS n FROM articles GROUP BY language ORDER BY n DESC, language LIMIT ?",
        [_ROWS_SHOWN],
    ).fetchall()
    if not found:
        return None
    articles = sum(count for _, count in found)
    rows = [
        Bar(code or "undecided", count, f"{count:,}", "s0", _percent(count, articles))
        for code, count in found
    ]
    return Section("languages", "Languages", "Articles by the language of their text.", bars(rows))


def errors(connection: duckdb.DuckDBPyConnection) -> Section | None:
    """Return why pages could not be fetched or cleaned, by site."""
    found = connection.execute(
        "SELECT site, reason, count(*) AS n, max(fetched_at)::DATE, arg_max(url, fetched_at), arg_max(detail, fetched_at)"
        " FROM outcomes WHERE kind IN ('failed', 'quarantined') GROUP BY ALL ORDER BY n DESC, site, reason LIMIT ?",
        [_ROWS_SHOWN],
    ).fetchall()
    if not found:
        return None
    rows = [
        (site, reason, f"{count:,}", str(day), " · ".join(filter(None, [_cut(url), _cut(detail)])))
        for site, reason, count, day, url, detail in found
    ]
    heads = (
        Column("site"), Column("reason"), Column("pages", "number"), Column("last", "number"), Column("such as", "long"),
    )  # fmt: skip
    return Section(
        "errors",
        "Fetch errors",
        "Pages that failed or were quarantined, by site and reason.",
        table(heads, rows),
    )


def sites(connection: duckdb.DuckDBPyConnection) -> Section | None:
    """Return a line a site."""
    found = connection.execute(
        "SELECT site, articles, last_seen::DATE, failures, coalesce(removed_share, 0), without_date, without_authors,"
        " median(n_words)::BIGINT FROM sites LEFT JOIN (SELECT site, n_words FROM articles) USING (site)"
        " GROUP BY ALL ORDER BY articles DESC, site LIMIT ?",
        [_SITES_SHOWN + 1],
    ).fetchall()
    if not found:
        return None
    rows = [
        (
            site, f"{articles:,}", str(last), "–" if words is None else f"{words:,}", f"{failures:,}",
            _percent(removed, 1), _percent(undated, articles), _percent(unsigned, articles),
        )
        for site, articles, last, failures, removed, undated, unsigned, words in found[:_SITES_SHOWN]
    ]  # fmt: skip
    heads = (
        Column("site"), Column("articles", "number"), Column("last seen", "number"), Column("words, median", "number"),
        Column("failures", "number"), Column("removed", "number"), Column("no date", "number"), Column("no authors", "number"),
    )  # fmt: skip
    note = (
        f'Only the {_SITES_SHOWN} sites with most articles; `newsmill sql "FROM sites"` gives all.'
        if len(found) > _SITES_SHOWN
        else ""
    )
    return Section(
        "sites", "Sites", "What there is of each site, and what to look into.", table(heads, rows, note)
    )


# In the order of the page. Alarms go first.
SECTIONS: tuple[Callable[[duckdb.DuckDBPyConnection], Section | None], ...] = (
    drift,
    articles_by_day,
    outcomes,
    removed_by_kind,
    rules,
    missing,
    languages,
    errors,
    sites,
)


def _row(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    row = connection.execute(query).fetchone()
    if row is None:
        raise ValueError("an aggregate without groups has one row")
    return row


def _characters(connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Return the characters that were removed and those that were kept."""
    removed, kept = _row(
        connection,
        "SELECT (SELECT coalesce(sum(length(text)), 0)::BIGINT FROM removed),"
        " (SELECT coalesce(sum(n_chars), 0)::BIGINT FROM articles)",
    )
    return removed, kept


def _percent(part: float, whole: float) -> str:
    """Return a share; neither 0 % nor 100 % unless it is exactly that."""
    if not whole:
        return "–"
    if part in (0, whole):
        return "0 %" if part == 0 else "100 %"
    return f"{min(max(100 * part / whole, 0.1), 99.9):.1f} %"


def _short(number: int) -> str:
    for size, letter in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if number >= 10 * size or (number >= size > 10**3):
            return f"{number / size:.1f} {letter}"
    return f"{number:,}"


def _cut(text: str) -> str:
    short = " ".join(text[: 2 * _EXAMPLE_LENGTH].split())
    return short if len(short) <= _EXAMPLE_LENGTH else f"{short[:_EXAMPLE_LENGTH].rstrip()}…"
