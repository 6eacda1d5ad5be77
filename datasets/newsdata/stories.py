"""Which texts tell the same story: pairs compared, clusters made of them.

Reports of one template share most of their shingles, as copies do. What tells them apart is how they differ. Where one
copy was edited, nearly all others still agree with one another. At a template's *slot* nearly every report has
something else. So each text is compared with some of its *kin*, the texts most like it, and a place where two texts
part is a slot if neither has what half of its kin have.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from functools import partial
from itertools import chain
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from newsdata.shingles import Features, HashSets, Integers, joined_sets
from newsdata.signatures import Pairs, Signatures, Sketches, candidates, kin

Shares: TypeAlias = npt.NDArray[np.float32]
Decisions: TypeAlias = npt.NDArray[np.bool_]
Estimates: TypeAlias = npt.NDArray[np.float64]

# When two texts are the same story. Figures: benchmarks/dedupe.py, discussed in docs/dedupe.md.
FEWEST_SHINGLES = 20  # a text of fewer is compared letter for letter only: a caption or a score is no story
SIMILARITY = 0.6  # of shingles: edits of 3 % leave .84, two copies with 3 % each .71
CONTAINMENT = 0.8  # of the shorter text's shingles in the longer: a cut copy with edits of 3 % keeps .91
SHORTEST_PART = 0.25  # of the longer text: a brief inside a round-up of the day is no copy of the round-up
KIN_SIMILARITY = 0.4  # of shingles: of one template, if with many slots
SLOTS = 0.3  # of the places where two texts part: templates have hardly another, copies hardly one
WORDS_OF_SLOT = 60  # at most: papers put their names into long copies. A slot for a number counts for two
NUMBERS_APART = 0.4  # of those of the text with fewer, and one in WORDS_OF_SLOT: more than a correction
THREADS = min(os.cpu_count() or 1, 4)  # numpy leaves the interpreter to another while it sorts
_PAIRS_AT_ONCE = 1024  # some 50 MB of hashes a thread
_CANDIDATES_AT_ONCE = 4_000_000  # looked at together, some 300 MB
_STANDARD_ERRORS = 2.7  # by which an estimate may err: what is further off is not compared


@dataclass(frozen=True, slots=True)
class Comparisons:
    """How alike some pairs of texts are, shares from 0 to 1, and where they differ.

    Attributes:
        similarity: Shingles in both, of those in either (Jaccard).
        containment: Shingles in both, of those in the text with fewer.
        part: Shingles of the shorter text, of those of the longer.
        length: About how many words the shorter text has.
        numbers: How many numbers the text with fewer has.
        numbers_apart: How many of them the other has not.
        partings: Where both go on differently after the same words: 16 bits of those words' hash, and a bit that says
            whether both go on with a number.
        meetings: The same of the texts read backwards.
    """

    similarity: Shares
    containment: Shares
    part: Shares
    length: Integers
    numbers: Integers
    numbers_apart: Integers
    partings: HashSets
    meetings: HashSets

    @property
    def alike(self) -> Decisions:
        """Whether each pair is one story, if it is not two reports of one template."""
        alike: Decisions = (self.similarity >= SIMILARITY) | (
            (self.containment >= CONTAINMENT) & (self.part >= SHORTEST_PART)
        )
        return alike

    def same_story(self, pairs: Pairs, are_kin: Decisions) -> Decisions:
        """Whether each pair is one story.

        Args:
            pairs: The pairs that were compared.
            are_kin: Which of them are kin; the others show no slots.
        """
        numbers_differ = (self.numbers_apart >= NUMBERS_APART * self.numbers) & (
            self.numbers_apart * WORDS_OF_SLOT >= np.maximum(self.length, 1)
        )
        decision: Decisions = self.alike & ~numbers_differ & ~self._filled(pairs, are_kin)
        return decision

    def _filled(self, pairs: Pairs, are_kin: Decisions) -> Decisions:
        """Whether the texts of each pair differ as two fillings of one template do."""
        kin = are_kin & (self.similarity >= KIN_SIMILARITY)
        inside = (self.partings.sizes > 0) & (self.meetings.sizes > 0)  # not a headline or a last line alone
        filled = np.zeros(len(pairs), bool)
        unexplained = np.zeros(len(pairs), bool)
        for places in (self.partings, self.meetings):
            left, right = (_outvoted(places, pairs[:, side], pairs, kin) for side in (0, 1))
            number = (places.hashes & 1).astype(bool)
            slots, slots_of_numbers = _count(places, left & right), _count(places, left & right & number)
            filled |= (slots > 0) & (slots >= SLOTS * places.sizes) & (
                (slots + slots_of_numbers) * WORDS_OF_SLOT >= self.length
            )  # fmt: skip
            no_edits = _count(places, left == right)
            unexplained |= (no_edits > 0) & (no_edits >= SLOTS * places.sizes)
        filled &= inside
        reports = 2 * _of_texts(pairs[kin & filled], pairs) > _of_texts(pairs[kin], pairs)
        decision: Decisions = filled | unexplained & reports[pairs].all(axis=1)
        return decision


def _of_texts(chosen: Pairs, pairs: Pairs) -> Integers:
    """Return how many of the chosen pairs each text is in."""
    return np.bincount(chosen.ravel(), minlength=int(pairs.max(initial=-1)) + 1)


def _count(places: HashSets, which: Decisions) -> Integers:
    """Return how many of each pair's places are chosen."""
    before = np.concatenate([np.zeros(1, np.int64), np.cumsum(which, dtype=np.int64)])
    count: Integers = before[places.offsets[1:]] - before[places.offsets[:-1]]
    return count


def _outvoted(places: HashSets, texts: Integers, pairs: Pairs, kin: Decisions) -> Decisions:
    """Whether, at each place of a pair, more than half of its text and the text's kin have something else.

    Where both texts of a pair are outvoted, there is a slot; where one is, it was edited.

    Args:
        places: Where the pairs part.
        texts: One text of each pair.
        pairs: The pairs.
        kin: Which of them are kin.
    """
    pair = np.repeat(np.arange(len(pairs)), places.sizes)
    place = (places.hashes >> np.uint32(1)).astype(np.int64)
    of_kin = kin[pair]
    differing = (pairs[pair[of_kin]] << 16 | place[of_kin, None]).ravel()  # text and place
    known, counts = np.unique(differing, return_counts=True)
    known, counts = np.append(known, -1), np.append(counts, 0)  # the last for what is not found
    asked = texts[pair] << 16 | place
    at = np.searchsorted(known[:-1], asked)
    others = np.where(known[at] == asked, counts[at], 0)
    outvoted: Decisions = 2 * others > _of_texts(pairs[kin], pairs)[texts[pair]] + 1
    return outvoted


def worth_comparing(signatures: Signatures) -> tuple[Pairs, Decisions]:
    """Return the pairs that may be one story by their signatures, or are kin; each once, in order; and which are kin."""
    texts = np.flatnonzero(signatures.shingles.sizes >= FEWEST_SHINGLES)
    chosen = signatures.take(texts)
    found = np.empty(0, np.int64)  # pairs as single numbers, sorted
    waiting: list[Integers] = []
    for pairs in chain(candidates(chosen), [None]):
        if pairs is not None:
            waiting.append(pairs[:, 0] * len(texts) + pairs[:, 1])
        if waiting and (pairs is None or sum(map(len, waiting)) >= _CANDIDATES_AT_ONCE):
            numbers = np.setdiff1d(np.concatenate(waiting), found)
            waiting = []
            found = np.union1d(found, numbers[_possible(chosen, _pairs(numbers, len(texts)))])
    related = kin(chosen)
    related = related[_at_most(chosen.shingles, related)[0] >= KIN_SIMILARITY]
    relatives = np.unique(related[:, 0] * len(texts) + related[:, 1])
    found = np.union1d(found, relatives)
    possible: Pairs = texts[_pairs(found, len(texts))]
    return possible, np.isin(found, relatives, assume_unique=True)


def _pairs(numbers: Integers, count: int) -> Pairs:
    return np.stack(np.divmod(numbers, max(count, 1)), axis=1)


def _possible(signatures: Signatures, pairs: Pairs) -> Decisions:
    """Whether each pair could be one story if the estimates erred to its favour."""
    similarity, containment = _at_most(signatures.shingles, pairs)
    possible: Decisions = (similarity >= SIMILARITY) | (containment >= CONTAINMENT)
    return possible


def _at_most(sketches: Sketches, pairs: Pairs) -> tuple[Estimates, Estimates]:
    """Return similarity and containment of each pair, as high as they may well be."""
    doubt = (
        _STANDARD_ERRORS * 0.5 / np.sqrt(sketches.minima.shape[1])
    )  # of a share of n: at most half of 1 / sqrt(n)
    similarity = np.minimum(1, sketches.estimated_similarity(pairs) + doubt)
    sizes = sketches.sizes[pairs]
    both = similarity / (1 + similarity) * sizes.sum(axis=1)  # |A and B| from |A and B| / |A or B|
    return similarity, both / np.maximum(sizes.min(axis=1), 1)


def compare(texts: Features, pairs: Pairs) -> Comparisons:
    """Compare the texts of each pair by all of their shingles and numbers."""
    lots = np.split(pairs, range(_PAIRS_AT_ONCE, len(pairs), _PAIRS_AT_ONCE))
    with ThreadPoolExecutor(THREADS) as pool:
        parts = list(pool.map(partial(_compared, texts), lots))
    columns: dict[str, Any] = {}
    for field in fields(Comparisons):
        column = [getattr(part, field.name) for part in parts]
        columns[field.name] = (
            joined_sets(column) if isinstance(column[0], HashSets) else np.concatenate(column)
        )
    return Comparisons(**columns)


def _compared(texts: Features, pairs: Pairs) -> Comparisons:
    sizes = texts.shingles.sizes[pairs]
    both, partings = _in_both(texts.shingles, pairs)
    _, meetings = _in_both(texts.backwards, pairs)
    smaller = np.maximum(sizes.min(axis=1), 1)
    numbers = texts.numbers.sizes[pairs].min(axis=1)
    return Comparisons(
        similarity=(both / np.maximum(sizes.sum(axis=1) - both, 1)).astype(np.float32),
        containment=(both / smaller).astype(np.float32),
        part=(smaller / np.maximum(sizes.max(axis=1), 1)).astype(np.float32),
        length=texts.lengths[pairs].min(axis=1),
        numbers=numbers,
        numbers_apart=numbers - _in_both(texts.numbers, pairs)[0],
        partings=partings,
        meetings=meetings,
    )


def _in_both(sets: HashSets, pairs: Pairs) -> tuple[Integers, HashSets]:
    """Return how many hashes the sets of each pair share, and where they part, see :class:`Comparisons`."""
    sides = [_numbered(sets, pairs[:, side]) << np.uint64(1) | np.uint64(side) for side in (0, 1)]
    keys = np.sort(np.concatenate(sides))  # pair, hash, side
    twice = (keys[1:] >> np.uint64(1)) == (keys[:-1] >> np.uint64(1))
    both = np.bincount((keys[1:][twice] >> np.uint64(33)).astype(np.int64), minlength=len(pairs))
    alone = np.ones(len(keys), bool)
    alone[1:] &= ~twice
    alone[:-1] &= ~twice
    keys = keys[alone]
    places, first = np.unique(keys >> np.uint64(17), return_index=True)  # pair, upper half of the hash
    side, number = (
        (keys & np.uint64(1)).astype(np.uint8),
        (keys >> np.uint64(1) & np.uint64(1)).astype(np.uint8),
    )
    held = np.uint8(1) << side | number << (side + np.uint8(2))  # a bit a side, and one a side for a number
    held = np.bitwise_or.reduceat(held, first) if len(first) else held
    part = (held & 0b11) == 0b11
    values = (places[part] & np.uint64(0xFFFF)) << np.uint64(1) | (held[part] >= 0b1100)
    offsets = np.searchsorted(places[part] >> np.uint64(16), np.arange(len(pairs) + 1, dtype=np.uint64))
    return both, HashSets(values.astype(np.uint32), offsets.astype(np.int64))


def _numbered(sets: HashSets, texts: Integers) -> npt.NDArray[np.uint64]:
    """Return the hashes of each text one after the other, its place in ``texts`` in the upper 32 bits."""
    sizes = sets.sizes[texts]
    place = np.repeat(np.arange(len(texts)), sizes)
    before = np.cumsum(sizes) - sizes
    positions = np.arange(len(place)) + np.repeat(sets.offsets[texts] - before, sizes)
    numbered: npt.NDArray[np.uint64] = place.astype(np.uint64) << np.uint64(32) | sets.hashes[positions]
    return numbered


def representatives(count: int, pairs: Pairs, seen: Integers) -> Integers:
    """Return for each text the one that stands for its story; for most texts that is the text itself.

    Each cluster is a star (Aslam, Pelekhov and Rus, "The star clustering algorithm", 2004): the text with the
    most copies, and those of its copies that are not taken yet. So each member was compared with its
    representative, and a chain of small changes cannot join two stories.

    Args:
        count: Number of texts.
        pairs: Those that are one story.
        seen: When each text was first seen; of two with equally many copies the earlier stands for the story.
    """
    both_ways = np.concatenate([pairs, pairs[:, ::-1]])
    both_ways = both_ways[np.argsort(both_ways[:, 0], kind="stable")]
    offsets = np.searchsorted(both_ways[:, 0], np.arange(count + 1))
    degrees = np.diff(offsets)
    standing = np.arange(count)
    taken = np.zeros(count, bool)
    order = np.lexsort((np.arange(count), seen, -degrees))
    for text in order[: np.count_nonzero(degrees)]:
        if not taken[text]:
            taken[text] = True
            copies = both_ways[offsets[text] : offsets[text + 1], 1]
            copies = copies[~taken[copies]]
            standing[copies] = text
            taken[copies] = True
    return standing
