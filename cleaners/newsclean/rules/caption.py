"""Captions, photo credits and alternative texts: they belong to an image, not to the text."""

from __future__ import annotations

import re

from newsclean.article import RemovalKind
from newsclean.blocks import Block
from newsclean.captions import ends_in_credit, is_credit_line
from newsclean.rules.rule import BlockRule, Context

# "(AP Photo)", "(Jane Roe via Getty Images)": what no sentence ends in, image or not.
_SURE_CREDIT = re.compile(
    r"[(\[][^()\[\]]*(?:\b(?:photos?|fotos?|handout|courtesy|via)\b|/)[^()\[\]]*[)\]]\W*$", re.IGNORECASE
)
# Evidence that a sentence of the body may bear as well.
CEILINGS = {"caption.emphasised-line": 0.95, "caption.repeats-alt": 0.97}


def _found_with_an_image(rule: str) -> BlockRule:
    def predicate(block: Block, context: Context) -> bool:
        return context.captions.get(block.index) == rule

    reason = {
        "caption.figcaption": "A figcaption is its figure's caption by the HTML standard.",
        "caption.image-box": "A small box that holds an image and a line or two holds that image's caption.",
        "caption.named": "The element says by its class that it is a caption or photo credit, and an image stands by.",
        "caption.after-image": "A line straight after an image that ends in a photo credit, or starts like one.",
        "caption.emphasised-line": "A short line straight after an image, all in italics or bold, or with a credit beneath it.",
        "caption.repeats-alt": "The line says what the image's alternative text says.",
        "caption.credit-line": "A line beside an image that names its photographer or agency.",
    }[rule]
    kind: RemovalKind = "credit" if rule == "caption.credit-line" else "caption"
    return BlockRule(rule, kind, reason, predicate, ceiling=CEILINGS.get(rule, 1.0))


def _ends_in_agency_credit(block: Block, context: Context) -> bool:
    if context.has_markup and not _SURE_CREDIT.search(block.text):
        return False
    return ends_in_credit(block.text) and not block.text.startswith(("“", '"', "„", "«"))


def _alternative_text_line(block: Block, context: Context) -> bool:
    """Without markup, a line that only labels the caption beneath it: its beginning again, or a name for a photo."""
    if context.has_markup or len(block.text) > 150:
        return False
    after = context.neighbour(block, 1)
    return after is not None and after.after_break and _ends_in_agency_credit(after, context)


def _bare_credit_line(block: Block, context: Context) -> bool:
    return not context.has_markup and is_credit_line(block.text)


RULES = (
    _found_with_an_image("caption.figcaption"),
    _found_with_an_image("caption.credit-line"),
    _found_with_an_image("caption.image-box"),
    _found_with_an_image("caption.named"),
    _found_with_an_image("caption.after-image"),
    _found_with_an_image("caption.emphasised-line"),
    _found_with_an_image("caption.repeats-alt"),
    BlockRule(
        "caption.agency-credit", "caption",
        "A line that ends in a photographer's or agency's name in brackets is a caption.",
        _ends_in_agency_credit,
    ),
    BlockRule(
        "caption.alternative-text", "caption",
        "Text without markup: the short line on top of a caption is the image's alternative text.",
        _alternative_text_line,
    ),
    BlockRule(
        "caption.bare-credit", "credit", "A line that is nothing but a photo credit.", _bare_credit_line,
    ),
)  # fmt: skip
