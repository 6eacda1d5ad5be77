"""Comment counts and prompts."""

from __future__ import annotations

import re

from newsclean.blocks import Block, Container
from newsclean.rules.rule import BlockRule, Context, NodeRule
from newsclean.vocabulary import pattern, telling_words

_LABEL = pattern(r"[\W_]*(?:\d+\s+)?{comment.labels}\s*(?:\(?\d+\)?)?[\W_]*")
_PROMPT = pattern(r"\b{comment.labels}")
_CLOSED = pattern(r"\b{comment.closed}")
_NAMED = re.compile(
    r"(?:^|[\s_-])(?:comments?|disqus|respond|comment-?(?:list|form|section|prompt|box|count))(?:$|[\s_-])"
)


def _named_box(container: Container, context: Context) -> bool:
    return not any(
        context.body[block.index] and len(block.text) > 200
        for block in context.segmentation.inside(container)
    )


def _label(block: Block, context: Context) -> bool:
    return _LABEL.fullmatch(block.text) is not None


def _prompt(block: Block, context: Context) -> bool:
    """A closing line of a question or two that asks for comments."""
    if not context.at_end(block, 1):
        return False
    return _CLOSED.search(block.text) is not None or len(_PROMPT.findall(block.text)) >= 2


RULES = (
    NodeRule(
        "comment.named-box",
        "comment",
        "A box that calls itself comments.",
        _named_box,
        named=_NAMED,
        ceiling=0.9,
    ),
    BlockRule(
        "comment.label",
        "comment",
        "Nothing but the label or count of comments.",
        _label,
        longest=60,
        words=telling_words("comment.labels"),
    ),
    BlockRule(
        "comment.prompt", "comment", "A closing line that asks readers for comments.", _prompt, longest=160
    ),
)
