"""Text of a page to a tree.

What the tree is like (lxml 6 on libxml2 2.14, whose tokenizer follows the HTML standard and whose tree builder does
not) and what follows for those who walk it:

- Text, a ``div`` or any other element of a body in ``head`` ends the head: later ``meta`` and ``link`` elements stand in
  ``body``. Look for metadata in the whole tree.
- An open ``p`` ends where another block starts, and an open ``a`` where another ``a`` starts; other inline elements do
  not continue in the next block, as they would in a browser (no adoption agency).
- ``noscript`` and ``template`` have their content as children; ``iframe``, ``textarea``, ``script`` and ``style`` have
  it as text, with the tags in it. Custom elements, ``svg`` and ``math`` are elements like any other.
- ``<div/>`` is an empty element. Stray text in a ``table`` stays there. Names with a colon keep it in ``tag``.
- Comments and processing instructions are left out, so that text around them is one string.
- A page of frames has no ``body``; any other has one, whether its tags are written or left out.
"""

from __future__ import annotations

import json
import re
from copy import copy

from lxml.etree import ElementDefaultClassLookup, ParserError, SubElement
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from newsclean.article import NoArticle

# Longer pages are refused: ten times the longest article page met, and seconds of work.
LONGEST_PAGE = 10_000_000
# In characters; from here on a page is searched for elements with too many attributes. Below, even the worst page
# costs the parser no more than a few seconds.
LENGTH_TO_SEARCH_ATTRIBUTES = 500_000
# The parser takes time by the square of an element's attributes; further ones are dropped.
MOST_ATTRIBUTES = 1_000
# libxml2 ends the document where elements nest deeper than 2,048. Nesting without attributes beyond this depth
# means nothing and is dropped when that happens.
DEEPEST_BARE_NESTING = 64
# Where less of the start of a "page" is text, it is an image, an archive or the like.
LENGTH_TO_JUDGE_TEXT = 4_096
MOST_UNPRINTABLE = 0.1

_MARKUP = re.compile(
    r"<(?:!doctype\s+html|html|head|body|title|meta|div|p|article|section|main|header|span|h[1-6]|br|hr|table|tr|td|ul|ol|li"
    r"|dl|blockquote|pre|center|font|form|img|a|b|i|em|strong|frameset|noscript|template|script|style)[\s/>]",
    re.IGNORECASE,
)
_XML_DECLARATION = re.compile(r"\s*+<\?xml[^>]*+>")
_FEED = re.compile(r"\s*+(?:<!--(?>.*?-->)\s*+)*+<(rss|feed|urlset|sitemapindex|rdf:RDF|svg)\b", re.DOTALL)
_BINARY = re.compile(
    r"\s*+(%PDF-|PK\x03\x04|GIF8|.PNG\r?\n|\x1f.\x08|.{6,10}JFIF|RIFF.{4}WEBP|.{4}ftyp)", re.DOTALL
)
_UNPRINTABLE = re.compile("[\0-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffd]")
# libxml2 reads nothing after </html> and starts a second body after </body>; browsers ignore both.
_END_OF_BODY = re.compile(rb"</(?:body|html)\s*>", re.IGNORECASE)
# A tag and no more than so many of its attributes, told apart as the HTML standard's tokenizer does. All repetition is
# possessive, so that time grows with the length only.
_TAG_START = (
    r"""[^\s/>]*+(?>[\s/]*+(?:=[^\s>=/]*+|[^\s>=/]++)(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?+)?+)"""
    f"{{0,{MOST_ATTRIBUTES}}}+"
)
_RAW_TEXT = "|".join(
    rf"<{name}\b{_TAG_START}[\s/]*+>[^<]*+(?:<(?!/{name})[^<]*+)*+" for name in ("script", "style")
)
_ORDINARY_MARKUP = re.compile(
    rf"(?:[^<]++|<(?![a-z])|{_RAW_TEXT}|<[a-z]{_TAG_START}[\s/]*+>)*+", re.IGNORECASE
)
_START_OF_LONG_TAG = re.compile(f"<[a-z]{_TAG_START}", re.IGNORECASE)
_REST_OF_LONG_TAG = re.compile(r"""(?:[^"'>]++|"[^"]*+"|'[^']*+')*+>?""")
_NESTING_TAG = re.compile(
    r"<(/?)(div|span|section|font|center|b|i|u|em|strong|small|big|blockquote|ul|ol|table)(\s[^<>]*)?>",
    re.IGNORECASE,
)
# The elements of a head per the HTML standard, and frames, which stand beside it.
_OF_HEAD = frozenset(
    "title base basefont bgsound link meta style script noscript template command isindex object".split()
)
_PLAIN_ELEMENTS = ElementDefaultClassLookup(element=HtmlElement)


def parse(text: str, *, is_bounded: bool = False) -> HtmlElement:
    """Parse a page.

    Takes 2 to 3 ms for 300,000 characters; broken markup is mended by the parser.

    Args:
        text: The page, as :func:`newsclean.decode.decode` gives it.
        is_bounded: Whether it went through :func:`bound_attributes`.

    Returns:
        The ``html`` element.

    Raises:
        NoArticle: ``empty``, ``not-html`` (a feed, JSON, plain text, a binary file) or ``too-large`` (more than
            ``LONGEST_PAGE`` characters, or elements nested more than 2,048 deep).
    """
    if len(text) > LONGEST_PAGE:
        raise NoArticle("too-large", f"{len(text):,} characters; the limit is {LONGEST_PAGE:,}")
    text = text.removeprefix("\ufeff")
    declaration = _XML_DECLARATION.match(text)
    if declaration:  # lxml refuses text that declares its bytes' encoding
        text = text[declaration.end() :]
    if not text or text.isspace():
        raise NoArticle("empty", "the page has no content")
    _require_html(text)
    if not is_bounded:
        text = bound_attributes(text)
    tree, whole = _parse(text)
    if not whole:
        tree, whole = _parse(_drop_bare_nesting(text))
    if not whole:
        raise NoArticle("too-large", "elements nest more than 2,048 deep")
    return tree


def page_around(element: HtmlElement) -> HtmlElement:
    """A page of its own that holds a copy of an element, for readers that want a whole page.

    Returns:
        The ``html`` element.
    """
    part = copy(element)
    part.tail = None
    page = document_fromstring(b"<html><body></body></html>", parser=_parser())
    body = page[-1]
    if part.tag == "body":
        page.replace(body, part)
    else:
        body.append(part)
    return page


def _parser() -> HTMLParser:
    # fed bytes in its own encoding: characters would be converted to them, more slowly
    parser = HTMLParser(
        huge_tree=True, remove_comments=True, remove_pis=True, collect_ids=False, encoding="utf-8"
    )
    # lxml.html asks a Python function for each element's class, which costs 4 ms a page: here all are plain elements
    parser.set_element_class_lookup(_PLAIN_ELEMENTS)
    return parser


def _parse(text: str) -> tuple[HtmlElement, bool]:
    """The tree, and whether the parser came to the end of the text."""
    parser = _parser()
    page = _END_OF_BODY.sub(b"", text.encode(errors="replace"))
    try:
        tree = document_fromstring(page, parser=parser)
    except ParserError as error:
        raise NoArticle("empty", "the page holds no element and no text") from error
    _end_head(tree)
    return tree, all(entry.type_name != "ERR_RESOURCE_LIMIT" for entry in parser.error_log)


def _end_head(tree: HtmlElement) -> None:
    """Begin the body where the HTML standard does: libxml2 takes elements that it does not know for a head's."""
    head = tree.find("head")
    if head is None:
        return
    start = next((i for i, element in enumerate(head) if element.tag not in _OF_HEAD), None)
    if start is None:
        return
    body = tree.find("body")
    if body is None:
        body = SubElement(tree, "body")
    children = head[start:]
    children[-1].tail = f"{children[-1].tail or ''}{body.text or ''}" or None
    body.text = None
    body[:0] = children


def _require_html(text: str) -> None:
    feed = _FEED.match(text)
    if feed:
        raise NoArticle("not-html", f"an XML document ({feed[1]})")
    if _BINARY.match(text):
        raise NoArticle("not-html", "a binary file")
    start = text[:LENGTH_TO_JUDGE_TEXT].lstrip()
    if not _MARKUP.match(start) and len(_UNPRINTABLE.findall(start)) > MOST_UNPRINTABLE * len(start):
        raise NoArticle("not-html", "bytes that are no text")
    if start[:1] in {"{", "["} and _is_json(text):
        raise NoArticle("not-html", "JSON")
    if not _MARKUP.search(text):
        raise NoArticle("not-html", "text without HTML elements")


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def bound_attributes(text: str) -> str:
    """Keep the first ``MOST_ATTRIBUTES`` of each tag, for parsers that take time by the square of their number.

    Costs nothing up to ``LENGTH_TO_SEARCH_ATTRIBUTES`` characters and 2 ms for a million beyond. :func:`parse` does it
    itself; it is public for other parsers of the same text.
    """
    if len(text) <= LENGTH_TO_SEARCH_ATTRIBUTES:
        return text
    pieces: list[str] = []
    position = 0
    while True:
        end = _end(_ORDINARY_MARKUP, text, position)
        pieces.append(text[position:end])
        if end == len(text):
            return "".join(pieces)
        position = _end(_START_OF_LONG_TAG, text, end)
        pieces.append(text[end:position] + ">")
        position = _end(_REST_OF_LONG_TAG, text, position)


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position + 1


def _drop_bare_nesting(text: str) -> str:
    """Drop the tags of elements without attributes that nest deeper in their like than any page means."""
    dropped: dict[str, list[bool]] = {}

    def decide(tag: re.Match[str]) -> str:
        name = tag[2].lower()
        levels = dropped.setdefault(name, [])
        if tag[1]:
            return "" if levels and levels.pop() else tag[0]
        bare = not tag[3] or tag[3].isspace()
        levels.append(bare and len(levels) >= DEEPEST_BARE_NESTING)
        return "" if levels[-1] else tag[0]

    return _NESTING_TAG.sub(decide, text)
