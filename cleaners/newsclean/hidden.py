"""Text that no reader sees: elements hidden by markup or style, and characters without a shape.

Only what the page itself says counts: attributes, ``style``, its own ``style`` elements read as a browser on a desk
would (:mod:`newsclean.stylesheet`), and the class names by which frameworks hide text or keep it for screen readers.
Stylesheets in other files are not known, so all this errs towards visible:

- what a reader opens counts as seen: closed ``details``, ``hidden="until-found"``, the panels of accordions and tabs,
  the rest behind "read more", what a checked box or the target of a link shows;
- a class name says nothing where the page's own styles say how its element is shown;
- a mark that would hide most of the page is not set (scripts show whole bodies when they have loaded).

``aria-hidden`` text can be seen, but is what the page itself takes for decoration or a repetition; on 909 article pages
it held body text on two, both a panel or a paywall's paragraph, which are spared. ``script``, ``style`` and comments
hold no text to begin with and bear no mark.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from typing import Final, cast

from lxml.etree import XPath
from lxml.html import HtmlElement

from newsclean.elements import ElementIndex
from newsclean.stylesheet import Stylesheets
from newsclean.visibility import (
    WHITE,
    Declarations,
    cascade,
    colour,
    declarations,
    hidden_by,
    may_hide,
    same_colour,
    shows_another_way,
    squeezed,
    text_colour,
    value,
)

# Many sites hide the whole body until a script shows it. A mark that takes more than this share of the text in
# paragraphs is not what a reader sees.
MOST_PARAGRAPH_TEXT = 0.4
# ... unless it is short, in characters, and no such share of all text: then it is a window's, on a page whose body is
# not in paragraphs.
SHORTEST_BODY = 1_000

# Why a reader does not see what a rule hides, for docs/rules.md.
REASONS: Final[Mapping[str, str]] = {
    "hidden.template": "A template element is never rendered.",
    "hidden.noscript": "A reader whose browser runs scripts does not see a noscript element.",
    "hidden.fallback": "What stands in a frame, player, canvas or list for browsers that do not know it.",
    "hidden.dialog": "A dialog that is not open.",
    "hidden.svg-description": "The title or description of a drawing, for those who do not see it.",
    "hidden.display-none": "Its style says `display: none`.",
    "hidden.visibility": "Its style says `visibility: hidden` or its like.",
    "hidden.opacity": "Its style makes it as good as transparent.",
    "hidden.font-size": "Its letters are too small to be read.",
    "hidden.off-screen": "Its style moves it off the screen.",
    "hidden.clip": "Its style clips it to nothing.",
    "hidden.no-size": "Its box has no height or width and hides what does not fit.",
    "hidden.transform": "Its style shrinks or turns it to nothing.",
    "hidden.transparent": "Its letters are transparent.",
    "hidden.same-colour": "Its letters have the colour of what lies behind them.",
    "hidden.attribute": "It bears `hidden` or `popover`.",
    "hidden.aria-hidden": "It bears `aria-hidden=true`.",
    "hidden.screen-reader-only": "Its class is one of those that show text to screen readers alone.",
    "hidden.framework-class": "Its class is one by which frameworks hide text, and the page says nothing else of it.",
    "hidden.stylesheet-class": "A style element of the page hides it.",
}

# Elements whose content is not rendered as text, whatever their style.
_NEVER_RENDERED = {
    "template": "hidden.template", "noscript": "hidden.noscript", "datalist": "hidden.fallback",
    "iframe": "hidden.fallback", "audio": "hidden.fallback", "video": "hidden.fallback", "canvas": "hidden.fallback",
    "noframes": "hidden.fallback", "noembed": "hidden.fallback",
}  # fmt: skip
_RULES_NEVER_UNDONE = frozenset(_NEVER_RENDERED.values())
_RENDERED_TEXT = XPath("//body//text()[not(parent::script or parent::style)]", smart_strings=False)
_SVG_DESCRIPTIONS = frozenset({"title", "desc", "metadata"})
_HIDING_ATTRIBUTES = ("style", "hidden", "aria-hidden", "popover")
_MARKED_BY_TAG = _SVG_DESCRIPTIONS | _NEVER_RENDERED.keys() | {"dialog", "font", "object"}
_NEVER_MARKED = frozenset({"html", "head", "body", "script", "style", "meta", "link"})
# Names that frameworks give to text for screen readers, also as CSS modules write them: "visuallyHidden_x1".
_SCREEN_READER_ONLY = re.compile(
    r"(?<![a-z:])(?<!not-)(?<!no-)(?:sr-?only|screen-?reader(?:s?-?(?:only|text))|vis(?:ually)?-?hidden"
    r"|hid(?:e|den)-visually|element-invisible|a11y-?(?:hidden|text|only)|assistive-?text)(?![a-z])",
    re.IGNORECASE,
)
# Parts of such names: most classes have none, and most pages few.
_OF_SCREEN_READERS = ("sronly", "sr-only", "reader", "hidden", "visually", "invisible", "a11y", "assistive")
_SHOWN_ON_SOME_WIDTH = re.compile(r"(?<![\w-])(?!focus|active)[\w-]+:not-sr-only")
# Names that hide without a sheet in the page, as whole classes: of Bootstrap, Tailwind, Bulma, UIkit, Foundation, Drupal,
# Elementor, Webflow, Angular, Salesforce and common use; also those that hide from some width on that a desk's screen has.
_HIDING = re.compile(
    r"(?<!\S)!?(?:(?:(?:sm|md|lg|xl):)?(?:hidden|invisible)|opacity-0|d-(?:(?:sm|md|lg|xl)-)?none|d-print-block|visible-print"
    r"|hidden-(?:lg|(?:sm|md|lg)-up)|(?:is|u|js)-hidden|is-invisible|uk-(?:hidden(?:@[sml])?|invisible)|hide"
    r"|hide-for-(?:medium|large)|show-for-(?:sr|print)|print-only|element-hidden|off-?screen"
    r"|elementor-(?:screen-only|hidden-desktop)|w-condition-invisible|ng-hide|slds-hide|display-none)!?(?!\S)"
)
_OF_HIDING = (
    "hid",
    "none",
    "invisible",
    "opacity-0",
    "print",
    "offscreen",
    "off-screen",
    "show-for-sr",
    "screen-only",
)
# ... unless another class shows the element again: on some width, in some state, or when a script animates it.
_SHOWN_AGAIN = re.compile(
    r"(?<!\S)(?:(?!print:|max-)[^\s:]+:(?:[^\s:]+:)*!?(?:(?:inline-)?(?:block|flex|grid|table)|inline|contents|list-item|flow-root"
    r"|visible|opacity-[1-9])|d-(?:sm|md|lg|xl|xxl)-(?!none)|visible-(?!print)|show-for-(?!sr|print)|uk-visible@"
    r"|(?:is-)?(?:active|open|opened|show|shown|visible|in)(?!\S))|transition|animat|fade|paywall"
)
# What the page's own styles must say of an element so that such a name says nothing.
_SHOWING = ("display", "visibility", "opacity")
# Panels that a reader opens, by the names that frameworks and designers give them.
_PANEL = re.compile(
    r"accordion|collaps|(?<![a-z])faq|rah-static|expand|disclosure|toggle[-_]?(?:content|body|panel)"
    r"|(?<![a-z])tab-?(?:s-)?(?:pane|panel|content)|read-?more|show-?more|more-?(?:text|content)|(?:full|rest)-?text"
    r"|spoiler|answer",
    re.IGNORECASE,
)
# ... but not what opens in front of the text.
_WINDOW = re.compile(
    r"modal|pop-?(?:up|over)|overlay|drop-?down|tool-?tip|lightbox|dialog|(?<![a-z])(?:sub-?)?menu|share|drawer",
    re.IGNORECASE,
)
_PANEL_TAGS = frozenset({"article", "dd", "div", "li", "ol", "p", "section", "span", "ul"})
_BUTTON = XPath("descendant-or-self::*[self::button or @role='button' or @aria-expanded or @onclick][1]")
# What opens panels, by attribute and its values (any where none are named), and the attributes that may say which panel.
_OPENS = {
    "aria-expanded": (), "onclick": (), "role": ("tab",), "data-toggle": ("collapse", "tab"),
    "data-bs-toggle": ("collapse", "tab"),
}  # fmt: skip
_OPENED = ("aria-controls", "data-target", "data-bs-target", "href", "onclick")
# What React has streamed in advance stands in hidden elements with such ids, and is shown as soon as it is there.
_STREAMED = re.compile(r"S:[0-9a-f]+")
_BY_SCRIPTS_SHOWN = frozenset({
    "hidden.display-none", "hidden.visibility", "hidden.opacity", "hidden.no-size", "hidden.attribute",
    "hidden.aria-hidden", "hidden.stylesheet-class", "hidden.framework-class",
})  # fmt: skip

# Nested marks beyond this depth are covered by the outer ones anyhow.
MOST_NESTED_MARKS = 16
# A background is looked for on no more than this many elements upwards.
MOST_ANCESTORS = 64
# A neighbour with so many characters is text that is meant to be seen.
LONG_ENOUGH_TO_BE_SEEN = 40
# A panel holds no more letters of links than this share.
MOST_LINKED = 0.5

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


def find_hidden(tree: HtmlElement, index: ElementIndex | None = None) -> HiddenText:
    """Find the elements whose text a reader cannot see, and the marks that would have hidden most of the page.

    Takes about 4 ms for a news page whose style elements were met before and 10 ms for another (58 pages). The tree is not changed.

    Args:
        tree: The page.
        index: Its elements; None if nobody has indexed them yet.
    """
    page = index or ElementIndex(tree)
    sheets = Stylesheets(page)
    styles = sheets.styles()
    panels = _Panels(page)
    # most elements say nothing of the kind, and are asked nothing
    asked = set(page.tagged(*_MARKED_BY_TAG)).union(styles, *map(page.having, _HIDING_ATTRIBUTES))
    asked.update(_named_for_screen_readers(page))
    named = _hidden_by_name(page, sheets)
    asked |= named
    marks = {
        element: rule
        for element in page.elements
        if element in asked
        and (
            rule := _why_hidden(
                element, styles.get(element, {}), sheets, panels, is_hidden_by_name=element in named
            )
        )
    }
    if not marks:
        return HiddenText({}, ())
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
        whole = sum(len(text.strip()) for text in cast("list[str]", _RENDERED_TEXT(tree)))
        undone = {group for group in undone if mass[group] > min(SHORTEST_BODY, MOST_PARAGRAPH_TEXT * whole)}
    outermost = {
        element: rule
        for element, rule in marks.items()
        if _group(element, rule) not in undone
        and undone.issuperset(_groups_above(element.getparent(), marks, groups))
    }
    return HiddenText(outermost, tuple(sorted(UndoneMark(group[0], mass[group] / total) for group in undone)))


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


def _why_hidden(
    element: HtmlElement,
    style: Declarations,
    sheets: Stylesheets,
    panels: _Panels,
    *,
    is_hidden_by_name: bool = False,
) -> str:
    """The rule that hides an element by what it says of itself and by what style elements say; empty if none does."""
    tag = element.tag
    if tag in _MARKED_BY_TAG:
        rule = _by_tag(element)
        if rule:
            return rule
    elif tag in _NEVER_MARKED:
        return ""
    classes, inline = element.get("class"), _own_style(element)
    can_hide = bool(inline) and _can_hide(inline)
    is_attributed = element.get("hidden") is not None or element.get("popover") is not None
    own = (
        sheets.resolved(declarations(inline), element)
        if can_hide or (inline and (style or is_attributed or element.get("aria-hidden")))
        else {}
    )
    rule = (hidden_by(own) or _by_colour(element, own)) if can_hide else ""
    if style:
        style = cascade(style, own)
        rule = (rule or "hidden.stylesheet-class") if hidden_by(style) else ""
    if not rule:
        hidden = element.get("hidden")
        if hidden is not None and hidden != "until-found":
            shown = "display" in own or _STREAMED.fullmatch(element.get("id") or "")
            rule = "" if shown else "hidden.attribute"
        elif element.get("popover") is not None:
            rule = "" if "display" in own else "hidden.attribute"
        elif element.get("aria-hidden") == "true" and not (classes and "paywall" in classes.split()):
            rule = "hidden.aria-hidden"
        elif classes and _is_for_screen_readers(classes):
            return "hidden.screen-reader-only"
        elif is_hidden_by_name:
            rule = "hidden.framework-class"
    return "" if rule in _BY_SCRIPTS_SHOWN and panels.is_panel(element, style or own) else rule


def _own_style(element: HtmlElement) -> str:
    """An element's own declarations: its style attribute, and the colour of a font, which gives way to that."""
    inline = element.get("style") or ""
    return (
        f"color:{element.get('color')};{inline}" if element.tag == "font" and element.get("color") else inline
    )


@lru_cache(maxsize=4096)
def _can_hide(inline: str) -> bool:
    """Whether a style attribute is worth a proper look."""
    return "color" in inline.lower() or "\\" in inline or "/*" in inline or may_hide(squeezed(inline))


def _named_for_screen_readers(page: ElementIndex) -> Iterator[HtmlElement]:
    text = " ".join(page.by_classes).lower()
    parts = [part for part in _OF_SCREEN_READERS if part in text]
    for part in parts:
        for classes, elements in page.by_classes.items():
            if part in classes.lower() and _is_for_screen_readers(classes):
                yield from elements


@lru_cache(maxsize=8192)
def _is_for_screen_readers(classes: str) -> bool:
    lowered = classes.lower()
    return (
        any(part in lowered for part in _OF_SCREEN_READERS)
        and _SCREEN_READER_ONLY.search(classes) is not None
        and not _SHOWN_ON_SOME_WIDTH.search(classes)
    )


def _hidden_by_name(page: ElementIndex, sheets: Stylesheets) -> set[HtmlElement]:
    """The elements with text that have a class by which frameworks hide, and of which the page's own styles do not speak."""
    named = {
        element
        for classes, elements in page.by_classes.items()
        if any(part in classes for part in _OF_HIDING) and _hides_by_name(classes)
        for element in elements
        if element.tag not in _NEVER_MARKED and element.text_content().strip()
    }
    if not named:
        return named
    own = {
        element
        for element in named
        if not declarations(element.get("style") or "").keys().isdisjoint(_SHOWING)
    }
    return named - own - sheets.declaring(named - own, _SHOWING)


@lru_cache(maxsize=8192)
def _hides_by_name(classes: str) -> bool:
    return _HIDING.search(classes) is not None and _SHOWN_AGAIN.search(classes) is None


class _Panels:
    """Prose that a reader opens: by its name, its role, its way of opening, or the button beside it.

    Args:
        page: The page.
    """

    def __init__(self, page: ElementIndex) -> None:
        self._page = page

    @cached_property
    def _controlled(self) -> frozenset[str]:
        """The ids of what buttons and tabs open."""
        openers = {
            element
            for name, values in _OPENS.items()
            for element in self._page.having(name)
            if not values or element.get(name) in values
        }
        texts = [text for element in openers for name in _OPENED if (text := element.get(name))]
        return frozenset(name for text in texts for name in re.findall(r"[\w:.-]+", text))

    def is_panel(self, element: HtmlElement, style: Declarations) -> bool:
        """Whether an element that is hidden now is such prose."""
        if element.tag not in _PANEL_TAGS or element.get("role") in {
            "menu",
            "dialog",
            "alertdialog",
            "listbox",
        }:
            return False
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        if _WINDOW.search(names) or not (
            _PANEL.search(names)
            or element.get("role") == "tabpanel"
            or "height" in value(style, "transition")
            or _is_button(element.getprevious())
            or (element.get("id") and element.get("id") in self._controlled)
        ):
            return False
        if any(
            outer.tag in {"nav", "header", "footer", "form", "dialog"} for outer in element.iterancestors()
        ):
            return False
        length = len(element.text_content().strip())
        return sum(len(link.text_content()) for link in element.iter("a")) < length * MOST_LINKED


def _is_button(element: HtmlElement | None) -> bool:
    return element is not None and bool(_BUTTON(element))


def _by_tag(element: HtmlElement) -> str:
    tag = element.tag
    if tag == "font":
        return ""  # its colour is looked at with the style
    if tag == "dialog":
        return "" if element.get("open") is not None else "hidden.dialog"
    if tag == "object":
        return "hidden.fallback" if element.get("data") else ""
    if tag in _SVG_DESCRIPTIONS:
        return "hidden.svg-description" if next(element.iterancestors("svg"), None) is not None else ""
    return _NEVER_RENDERED[tag]


def _by_colour(element: HtmlElement, own: Declarations) -> str:
    """Whether an element's own colour is that of what lies behind it.

    That is the nearest background that the page declares, else white. A class on the way may bring any background:
    then white text counts as hidden only among neighbours without a colour of their own, which must be seen as well.
    """
    letters = colour(text_colour(own))
    if letters is None or shows_another_way({**own, "-webkit-text-fill-color": ""}):
        return ""
    node: HtmlElement | None = element
    for _ in range(MOST_ANCESTORS):
        if node is None:
            break
        style = declarations(node.get("style") or "")
        declared = value(style, "background-color") or value(style, "background") or node.get("bgcolor") or ""
        if declared and declared not in {"none", "transparent", "inherit", "initial", "unset"}:
            return "hidden.same-colour" if same_colour(letters, colour(declared)) else ""
        if value(style, "background-image"):
            return ""
        if node.get("class") and not _stands_among_uncoloured(element):
            return ""
        node = node.getparent()
    return "hidden.same-colour" if same_colour(letters, WHITE) else ""


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
    "\ue000-\uf8ff\U000f0000-\U0010ffff"  # private use: whatever the page's font draws, mostly icons
    "\u3164\uffa0\ufeff\ufff9-\ufffc"  # Hangul fillers, byte order mark, annotations, object replacement
    "\ufdd0-\ufdef\ufffe\uffff"  # noncharacters
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # shorthand and musical formatting
    "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"  # tags and unassigned ignorables
)
# Any character that one of the five patterns here speaks of: most texts have none, and are left alone after one search.
_MAY_BE_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800"
    "\u3164\uffa0\ue000-\uf8ff"
    "\ufe00-\ufe0f\ufeff\ufff9-\uffff\ufdd0-\ufdef\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U0001f3f4\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
# Controls that are white space, and the blank of Braille.
_BLANK = re.compile("[\x0b\x0c\x1c-\x1f\x85\u2800]")
# Hangul fillers stand for a consonant or a vowel that a syllable lacks.
_FILLER = re.compile(
    "((?<=[\u1100-\u115e\ua960-\ua97c])\u1160|\u115f(?=[\u1161-\u11a7\ud7b0-\ud7c6]))|[\u115f\u1160]"
)
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

    Zero-width spaces, bidirectional controls, soft hyphens, tag characters, controls, private use and the like go. Joiners stay in
    scripts that are shaped by them and between emoji, variation selectors stay after what they vary, and the flags of
    England, Scotland and Wales stay whole. A blank that is no space becomes one. Line ends and tabs stay.
    """
    if (text.isascii() and text.isprintable()) or _MAY_BE_INVISIBLE.search(text) is None:
        return text
    text = _INVISIBLE.sub(r"\1", text)
    text = _BLANK.sub(" ", text)
    text = _FILLER.sub(r"\1", text)
    text = _VARIATION_SELECTOR.sub(r"\1", text)
    return _JOINER.sub(r"\1", text)
