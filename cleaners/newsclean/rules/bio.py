"""Lines about the author, after the text."""

from __future__ import annotations

import re

from newsclean.blocks import Block, Container, Role
from newsclean.rules.rule import BlockRule, Context, NodeRule, key
from newsclean.vocabulary import pattern

LONGEST, LONGEST_BOX, LONGEST_CONTACT = 500, 1500, 200
_STATEMENT = pattern(r"\b{bio.statements}\b")
# "Mara Quill is a reporter …", "Mara Quill covers …": a name, then the trade.
_NAME_AND_TRADE = pattern(
    r"^\W*(?-i:[A-ZÀ-Þ][\w.'’-]*)(?:\s+(?-i:(?:van|von|de|der|di|da|la|le|[A-ZÀ-Þ][\w.'’-]*))){1,3},?\s+(?:{bio.statements}\b|(?:is|ist|est|es|è|é|jest)\s+[^.]{0,60}?{byline.roles}\b)"
)
_ADDRESS = re.compile(r"(?:^|(?<=[\s(:<]))(?:[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+|@\w{2,30})")
_ADDRESS_ALONE = pattern(
    r"[\W_]*(?:{share.labels}[\W_]*)?(?:[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+|@\w{2,30})(?:[\s,;|/&]+@\w{2,30})?[\W_]*"
)
_CONTACT = pattern(r"^[\W_]*{bio.contacts}\b")
# "Mr. Quill is a librarian …", "Mara Quill ist Redakteurin …"
_SUBJECT = re.compile(
    r"\W*(?P<title>(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Herr|Frau|M|Mme|Sr|Sra|Dott|Pan|Pani)\.?\s+)?)"
    r"(?P<name>[A-ZÀ-ÞŁŚŻ][\w’'-]*(?:\s+(?:[A-ZÀ-ÞŁŚŻ][\w.’'-]*|van|von|de|der|di|da|la|le)){0,3})\s+(?:is|was|ist|war|est|es|è|é|jest)\s"
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


def _under_byline(block: Block, context: Context) -> bool:
    """The first line of what is left: the author's name, or "Mr." and the surname, and that they are something."""
    if not context.at_start(block, 0):
        return False
    subject = _SUBJECT.match(block.text)
    if subject is None:
        return False
    name = key(subject["name"])
    return any(author.endswith(name) if subject["title"] else author == name for author in context.authors)


def _contact(block: Block, context: Context) -> bool:
    """A closing line of an address alone, or one that says where the author is reached."""
    if block.roles & (Role.LIST | Role.TABLE | Role.QUOTE) or not context.at_end(block, 2):
        return False
    if _ADDRESS_ALONE.fullmatch(block.text):
        return True
    told = key(block.text)
    return (
        _CONTACT.match(block.text) is not None
        and _ADDRESS.search(block.text) is not None
        and any(author in told for author in context.authors)
    )


RULES = (
    NodeRule("bio.named-box", "bio", "A box that calls itself the author's.", _named_box, named=_NAMED),
    BlockRule(
        "bio.statement",
        "bio",
        "A closing line that begins with the author's name and tells their trade.",
        _about_author,
        longest=LONGEST,
    ),
    BlockRule(
        "bio.contact",
        "bio",
        "A closing line of an address alone, or one that says where the author is reached.",
        _contact,
        longest=LONGEST_CONTACT,
    ),
)
# known by being first, when the byline is gone
HEAD_RULES = (
    BlockRule(
        "bio.under-byline",
        "bio",
        "A line straight before the text that says who its author is.",
        _under_byline,
        longest=LONGEST_CONTACT,
    ),
)
