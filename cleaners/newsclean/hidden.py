"""Text that no reader sees: elements hidden by markup or style, and characters without a shape.

Only what the page itself says counts: attributes, ``style``, its own ``style`` elements read as a browser on a desk
would, and the class names that frameworks use for screen readers. Stylesheets in other files are not known, so all
this errs towards visible:

- only selectors of one tag, id and classes hide, on every screen; any selector, on any screen, can show;
- what a reader opens counts as seen: closed ``details``, ``hidden="until-found"``, the panels of an accordion;
- a mark that would hide most of the page is not set (scripts show whole bodies when they have loaded).

``aria-hidden`` text can be seen, but is what the page itself takes for decoration or a repetition; on 909 article pages
it held body text on two, both a panel or a paywall's paragraph, which are spared. ``script``, ``style`` and comments
hold no text to begin with and bear no mark.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import cast

from lxml.etree import XPath
from lxml.html import HtmlElement

# Many sites hide the whole body until a script shows it. A mark that takes more than this share of the text in
# paragraphs is not what a reader sees.
MOST_PARAGRAPH_TEXT = 0.4
# ... unless it is short, in characters, and no such share of all text: then it is a window's, on a page whose body is
# not in paragraphs.
SHORTEST_BODY = 1_000
# Text is unreadable up to these sizes, by unit.
UNREADABLE_SIZE = {
    "": 0.0, "px": 1.0, "pt": 1.0, "em": 0.1, "rem": 0.1, "ex": 0.1, "%": 10.0, "vw": 0.1, "vh": 0.1,
}  # fmt: skip
# Moved by at least so much text is outside of the window, by unit.
OUTSIDE = {"px": 900.0, "pt": 700.0, "em": 60.0, "rem": 60.0, "%": 100.0, "vw": 100.0, "vh": 100.0}
# Colours whose channels differ by no more than this (of 255) look the same.
SAME_COLOUR = 8

# Elements whose content is not rendered as text, whatever their style.
_NEVER_RENDERED = {
    "template": "hidden.template", "noscript": "hidden.noscript", "datalist": "hidden.fallback",
    "iframe": "hidden.fallback", "audio": "hidden.fallback", "video": "hidden.fallback", "canvas": "hidden.fallback",
}  # fmt: skip
_RULES_NEVER_UNDONE = frozenset(_NEVER_RENDERED.values())
_RENDERED_TEXT = XPath("//body//text()[not(parent::script or parent::style)]", smart_strings=False)
_SVG_DESCRIPTIONS = frozenset({"title", "desc", "metadata"})
_MARKED_BY_TAG = _SVG_DESCRIPTIONS | _NEVER_RENDERED.keys() | {"dialog", "object"}
_CLASSES = XPath("//@class", smart_strings=False)
_NEVER_MARKED = frozenset({"html", "head", "body", "script", "style", "meta", "link"})
_SIDES = ("width", "height", "max-width", "max-height")
# Names that frameworks give to text for screen readers, also as CSS modules write them: "visuallyHidden_x1".
_SCREEN_READER_ONLY = re.compile(
    r"(?<![a-z:])(?<!not-)(?<!no-)(?:sr-?only|screen-?reader(?:s?-?(?:only|text))|vis(?:ually)?-?hidden"
    r"|hid(?:e|den)-visually|element-invisible|a11y-?(?:hidden|text|only)|assistive-?text)(?![a-z])",
    re.IGNORECASE,
)
_SHOWN_ON_SOME_WIDTH = re.compile(r"(?<![\w-])(?!focus|active)[\w-]+:not-sr-only")

_NUMBER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))([a-z%]*)")
_COMMENT = re.compile(r"/\*.*?(?:\*/|$)", re.DOTALL)
_SIMPLE_SELECTOR = re.compile(r"([a-z][\w-]*)?((?:[.#](?:[\w-]|\\.|[^\x00-\x7f])+)*)", re.IGNORECASE)
_NAME = re.compile(r"[.#](?:[\w-]|\\.|[^\x00-\x7f])+")
# By rule, the parts of property names by which another declaration block can show again what it hides.
_SHOWN_BY = {
    "hidden.display-none": ("display",), "hidden.visibility": ("visibility",), "hidden.opacity": ("opacity", "anim"),
    "hidden.font-size": ("font",), "hidden.off-screen": ("position", "left", "right", "top", "indent", "transform"),
    "hidden.clip": ("clip", "position"), "hidden.no-size": ("height", "width", "overflow"),
    "hidden.transform": ("transform",), "hidden.transparent": ("color",), "hidden.same-colour": ("color", "background"),
}  # fmt: skip
# What may move text away, and colours that a block sets and covers itself.
_MOVED_AWAY = re.compile(r"[:(,]-\d{3}|:-\d\d\d?(?:r?em|%|v[wh])")
_UNREADABLE_COLOUR = re.compile(
    r"(?<![\w-])color:(?:transparent|rgba|hsla|\#(?:\w{4}|\w{8})\b|([^;]+);.*background(?:-color)?:\1(?!\w))"
    r"|background(?:-color)?:([^;]+);(?:.*;)?color:\2(?!\w)"
)
# Panels that a reader opens, by the names that frameworks and designers give them.
_PANEL = re.compile(
    r"accordion|collaps|(?<![a-z])faq|rah-static|expand|disclosure|toggle[-_]?(?:content|body|panel)",
    re.IGNORECASE,
)
_PANEL_TAGS = frozenset({"article", "dd", "div", "li", "ol", "p", "section", "ul"})
# What React has streamed in advance stands in hidden elements with such ids, and is shown as soon as it is there.
_STREAMED = re.compile(r"S:[0-9a-f]+")
_BY_SCRIPTS_SHOWN = frozenset({
    "hidden.display-none", "hidden.visibility", "hidden.opacity", "hidden.no-size", "hidden.attribute",
    "hidden.aria-hidden", "hidden.stylesheet-class",
})  # fmt: skip
_EVERY_SCREEN = re.compile(r"(?:only\s+)?(?:all|screen)", re.IGNORECASE)
_NO_SCREEN = re.compile(r"(?:only\s+)?(?:print|speech)\b|not\s+(?:all|screen)$", re.IGNORECASE)

_NAMED_COLOURS = {
    "white": (255, 255, 255), "snow": (255, 250, 250), "ivory": (255, 255, 240), "ghostwhite": (248, 248, 255),
    "floralwhite": (255, 250, 240), "whitesmoke": (245, 245, 245), "black": (0, 0, 0), "silver": (192, 192, 192),
    "gray": (128, 128, 128), "grey": (128, 128, 128), "lightgray": (211, 211, 211), "lightgrey": (211, 211, 211),
    "red": (255, 0, 0), "maroon": (128, 0, 0), "yellow": (255, 255, 0), "olive": (128, 128, 0), "lime": (0, 255, 0),
    "green": (0, 128, 0), "aqua": (0, 255, 255), "teal": (0, 128, 128), "blue": (0, 0, 255), "navy": (0, 0, 128),
    "fuchsia": (255, 0, 255), "purple": (128, 0, 128), "orange": (255, 165, 0), "beige": (245, 245, 220),
}  # fmt: skip
_WHITE = (255, 255, 255)

# Nested marks beyond this depth are covered by the outer ones anyhow.
MOST_NESTED_MARKS = 16
# A background is looked for on no more than this many elements upwards.
MOST_ANCESTORS = 64
# A neighbour with so many characters is text that is meant to be seen.
LONG_ENOUGH_TO_BE_SEEN = 40
# Of the rules for one class, the last so many are looked at.
MOST_RULES_OF_A_NAME = 100
# So many class attributes are remembered for a stylesheet.
MOST_REMEMBERED = 10_000

Colour = tuple[int, int, int]
# Position in the page, selectors, declarations, and whether they hold on some screens only.
_Block = tuple[int, str, str, bool]
Declarations = Mapping[str, str]
# Elements that are hidden in the same way are undone together: one class on each paragraph is one mark.
Group = tuple[str, str]


@dataclass(frozen=True, slots=True, order=True)
class UndoneMark:
    """A mark that was not set, since it would have hidden most of the page.

    Attributes:
        rule: Its rule id.
        share: The share of the text in paragraphs that it would have hidden, 0 to 1.
    """

    rule: str
    share: float


@dataclass(frozen=True, slots=True)
class HiddenText:
    """What of a page cannot be seen.

    Attributes:
        elements: The outermost hidden elements in document order, each with the id of the rule that says so.
        undone: Marks that were not set.
    """

    elements: Mapping[HtmlElement, str]
    undone: tuple[UndoneMark, ...]


def hidden_elements(tree: HtmlElement) -> Mapping[HtmlElement, str]:
    """The outermost elements whose text a reader cannot see, each with its rule id; the tree is not changed."""
    return find_hidden(tree).elements


def find_hidden(tree: HtmlElement) -> HiddenText:
    """Find the elements whose text a reader cannot see, and the marks that would have hidden most of the page.

    Takes about 2 ms for a page of 300,000 characters, more by a tenth of a microsecond for each character in style
    elements not met before. The tree is not changed.
    """
    sheet = _read_stylesheet(tree)
    names = {value for value in set(cast("list[str]", _CLASSES(tree))) if _may_hide_by_name(value, sheet)}
    identifiers = {key[1:] for key in sheet.hiding if key.startswith("#")}
    marks = {
        element: rule
        for element in tree.iter("*")
        # most elements say nothing of the kind, and are asked nothing further
        if (
            element.get("class") in names
            or element.get("style")
            or element.get("hidden") is not None
            or element.get("aria-hidden")
            or element.tag in _MARKED_BY_TAG
            or (identifiers and element.get("id") in identifiers)
        )
        and (rule := _why_hidden(element, sheet))
    }
    groups: dict[HtmlElement | None, frozenset[Group]] = {None: frozenset()}
    mass: dict[Group, int] = defaultdict(int)
    total = 0
    for paragraph in tree.iter("p"):
        above = _groups_above(paragraph, marks, groups)
        if any(rule in _RULES_NEVER_UNDONE for rule, _ in above):
            continue
        length = len(paragraph.text_content().strip())
        total += length
        for group in above:
            mass[group] += length
    undone = {group for group, length in mass.items() if length > MOST_PARAGRAPH_TEXT * total}
    if any(mass[group] < SHORTEST_BODY for group in undone):
        page = sum(len(text.strip()) for text in cast("list[str]", _RENDERED_TEXT(tree)))
        undone = {group for group in undone if mass[group] > min(SHORTEST_BODY, MOST_PARAGRAPH_TEXT * page)}
    outermost = {
        element: rule
        for element, rule in marks.items()
        if _group(element, rule) not in undone
        and undone.issuperset(_groups_above(element.getparent(), marks, groups))
    }
    return HiddenText(outermost, tuple(sorted(UndoneMark(group[0], mass[group] / total) for group in undone)))


def _may_hide_by_name(names: str, sheet: _Stylesheet) -> bool:
    return _is_for_screen_readers(names) or any("." + name in sheet.hiding for name in names.split())


def _group(element: HtmlElement, rule: str) -> Group:
    return rule, element.get("class") or f"{element.tag} {element.get('style')}"


def _groups_above(
    element: HtmlElement | None,
    marks: Mapping[HtmlElement, str],
    known: dict[HtmlElement | None, frozenset[Group]],
) -> frozenset[Group]:
    """The groups of all marks that an element bears or stands under; remembers its way up, so that all is walked once."""
    way: list[HtmlElement] = []
    while element is not None and element not in known:
        way.append(element)
        element = element.getparent()
    groups = known[element]
    for node in reversed(way):
        rule = marks.get(node)
        if rule and len(groups) < MOST_NESTED_MARKS:
            groups |= {_group(node, rule)}
        known[node] = groups
    return groups


def _why_hidden(element: HtmlElement, sheet: _Stylesheet) -> str:
    """The rule that hides an element by what it says of itself; empty if none does."""
    tag = element.tag
    if tag in _MARKED_BY_TAG:
        rule = _by_tag(element)
        if rule:
            return rule
    elif tag in _NEVER_MARKED:
        return ""
    names, inline = element.get("class"), element.get("style")
    own = _declarations(inline) if inline else {}
    rule = (_by_style(own) or _by_colour(element, own)) if own else ""
    style = sheet.style(element, names) if sheet.hiding else {}
    if style:
        style = _cascade(style, own)
        rule = (rule or "hidden.stylesheet-class") if _by_style(style) else ""
    if not rule:
        hidden = element.get("hidden")
        if hidden is not None and hidden != "until-found":
            shown = (inline and "display" in inline) or _STREAMED.fullmatch(element.get("id") or "")
            rule = "" if shown else "hidden.attribute"
        elif element.get("aria-hidden") == "true" and not (names and "paywall" in names.split()):
            rule = "hidden.aria-hidden"
        elif names and _is_for_screen_readers(names):
            return "hidden.screen-reader-only"
    return "" if rule in _BY_SCRIPTS_SHOWN and _is_panel(element, style or own) else rule


@lru_cache(maxsize=4096)
def _is_for_screen_readers(names: str) -> bool:
    return _SCREEN_READER_ONLY.search(names) is not None and not _SHOWN_ON_SOME_WIDTH.search(names)


def _may_hide(declarations: str) -> bool:
    """Whether a stylesheet's declaration block holds anything that hides; the few that do are then read properly."""
    text = declarations.lower()
    if ": " in text or " :" in text or ":\n" in text or ":\t" in text:
        text = "".join(text.split())
    # written out, since it is asked for each block of each stylesheet
    return (
        "display:none" in text
        or "visibility:" in text
        or "opacity:0" in text
        or "opacity:.0" in text
        or "font-size:0" in text
        or "font-size:." in text
        or "font-size:1px" in text
        or "font:0" in text
        or "indent:" in text
        or "clip:" in text
        or "clip-path:" in text
        or "transform:scale" in text
        or (
            "overflow" in text
            and ("height:0" in text or "height:1px" in text or "width:0" in text or "width:1px" in text)
        )
        or ((":-" in text or "(-" in text) and _MOVED_AWAY.search(text) is not None)
        or ("color:" in text and _UNREADABLE_COLOUR.search(text) is not None)
    )


def _is_panel(element: HtmlElement, style: Declarations) -> bool:
    """Whether an element is prose that a reader opens: by its name, its way of opening, or the button before it."""
    if element.tag not in _PANEL_TAGS:
        return False
    if not _PANEL.search(element.get("class") or "") and "height" not in _value(style, "transition"):
        button = element.getprevious()
        if button is None or (
            button.get("aria-expanded") is None and button.find(".//*[@aria-expanded]") is None
        ):
            return False
    if element.get("role") in {"menu", "dialog", "listbox"} or any(
        outer.tag in {"nav", "header", "footer", "form"} for outer in element.iterancestors()
    ):
        return False
    length = len(element.text_content().strip())
    return sum(len(link.text_content()) for link in element.iter("a")) < length / 2


def _by_tag(element: HtmlElement) -> str:
    tag = element.tag
    if tag == "dialog":
        return "" if element.get("open") is not None else "hidden.dialog"
    if tag == "object":
        return "hidden.fallback" if element.get("data") else ""
    if tag in _SVG_DESCRIPTIONS:
        return "hidden.svg-description" if next(element.iterancestors("svg"), None) is not None else ""
    return _NEVER_RENDERED[tag]


def _by_style(style: Declarations) -> str:
    """The rule by which declarations hide an element, its background apart."""
    if not style:
        return ""
    if _value(style, "display") == "none":
        return "hidden.display-none"
    if (
        _value(style, "visibility") in {"hidden", "collapse"}
        or _value(style, "content-visibility") == "hidden"
    ):
        return "hidden.visibility"
    if _is_up_to(_value(style, "opacity"), {"": 0.01, "%": 1.0}) and not any(
        name.startswith(("anim", "transition", "will-change")) for name in style
    ):
        return "hidden.opacity"
    font = _value(style, "font")
    if _is_up_to(_value(style, "font-size"), UNREADABLE_SIZE) or (
        font and re.search(r"(?<![\w.])0(?:px|em)?/", font)
    ):
        return "hidden.font-size"
    if _is_off_screen(style):
        return "hidden.off-screen"
    if _is_clipped(style):
        return "hidden.clip"
    if _has_no_size(style):
        return "hidden.no-size"
    if _scaled_to_nothing(style):
        return "hidden.transform"
    colour = _value(style, "color")
    if colour:
        if _is_transparent(colour) and not _shows_another_way(style):
            return "hidden.transparent"
        background = _colour(_value(style, "background-color") or _value(style, "background"))
        if background and _same(_colour(colour), background):
            return "hidden.same-colour"
    return ""


def _is_off_screen(style: Declarations) -> bool:
    if _value(style, "position") in {"absolute", "fixed"} and any(
        _is_outside(_value(style, side)) for side in ("left", "right", "top", "bottom")
    ):
        return True
    indent = _value(style, "text-indent")
    if _is_outside(indent) or (indent == "100%" and _value(style, "overflow") in {"hidden", "clip"}):
        return True
    if any(_is_outside(_value(style, side)) for side in ("margin-left", "margin-top")):
        return True
    moves = re.findall(r"translate(?:x|y|3d)?\(([^()]*)\)", _value(style, "transform"))
    # by its own width a slide of a carousel or a drawer is moved, which comes back
    return any(
        _is_outside(length) for move in moves for length in re.split(r"[\s,]+", move) if "%" not in length
    )


def _is_outside(length: str) -> bool:
    number = _NUMBER.fullmatch(length)
    return number is not None and float(number[1]) <= -OUTSIDE.get(number[2], float("inf"))


def _is_clipped(style: Declarations) -> bool:
    clip = _value(style, "clip")
    if clip.startswith("rect(") and _value(style, "position") in {"absolute", "fixed"}:
        sides = [float(number[1]) for number in _NUMBER.finditer(clip)]
        if len(sides) == 4 and (sides[2] - sides[0] <= 1 or sides[1] - sides[3] <= 1):
            return True
    path = _value(style, "clip-path")
    if path.startswith("inset("):
        insets = [float(number[1]) for number in _NUMBER.finditer(path) if number[2] == "%"]
        return bool(insets) and min(insets) >= 50
    return (
        path.startswith(("circle(0", "ellipse(0"))
        or re.fullmatch(r"polygon\((?:0(?:px|%)?[\s,]*)+\)", path) is not None
    )


def _has_no_size(style: Declarations) -> bool:
    overflow = " ".join(_value(style, name) for name in ("overflow", "overflow-x", "overflow-y"))
    if "hidden" not in overflow and "clip" not in overflow:
        return False
    # a box without height that has padding keeps the room of a picture or video
    if any(
        name.startswith("padding") and not _is_up_to(value, {"": 0, "px": 1}) for name, value in style.items()
    ):
        return False
    return any(_is_up_to(_value(style, side), {"": 0, "px": 1, "em": 0, "%": 0}) for side in _SIDES)


def _scaled_to_nothing(style: Declarations) -> bool:
    return re.search(r"\bscale(?:x|y|3d)?\(\s*0?\.?0+\s*[,)]", _value(style, "transform")) is not None


def _is_up_to(value: str, limits: Mapping[str, float]) -> bool:
    number = _NUMBER.fullmatch(value)
    return number is not None and number[2] in limits and 0 <= float(number[1]) <= limits[number[2]]


def _by_colour(element: HtmlElement, own: Declarations) -> str:
    """Whether an element's own colour is that of what lies behind it.

    That is the nearest background that the page declares, else white. A class on the way may bring any background:
    then white text counts as hidden only among neighbours without a colour of their own, which must be seen as well.
    """
    colour = _colour(_value(own, "color"))
    if colour is None or _shows_another_way(own):
        return ""
    node: HtmlElement | None = element
    for _ in range(MOST_ANCESTORS):
        if node is None:
            break
        style = _declarations(node.get("style") or "")
        declared = (
            _value(style, "background-color") or _value(style, "background") or node.get("bgcolor") or ""
        )
        if declared and declared not in {"none", "transparent", "inherit", "initial", "unset"}:
            return "hidden.same-colour" if _same(colour, _colour(declared)) else ""
        if _value(style, "background-image"):
            return ""
        if node.get("class") and not _stands_among_uncoloured(element):
            return ""
        node = node.getparent()
    return "hidden.same-colour" if _same(colour, _WHITE) else ""


def _stands_among_uncoloured(element: HtmlElement) -> bool:
    """Whether an element, or the paragraph that it is in, has neighbours of its kind without a colour of their own."""
    block = element
    while (
        block.tag in {"a", "b", "em", "font", "i", "small", "span", "strong"}
        and block.getparent() is not None
    ):
        block = block.getparent()
    plain = 0
    for backwards in (False, True):
        for sibling in islice(block.itersiblings(block.tag, preceding=backwards), 3):
            if sibling.get("class") == block.get("class") and sibling.find(".//*[@style]") is None:
                plain += not sibling.get("style") and len(sibling.text_content()) >= LONG_ENOUGH_TO_BE_SEEN
    return plain >= 2


def _same(one: Colour | None, other: Colour | None) -> bool:
    return (
        one is not None
        and other is not None
        and all(abs(a - b) <= SAME_COLOUR for a, b in zip(one, other, strict=True))
    )


def _is_transparent(colour: str) -> bool:
    if colour == "transparent":
        return True
    if colour.startswith("#"):
        return len(colour) in {5, 9} and set(colour[4:] if len(colour) == 5 else colour[7:]) == {"0"}
    parts = re.split(r"[\s,/]+", colour.partition("(")[2].rstrip(") "))
    return colour.startswith(("rgb", "hsl")) and len(parts) == 4 and _is_up_to(parts[3], {"": 0.01, "%": 1.0})


def _shows_another_way(style: Declarations) -> bool:
    """Whether the background shows in the letters, or a gradient or image lies behind them."""
    clips = "text" in (_value(style, "background-clip"), _value(style, "-webkit-background-clip"))
    return (
        clips
        or "-webkit-text-fill-color" in style
        or "text-shadow" in style
        or "-webkit-text-stroke" in style
    )


def _colour(value: str) -> Colour | None:
    """An opaque colour's channels (CSS Color: hexadecimal, rgb, the common names); None for all else."""
    named = _NAMED_COLOURS.get(value)
    if named:
        return named
    if value.startswith("#"):
        digits = value[1:]
        if len(digits) in {3, 4}:
            digits = "".join(digit * 2 for digit in digits)
        try:
            red, green, blue, alpha = bytes.fromhex(digits if len(digits) == 8 else digits + "ff")
        except ValueError:
            return None
        return (red, green, blue) if alpha > 128 else None
    if value.startswith("rgb") and value.endswith(")"):
        numbers = _NUMBER.findall(value)
        channels = [float(number) * (2.55 if unit == "%" else 1) for number, unit in numbers[:3]]
        if len(channels) == 3 and (len(numbers) < 4 or float(numbers[3][0]) > (50 if numbers[3][1] else 0.5)):
            return int(channels[0]), int(channels[1]), int(channels[2])
    return None


def _declarations(text: str) -> dict[str, str]:
    """Properties and values of a declaration block, in lower case; the last one of a name wins."""
    if not text:
        return {}
    found: dict[str, str] = {}
    if "/*" in text:
        text = _COMMENT.sub("", text)
    for declaration in text.lower().split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            found[name.strip()] = value.strip()
    return found


def _value(style: Declarations, name: str) -> str:
    return style.get(name, "").partition("!")[0].rstrip()


def _cascade(weaker: Declarations, stronger: Declarations) -> dict[str, str]:
    """What holds of two declaration blocks; ``!important`` counts."""
    result = dict(weaker)
    for name, value in stronger.items():
        if "!" not in result.get(name, "") or "!" in value:
            result[name] = value
    return result


@dataclass(frozen=True, slots=True)
class _Compound:
    """A tag, an id and classes, all of which an element must have; a compound selector of CSS without the rest."""

    tag: str
    identifier: str
    classes: frozenset[str]

    @property
    def key(self) -> str:
        """One thing that an element must have: its id, a class, or its tag."""
        return (
            f"#{self.identifier}"
            if self.identifier
            else f".{min(self.classes)}"
            if self.classes
            else self.tag
        )

    def matches(self, element: HtmlElement) -> bool:
        return (
            self.tag in {"", element.tag}
            and (not self.identifier or element.get("id") == self.identifier)
            and (not self.classes or self.classes.issubset((element.get("class") or "").split()))
        )


@dataclass(frozen=True, slots=True)
class _StyleRule:
    """A rule with one selector: an element, elements around it from the inside out, and what holds then."""

    subject: _Compound
    around: tuple[_Compound, ...]
    declarations: Declarations
    conditional: bool

    @property
    def specificity(self) -> tuple[int, int, int]:
        parts = (self.subject, *self.around)
        return (
            sum(bool(p.identifier) for p in parts),
            sum(len(p.classes) for p in parts),
            sum(bool(p.tag) for p in parts),
        )

    def matches(self, element: HtmlElement) -> bool:
        if not self.subject.matches(element):
            return False
        outer = element.iterancestors()
        return all(any(part.matches(ancestor) for ancestor in outer) for part in self.around)


@dataclass(slots=True)
class _Stylesheet:
    """The page's own style elements.

    Attributes:
        hiding: The classes (``.name``) and ids (``#name``) that rules hide by.
        blocks: By such a name, whether hiding or not, the blocks with it that can hide or show again, in order.
        read: Blocks that have been read.
        showing: ``class`` attributes that hold no hiding class.
    """

    hiding: frozenset[str] = frozenset()
    blocks: Mapping[str, list[_Block]] = field(default_factory=dict)
    read: dict[_Block, tuple[_StyleRule, ...]] = field(default_factory=dict)
    showing: set[str | None] = field(default_factory=set)

    def style(self, element: HtmlElement, names: str | None) -> dict[str, str]:
        """What the style elements say of an element; empty unless one of its names is a hiding one."""
        identifier = element.get("id")
        if identifier is None and names in self.showing:
            return {}
        keys = ["." + name for name in names.split()] if names else []
        if identifier:
            keys.append("#" + identifier)
        if self.hiding.isdisjoint(keys):
            if len(self.showing) < MOST_REMEMBERED:
                self.showing.add(names)
            return {}
        blocks = {block for key in keys for block in self.blocks.get(key, ())[-MOST_RULES_OF_A_NAME:]}
        matching = [rule for block in sorted(blocks) for rule in self._rules(block) if rule.matches(element)]
        matching.sort(key=lambda rule: rule.specificity)
        style: dict[str, str] = {}
        for rule in matching:
            if not rule.conditional and (not rule.around or style):
                style = _cascade(style, rule.declarations)
        if _by_style(style):
            for rule in matching:
                if rule.conditional and not _by_style(shown := _cascade(style, rule.declarations)):
                    return shown
        return style

    def _rules(self, block: _Block) -> tuple[_StyleRule, ...]:
        if block not in self.read:
            self.read[block] = tuple(_style_rules(block))
        return self.read[block]


def _read_stylesheet(tree: HtmlElement) -> _Stylesheet:
    conditions = (
        (element.text, _condition_holds(element.get("media") or "")) for element in tree.iter("style")
    )
    return _stylesheet(tuple((text, holds) for text, holds in conditions if text and holds is not None))


# The pages of one site share their style elements, which can be as long as the rest of the page.
@lru_cache(maxsize=8)
def _stylesheet(sources: tuple[tuple[str, bool], ...]) -> _Stylesheet:
    """Read style elements: the text of each, and whether it holds on every screen."""
    blocks: list[_Block] = []
    for text, holds in sources:
        for selectors, body, conditional in _blocks(text):
            blocks.append((len(blocks), selectors, body, conditional or not holds))
    hiding: set[str] = set()
    shown_by: set[str] = set()
    for block in blocks:
        if not block[3] and _may_hide(block[2]) and (rule := _by_style(_declarations(block[2]))):
            # a rule for all elements of a kind is meant for a time before a script has run
            hiding.update(
                key
                for rule in _style_rules(block)
                if not rule.around and (key := rule.subject.key)[0] in ".#"
            )
            shown_by.update(_SHOWN_BY[rule])
    if not hiding:
        return _Stylesheet()
    deciding: dict[str, list[_Block]] = defaultdict(list)
    may_show = re.compile("|".join(sorted(shown_by)))
    for block in blocks:
        if may_show.search(block[2]):
            for name in _NAME.findall(block[1]):
                deciding[name.replace("\\", "")].append(block)
    return _Stylesheet(frozenset(hiding), dict(deciding))


def _blocks(css: str) -> Iterator[tuple[str, str, bool]]:
    """A stylesheet's blocks: selectors, declarations, and whether they hold on some screens only; those for print left out."""
    if "/*" in css:
        css = _COMMENT.sub("", css)
    # whether the at-rules around hold: True, False for on some screens, None for never on a screen
    around: list[bool | None] = []
    for chunk in css.split("}"):
        head, brace, body = chunk.rpartition("{")
        if not brace:
            if around:
                around.pop()
            continue
        if "{" in head:
            *openings, head = head.split("{")
            around += [_at_rule_holds(opening.rpartition(";")[2].strip()) for opening in openings]
        selectors = head.rpartition(";")[2].strip()
        if selectors[:1] == "@":
            continue  # a font or page
        if None not in around:
            yield selectors, body, False in around


def _at_rule_holds(header: str) -> bool | None:
    name, _, condition = header.partition(" ")
    if name == "@media":
        return _condition_holds(condition)
    if name == "@layer":
        return True
    return None if "keyframes" in name else False


def _condition_holds(media: str) -> bool | None:
    """Whether a media query holds on every screen; False for some screens, None for none."""
    queries = [query.strip() for query in media.split(",")]
    if any(not query or _EVERY_SCREEN.fullmatch(query) for query in queries):
        return True
    return None if all(_NO_SCREEN.match(query) for query in queries) else False


def _style_rules(block: _Block) -> Iterator[_StyleRule]:
    _, selectors, body, conditional = block
    declarations = _declarations(body)
    for selector in selectors.split(","):
        *around, subject = (_compound(part) for part in (selector.replace(">", " ").split() or [""]))
        if subject is not None and None not in around:
            yield _StyleRule(
                subject, tuple(part for part in reversed(around) if part), declarations, conditional
            )


def _compound(selector: str) -> _Compound | None:
    """None for a selector with anything but a tag, an id and classes."""
    match = _SIMPLE_SELECTOR.fullmatch(selector)
    if match is None or not selector:
        return None
    names = [(name[0], name[1:].replace("\\", "")) for name in _NAME.findall(match[2])]
    return _Compound(
        (match[1] or "").lower(),
        next((name for mark, name in names if mark == "#"), ""),
        frozenset(name for mark, name in names if mark == "."),
    )


# Characters without a shape that say nothing. The three flags of the nations of Britain are the only tag sequences that
# Unicode recommends (UTS 51); any other is a hidden message.
_FLAGS = "|".join(
    "\U0001f3f4" + "".join(chr(0xE0000 + ord(letter)) for letter in code) + "\U000e007f"
    for code in ("gbeng", "gbsct", "gbwls")
)
_INVISIBLE = re.compile(
    f"({_FLAGS})|"
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # controls
    "\u00ad\u034f\u061c\u17b4\u17b5"  # soft hyphen, grapheme joiner, Arabic letter mark, Khmer inherent vowels
    "\u180b-\u180f"  # Mongolian selectors and vowel separator
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"  # zero-width space, bidirectional controls, invisible operators
    "\u3164\uffa0\ufeff\ufff9-\ufffc"  # Hangul fillers, byte order mark, annotations, object replacement
    "\ufdd0-\ufdef\ufffe\uffff"  # noncharacters
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # shorthand and musical formatting
    "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"  # tags and unassigned ignorables
)
# Any character that one of the four patterns here speaks of: most texts have none, and are left alone after one search.
_MAY_BE_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\uffa0"
    "\ufe00-\ufe0f\ufeff\ufff9-\uffff\ufdd0-\ufdef\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U0001f3f4\U000e0000-\U000e0fff]"
)
_SPACING_CONTROL = re.compile("[\x0b\x0c\x1c-\x1f\x85]")
# A variation selector belongs to the character before it: any but a letter of ASCII, and for ideographic variants an
# ideograph. One is a variant; more are a message.
_VARIATION_SELECTOR = re.compile(
    "((?<=[^\\sA-Za-z\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef])[\ufe00-\ufe0f]"
    "|(?<=[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])[\U000e0100-\U000e01ef])"
    "|[\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
# Joiners shape letters of Arabic, Syriac, Indic and kindred scripts and Mongolian, and join emoji.
_JOINER = re.compile(
    "((?<=[\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\ua840-\ua87f\ufb50-\ufdff\ufe70-\ufefc])[\u200c\u200d]"
    "|(?<=[\u2190-\u2bff\u3030\u303d\ufe0f\U0001f000-\U0001faff])\u200d(?=[\u2190-\u2bff\U0001f000-\U0001faff]))"
    "|[\u200c\u200d]"
)


def strip_invisible_characters(text: str) -> str:
    """Remove characters that have no shape and no say in the shape of others.

    Zero-width spaces, bidirectional controls, soft hyphens, tag characters, controls and the like go. Joiners stay in
    scripts that are shaped by them and between emoji, variation selectors stay after what they vary, and the flags of
    England, Scotland and Wales stay whole. A control that is white space becomes a space. Line ends and tabs stay.
    """
    if (text.isascii() and text.isprintable()) or _MAY_BE_INVISIBLE.search(text) is None:
        return text
    text = _INVISIBLE.sub(r"\1", text)
    text = _SPACING_CONTROL.sub(" ", text)
    text = _VARIATION_SELECTOR.sub(r"\1", text)
    return _JOINER.sub(r"\1", text)
