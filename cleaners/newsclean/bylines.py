"""The form of the lines between a headline and its text: names, dates, roles, places, sections, in any order.

A line such as "Mara Quill · November 2, 2026 · City News" is read by its parts: it is a head line only if each part is a
date, a name, a role, a label such as "Updated", or a few words in capitals.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from newsclean.captions import ends_in_credit, is_credit_line
from newsclean.metadata.dates import find_written_dates
from newsclean.metadata.names import clean_names, is_person, looks_like_name, without_labels, without_place
from newsclean.metadata.titles import SiteNames
from newsclean.metadata.words import MONTHS, any_word
from newsclean.vocabulary import Pattern, pattern

LONGEST = 160
LONGEST_PART = 60
LONGEST_OUTLET = 20

_NO_SITE = SiteNames(frozenset(), "")
_STRONG_SEPARATOR = re.compile(r"\s*[|·•⋅\n]\s*")
_SEPARATOR = re.compile(r"\s*[|·•⋅\n]\s*|\s+[/–—-]\s+|,\s+")
_EDGE = " .,:;-–—|/·•()[]"
_PREPOSITION = pattern(r"^\W*(?:{byline.published}\s+)?{byline.prepositions}\s*:?\s+")
# What may stand before a date and belong to it: "Published on Monday, ", "18:02, ".
_BEFORE_DATE = pattern(
    r"(?:^|(?<=[\s|·•,(/-]))(?:{byline.published}\s*:?\s*)?(?:(?:on|am|den|le|il|el|em|op|dnia|o|the)\s+)?(?:{date.weekdays}\.?,?\s*(?:den\s+|the\s+)?)?"
    r"(?:\d{1,2}[:.h]\d\d\s*(?:uhr|[ap]\.?m\.?|h)?[\s,|-]*)?(?:(?:on|am|den|le|il|el|em|op|dnia)\s+)?$"
    # or the time comes first, with its zone, as in "Published 5:32 PM EDT, Tue June 18, 2024"
    r"|(?:^|(?<=[\s|·•,(/-]))(?:{byline.published}\s*:?\s*)?\d{1,2}[:.h]\d\d\s*(?:uhr|[ap]\.?m\.?|h)?(?:\s*(?-i:[A-Z]{2,5}))?,?\s+{date.weekdays}\.?,?\s*$"
)
# "By Ann LeeNovember 2, 2026": a name that a dump has glued to the date behind it
_MONTH = any_word(name for months in MONTHS.values() for names in months for name in names.split())
_GLUED = Pattern(
    r"(?<=(?-i:[a-zß-öø-ÿąćęłńśźż]))(?=(?-i:[A-ZÀ-Þ\d]))"
    rf"(?={_MONTH}\b\.?\s*\d{{1,2}},?\s+\d{{4}}|\d{{1,2}}\.?\s+(?:de\s+)?{_MONTH}\b\.?,?\s+(?:de\s+)?\d{{4}})"
)
# "City News Share": a button that a dump has put behind the section's name
_BUTTONS_BEHIND = pattern(r"(?:\s+{share.labels})+$")
# "The square on November 2, 2026. (Orla Venn/Sable Photo)": a caption, whatever dates and names it holds
_SIGNED_SENTENCE = re.compile(r"[.!?…][”\"'’»“]?\s*[(\[][^()\[\]]+[)\]]\W*$")
_NEUTRAL = pattern(
    r"\W*(?:{byline.published}|{date.weekdays}|{furniture.durations}|{share.labels}|(?:{furniture.durations}\s*:?\s*)?\d+\s*(?:{furniture.durations})|\d+\s*{comment.labels}|(?:{byline.published}\s*:?\s*)?(?:(?:\d+|an?|one)\s+)?{byline.ago}"
    r"|(?:(?:at|um|à|a las|alle|às|om|kl)\s+)?\d{1,2}[:.h]\d\d\s*(?:uhr|[ap]\.?m\.?|h)?(?:\s*[A-Z]{2,5})?)\W*"
)
_ROLE = pattern(r"(?:.*\s)?{byline.roles}(?:\s.*)?")
_CAPITALISED = re.compile(
    r"(?-i:[A-ZÀ-ÞŁŚŻŠČŽ])[\w.&’'-]*(?:[\s/]+(?:(?-i:[A-ZÀ-ÞŁŚŻŠČŽ&])[\w.&’'-]*|of|the|and|for|und|de|del|la|le|et|y|di|do|da|van|von|der)){0,4}"
)
# "g1 PI", "BBC Verify": the outlet behind a byline's names, be it not in capitals
_OUTLET = re.compile(r"(?:\w*[A-ZÀ-Þ\d]\w*\s?){1,3}")
# "avec AFP", "mit dpa": who else is named in a byline
_COMPANY = pattern(r"\s+(?:avec|mit|with|con|com|met|z)\s+(?:(?:l['’]|die\s+|the\s+)?{credit.agencies}\W*)+$")
# ", à Port-Calder", "in Berlin": where the author is
_PLACE = re.compile(
    r"^(?:à|a|in|aus|from|en|em|te|w|at)\s+(?-i:[A-ZÀ-ÞŁŚŻ])[\w’'.-]*(?:\s+(?-i:[A-ZÀ-ÞŁŚŻ])[\w’'.-]*){0,2}$"
)
_MAIL = re.compile(
    r"[(<\[]?\s*(?:mailto:|e-?mail:\s*)?[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+\s*[)>\]]?", re.IGNORECASE
)
# "By Ann Lee Photos by Orla Venn": where another credit begins
_PICTURES = pattern(
    r"[\s,;]+(?:(?:and|und|et|y|e|en|i)\s+)?(?=(?:{caption.photo}|{caption.bare})(?:\s+by\b|\s+von\b|\s*:)\s*(?-i:[A-ZÀ-ÞŁŚŻ]))"
)
# "Von unserem Korrespondenten", "De notre envoyé spécial Ann Lee"
_ANONYMOUS = pattern(
    r"(?:{byline.prepositions}\s*:?\s+|from\s+|de\s+|da\s+|do\s+|od\s+)?{byline.anonymous}(?:\s+(?=(?-i:[A-ZÀ-ÞŁŚŻ]))|$)"
)


@dataclass(frozen=True, slots=True)
class HeadLine:
    """What a head line says.

    Attributes:
        names: Persons named, in order.
        has_by: "By", or its like, stands before them.
        is_placed: A place behind a name, a mail address or the pictures' credit stands in it, as in no headline.
        is_marked: The names are parted from a date by a bar or a dot.
        published: The date it gives, as UTC where it names no zone.
        modified: The date that is told to be a change's.
        section: The last few words in capitals that are no name, of a line with a date.
    """

    names: tuple[str, ...] = ()
    has_by: bool = False
    is_placed: bool = False
    is_marked: bool = False
    published: datetime | None = None
    modified: datetime | None = None
    section: str = ""

    @property
    def is_dated(self) -> bool:
        """Whether it gives a date."""
        return self.published is not None or self.modified is not None


@lru_cache(maxsize=4096)  # rules, neighbours and the reader of the head ask for the same lines
def read_head_line(text: str, month_first: bool | None = None) -> HeadLine | None:
    """Read a line by its parts; None if any of them is something else than a head line holds.

    Args:
        text: One line.
        month_first: How to read ``3/4/2020``; None if unknown.

    >>> read_head_line("Mara Quill · November 2, 2026 · City News").section
    'City News'
    """
    if not text or len(text) > LONGEST:
        return None
    if _SIGNED_SENTENCE.search(text) and ends_in_credit(text):
        return None
    text = _GLUED.sub("|", text)
    published = modified = None
    rest, previous = "", 0
    for date in find_written_dates(text, month_first=month_first):
        before = text[previous : date.start]
        label = _BEFORE_DATE.search(before)
        rest += (before[: label.start()] if label else before) + "|"
        previous = date.end
        when = date.moment.when if date.moment.when.tzinfo else date.moment.when.replace(tzinfo=UTC)
        if date.updated:
            modified = modified or when
        else:
            published = published or when
    rest += text[previous:]
    rest, addresses = _MAIL.subn("|", rest)
    names: list[str] = []
    sections: list[str] = []
    has_by = False
    has_role = has_place = addresses > 0
    for raw in _SEPARATOR.split(_PICTURES.sub("|", _COMPANY.sub("", rest))):
        part = raw.strip(_EDGE)
        if not part or _NEUTRAL.fullmatch(part):
            continue
        if len(part) > LONGEST_PART:
            return None
        if (anonymous := _ANONYMOUS.match(part)) is not None:
            found = _persons(part[anonymous.end() :])
            if not found and anonymous.end() < len(part):
                return None
            has_by = True
            names += found
            continue
        if is_credit_line(part):
            has_role = has_place = True
            continue
        preposition = _PREPOSITION.match(raw)
        if preposition is not None:
            found = _persons(raw[preposition.end() :])
            if not found:
                return None
            has_by = True
            names += found
        elif _ROLE.fullmatch(part) or _PLACE.match(part):
            has_role = True
        elif not names and (
            found := _persons(part)
        ):  # "Mara Quill, The Tidewater Courier": an outlet follows
            names += found
            has_place = has_place or without_place(part) != part
        elif _CAPITALISED.fullmatch(part):
            sections.append(_BUTTONS_BEHIND.sub("", part))
        elif has_by and len(part) <= LONGEST_OUTLET and _OUTLET.fullmatch(part):
            has_place = True
        else:
            return None
    if not (names or sections or has_by or has_role or published or modified):
        return None
    dated = published is not None or modified is not None
    return HeadLine(
        tuple(dict.fromkeys(names)),
        has_by,
        has_place,
        dated and len(_STRONG_SEPARATOR.split(text)) > 1,
        published,
        modified,
        sections[-1] if sections and dated else "",
    )


def _persons(text: str) -> tuple[str, ...]:
    """The persons that a text names and says nothing else."""
    if text.isascii() and text.isalnum():
        return ()  # one word is no full name
    text = without_place(without_labels(_COMPANY.sub("", text).strip(_EDGE)))
    names = tuple(name for name in clean_names([text]) if looks_like_name(name) and is_person(name, _NO_SITE))
    said = sum(len(name) for name in names)
    return names if names and said >= 0.6 * len(text) else ()
