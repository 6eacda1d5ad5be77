"""Text to a tree, whatever the text."""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from newsclean.article import NoArticle

LARGEST_PAGE = 10_000_000  # characters; a page's limit of time could not be kept beyond

_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_A_TAG = re.compile(r"<[a-zA-Z!/]")


def parse(text: str) -> HtmlElement:
    """Parse a page.

    Raises:
        NoArticle: The text is empty, no HTML, or larger than :data:`LARGEST_PAGE`.
    """
    if not text.strip():
        raise NoArticle("empty", "the page has no content")
    if len(text) > LARGEST_PAGE:
        raise NoArticle("too-large", f"the page is larger than {LARGEST_PAGE} characters")
    if text.startswith("%PDF-") or not _A_TAG.search(text, 0, 65536):
        raise NoArticle("not-html", "the content is no HTML")
    try:
        tree = document_fromstring(_XML_DECLARATION.sub("", text), parser=HTMLParser(huge_tree=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise NoArticle("not-html", "the content cannot be parsed as HTML") from error
    return tree
