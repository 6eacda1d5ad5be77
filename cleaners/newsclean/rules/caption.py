"""Captions, photo credits and alternative texts: they belong to an image, not to the text."""

from __future__ import annotations

import re

from newsclean.article import RemovalKind
from newsclean.blocks import Block
from newsclean.captions import LONGEST_SIGNED, ends_in_agencies_alone, ends_in_credit, is_credit_line
from newsclean.markdown import is_picture
from newsclean.rules.credit import is_agency_line, is_credit_statement
from newsclean.rules.rule import BlockRule, Context, key, without_markup
from newsclean.vocabulary import pattern

# "(AP Photo)", "(Jane Roe via Getty Images)": what no sentence ends in, image or not.
_SURE_CREDIT = pattern(
    r"[(\[](?:[^()\[\]]*\b(?:handout|courtesy of|via)\b[^()\[\]]*|(?:[\w.]+\s+)?(?-i:Photos?|Fotos?|PHOTO|FOTO)\b[^()\[\],]*"
    r"|[^()\[\],]*/\s*{caption.agencies}|{caption.agencies}\s*/[^()\[\],]*)[)\]]\W*$"
)
# "CBN Photo", "Reuters Photo"
_OUTLETS_PHOTO = pattern(r"(?:{caption.agencies}|(?-i:[A-Z]{2,6}))\s+{caption.bare}")
_SENTENCE_END = re.compile(r"[.!?…][”\"'’»“)\]]*$")
_SENTENCE_INSIDE = re.compile(r"[^\WA-ZÀ-Þ]{2}[.!?]\s+[^\W\da-zß-ÿ]")
_SPEECH = re.compile(r"[“”„«»\"]\s*[,.–—]|[,.!?][“”»\"]")
# A caption is shorter than this.
LONGEST_CAPTION = 600
# A whole sentence of this length, apart from the credit under it, is a paragraph; of two sentences it is at any length.
LONGEST_SENTENCE_APART = 90
# So many words that are said again at once are no accident.
FEWEST_REPEATED = 4
# Alternative texts, and captions over a credit of their own, are a line or two.
LONGEST_LABEL = 150
# Evidence that a sentence of the body may bear as well.
CEILINGS = {"caption.emphasised-line": 0.97, "caption.repeats-alt": 0.98}


def _found_with_an_image(rule: str) -> BlockRule:
    def predicate(block: Block, context: Context) -> bool:
        return context.captions.get(block.index) == rule

    reason = {
        "caption.figcaption": "A figcaption is its figure's caption by the HTML standard.",
        "caption.image-box": "A small box that holds an image and a line or two holds that image's caption.",
        "caption.named": "The element says by its class that it is a caption or photo credit, and an image stands by.",
        "caption.after-image": "A line straight after an image that ends in a photo credit, or has one beneath it.",
        "caption.emphasised-line": "A short line straight after an image, all in italics.",
        "caption.repeats-alt": "The line says what the image's alternative text says.",
        "caption.credit-line": "A line beside an image that names its photographer or agency.",
    }[rule]
    kind: RemovalKind = "credit" if rule == "caption.credit-line" else "caption"
    return BlockRule(
        rule, kind, reason, predicate,
        ceiling=CEILINGS.get(rule, 1.0), possible=lambda context: rule in context.captions.values(),
    )  # fmt: skip


def _ends_in_agency_credit(block: Block, context: Context) -> bool:
    if block.text.startswith(("“", '"', "„", "«")) or len(block.text) > LONGEST_CAPTION:
        return False
    if context.has_markup:
        has_bracket = ")" in block.text or "]" in block.text  # most texts have none
        return has_bracket and _SURE_CREDIT.search(block.text) is not None and ends_in_credit(block.text)
    if block.kind == "list" or block.text[:1].isdigit() or not ends_in_credit(block.text):
        return False
    # an agency signs its last paragraph, or a long one, in the same way: "… said the board. (dpa)"
    return not ends_in_agencies_alone(block.text) or (
        len(block.text) <= LONGEST_SIGNED and not context.at_end(block, 0)
    )


def _alternative_text_line(block: Block, context: Context) -> bool:
    """Without markup, a line that only labels the caption beneath it: its beginning again, or a name for a photo."""
    if context.has_markup or len(block.text) > LONGEST_LABEL or block.kind == "list":
        return False
    after = context.neighbour(block, 1)
    if after is None:
        return False
    if _begins_with_label(after, block):
        return True
    if not _ends_in_agency_credit(after, context):
        return False
    return after.after_break or (len(block.text.split()) >= 3 and key(after.text).startswith(key(block.text)))


def _begins_with_label(block: Block, label: Block) -> bool:
    """Whether a line says the words of the line over it again and goes on."""
    words = len(label.text.split())
    if words < FEWEST_REPEATED or len(block.text) > LONGEST_CAPTION or _SENTENCE_END.search(label.text):
        return False
    return block.kind == "p" and key(" ".join(block.text.split()[:words])) == key(label.text)


def _under_its_label(block: Block, context: Context) -> bool:
    """Without markup, the caption beneath the alternative text that it begins with."""
    before = context.neighbour(block, -1)
    rule = context.taken.get(before.index) if before is not None else None
    return (
        before is not None
        and rule is not None
        and rule.id == "caption.alternative-text"
        and _begins_with_label(block, before)
    )


def _above_credit(block: Block, context: Context) -> bool:
    """Without markup, a line or two over a line that is nothing but a photo credit."""
    if context.has_markup or len(block.text) > LONGEST_LABEL or block.kind == "list":
        return False
    after, beneath = context.neighbour(block, 1), context.neighbour(block, 2)
    if after is None or not _is_photo_credit(after, context) or context.at_end(after, 0):
        return False  # a credit that closes the text is the text's
    if beneath is not None and _ends_in_agency_credit(beneath, context):
        return False  # the credit is the label of the caption beneath it
    if not after.after_break and _reads_as_paragraph(block.text):
        return False
    return not block.text.startswith(("“", '"', "„", "«")) and context.body[block.index]


def _reads_as_paragraph(text: str) -> bool:
    """Whether a line has the form of body text rather than of a caption: a long sentence, two of them, or speech."""
    if not _SENTENCE_END.search(text):
        return False
    return (
        len(text) > LONGEST_SENTENCE_APART
        or _SENTENCE_INSIDE.search(text) is not None
        or _SPEECH.search(text) is not None
    )


def _is_photo_credit(block: Block, context: Context) -> bool:
    """Whether a line credits a photo, and not the text that ends above it."""
    if not is_credit_line(block.text):
        return False
    about_text = is_agency_line(block.text) or is_credit_statement(block.text)
    return not (about_text and context.at_end(block, 1))


def _picture_mark(block: Block, context: Context) -> bool:
    return is_picture(block.text)


def _bare_credit_line(block: Block, context: Context) -> bool:
    """With markup only a paragraph such as "CBN Photo": other forms may be the text's own, where it shows works."""
    if context.has_markup:
        return block.kind == "p" and _OUTLETS_PHOTO.fullmatch(block.text) is not None
    return is_credit_line(block.text)


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
        _alternative_text_line, possible=without_markup,
    ),
    BlockRule(
        "caption.under-label", "caption",
        "Text without markup: a caption begins with the alternative text on top of it.",
        _under_its_label, possible=without_markup,
    ),
    BlockRule(
        "caption.picture-mark", "caption",
        "Text without markup: a picture as Markdown writes it, alone on a line.",
        _picture_mark, possible=without_markup,
    ),
    BlockRule(
        "caption.above-credit", "caption",
        "Text without markup: the line over a photo credit is its caption.",
        _above_credit, possible=without_markup,
    ),
)  # fmt: skip
# after the closing lines about the text itself, which look the same
LAST_RULES = (
    BlockRule(
        "caption.bare-credit", "credit", "A line that is nothing but a photo credit.", _bare_credit_line,
    ),
)  # fmt: skip
