"""The words of a text, to know quickly which phrases it cannot say."""

from __future__ import annotations

import re
from typing import Final

_LETTERS = re.compile(r"[^\W\d_]+")
# Most texts in the languages that rules know are one byte a character in this encoding: as bytes they are put in lower case
# and cut in a third of the time.
_WESTERN: Final = "cp1252"
_LOWER_LETTERS = "".join(
    character.lower() if character.isalpha() else " "
    for character in (bytes([byte]).decode(_WESTERN, "replace") for byte in range(256))
).encode(_WESTERN)


def words(text: str) -> list[str]:
    """The runs of letters in a text, in lower case and in order.

    >>> words("Don't miss: 24 Fähren")
    ['don', 't', 'miss', 'fähren']
    """
    try:
        return text.encode(_WESTERN).translate(_LOWER_LETTERS).decode(_WESTERN).split()
    except UnicodeEncodeError:
        return _LETTERS.findall(text.lower())
