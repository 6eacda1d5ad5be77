"""Read what a page's markup tells: one pass over its head elements, one bounded look around the headline.

Stated limits: ``MOST_METAS`` meta elements, ``LONGEST_CONTENT`` characters a value; around the headline
``MOST_ELEMENTS`` elements and ``MOST_LINES`` lines each way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from lxml.etree import XPath
from lxml.html import HtmlElement

from newsclean.blocks import HEADINGS, INLINE, SKIPPED
from newsclean.elements import ElementIndex
from newsclean.metadata.dates import names_update, tells_update
from newsclean.metadata.record import Candidate, fold

MOST_METAS = 600
LONGEST_CONTENT = 2_000
MOST_SCRIPTS = 40
MOST_HEADLINES = 10
MOST_ELEMENTS = 600
MOST_BEFORE = 40
MOST_IN_ELEMENT = 60
MOST_LINES_BEFORE = 12
MOST_LINES_AFTER = 24
# Text behind this many characters of prose is the article's own; the byline stands before it.
PROSE_BEFORE_END = 2_500
PROSE_LENGTH = 180
MOST_MARKED = 40
LONGEST_MARKED = 300

# Elements that do not end a word or a part of a headline.
EMPHASISING = frozenset("b strong i em u mark wbr sup sub font q cite abbr s ins bdi nobr".split())
_HEAD_TAGS = ("meta", "title", "link", "script", "h1", "time", "base")
# Elements that hold more than an author or date, whatever they are marked as.
_NEVER_MARKED = frozenset(("html", "meta", "article", "body"))
_DATED = XPath(
    "descendant::*[@class[contains(.,'date') or contains(.,'Date') or contains(.,'publi') or contains(.,'timestamp')]]"
)
# Attributes that hold a time for scripts (``abbr title`` is the oldest form), and what such a value looks like.
_TIME_ATTRIBUTE = re.compile(
    r"datetime$|title$|data-(?!.*(?:zone|out|modal))[\w-]*(?:date|time|publi|posted|epoch)", re.IGNORECASE
)
_TIMESTAMP = re.compile(
    r"\s*(?:(?:19|20)\d\d-\d\d-\d\d(?:[T ]\d\d:\d\d[\w:.+-]*)?|1\d{9}(?:\d{3})?|[12]\d{3}[01]\d[0-3]\dT\d{4,6}Z?)\s*$"
)
_SIDES = frozenset(("nav", "aside", "footer"))
_SIDE_NAMES = re.compile(r"sidebar|widget|footer", re.IGNORECASE)
# Surely lists of other stories or comments, even where a line of the article's head may stand.
_OTHER_LISTS = re.compile(
    r"(?<![a-z])(?:related|recommend(?:ed|ations?)?|comments|comment-?(?:list|section|form)|most-?(?:read|popular)|read-?(?:more|next|also)|more-?(?:from|stories|news))(?![a-z])",
    re.IGNORECASE,
)
_OTHER_STORIES = re.compile(
    r"(?<![a-z])(?:related|comment|recommend|teaser|most-?(?:read|popular)|cards?(?![a-z]|-shadow))",
    re.IGNORECASE,
)
# Class names of authors in other languages than English.
_AUTHOR_NAMES = re.compile(
    r"(?<![a-z])(?:autor(?:[ae]n?|in|es)?|auteurs?|autrice|firma|signature|verfasser)(?![a-z])", re.IGNORECASE
)
# Addresses of pages about one person.
AUTHOR_PAGE = re.compile(
    r"/(?:authors?|autor(?:en|es|a|in)?|auteurs?|autori|autorzy|people|profiles?|staff|by|writers?|journalists?|journalisten?|reporters?|contributors?|columnists?|redakteure?|team|persons?|user|bio)/",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Head:
    """What stands in a page's head elements, wherever they are.

    Attributes:
        metas: Contents by lower-case ``property``, ``name``, ``itemprop`` or ``http-equiv``, in document order.
        title: The ``title`` element's text.
        canonical: ``href`` of the canonical link.
        base: ``href`` of the ``base`` element.
        scripts: JSON-LD scripts.
        headlines: The page's ``h1`` elements.
        times: Its ``time`` elements.
    """

    metas: dict[str, list[str]] = field(default_factory=dict)
    title: str = ""
    canonical: str = ""
    base: str = ""
    scripts: list[str] = field(default_factory=list)
    headlines: list[HtmlElement] = field(default_factory=list)
    times: list[HtmlElement] = field(default_factory=list)

    def first(self, *names: str) -> str:
        """The first content under the first of these names that has one."""
        return next((values[0] for name in names if (values := self.metas.get(name))), "")

    def candidates(self, *names: str) -> list[Candidate]:
        """The contents under these names, in their order."""
        return [Candidate(f"meta:{name}", value) for name in names for value in self.metas.get(name, ())[:10]]


class Place(IntEnum):
    """Where something stands: in the page's main part, beside it, or among comments and other stories."""

    BODY = 0
    SIDE = 1
    OTHER = 2


class Link(NamedTuple):
    """A link in a line: its text, target, and class and rel names."""

    text: str
    target: str
    names: str


class Time(NamedTuple):
    """A ``time`` element in a line: its ``datetime``, and whether it is told to be of an update."""

    value: str
    updated: bool


class Line(NamedTuple):
    """A run of inline text near the headline.

    Attributes:
        text: Its text, pieces of different elements joined by a space.
        pieces: The text of each inline element on its own.
        links: Links in it.
        times: The ``time`` elements in it.
        block: The element whose line it is.
    """

    text: str
    pieces: tuple[str, ...]
    links: tuple[Link, ...]
    times: tuple[Time, ...]
    block: HtmlElement

    @property
    def names(self) -> str:
        """Tag, class, id and itemprop of its block and of what is around it, lower case."""
        return names_around(self.block)

    @property
    def aside(self) -> bool:
        """Whether it stands in navigation, an aside or a footer."""
        return self._is_in(_SIDES)

    @property
    def heading(self) -> bool:
        """Whether it is a heading."""
        return self._is_in(HEADINGS)

    def _is_in(self, tags: frozenset[str]) -> bool:
        around = (self.block, *islice(self.block.iterancestors(), 5))
        return any(node.tag in tags for node in around)


@dataclass(frozen=True, slots=True)
class Marked:
    """An element that its attributes mark as holding an author or a date.

    Attributes:
        source: Such as ``itemprop:author``, ``rel:author`` or ``class:byline``.
        text: Its text, folded.
        value: Its ``datetime`` or ``content`` attribute.
        names: Class names of the element and those around it, lower case.
        links: Texts of the links in it.
        group: Equal for elements that stand side by side.
    """

    source: str
    text: str
    value: str
    names: str
    links: tuple[str, ...]
    group: int


def read_head(page: ElementIndex) -> Head:
    """One look at the elements that belong in a head."""
    head = Head()
    count = 0
    for element in page.tagged(*_HEAD_TAGS):
        tag = element.tag
        if tag == "meta":
            count += 1
            name = (
                element.get("property")
                or element.get("name")
                or element.get("itemprop")
                or element.get("http-equiv")
            )
            content = element.get("content")
            if name and content and count <= MOST_METAS and (value := fold(content[:LONGEST_CONTENT])):
                head.metas.setdefault(name.strip().lower()[:80], []).append(value)
        elif tag == "script":
            kind = element.get("type")
            if kind and "ld+json" in kind and len(head.scripts) < MOST_SCRIPTS and element.text:
                head.scripts.append(element.text)
        elif tag == "link":
            if not head.canonical and "canonical" in (element.get("rel") or "").lower().split():
                head.canonical = (element.get("href") or "").strip()[:LONGEST_CONTENT]
        elif tag == "h1":
            if len(head.headlines) < MOST_HEADLINES:
                head.headlines.append(element)
        elif tag == "time":
            if len(head.times) < MOST_MARKED:
                head.times.append(element)
        elif tag == "base":
            head.base = head.base or (element.get("href") or "").strip()[:LONGEST_CONTENT]
        elif not head.title:
            parent = element.getparent()
            if parent is None or parent.tag != "svg":
                head.title = fold((element.text or "")[:LONGEST_CONTENT])
    return head


def element_text(element: HtmlElement, most: int = LONGEST_MARKED) -> str:
    """The visible text of a small element, folded; a space between elements of different lines."""
    return " ".join(line.text for line in _lines(element, _Budget(MOST_IN_ELEMENT)))[:most]


def element_lines(element: HtmlElement) -> list[str]:
    """The visible lines of a small element."""
    return [line.text for line in _lines(element, _Budget(MOST_IN_ELEMENT)) if line.text]


def headline_parts(element: HtmlElement) -> tuple[str, ...]:
    """The visible text of a headline, cut where an element other than plain emphasis begins or ends.

    Within a part, text is as printed: ``Pla<b>y</b>s`` is one word.
    """
    parts: list[str] = []
    run: list[str] = []

    def cut() -> None:
        if text := fold("".join(run)):
            parts.append(text)
        run.clear()

    stack: list[tuple[HtmlElement, bool]] = [(element, False)]
    for _ in range(2 * MOST_IN_ELEMENT):
        if not stack:
            break
        node, leaving = stack.pop()
        tag = node.tag
        shown = isinstance(tag, str) and tag not in SKIPPED
        if shown and tag not in EMPHASISING:
            cut()
        if not leaving and shown:
            run.append((node.text or "")[:LONGEST_CONTENT])
            stack.append((node, True))
            children = list(islice(node.iterchildren(), MOST_IN_ELEMENT))
            stack.extend((child, False) for child in reversed(children))
        elif node is not element:
            run.append((node.tail or "")[:LONGEST_CONTENT])
    cut()
    return tuple(parts)


def marked_elements(page: ElementIndex) -> list[Marked]:
    """Elements marked as author or date, in document order."""
    found: list[Marked] = []
    groups: dict[HtmlElement, int] = {}
    for element in _marked(page):
        source = _mark(element)
        if source:
            lines = list(_lines(element, _Budget(MOST_IN_ELEMENT)))
            text = "\n".join(line.text for line in lines)[:LONGEST_MARKED]
            value = element.get("datetime") or element.get("content") or ""
            links = tuple(link.text for line in lines for link in line.links)
            parent = element.getparent()
            around = parent if parent is not None else element
            found.append(
                Marked(
                    source,
                    text,
                    fold(value[:LONGEST_CONTENT]),
                    names_around(element),
                    links,
                    groups.setdefault(around, len(groups)),
                )
            )
            if len(found) >= MOST_MARKED:
                break
    return found


def _marked(page: ElementIndex) -> Iterator[HtmlElement]:
    """Elements that say by attribute or name that they hold an author or date."""
    marked = {*page.having("itemprop"), *page.having("property")}
    marked.update(element for element in page.having("rel") if element.get("rel") == "author")
    marked.update(
        element for element in page.having("data-testid") if _names_author(element.get("data-testid", ""))
    )
    for classes, elements in page.by_classes.items():
        if _names_author(classes):
            marked.update(elements)
    return (element for element in page.elements if element in marked and element.tag not in _NEVER_MARKED)


def _names_author(names: str) -> bool:
    return "uthor" in names or "yline" in names or _AUTHOR_NAMES.search(names) is not None


def select(path: XPath, tree: HtmlElement) -> list[HtmlElement]:
    found = path(tree)
    return (
        [element for element in found if isinstance(element, HtmlElement)] if isinstance(found, list) else []
    )


def dated_elements(tree: HtmlElement, headline: HtmlElement | None) -> list[tuple[str, str]]:
    """Text and names of small elements whose class tells of a date, in document order: the last resort for a date."""
    elements = _DATED(tree)
    if not isinstance(elements, list):
        return []
    return [
        (text, names_around(element, 2))
        for element in elements[:MOST_MARKED]
        if place_of(element, headline) is not Place.OTHER and 6 <= len(text := element_text(element)) <= 100
    ]


def place_of(element: HtmlElement, headline: HtmlElement | None) -> Place:
    """Where an element stands, by the tags and names of what is around it but not around the headline as well."""
    shared = {headline, *headline.iterancestors()} if headline is not None else set()
    place = Place.BODY
    for node, _ in zip((element, *element.iterancestors()), range(12), strict=False):
        if node in shared:
            break
        names = f"{node.get('class') or ''} {node.get('id') or ''}"[:300]
        if node.tag == "nav" or _OTHER_STORIES.search(names):
            return Place.OTHER
        if node.tag in {"article", "main"}:
            break
        if node.tag == "footer":
            # of an article, if one is around it, else of the page
            inside = any(outer.tag in {"article", "main"} for outer in islice(node.iterancestors(), 8))
            return Place.SIDE if inside else Place.OTHER
        if node.tag == "aside" or _SIDE_NAMES.search(names):
            place = Place.SIDE
    return place


def _mark(element: HtmlElement) -> str:
    itemprop = element.get("itemprop") or element.get("property")
    if itemprop:
        for name in itemprop.replace("schema:", "").split()[:4]:
            if name in {
                "author",
                "creator",
                "datePublished",
                "dateModified",
                "dateCreated",
                "headline",
                "articleSection",
                "name",
            }:
                # the name of the author, not of the publisher or a product
                if name == "name":
                    parent = element.getparent()
                    return (
                        "itemprop:author"
                        if parent is not None
                        and "author" in (parent.get("itemprop") or parent.get("property") or "")
                        else ""
                    )
                return f"itemprop:{name}"
    if "author" in (element.get("rel") or "").split():
        return "rel:author"
    names = f"{element.get('class') or ''} {element.get('data-testid') or ''}".lower()
    if "byline" in names or "by-line" in names:
        return "class:byline"
    if "author" in names or _AUTHOR_NAMES.search(names):
        return "class:author"
    return ""


def names_around(element: HtmlElement, levels: int = 4) -> str:
    """Tag, class, id and itemprop of an element and its next ancestors, lower case; a line an element."""
    names: list[str] = []
    node: HtmlElement | None = element
    for _ in range(levels):
        if node is None:
            break
        own = (str(node.tag), node.get("class"), node.get("id"), node.get("itemprop"))
        names.append(" ".join(filter(None, own)).replace("\n", " "))
        node = node.getparent()
    return "\n".join(names)[:600].lower()


def lines_before(headline: HtmlElement) -> list[Line]:
    """The lines that stand right before the headline, nearest first."""
    found: list[Line] = []
    node: HtmlElement | None = headline
    for _ in range(6):
        if node is None or node.tag == "body":
            break
        sibling = node.getprevious()
        for _ in range(4):
            if sibling is None:
                break
            if (
                isinstance(sibling.tag, str)
                and sibling.tag not in SKIPPED
                and sibling.tag not in {"nav", "header"}
                and not _is_other_list(sibling)
            ):
                lines = list(_lines(sibling, _Budget(MOST_BEFORE)))
                found += reversed(lines[-6:])
            if len(found) >= MOST_LINES_BEFORE:
                return found[:MOST_LINES_BEFORE]
            sibling = sibling.getprevious()
        node = node.getparent()
    return found


def lines_after(headline: HtmlElement) -> list[Line]:
    """The lines that follow the headline, in order, until the prose is well under way."""
    found: list[Line] = []
    prose, budget = 0, _Budget(MOST_ELEMENTS)
    node: HtmlElement | None = headline
    while node is not None and node.tag != "body":
        sibling = node.getnext()
        while sibling is not None:
            if (
                isinstance(sibling.tag, str)
                and sibling.tag not in SKIPPED
                and sibling.tag not in {"nav", "footer"}
                and not _is_other_list(sibling)
            ):
                for line in _lines(sibling, budget):
                    found.append(line)
                    prose += len(line.text) if len(line.text) >= PROSE_LENGTH else 0
                    if len(found) >= MOST_LINES_AFTER or prose >= PROSE_BEFORE_END:
                        return found
            if sibling.tail and (text := fold(sibling.tail[:LONGEST_CONTENT])):
                # text with no element of its own, as behind a line's end
                found.append(Line(text, (text,), (), (), node))
                prose += len(text) if len(text) >= PROSE_LENGTH else 0
            budget.elements -= 1
            if budget.elements <= 0:
                return found
            sibling = sibling.getnext()
        node = node.getparent()
    return found


def time_value(element: HtmlElement) -> str:
    """What a ``time`` element says for machines: its ``datetime`` or the like; empty if only its text tells."""
    return (
        element.get("datetime")
        or element.get("content")
        or time_attribute(element)
        or element.get("title")
        or ""
    )[:80]


def time_attribute(element: HtmlElement) -> str:
    """A full date for scripts in an attribute, such as ``data-timestamp``; empty if there is none."""
    for name in filter(_is_time_attribute, element.keys()):
        value = element.get(name, "")
        if _TIMESTAMP.match(value):
            return str(value)[:80]
    return ""


@lru_cache(maxsize=2048)  # pages have few attributes
def _is_time_attribute(name: str) -> bool:
    return _TIME_ATTRIBUTE.match(name) is not None


def _is_other_list(element: HtmlElement) -> bool:
    classes, identifier = element.get("class"), element.get("id")
    return bool(classes or identifier) and _names_other_list(f"{classes or ''} {identifier or ''}"[:300])


@lru_cache(maxsize=4096)  # pages repeat their names
def _names_other_list(names: str) -> bool:
    return _OTHER_LISTS.search(names) is not None


@dataclass(slots=True)
class _Budget:
    """How many more elements may be looked at."""

    elements: int


def _lines(root: HtmlElement, budget: _Budget) -> Iterator[Line]:
    """The lines of a subtree in document order; iterative, and bounded in elements looked at."""
    builder = _LineBuilder(root)
    stack: list[tuple[HtmlElement, bool]] = [(root, False)]
    while stack:
        element, leaving = stack.pop()
        tag = element.tag
        if leaving:
            if tag not in INLINE:
                if (line := builder.flush(element)) is not None:
                    yield line
            elif tag == "a":
                builder.end_link(element)
            if element is not root and element.tail:
                builder.add(element.tail)
            continue
        budget.elements -= 1
        if budget.elements < 0:
            break
        if not isinstance(tag, str) or tag in SKIPPED:
            if element is not root and element.tail:
                builder.add(element.tail)
            continue
        if tag not in INLINE:
            if (line := builder.flush(element)) is not None:
                yield line
            if element is not root and _is_other_list(element):
                stack.append((element, True))
                continue
        builder.enter(element)
        stack.append((element, True))
        if element.text:
            builder.add(element.text)
        if len(element):
            stack += [(child, False) for child in reversed(element[: budget.elements])]
    if (line := builder.flush(root)) is not None:
        yield line


class _LineBuilder:
    """Collects the pieces of one line."""

    def __init__(self, root: HtmlElement) -> None:
        self._block = root
        self._pieces: list[str] = []
        self._links: list[Link] = []
        self._times: list[Time] = []
        self._time_start = 0
        self._link_start = 0

    def enter(self, element: HtmlElement) -> None:
        tag = element.tag
        if tag == "a":
            self._link_start = len(self._pieces)
        value = ""
        if tag == "time" or (value := time_attribute(element)):
            told = " ".join(self._pieces[self._time_start :])[-60:] + " " + (element.text or "")[:40]
            updated = tells_update(told) or names_update(names_around(element, 2))
            self._times.append(Time(value if tag != "time" else time_value(element), updated))
            self._time_start = len(self._pieces)
        if tag not in INLINE:
            self._block = element

    def add(self, text: str) -> None:
        piece = fold(text[:LONGEST_CONTENT])
        if piece:
            self._pieces.append(piece)

    def end_link(self, element: HtmlElement) -> None:
        text = " ".join(self._pieces[self._link_start :])
        if text:
            names = f"{element.get('class') or ''} {element.get('rel') or ''}".lower()
            self._links.append(Link(text, (element.get("href") or "")[:LONGEST_CONTENT], names))

    def flush(self, boundary: HtmlElement) -> Line | None:
        line = None
        if self._pieces or self._times:
            line = Line(
                " ".join(self._pieces),
                tuple(self._pieces),
                tuple(self._links),
                tuple(self._times),
                self._block,
            )
            self._pieces, self._links, self._times = [], [], []
        self._link_start = self._time_start = 0
        self._block = boundary
        return line
