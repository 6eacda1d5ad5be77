"""Advertisement labels and slots."""

from __future__ import annotations

import re

from newsclean.blocks import Block, Container
from newsclean.rules.rule import BlockRule, Context, NodeRule
from newsclean.vocabulary import pattern

LONGEST_SLOT = 400
LONGEST_LINE = 130
_LABEL = pattern(r"[\W_]*{ad.labels}[\W_]*")
_CONTINUES = pattern(r"^[\W_]*(?:{ad.labels}[\W_]+)?{ad.continues}")
_NAMED = re.compile(
    r"(?:^|[\s_-])(?:ad|ads|advert|advertisement|adslot|ad-?slot|ad-?container|ad-?wrapper|ad-?unit|dfp|gpt-?ad|sponsor(?:ed)?|promo(?:ted)?-?content|native-?ad|(?:728|468|300|160|320|970|336)x(?:90|60|250|600|50|280))(?:$|[\s_-]|\d)"
)


def _slot(container: Container, context: Context) -> bool:
    if not container.names or not _NAMED.search(container.names):
        return False
    return sum(len(block.text) for block in context.segmentation.inside(container)) <= LONGEST_SLOT


def _label(block: Block, context: Context) -> bool:
    return len(block.text) <= 40 and _LABEL.fullmatch(block.text) is not None


def _continues(block: Block, context: Context) -> bool:
    return len(block.text) <= 120 and _CONTINUES.match(block.text) is not None


def _under_label(container: Container, context: Context) -> bool:
    """A small box whose first line is an ad's label."""
    blocks = context.segmentation.inside(container)
    if not 2 <= len(blocks) <= 6 or not _label(blocks[0], context):
        return False
    return sum(len(block.text) for block in blocks) <= LONGEST_SLOT


def _after_label(block: Block, context: Context) -> bool:
    """A short line straight after an ad's label, which the judge doubts."""
    before = context.neighbour(block, -1)
    if not context.has_markup and context.body[block.index]:
        return False  # nothing but the blank line tells a sentence there from the ad's
    return before is not None and len(block.text) <= LONGEST_LINE and _label(before, context)


RULES = (
    NodeRule("ad.named-slot", "ad", "A small box that calls itself an ad slot.", _slot, ceiling=0.85),
    NodeRule("ad.labelled-box", "ad", "A small box that opens with an advertisement's label.", _under_label),
    BlockRule("ad.label", "ad", "The label of an advertisement alone on a line.", _label),
    BlockRule("ad.continues", "ad", "A line that says the story goes on below an advertisement.", _continues),
    BlockRule(
        "ad.after-label",
        "ad",
        "A short line straight after an advertisement's label.",
        _after_label,
        ceiling=0.85,
    ),
)
