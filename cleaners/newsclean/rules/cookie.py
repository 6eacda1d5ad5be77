"""Cookie and consent notices."""

from __future__ import annotations

import re

from newsclean.blocks import Block, Container, Segmentation
from newsclean.rules.rule import BlockRule, Context, NodeRule
from newsclean.vocabulary import pattern, telling_words

LONGEST_LAYER = 3000
_NOTICE = pattern(r"\b{cookie.notices}\b")
_NAMED = re.compile(r"cookie|consent|gdpr|cmp-|onetrust|didomi|sourcepoint")


_EMBED = pattern(r"^[\W_]*{cookie.embeds}\b")


def is_consent_layer(container: Container, segmentation: Segmentation) -> bool:
    """Whether an element calls itself a cookie or consent layer and is no larger than one."""
    if (
        not container.names
        or container.tag in {"body", "main", "article"}
        or not _NAMED.search(container.names)
    ):
        return False
    return segmentation.text_length(container) <= LONGEST_LAYER


def _named_box(container: Container, context: Context) -> bool:
    return is_consent_layer(container, context.segmentation)


def _embed(block: Block, context: Context) -> bool:
    return _EMBED.match(block.text) is not None


def _notice(block: Block, context: Context) -> bool:
    return _NOTICE.search(block.text) is not None


RULES = (
    NodeRule(
        "cookie.named-box",
        "cookie",
        "A box that calls itself a cookie or consent layer.",
        _named_box,
        named=_NAMED,
        ceiling=0.85,
    ),
    BlockRule(
        "cookie.notice",
        "cookie",
        "A notice about cookies or consent.",
        _notice,
        ceiling=0.8,
        longest=400,
        words=telling_words("cookie.notices"),
    ),
    BlockRule(
        "cookie.embed",
        "cookie",
        "What stands in place of an embed that the reader has not consented to.",
        _embed,
        longest=400,
        words=telling_words("cookie.embeds"),
    ),
)
