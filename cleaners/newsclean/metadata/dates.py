"""Read dates and times as pages write them: ISO 8601, RFC 5322, Unix time, and written out in a dozen languages.

There is no clock here: a date is plausible by its year alone, and whether it fits its page is decided by
:mod:`newsclean.metadata.published`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache

from newsclean.metadata.words import (
    MONTHS,
    PUBLISHED,
    SEASONAL_ZONES,
    UPDATED,
    UPDATED_IDEOGRAPHIC,
    ZONES,
    any_word,
)
from newsclean.vocabulary import Pattern

# Longer values are no dates; also bounds the regular expressions' work.
LONGEST_VALUE = 80
LONGEST_LINE = 240
MOST_DATES = 4
# The first news site is of the nineties; Unix time 0 and year 1 are unset fields.
FIRST_YEAR, LAST_YEAR = 1990, 2099


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as printed or declared.

    Attributes:
        when: Without zone where the page gives none.
        has_time: Whether a time of day was given.
    """

    when: datetime
    has_time: bool


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date found in running text.

    Attributes:
        moment: What it says.
        updated: Whether a word such as "Updated" stands right before it.
        start: Where it begins in the line.
        end: Where it ends.
    """

    moment: Moment
    updated: bool
    start: int
    end: int


_MONTH_NUMBER = {
    name: number
    for months in MONTHS.values()
    for number, names in enumerate(months, 1)
    for name in names.split()
}
_MONTH = any_word(_MONTH_NUMBER)
_ISO = re.compile(
    r"(\d{4})[-/.](\d\d?)[-/.](\d\d?)(?:[T ,]+(\d\d?):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*(Z\b|[A-Z]{3,4}\b|[+-]\d\d(?::?\d\d)?)?)?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?:/Date\()?(\d{6,14})(?:\.0*|[+-]\d{4})?(?:\)/)?", re.ASCII)
_RFC5322 = re.compile(r"[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} ")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?)?(Z|[+-]\d{4})?")
_WRITTEN = Pattern(
    rf"(?<![\w.])(?:"
    rf"(?P<iso>\d{{4}}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{{1,9}})?)?(?:Z\b|[+-]\d\d:?\d\d\b)?)|(?:"
    rf"(?P<d1>\d{{1,2}})(?:st|nd|rd|th|\.|er|º|°|ª|[-/])?\s*(?:de\s+|of\s+|d['’])?(?P<m1>{_MONTH})\b[.,\-/]?\s*(?:de[l]?\s+)?(?P<y1>\d{{4}}|['’]?\d\d(?![\d:.]))"
    rf"|(?P<m2>{_MONTH})\b\.?\s*(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\s*,?\s+(?P<y2>\d{{4}})"
    rf"|(?P<y3>\d{{4}})\s?[年년./-]\s?(?P<m3>\d{{1,2}})\s?[月월./-]\s?(?P<d3>\d{{1,2}})\s?[日일]?"
    rf"|(?P<n1>\d{{1,2}})(?P<mark>[./-])\s?(?P<n2>\d{{1,2}})(?P=mark)\s?(?P<y4>\d{{4}}|\d\d)(?![\d./-])"
    rf"|(?P<y5>\d{{4}})\.?\s+(?:m\.\s*)?(?P<m5>{_MONTH})\b\.?\s*(?P<d5>\d{{1,2}})(?![\d:])"
    rf")(?!\w*\d))"
)
# No date is without one of these, and they are found much faster.
_YEARLIKE = re.compile(r"\d{4}|['’]\d\d|\d[./-]\s?\d{1,2}[./-]\s?\d\d|[^\W\d]\W{0,3}\d\d(?!\d)")
_CLOCK = (
    r"(?P<hour>[01]?\d|2[0-4])(?:\s?(?::|\.|h|時|시|点)\s?(?P<minute>[0-5]\d)(?::[0-5]\d)?(?!\d|[./-]\d)(?:\s?min\b)?"
    r"|(?=\s?(?:[ap]\.?\s?m\b|uhr\b|h\b|時|시|点)))\s*(?P<half>[ap]\.?\s?m\b\.?)?"
)
_TIME_AFTER = Pattern(
    r"[\s,|·•–—\-/(@日일.]*(?:(?:at|um|à|a las|alle(?: ore)?|ore|kl\.?|klo|om|o godz\.?|godz\.?|às|v|ob|la|T|pukul|lúc|в)(?![^\W\d])[\s:]*)?"
    rf"(?P<noon>午前|午後|上午|下午|오전|오후)?\s*{_CLOCK}"
    r"\s*(?:uhr\b|hrs?\b|h\b|horas\b|分|분)?\.?[,\s]*\(?(?P<zone>(?:GMT|UTC)?[+-]\d\d?(?::?\d\d)?\b|(?-i:[A-Z]{1,4})\b)?"
)
_TIME_BEFORE = Pattern(
    rf"(?<![\d:.])(?P<noon>(?!))?{_CLOCK}\s*(?:uhr\b|hrs?\b|h\b)?\s*\(?(?P<zone>(?:GMT|UTC)[+-]\d\d?(?::?\d\d)?\b|(?-i:[A-Z]{{1,4}})\b)?[\s,|·•–—)-]*"
    r"(?:on\s+|am\s+|le\s+|(?:[^\W\d_]{2,10}\.?,?\s+))?$"
)
_UPDATED_WORD = any_word(word for words in UPDATED.values() for word in words)
_IDEOGRAPHIC = any_word(UPDATED_IDEOGRAPHIC)
_UPDATED = Pattern(rf"(?:\b{_UPDATED_WORD}\b[^.\d]{{0,25}}|{_IDEOGRAPHIC}[^.\d]{{0,10}})$")
# "(January 3, 2020 updated)": Chinese and Japanese may put the word behind.
_UPDATED_BEHIND = re.compile(r"\s?更新(?!\s*[:：]?\s*\d)")
_UPDATED_LABEL = Pattern(rf"(?:\b{_UPDATED_WORD}\b|{_IDEOGRAPHIC})[^.\d]{{0,25}}(?:\d|$)")
_PUBLISHED_LABEL = Pattern(rf"\b{any_word(word for words in PUBLISHED.values() for word in words)}\b")
_UPDATED_NAME = re.compile(r"updat|modif|aktuali|change|revis|edited|lastmod", re.IGNORECASE)
_PUBLISHED_NAME = re.compile(r"publi(?:sh|ca|é)|entry-date|posted", re.IGNORECASE)


def parse_timestamp(value: str, *, month_first: bool | None = None) -> Moment | None:
    """Read the value of an attribute or a JSON string that should be one date.

    Args:
        value: ISO 8601 and its common misspellings, RFC 5322, Unix time in seconds or milliseconds, or a written date.
        month_first: How to read ``3/4/2020``; None if unknown, then only dates that can be read in one way are.

    Returns:
        None if it is no plausible date.
    """
    text = value.strip()[: LONGEST_VALUE + 1]
    if not 6 <= len(text) <= LONGEST_VALUE or not any(character.isdigit() for character in text):
        return None
    try:
        # weeks and the like are ISO 8601 too, but on a page they are other things
        if "W" not in text:
            return _plausible(datetime.fromisoformat(text), has_time=len(text) > 10)
    except ValueError:
        pass
    # Unix time in JSON may be a float, or in the wrapping of an old framework: /Date(1577959200000)/
    number = _NUMBER.fullmatch(text)
    if number is not None:
        return _digits(number[1])
    if match := _ISO.match(text):
        return _from_groups(match)
    if _RFC5322.match(text):
        try:
            return _plausible(parsedate_to_datetime(text), has_time=":" in text)
        except (ValueError, IndexError, OverflowError, TypeError):
            pass
    found = find_written_dates(text, month_first=month_first)
    return found[0].moment if found else None


def find_written_dates(line: str, *, month_first: bool | None = None) -> tuple[WrittenDate, ...]:
    """Find the first ``MOST_DATES`` dates with a year in a line of text, each with the time beside it.

    Args:
        line: One line; only its first characters are read.
        month_first: As in :func:`parse_timestamp`.
    """
    return _written_dates(line[:LONGEST_LINE], month_first)


@lru_cache(maxsize=2048)  # the readers of authors, dates, sections and head lines ask for the same lines
def _written_dates(text: str, month_first: bool | None) -> tuple[WrittenDate, ...]:
    found: list[WrittenDate] = []
    if not _YEARLIKE.search(text):
        return ()
    previous = 0
    for match in _WRITTEN.finditer(text):
        day = _written_day(match, month_first)
        if day is None:
            continue
        end = match.end()
        before = text[previous : match.start()]
        time = None
        if match["iso"] is None:
            time = _TIME_AFTER.match(text, end) if end < len(text) else None
            end = time.end() if time is not None else end
            if time is None and (time := _TIME_BEFORE.search(before)) is not None:
                before = before[: time.start()]
        if match["iso"] is not None:
            moment = parse_timestamp(match["iso"])
        else:
            moment = _plausible(_at(day, time), has_time=time is not None)
        if moment is not None:
            updated = _UPDATED.search(before) is not None or _UPDATED_BEHIND.match(text, end) is not None
            found.append(WrittenDate(moment, updated, match.start(), end))
            previous = end
            if len(found) == MOST_DATES:
                break
    return tuple(found)


def url_date(url: str) -> Moment | None:
    """Read the date in an address's path, such as ``/2020/01/02/`` or ``/2020-01-02``."""
    match = re.search(r"[/_-]((?:19|20)\d\d)([/_-]?)(\d\d)\2(\d\d)(?=[/_.-]|$)", url[:500])
    return _plausible(_date(match[1], match[3], match[4]), has_time=False) if match else None


def names_update(names: str) -> bool:
    """Whether names tell of a later change: the first line that tells of a change or a publication decides.

    Args:
        names: Of attributes or classes; a line an element, the innermost first. ``published updated`` is both at once.
    """
    for line in names.split("\n"):
        if _PUBLISHED_NAME.search(line):
            return False
        if _UPDATED_NAME.search(line):
            return True
    return False


def tells_update(text: str) -> bool:
    """Whether a date's label, such as "Last updated:", tells of a later change."""
    return _UPDATED_LABEL.search(text) is not None


def tells_publication(text: str) -> bool:
    """Whether a line says that it is about when something appeared or changed."""
    return _PUBLISHED_LABEL.search(text) is not None or _UPDATED_LABEL.search(text) is not None


def read_written_date(line: str) -> datetime | None:
    """The first date in a line of text: as UTC where it names no zone, midnight where it gives no time."""
    found = find_written_dates(line)
    if not found:
        return None
    when = found[0].moment.when
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _plausible(when: datetime | None, *, has_time: bool) -> Moment | None:
    if when is None or not FIRST_YEAR <= when.year <= LAST_YEAR:
        return None
    offset = when.utcoffset()
    if offset is not None:
        when = when.replace(tzinfo=_offset(round(offset.total_seconds() / 60)))
    return Moment(when, has_time)


def _date(year: str | int, month: str | int, day: str | int) -> datetime | None:
    try:
        return datetime(int(year), int(month), int(day))  # noqa: DTZ001 - the page gave no zone yet
    except ValueError:
        return None


def _digits(text: str) -> Moment | None:
    if len(text) in (10, 13):
        seconds = int(text) if len(text) == 10 else int(text) / 1000
        return _plausible(datetime.fromtimestamp(seconds, UTC), has_time=True)
    match = _COMPACT.fullmatch(text)
    return _from_groups(match) if match else None


def _from_groups(match: re.Match[str]) -> Moment | None:
    year, month, day, hour, minute, second, zone = match.groups()
    when = _date(year, month, day)
    if when is None or hour is None:
        return _plausible(when, has_time=False)
    try:
        when = when.replace(hour=int(hour), minute=int(minute), second=int(second or 0))
    except ValueError:
        return _plausible(when, has_time=False)
    return _plausible(when.replace(tzinfo=_zone(zone or "")), has_time=True)


def _zone(text: str, when: datetime | None = None) -> timezone | None:
    text = text.strip().lower()
    if when is not None and text in SEASONAL_ZONES:
        return _offset(SEASONAL_ZONES[text] + (60 if _is_american_summer(when) else 0))
    if text in ZONES:
        return _offset(ZONES[text])
    match = re.fullmatch(r"(?:gmt|utc)?([+-])(\d\d?)(?::?(\d\d))?", text)
    if match is None:
        return None
    return _offset((int(match[2]) * 60 + int(match[3] or 0)) * (-1 if match[1] == "-" else 1))


def _is_american_summer(when: datetime) -> bool:
    """Whether clocks are forward in the United States and Canada: second Sunday of March to first of November, at 2:00."""
    march, november = datetime(when.year, 3, 8, 2), datetime(when.year, 11, 1, 2)  # noqa: DTZ001 - local, as printed
    start, end = (first + timedelta(days=(6 - first.weekday()) % 7) for first in (march, november))
    return start <= when.replace(tzinfo=None) < end


def _offset(minutes: int) -> timezone | None:
    """A zone by its distance from UTC; None where no place on Earth has it (zones run from -12:00 to +14:00)."""
    if not -12 * 60 <= minutes <= 14 * 60:
        return None
    return timezone(timedelta(minutes=minutes)) if minutes else UTC


def _written_day(match: re.Match[str], month_first: bool | None) -> datetime | None:
    if match["iso"]:
        return _date(match["iso"][:4], match["iso"][5:7], match["iso"][8:10])
    if match["m1"]:
        return _date(_year(match["y1"]), _MONTH_NUMBER[match["m1"].lower()], match["d1"])
    if match["m2"]:
        return _date(match["y2"], _MONTH_NUMBER[match["m2"].lower()], match["d2"])
    if match["m5"]:
        return _date(match["y5"], _MONTH_NUMBER[match["m5"].lower()], match["d5"])
    if match["y3"]:
        return _date(match["y3"], match["m3"], match["d3"])
    first, second = int(match["n1"]), int(match["n2"])
    if match["mark"] == "." or first > 12:
        month, day = second, first
    elif second > 12 or first == second or month_first:
        month, day = first, second
    elif month_first is None:
        return None
    else:
        month, day = second, first
    return _date(_year(match["y4"]), month, day)


def _year(text: str) -> int:
    year = int(text.lstrip("'’"))
    return year if year > 99 else 2000 + year


def _at(day: datetime, time: re.Match[str] | None) -> datetime:
    if time is None:
        return day
    hour, minute, half = int(time["hour"]), int(time["minute"] or 0), (time["half"] or "").lower()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    elif time["noon"] in {"午後", "下午", "오후"} and hour < 12:
        hour += 12
    # midnight is 24:00 on some clocks: of the day that ends
    when = day.replace(hour=hour % 24, minute=minute) + timedelta(days=hour // 24)
    return when.replace(tzinfo=_zone(time["zone"] or "", when))
