"""Menus, breadcrumbs and page controls."""

from __future__ import annotations

import re

from newsclean.blocks import Block, Container, Role
from newsclean.rules.rule import BlockRule, Context, NodeRule, without_markup
from newsclean.vocabulary import pattern, telling_words

_TAGS = re.compile(r"(?:^|[\s_-])(?:tags?|tag-?list|topics?|keywords?|categories|breadcrumbs?)(?:$|[\s_-])")
_TOPICS = pattern(r"^[\W_]*{navigation.topics}\s*(?::|>|»|\||$|(?<=under)|(?<=in))\s*")
_LABEL = pattern(r"[\W_]*{navigation.labels}[\W_]*")


def _landmark(container: Container, context: Context) -> bool:
    if container.tag != "nav" and not (
        container.roles & Role.NAV and container.parent is not None and not container.parent.roles & Role.NAV
    ):
        return False
    return not any(
        context.body[block.index] and len(block.text) > 150
        for block in context.segmentation.inside(container)
    )


def _tag_list(container: Container, context: Context) -> bool:
    """Short links in a box that calls itself tags or topics, or links that say rel=tag."""
    page = context.segmentation
    if page.link_length(container) < 0.7 * page.text_length(container):
        return False
    if any(len(block.text) > 60 for block in page.inside(container)):
        return False
    return container.element in context.around_tag_links or bool(_TAGS.search(container.names))


def _section_link(block: Block, context: Context) -> bool:
    """A short link alone on a line before the text: the section's name, a topic, the way back."""
    return (
        bool(block.link_count) and block.link_length >= 0.9 * len(block.text) and context.at_start(block, 0)
    )


def _button(block: Block, context: Context) -> bool:
    return bool(block.roles & Role.BUTTON) and not context.body[block.index]


def _label(block: Block, context: Context) -> bool:
    return not block.heading_level and _LABEL.fullmatch(block.text) is not None


def _topics(block: Block, context: Context) -> bool:
    """A closing line of a label such as "Filed under" and short links."""
    label = _TOPICS.match(block.text)
    if label is None or not block.link_count or not context.at_end(block, 3):
        return False
    rest = len(block.text) - label.end()
    return block.link_length >= 0.8 * rest and rest <= 30 * block.link_count


def _around_the_lines(block: Block, context: Context) -> bool:
    """Without markup: what stands before or after the lines that read as the body, and nothing else names."""
    return not context.has_markup and not context.body[block.index]


RULES = (
    NodeRule(
        "navigation.landmark", "navigation", "A nav element is navigation by the HTML standard.", _landmark
    ),
    NodeRule(
        "navigation.tags", "navigation", "A box of short links to topics.", _tag_list, ceiling=0.7, most=40
    ),
    BlockRule("navigation.button", "navigation", "A button's label.", _button, longest=80),
    BlockRule(
        "navigation.label",
        "navigation",
        "Nothing but the name of a page control.",
        _label,
        ceiling=0.8,
        longest=40,
        words=telling_words("navigation.labels"),
    ),
    BlockRule(
        "navigation.topics",
        "navigation",
        "A closing line of a label such as “Filed under” and short links.",
        _topics,
        longest=160,
        words=telling_words("navigation.topics"),
    ),
)
# known by standing before the text, when the byline is gone
HEAD_RULES = (
    BlockRule(
        "navigation.section-link",
        "navigation",
        "A short link alone on a line before the text.",
        _section_link,
        longest=40,
    ),
)
LINE_RULES = (
    BlockRule(
        "navigation.around-lines",
        "navigation",
        "Text without markup: a line before the first or after the last line that reads as prose.",
        _around_the_lines,
        possible=without_markup,
        ceiling=0.5,
    ),
)
