"""Text that a reader cannot see."""

from __future__ import annotations

import re

from lxml.etree import XPath
from lxml.html import HtmlElement

_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\U000e0000-\U000e007f\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
_MARKED = XPath("//*[@hidden or @aria-hidden='true' or @style or contains(@class, 'hidden') or contains(@class, 'sr-only') or contains(@class, 'screen-reader')]")
_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
_NAMES = re.compile(r"(?:^|\s)(?:sr-only|visually-?hidden|screen-reader(?:-only|-text)?)(?:\s|$)")
# Sites hide whole bodies until a script shows them: what holds most of the page's text is not hidden from readers.
MOST_OF_THE_TEXT = 0.4


def strip_invisible_characters(text: str) -> str:
    """The text without characters that show nothing or steer the direction of writing."""
    return text if text.isascii() and text.isprintable() else _INVISIBLE.sub("", text)


def hidden_elements(tree: HtmlElement) -> dict[HtmlElement, str]:
    """Elements whose text a reader cannot see, each with the id of the rule that says so."""
    found: dict[HtmlElement, str] = {}
    total = 0
    for element in _MARKED(tree):
        rule = _rule(element)
        if rule:
            total = total or sum(len(p.text_content()) for p in tree.iter("p")) or 1
            if sum(len(p.text_content()) for p in element.iter("p")) <= MOST_OF_THE_TEXT * total:
                found[element] = rule
    return found


def _rule(element: HtmlElement) -> str:
    if element.get("hidden") is not None:
        return "hidden.attribute"
    if element.get("aria-hidden") == "true":
        return "hidden.aria-hidden"
    if _STYLE.search(element.get("style") or ""):
        return "hidden.style"
    if _NAMES.search(element.get("class") or ""):
        return "hidden.screen-reader-only"
    return ""
