"""An article as Markdown that shows its words and nothing else: no markup of a page comes alive in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import chain, repeat

from newsdata.controls import without_controls

_BEFORE = {"heading": "## ", "quote": "> ", "list": "- ", "code": "    "}
# Tags, autolinks, links, images, footnotes and link definitions all need one of these.
_INLINE = re.compile(r"[<\[\]\\`]")
# What makes a block of a line that begins with it (CommonMark 0.31, chapter 4).
_BLOCK = re.compile(r"(?m)^(\s*)(?:([#>+\-*=_~|])|(\d{1,9})([.)]))")


def as_markdown(
    title: str,
    authors: Sequence[str],
    published: datetime | None,
    block_kinds: Sequence[str],
    blocks: Sequence[str],
) -> str:
    """Return title, byline and blocks; headings, quotes, lists and code by their kinds."""
    byline = " · ".join(filter(None, [", ".join(authors), published.date().isoformat() if published else ""]))
    parts = [f"# {_line(title)}" if title else "", f"*{_line(byline)}*" if byline else ""]
    for kind, block in zip(chain(block_kinds, repeat("p")), blocks, strict=False):
        shown = block if kind == "code" else escape(block)
        parts.append("\n".join(_BEFORE.get(kind, "") + line for line in shown.split("\n")))
    return without_controls("\n\n".join(filter(None, parts)))


def escape(text: str) -> str:
    r"""Return text as Markdown that shows the same characters.

    >>> escape("<b>[x](javascript:1)\n# 1")
    '\\<b>\\[x\\](javascript:1)\n\\# 1'
    """

    def line_start(found: re.Match[str]) -> str:
        indent, mark, number, point = found.groups()
        return f"{indent}\\{mark}" if mark else f"{indent}{number}\\{point}"

    return _BLOCK.sub(line_start, _INLINE.sub(r"\\\g<0>", text))


def _line(text: str) -> str:
    return escape(" ".join(text.split()))
