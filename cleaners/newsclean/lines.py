"""Text that somebody else extracted: no markup, so lines, blank lines, form and words decide."""

from __future__ import annotations

import re

from lxml.html import Element

from newsclean.article import Article, BlockKind, Evidence, NoArticle, Removal
from newsclean.blocks import Block, Container, Segmentation, fold
from newsclean.clean import FEWEST_WORDS, decide
from newsclean.hidden import strip_invisible_characters
from newsclean.images import FoundImages
from newsclean.metadata import Metadata, decide_language, read_byline, read_written_date
from newsclean.rules.byline import date_line_tail, is_byline, is_date_line

# A line this long, or one that ends as sentences do, is text until a rule says otherwise.
SENTENCE_LENGTH = 90
LONGEST_TITLE = 220
# The headline, byline and date stand in the first lines or nowhere.
HEAD_LINES = 8

# More control characters than this, by share, are no text's.
MOST_CONTROLS = 0.01

_MARKUP = re.compile(r"<(?:!doctype|html|head|body)\b", re.IGNORECASE)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd]")
_SENTENCE_END = re.compile(r"[.!?…。！？][”\"'’»)\]]*$")
_BULLET = re.compile(r"^(?:[-*•‣▪·–]|\d{1,2}[.)])\s+")


def clean_text(text: str, url: str = "") -> Article:
    """Clean text without HTML: title, byline, captions, credits and sign-up boxes stand in it as lines.

    Args:
        text: Lines; a blank line ends a group of lines that stood together.
        url: Where it came from, if known.

    Raises:
        NoArticle: Nothing is left that reads as an article.
    """
    if _MARKUP.search(text, 0, 4096):
        raise NoArticle("not-text", "this is HTML; clean it with newsclean.clean")
    if len(_CONTROLS.findall(text)) > MOST_CONTROLS * len(text):
        raise NoArticle("not-text", "this is binary data")
    segmentation = _segment_lines(text)
    if not segmentation.blocks:
        raise NoArticle("empty", "the text has no lines")
    head = _read_head(segmentation)
    probabilities = [_probability(block) for block in segmentation.blocks]
    decision = decide(segmentation, probabilities, FoundImages(), head, has_markup=False)
    # without markup a short line is a subhead or a one-word answer unless a rule takes it
    kept = sorted(
        {*decision.kept, *(i for i, (_, rule) in decision.removed.items() if rule.startswith("judge."))}
    )
    removed = {i: verdict for i, verdict in decision.removed.items() if i not in kept}
    blocks = segmentation.blocks
    body = "\n\n".join(blocks[i].text for i in kept)
    if len(body.split()) < FEWEST_WORDS and len(body) < 6 * FEWEST_WORDS:
        raise NoArticle("too-short", f"fewer than {FEWEST_WORDS} words of body")
    return Article(
        url=url,
        text=body,
        block_kinds=tuple(blocks[i].kind for i in kept),
        title=head.title,
        authors=head.authors,
        published=head.published,
        language=decide_language(body, ""),
        section=head.section,
        credits=tuple(
            blocks[i].text for i, (_, rule) in sorted(removed.items()) if rule.startswith("credit.")
        ),
        removed=tuple(Removal(kind, rule, blocks[i].text) for i, (kind, rule) in sorted(removed.items())),
        evidence=head.evidence,
    )


def _segment_lines(text: str) -> Segmentation:
    """A block a line; a group of lines between blank lines is a container."""
    root = Container(Element("body"), None, "body", "", 0, 0, 0)
    result = Segmentation(containers=[root])
    group: Container | None = None
    lines = [strip_invisible_characters(fold(line)).strip() for line in text.splitlines()]
    for line in lines:
        if not line:
            group = None
            continue
        after_break = group is not None
        if group is None:
            group = Container(Element("div"), root, "div", "", 0, 1, len(result.blocks))
            result.containers.append(group)
        bullet = _BULLET.match(line)
        kind: BlockKind = "list" if bullet and not bullet[0][0].isdigit() else "p"
        content = line[bullet.end() :] if bullet is not None and kind == "list" else line
        result.blocks.append(Block(len(result.blocks), content, kind, group, 0, after_break=after_break))
        group.end = root.end = len(result.blocks)
    for block in result.blocks:
        following = result.blocks[block.index + 1] if block.index + 1 < len(result.blocks) else None
        if (
            block.kind == "p"
            and len(block.text) <= SENTENCE_LENGTH
            and not _SENTENCE_END.search(block.text)
            and block.text[:1].isupper()
            and following is not None
            and len(following.text) > SENTENCE_LENGTH
        ):
            block.kind = "heading"
    return result


def _probability(block: Block) -> float:
    return 0.7 if len(block.text) > SENTENCE_LENGTH or _SENTENCE_END.search(block.text) else 0.4


def _read_head(segmentation: Segmentation) -> Metadata:
    """Title, authors, date and section from the lines before the body."""
    title, section = "", ""
    authors: tuple[str, ...] = ()
    published = None
    evidence: list[Evidence] = []
    for block in segmentation.blocks[:HEAD_LINES]:
        line = block.text
        if is_byline(line):
            names = read_byline(line)
            evidence.append(Evidence("authors", "line:byline", "; ".join(names), chosen=not authors))
            authors = authors or names
        elif is_date_line(line):
            written = read_written_date(line)
            if written is not None:
                evidence.append(
                    Evidence("published", "line:date-only", written.isoformat(), chosen=published is None)
                )
                published = published or written
                section = section or date_line_tail(line)
        elif (
            block.index == 0
            and len(line) <= LONGEST_TITLE
            and not line.endswith((".", "…"))
            and _stands_alone(block, segmentation)
        ):
            title = line
            evidence.append(Evidence("title", "line:first", line, chosen=True))
        elif len(line) > SENTENCE_LENGTH or (_SENTENCE_END.search(line) and len(line) > 60):
            break
    return Metadata(
        title=title, authors=tuple(authors), published=published, section=section, evidence=tuple(evidence)
    )


def _stands_alone(block: Block, segmentation: Segmentation) -> bool:
    """Whether a line is followed by a blank line, or by a byline or date: no sentence goes on beneath it."""
    group = segmentation.inside(block.container)
    return (
        len(group) == 1
        or any(is_byline(other.text) or is_date_line(other.text) for other in group[1:3])
        or len(block.text) < LONGEST_TITLE
    )
