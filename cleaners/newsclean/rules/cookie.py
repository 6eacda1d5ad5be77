"""Cookie and consent notices."""

from __future__ import annotations

import re

from newsclean.blocks import Block, Container
from newsclean.rules.rule import BlockRule, Context, NodeRule
from newsclean.vocabulary import pattern

_NOTICE = pattern(r"\b{cookie.notices}\b")
_NAMED = re.compile(r"cookie|consent|gdpr|cmp-|onetrust|didomi|sourcepoint")


def _named_box(container: Container, context: Context) -> bool:
    if not container.names or not _NAMED.search(container.names):
        return False
    return sum(len(block.text) for block in context.segmentation.inside(container)) <= 3000


def _notice(block: Block, context: Context) -> bool:
    return len(block.text) <= 400 and _NOTICE.search(block.text) is not None


RULES = (
    NodeRule(
        "cookie.named-box",
        "cookie",
        "A box that calls itself a cookie or consent layer.",
        _named_box,
        ceiling=0.85,
    ),
    BlockRule("cookie.notice", "cookie", "A notice about cookies or consent.", _notice, ceiling=0.8),
)
