"""The headline: it is in ``Article.title`` and not in the text."""

from __future__ import annotations

from newsclean.blocks import Block, Role
from newsclean.rules.rule import BlockRule, Context


def _repeats_title(block: Block, context: Context) -> bool:
    text = block.key
    return (
        bool(text)
        and text in context.titles
        and (context.at_start(block, 1) or bool(block.roles & Role.HEADING))
    )


def _first_heading(block: Block, context: Context) -> bool:
    return block.heading_level == 1 and context.at_start(block, 0)


RULES = (
    BlockRule(
        "title.repeated",
        "title",
        "The block is the page's title, told elsewhere on the page.",
        _repeats_title,
    ),
    BlockRule(
        "title.first-heading", "title", "A top heading before the body is the headline.", _first_heading
    ),
)
