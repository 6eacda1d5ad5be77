"""Search a page for what its usual places do not tell: labels and signatures anywhere, and what it keeps for its scripts.

Slower than the usual places and surer to meet other stories: asked only where those tell nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lxml.etree import XPath
from lxml.html import HtmlElement

from newsclean.blocks import SKIPPED
from newsclean.metadata.markup import MOST_MARKED, Place, element_lines, element_text, place_of, select
from newsclean.metadata.names import begins_credit, is_by
from newsclean.metadata.record import fold, unescape_json

# Stated limits: characters of a line, of the text or the scripts searched.
LONGEST_LINE = 120
LONGEST_SEARCHED = 1_500_000
LONGEST_TEXT = 2_000
# A longer script holds more than the facts of one page.
LONGEST_FACTS = 10_000
# Elements that begin with a credit.
MOST_LOOKED = 100

# Elements that credits stand in.
CREDITING = tuple("p div span a li dt em i strong b small h2 h3 h4 h5 h6 address label cite td".split())
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
# Names of a publication's date in the state that a page leaves for its scripts, plain or escaped once.
_STATE_DATE = re.compile(
    r"""\\?"(?:date_?published|published_?(?:at|on|date|time)|publish(?:ing)?_?(?:date|time|at)|publication_?(?:date|time)|first_?published(?:_?(?:at|date))?|pub_?date)\\?"\s*:\s*\\?"?([\dTZ:.+ -]{8,35})""",
    re.IGNORECASE,
)
# An author's name among a page's few facts for counting readers, as tag managers hold them.
_STATE_AUTHOR = re.compile(
    r"""["'](?:page_?(?:post_?)?author(?:_?name)?|article_?author(?:_?name)?|author_?names?|content_?author|byline|authors?)["']\s*:\s*\[?\s*["']((?:[^"'\\\n<>]|\\u[0-9a-f]{4}){3,80})["']""",
    re.IGNORECASE,
)
_RIGHT = XPath("descendant::p[contains(@style,'right') or contains(@class,'right') or @align='right']")


def labelled_texts(tree: HtmlElement) -> list[str]:
    """Short texts anywhere on the page that hold a year, each with what stands right before it in its element."""
    body = tree.find("body")
    found: list[str] = []
    if body is None:
        return found
    total = 0
    for element in body.iter():
        if not isinstance(element.tag, str) or element.tag in SKIPPED:
            continue
        for text in (element.text, element.tail):
            total += len(text) if text else 0
            if (
                text
                and _YEAR.search(text[:LONGEST_TEXT])
                and len(line := fold(text[:LONGEST_TEXT])) <= LONGEST_LINE
            ):
                around = element if text is element.text else element.getparent()
                whole = element_text(around if around is not None else element)
                found.append(whole if len(whole) <= LONGEST_LINE else line)
        if len(found) >= MOST_MARKED or total > LONGEST_SEARCHED:
            break
    return found


def credit_lines(tree: HtmlElement) -> list[str]:
    """Short lines anywhere outside comments and lists of stories that begin with a credit such as "Written by"."""
    body = tree.find("body")
    found: list[str] = []
    if body is None:
        return found
    total = looked = 0
    for element in body.iter(*CREDITING):
        text = element.text
        if not text:
            continue
        total += len(text)
        if total > LONGEST_SEARCHED or len(found) >= MOST_MARKED:
            break
        start = text[:60].lstrip()[:40]
        if not start or not begins_credit(start):
            continue
        looked += 1
        if looked > MOST_LOOKED:
            break
        if place_of(element, None) is not Place.OTHER:
            lines = element_lines(element)
            parent = element.getparent()
            if lines == [fold(text)] and is_by(lines[0]) and parent is not None:
                # the words are an element of their own, the names beside it
                lines = element_lines(parent)
            whole = " ".join((*lines[:1], ", ".join(lines[1:])))
            if len(whole) <= LONGEST_LINE:
                found.append(whole)
    return found


def signatures(tree: HtmlElement) -> list[str]:
    """Short texts set at the right, where writers sign their article in many countries."""
    return [
        text
        for element in select(_RIGHT, tree)[:MOST_MARKED]
        if place_of(element, None) is not Place.OTHER and 4 <= len(text := element_text(element)) <= 40
    ]


def state_dates(tree: HtmlElement) -> list[str]:
    """Dates under the names that pages drawn by scripts file a publication under, in their order."""
    for text in _scripts(tree):
        if "ubli" in text and (found := [match[1] for match in islice(_STATE_DATE.finditer(text), 4)]):
            return found
    return []


def state_authors(tree: HtmlElement) -> list[str]:
    """The name that a page files as its author's for counting readers."""
    for text in _scripts(tree):
        if len(text) <= LONGEST_FACTS and "uthor" in text and (found := _STATE_AUTHOR.search(text)):
            return [unescape_json(found[1])]
    return []


def _scripts(tree: HtmlElement) -> Iterator[str]:
    """The page's own scripts; JSON-LD is read elsewhere."""
    searched = 0
    for script in tree.iter("script"):
        text = script.text or ""
        searched += len(text)
        if searched > LONGEST_SEARCHED:
            return
        if "ld+json" not in (script.get("type") or ""):
            yield text
