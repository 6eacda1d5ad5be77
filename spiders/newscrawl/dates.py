"""Dates as feeds, sitemaps and URLs write them, and the period that a crawl is about.

What cannot be the date of a news page counts as none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from newscrawl.article_url import url_dates

_EARLIEST = datetime(1600, 1, 1, tzinfo=UTC)  # before the first newspaper
_DAY = timedelta(days=1)
# Longer than any; less than two weeks into the next.
_MONTH, _YEAR = 32 * _DAY, 367 * _DAY
_MONTH_OR_YEAR = re.compile(r"(\d{4})(?:-(\d\d))?")
OUTSIDE = ("before-since", "after-until")  # the reasons of articles that are not of the period
_CLOCK_ERROR = 2 * _DAY  # time zones, and clocks that are wrong


def plausible(stamp: datetime | None) -> datetime | None:
    """The time in UTC, or None if no page of today can have it: the year 1, the year 9999."""
    if stamp is None:
        return None
    try:
        utc = stamp.astimezone(UTC) if stamp.tzinfo else stamp.replace(tzinfo=UTC)
    except (OverflowError, ValueError):
        return None
    return utc if _EARLIEST <= utc <= datetime.now(UTC) + _CLOCK_ERROR else None


def parse_timestamp(value: object) -> datetime | None:
    """An ISO 8601 date or time in UTC; without a zone it is taken as UTC; None if it is none or not plausible."""
    if not isinstance(value, str):
        return None
    try:
        stamp = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    return plausible(stamp)


def parse_last_change(value: str) -> datetime | None:
    """The last moment that a W3C date may mean, which may be a month's or a year's; None as for a timestamp.

    What was changed "in 2026-11" may have been changed on the 30th, so no more than that is known not to be older.
    """
    named = _MONTH_OR_YEAR.fullmatch(value.strip())
    if not named:
        return parse_timestamp(value)
    try:
        first = plausible(datetime(int(named[1]), int(named[2] or 1), 1, tzinfo=UTC))
    except ValueError:  # the 13th month
        return None
    after = _MONTH if named[2] else _YEAR
    return first and min((first + after).replace(day=1) - timedelta.resolution, datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class Period:
    """When articles must have been published.

    Attributes:
        since: First moment; None for any.
        until: First moment after it; None for any.
    """

    since: datetime | None = None
    until: datetime | None = None

    def may_hold(self, changed: datetime | None, published: datetime | None, url: str) -> bool:
        """Whether a page may be of the period, by what its source says and by the date in its URL.

        Args:
            changed: When it was last changed; it was not published later.
            published: When it was published.
            url: Its URL; the date in it is of some time zone.
        """
        if self.since is None and self.until is None:
            return True
        named = url_dates(url)
        if self.since is not None:
            latest = max((each for each in (changed, published) if each), default=None)
            if latest is None and named:
                latest = _start(named[1]) + 2 * _DAY
            if latest is not None and latest < self.since:
                return False
        if self.until is not None:
            earliest = published or (_start(named[0]) - _DAY if named else None)
            if earliest is not None and earliest >= self.until:
                return False
        return True

    def refusal(self, published: datetime | None) -> str:
        """The outcome's reason for an article of that date; empty if it is of the period or has none."""
        if published is None:
            return ""
        if self.since is not None and published < self.since:
            return OUTSIDE[0]
        return OUTSIDE[1] if self.until is not None and published >= self.until else ""


def period(since: str, until: str) -> Period:
    """The days from one to another, both included, in UTC.

    Args:
        since: ISO date; empty for any.
        until: ISO date; empty for any.

    Raises:
        ValueError: If one is no ISO date, or they are the wrong way round.
    """
    first = _midnight(since, "since") if since else None
    last = _midnight(until, "until") if until else None
    if first and last and last < first:
        raise ValueError(f"until ({until}) lies before since ({since})")
    return Period(first, last + _DAY if last else None)


def _midnight(text: str, name: str) -> datetime:
    try:
        return _start(date.fromisoformat(text))
    except ValueError:
        raise ValueError(f"{name} must be a date such as 2026-11-01, not {text!r}") from None


def _start(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
