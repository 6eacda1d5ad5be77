"""The style elements of a page, read as a browser on a desk would: which elements they hide.

Sheets can be longer than the page, and hardly any of their rules hide text. So a sheet is only cut into rules, which are
searched for values that can hide; the names in the selectors of those are compared with the names that the page has, and
only what is left is parsed and matched. The rules that decide against it are looked for only where something was hit.
The last sheets are remembered, with what was read of them.

What is read and matched is bounded (the constants in capitals below, and ``MOST_STEPS`` of the selectors): beyond that,
rules hide nothing. The worst sheets of a megabyte that were tried take some seconds.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import chain
from string import ascii_uppercase
from typing import NamedTuple, cast

from lxml.html import HtmlElement

from newsclean.elements import ElementIndex
from newsclean.selectors import (
    DEEPEST_ARGUMENTS,
    LONGEST_SELECTOR,
    Matcher,
    Selector,
    Specificity,
    parse_selector,
    unescape,
)
from newsclean.visibility import (
    MOST_REFERENCES,
    PIXELS,
    SCREEN,
    Declarations,
    cascade,
    deciding_words,
    declarations,
    hidden_by,
    may_hide_by,
    pieces_that_may_hide,
    squeezed,
    value,
    without_importance,
)

# Of all style elements of a page together so many characters are read.
MOST_CHARACTERS = 2_000_000
# So many selectors that can hide, and of those that decide against them, are looked at.
MOST_SELECTORS = 20_000
# So many different selectors are parsed for a page.
MOST_PARSED = 5_000
# So many sheets, and together so many characters of them, are remembered: 31 MB after 116 news pages of
# 84 publishers.
MOST_REMEMBERED = 500
MOST_REMEMBERED_CHARACTERS = 5_000_000

_COMMENT_OR_STRING = re.compile(
    r"""\\.|/\*.*?(?:\*/|\Z)|"(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+'""", re.DOTALL
)
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_MARKS_IN_STRING = re.compile(r"[{};,()]|/\*")
_BRACE_OR_COMMENT_IN_STRING = re.compile(r"""["'][^"'\n]*(?:[{}]|/\*)""")
# Letters that are written as escapes; other characters need theirs, as the colon in ".md\:block".
_ESCAPED_LETTER = re.compile(
    r"\\(?:0{0,4}(?:2d|4[1-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9a])(?:\s|(?![0-9a-f]))|[g-z_-])", re.IGNORECASE
)
_NAME = re.compile(r"[.#](?:[\w-]|\\.|[^\x00-\x7f])+")
# Classes, ids and tags of a selector list, and the marks of subjects that have none or write them in another way.
_SIMPLE_NAME = re.compile(r"[.#][\w-]+|[a-z][\w-]*|[*\\\[(A-Z]|[^\x00-\x7f]|(?:(?<=[\s>+~,])|\A):")
# What is in anything but a single selector of such names.
_NOT_PLAIN = re.compile(r"[^\w\s.#>-]|[A-Z]|[^\x00-\x7f]")
_MARKS_OF_OTHERS = frozenset("*\\[(:") | frozenset(ascii_uppercase)
_NEVER_MATCHES = re.compile(r"::|:(?:hover|focus|active|visited|before|after)")
_ARGUMENTS = re.compile(r"\([^()]*\)|\[[^\]]*\]")
_LAYERS = re.compile(r"@layer\s+([^{};]+)[{;]", re.IGNORECASE)
_BRACKET_OR_COMMA = re.compile(r"[(),]")
_AT_RULE = re.compile(r"(@[\w-]*)(.*)", re.DOTALL)
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)\s*(?:,((?:[^()]|\([^()]*\))*))?\)")
_FEATURE = re.compile(r"\(([^()]*)\)")
_LENGTH = re.compile(r"(\d+\.?\d*|\.\d+)([a-z]*)")
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}
_RANGE = re.compile(r"([^<>=]*)(<=?|>=?|=)([^<>=]*)(?:(<=?|>=?)([^<>=]*))?")
# Elements without text of their own or below them.
_WITHOUT_TEXT = frozenset({
    "area", "br", "circle", "hr", "iframe", "img", "input", "link", "meta", "path", "script", "source", "style", "wbr",
})  # fmt: skip
# Properties whose values count together with others.
_RESOLVED = frozenset(
    {"display", "position", "overflow", "overflow-x", "overflow-y", "color", "background-color"}
)
# What a desk's screen with a mouse answers.
_TRAITS = {
    "orientation": "landscape", "hover": "hover", "any-hover": "hover", "pointer": "fine", "any-pointer": "fine",
    "scripting": "enabled", "update": "fast", "display-mode": "browser", "grid": "0", "overflow-block": "scroll",
}  # fmt: skip


class _Block(NamedTuple):
    """A rule that holds on a desk's screen: its selectors, its declarations, and the cascade layer."""

    selectors: str
    body: str
    layer: str


class _Context(NamedTuple):
    """What stands around a rule: the selectors that it is nested in, and its cascade layer."""

    selectors: str
    layer: str


class _Line(NamedTuple):
    """One selector of a rule, the classes and ids that a page must have for it, and the rule."""

    selector: str
    names: Sequence[str]
    block: _Block


# Where a rule stands in the cascade: layer, specificity, sheet and place.
_Rank = tuple[int, Specificity, int, int]


_Rule = tuple[_Rank, Selector, Declarations]


class _Matched(NamedTuple):
    """A rule that holds for an element."""

    rank: _Rank
    style: Declarations


class Stylesheets:
    """The style elements of a page, and what they say of its elements.

    Args:
        page: The page.
    """

    def __init__(self, page: ElementIndex) -> None:
        self.page = page
        self.sheets: list[_Sheet] = []
        left = MOST_CHARACTERS
        for element in page.tagged("style"):
            text = element.text
            media = element.get("media")
            if not text or left <= 0 or (media and not _media_holds(media)):
                continue
            # libxml2 reads what is in there
            if next(element.iterancestors("noscript", "template"), None) is None:
                self.sheets.append(_sheet(text[:left]))
                left -= len(text)
        self.matcher = Matcher()
        self.parsed: dict[str, Selector | None] = {}
        self.definitions: dict[str, list[_Rule]] = {}
        self.resolvable: dict[tuple[str, str], bool] = {}
        self.customs: dict[tuple[str, HtmlElement], str] = {}

    @cached_property
    def layers(self) -> Mapping[str, int]:
        names = dict.fromkeys(name for sheet in self.sheets for name in sheet.layers)
        return {name: place for place, name in enumerate(names)}

    def styles(self) -> dict[HtmlElement, Declarations]:
        """What the style elements say of the elements that they hide, except for those that a reader can open."""
        hit: dict[HtmlElement, set[str]] = defaultdict(set)
        for sheet in self.sheets:
            for line in sheet.lines_that_may_hide:
                if self.page.names.issuperset(line.names):
                    self._hit(line, hit)
        if not hit:
            return {}
        having = _by_key(hit)
        rules = list(self._rules_for(hit, having))
        cascaded = self._cascaded(rules, having, self.matcher)
        styles = {element: style for element, style in cascaded.items() if hidden_by(style)}
        opening = {
            element
            for _, selector, _ in rules
            if selector.opens
            for key in selector.keys
            for element in having.get(key, ())
        }
        opening.intersection_update(styles)
        if opening:
            opened = self._cascaded(rules, _by_key(opening), Matcher(opened=True))
            for element in opening:
                if not hidden_by(opened.get(element, {})):
                    del styles[element]
        return styles

    def declaring(self, elements: Iterable[HtmlElement], properties: Iterable[str]) -> set[HtmlElement]:
        """Those of some elements for which a rule with a class, an id or an attribute in its selector declares a property."""
        hit = {element: set(properties) for element in elements}
        if not self.sheets or not hit:
            return set()
        having = _by_key(hit)
        rules = (rule for rule in self._rules_for(hit, having) if rule[1].specificity >= (0, 1, 0))
        cascaded = self._cascaded(rules, having, self.matcher)
        return {element for element, style in cascaded.items() if not hit[element].isdisjoint(style)}

    def _hit(self, line: _Line, hit: dict[HtmlElement, set[str]]) -> None:
        """Note the elements of a selector whose rule can hide, with the words of what decides about it."""
        style = declarations(line.block.body)
        words, variables = _deciding(line.block.body)
        has_variables = any(self._may_resolve(name, style[name]) for name in variables)
        if not words and not has_variables:
            return
        selector = self._parsed(line.selector)
        if selector is None:
            return
        for element in self.matcher.count(self._possible_subjects(selector)):
            if element.tag not in _WITHOUT_TEXT and self.matcher.matches(selector, element):
                if has_variables:
                    words = deciding_words(self.resolved(style, element))
                if words:
                    hit[element] |= words

    def _possible_subjects(self, selector: Selector) -> Iterable[HtmlElement]:
        subject = selector.subject
        if subject.identifier or not (subject.classes or subject.tag):
            return chain.from_iterable(map(self.page.named, selector.keys))
        keys = ["." + name for name in subject.classes]
        return min(map(self.page.named, [*keys, subject.tag] if subject.tag else keys), key=len)

    def _may_resolve(self, name: str, text: str) -> bool:
        """Whether a declaration can hide with any value that the page has for the custom properties in it."""
        if (name, text) not in self.resolvable:
            variables = _VARIABLE.findall(text)
            is_sum = "calc(" in text and len(variables) > 1
            self.resolvable[name, text] = any(
                is_sum or "var(" in given or deciding_words({name: _with_value(text, variable, given)})
                for variable, fallback in variables
                for given in (*self._values_of(variable), fallback.strip())
            )
        return self.resolvable[name, text]

    def _values_of(self, variable: str) -> set[str]:
        """All values that a custom property is given anywhere on the page."""
        given = [text for sheet in self.sheets for _, _, text in sheet.definitions.get(variable, ())]
        given += (declarations(text).get(variable, "") for text in self._inline_definitions)
        return {without_importance(text) for text in given} - {""}

    @cached_property
    def _inline_definitions(self) -> Sequence[str]:
        """The style attributes that define custom properties."""
        return [text for element in self.page.having("style") if "--" in (text := element.get("style") or "")]

    def _parsed(self, text: str) -> Selector | None:
        if text not in self.parsed:
            self.parsed[text] = parse_selector(text) if len(self.parsed) < MOST_PARSED else None
        return self.parsed[text]

    def _rules_for(
        self, hit: Mapping[HtmlElement, set[str]], having: Mapping[str, Sequence[HtmlElement]]
    ) -> Iterator[_Rule]:
        """All rules that may say something of the elements, by which it is decided whether they are hidden."""
        words = set().union(*hit.values())
        names = _MARKS_OF_OTHERS.union(having)
        above = self.matcher.names_around(hit)
        around = self.page.names if above is None else above & self.page.names
        left = MOST_SELECTORS
        for place, sheet in enumerate(self.sheets):
            for order, line in sheet.lines_about(words, names, above):
                left -= 1
                if left < 0:
                    return
                if not self._may_match(line, having, around):
                    continue
                selector = self._parsed(line.selector)
                if selector is not None and not having.keys().isdisjoint(selector.keys):
                    rank = self._layer(line.block), selector.specificity, place, order
                    yield rank, selector, declarations(line.block.body)

    def _layer(self, block: _Block) -> int:
        return self.layers[block.layer] if block.layer else len(self.layers)

    def _may_match(
        self, line: _Line, keys: Mapping[str, Sequence[HtmlElement]], around: frozenset[str]
    ) -> bool:
        """Whether a selector may have one of the keys, and only names that stand around them or beside these."""
        text = line.selector
        names = self.page.names if "+" in text or "~" in text else around
        if not names.issuperset(line.names):
            return False
        if "(" in text or "[" in text:
            return True
        last = text[max(map(text.rfind, " >+~")) + 1 :]
        subject = _names(last)
        if subject:
            return keys.keys() >= set(subject)
        return last[:1] == ":" or last.partition(":")[0].lower() in keys

    def _cascaded(
        self, rules: Iterable[_Rule], having: Mapping[str, Sequence[HtmlElement]], matcher: Matcher
    ) -> dict[HtmlElement, Declarations]:
        """What holds for each element; ``having`` are the elements by key."""
        matched: dict[HtmlElement, list[_Matched]] = defaultdict(list)
        for rank, selector, style in rules:
            for key in selector.keys:
                for element in having.get(key, ()):
                    if matcher.matches(selector, element):
                        matched[element].append(_Matched(rank, style))
        return {element: self.resolved(_cascade_of(found), element) for element, found in matched.items()}

    def resolved(self, style: Declarations, element: HtmlElement) -> Declarations:
        """Declarations with the custom properties resolved in those that can hide."""
        found = {
            name: self._substituted(text, element)
            for name, text in style.items()
            if "var(" in text and (name in _RESOLVED or may_hide_by(name, text))
        }
        return {**style, **found} if found else style

    def _substituted(self, text: str, element: HtmlElement) -> str:
        for _ in range(MOST_REFERENCES):
            if "var(" not in text or len(text) > LONGEST_SELECTOR:
                break
            text = _VARIABLE.sub(
                lambda found: self._custom(found[1], element) or (found[2] or "").strip() or "unset", text
            )
        return text

    def _custom(self, name: str, element: HtmlElement) -> str:
        """The value that a custom property has at an element; empty if none is declared."""
        way: list[HtmlElement] = []
        node: HtmlElement | None = element
        text = ""
        while node is not None and not text:
            if (name, node) in self.customs:
                text = self.customs[name, node]
                break
            way.append(node)
            text = self._declared(name, node)
            node = node.getparent()
        for passed in way:
            self.customs[name, passed] = text
        return text

    def _declared(self, name: str, element: HtmlElement) -> str:
        """The value of a custom property that is declared for an element itself."""
        if name not in self.definitions:
            self.definitions[name] = [
                ((0, selector.specificity, place, order), selector, {name: text})
                for place, sheet in enumerate(self.sheets)
                for order, block, text in sheet.definitions.get(name, ())
                for selector_text in _split(block.selectors)
                if self.page.names.issuperset(_names(selector_text))
                and (selector := self._parsed(selector_text)) is not None
            ]
        found = [
            _Matched(rank, style)
            for rank, selector, style in self.definitions[name]
            if self.matcher.matches(selector, element)
        ]
        inline = element.get("style") or ""
        own = declarations(inline) if "--" in inline else {}
        return value(cascade(_cascade_of(found), own) if found else own, name)


@lru_cache(maxsize=4096)
def _deciding(body: str) -> tuple[set[str], Sequence[str]]:
    """The words that decide about a rule that can hide, and its properties that can hide by custom properties."""
    style = declarations(body)
    variables = [name for name, text in style.items() if "var(" in text and may_hide_by(name, text)]
    return deciding_words(style), variables


def _with_value(text: str, variable: str, given: str) -> str:
    """A value with one of its custom properties given, and nothing for the others."""
    return _VARIABLE.sub(lambda found: given if found[1] == variable else "", text)


def _by_key(elements: Iterable[HtmlElement]) -> Mapping[str, Sequence[HtmlElement]]:
    """Elements by all keys that a selector of theirs may have."""
    found: dict[str, list[HtmlElement]] = {"*": list(elements)}
    for element in found["*"]:
        keys = [cast("str", element.tag), *(f"[{name}]" for name in element.attrib)]
        keys += ["." + name for name in set((element.get("class") or "").split())]
        if element.get("id"):
            keys.append(f"#{element.get('id')}")
        for key in keys:
            found.setdefault(key, []).append(element)
    return found


def _cascade_of(matched: Sequence[_Matched]) -> Declarations:
    """What holds of the declarations of several rules: of important ones, those of the first layer win."""
    style: dict[str, str] = {}
    for rule in sorted(matched, key=lambda rule: rule.rank):
        style.update({name: text for name, text in rule.style.items() if "!" not in text})
    for rule in sorted(matched, key=lambda rule: (-rule.rank[0], *rule.rank[1:])):
        style.update({name: text for name, text in rule.style.items() if "!" in text})
    return style


class _Sheet:
    """One style element: cut at its closing braces, each piece a rule with what opens before it, and read when asked for.

    Args:
        text: Its text.
    """

    def __init__(self, text: str) -> None:
        css = _without_comments(text)
        self._pieces = css.split("}")
        squeezed_css = squeezed(css)
        self._squeezed_pieces = squeezed_css.split("}")
        self._hiding = pieces_that_may_hide(squeezed_css)
        self._read: dict[int, Sequence[_Line]] = {}

    @cached_property
    def _contexts(self) -> Sequence[_Context | None]:
        """What stands around each piece; None where nothing holds on a desk's screen."""
        contexts: list[_Context | None] = []
        around: list[_Context | None] = [_Context("", "")]
        for piece in self._pieces:
            contexts.append(around[-1])
            braces = piece.count("{")
            if braces == 0 and len(around) > 1:
                around.pop()
            elif braces > 1:
                for opening in piece.split("{")[:-2]:
                    around.append(_inside(around[-1], opening.rpartition(";")[2].strip()))
        return contexts

    def _blocks(self, number: int) -> Iterator[_Block]:
        """The rules of a piece, nested ones with the selectors around them."""
        context = self._contexts[number]
        if context is None:
            return
        head, brace, body = self._pieces[number].rpartition("{")
        if brace and not context.selectors and "{" not in head and "@" not in head:  # as most are
            yield _Block(head.rpartition(";")[2].strip(), body, context.layer)
            return
        if not brace:  # what stands after nested rules, up to the end of the rule around them
            if context.selectors and ":" in body:
                yield _Block(context.selectors, body, context.layer)
            return
        inner: _Context | None = context
        for opening in head.split("{"):
            yield from _before_nested(inner, opening)
            inner = _inside(inner, opening.rpartition(";")[2].strip())
        if inner is not None and inner.selectors:
            yield _Block(inner.selectors, body, inner.layer)

    def _lines(self, number: int) -> Sequence[_Line]:
        """The selectors of the rules of a piece, apart from such as match nothing."""
        if number not in self._read:
            self._read[number] = [
                _Line(text, _names(text), block)
                for block in self._blocks(number)
                for text in _split(block.selectors)
                if "(" in text or _NEVER_MATCHES.search(text) is None
            ]
        return self._read[number]

    @cached_property
    def layers(self) -> Sequence[str]:
        """The names of cascade layers, in the order in which they are first named."""
        numbers = [number for number, piece in enumerate(self._squeezed_pieces) if "@layer" in piece]
        named: list[str] = []
        for number in numbers:
            named += (
                name.strip()
                for names in _LAYERS.findall(self._pieces[number] + "{")
                for name in names.split(",")
            )
        return [*named, *(block.layer for number in numbers for block in self._blocks(number) if block.layer)]

    @cached_property
    def lines_that_may_hide(self) -> Sequence[_Line]:
        """The selectors of rules that can hide."""
        found: list[_Line] = []
        for number in self._hiding:
            found += self._lines(number)
            if len(found) > MOST_SELECTORS:
                break
        return found[:MOST_SELECTORS]

    @cached_property
    def _named(self) -> Sequence[Sequence[str]]:
        """The classes, ids and tags before each piece's rule, and marks of subjects that have none or may be others."""
        return [
            ()
            if context is None
            else "*"
            if context.selectors or piece.count("{") != 1
            else _SIMPLE_NAME.findall(piece.partition("{")[0])
            for piece, context in zip(self._pieces, self._contexts, strict=True)
        ]

    def lines_about(
        self, words: Iterable[str], names: frozenset[str], above: frozenset[str] | None
    ) -> Iterator[tuple[int, _Line]]:
        """The selectors that may say something of some elements, with the places of their rules.

        Args:
            words: Parts of names of properties, of which a rule must have one.
            names: What the elements are called, of which a selector must name one.
            above: These names and those of the elements around, if they are known: a plain selector names no others.
        """
        for number, named in enumerate(self._named):
            if names.isdisjoint(named):
                continue
            is_from_above = above is None or "*" in named or above.issuperset(named)
            if is_from_above or _NOT_PLAIN.search(self._pieces[number].partition("{")[0]):
                piece = self._squeezed_pieces[number]
                if any(word in piece for word in words):
                    for line in self._lines(number):
                        yield number, line

    @cached_property
    def definitions(self) -> Mapping[str, Sequence[tuple[int, _Block, str]]]:
        """The rules that declare a custom property, with their places, and the value, by its name."""
        found: dict[str, list[tuple[int, _Block, str]]] = defaultdict(list)
        for number, piece in enumerate(self._squeezed_pieces):
            if "{--" in piece or ";--" in piece or piece[:2] == "--":
                for block in self._blocks(number):
                    for name, text in declarations(block.body).items():
                        if name[:2] == "--" and text:
                            found[name].append((number, block, text))
        return found


def _without_comments(css: str) -> str:
    """A sheet without comments, marks of old browsers, and what only looks like structure."""
    if _BRACE_OR_COMMENT_IN_STRING.search(css):
        css = _COMMENT_OR_STRING.sub(_without_marks, css)
    elif "/*" in css:
        css = _COMMENT.sub("", css)
    if "\\" in css:
        css = _ESCAPED_LETTER.sub(lambda found: unescape(found[0]), css)
    return css.replace("<!--", "").replace("-->", "")


# The pages of one site share most of their style elements. All are forgotten when there are too many, which is simple and
# costs little, since the next page of each site brings them back.
_remembered: dict[str, _Sheet] = {}


def _sheet(text: str) -> _Sheet:
    sheet = _remembered.get(text)
    if sheet is None:
        if (
            len(_remembered) >= MOST_REMEMBERED
            or sum(map(len, _remembered)) + len(text) > MOST_REMEMBERED_CHARACTERS
        ):
            _remembered.clear()
        sheet = _remembered[text] = _Sheet(text)
    return sheet


def _without_marks(found: re.Match[str]) -> str:
    text = found[0]
    if text[0] == "/":
        return ""
    if text[0] == "\\":
        return text
    return '""' if _MARKS_IN_STRING.search(text) else text


def _split(selectors: str) -> list[str]:
    """The selectors of a list."""
    texts = selectors.split(",") if "(" not in selectors else _at_commas(selectors)
    return [text for part in texts if (text := part.strip()) and len(text) <= LONGEST_SELECTOR]


def _at_commas(selectors: str) -> list[str]:
    parts: list[str] = []
    start = depth = 0
    for mark in _BRACKET_OR_COMMA.finditer(selectors):
        depth += {"(": 1, ")": -1}.get(mark[0], 0)
        if mark[0] == "," and depth == 0:
            parts.append(selectors[start : mark.start()])
            start = mark.end()
    return [*parts, selectors[start:]]


def _names(selector: str) -> Sequence[str]:
    """The classes and ids that a page must have for a selector to match anything, with their marks."""
    for _ in range(DEEPEST_ARGUMENTS):
        if "(" not in selector and "[" not in selector:
            break
        selector = _ARGUMENTS.sub("", selector)
    names: list[str] = _NAME.findall(selector)
    return [unescape(name) for name in names] if "\\" in selector else names


def _before_nested(context: _Context | None, text: str) -> Iterator[_Block]:
    """The declarations of a rule that stand before a rule nested in it."""
    body = text.rpartition(";")[0]
    if context is not None and context.selectors and ":" in body:
        yield _Block(context.selectors, body, context.layer)


def _inside(context: _Context | None, header: str) -> _Context | None:
    """The context inside of a rule or an at-rule; None where nothing holds on a desk's screen."""
    if context is None:
        return None
    if header[:1] != "@":
        selectors = _nested(context.selectors, header)
        return (
            None
            if len(selectors) > LONGEST_SELECTOR and context.selectors
            else _Context(selectors, context.layer)
        )
    name, condition = _AT_RULE.fullmatch(header).groups()  # type: ignore[union-attr]
    name = name.lower()
    if name == "@layer":
        layer = f"{context.layer}.{condition.strip() or '#'}".lstrip(".")
        return _Context(context.selectors, layer)
    if name == "@scope":
        scope = _FEATURE.search(condition)
        return _Context(_nested(context.selectors, scope[1]), context.layer) if scope else context
    if name in {"@media", "@container"}:
        return context if _media_holds(condition) else None
    if name == "@supports":
        return None if condition.strip().lower().startswith("not") else context
    return None


def _nested(parent: str, selectors: str) -> str:
    """Nested selectors, written out."""
    return ",".join(_under(parent, text) for text in _split(selectors)) if parent else selectors


def _under(parent: str, text: str) -> str:
    rest = text[1:] if text[0] == "&" else f" {text}"
    if "," not in parent and "&" not in rest and rest[:1] in " .#[:>+~":
        return parent + rest  # the same as below, and found in less time
    around = f":is({parent})"
    return text.replace("&", around) if "&" in text else f"{around} {text}"


@lru_cache(maxsize=1024)
def _media_holds(media: str) -> bool:
    """Whether a media query holds on a desk's screen; what is not known does not."""
    return any(_query_holds(query.strip()) for query in media.lower().split(","))


def _query_holds(query: str) -> bool:
    if not query:
        return True
    words = _FEATURE.sub(" ", query).split()
    kind = next((word for word in words if word not in {"only", "not", "and", "or"}), "all")
    features = [_feature_holds(feature.strip()) for feature in _FEATURE.findall(query)]
    if kind not in {"all", "screen", "print", "speech"} or any(feature is None for feature in features):
        return False
    holds = any(features) if "or" in words else all(features)
    return (holds and kind in {"all", "screen"}) != ("not" in words)


def _feature_holds(feature: str) -> bool | None:
    """Whether a feature of a media query is there; None if that is not known."""
    name, colon, wanted = (part.strip() for part in feature.partition(":"))
    if colon:
        bound, _, side = name.partition("-")
        if bound in {"min", "max"} and side in {"width", "height"}:
            return _compares(side, "<=" if bound == "max" else ">=", wanted)
        return _TRAITS[name] == wanted if name in _TRAITS else None
    compared = _RANGE.fullmatch(feature)
    if compared is None:
        return (
            name in {"width", "height", "color", "hover", "any-hover", "pointer", "any-pointer", "scripting"}
            or None
        )
    left, first, middle, second, right = (part.strip() if part else "" for part in compared.groups())
    if second:  # "400px <= width <= 700px"
        below, above = _compares(middle, _MIRRORED[first], left), _compares(middle, second, right)
        return None if below is None or above is None else below and above
    return (
        _compares(left, first, middle)
        if left in {"width", "height"}
        else _compares(middle, _MIRRORED[first], left)
    )


def _compares(side: str, operator: str, wanted: str) -> bool | None:
    length = _LENGTH.fullmatch(wanted)
    if side not in {"width", "height"} or length is None or length[2] not in PIXELS:
        return None
    actual, limit = SCREEN[side == "height"], float(length[1]) * PIXELS[length[2]]
    if operator == "=":
        return actual == limit
    if operator[0] == "<":
        return actual < limit or (actual == limit and operator == "<=")
    return actual > limit or (actual == limit and operator == ">=")
