"""Newsletter sign-ups: forms, boxes, and the plain lines of both."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import takewhile

from newsclean.blocks import Block, Container, Role
from newsclean.rules.credit import is_credit_statement, is_origin
from newsclean.rules.rule import BlockRule, Context, NodeRule
from newsclean.vocabulary import pattern, telling_words

# A sign-up box is an invitation, a pitch, a form and terms: more text than this is something else.
LONGEST_BOX = 1000
LONGEST_LINE = 320
# How many lines may stand between the invitation and its terms.
LINES_OF_A_BOX = 6
LINES_OF_A_FORM, LINKS_OF_A_FORM = 14, 4
LONGEST_PITCH = 160
LONGEST_HEADING, LINES_UNDER_HEADING = 60, 4
LONGEST_LABEL = 45
LONGEST_TERMS = 600
# Items and rows belong to their list or table, whatever stands under it.
IN_ROWS = frozenset({"list", "table"})

_NAMED = re.compile(
    r"newsletter|sign-?up|subscri(?:be|ption)-?(?:box|form|widget)|mailchimp|mail-?list|email-?capture"
)
_NOUN = pattern(r"\b{newsletter.nouns}\b")
_INVITATION = pattern(r"^\W*{newsletter.invitations}\b")
# "…, in your inbox at six. Sign up today.": the call comes last.
_CALL = pattern(r"(?:^|[.!?:…]\s+|[,–—-]\s+)\W*{newsletter.calls}\b")
_CLOSING_CALL = pattern(
    r"[.!?…]\s+{newsletter.asks}\s+(?:(?:for|to|the|our)\s+){0,2}(?-i:[A-ZÀ-Þ]|\w+\s+it\b).{0,60}$"
)
_ASK_FOR_LETTER = pattern(
    r"^\W*(?:[^.!?:]{0,40}[.!?:]\s+)?{newsletter.asks}\b.*\b(?:{newsletter.letters}|{newsletter.names})\b"
)
_ASK_ALONE = pattern(r"\W*{newsletter.asks}\W*")
_FIELD = pattern(r"\W*(?:{newsletter.fields}|{newsletter.buttons})\W*")
_FIELD_ALONE = pattern(r"\W*{newsletter.fields}\W*")
_BOX_HEADING = pattern(r"^\W*(?:[\w’'-]+\s+){0,2}{newsletter.names}\b")
_RHYTHM = pattern(r"\b{newsletter.rhythms}\b")
_ASSURANCE = pattern(r"\b{newsletter.assurances}\b")
_TERMS = pattern(r"^\W*{newsletter.terms}\b.*{newsletter.consents}")
_SENTENCE_END = re.compile(r"[.!?]\s+\S")
# An interview's speaker, by name or initials, as in "Orla Venn: Lamps, mostly."
_SPEAKER = re.compile(r"[A-ZÀ-Þ][\w.’'-]*(?:\s+[A-ZÀ-Þ][\w.’'-]*){0,2}:\s")


def _has_mail_form(container: Container, context: Context) -> bool:
    if not context.has_markup or container.roles & Role.CODE:
        return False
    if (
        context.segmentation.text_length(container) > LONGEST_BOX
        or container.element not in context.around_mail_fields
    ):
        return False
    # links lead away: a column that holds a form among its teasers is not the form's box
    return sum(block.link_count for block in context.segmentation.inside(container)) <= LINKS_OF_A_FORM


def _named_box(container: Container, context: Context) -> bool:
    return context.segmentation.text_length(container) <= LONGEST_BOX


@lru_cache(maxsize=4096)  # neighbours ask again and again
def is_invitation(text: str) -> bool:
    """Whether a line asks the reader to sign up: an imperative and what is signed up for, or hardly more than the two."""
    if len(text) > LONGEST_LINE:
        return False
    if (
        _ASK_ALONE.fullmatch(text)
        or _CALL.search(text)
        or _CLOSING_CALL.search(text)
        or _ASK_FOR_LETTER.match(text)
    ):
        return True
    if not _INVITATION.match(text):
        return False
    return bool(_NOUN.search(text)) or (
        len(text.split()) <= 8
        and not text.rstrip().endswith((",", ":"))
        and not _SENTENCE_END.search(text)
        and _titled(text)
    )


def _titled(text: str) -> bool:
    """Whether a short line names something by a capitalised word after its verb, and is no sentence."""
    words = text.split()[2:]
    return any(word[:1].isupper() for word in words) and not text.endswith(".")


@lru_cache(maxsize=4096)
def is_terms(text: str) -> bool:
    """Whether a line is the small print of a sign-up form."""
    return len(text) <= LONGEST_TERMS and _TERMS.match(text) is not None


def _invitation(block: Block, context: Context) -> bool:
    if block.heading_level and _ASK_ALONE.fullmatch(block.text):
        return False  # a subhead, "Register", asks for nothing by itself
    return is_invitation(block.text)


def _terms(block: Block, context: Context) -> bool:
    return is_terms(block.text)


def is_form_line(text: str) -> bool:
    """Whether a line is nothing but the label of a form's e-mail field or its button."""
    return len(text) <= LONGEST_LABEL and _FIELD.fullmatch(text) is not None


def _form_line(block: Block, context: Context) -> bool:
    """A field's label, or a button's beside another line of a sign-up."""
    if not is_form_line(block.text) or block.heading_level:
        return False
    if _FIELD_ALONE.fullmatch(block.text) and len(block.text.split()) > 1:
        return True
    around = (context.neighbour(block, offset) for offset in (-3, -2, -1, 1, 2))
    return any(other is not None and _of_sign_up(other) for other in around)


def _of_sign_up(block: Block) -> bool:
    return is_invitation(block.text) or is_terms(block.text) or is_form_line(block.text)


def _box_heading(block: Block, context: Context) -> bool:
    """A few words that name a newsletter, over a form's lines."""
    if _is_sentence(block.text) or not _BOX_HEADING.match(block.text):
        return False
    after = (context.neighbour(block, offset) for offset in range(1, LINES_UNDER_HEADING + 1))
    return any(other is not None and _closes_box(other) for other in after)


def _closes_box(block: Block) -> bool:
    return is_form_line(block.text) or is_terms(block.text) or is_invitation(block.text)


def _in_box_of_lines(block: Block, context: Context) -> bool:
    """A short line in a run that opens with an invitation and closes with terms, or stands around them in one group."""
    following = (context.neighbour(block, offset) for offset in range(1, LINES_OF_A_BOX + 1))
    after = list(takewhile(lambda other: _is_beside(block, other, context), filter(None, following)))
    closed = any(_has_terms(other, context) for other in after)
    # a form's field or button closes a box, too, if nothing but its own lines stand between
    if not closed and (
        len(block.text) > LONGEST_PITCH
        or not any(_taken_as_newsletter(other, context) and _is_button(other.text) for other in after[:2])
    ):
        return False
    if _is_speech(block.text):
        return False
    for offset in range(1, (LINES_OF_A_BOX if closed else 2) + 1):
        other = context.neighbour(block, -offset)
        if (
            other is None
            or _has_terms(other, context)
            or _is_speech(other.text)
            or not _is_beside(block, other, context)
        ):
            return False  # the box above has ended
        if is_form_line(other.text) and _is_sentence(block.text):
            return False
        if _taken_as_newsletter(other, context) or _invites(other, context):
            return True
    return False


def _invites(block: Block, context: Context) -> bool:
    return block.index in context.told["newsletter.invitation"] and is_invitation(block.text)


def _has_terms(block: Block, context: Context) -> bool:
    return block.index in context.told["newsletter.terms"] and is_terms(block.text)


def _taken_as_newsletter(block: Block, context: Context) -> bool:
    rule = context.taken.get(block.index)
    return rule is not None and rule.kind == "newsletter"


def _is_button(text: str) -> bool:
    return is_form_line(text) or _ASK_ALONE.fullmatch(text) is not None


def _is_beside(block: Block, other: Block, context: Context) -> bool:
    """Whether two blocks can be lines of one box: siblings, or all but alone in a box, and not the end of a list."""
    if block.kind != other.kind and (block.kind in IN_ROWS or other.kind in IN_ROWS):
        return False
    if not context.has_markup or block.container.parent is other.container.parent:
        return True
    common = next(outer for outer in block.container.ancestors() if outer.first <= other.index < outer.end)
    return (
        common.end - common.first <= LINES_OF_A_BOX + 2
        and context.segmentation.text_length(common) <= LONGEST_BOX
    )


def _is_speech(text: str) -> bool:
    """Whether a line quotes somebody, or gives an interview's question or answer."""
    return text.startswith(("“", '"', "„", "«")) or _SPEAKER.match(text) is not None


def _is_sentence(text: str) -> bool:
    return text.endswith((".", "!", "…"))


def _pitch(block: Block, context: Context) -> bool:
    """A short line next to an invitation that says what the mail brings, how often, or that it can be ended."""
    before, after = context.neighbour(block, -1), context.neighbour(block, 1)
    if before is not None and _is_taken(before, context):
        return bool(_ASSURANCE.search(block.text) or _NOUN.search(block.text) or _RHYTHM.search(block.text))
    if after is None or not _is_taken(after, context):
        return False
    if _NOUN.search(block.text) or _ASSURANCE.search(block.text):
        return True
    return len(block.text) <= LONGEST_PITCH and _RHYTHM.search(block.text) is not None


def _line_of_box(block: Block, context: Context) -> bool:
    """A short line before an invitation that belongs to it by its place alone."""
    after = context.neighbour(block, 1)
    if (
        after is None
        or not _is_taken(after, context)
        or not _is_beside(block, after, context)
        or _is_speech(block.text)
    ):
        return False
    label = context.neighbour(block, -1)
    if (
        label is not None
        and _is_label(label)
        and _is_beside(block, label, context)
        and (context.has_markup or label.text.endswith(("?", "!", "…")))
    ):
        return True  # between "Curious?" and "Sign up for free."
    return _in_one_box(block, after, context)


def _in_one_box(block: Block, other: Block, context: Context) -> bool:
    """Whether two blocks stand in a small box, or a group of lines, of their own."""
    if not context.has_markup:
        group = block.container
        return group is other.container and group.end - group.first <= LINES_OF_A_BOX
    box = block.container.parent
    return (
        box is not None
        and box is other.container.parent
        and not context.body[block.index]
        and box.end - box.first <= LINES_OF_A_BOX
    )


def _is_taken(block: Block, context: Context) -> bool:
    return _taken_as_newsletter(block, context) or _invites(block, context) or _has_terms(block, context)


def _is_label(block: Block) -> bool:
    """A few words that open a pitch: "Curious?", "Before you go"; a subhead or an interview's question is marked up."""
    if (
        2 * block.emphasis_length > len(block.text)
        or _is_speech(block.text)
        or any(character.isdigit() for character in block.text)  # a score, a price, a date
        or is_origin(block.text)
        or is_credit_statement(block.text)
    ):
        return False
    return (
        len(block.text) <= LONGEST_LABEL
        and not block.heading_level
        and not block.text.endswith((".", ":", ",", "”", "“", '"', "»"))
    )


def _opens_pitch(block: Block, context: Context) -> bool:
    """A label straight before a pitch that was taken."""
    after = context.neighbour(block, 1)
    if after is None or not _taken_as_newsletter(after, context) or not _is_beside(block, after, context):
        return False
    if not context.has_markup and not block.text.endswith(("?", "!", "…")):
        return _is_label(block) and _in_one_box(block, after, context)  # a subhead looks the same
    return _is_label(block) or (
        block.heading_level > 0 and len(block.text) <= LONGEST_LABEL and not context.body[block.index]
    )


def _has_sign_up(context: Context) -> bool:
    """Whether any line in or near reach is of a sign-up: what else belongs to one stands beside it."""
    blocks = context.segmentation.blocks
    told = context.told
    return (
        any(rule.kind == "newsletter" for rule in context.taken.values())
        or any(is_invitation(blocks[i].text) for i in told["newsletter.invitation"])
        or any(is_terms(blocks[i].text) for i in told["newsletter.terms"])
    )


RULES = (
    NodeRule(
        "newsletter.signup-form",
        "newsletter",
        "A small box with an e-mail field is a sign-up form.",
        _has_mail_form,
        most=LINES_OF_A_FORM,
        possible=lambda context: bool(context.around_mail_fields),
    ),
    NodeRule(
        "newsletter.named-box",
        "newsletter",
        "A small box that calls itself a newsletter's.",
        _named_box,
        named=_NAMED,
    ),
    BlockRule(
        "newsletter.invitation",
        "newsletter",
        "A line that asks the reader to sign up for mail.",
        _invitation,
        longest=LONGEST_LINE,
        words=telling_words("newsletter.asks", "newsletter.calls", "newsletter.invitations"),
    ),
    BlockRule(
        "newsletter.terms",
        "newsletter",
        "The small print under a sign-up.",
        _terms,
        longest=LONGEST_TERMS,
        words=telling_words("newsletter.terms"),
    ),
    BlockRule(
        "newsletter.form-line",
        "newsletter",
        "The label of a form's e-mail field, or its button beside other lines of a sign-up.",
        _form_line,
        longest=LONGEST_LABEL,
        words=telling_words("newsletter.fields", "newsletter.buttons"),
    ),
    BlockRule(
        "newsletter.box-heading",
        "newsletter",
        "A few words that name a newsletter, over an invitation or a form's lines.",
        _box_heading,
        longest=LONGEST_HEADING,
        words=telling_words("newsletter.names"),
    ),
    BlockRule(
        "newsletter.between",
        "newsletter",
        "A short line between an invitation and its small print.",
        _in_box_of_lines,
        longest=LONGEST_LINE,
        possible=_has_sign_up,
    ),
    BlockRule(
        "newsletter.pitch",
        "newsletter",
        "A short line next to an invitation that says what the mail brings.",
        _pitch,
        longest=200,
        possible=_has_sign_up,
    ),
    BlockRule(
        "newsletter.line-of-box",
        "newsletter",
        "A short line that belongs to an invitation by its place.",
        _line_of_box,
        ceiling=0.92,
        longest=LONGEST_PITCH,
        possible=_has_sign_up,
    ),
    BlockRule(
        "newsletter.opener",
        "newsletter",
        "A label of a few words straight before a pitch.",
        _opens_pitch,
        ceiling=0.995,
        possible=_has_sign_up,
    ),
)
