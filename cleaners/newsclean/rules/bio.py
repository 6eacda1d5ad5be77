"""Lines about the author, after the text."""

from __future__ import annotations

import re

from newsclean.blocks import Block, Container
from newsclean.rules.rule import BlockRule, Context, NodeRule, key
from newsclean.vocabulary import pattern

LONGEST, LONGEST_BOX = 500, 1500
_STATEMENT = pattern(r"\b{bio.statements}\b")
# "Mara Quill is a reporter …", "Mara Quill covers …": a name, then the trade.
_NAME_AND_TRADE = pattern(
    r"^\W*(?-i:[A-ZÀ-Þ][\w.'’-]*)(?:\s+(?-i:(?:van|von|de|der|di|da|la|le|[A-ZÀ-Þ][\w.'’-]*))){1,3},?\s+(?:{bio.statements}\b|(?:is|ist|est|es|è|é|jest)\s+[^.]{0,60}?{byline.roles}\b)"
)
_NAMED = re.compile(
    r"author-?(?:bio|box|info|card|description|about)|about-?(?:the-?)?author|\bbio\b|biography"
)


def calls_itself_bio(container: Container) -> bool:
    """Whether a container's names say that it is about the author."""
    return _NAMED.search(container.names) is not None


def _named_box(container: Container, context: Context) -> bool:
    return context.segmentation.text_length(container) <= LONGEST_BOX


def _about_author(block: Block, context: Context) -> bool:
    """Near the end, a short block that begins with the author's name, or with any name at the very end, and tells a trade."""
    if not context.at_end(block, 2):
        return False
    start = key(block.text[:80])
    if any(start.startswith(author) for author in context.authors):
        return _STATEMENT.search(block.text[:200]) is not None
    return context.at_end(block, 0) and _NAME_AND_TRADE.match(block.text) is not None


RULES = (
    NodeRule("bio.named-box", "bio", "A box that calls itself the author's.", _named_box, named=_NAMED),
    BlockRule(
        "bio.statement",
        "bio",
        "A closing line that begins with the author's name and tells their trade.",
        _about_author,
        longest=LONGEST,
    ),
)
