"""Cells of CSV that are safe to open in a spreadsheet, and to look at."""

from __future__ import annotations

import re

from newsdata.controls import without_controls

# What a spreadsheet takes for the start of a formula, wide forms too; some skip what is blank or unseen before it.
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = re.compile(r"[\s\x00-\x20\u00ad\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－﹣−＠﹢﹦﹫]|[\t\r\n]")


def inert(text: str) -> str:
    r"""Return a text cell that no spreadsheet runs: what begins like a formula gets an apostrophe in front.

    Control characters become U+FFFD.

    Numbers and times are not text and need none.

    >>> inert('=HYPERLINK("https://evil.example")'), inert("plain")
    ('\'=HYPERLINK("https://evil.example")', 'plain')
    """
    shown = without_controls(text)
    return f"'{shown}" if _FORMULA.match(text) else shown
