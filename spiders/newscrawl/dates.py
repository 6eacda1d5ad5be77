"""Dates as feeds, sitemaps and URLs write them; what cannot be the date of a news page counts as none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EARLIEST = datetime(1600, 1, 1, tzinfo=UTC)  # before the first newspaper
_CLOCK_ERROR = timedelta(days=2)  # time zones, and clocks that are wrong


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
