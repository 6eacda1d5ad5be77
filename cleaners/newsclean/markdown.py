"""Take the marks of Markdown (CommonMark) off text that was extracted with them.

Only a text that has some of the marks no plain text has is read so: then headings, quotations, links and emphasis lose
theirs, and what a line was is told by its kind. Pictures alone on a line keep theirs: a rule takes them out.
"""

from __future__ import annotations

import re

from newsclean.article import BlockKind

LONGEST_TARGET = 2_000

_TARGET = rf"\(<?[^\s()<>]{{0,{LONGEST_TARGET}}}(?:\([^\s()]*\))?>?(?:\s+[\"'][^\"'\n]{{0,200}}[\"'])?\)"
_PICTURE = re.compile(rf"!\[([^\[\]\n]{{0,400}})\]{_TARGET}")
_LINK = re.compile(rf"(?<!!)\[([^\[\]\n]{{1,400}})\]{_TARGET}")
_LINKED_PICTURE = re.compile(rf"\[({_PICTURE.pattern})\]{_TARGET}")
_HEADING = re.compile(r"#{1,6} (?P<text>\S.*?)(?: #+)?$")
_QUOTATION = re.compile(r"(?:> ?)+")
_BREAK = re.compile(r"(?:(?:\*\s?){3,}|(?:-\s?){3,}|(?:_\s?){3,}|={3,}|\|(?: ?:?-+:? ?\|)+)$")
_EMPHASES = tuple(
    re.compile(rf"(?<![\w\\{re.escape(mark[0])}]){re.escape(mark)}(?=[^\s{re.escape(mark[0])}])(.{{1,300}}?)(?<=[^\s\\]){re.escape(mark)}(?![\w{re.escape(mark[0])}])")
    for mark in ("***", "**", "__", "~~", "*", "_", "`")
)  # fmt: skip
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
# What no plain text has: a heading's sign, a link, strong emphasis.
_SIGN = re.compile(
    r"^\s{0,3}#{1,6} +[^\s#]|\]\((?:https?://|/|#|mailto:)[^\s()]*[\s)]|(?<![\w*])\*\*[^\s*][^*\n]{0,200}\*\*(?!\w)",
    re.MULTILINE,
)


def is_markdown(text: str) -> bool:
    """Whether a text has marks of Markdown that plain text does not have."""
    return _SIGN.search(text) is not None


def is_picture(line: str) -> bool:
    """Whether a line is nothing but a picture, linked or not."""
    return (_PICTURE.fullmatch(line) or _LINKED_PICTURE.fullmatch(line)) is not None


def without_marks(line: str) -> tuple[str, BlockKind | None]:
    """A line of Markdown as text, and what its marks say it is, if anything; a thematic break or a table's rule is an empty line.

    >>> without_marks("## The *old* [stage](https://courier.example/stage)")
    ('The old stage', 'heading')
    """
    if _BREAK.match(line):
        return "", None
    kind: BlockKind | None = None
    if (heading := _HEADING.match(line)) is not None:
        line, kind = heading["text"], "heading"
    elif (quotation := _QUOTATION.match(line)) is not None:
        line, kind = line[quotation.end() :], "quote"
    if is_picture(line.strip()):
        return line, None
    line = _LINK.sub(r"\1", _PICTURE.sub("", line))
    for emphasis in _EMPHASES:
        line = emphasis.sub(r"\1", line)
    return _ESCAPED.sub(r"\1", line), kind
