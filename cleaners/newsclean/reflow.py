"""Join the lines of text that was wrapped at a fixed width, as mail, old archives and terminals print it.

Wrapped text is known by its own width: nearly each line is as full as it can be, the next line's first word would not have
fitted, and most lines end in the middle of a sentence. A line that is not full ends its paragraph, as do a blank line, an
indentation and a bullet.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

# Widths that text is wrapped at; of the lines of a wrapped text hardly one is longer.
NARROWEST, WIDEST, MOST_LONGER = 40, 100, 0.05
# Of the lines that are followed by another one, so many, and this share, are full; and so many end within a sentence.
FEWEST_FULL, LEAST_FULL, LEAST_WITHIN = 4, 0.5, 0.6
# The width is that of all lines but the longest ones: a headline or an address is not wrapped with the rest.
WIDTH_QUANTILE = 0.9

_SENTENCE_END = re.compile(r"[.!?…:。！？][”\"'’»“)\]]*$")
_BEGINS_ANEW = re.compile(r"(?:\s{2,}|\t|[-*•‣▪·–]\s|\d{1,2}[.)]\s|[#>|])")
_LETTERS = re.compile(r"[^\W\d_]+")
_BROKEN_WORD = re.compile(r"([^\W\d_]+)-$")


def join_wrapped_lines(lines: Sequence[str]) -> list[str]:
    """The lines with each wrapped paragraph on one; as they are if the text was not wrapped.

    Args:
        lines: The text's lines, with their indentation; blank ones stay.
    """
    width = _width(lines)
    if not width:
        return list(lines)
    words = frozenset(word.lower() for line in lines for word in _LETTERS.findall(line))
    paragraphs: list[list[str]] = []
    before = ""
    for line in lines:
        if _is_full(before, line, width) and not _BEGINS_ANEW.match(line):
            paragraphs[-1][-1] = _joint(paragraphs[-1][-1].rstrip(), line.lstrip(), words)
            paragraphs[-1].append(line.lstrip())
        else:
            paragraphs.append([line])
        before = line
    return ["".join(parts) for parts in paragraphs]


def _width(lines: Sequence[str]) -> int:
    """The width that a text was wrapped at; zero if it was not."""
    lengths = sorted(len(line.rstrip()) for line in lines if line.strip())
    if not lengths or sum(length > WIDEST for length in lengths) > MOST_LONGER * len(lengths):
        return 0
    width = lengths[int(WIDTH_QUANTILE * (len(lengths) - 1))]
    if not NARROWEST <= width <= WIDEST:
        return 0
    followed = [
        (line, after)
        for line, after in pairwise(lines)
        if line.strip() and after.strip() and not _BEGINS_ANEW.match(after)
    ]
    full = [line for line, after in followed if _is_full(line, after, width)]
    within = sum(_SENTENCE_END.search(line.rstrip()) is None for line in full)
    if len(full) < max(FEWEST_FULL, LEAST_FULL * len(followed)) or within < LEAST_WITHIN * len(full):
        return 0
    return width


def _is_full(line: str, after: str, width: int) -> bool:
    """Whether the next line's first word, or the next character without spaces, had no place on this one."""
    words = after.split(maxsplit=1)
    if not words:
        return False
    if " " not in line.strip():
        return _is_unspaced(line) and len(line.rstrip()) >= width
    return len(line.rstrip()) + 1 + len(words[0]) > width


def _is_unspaced(line: str) -> bool:
    """Whether a line is of a script that is written without spaces, and not an address."""
    return " " not in line.strip() and not line.isascii()


def _joint(line: str, after: str, words: Collection[str]) -> str:
    """A line as it stands before the next one's text; a hyphen at its end goes if the text has the word whole elsewhere."""
    if _is_unspaced(line):
        return line
    broken, rest = _BROKEN_WORD.search(line), _LETTERS.match(after)
    if broken is None or rest is None or not after[0].islower():
        return line + " "
    return line[:-1] if (broken[1] + rest[0]).lower() in words else line
