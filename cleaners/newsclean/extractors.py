"""What other extractors make of the page: one voice each for the judge, as one verdict a block.

trafilatura finds the body; resiliparse, ten times as fast, is asked as well, since the two err on different pages.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Sequence

from lxml.html import HtmlElement
from resiliparse.extract.html2text import extract_plain_text
from trafilatura import bare_extraction

from newsclean.blocks import Block

# Shorter texts are found inside longer lines by chance ("More", "By").
SHORTEST_PART = 12

_NOT_LETTERS = re.compile(r"[\W_]+")

# A page without a body is our caller's finding to report, not trafilatura's to print.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def trafilatura_verdict(tree: HtmlElement, blocks: Sequence[Block]) -> list[bool]:
    """Which blocks trafilatura takes for the body; the tree is not changed.

    ``fast`` leaves out its comparison with readability-lxml (23 % of its time): resiliparse is the second opinion here.
    """
    document = bare_extraction(tree, fast=True, include_comments=False, with_metadata=False)
    text = document.text if document is not None and not isinstance(document, dict) else ""
    return _matched((text or "").split("\n"), blocks)


def resiliparse_verdict(html: str, blocks: Sequence[Block]) -> list[bool]:
    """Which blocks resiliparse takes for the main content."""
    text = extract_plain_text(html, main_content=True, alt_texts=False, list_bullets=False, comments=False)
    return _matched(text.split("\n"), blocks)


def _matched(lines: Iterable[str], blocks: Sequence[Block]) -> list[bool]:
    keys = [key for line in lines if (key := _key(line))]
    whole, joined = set(keys), "\n".join(keys)
    verdict = []
    for block in blocks:
        key = _key(block.text)
        verdict.append(key in whole or (len(key) >= SHORTEST_PART and key in joined))
    return verdict


def _key(text: str) -> str:
    return _NOT_LETTERS.sub("", text).lower()
