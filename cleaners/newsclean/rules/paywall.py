"""Subscription walls and offers."""

from __future__ import annotations

import re

from newsclean.blocks import Block, Container
from newsclean.rules.rule import BlockRule, Context, NodeRule
from newsclean.vocabulary import pattern, telling_words

_NOTICE = pattern(r"\b{paywall.notices}\b")
_NAMED = re.compile(
    r"paywall|piano-|premium-?(?:box|wall|offer|teaser)|regwall|subscription-?(?:wall|offer|box)|meter-?(?:box|wall)"
)


def _named_box(container: Container, context: Context) -> bool:
    return context.segmentation.text_length(container) <= 1200


def _notice(block: Block, context: Context) -> bool:
    if not context.at_end(block, 3):
        return False
    found = _NOTICE.search(block.text)
    return found is not None and found.start() <= 40


RULES = (
    NodeRule(
        "paywall.named-box",
        "paywall",
        "A small box that calls itself a paywall.",
        _named_box,
        named=_NAMED,
        ceiling=0.85,
    ),
    BlockRule(
        "paywall.notice",
        "paywall",
        "A line that offers the rest to subscribers.",
        _notice,
        ceiling=0.98,
        longest=250,
        words=telling_words("paywall.notices"),
    ),
)
