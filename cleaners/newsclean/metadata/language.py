"""The language of a text: what it is written in, not only what its page declares."""

from __future__ import annotations

import re

from resiliparse.parse.lang import detect_fast

# Below this many characters the detector guesses (its own documentation names 150); the page knows better.
SHORTEST_TEXT = 80
ENOUGH_TEXT = 5_000
# detect_fast's rank is a distance: the text's own language stands at 400–900, above it is a guess.
SURE_DISTANCE = 1_000

# Norwegian is declared as one of its two written standards, Chinese and others by older or wider codes (ISO 639-1).
_SAME = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "ji": "yi", "fil": "tl", "cz": "cs", "jp": "ja"}


def primary_subtag(declared: str) -> str:
    """The ISO 639-1 code of a language tag such as ``de-AT`` or ``en_US``; empty if it is none."""
    match = re.match(r"\s*([A-Za-z]{2,3})(?:[-_,;\s]|$)", declared)
    if match is None:
        return ""
    code = _SAME.get(match[1].lower(), match[1].lower())
    return code if len(code) == 2 else ""


def decide_language(text: str, declared: str) -> str:
    """The ISO 639-1 code of a text's language.

    Args:
        text: The article's text.
        declared: What the page declares; it decides short texts and doubtful ones.

    Returns:
        Empty if nothing tells.
    """
    claimed = primary_subtag(declared)
    sample = text[:ENOUGH_TEXT]
    if len(sample) < SHORTEST_TEXT:
        return claimed
    guesses: list[tuple[str, int]] = detect_fast(sample, n_results=4)  # type: ignore[assignment]  # a list for more than one
    if not guesses:
        return claimed
    best, distance = guesses[0]
    # neighbours such as Danish and Norwegian stand close together: the page's word decides between them
    if claimed and any(code == claimed and rank <= distance * 1.08 for code, rank in guesses):
        return claimed
    return best if distance <= SURE_DISTANCE or not claimed else claimed
