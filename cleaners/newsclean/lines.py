"""Text that somebody else extracted: no markup, so lines, blank lines, form and words decide.

In a dump of a whole page the body is the run of lines that reads most like prose: whole sentences speak for a line,
shortness without a full stop speaks against it, and the run with the largest sum wins. In what an extractor left it goes
from the first sentence to the last. Lines in the run are body unless a rule takes them; lines around it are not, and the
headline, byline and date are looked for among those straight before it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from lxml.html import Element

from newsclean.article import Article, BlockKind, Evidence, NoArticle, Removal
from newsclean.blocks import Block, Container, Segmentation, fold, set_keys
from newsclean.bylines import HeadLine, read_head_line
from newsclean.clean import FEWEST_WORDS, Examination, decide, verdicts_of
from newsclean.hidden import strip_invisible_characters
from newsclean.images import FoundImages
from newsclean.markdown import is_markdown, without_marks
from newsclean.metadata import Metadata, decide_language
from newsclean.outline import Outline
from newsclean.reflow import join_wrapped_lines
from newsclean.rules.byline import is_byline
from newsclean.rules.rule import key
from newsclean.vocabulary import pattern

# A line this long, or one that ends as sentences do, is text until a rule says otherwise.
SENTENCE_LENGTH = 90
LONGEST_TITLE = 220
# Headline, byline and date stand among so many lines before the body.
HEAD_LINES = 15
# What a line says for or against being in the body, by its form (see _worth): a sentence one for so many characters, up
# to three; found on two thirds of the publishers of both sets with truth, and flat around these values.
LENGTH_OF_ONE, MOST_WORTH, SHORT_SENTENCE = 60, 3.0, 0.2
FRAGMENT, LIST_ITEM, FULL_FRAGMENTS, FURTHER_FRAGMENTS = -1.0, -0.4, 3, 0.2
# So many lines before the first sentence are a menu; an extractor leaves fewer. Where it leaves labels, the best run is
# the body if it holds most of the sentences: else they stand in a text of many parts.
LINES_OF_A_MENU, FEWEST_LABELS, LEAST_OF_SENTENCES = 6, 2, 0.65
# A byline stands among the first lines of what reads as the body, if a standfirst stands over it.
LINES_OVER_BYLINE = 5
# A short line before or after the prose is a label; a longer one is a standfirst or a last line without a full stop.
LONGEST_LABEL = 60
# Longer groups, on average, are no groups.
MOST_LINES_OF_A_GROUP = 6
# The rules' ceilings read these as the judge's probabilities: prose, other lines among it, and lines around it.
PROSE, AMONG, AROUND = 0.7, 0.55, 0.4

# More control characters than this, by share, are no text's.
MOST_CONTROLS = 0.01

# A text is markup if more than this share of its lines begin with a tag or end with one.
MOST_TAGGED = 0.5

_PAGE = re.compile(r"<(?:!doctype|html|head|body)\b", re.IGNORECASE)
_FIRST_TAG = re.compile(r"\s*<(?:[!?]|[a-z][a-z0-9]*[\s/>])", re.IGNORECASE)
_TAGGED = re.compile(r"^\s*</?[a-z][a-z0-9]*(?:\s[^<>]*)?>|</[a-z][a-z0-9]*>\s*$", re.IGNORECASE)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd]")
_SENTENCE_END = re.compile(r"[.!?…。！？][”\"'’»“)\]]*$|[”»“]\.?$")
_BULLET = re.compile(r"^(?:[-*•‣▪·–]|\d{1,2}[.)])\s+")
# "- We begin in May - said the mayor.": the teller's words after a dash
_TELLS_WHO_SPEAKS = re.compile(r"\s[-–]\s+[^\W\d_A-ZÀ-Þ]")
# "Cautions: Ives, Orr": a line of a match's or a meeting's facts
_FACTS = re.compile(r"[^\W\d_][^:.!?]{1,40}: \S")
_TABLE_ROW = re.compile(r"\|.*\|$|[^|]*\|[^|]*\|")
_LABEL = pattern(
    r"[\W_]*(?:{share.labels}|{navigation.labels}|{ad.labels}|{comment.labels}|{related.leads}|{newsletter.buttons})[\W_]*"
)


def clean_text(text: str, url: str = "") -> Article:
    """Clean text without HTML: title, byline, captions, credits and sign-up boxes stand in it as lines.

    Args:
        text: Lines; a blank line ends a group of lines that stood together.
        url: Where it came from, if known.

    Raises:
        NoArticle: Nothing is left that reads as an article.
    """
    return examine_text(text, url).article


def examine_text(text: str, url: str = "") -> Examination:
    """Clean text as :func:`clean_text` does, and tell what became of each line; text teaches no profile.

    Raises:
        NoArticle: As :func:`clean_text`.
    """
    if _is_markup(text):
        raise NoArticle("not-text", "this is HTML; clean it with newsclean.clean")
    if len(_CONTROLS.findall(text)) > MOST_CONTROLS * len(text):
        raise NoArticle("not-text", "this is binary data")
    segmentation = _segment_lines(text)
    if not segmentation.blocks:
        raise NoArticle("empty", "the text has no lines")
    body = _find_body(segmentation.blocks)
    head = _read_head(segmentation.blocks, body)
    probabilities = _probabilities(segmentation.blocks, body)
    decision = decide(segmentation, probabilities, FoundImages(), head, has_markup=False)
    blocks = segmentation.blocks
    kept = "\n\n".join(blocks[i].text for i in decision.kept)
    if len(kept.split()) < FEWEST_WORDS and len(kept) < 6 * FEWEST_WORDS:
        raise NoArticle("too-short", f"fewer than {FEWEST_WORDS} words of body")
    removed = sorted(decision.removed.items())
    article = Article(
        url=url,
        text=kept,
        block_kinds=tuple(blocks[i].kind for i in decision.kept),
        title=head.title,
        authors=head.authors,
        published=head.published,
        modified=head.modified,
        language=decide_language(kept, ""),
        section=head.section,
        credits=tuple(blocks[i].text for i, (_, rule) in removed if rule.startswith("credit.")),
        removed=tuple(Removal(kind, rule, blocks[i].text) for i, (kind, rule) in removed),
        evidence=head.evidence,
    )
    verdicts = tuple(verdicts_of(segmentation, probabilities, decision))
    return Examination(article, verdicts, Outline("", ()))


def _is_markup(text: str) -> bool:
    """Whether a text is HTML, whole or a part of a page, or XML."""
    if _PAGE.search(text, 0, 4096) or (_FIRST_TAG.match(text) and ("</" in text or "/>" in text)):
        return True
    lines = [line for line in text[:65_536].splitlines() if line.strip()]
    return sum(_TAGGED.search(line) is not None for line in lines) > MOST_TAGGED * len(lines)


def _read_lines(text: str) -> Iterator[tuple[str, BlockKind | None]]:
    """The text's lines without marks and invisible characters, wrapped ones joined, and what their marks say they are."""
    marked = is_markdown(text)
    for line in join_wrapped_lines(text.splitlines()):
        plain = strip_invisible_characters(fold(line)).strip()
        yield without_marks(plain) if marked else (plain, None)


def _segment_lines(text: str) -> Segmentation:
    """A block a line; a group of lines between blank lines is a container."""
    root = Container(Element("body"), None, "body", "", 0, 0, 0)
    result = Segmentation(containers=[root])
    group: Container | None = None
    read = list(_read_lines(text))
    lines = [line for line, _ in read]
    # a dump that puts a blank line hardly anywhere does not say what stood together
    groups = sum(bool(line) and not before for before, line in pairwise(["", *lines]))
    grouped = MOST_LINES_OF_A_GROUP * groups >= sum(map(bool, lines))
    for line, marked in read:
        if not line or not grouped:
            group = None
        if not line:
            continue
        after_break = group is not None
        if group is None:
            group = Container(Element("div"), root, "div", "", 0, 1, len(result.blocks))
            result.containers.append(group)
        bullet = _BULLET.match(line)
        kind: BlockKind = marked or ("list" if bullet and not bullet[0][0].isdigit() else "p")
        if _TABLE_ROW.match(line):
            kind = "table"
        if bullet is not None and _is_speech(line, bullet[0][0]):
            kind = marked or "p"
        content = line[bullet.end() :] if bullet is not None and kind == "list" else line
        result.blocks.append(Block(len(result.blocks), content, kind, group, 0, after_break=after_break))
        group.end = root.end = len(result.blocks)
    for block, following in pairwise(result.blocks):
        if (
            block.kind == "p"
            and len(block.text) <= SENTENCE_LENGTH
            and not _SENTENCE_END.search(block.text)
            and block.text[:1].isupper()
            and len(following.text) > SENTENCE_LENGTH
        ):
            block.kind = "heading"
    set_keys(result.blocks)
    return result


def _is_speech(line: str, mark: str) -> bool:
    """Whether a dash before a line begins a speech, as in Polish, Spanish and French, rather than an item of a list."""
    return _is_sentence(line) and (
        mark == "–" or (mark == "-" and _TELLS_WHO_SPEAKS.search(line[1:]) is not None)
    )


def _is_sentence(text: str) -> bool:
    return _SENTENCE_END.search(text) is not None


def _worth(block: Block, fragments: int) -> float:
    """How much a line's form speaks for its being in the body, or, below zero, against it.

    Args:
        block: The line.
        fragments: How many lines straight before it were no sentences: after a few, further ones cost less.
    """
    length = len(block.text)
    if _is_sentence(block.text):
        return min(MOST_WORTH, length / LENGTH_OF_ONE) if length >= LONGEST_LABEL else SHORT_SENTENCE
    if length > SENTENCE_LENGTH or block.kind == "table":
        return SHORT_SENTENCE
    worth = LIST_ITEM if block.kind == "list" else FRAGMENT
    return worth if fragments < FULL_FRAGMENTS else FURTHER_FRAGMENTS * worth


def _best_run(blocks: Sequence[Block]) -> range:
    """The run of lines with the largest sum of worths (Kadane's algorithm)."""
    best, run = 0.0, range(len(blocks))
    total, start, fragments = 0.0, 0, 0
    for block in blocks:
        if total <= 0:
            total, start, fragments = 0.0, block.index, 0
        worth = _worth(block, fragments)
        fragments = fragments + 1 if worth < 0 else 0
        total += worth
        if total > best:
            best, run = total, range(start, block.index + 1)
    return run


def _find_body(blocks: Sequence[Block]) -> list[bool]:
    """Which lines are body: a run of them, headline, byline and dates apart."""
    sentences = [
        b.index
        for b in blocks
        if len(b.text) > SENTENCE_LENGTH or (len(b.text) >= LONGEST_LABEL and _is_sentence(b.text))
    ]
    run = range(len(blocks))
    if sentences:
        last = sentences[-1]
        while last + 1 < len(blocks) and (
            _closes(blocks[last + 1])
            or (last > sentences[-1] and all(_FACTS.match(b.text) for b in blocks[last : last + 2]))
        ):
            last += 1
        run = range(sentences[0], last + 1)
        best = _best_run(blocks)
        labels = sum(_LABEL.fullmatch(block.text) is not None for block in blocks)
        inside = sum(len(blocks[i].text) for i in sentences if i in best)
        most = inside >= LEAST_OF_SENTENCES * sum(len(blocks[i].text) for i in sentences)
        # menus and footers, or at least an extraction's share of them
        if sentences[0] >= LINES_OF_A_MENU or (labels >= FEWEST_LABELS and most):
            run = best
    first, end = run.start, run.stop
    if first > 0 and _is_standfirst(blocks, first - 1):
        first -= 1
    found = [first <= block.index < end for block in blocks]
    # a standfirst may stand over byline and dates; whatever else does is no body
    heads = [i for i in range(first, min(first + LINES_OVER_BYLINE, end)) if _is_head(blocks[i])]
    for i in range(first, heads[-1] + 1 if heads else first):
        titled = any(len(block.text.split()) >= 3 for block in blocks[max(0, i - HEAD_LINES) : i])
        found[i] = titled and _is_sentence(blocks[i].text) and not _is_head(blocks[i])
    head = first
    while head > 0 and _is_head(blocks[head - 1]):
        head -= 1
    # among a page's menus, such a line is the headline itself or a caption
    if 0 < head < first < LINES_OF_A_MENU and _is_standfirst(blocks, head - 1):
        found[head - 1] = True
    return found


def _closes(block: Block) -> bool:
    """Whether a short line after the last long sentence is one itself."""
    return (
        len(block.text.split()) >= 3
        and block.text.endswith((".", "”", "“", "»", ".)"))
        and not _LABEL.fullmatch(block.text)
    )


def _is_head(block: Block) -> bool:
    """Whether a line is a byline or a date for certain."""
    line = read_head_line(block.text)
    return (line is not None and (line.has_by or line.is_dated)) or is_byline(block.text)


def _is_standfirst(blocks: Sequence[Block], index: int) -> bool:
    """Whether a long line without a full stop stands between the headline and the body rather than being the headline."""
    text = blocks[index].text
    before = [block.text for block in blocks[max(0, index - HEAD_LINES) : index]]
    if len(text) < LONGEST_LABEL or read_head_line(text) is not None or key(text) in map(key, before):
        return False
    return any(len(line.split()) >= 3 and read_head_line(line) is None for line in before)


def _probabilities(blocks: Sequence[Block], body: Sequence[bool]) -> list[float]:
    return [
        AROUND
        if not inside
        else PROSE
        if len(block.text) > SENTENCE_LENGTH or _is_sentence(block.text)
        else AMONG
        for block, inside in zip(blocks, body, strict=True)
    ]


def _read_head(blocks: Sequence[Block], body: Sequence[bool]) -> Metadata:
    """Title, authors, dates and section from the lines before the body, and those over which a standfirst stands."""
    first = body.index(True) if True in body else len(blocks)
    until = max(
        (i for i in range(first, min(first + LINES_OVER_BYLINE, len(blocks))) if not body[i]), default=first
    )
    head = [block for block in blocks[max(0, first - HEAD_LINES) : until + 1] if not body[block.index]]
    language = decide_language(" ".join(block.text for block in blocks[first : first + 8]), "")
    month_first = None if language in {"", "en"} else False
    read = [(block, read_head_line(block.text, month_first)) for block in head]
    lines = [(block, line) for block, line in read if line is not None]
    evidence: list[Evidence] = []
    title = _title([block for block, line in read if _may_be_title(line, lines)], blocks[:first])
    if title:
        evidence.append(Evidence("title", "line:headline", title, chosen=True))
    named = _names([(block, line) for block, line in lines if key(block.text) != key(title)])
    for authors, source in named:
        evidence.append(Evidence("authors", source, "; ".join(authors), chosen=authors == named[0][0]))
    published = next((line.published for _, line in lines if line.published is not None), None)
    modified = next((line.modified for _, line in lines if line.modified is not None), None)
    if published is None:
        published, modified = modified, None
    for field, when in (("published", published), ("modified", modified)):
        if when is not None:
            source = "line:date-only" if (when.hour, when.minute) == (0, 0) else "line:date"
            evidence.append(Evidence(field, source, when.isoformat(), chosen=True))
    return Metadata(
        title=title,
        authors=named[0][0] if named else (),
        published=published,
        modified=modified,
        section=next((line.section for _, line in lines if line.section), ""),
        evidence=tuple(evidence),
    )


def _is_certain(line: HeadLine) -> bool:
    return line.has_by or line.is_dated


def _may_be_title(line: HeadLine | None, lines: Sequence[tuple[Block, HeadLine]]) -> bool:
    """Whether a line can be the headline: no byline or date, and a person's name only if another one signs the text."""
    if line is None:
        return True
    if _is_certain(line) or line.is_placed:
        return False
    return not _is_name(line) or any(other.has_by and other.names != line.names for _, other in lines)


def _is_name(line: HeadLine) -> bool:
    """Whether a line names one person with two words, as most are: of more, a headline in capitals looks the same."""
    return len(line.names) == 1 and len(line.names[0].split()) == 2


def _title(candidates: Sequence[Block], before: Sequence[Block]) -> str:
    """The headline: the line before the body that is told twice, else the first that is long enough for one."""
    usable = [
        block.text
        for block in candidates
        if len(block.text) <= LONGEST_TITLE and block.kind != "list" and not _LABEL.fullmatch(block.text)
    ]
    told = Counter(key(block.text) for block in before)
    for fewest in (3, 2, 1):
        found = [text for text in usable if len(text.split()) >= fewest]
        again = [text for text in found if told[key(text)] > 1 and fewest > 1]
        if again or found:
            return max(again, key=len) if again else found[0]
    return ""


def _names(lines: Sequence[tuple[Block, HeadLine]]) -> list[tuple[tuple[str, ...], str]]:
    """Who the head lines name, the surest first: after "By", beside a date, then alone next to either."""
    found = [(line.names, "line:byline") for _, line in lines if line.names and line.has_by]
    found += [(line.names, "line:name-and-date") for _, line in lines if line.names and line.is_marked]
    certain = {block.index for block, line in lines if _is_certain(line)}
    found += [
        (line.names, "line:name")
        for block, line in lines
        if line.names
        and not _is_certain(line)
        and certain & {block.index + 1, block.index + 2, block.index - 1}
    ]
    found += [(line.names, "line:name-and-date") for _, line in lines if line.names and line.is_dated]
    found += [(line.names, "line:name") for _, line in lines if _is_name(line) and not certain]
    unique: dict[tuple[str, ...], str] = {}
    for names, source in found:
        unique.setdefault(names, source)
    return list(unique.items())
