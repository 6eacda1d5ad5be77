"""Text that the judge tends to lose: standfirsts, short paragraphs, quotes, lists, rows, corrections and editor's notes.

The truths it was trained on leave many of these out, though a reader counts them as text. Each is told by structure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import groupby

from newsclean.blocks import Block, Container, Role, Segmentation
from newsclean.captions import ends_in_credit, is_credit_line
from newsclean.features import Voices
from newsclean.images import is_named_caption
from newsclean.metadata import Metadata, read_written_date
from newsclean.passages import Passages
from newsclean.rules.byline import is_byline, is_date_line
from newsclean.rules.rule import key
from newsclean.vocabulary import pattern

# What a recovered block is raised to: body, but by little, so that a rule with a ceiling still takes it.
RECOVERED = 0.55
# So many siblings with this mean probability, and at least so much for the one that is recovered: more at the text's edge
# or where all of it is emphasised.
FEWEST_ALIKE, MEAN_OF_ALIKE = 4, 0.8
LEAST_INSIDE, LEAST_AT_EDGE = 0.05, 0.3
MOST_EMPHASIS = 0.8
# A long text has so many paragraphs; both extractors keep so much of it, the judge at least so much. On pages out of fold all
# 41 of such that the judge had rejected belong to the text.
LONG_TEXT, KEPT_BY_BOTH, BODY_OF_LONG = 50, 0.9, 0.1
LEAST_OF_A_QUOTE = 0.2
# A row is recovered if most of its table is body, and the judge gives it at least this.
LEAST_OF_A_ROW = 0.2
# A list is recovered if the judge gives one of its items at least this.
LEAST_OF_A_LIST = 0.1
SHORTEST_STANDFIRST, LONGEST_STANDFIRST = 25, 450
FEWEST_WORDS = 6
# Byline, dates, share labels and a lead image's caption may stand between the headline and the body, not more.
LINES_AFTER_HEADLINE = 20

_NOTE = pattern(r"^\W*{note.corrections}")
_APART = (
    Role.NAV | Role.ASIDE | Role.FOOTER | Role.FORM | Role.BUTTON | Role.FIGURE | Role.CAPTION | Role.DIALOG
)


def recover(
    segmentation: Segmentation,
    probabilities: Sequence[float],
    extractors: Voices,
    metadata: Metadata,
    captions: Collection[int],
) -> list[float]:
    """Raise the probability of text that the judge tends to lose.

    Args:
        segmentation: The page in blocks.
        probabilities: The judge's, one a block.
        extractors: What other extractors keep; trafilatura is asked for long texts only.
        metadata: For the title, and the authors, whose line is no standfirst.
        captions: Indices of blocks that belong to images.
    """
    found = list(probabilities)
    body = [i for i, probability in enumerate(found) if probability >= 0.5]
    if not body:
        return found
    blocks = segmentation.blocks
    for i in (
        *_standfirst(blocks, body[0], metadata, captions),
        *_paragraphs(blocks, found),
        *_long_texts(blocks, found, extractors),
        *_quotes(blocks, found),
        *_lists(blocks, found),
        *_tables(blocks, found),
        *_notes(blocks, found, body),
    ):
        found[i] = max(found[i], RECOVERED)
    return found


def _standfirst(
    blocks: Sequence[Block], first: int, metadata: Metadata, captions: Collection[int]
) -> list[int]:
    """The first paragraph between the headline and the body, if it is no byline, date or caption."""
    titles = frozenset(filter(None, map(key, (metadata.title, *metadata.title_candidates))))
    authors = tuple(filter(None, map(key, metadata.authors)))
    headline = next(
        (
            b
            for b in reversed(blocks[:first])
            if b.heading_level == 1 and len(b.text.split()) >= 3 and not b.hidden
        ),
        None,
    )
    if headline is None or first - headline.index > LINES_AFTER_HEADLINE:
        return []
    for block in blocks[headline.index + 1 : first]:
        if (
            block.hidden
            or block.index in captions
            or block.roles & _APART
            or block.kind != "p"
            or len(block.text) < SHORTEST_STANDFIRST
        ):
            continue
        text = block.key
        if (
            is_named_caption(block)
            or text in titles
            or is_byline(block.text)
            or is_date_line(block.text)
            or is_credit_line(block.text)
            or ends_in_credit(block.text)
        ):
            continue
        if any(author in text for author in authors) or read_written_date(block.text) is not None:
            continue
        # after the headline comes the standfirst or none: what stands behind a link list or a picture is something else
        if (
            block.link_length
            or block.media_before > 1
            or len(block.text) > LONGEST_STANDFIRST
            or len(block.text.split()) < FEWEST_WORDS
        ):
            return []
        return [block.index]
    return []


def _paragraphs(blocks: Sequence[Block], probabilities: Sequence[float]) -> list[int]:
    """Paragraphs among their like: in one container and of one name with others that are nearly all body.

    On pages out of fold 39 of 40 of such that the judge had rejected belong to the text.
    """
    recovered = []
    for group in _alike(blocks):
        mass = sum(len(block.text) for block in group)
        if sum(len(block.text) * probabilities[block.index] for block in group) < MEAN_OF_ALIKE * mass:
            continue
        body = [block.index for block in group if probabilities[block.index] >= 0.5]
        for block in group:
            inside = body[0] < block.index < body[-1]
            is_emphasised = block.emphasis_length > MOST_EMPHASIS * len(block.text)
            least = LEAST_INSIDE if inside and not is_emphasised else LEAST_AT_EDGE
            if (
                least <= probabilities[block.index] < 0.5
                and (inside or _is_whole(block.text))
                and not (block.link_count or block.media_before)
            ):
                recovered.append(block.index)
    return recovered


def _is_whole(text: str) -> bool:
    """Whether a line is a sentence, or ends in a figure, as the last lines of a match report do."""
    return text.rstrip("\"'”’»)").endswith((".", "!", "?", "…")) or text[-1].isdigit()


def _alike(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Groups of paragraphs in one container and of one name."""
    groups: dict[tuple[int, str], list[Block]] = {}
    for block in blocks:
        container = block.container
        if block.kind == "p" and not block.hidden and container.tag == "p" and container.parent is not None:
            groups.setdefault((id(container.parent), container.names), []).append(block)
    return (group for group in groups.values() if len(group) >= FEWEST_ALIKE)


def _long_texts(blocks: Sequence[Block], probabilities: Sequence[float], extractors: Voices) -> Iterator[int]:
    """Paragraphs among their like that both extractors keep nearly whole, of which the judge keeps a part.

    The judge has seen few texts of more than a hundred paragraphs, and trusts their later ones less and less.
    """
    for group in _alike(blocks):
        if len(group) < LONG_TEXT:
            continue
        mass = sum(len(block.text) for block in group)
        body = sum(len(block.text) for block in group if probabilities[block.index] >= 0.5)
        if BODY_OF_LONG * mass <= body < mass and all(
            sum(len(block.text) for block in group if keeps[block.index]) >= KEPT_BY_BOTH * mass
            for keeps in (extractors.resiliparse, extractors.trafilatura)
        ):
            yield from (block.index for block in group if not (block.link_count or block.media_before))


def _quotes(blocks: Sequence[Block], probabilities: Sequence[float]) -> list[int]:
    """Quotations between two blocks of the body that do not repeat one: those are drawn from the text as ornaments."""
    visible = [block for block in blocks if not block.hidden]
    quotes = [
        block
        for before, block, after in zip(visible, visible[1:], visible[2:], strict=False)
        if block.kind == "quote"
        and not (block.link_count or block.roles & _APART)
        and LEAST_OF_A_QUOTE
        <= probabilities[block.index]
        < 0.5
        <= min(probabilities[before.index], probabilities[after.index])
    ]
    if not quotes:
        return []
    passages = Passages(block.key for block in visible)
    return [quote.index for quote in quotes if not passages.hold(quote.key, times=2)]


def _lists(blocks: Sequence[Block], probabilities: Sequence[float]) -> list[int]:
    """Lists without a link straight after a block of the body.

    On pages at large, 94 of 103 such lists that the judge had rejected belong to the text.
    """
    recovered: list[int] = []
    visible = [block for block in blocks if not block.hidden]
    before: Block | None = None
    for holder, run in groupby(visible, key=_list_around):
        items = list(run)
        if (
            holder is not None and len(items) > 1 and before is not None and probabilities[before.index] >= 0.5
            and not any(item.link_count or item.roles & _APART for item in items)
            and max(probabilities[item.index] for item in items) >= LEAST_OF_A_LIST
        ):  # fmt: skip
            recovered += [item.index for item in items]
        before = items[-1]
    return recovered


def _list_around(block: Block) -> Container | None:
    return _around(block, frozenset({"ul", "ol"}))


def _around(block: Block, tags: frozenset[str]) -> Container | None:
    container: Container | None = block.container
    while container is not None and container.tag not in tags:
        container = container.parent
    return container


def _tables(blocks: Sequence[Block], probabilities: Sequence[float]) -> list[int]:
    """Rows of a table that is body for the most part: its head, its sum."""
    tables: dict[int, list[Block]] = {}
    for block in blocks:
        if block.container.tag == "tr" and not block.hidden:
            tables.setdefault(id(_around(block, frozenset({"table"}))), []).append(block)
    return [
        block.index
        for table in tables.values()
        if 2 * sum(probabilities[block.index] >= 0.5 for block in table) > len(table)
        for block in table
        if LEAST_OF_A_ROW <= probabilities[block.index] < 0.5 and not block.link_count
    ]


def _notes(blocks: Sequence[Block], probabilities: Sequence[float], body: Sequence[int]) -> list[int]:
    """Corrections and editor's notes, in the body or straight after it: they belong to the article."""
    near = blocks[body[0] : body[-1] + 3]
    return [
        b.index
        for b in near
        if not b.hidden and not b.roles & _APART and probabilities[b.index] >= 0.1 and _NOTE.match(b.text)
    ]
