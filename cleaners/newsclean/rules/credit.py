"""Lines that say who else made the text; they go to ``Article.credits``."""

from __future__ import annotations

from newsclean.blocks import Block
from newsclean.rules.rule import BlockRule, Context
from newsclean.vocabulary import pattern, telling_words

LONGEST = 300
# How many body blocks may follow a statement: an editor's note or a correction may.
FROM_THE_END = 3
LONGEST_AGENCIES = 90
LONGEST_ORIGIN = 80

_AGENCIES = pattern(
    r"[\W_]*(?:(?-i:[A-ZÀ-Þ])[\w.]*(?:\s+(?-i:[A-ZÀ-Þ])[\w.]*)?\s+)?(?:(?:avec|mit|with|con|com|met|z|von)\s+)?(?:l['’]|die\s+|the\s+)?(?:©\s*)?{credit.agencies}"
    r"(?:(?:\s*[/,&+]\s*|\s+(?:und|and|et|y|e|en|i)\s+){credit.agencies})*(?:[\s-]*infocom.*)?"
    r"(?:\s*/\s*(?-i:[a-zß-ÿ]{2,4}))?[\W_]*"  # and the initials of who edited it
)
_STATEMENT_START = pattern(r"[\s(\[—–*-]*{credit.statements}")
_STATEMENT_INSIDE = pattern(
    r"^[\s(\[—–*]*(?-i:[A-ZÀ-Þ]).{2,160}?\s{credit.contributions}\b[^.]{0,60}[.)\]]*\s*$"
)
# "From The Epoch Times": a preposition and a proper name, nothing else, no verb.
_ORIGIN = pattern(
    r"[\s(]*{credit.origins}:?\s+(?-i:(?:[Tt]he|[Dd](?:er|ie|as)|[Ll][ea]|[Ee]l|[Ii]l)\s+)?"
    r"(?-i:[A-ZÀ-Þ][\w.’'&-]*)(?:\s+(?-i:[A-ZÀ-Þ][\w.’'&-]*|of|de|and|for|the|und|et)){0,5}[\s).]*"
)


def is_credit_statement(text: str) -> bool:
    """Whether a whole line says who reported, edited, translated or first published the text."""
    if len(text) > LONGEST:
        return False
    return (_STATEMENT_START.match(text) is not None and text.count(". ") <= 1) or _STATEMENT_INSIDE.match(
        text
    ) is not None


def is_origin(text: str) -> bool:
    """Whether a line names only the outlet that the text was taken from."""
    return (
        len(text) <= LONGEST_ORIGIN
        and not text.endswith((":", "?", "!"))
        and _ORIGIN.fullmatch(text) is not None
    )


def is_agency_line(text: str) -> bool:
    """Whether a line holds nothing but agencies' names, as "dpa/AFP" or "Avec AFP"."""
    return len(text) <= LONGEST_AGENCIES and _AGENCIES.fullmatch(text) is not None


def _agencies(block: Block, context: Context) -> bool:
    return not block.heading_level and context.at_end(block, 1) and is_agency_line(block.text)


def _statement(block: Block, context: Context) -> bool:
    return context.at_end(block, FROM_THE_END) and is_credit_statement(block.text)


def _origin(block: Block, context: Context) -> bool:
    return not block.heading_level and context.at_end(block, FROM_THE_END) and is_origin(block.text)


RULES = (
    BlockRule(
        "credit.statement",
        "credit",
        "A closing line about who reported, edited or first printed the text.",
        _statement,
        longest=LONGEST,
    ),
    BlockRule(
        "credit.agencies",
        "credit",
        "A closing line of agencies' names and nothing else.",
        _agencies,
        longest=LONGEST_AGENCIES,
    ),
    BlockRule(
        "credit.origin",
        "credit",
        "A closing line that only names the outlet the text comes from.",
        _origin,
        longest=LONGEST_ORIGIN,
        words=telling_words("credit.origins"),
    ),
)
