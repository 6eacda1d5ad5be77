"""Comment counts and prompts."""

from __future__ import annotations

import re

from newsclean.blocks import Block, Container
from newsclean.rules.rule import BlockRule, Context, NodeRule
from newsclean.vocabulary import pattern

_LABEL = pattern(r"[\W_]*(?:\d+\s+)?{comment.labels}\s*(?:\(?\d+\)?)?[\W_]*")
_PROMPT = pattern(r"{comment.labels}")
_CLOSED = pattern(r"{comment.closed}")
_NAMED = re.compile(
    r"(?:^|[\s_-])(?:comments?|disqus|respond|comment-?(?:list|form|section|prompt|box|count))(?:$|[\s_-])"
)


def _named_box(container: Container, context: Context) -> bool:
    if not container.names or not _NAMED.search(container.names):
        return False
    return not any(
        context.body[block.index] and len(block.text) > 200
        for block in context.segmentation.inside(container)
    )


def _label(block: Block, context: Context) -> bool:
    return len(block.text) <= 60 and _LABEL.fullmatch(block.text) is not None


def _prompt(block: Block, context: Context) -> bool:
    """A closing line of a question or two that asks for comments."""
    if len(block.text) > 160 or not context.at_end(block, 1):
        return False
    return _CLOSED.search(block.text) is not None or len(_PROMPT.findall(block.text)) >= 2


RULES = (
    NodeRule("comment.named-box", "comment", "A box that calls itself comments.", _named_box, ceiling=0.9),
    BlockRule("comment.label", "comment", "Nothing but the label or count of comments.", _label),
    BlockRule("comment.prompt", "comment", "A closing line that asks readers for comments.", _prompt),
)
