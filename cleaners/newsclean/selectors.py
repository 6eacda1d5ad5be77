"""CSS selectors, matched against elements (Selectors Level 4, without namespaces and without what only a browser knows).

Selectors in pages are written by strangers: the work of all matches of a page together is bounded. Existing libraries
were measured: cssselect2 takes 90 microseconds to compile a selector, sets no bound and recurses over siblings;
cssselect takes 20, but reads neither ``:not(a, b)`` nor ``:is(a b)``, and its XPath is asked of all elements. This
takes 15 for a selector not met before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from lxml.html import HtmlElement

# Steps of matching, from one element to another, for all selectors of a page together: a fifth of a second.
MOST_STEPS = 200_000
# Deeper down, the names of the elements above are not collected.
DEEPEST_NAMES = 100
# Longer selectors are not read, nor deeper nested ones.
LONGEST_SELECTOR = 2_000
DEEPEST_ARGUMENTS = 8

Condition = Callable[[HtmlElement, "Matcher"], bool]
Specificity = tuple[int, int, int]

_IDENTIFIER = r"(?:[\w-]|[^\x00-\x7f]|\\[0-9a-f]{1,6}\s?|\\[^\n])+"
_TOKEN = re.compile(
    rf"""(?P<end>\s*(?:,|\)|\Z))
    |\s*(?P<combinator>[>+~])\s*
    |(?P<space>\s+)
    |\.(?P<class>{_IDENTIFIER})
    |\#(?P<id>{_IDENTIFIER})
    |\[\s*(?P<attribute>{_IDENTIFIER})\s*
        (?:(?P<operator>[~|^$*]?=)\s*(?:"(?P<quoted>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>{_IDENTIFIER}))\s*(?P<flag>[is])?\s*)?\]
    |:(?P<pseudo>{_IDENTIFIER})(?P<arguments>\(\s*)?
    |(?P<tag>\*|{_IDENTIFIER})""",
    re.VERBOSE | re.IGNORECASE,
)
_ESCAPE = re.compile(r"\\(?:([0-9a-f]{1,6})\s?|(.))", re.IGNORECASE)
_NTH = re.compile(
    r"(?:(?P<word>even|odd)|(?P<step>[+-]?\d*)n\s*(?P<offset>[+-]\s*\d+)?|(?P<only>[+-]?\d+))\s*(?P<of>of\s+)?",
    re.IGNORECASE,
)
# What a pointer or a key does for a moment. These are false for a reader who only reads.
_NEVER = frozenset({"hover", "focus", "focus-visible", "focus-within", "active", "visited"})
# What a reader opens, and what stays open.
_OPENED = frozenset({"checked", "target"})
_LISTS = frozenset({"is", "where", "not", "matches", "-webkit-any", "-moz-any"})


@dataclass(frozen=True, slots=True)
class Compound:
    """What one element must be.

    Attributes:
        tag: Its tag; empty for any.
        identifier: Its id; empty for any.
        classes: Classes that it must have.
        conditions: What else must hold.
    """

    tag: str
    identifier: str
    classes: frozenset[str]
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Selector:
    """One selector, its compounds from the subject outwards.

    Attributes:
        subject: What the element itself must be.
        around: Further compounds, each with the combinator between it and the one before.
        specificity: As CSS counts it.
        attribute: An attribute that the subject must have; empty if none is known.
        alternatives: The keys of what the subject must be one of; empty if none are known.
        above: The ids, classes and tags that elements around the subject must have.
        opens: Whether it asks for what a reader opens: a checked box, the target of a link.
    """

    subject: Compound
    around: tuple[tuple[str, Compound], ...]
    specificity: Specificity
    attribute: str = ""
    alternatives: tuple[str, ...] = ()
    above: frozenset[str] = frozenset()
    opens: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """Things of which an element must have one: ``#id``, ``.class``, ``[attribute]``, a tag, or ``*`` for nothing."""
        subject = self.subject
        if subject.identifier:
            return ("#" + subject.identifier,)
        if subject.classes:
            return ("." + min(subject.classes),)
        if self.alternatives and "*" not in self.alternatives:
            return self.alternatives
        return (f"[{self.attribute}]" if self.attribute else subject.tag or "*",)


@lru_cache(maxsize=8192)
def parse_selector(text: str) -> Selector | None:
    """Read one selector; None for one of pseudo-elements, of unknown pseudo-classes, or that is none."""
    if len(text) > LONGEST_SELECTOR:
        return None
    try:
        selectors, end = _Parser(text).selectors(0, 0)
    except ValueError:
        return None
    return selectors[0] if len(selectors) == 1 and end == len(text) else None


class Matcher:
    """Matches selectors against elements, until all steps are taken: then nothing matches any more.

    Args:
        opened: Whether a reader has opened all that can be opened.
    """

    def __init__(self, *, opened: bool = False) -> None:
        self.opened = opened
        self.steps = MOST_STEPS
        self._above: dict[HtmlElement, frozenset[str] | None] = {}

    def matches(self, selector: Selector, element: HtmlElement) -> bool:
        """Whether an element is a subject of a selector."""
        return self._is(selector.subject, element) and (
            not selector.around
            or (self._has_above(selector.above, element) and self._stands_in(selector.around, 0, element))
        )

    def count(self, elements: Iterable[HtmlElement]) -> Iterator[HtmlElement]:
        """The same elements, each of them one step."""
        for element in elements:
            self.steps -= 1
            if self.steps < 0:
                return
            yield element

    def _has_above(self, wanted: frozenset[str], element: HtmlElement) -> bool:
        """Whether all names are found above an element; most selectors ask for others than there are."""
        if not wanted:
            return True
        parent = element.getparent()
        if parent is None:
            return False
        if parent not in self._above:
            self._collect_names(parent)
        known = self._above[parent]
        return known is None or wanted <= known

    def names_around(self, elements: Iterable[HtmlElement]) -> frozenset[str] | None:
        """The names of elements and of those around them; None if one of them is too deep down."""
        names: set[str] = set()
        for element in elements:
            if element not in self._above:
                self._collect_names(element)
            known = self._above[element]
            if known is None:
                return None
            names |= known
        return frozenset(names)

    def _collect_names(self, element: HtmlElement) -> None:
        """Note the names of an element and those around it; of deeper ones they are not known."""
        way = list(islice((element, *element.iterancestors()), DEEPEST_NAMES + 1))
        if len(way) > DEEPEST_NAMES:
            self._above[element] = None
            return
        names: frozenset[str] = frozenset()
        for node in reversed(way):
            known = self._above.get(node)
            names = self._above[node] = names.union(_names_of(node)) if known is None else known

    def _is(self, compound: Compound, element: HtmlElement) -> bool:
        self.steps -= 1
        if self.steps < 0 or (compound.tag and compound.tag != element.tag):
            return False
        if compound.identifier and element.get("id") != compound.identifier:
            return False
        if compound.classes:
            classes = element.get("class")
            if classes is None or not compound.classes.issubset(classes.split()):
                return False
        # a loop, since this is asked more often than all else
        for condition in compound.conditions:  # noqa: SIM110
            if not condition(element, self):
                return False
        return True

    def _stands_in(
        self, around: tuple[tuple[str, Compound], ...], position: int, element: HtmlElement
    ) -> bool:
        if position == len(around):
            return True
        combinator, compound = around[position]
        return any(
            self._is(compound, other) and self._stands_in(around, position + 1, other)
            for other in self.count(_others(combinator, element))
        )


def _others(combinator: str, element: HtmlElement) -> Iterator[HtmlElement]:
    """The elements that a compound to the left of a combinator may be."""
    if combinator == " ":
        return iter(element.iterancestors())
    if combinator == "~":
        return iter(element.itersiblings(preceding=True))
    other = element.getparent() if combinator == ">" else element.getprevious()
    return iter(()) if other is None else iter((other,))


def _names_of(element: HtmlElement) -> Iterator[str]:
    yield str(element.tag)
    for name in (element.get("class") or "").split():
        yield "." + name
    if element.get("id"):
        yield f"#{element.get('id')}"


def _names_above(around: Iterable[tuple[str, Compound]]) -> frozenset[str]:
    return frozenset(
        name
        for combinator, compound in around
        if combinator in {" ", ">"}
        for name in (
            *(["#" + compound.identifier] if compound.identifier else ()),
            *("." + name for name in compound.classes),
            *([compound.tag] if compound.tag else ()),
        )
    )


class _Parser:
    """Recursive descent over the tokens of a selector list; ValueError for what cannot be read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.opens = False

    def selectors(self, position: int, depth: int) -> tuple[list[Selector], int]:
        """A list up to a closing bracket or the end, and where that is."""
        if depth > DEEPEST_ARGUMENTS:
            raise ValueError
        found: list[Selector] = []
        position = len(self.text) - len(self.text[position:].lstrip())
        while True:
            selector, position = self._selector(position, depth)
            found.append(selector)
            if self.text[position : position + 1] != ",":
                return found, position
            position = len(self.text) - len(self.text[position + 1 :].lstrip())

    def _selector(self, position: int, depth: int) -> tuple[Selector, int]:
        parts: list[tuple[str, _Draft]] = [("", _Draft())]
        specificity = [0, 0, 0]
        while True:
            token = _TOKEN.match(self.text, position)
            if token is None:
                raise ValueError
            draft = parts[-1][1]
            kind = token.lastgroup
            if kind == "end":
                if draft.is_empty:
                    raise ValueError
                position = token.end() - (token["end"].strip() != "")
                break
            position = token.end()
            if kind in {"combinator", "space"}:
                if draft.is_empty:
                    raise ValueError
                parts.append((token["combinator"] or " ", _Draft()))
                continue
            draft.is_empty = False
            if kind == "tag":
                draft.tag = "" if token["tag"] == "*" else token["tag"].lower()
                specificity[2] += token["tag"] != "*"
            elif kind == "id":
                draft.identifier = _unescaped(token["id"])
                specificity[0] += 1
            elif kind == "class":
                draft.classes.append(_unescaped(token["class"]))
                specificity[1] += 1
            elif token["attribute"]:
                draft.attribute = _unescaped(token["attribute"]).lower()
                draft.conditions.append(_attribute_condition(token, draft.attribute))
                specificity[1] += 1
            else:
                condition, weight, position = self._pseudo_class(token, position, depth, draft)
                draft.conditions.append(condition)
                specificity = [a + b for a, b in zip(specificity, weight, strict=True)]
        # "a > b" names the combinator at b; from b outwards it stands before a
        around = tuple((parts[i + 1][0], parts[i][1].compound()) for i in range(len(parts) - 2, -1, -1))
        subject = parts[-1][1]
        weights = (specificity[0], specificity[1], specificity[2])
        return Selector(
            subject.compound(),
            around,
            weights,
            subject.attribute,
            subject.alternatives,
            _names_above(around),
            self.opens,
        ), position

    def _pseudo_class(
        self, token: re.Match[str], position: int, depth: int, draft: _Draft
    ) -> tuple[Condition, Specificity, int]:
        name = token["pseudo"].lower()
        if not token["arguments"]:
            self.opens |= name in _OPENED
            return _pseudo_class(name), (0, 1, 0), position
        if name in _LISTS:
            selectors, position = self.selectors(position, depth + 1)
            if name != "not":
                draft.alternatives = tuple(key for selector in selectors for key in selector.keys)
            weight = (0, 0, 0) if name == "where" else max(selector.specificity for selector in selectors)
            return _any_of(selectors, negated=name == "not"), weight, self._closed(position)
        if name == "has":
            combinator = mark if (mark := self.text[position : position + 1]) in {">", "+", "~"} else ""
            selectors, position = self.selectors(position + len(combinator), depth + 1)
            weight = max(selector.specificity for selector in selectors)
            return _has(combinator, selectors), weight, self._closed(position)
        nth = _NTH.match(self.text, position)
        if nth is None or name not in {"nth-child", "nth-last-child", "nth-of-type", "nth-last-of-type"}:
            raise ValueError
        selectors, position = self.selectors(nth.end(), depth + 1) if nth["of"] else ([], nth.end())
        return _nth(name, *_step_and_offset(nth), selectors), (0, 1, 0), self._closed(position)

    def _closed(self, position: int) -> int:
        if self.text[position : position + 1] != ")":
            raise ValueError
        return position + 1


class _Draft:
    """A compound that is being read."""

    def __init__(self) -> None:
        self.tag = self.identifier = self.attribute = ""
        self.alternatives: tuple[str, ...] = ()
        self.classes: list[str] = []
        self.conditions: list[Condition] = []
        self.is_empty = True

    def compound(self) -> Compound:
        return Compound(self.tag, self.identifier, frozenset(self.classes), tuple(self.conditions))


def _unescaped(identifier: str) -> str:
    return unescape(identifier) if "\\" in identifier else identifier


def unescape(text: str) -> str:
    """Text with the escapes of CSS resolved: a backslash with a character, or with its number in hexadecimal."""
    return _ESCAPE.sub(lambda found: _character(found[1]) if found[1] else found[2], text)


def _character(digits: str) -> str:
    code = int(digits, 16)
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


def _attribute_condition(token: re.Match[str], name: str) -> Condition:
    operator = token["operator"]
    if operator is None:
        return lambda element, _: element.get(name) is not None
    value = next(part for part in (token["quoted"], token["single"], token["bare"]) if part is not None)
    wanted = _unescaped(value)
    if token["flag"] in {"i", "I"}:
        wanted = wanted.lower()
        return lambda element, _: _compares(operator, (element.get(name) or "").lower(), wanted)
    return lambda element, _: (
        (actual := element.get(name)) is not None and _compares(operator, actual, wanted)
    )


def _compares(operator: str, actual: str, wanted: str) -> bool:
    if operator == "=":
        return actual == wanted
    if operator == "~=":
        return wanted in actual.split()
    if operator == "|=":
        return actual == wanted or actual.startswith(wanted + "-")
    if not wanted:
        return False
    if operator == "^=":
        return actual.startswith(wanted)
    return actual.endswith(wanted) if operator == "$=" else wanted in actual


def _pseudo_class(name: str) -> Condition:
    if name in _NEVER:
        return lambda element, matcher: False
    if name in _OPENED:
        return lambda element, matcher: (
            matcher.opened or (name == "checked" and element.get("checked") is not None)
        )
    if name in {"root", "scope"}:
        return lambda element, matcher: element.getparent() is None
    if name == "empty":
        return lambda element, matcher: len(element) == 0 and not element.text
    if name in {"link", "any-link"}:
        return lambda element, matcher: element.tag == "a" and element.get("href") is not None
    if name in {"first-child", "last-child", "first-of-type", "last-of-type"}:
        counted = "nth-" + name.removeprefix("first-")
        return _nth(counted, 0, 1, [])
    if name in {"only-child", "only-of-type"}:
        kind = name.removeprefix("only-")
        first, last = _nth("nth-" + kind, 0, 1, []), _nth("nth-last-" + kind, 0, 1, [])
        return lambda element, matcher: first(element, matcher) and last(element, matcher)
    raise ValueError


def _any_of(selectors: list[Selector], *, negated: bool) -> Condition:
    return lambda element, matcher: (
        any(matcher.matches(selector, element) for selector in selectors) != negated
    )


def _has(combinator: str, selectors: list[Selector]) -> Condition:
    def condition(element: HtmlElement, matcher: Matcher) -> bool:
        if combinator == ">":
            others: Iterable[HtmlElement] = element
        elif combinator:
            others = element.itersiblings()
        else:
            others = element.iterdescendants()
        for other in matcher.count(others):
            if any(matcher.matches(selector, other) for selector in selectors):
                return True
            if combinator == "+":
                break
        return False

    return condition


def _step_and_offset(nth: re.Match[str]) -> tuple[int, int]:
    if nth["word"]:
        return 2, int(nth["word"].lower() == "odd")
    if nth["only"]:
        return 0, int(nth["only"])
    step = nth["step"]
    return int(step + "1") if step in {"", "+", "-"} else int(step), int(
        (nth["offset"] or "0").replace(" ", "")
    )


def _nth(name: str, step: int, offset: int, selectors: list[Selector]) -> Condition:
    """Whether an element is the ``step * n + offset``-th of its siblings, for an n from 0 on."""
    preceding = "last" not in name
    of_type = "type" in name

    def condition(element: HtmlElement, matcher: Matcher) -> bool:
        def is_counted(sibling: HtmlElement) -> bool:
            return not selectors or any(matcher.matches(selector, sibling) for selector in selectors)

        if not is_counted(element):
            return False
        siblings = element.itersiblings(element.tag if of_type else "*", preceding=preceding)
        place = 1 + sum(1 for sibling in matcher.count(siblings) if is_counted(sibling))
        if step == 0:
            return place == offset
        number, rest = divmod(place - offset, step)
        return rest == 0 and number >= 0

    return condition
