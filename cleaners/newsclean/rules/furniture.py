"""Standing notices of a site."""

from __future__ import annotations

import re

from newsclean.blocks import Block
from newsclean.rules.rule import BlockRule, Context
from newsclean.vocabulary import pattern, telling_words

LONGEST = 200
_RIGHTS = re.compile(r"[\W_]*(?:©|\(c\)|copyright)\W*(?:19|20)\d\d\b", re.IGNORECASE)
_APPEAL = pattern(r"^[\W_]*{furniture.appeals}\b")
_NOTICE = pattern(r"^[\W_]*(?:\d+\s+)?{furniture.notices}\b")


def _rights(block: Block, context: Context) -> bool:
    """A short closing line that begins with the copyright sign and a year."""
    return context.at_end(block, 2) and _RIGHTS.match(block.text) is not None


def _notice(block: Block, context: Context) -> bool:
    at_edge = context.at_start(block, 1) or context.at_end(block, 2)
    return (at_edge or len(block.text) < 80) and _NOTICE.match(block.text) is not None


def _appeal(block: Block, context: Context) -> bool:
    """A line that begins by asking readers for something; what a person in the story asks stands in quotation marks."""
    return _APPEAL.match(block.text) is not None and not block.text.startswith(("“", "„", "«", '"'))


def _repeated(block: Block, context: Context) -> bool:
    """What stands in place of each thing that the reader has not consented to, or under each picture."""
    return block.kind == "p" and block.key in context.repeated


RULES = (
    BlockRule(
        "furniture.notice",
        "furniture",
        "A standing notice about the print edition, reuse or reading aloud.",
        _notice,
        ceiling=0.98,
        longest=LONGEST,
        words=telling_words("furniture.notices"),
    ),
    BlockRule(
        "furniture.appeal",
        "furniture",
        "A line that asks readers for support, to install the app, or to come to a social network.",
        _appeal,
        ceiling=0.98,
        longest=LONGEST,
        words=telling_words("furniture.appeals"),
    ),
    BlockRule(
        "furniture.rights",
        "furniture",
        "A closing line that begins with the copyright sign and a year.",
        _rights,
        longest=LONGEST,
    ),
    BlockRule(
        "furniture.repeated",
        "furniture",
        "What the body says three times or more in the same words.",
        _repeated,
    ),
)
