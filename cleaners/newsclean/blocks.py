"""Cut a parsed page into blocks: the units that are kept or removed.

A block is a run of inline text between two block boundaries: a paragraph, a heading, a list item, a table row, a line
ended by ``br``. The whole body is cut, navigation and all, in one pass over the tree and without changing it; what is
worth keeping is decided later, by rules and by the judge, who both read :class:`Segmentation`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import accumulate
from typing import Final

from lxml.etree import Comment, Entity, ProcessingInstruction
from lxml.html import HtmlElement

from newsclean.article import BlockKind
from newsclean.hidden import strip_invisible_characters

# Inline elements per the HTML standard's phrasing content; all others end a block.
INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rb rp rt ruby s samp"
    " small span strike strong sub sup time tt u var wbr".split()
)
# Elements whose text is never shown as text, or that belong to a control.
SKIPPED = frozenset(
    "script style template noscript head svg math iframe object embed applet audio canvas map select option datalist"
    " textarea title meta link input progress meter".split()
)
MEDIA = frozenset("img picture video amp-img amp-video iframe object embed audio svg".split())
EMPHASIS = frozenset("b strong em i u".split())
# What holds no text of the page's.
_PASSED_BY = MEDIA | SKIPPED | {Comment, Entity, ProcessingInstruction}
# What ends a line, or is drawn as a line's end if it is empty.
_LINE_ENDS = frozenset("br hr span i b a".split())
_IN_PLAIN_ROWS = frozenset("td th br img".split())
HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
# Containers that stack their children when they hold no text of their own: there, each inline child is a block.
STACKING = frozenset(
    "div section header footer aside nav figure main article form fieldset body center dl".split()
)
# Parts of one list, table, quotation or paragraph.
LISTS_AND_TABLES = frozenset("p li ul ol dl dt dd table thead tbody tr td th blockquote".split())

# White space per the HTML standard, and the line separators that lxml may let through.
_WHITE = r"[ \t\n\f\r\v\u2028\u2029]"
# A run of it that is no single space: most are, and are left as they are.
_WHITE_SPACE = re.compile(rf"{_WHITE}(?:(?<! ){_WHITE}*|{_WHITE}+)")
# That of line ends and tabs: a text with none of it and no two spaces is folded, as most are.
_LINE_WHITE = re.compile(r"[\t\n\f\r\v\u2028\u2029]")
_NOT_LETTERS = re.compile(r"[\W_]+")
# Typographic quotes and dashes, and most of western Europe's letters, are one byte each in this encoding, and so are their
# lower cases: as bytes they are translated in a fraction of the time.
_WESTERN = "cp1252"
_WESTERN_CHARACTERS = [bytes([byte]).decode(_WESTERN, "replace") for byte in range(256)]
_LOWER = "".join(_WESTERN_CHARACTERS).lower().encode(_WESTERN, "replace")
_NO_LETTERS = bytes(byte for byte, character in enumerate(_WESTERN_CHARACTERS) if not character.isalnum())
# Joins texts whose keys are made at once: texts hardly ever hold it.
_JOINT = "\0"
_NO_LETTERS_BUT_JOINTS = _NO_LETTERS.replace(_JOINT.encode(), b"")

# Attributes that name an element.
_NAMING = frozenset({"class", "id", "itemprop", "data-testid", "data-component", "data-type"})
# Names of an empty element that a style sheet draws as a line's end.
_BREAK_NAMES = frozenset({"br", "break", "line-break", "linebreak", "newline"})
_SENTENCE_END = re.compile(r"[^\W\d_]{2}[.!?][\"”’»]?$")
_SENTENCE_START = re.compile(r"[\"“‘«„]?[A-ZÀ-ÖØ-Þ][^\W\d_]")

# Characters of a dateline or label that opens a paragraph as an element of its own.
LONGEST_LABEL = 30


class Role:
    """What the elements around a block are, by their tags alone: bits of an int, which an enum's would cost ten times."""

    ARTICLE: Final = 1 << 0
    MAIN: Final = 1 << 1
    HEADER: Final = 1 << 2
    FOOTER: Final = 1 << 3
    NAV: Final = 1 << 4
    ASIDE: Final = 1 << 5
    FIGURE: Final = 1 << 6
    CAPTION: Final = 1 << 7
    FORM: Final = 1 << 8
    BUTTON: Final = 1 << 9
    QUOTE: Final = 1 << 10
    LIST: Final = 1 << 11
    TABLE: Final = 1 << 12
    HEADING: Final = 1 << 13
    CODE: Final = 1 << 14
    PARAGRAPH: Final = 1 << 15
    DIALOG: Final = 1 << 16
    DETAILS: Final = 1 << 17
    ADDRESS: Final = 1 << 18
    TERM: Final = 1 << 19


# The names of the bits, lowest first.
ROLES = tuple(name for name in vars(Role) if name.isupper())
ROLE_OF_TAG = {
    "article": Role.ARTICLE, "main": Role.MAIN, "header": Role.HEADER, "footer": Role.FOOTER, "nav": Role.NAV,
    "aside": Role.ASIDE, "figure": Role.FIGURE, "figcaption": Role.CAPTION, "caption": Role.CAPTION,
    "form": Role.FORM, "fieldset": Role.FORM, "label": Role.FORM, "button": Role.BUTTON, "blockquote": Role.QUOTE,
    "li": Role.LIST, "dd": Role.LIST, "dt": Role.LIST | Role.TERM, "table": Role.TABLE, "pre": Role.CODE,
    "p": Role.PARAGRAPH, "dialog": Role.DIALOG, "details": Role.DETAILS, "address": Role.ADDRESS,
    "h1": Role.HEADING, "h2": Role.HEADING, "h3": Role.HEADING, "h4": Role.HEADING, "h5": Role.HEADING,
    "h6": Role.HEADING,
}  # fmt: skip
# The outermost element decides here: a list inside a figure is still the figure's.
ROLE_OF_ARIA = {
    "navigation": Role.NAV, "complementary": Role.ASIDE, "contentinfo": Role.FOOTER, "banner": Role.HEADER,
    "main": Role.MAIN, "article": Role.ARTICLE, "dialog": Role.DIALOG, "alertdialog": Role.DIALOG,
    "form": Role.FORM, "search": Role.FORM, "button": Role.BUTTON, "figure": Role.FIGURE, "heading": Role.HEADING,
    "menu": Role.NAV, "menubar": Role.NAV,
}  # fmt: skip


@dataclass(slots=True, eq=False)
class Container:
    """A block-level element, as much of it as rules and the judge look at.

    Attributes:
        element: The element itself.
        parent: The enclosing container; None for ``body``.
        tag: Its tag.
        names: Its class, id, itemprop and test hooks in lower case, joined by spaces.
        roles: Roles of itself and all its ancestors.
        depth: Number of containers above it.
        first: Index of the first block inside it.
        end: One past the index of the last block inside it.
    """

    element: HtmlElement
    parent: Container | None
    tag: str
    names: str
    roles: int
    depth: int
    first: int
    end: int = 0

    def ancestors(self) -> list[Container]:
        """Itself and all containers above it, innermost first."""
        chain: list[Container] = []
        node: Container | None = self
        while node is not None:
            chain.append(node)
            node = node.parent
        return chain


@dataclass(slots=True, eq=False)
class Block:
    """A run of inline text.

    Attributes:
        index: Position among the page's blocks.
        text: Its text, white space folded, invisible characters gone.
        kind: What it is by its markup.
        container: The innermost container around it.
        roles: Roles of that container.
        heading_level: 1 to 6 for a heading; else 0.
        link_length: How many characters of it stand in links.
        link_count: How many links it holds.
        emphasis_length: How many characters of it stand in b, strong, em, i or u.
        after_break: It follows a ``br`` rather than a block boundary.
        media_before: Media elements between the previous block and this one.
        hidden: Rule id if a reader cannot see it; else empty.
        links: Its links' targets as written.
        inline_names: Class names of the inline elements in it, lower case, joined by spaces.
        key: What is compared of its text, see :func:`key`; :func:`set_keys` sets it for all of a page's blocks at once.
    """

    index: int
    text: str
    kind: BlockKind
    container: Container
    roles: int
    heading_level: int = 0
    link_length: int = 0
    link_count: int = 0
    emphasis_length: int = 0
    after_break: bool = False
    media_before: int = 0
    hidden: str = ""
    links: tuple[str, ...] = ()
    inline_names: str = ""
    key: str = ""


@dataclass(slots=True, eq=False)
class Media:
    """An image, video or embed.

    Attributes:
        element: The element.
        container: The innermost container around it.
        position: Index of the block that follows it.
        hidden: Rule id if a reader cannot see it; else empty.
    """

    element: HtmlElement
    container: Container
    position: int
    hidden: str = ""


@dataclass(eq=False)
class Segmentation:
    """A page in blocks, in document order, with its containers (outer before inner) and its media.

    What is counted inside of containers is counted once, when it is first asked for: no block may be added after that.
    """

    blocks: list[Block] = field(default_factory=list)
    containers: list[Container] = field(default_factory=list)
    media: list[Media] = field(default_factory=list)

    def inside(self, container: Container) -> list[Block]:
        """The blocks inside a container, in order."""
        return self.blocks[container.first : container.end]

    def visible_inside(self, container: Container) -> list[Block]:
        """The blocks inside a container that a reader can see, in order."""
        return self.visible[self.visible_before[container.first] : self.visible_before[container.end]]

    def text_length(self, container: Container) -> int:
        """Characters of text inside a container."""
        return self._text_before[container.end] - self._text_before[container.first]

    def visible_length(self, container: Container) -> int:
        """Characters of text inside a container that a reader can see."""
        return self._visible_text_before[container.end] - self._visible_text_before[container.first]

    def link_length(self, container: Container) -> int:
        """Characters of text inside a container that stand in links."""
        return self._links_before[container.end] - self._links_before[container.first]

    @cached_property
    def visible(self) -> list[Block]:
        """The blocks that a reader can see, in order."""
        return [block for block in self.blocks if not block.hidden]

    @cached_property
    def visible_before(self) -> list[int]:
        """How many visible blocks stand before each block, and how many there are."""
        return [0, *accumulate(not block.hidden for block in self.blocks)]

    @cached_property
    def _visible_text_before(self) -> list[int]:
        return [0, *accumulate(0 if block.hidden else len(block.text) for block in self.blocks)]

    @cached_property
    def _text_before(self) -> list[int]:
        return [0, *accumulate(len(block.text) for block in self.blocks)]

    @cached_property
    def _links_before(self) -> list[int]:
        return [0, *accumulate(block.link_length for block in self.blocks)]


def fold(text: str) -> str:
    """Fold white space as HTML does: a no-break space is a character of the text, not white space."""
    if text.isascii():
        return " ".join(text.split())  # the same, in a third of the time
    text = text.strip()
    if "  " in text or _LINE_WHITE.search(text) is not None:
        return _WHITE_SPACE.sub(" ", text).strip()
    return text


def key(text: str) -> str:
    """Letters and digits of a text in lower case: equal keys are the same text but for punctuation."""
    encoding = "ascii" if text.isascii() else _WESTERN
    try:
        return text.encode(encoding).translate(_LOWER, _NO_LETTERS).decode(encoding)
    except UnicodeEncodeError:
        return _NOT_LETTERS.sub("", text).lower()  # the same, in two to six times as long


def keys(texts: Sequence[str]) -> list[str]:
    """The :func:`key` of each text, in a third of the time that they take one by one."""
    found = dict.fromkeys(texts, "")
    for is_ascii in (True, False):  # one character that is not western does not cost most texts their speed
        group = [text for text in found if text.isascii() is is_ascii]
        found.update(zip(group, _keys_at_once(group), strict=True))
    return [found[text] for text in texts]


def _keys_at_once(texts: Sequence[str]) -> list[str]:
    joined = _JOINT.join(texts)
    if joined.count(_JOINT) == len(texts) - 1:
        with suppress(UnicodeEncodeError):
            letters = joined.encode(_WESTERN).translate(_LOWER, _NO_LETTERS_BUT_JOINTS)
            return letters.decode(_WESTERN).split(_JOINT)
    return [key(text) for text in texts]


def set_keys(blocks: Sequence[Block]) -> None:
    """Set the keys of a page's blocks."""
    for block, letters in zip(blocks, keys([block.text for block in blocks]), strict=True):
        block.key = letters


def segment(tree: HtmlElement, hidden: Mapping[HtmlElement, str]) -> Segmentation:
    """Cut a page into blocks.

    Args:
        tree: The parsed page; it is not changed.
        hidden: Elements that a reader cannot see, each with the id of the rule that says so.
    """
    body = tree if tree.tag == "body" else tree.find(".//body")
    cutter = _Cutter(hidden)
    cutter.walk(tree if body is None else body)
    set_keys(cutter.result.blocks)
    return cutter.result


class _Cutter:
    """The state of one pass over a tree; iterative, since pages nest deeper than Python's stack."""

    def __init__(self, hidden: Mapping[HtmlElement, str]) -> None:
        self.result = Segmentation()
        self.hidden = hidden
        self.pieces: list[str] = []
        self.link_length = 0
        self.emphasis_length = 0
        self.links: list[str] = []
        self.inline_names: list[str] = []
        self.media_before = 0
        self.after_break = False
        self.in_link = 0
        self.in_emphasis = 0
        self.hidden_rule = ""
        self.hidden_inside: list[tuple[HtmlElement, str]] = []
        self.stacking_asked: HtmlElement | None = None
        self.stacking_answer = False
        self.stacking_glued = False

    def walk(self, root: HtmlElement) -> None:
        hidden = self.hidden
        walker = root.iter()
        element = next(walker)
        container, frame = self._enter(element, None, element.tag), "block"
        if text := element.text:
            self._take(text)
        # the elements around the next, each with the container that it is or stands in, and the kind of its frame
        stack = [(element, container, frame)]
        for child in walker:
            parent = child.getparent()
            while parent is not element:
                self._leave(*stack.pop())
                element, container, frame = stack[-1]
            tag, text = child.tag, child.text
            if tag in _PASSED_BY:
                if tag in MEDIA:
                    self._add_media(child, container)
                elif tag == "noscript" and not self.media_before:
                    # the picture, for browsers without scripts: lazy loading
                    for image in child.iter("img"):
                        self._add_media(image, container)
                self._pass(child, walker)
                continue
            if tag in _LINE_ENDS and (tag in {"br", "hr"} or (not text and self._is_drawn_break(child))):
                self._end_block(container)
                self.after_break = tag != "hr"
                self._pass(child, walker)
                continue
            rule = hidden.get(child) if hidden and not self.hidden_rule else None
            if rule is not None:
                if tag in INLINE and _is_plain(child):
                    # a hidden word does not split the sentence that is seen around it: its block follows that sentence
                    self.hidden_inside.append((child, rule))
                    self._pass(child, walker)
                    continue
                # hidden text is cut into blocks of its own, so that no visible block holds any of it
                self._end_block(container)
                self.hidden_rule = rule
                container, frame = self._enter(child, container, tag), "hidden"
            elif tag in INLINE or ("-" in tag and (self._pending() or (child.tail or "").strip())):
                frame = "inline"
                if element.tag in STACKING and self._stacked(child, element):
                    frame = "split"
                    if not self._is_label():
                        self._end_block(container)
                if tag == "a":
                    self.in_link += 1
                    self.links.append(child.get("href") or "")
                elif tag in EMPHASIS:
                    self.in_emphasis += 1
                if names := child.get("class"):
                    self.inline_names.append(names.lower())
            elif tag == "tr" and self._is_plain_row(child):
                self._table_row(child, container)
                self._pass(child, walker)
                continue
            else:
                self._end_block(container)
                container, frame = self._enter(child, container, tag), "block"
            element = child
            stack.append((element, container, frame))
            if text:
                self._take(text)
        while stack:
            self._leave(*stack.pop())

    def _leave(self, element: HtmlElement, container: Container, frame: str) -> None:
        if frame == "block":
            self._end_block(container)
            container.end = len(self.result.blocks)
        elif frame == "hidden":
            self._end_block(container)
            container.end = len(self.result.blocks)
            self.hidden_rule = ""
        else:
            if frame == "split" and not self._is_label():
                self._end_block(container)
            tag = element.tag
            if tag == "a":
                self.in_link -= 1
            elif tag in EMPHASIS:
                self.in_emphasis -= 1
        if tail := element.tail:
            self._take(tail)

    def _pass(self, element: HtmlElement, walker: Iterator[HtmlElement]) -> None:
        """Leave out what is inside of an element."""
        for _ in element.iterdescendants():
            next(walker)
        if tail := element.tail:
            self._take(tail)

    def _enter(self, element: HtmlElement, parent: Container | None, tag: str) -> Container:
        roles = ROLE_OF_TAG.get(tag, 0)
        depth = 0
        if parent is not None:
            roles |= parent.roles
            depth = parent.depth + 1
        names = ""
        for name, value in element.items():
            if name in _NAMING:
                if value:
                    names = f"{names} {value}" if names else value
            elif name == "role":
                roles |= ROLE_OF_ARIA.get(value, 0)
        container = Container(element, parent, tag, names.lower(), roles, depth, len(self.result.blocks))
        self.result.containers.append(container)
        return container

    def _add_media(self, element: HtmlElement, container: Container) -> None:
        position = len(self.result.blocks) + self._pending()
        self.result.media.append(Media(element, container, position, self.hidden_rule))
        self.media_before += 1

    def _take(self, text: str) -> None:
        if self.in_link or self.in_emphasis:
            length = len(text)
            if self.in_link:
                self.link_length += length
            if self.in_emphasis:
                self.emphasis_length += length
        self.pieces.append(text)

    def _pending(self) -> bool:
        return any(not piece.isspace() for piece in self.pieces)

    def _is_label(self) -> bool:
        """Whether what is pending opens the text after it: a dateline ("Berlin."), "Photo:"."""
        if not 0 < len(self.pieces) <= 6:
            return False
        text = "".join(self.pieces).strip()
        return 2 < len(text) <= LONGEST_LABEL and text.endswith((".", ":", "–", "—", "·"))

    def _is_drawn_break(self, child: HtmlElement) -> bool:
        """Whether an element without content is drawn as a line's end: by its name, or by the text glued around it."""
        if len(child):
            return False
        if not _BREAK_NAMES.isdisjoint((child.get("class") or "").lower().split()):
            return True
        before = self.pieces[-1] if self.pieces else ""
        return bool(_SENTENCE_END.search(before)) and bool(_SENTENCE_START.match(child.tail or ""))

    def _stacked(self, child: HtmlElement, parent: HtmlElement) -> bool:
        """Whether an inline child of a stacking container is a block of its own: no text stands beside it."""
        if parent is not self.stacking_asked:  # asked once a parent: pages with 100,000 siblings exist
            self.stacking_asked = parent
            self.stacking_answer = not (parent.text and not parent.text.isspace()) and not any(
                sibling.tail and not sibling.tail.isspace() for sibling in parent
            )
            # side by side without as much as a space, several words each: only a style sheet keeps them apart
            self.stacking_glued = (
                self.stacking_answer and len(parent) > 1 and not any(sibling.tail for sibling in parent[:-1])
            )
        return self.stacking_answer and (
            bool(child.get("class")) or (self.stacking_glued and " " in (child.text or "").strip())
        )

    def _end_block(self, container: Container) -> None:
        if not (self.pieces or self.links or self.inline_names or self.after_break):
            return
        if self.pieces:
            raw = "".join(self.pieces)
            self.pieces.clear()
            if not raw.isspace():
                if container.roles & Role.CODE:
                    # blank lines would end the block in the article's text
                    text = "\n".join(
                        line.rstrip() for line in raw.splitlines() if not line.isspace() and line
                    )
                else:
                    text = fold(raw)
                text = strip_invisible_characters(text).strip()
                if text:
                    self._add(text, container)
        self.link_length = self.emphasis_length = 0
        self.links.clear()
        self.inline_names.clear()
        self.after_break = False
        if self.hidden_inside:
            self._add_hidden(container)

    def _add_hidden(self, container: Container) -> None:
        """Blocks of their own for the hidden words inside the sentence that has just ended."""
        for element, rule in self.hidden_inside:
            inner = self._enter(element, container, element.tag)
            text = strip_invisible_characters(fold(element.text_content())).strip()
            if text:
                self.hidden_rule = rule
                self._add(text, inner)
                self.hidden_rule = ""
            inner.end = len(self.result.blocks)
        self.hidden_inside.clear()

    def _add(self, text: str, container: Container) -> None:
        roles = container.roles
        level = 0
        if roles & Role.HEADING:
            node: Container | None = container
            while node is not None and node.tag not in HEADINGS:
                node = node.parent
            level = int(node.tag[1]) if node is not None else 2
        self.result.blocks.append(
            Block(
                len(self.result.blocks), text, _kind(roles), container, roles, level,
                min(self.link_length, len(text)), len(self.links), min(self.emphasis_length, len(text)),
                self.after_break, self.media_before, self.hidden_rule, tuple(self.links), " ".join(self.inline_names),
            )
        )  # fmt: skip
        self.media_before = 0

    def _is_plain_row(self, row: HtmlElement) -> bool:
        """Whether a table's row holds cells of inline text only, and nothing hidden."""
        for part in row.iterdescendants():
            tag = part.tag
            if tag not in INLINE and tag not in _IN_PLAIN_ROWS and isinstance(tag, str):
                return False
        return not self.hidden or not any(part in self.hidden for part in row.iter())

    def _table_row(self, row: HtmlElement, container: Container) -> None:
        """A row of a data table is one block, its cells joined by " | "."""
        self._end_block(container)
        inner = self._enter(row, container, row.tag)
        cells = [fold(cell.text_content()) for cell in row if cell.tag in {"td", "th"}]
        for link in row.iter("a"):
            self.links.append(link.get("href") or "")
            self.link_length += len(link.text_content())
        for image in row.iter("img"):
            self.result.media.append(Media(image, inner, len(self.result.blocks), self.hidden_rule))
        self.pieces.append(" | ".join(cell for cell in cells if cell))
        self._end_block(inner)
        inner.end = len(self.result.blocks)


def _is_plain(element: HtmlElement) -> bool:
    """Whether an element holds text and inline elements only."""
    return all(inner.tag in INLINE for inner in element.iterdescendants())


@cache  # of the few combinations that there are
def _kind(roles: int) -> BlockKind:
    if roles & Role.HEADING:
        return "heading"
    if roles & Role.CODE:
        return "code"
    if roles & Role.QUOTE:
        return "quote"
    if roles & Role.LIST:
        return "list"
    if roles & Role.TABLE:
        return "table"
    return "p"
