"""Buttons and labels for sharing and following."""

from __future__ import annotations

import re

from newsclean.blocks import Block, Container, Role
from newsclean.rules.rule import BlockRule, Context, NodeRule
from newsclean.vocabulary import pattern, telling_words

_LABEL = pattern(r"[\W_]*{share.labels}(?:[\W_]+{share.labels})*[\W_]*")
_NAMED = re.compile(
    r"(?:^|[\s_-])(?:share|sharing|social|addthis|sharedaddy|share-?bar|social-?share)(?:$|[\s_-])"
)


def _bar(container: Container, context: Context) -> bool:
    blocks = context.segmentation.inside(container)
    return all(len(block.text) <= 60 for block in blocks)


def _label(block: Block, context: Context) -> bool:
    return not block.roles & Role.TABLE and _LABEL.fullmatch(block.text) is not None


RULES = (
    NodeRule(
        "share.named-bar",
        "share",
        "A box of short labels that calls itself a share bar.",
        _bar,
        named=_NAMED,
        ceiling=0.85,
    ),
    BlockRule(
        "share.label",
        "share",
        "Nothing but the name of a way to share.",
        _label,
        longest=60,
        words=telling_words("share.labels"),
    ),
)
