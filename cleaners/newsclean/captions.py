"""The form of captions and photo credits: where a caption ends and its credit begins."""

from __future__ import annotations

import re
from functools import lru_cache

from newsclean.vocabulary import pattern

LONGEST_CREDIT = 120
# Credits are searched in a text's last characters: most texts that are asked about are paragraphs.
LONGEST_END = 2 * LONGEST_CREDIT
LONGEST_CREDIT_LINE = 110
# A text that agencies sign is a paragraph if it is longer than this.
LONGEST_SIGNED = 200

# A name as credits print them: "Capt. Orla Venn", "U.S. Army", "dpa", "AFP via Getty Images".
_PHOTO_WORD = pattern(r"(?<!\w)(?:{caption.photo}|{caption.agencies}|©)(?!\w)")
_BRACKET = re.compile(rf"\s*[(\[]\s*([^()\[\]]{{2,{LONGEST_CREDIT}}})\s*[)\]]\s*\.?\s*$")
_LABELLED = pattern(
    r"(?:^|[\s.,;|/–—-])((?:{caption.photo})\s*(?:by\s|von\s|de\s|di\s|:|©|/)\s*[^.!?]{2,80}|©\s*[^.!?]{2,80})\.?\s*$"
)
# "Foto Ansa", "Beeld Orla Venn / ANP": a label, then names, to the end of the line.
_BARE_LABELLED = pattern(
    r"(?:^|[.!?”\"»|/–—-]\s+)({caption.bare}\s+(?-i:[A-ZÀ-ÞŁŚŻ])[\w.'’&-]*(?:[\s/]+(?:(?-i:[A-ZÀ-ÞŁŚŻ])[\w.'’&-]*|/|de|van|von|di)){0,6})\.?\s*$"
)
# "… on Monday. EFE/Orla Venn", "… on the deck | Orla Venn/Courier": what stands after the sentence or a bar.
_TAIL = re.compile(
    r"(?:(?<=[.!?”\"»)])\s+(?:[|—–-]\s+)?|\s+[|—–-]\s+)([^.!?|—–]{0,30}(?:\b[A-ZÀ-Þ]\.\s)?[^.!?|—–]{2,50})$"
)
_LABEL = pattern(r"^\W*(?:{caption.photo})\s*(?:by\b|von\b|[:©/]|$)\s*|^\W*©\s*")
_AGENCY_LINE = pattern(
    r"^\W*(?:(?-i:[A-ZÀ-Þ])[\w.'’-]*\s+){0,3}(?:{caption.photo})\W*$"  # "NTD Photo", "File photo"
    r"|^\W*(?:[\w.'’-]+\s+){0,3}[\w.'’-]*\s*(?:/|via|\|)\s*(?:[\w.'’-]+\s+){0,3}(?:{caption.agencies})\W*$"
    r"|^\W*(?:{caption.agencies})\s+(?:{caption.photo})\b.{0,60}$"  # "AP Photo/Jane Roe"
    r"|^\W*(?:{caption.agencies})(?:\s*(?:/|via)\s*[\w.'’ -]{2,60})?\W*$"
)
_AGENCIES_ALONE = pattern(r"{credit.agencies}(?:\s*[/,]\s*(?:{credit.agencies}|[\w-]{2,6}))*")
_VIDEO_LABEL = re.compile(r"(?:video|vidéo|vídeo|wideo)\s*:\s*", re.IGNORECASE)
# "… the east bank. Video: Harbour Board"; at a line's start the word leads to a video instead.
_VIDEO_CREDIT = re.compile(
    r"(?<=[.!?”\"»])\s+((?:video|vidéo|vídeo|wideo)\s*:\s*(?-i:[A-ZÀ-ÞŁŚŻ])[^.!?:]{1,40})\.?\s*$",
    re.IGNORECASE,
)
_BARE_LABEL = pattern(r"^\W*{caption.bare}\s+(?=(?-i:[A-ZÀ-ÞŁŚŻ]))")
_RIGHTS = re.compile(r"©\s*(?:19|20)\d\d\b")
_SENTENCE_INSIDE = re.compile(r"[^\WA-ZÀ-Þ]{2}[.!?]\s+\w")
_CAPITALISED = re.compile(
    r"[A-ZÀ-ÞŁŚŻ][\w.'’&-]*$|^(?:of|de|and|for|the|von|van|der|via|by|und|/|in|to|di|du|la|le|et|y)$|^[a-z]{2,5}$"
)


def _is_credit(content: str) -> bool:
    """Whether the content of a bracket names a photographer or an agency."""
    words = content.replace("/", " ").split()
    if not words or len(words) > 16:
        return False
    if _PHOTO_WORD.search(content):
        return len(words) <= 12 or "/" in content
    if "/" in content or " via " in content:
        capitalised = sum(bool(_CAPITALISED.match(word)) for word in words)
        return capitalised >= 0.8 * len(words) and any(word[0].isupper() for word in words)
    return False


def _is_name(content: str) -> bool:
    """Whether a bracket holds nothing but a name: a few words, nearly all with a capital."""
    words = content.split()
    return (
        1 <= len(words) <= 6
        and words[0][:1].isupper()
        and words[-1][:1].isupper()
        and all(_CAPITALISED.match(word) for word in words)
        and not any(c.isdigit() for c in content)
    )


def is_name_or_credit(text: str) -> bool:
    """Whether a text that is known to belong to a caption names a person or an agency."""
    if len(text) > LONGEST_CREDIT:
        return False
    bracket = _BRACKET.search(text)
    if bracket is not None and bracket.start():  # "Jane Roe (AP)"
        return _is_name(text[: bracket.start()]) and _is_name(bracket[1])
    return _is_credit(text) or _is_name(text) or is_credit_line(text)


def ends_in_credit(text: str) -> bool:
    """Whether a text ends as captions do, in a photo credit after at least a few words."""
    caption, credit = split_credit(text)
    return bool(credit and caption)


def ends_in_agencies_alone(text: str) -> bool:
    """Whether the bracket at a text's end names agencies and nothing else, as "(dpa/AFP)": that signs texts as well."""
    bracket = _BRACKET.search(text)
    return bracket is not None and _AGENCIES_ALONE.fullmatch(bracket[1]) is not None


def is_signed_paragraph(text: str) -> bool:
    """Whether agencies in brackets at a text's end sign a paragraph, not a photo: within its sentence, or at length.

    >>> is_signed_paragraph("Half of the berths are let, as a survey found (dpa).")
    True
    >>> is_signed_paragraph("Passengers board the night ferry. (dpa)")
    False
    """
    return ends_in_agencies_alone(text) and (text.endswith(".") or len(text) > LONGEST_SIGNED)


def is_credit_line(text: str) -> bool:
    """Whether a line is nothing but a photo credit, such as "Photo: Jane Roe" or "Jane Roe/Getty Images"."""
    return len(text) <= LONGEST_CREDIT_LINE and _is_credit_line(text)


@lru_cache(maxsize=4096)  # each image, rule and head line near a line asks
def _is_credit_line(text: str) -> bool:
    text = text.strip("()[] ")
    if _RIGHTS.match(text) and not _PHOTO_WORD.search(text[1:]):
        return False  # "© 2026 The Tidewater Courier" is the site's
    label = _LABEL.match(text)
    if label is not None and label.end() and label[0].rstrip().endswith((":", "©", "/", "by", "von")):
        return not _SENTENCE_INSIDE.search(text)  # "Picture: Passengers wait. Photo: Jane Roe" is a caption
    if _BARE_LABELLED.fullmatch(text):
        return True
    return _AGENCY_LINE.match(text) is not None


def split_credit(text: str, *, is_caption: bool = False) -> tuple[str, str]:
    """Split a caption into what it says and whom it credits.

    Args:
        text: The caption.
        is_caption: The markup says that it is one; then a bare name in brackets at its end is a credit, too.

    Returns:
        ``(caption, credit)``; either may be empty. Brackets and labels such as "Photo:" are taken off the credit.

    >>> split_credit("A ferry at the pier. (Orla Venn/Coast Guard)")
    ('A ferry at the pier.', 'Orla Venn/Coast Guard')
    """
    text = text.strip()
    end = max(0, len(text) - LONGEST_END)
    bracket = _BRACKET.search(text, end)
    if bracket is not None and (_is_credit(bracket[1]) or (is_caption and _is_name(bracket[1]))):
        return text[: bracket.start()].strip(), _unlabelled(bracket[1])
    if is_credit_line(text):
        return "", _unlabelled(text)
    labelled = _LABELLED.search(text, end)
    if labelled is None:
        labelled = _BARE_LABELLED.search(text, end) or _VIDEO_CREDIT.search(text, end)
    if labelled is None:
        tail = (
            _TAIL.search(text, max(0, len(text) - LONGEST_CREDIT)) if "/" in text[-LONGEST_CREDIT:] else None
        )
        # a paragraph may hold a dash before two names, a caption's is its credit's
        is_told = tail is not None and (is_caption or text[tail.start() : tail.start(1)].strip() != "-")
        labelled = tail if tail is not None and is_told and _is_slashed(tail[1]) else None
    if labelled is not None:
        return text[: labelled.start(1)].strip().rstrip("|/–—-,; ").strip(), _unlabelled(labelled[1])
    return text, ""


def _is_slashed(tail: str) -> bool:
    """Whether a caption's tail is names around a slash, such as "EFE/Orla Venn"."""
    words = tail.replace("/", " ").split()
    return (
        "/" in tail
        and 1 < len(words) <= 8
        and all(_CAPITALISED.match(word) and not word.islower() for word in words)
    )


def _unlabelled(credit: str) -> str:
    credit = credit.strip().strip("()[]").lstrip("/ ").strip()
    label = _LABEL.match(credit)
    if label is not None and label.end() < len(credit):
        credit = credit[label.end() :]
    elif (video := _VIDEO_LABEL.match(credit)) is not None:
        credit = credit[video.end() :]
    else:
        credit = _BARE_LABEL.sub("", credit)
    return credit.strip().rstrip(".").strip() if credit.endswith("..") else credit.strip()
