"""What may be sent to a terminal: no control characters, no escapes, no bidirectional overrides."""

from __future__ import annotations

import re

# C0 and C1 controls but for tab and line feed, and the bidirectional controls of Unicode (UAX #9).
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def printable(text: str) -> str:
    r"""The text with everything that could steer a terminal replaced by U+FFFD.

    >>> printable("a\x1b[31mb")
    'a�[31mb'
    """
    return _CONTROLS.sub("\ufffd", text)
