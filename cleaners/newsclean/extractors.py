"""What other extractors make of the page: one voice each for the judge, as one verdict a block.

resiliparse is asked on every page. trafilatura, four times as slow, is asked where the judge is in doubt: the two err on
different pages.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate

from lxml.etree import strip_elements
from resiliparse.extract.html2text import extract_plain_text
from trafilatura import bare_extraction
from trafilatura.settings import Extractor

from newsclean.blocks import LISTS_AND_TABLES, Block, Container, Role, Segmentation, keys
from newsclean.parse import page_around
from newsclean.passages import Passages

# Shorter texts are found inside longer lines by chance ("More", "By").
SHORTEST_PART = 12

# A paragraph of prose has so many characters, and at most this share of them in links.
SHORTEST_PROSE, MOST_LINKS = 90, 0.35
# The region holds this share of the page's prose.
SHARE_OF_PROSE = 0.9
NEVER_TEXT = ("script", "style", "noscript", "template", "nav", "footer", "svg", "iframe", "button", "select")

# The same for every page; to make them anew takes as long as to read a small one.
_OPTIONS = Extractor(output_format="python", fast=True, recall=True, comments=False, with_metadata=False)

# A page without a body is our caller's finding to report, not trafilatura's to print.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


class Extractors:
    """The other extractors of one page. Each is asked when its verdict is first wanted, and only once.

    Args:
        html: The page.
        segmentation: The page in blocks.
    """

    def __init__(self, html: str, segmentation: Segmentation) -> None:
        self._html = html
        self._segmentation = segmentation

    @cached_property
    def trafilatura(self) -> Sequence[bool]:
        """Which blocks trafilatura takes for the body."""
        return trafilatura_verdict(self._segmentation)

    @cached_property
    def resiliparse(self) -> Sequence[bool]:
        """Which blocks resiliparse takes for the main content."""
        return resiliparse_verdict(self._html, self._segmentation.blocks)


def trafilatura_verdict(segmentation: Segmentation) -> list[bool]:
    """Which blocks trafilatura takes for the body; the tree is not changed.

    It is handed the region that holds the page's prose, not the page, and asked for recall: a third of the time, and on
    publishers' pages block F1 .930 in place of .924 (benchmarks/extractors.py). ``fast`` leaves out its comparison with
    readability-lxml: resiliparse is the second opinion here.
    """
    if not segmentation.blocks:
        return []
    page = page_around(region(segmentation).element)
    strip_elements(page, *NEVER_TEXT, with_tail=False)
    document = bare_extraction(page, options=_OPTIONS)
    text = document.text if document is not None and not isinstance(document, dict) else ""
    return matched_blocks((text or "").split("\n"), segmentation.blocks)


def region(segmentation: Segmentation) -> Container:
    """The innermost container with nearly all paragraphs of prose, or the whole page if it has none."""
    before = [0, *accumulate(len(block.text) if _is_prose(block) else 0 for block in segmentation.blocks)]
    least = SHARE_OF_PROSE * max(before[-1], 1)
    holding = [c for c in segmentation.containers if before[c.end] - before[c.first] >= least]
    innermost = max(holding, key=lambda container: container.depth, default=segmentation.containers[0])
    while innermost.tag in LISTS_AND_TABLES and innermost.parent is not None:
        innermost = innermost.parent
    return innermost


def _is_prose(block: Block) -> bool:
    length = len(block.text)
    return (
        length >= SHORTEST_PROSE
        and block.link_length <= MOST_LINKS * length
        and not block.hidden
        and not block.roles & (Role.NAV | Role.FOOTER)
    )


def resiliparse_verdict(html: str, blocks: Sequence[Block]) -> list[bool]:
    """Which blocks resiliparse takes for the main content."""
    text = extract_plain_text(html, main_content=True, alt_texts=False, list_bullets=False, comments=False)
    return matched_blocks(text.split("\n"), blocks)


def matched_blocks(lines: Sequence[str], blocks: Sequence[Block]) -> list[bool]:
    """Which blocks stand among an extractor's lines, as a line or inside of one."""
    found = list(filter(None, keys(lines)))
    whole, passages = set(found), Passages(found)
    return [
        letters in whole or (len(letters) >= SHORTEST_PART and passages.hold(letters))
        for letters in (block.key for block in blocks)
    ]
