"""Links to other stories, alone on a line or in a box."""

from __future__ import annotations

import re

from newsclean.blocks import Block, Container, Role
from newsclean.rules.rule import BlockRule, Context, NodeRule, without_markup
from newsclean.vocabulary import pattern, telling_words

# A subhead is mostly shorter, a headline apart from its heading longer.
SHORTEST_HEADLINE = 25
LONGEST_LINE = 260
_LEAD = pattern(r"^[\W_]*{related.leads}\s*(?:[:>»|→–—-]|$)")
_LEAD_ALONE = pattern(r"[\W_]*{related.leads}[\W_]*")
_LEAD_WORD = pattern(r"^[\W_]*{related.leads}\b")
# "Also on The Post:": the paper, a section or a series is named
_PLACE = pattern(
    r"[\W_]*{related.places}\s+(?:(?:the|our|der|die|das|dem|le|la|les|el|il|lo|o|a|de|het)\s+|l['’])?"
    r"(?-i:[A-ZÀ-ÞŁŚŻ])[\w.&'’-]*(?:\s+(?:(?-i:[A-ZÀ-ÞŁŚŻ])[\w.&'’-]*|of|and|de|und|et|y|e|en|i)){0,4}\s*:?"
)
# What a text refers to is no other story.
_DOCUMENT = re.compile(r"\.(?:pdf|docx?|xlsx?|csv)(?:$|[?#])", re.IGNORECASE)
_COVERAGE = pattern(
    r"^[\W_]*(?:(?-i:[A-Z][\w&.]*)['’]s\s+)?(?:{credit.agencies}['’]?s?\s+)?{related.coverage}\b"
)
_ADDRESS_AT_END = re.compile(r"(?:https?://|www\.)\S+[\s.)]*$")
_SENTENCE_END = re.compile(r"[.!…][”\"'’»“)\]]*$")
_NAMED = re.compile(
    r"\brelated|read-?(?:more|also|next)|recommend|more-?stories|see-?also|\boutbrain|taboola|most-?(?:read|popular)|teaser-?list"
)


def link_share(block: Block) -> float:
    """Share of a block's characters that stand in links."""
    return block.link_length / max(1, len(block.text))


def _lead_and_link(block: Block, context: Context) -> bool:
    if _LEAD.match(block.text):
        return (
            link_share(block) > 0.3
            or not context.has_markup
            or block.heading_level > 0
            or len(block.text) < 30
        )
    return bool(_LEAD_WORD.match(block.text)) and link_share(block) > 0.5


def _label_and_link(block: Block, context: Context) -> bool:
    """A paragraph of a label, a colon and a link to the end, such as "Interview: <a>…</a>"."""
    label, colon, rest = block.text.partition(":")
    return (
        bool(colon) and len(label) <= 40 and 15 <= len(rest.strip()) <= LONGEST_LINE and block.link_count == 1
        and abs(block.link_length - len(rest.strip())) <= 2 and not block.roles & (Role.LIST | Role.TABLE)
        and not _DOCUMENT.search(block.links[0])
    )  # fmt: skip


def _only_a_link(block: Block, context: Context) -> bool:
    """A paragraph that is nothing but one link, as long as a headline, between two paragraphs without."""
    if (
        link_share(block) < 0.95
        or not 15 <= len(block.text) <= LONGEST_LINE
        or block.roles & (Role.TABLE | Role.QUOTE)
    ):
        return False
    if block.kind != "p" or (block.text.endswith((".", "…”", ".”")) and len(block.text) > 120):
        return False  # a subhead or an item that is a link belongs to its text as often as not
    return len(set(block.links)) == 1  # the picture and the headline may each link to the story


def _coverage(block: Block, context: Context) -> bool:
    """A closing line such as "More coverage of the ferry: https://…"."""
    if not context.at_end(block, 3) or _COVERAGE.match(block.text) is None:
        return False
    return _ADDRESS_AT_END.search(block.text) is not None or link_share(block) > 0.5


def _named_box(container: Container, context: Context) -> bool:
    length = context.segmentation.text_length(container)
    return length <= 2000 and context.segmentation.link_length(container) > 0.4 * length


def _list_of_links(container: Container, context: Context) -> bool:
    """A list whose items are links as long as headlines."""
    length = context.segmentation.text_length(container)
    return context.segmentation.link_length(container) > 0.85 * length


def _link_box(container: Container, context: Context) -> bool:
    """A heading and nothing but links under it, in a box of their own."""
    blocks = context.segmentation.inside(container)
    if not blocks[0].heading_level or blocks[0].link_length:
        return False
    return all(link_share(block) > 0.9 for block in blocks[1:])


def _labelled_box(container: Container, context: Context) -> bool:
    """A label such as "Read also" and nothing but links to stories after it, in a box of their own."""
    first, *rest = context.segmentation.inside(container)
    return _LEAD_ALONE.fullmatch(first.text) is not None and all(link_share(block) > 0.9 for block in rest)


def _heading_of_links(block: Block, context: Context) -> bool:
    """A short heading or label over blocks that are links to other stories."""
    place = _PLACE.fullmatch(block.text) is not None
    if not place and not _LEAD_WORD.match(block.text):
        return False
    after = context.neighbour(block, 1)
    if context.has_markup:
        return link_share(block) < 0.5 and (after is None or link_share(after) > 0.8)
    if place:
        return block.text.endswith(":") and (after is None or not _SENTENCE_END.search(after.text))
    return _LEAD_ALONE.fullmatch(block.text) is not None


def _under_heading(block: Block, context: Context) -> bool:
    """Without markup, a line without a full stop that stands together with the heading over it, or reads as a headline."""
    before = context.neighbour(block, -1)
    if before is None or _SENTENCE_END.search(block.text):
        return False
    rule = context.taken.get(before.index)
    if rule is None or rule.id not in {"related.heading", "related.under-heading"}:
        return False
    if block.after_break or block.kind == "list":
        return True
    return rule.id == "related.heading" and len(block.text) >= SHORTEST_HEADLINE


RULES = (
    NodeRule(
        "related.named-box",
        "related",
        "A box of links that calls itself related or recommended.",
        _named_box,
        named=_NAMED,
        ceiling=0.85,
    ),
    NodeRule(
        "related.link-list",
        "related",
        "A list of nothing but links leads away from the text.",
        _list_of_links,
        ceiling=0.8,
        tags=frozenset({"ul", "ol"}),
    ),
    NodeRule(
        "related.link-box",
        "related",
        "A box of a heading and nothing but links under it.",
        _link_box,
        ceiling=0.9,
        fewest=2,
        most=12,
    ),
    NodeRule(
        "related.labelled-box",
        "related",
        "A small box of a label such as “Read also” and nothing but links after it.",
        _labelled_box,
        fewest=2,
        most=4,
    ),
    BlockRule(
        "related.heading",
        "related",
        "The heading over links to other stories.",
        _heading_of_links,
        longest=60,
        words=telling_words("related.places", "related.leads"),
    ),
    BlockRule(
        "related.under-heading",
        "related",
        "Text without markup: a headline under the heading over links to other stories.",
        _under_heading,
        longest=LONGEST_LINE,
        possible=without_markup,
    ),
    BlockRule(
        "related.lead",
        "related",
        "A line that begins like “Read more” and links to another story.",
        _lead_and_link,
        longest=LONGEST_LINE,
        words=telling_words("related.leads"),
    ),
    BlockRule(
        "related.coverage",
        "related",
        "A closing line about more coverage that ends in an address or is a link.",
        _coverage,
        longest=LONGEST_LINE,
        words=telling_words("related.coverage"),
    ),
    BlockRule(
        "related.label-link",
        "related",
        "A paragraph of a label, a colon and a link to the end.",
        _label_and_link,
        ceiling=0.9,
    ),
    BlockRule(
        "related.only-link",
        "related",
        "A paragraph that is nothing but the link to another story.",
        _only_a_link,
        ceiling=0.95,
    ),
)
