"""Characters in pages' text that could steer the terminal or editor in which somebody looks at a file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

# C0 and C1 controls but for tab and line feed, the bidirectional controls of Unicode (UAX #9) and those it
# gave up, line and paragraph separators, annotations, and half surrogate pairs.
CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufff9-\ufffb\ud800-\udfff]"
)


def without_controls(text: str) -> str:
    r"""The text with each of them replaced by U+FFFD; Windows' ends of lines become a line feed.

    >>> without_controls("a\x1b[31mb\r\nc")
    'a�[31mb\nc'
    """
    return CONTROLS.sub("\ufffd", text.replace("\r\n", "\n"))


def escaped_json(value: object, default: Callable[[object], object] | None = None) -> str:
    r"""JSON in which they are escaped, so that a reader gets them back.

    >>> escaped_json(["\x9b2Jü"]), json.loads(escaped_json(["\x9b2Jü"])) == ["\x9b2Jü"]
    ('["\\u009b2Jü"]', True)
    """
    text = json.dumps(value, ensure_ascii=False, default=default)
    return CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
