"""Label a page's blocks by its true body: which of them a right extraction keeps."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from pages import TruePage

from newsclean.blocks import Block

_NOT_LETTERS = re.compile(r"[\W_]+")
_LINE = re.compile(r"\s*\n\s*")
# A text that occurs more often in the truth than this is decided by its neighbours anyway.
_MOST_OCCURRENCES = 12
# Reward for a block that starts or ends where a line of the truth does, in letters.
_EDGE = 3.0
# Price of each block that lies between two chosen ones: of two equal texts, the one nearer the others wins.
_GAP = 0.002


@dataclass(frozen=True, slots=True)
class Labels:
    """What a right extraction does with each block.

    Attributes:
        keep: Whether it is body.
        weight: 0 for a block that is right either way or undecidable, else 1.
    """

    keep: list[bool]
    weight: list[float]


def letters(text: str) -> str:
    """The letters and digits of a text in lower case: what is compared."""
    return _NOT_LETTERS.sub("", text).lower()


class _PrefixMaximum:
    """The largest value at or before a position (Fenwick tree), with its payload."""

    def __init__(self, size: int) -> None:
        self._best: list[tuple[float, int]] = [(0.0, -1)] * (size + 2)

    def put(self, position: int, value: tuple[float, int]) -> None:
        position += 1
        while position < len(self._best):
            if value[0] > self._best[position][0]:
                self._best[position] = value
            position += position & -position

    def get(self, position: int) -> tuple[float, int]:
        position += 1
        best = (0.0, -1)
        while position:
            if self._best[position][0] > best[0]:
                best = self._best[position]
            position -= position & -position
        return best


def label(page: TruePage, blocks: Sequence[Block]) -> Labels:
    """Label blocks by aligning them, in order, with the truth.

    A chain of blocks, each standing in the truth after the one before, is chosen so that it covers most of the truth.
    What is left over of both is then matched out of order (a standfirst printed above the date), and last by shared
    shingles (a block that holds more than the truth, or the truth in other words).
    """
    lines = [line for paragraph in page.paragraphs for line in _LINE.split(paragraph) if letters(line)]
    keys = [letters(line) for line in lines]
    truth = "".join(keys)
    edges = [0]
    for key in keys:
        edges.append(edges[-1] + len(key))
    edge_set = frozenset(edges)
    block_keys = [letters(block.text) for block in blocks]
    chosen = _chain(block_keys, truth, edge_set, [bool(block.hidden) for block in blocks])
    keep = [False] * len(blocks)
    weight = [1.0] * len(blocks)
    covered = bytearray(len(truth))
    for i, start in chosen:
        keep[i] = True
        covered[start : start + len(block_keys[i])] = b"\1" * len(block_keys[i])
    _match_out_of_order(block_keys, truth, edge_set, keep, covered)
    _match_shingles(blocks, block_keys, truth, keep, weight, covered)
    optional = {letters(paragraph) for paragraph in page.optional}
    for i, (block, key) in enumerate(zip(blocks, block_keys, strict=True)):
        if not key:  # "* * *": right if its neighbours are, and of no weight
            keep[i] = False
            weight[i] = 0.0
        if key in optional or block.hidden:
            weight[i] = 0.0
    return Labels(keep, weight)


def _occurrences(key: str, truth: str) -> list[int]:
    found: list[int] = []
    position = truth.find(key)
    while position >= 0 and len(found) < _MOST_OCCURRENCES:
        found.append(position)
        position = truth.find(key, position + 1)
    return found


def _chain(
    keys: Sequence[str], truth: str, edges: frozenset[int], hidden: Sequence[bool]
) -> list[tuple[int, int]]:
    links: list[tuple[int, int, int]] = []  # block, start in truth, previous link
    best = _PrefixMaximum(len(truth))
    top = (0.0, -1)
    for i, key in enumerate(keys):
        if not key or hidden[i]:
            continue
        news: list[tuple[int, float, int]] = []
        for start in _occurrences(key, truth):
            end = start + len(key)
            at_edges = (start in edges) + (end in edges)
            if len(key) < 25 and not at_edges:  # found inside a line by chance
                continue
            worth = len(key) + _EDGE * at_edges
            before, link = best.get(start)
            worth = before + worth - _GAP * i if link >= 0 else worth
            links.append((i, start, link))
            news.append((end, worth, len(links) - 1))
            if worth > top[0]:
                top = (worth, len(links) - 1)
        for end, worth, link in news:
            best.put(end, (worth + _GAP * i, link))
    chosen: list[tuple[int, int]] = []
    link = top[1]
    while link >= 0:
        i, start, link = links[link]
        chosen.append((i, start))
    return chosen[::-1]


def _match_out_of_order(
    keys: Sequence[str], truth: str, edges: frozenset[int], keep: list[bool], covered: bytearray
) -> None:
    body = [i for i, kept in enumerate(keep) if kept]

    def distance(i: int) -> int:
        at = bisect_left(body, i)
        return min((abs(body[j] - i) for j in (at - 1, at) if 0 <= j < len(body)), default=0)

    for i in sorted((i for i, key in enumerate(keys) if len(key) >= 15 and not keep[i]), key=distance):
        for start in _occurrences(keys[i], truth):
            end = start + len(keys[i])
            if not any(covered[start:end]) and (start in edges or end in edges or len(keys[i]) >= 60):
                keep[i] = True
                covered[start:end] = b"\1" * (end - start)
                break


def _match_shingles(
    blocks: Sequence[Block],
    keys: Sequence[str],
    truth: str,
    keep: list[bool],
    weight: list[float],
    covered: bytearray,
    size: int = 12,
) -> None:
    if len(truth) < size:
        return
    free = {
        truth[p : p + size]
        for p in range(len(truth) - size + 1)
        if not covered[p] and not covered[p + size - 1]
    }
    if not free:
        return
    for i, key in enumerate(keys):
        if keep[i] or len(key) < 2 * size or blocks[i].hidden:
            continue
        share = sum(key[p : p + size] in free for p in range(len(key) - size + 1)) / (len(key) - size + 1)
        if share >= 0.5:
            keep[i] = True
            weight[i] = 0.5 if share < 0.9 else 1.0
            free -= {key[p : p + size] for p in range(len(key) - size + 1)}
        elif share > 0.25:
            weight[i] = 0.2
