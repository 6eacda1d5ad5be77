"""Bylines, dates and datelines that stand as lines of their own."""

from __future__ import annotations

import re

from newsclean.blocks import Block, Role
from newsclean.bylines import HeadLine, read_head_line
from newsclean.metadata.names import without_labels
from newsclean.rules.rule import BlockRule, Context, key
from newsclean.vocabulary import pattern

LONGEST = 160
LONGEST_CLOCK = 20
LONGEST_NAME_OR_ROLE = 80
# What is left of a line of authors without their names, as a key.
_CONJUNCTIONS = frozenset({"", "and", "und", "et", "y", "e", "en", "i", "och", "og", "a"})
_CLOCK = re.compile(
    r"\W*(?:[01]?\d|2[0-4])[:.h]\d\d(?::\d\d)?\s*(?:uhr|hrs?|h|[ap]\.?m\.?)?(?:\s*[A-Z]{2,4})?\W*",
    re.IGNORECASE,
)

# "By Zachary Stieber", "Von Jonas Brandt, Bremerhaven", "By A. Name and B. Name, City Desk": names start upper-case.
_BYLINE = pattern(
    r"(?:{byline.prepositions})\s*:?\s+(?-i:[A-ZÀ-ÞŁŚŻŠČŽ][\w.'’\-]*)"
    r"(?:(?:\s+|,\s*|\s*/\s*)(?:(?-i:[A-ZÀ-ÞŁŚŻŠČŽ(][\w.'’\-)]*)|and|und|et|y|e|en|i|&|de|van|von|der|den|di|da|du|la|le|for|the|of|in|at|"
    r"{byline.roles}|[\w.+-]+@[\w.-]+))*[.,]?"
)
_DATE = pattern(
    r"(?:{byline.published}\s*:?\s*(?:on|am|le|el|il)?\s*)?(?:{date.weekdays}\.?,?\s+)?(?:(?:{date.months})\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}"
    r"|\d{1,2}(?:\.|er|º|°|st|nd|rd|th)?\s+(?:de\s+|of\s+)?(?:{date.months})\.?,?\s+(?:de\s+)?\d{4}|\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4})"
)
# A time, with a zone only behind it: "US" in "January 2, 2020US News" is no zone.
_TIME_TAIL = re.compile(
    r"^[\s,|·•–—\-/]*(?:(?:(?:at|um|à|a las|alle|kl\.?|om|o)\s+)?\d{1,2}[:.h]\d{0,2}\s*(?:uhr|h|[ap]\.?m\.?)?"
    r"\s*(?:\(?(?-i:[A-Z]{2,5})\b\)?|GMT[+-]\d+)?)?[\s,|·•–—\-/.]*",
    re.IGNORECASE,
)
_SECTION_TAIL = re.compile(r"[\s|·•–—/-]*(?:[A-ZÀ-Þ][\w&.’'-]*\s*){0,4}")
# "·Senior Reporter": a role and what it is of, in capitals.
_ROLE = pattern(r"[\W_]*(?:(?-i:[A-ZÀ-ÞŁŚŻ])[\w-]*\s+){0,3}(?-i:(?=[A-ZÀ-ÞŁŚŻ])){byline.roles}[\W_]*")
# A place in capitals alone on a line, as agencies print it.
_DATELINE = re.compile(r"[A-ZÀ-Þ][A-ZÀ-Þ .'’\-]{2,30}(?:,\s*[A-Z][\w .]{1,20})?\s*[—–-]?")


def is_byline(text: str) -> bool:
    """Whether a line is a byline by its form: "By", then names, roles and places only."""
    return len(text) <= LONGEST and _BYLINE.fullmatch(text) is not None


def is_date_line(text: str) -> bool:
    """Whether a line is a date, with nothing else but a time, "Published" or a section's name glued to it."""
    if len(text) > LONGEST or _DATE.match(text) is None:
        return False
    rest = _after_dates(text)
    return not rest or _SECTION_TAIL.fullmatch(rest) is not None


def date_line_tail(text: str) -> str:
    """What is glued to a date line after its dates and times: a section's name, or nothing."""
    return _after_dates(text).strip(" |·•–—/-") if is_date_line(text) else ""


def _after_dates(text: str) -> str:
    """What is left of a line after one date, or two (published and updated), with their times."""
    for _ in range(2):
        date = _DATE.match(text)
        if date is None:
            break
        text = text[date.end() :]
        time = _TIME_TAIL.match(text)
        text = text[time.end() :] if time is not None else text
    return text


def _head_line(block: Block) -> HeadLine | None:
    return None if block.roles & (Role.LIST | Role.TABLE | Role.QUOTE) else read_head_line(block.text)


def _edge(block: Block, context: Context) -> bool:
    return context.at_start(block, 2) or context.at_end(block, 2)


def _byline(block: Block, context: Context) -> bool:
    if not _edge(block, context):
        return False
    if is_byline(block.text):
        return True
    line = _head_line(block) if context.at_start(block, 2) else None
    return line is not None and (line.has_by or (line.is_placed and not block.heading_level))


def _name_and_date(block: Block, context: Context) -> bool:
    if block.heading_level or not context.at_start(block, 2):
        return False
    line = _head_line(block)
    return line is not None and line.is_dated


def _beside_a_byline(block: Block, context: Context) -> bool:
    """A name, role, place or section alone on a line before the text, with a byline or date one or two lines off."""
    return (
        context.at_start(block, 0)
        and not context.body[block.index]
        and not block.link_length
        and _head_line(block) is not None
        and _is_beside_a_byline(block, context)
    )


def _name_or_role(block: Block, context: Context) -> bool:
    """A role, or a name with its role behind it or on the next line, before the text and near a byline or date."""
    if not context.at_start(block, 0) or block.heading_level:
        return False
    after = context.neighbour(block, 1)
    name, comma, role = block.text.partition(",")
    if not comma and after is not None and _ROLE.fullmatch(after.text):
        role = after.text  # on the next line
    if _ROLE.fullmatch(role):
        line = read_head_line(name)
        is_told = line is not None and bool(line.names)
    else:
        is_told = _ROLE.fullmatch(block.text) is not None
    return is_told and _is_beside_a_byline(block, context)


def _is_beside_a_byline(block: Block, context: Context) -> bool:
    around = (context.neighbour(block, offset) for offset in (-2, -1, 1, 2))
    return any(
        other is not None and (rule := context.taken.get(other.index)) is not None and rule.kind == "byline"
        for other in around
    )


def _author_name(block: Block, context: Context) -> bool:
    if not any(author in block.key for author in context.authors) or not _edge(block, context):
        return False
    rest = whole = key(without_labels(block.text))
    for author in sorted(context.authors, key=lambda name: (-len(name), name)):
        rest = rest.replace(author, "")
    return rest != whole and rest in _CONJUNCTIONS


def _date_line(block: Block, context: Context) -> bool:
    return _edge(block, context) and not block.roles & (Role.LIST | Role.TABLE) and is_date_line(block.text)


def _clock(block: Block, context: Context) -> bool:
    return (
        not block.roles & (Role.LIST | Role.TABLE | Role.QUOTE) and _CLOCK.fullmatch(block.text) is not None
    )


def _dateline(block: Block, context: Context) -> bool:
    return (
        not block.heading_level and context.at_start(block, 1) and _DATELINE.fullmatch(block.text) is not None
    )


RULES = (
    BlockRule(
        "byline.form",
        "byline",
        "A short line of a preposition and names, at the head or foot of the text.",
        _byline,
        longest=LONGEST,
    ),
    BlockRule(
        "byline.author-name", "byline", "The authors' names alone on a line.", _author_name, longest=LONGEST
    ),
    BlockRule(
        "byline.date",
        "byline",
        "A date alone on a line, at the head or foot of the text.",
        _date_line,
        longest=LONGEST,
    ),
    BlockRule(
        "byline.clock",
        "byline",
        "A time of day alone on a line: when an entry of a live report was written.",
        _clock,
        longest=LONGEST_CLOCK,
    ),
    BlockRule(
        "byline.name-and-date",
        "byline",
        "A line of a date and names, roles or a section before the text, such as “Name · date · section”.",
        _name_and_date,
        ceiling=0.99,
        longest=LONGEST,
    ),
    BlockRule(
        "byline.beside",
        "byline",
        "A name, role, place or section alone on a line, beside a byline or date before the text.",
        _beside_a_byline,
        ceiling=0.5,
        longest=LONGEST,
    ),
    BlockRule(
        "byline.name-or-role",
        "byline",
        "A role, or a name and its role, beside a byline or date before the text.",
        _name_or_role,
        ceiling=0.99,
        longest=LONGEST_NAME_OR_ROLE,
    ),
    BlockRule(
        "byline.dateline",
        "byline",
        "A place in capitals alone on a line before the text.",
        _dateline,
        ceiling=0.95,
        longest=40,
    ),
)
