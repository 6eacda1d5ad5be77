"""Standing notices of a site."""

from __future__ import annotations

import re

from newsclean.blocks import Block
from newsclean.rules.rule import BlockRule, Context
from newsclean.vocabulary import pattern

_RIGHTS = re.compile(r"[\W_]*(?:©|\(c\)|copyright)\W*(?:19|20)\d\d\b", re.IGNORECASE)
_NOTICE = pattern(r"^[\W_]*(?:\d+\s+)?{furniture.notices}\b")


def _rights(block: Block, context: Context) -> bool:
    """A short closing line that begins with the copyright sign and a year."""
    return len(block.text) <= 200 and _RIGHTS.match(block.text) is not None and context.at_end(block, 2)


def _notice(block: Block, context: Context) -> bool:
    if len(block.text) > 200 or not _NOTICE.match(block.text):
        return False
    return context.at_start(block, 1) or context.at_end(block, 2) or len(block.text) < 80


RULES = (
    BlockRule(
        "furniture.notice",
        "furniture",
        "A standing notice about the print edition, reuse or apps.",
        _notice,
        ceiling=0.98,
    ),
    BlockRule(
        "furniture.rights",
        "furniture",
        "A closing line that begins with the copyright sign and a year.",
        _rights,
    ),
)
