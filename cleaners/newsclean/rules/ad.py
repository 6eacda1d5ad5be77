"""Advertisement labels and slots."""

from __future__ import annotations

import re

from newsclean.blocks import Block, Container
from newsclean.rules.rule import BlockRule, Context, NodeRule
from newsclean.vocabulary import pattern, telling_words

LONGEST_SLOT = 400
LONGEST_LINE = 130
LONGEST_LABEL = 40
_LABEL = pattern(r"[\W_]*{ad.labels}[\W_]*")
_CONTINUES = pattern(r"^[\W_]*(?:{ad.labels}[\W_]+)?{ad.continues}")
_NAMED = re.compile(
    r"(?:^|[\s_-])(?:ad|ads|advert|advertisement|adslot|ad-?slot|ad-?container|ad-?wrapper|ad-?unit|dfp|gpt-?ad|sponsor(?:ed)?|promo(?:ted)?-?content|native-?ad|(?:728|468|300|160|320|970|336)x(?:90|60|250|600|50|280))(?:$|[\s_-]|\d)"
)


def _slot(container: Container, context: Context) -> bool:
    return context.segmentation.text_length(container) <= LONGEST_SLOT


def _label(block: Block, context: Context) -> bool:
    return is_ad_label(block.text)


def is_ad_label(text: str) -> bool:
    """Whether a line is an advertisement's label and nothing else."""
    return len(text) <= LONGEST_LABEL and _LABEL.fullmatch(text) is not None


def _continues(block: Block, context: Context) -> bool:
    return _CONTINUES.match(block.text) is not None


def _under_label(container: Container, context: Context) -> bool:
    """A small box whose first line is an ad's label."""
    first = context.segmentation.blocks[container.first]
    return context.segmentation.text_length(container) <= LONGEST_SLOT and is_ad_label(first.text)


def _after_label(block: Block, context: Context) -> bool:
    """A short line straight after an ad's label, which the judge doubts."""
    if not context.has_markup and context.body[block.index]:
        return False  # nothing but the blank line tells a sentence there from the ad's
    before = context.neighbour(block, -1)
    if before is None or not is_ad_label(before.text):
        return False
    return block.kind not in {"list", "table"} or block.kind == before.kind  # a list under an ad goes on


def _has_label(context: Context) -> bool:
    """Whether any line in or near reach is an ad's label."""
    return any(is_ad_label(context.segmentation.blocks[i].text) for i in context.told["ad.label"])


RULES = (
    NodeRule(
        "ad.named-slot", "ad", "A small box that calls itself an ad slot.", _slot, named=_NAMED, ceiling=0.85
    ),
    NodeRule(
        "ad.labelled-box",
        "ad",
        "A small box that opens with an advertisement's label.",
        _under_label,
        fewest=2,
        most=6,
        possible=_has_label,
    ),
    BlockRule(
        "ad.label",
        "ad",
        "The label of an advertisement alone on a line.",
        _label,
        longest=LONGEST_LABEL,
        words=telling_words("ad.labels"),
    ),
    BlockRule(
        "ad.continues",
        "ad",
        "A line that says the story goes on below an advertisement.",
        _continues,
        longest=120,
    ),
    BlockRule(
        "ad.after-label",
        "ad",
        "A short line straight after an advertisement's label.",
        _after_label,
        ceiling=0.85,
        longest=LONGEST_LINE,
        possible=_has_label,
    ),
)
