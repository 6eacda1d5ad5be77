"""Plots and tables as inline SVG and HTML: no script, no style attribute, every text escaped."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from newsmill.terminal import one_line

# Of the columns' drawing, in its own units.
_WIDTH, _HEIGHT = 760, 250
_LEFT, _TOP, _BOTTOM = 44, 10, 26
_WIDEST_COLUMN = 28
_TICKS = 4
_DATE_LABELS = 8
SERIES_COLOURS = 6  # classes s0 … s5 of the style sheet; what is more goes into "other"


@dataclass(frozen=True, slots=True)
class Bar:
    """One horizontal bar.

    Attributes:
        label: What it stands for.
        value: Its length; the longest of a group fills the width.
        shown: The value as a person reads it.
        tone: Class of its colour in the style sheet.
        note: A second, smaller label.
    """

    label: str
    value: float
    shown: str
    tone: str = "s0"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """One colour of stacked columns.

    Attributes:
        name: What it stands for.
        values: One a day.
        tone: Class of its colour.
    """

    name: str
    values: Sequence[int]
    tone: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes:
        title: Its head.
        kind: ``text``, ``number`` or ``long`` (text that may take several lines).
    """

    title: str
    kind: str = "text"


def text(value: str) -> Markup:
    """Text from anywhere, escaped, with nothing in it that steers or turns the reading direction."""
    return Markup.escape(one_line(value))


def bars(rows: Sequence[Bar], whole: float | None = None) -> Markup:
    """Return horizontal bars, a line each.

    Args:
        rows: The bars, in the order to show.
        whole: The value that fills the width; the largest of the bars if None.
    """
    longest = whole or max((row.value for row in rows), default=0) or 1
    line = Markup(
        '<li><span class="label" dir="auto">{}{}</span>'
        '<svg class="track {}" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="rest" width="100" height="1"/><rect width="{:.2f}" height="1"/></svg>'
        '<span class="value">{}</span></li>'
    )
    return Markup('<ul class="bars">{}</ul>').format(
        Markup("").join(
            line.format(
                text(row.label),
                Markup(" <small>{}</small>").format(text(row.note)) if row.note else "",
                row.tone,
                100 * row.value / longest,
                row.shown,
            )
            for row in rows
        )
    )


def share(parts: Sequence[Bar]) -> Markup:
    """Return one bar cut into parts, with a legend."""
    whole = sum(part.value for part in parts) or 1
    pieces: list[Markup] = []
    at = 0.0
    for part in parts:
        width = 100 * part.value / whole
        pieces.append(
            Markup(
                '<rect class="{}" x="{:.3f}" width="{:.3f}" height="1"><title>{}: {}</title></rect>'
            ).format(part.tone, at, max(width - 0.2, 0.1), text(part.label), part.shown)
        )
        at += width
    return Markup('<svg class="share" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">{}</svg>{}').format(
        Markup("").join(pieces), legend([(part.label, part.tone, part.shown) for part in parts])
    )  # fmt: skip


def legend(entries: Sequence[tuple[str, str, str]]) -> Markup:
    """Return a legend of (name, class of colour, value)."""
    entry = Markup(
        '<li><svg class="swatch {}" viewBox="0 0 1 1" aria-hidden="true"><rect width="1" height="1"/></svg>{} <b>{}</b></li>'
    )
    return Markup('<ul class="legend">{}</ul>').format(
        Markup("").join(entry.format(tone, text(name), shown) for name, tone, shown in entries)
    )


def columns(days: Sequence[date], series: Sequence[Series], title: str) -> Markup:
    """Return stacked columns, one a day, with axes and a legend.

    Args:
        days: The days, in order.
        series: What is stacked, from the bottom upwards.
        title: Read out to those who do not see the drawing.
    """
    totals = [sum(each.values[place] for each in series) for place in range(len(days))]
    top = _nice_top(max(totals, default=0))
    height = _HEIGHT - _TOP - _BOTTOM
    slot = (_WIDTH - _LEFT) / max(len(days), 1)
    width = min(slot * 0.82, _WIDEST_COLUMN)
    marks: list[Markup] = []
    for tick in range(_TICKS + 1):
        value = top * tick / _TICKS
        y = _TOP + height * (1 - tick / _TICKS)
        marks.append(
            Markup(
                '<line class="{}" x1="{}" x2="{}" y1="{y:.1f}" y2="{y:.1f}"/><text class="tick" x="{}" y="{:.1f}">{:,}</text>'
            ).format("axis" if tick == 0 else "grid", _LEFT, _WIDTH, _LEFT - 8, y + 4, int(value), y=y)
        )
    step = math.ceil(len(days) / _DATE_LABELS) or 1
    for place, day in enumerate(days):
        middle = _LEFT + slot * (place + 0.5)
        if place % step == 0:
            marks.append(
                Markup('<text class="day" x="{:.1f}" y="{}">{}</text>').format(
                    middle, _HEIGHT - 6, f"{day:%d %b}".lstrip("0")
                )
            )
        y = _TOP + height
        for each in series:
            if not each.values[place]:
                continue
            tall = height * each.values[place] / top
            y -= tall
            marks.append(
                Markup(
                    '<rect class="{}" x="{:.1f}" y="{:.2f}" width="{:.1f}" height="{:.2f}"><title>{}, {}: {:,}</title></rect>'
                ).format(
                    each.tone, middle - width / 2, y, width, max(tall - 1, 0.8), text(each.name), day.isoformat(), each.values[place]
                )
            )  # fmt: skip
    drawing = Markup(
        '<div class="wide"><svg class="columns" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg></div>'
    ).format(_WIDTH, _HEIGHT, title, Markup("").join(marks))
    return drawing + legend([(each.name, each.tone, f"{sum(each.values):,}") for each in series])


def _nice_top(most: int) -> int:
    """Return the top of an axis of four steps: each a round number."""
    step = max(most / _TICKS, 1)
    power = float(10 ** math.floor(math.log10(step)))
    return _TICKS * next(
        math.ceil(times * power) for times in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if times * power >= step
    )


def table(heads: Sequence[Column], rows: Sequence[Sequence[str]], note: str = "") -> Markup:
    """Return a table; cells are text, escaped here."""
    head = Markup("").join(Markup('<th class="{}">{}</th>').format(each.kind, each.title) for each in heads)
    cell = Markup('<td class="{}" data-head="{}" dir="auto">{}</td>')
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(
                cell.format(each.kind, each.title, text(value))
                for each, value in zip(heads, row, strict=True)
            )
        )
        for row in rows
    )
    return Markup('<div class="wide"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>{}').format(
        head, body, Markup('<p class="note">{}</p>').format(note) if note else ""
    )  # fmt: skip
