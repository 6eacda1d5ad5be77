"""Standing notices of a site."""

from __future__ import annotations

from newsclean.blocks import Block
from newsclean.rules.rule import BlockRule, Context
from newsclean.vocabulary import pattern

_NOTICE = pattern(r"^[\W_]*(?:\d+\s+)?{furniture.notices}\b")


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
)
