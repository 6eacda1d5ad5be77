"""Which texts tell the same story: pairs compared, clusters made of them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import chain
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from newsdata.shingles import Features, HashSets, Integers
from newsdata.signatures import Pairs, Signatures, Sketches, candidates

Shares: TypeAlias = npt.NDArray[np.float32]
Decisions: TypeAlias = npt.NDArray[np.bool_]
Estimates: TypeAlias = npt.NDArray[np.float64]

# When two texts are the same story. Figures: benchmarks/dedupe.py, discussed in docs/dedupe.md.
FEWEST_SHINGLES = 20  # a text of fewer is compared letter for letter only: a caption or a score is no story
SIMILARITY = 0.6  # of shingles: edits of 3 % leave .84, two copies with 3 % each .71, a slot in ten words .54
CONTAINMENT = 0.8  # of the shorter text's shingles in the longer: a cut copy with edits of 3 % keeps .91
SHORTEST_PART = 0.25  # of the longer text: a brief inside a round-up of the day is no copy of the round-up
NUMBERS_SHARED = 0.6  # of the text with fewer numbers; templates keep almost none
NAMES_SHARED = 0.7  # likewise; German nouns count as names, so templates in German keep half of them
FEWEST_FACTS = 3  # of fewer numbers, or of fewer names, nothing is concluded
_PAIRS_AT_ONCE = 2048  # some 50 MB of hashes
_CANDIDATES_AT_ONCE = 4_000_000  # looked at together, some 300 MB
_STANDARD_ERRORS = 2.7  # by which an estimate may err: what is further off is not compared


@dataclass(frozen=True, slots=True)
class Comparisons:
    """How alike some pairs of texts are, each from 0 to 1.

    Attributes:
        similarity: Shingles in both, of those in either (Jaccard).
        containment: Shingles in both, of those in the text with fewer.
        numbers: Numbers in both, of those in the text with fewer; NaN if that has less than
            :data:`FEWEST_FACTS`.
        names: The same of names.
        part: Shingles of the shorter text, of those of the longer.
    """

    similarity: Shares
    containment: Shares
    numbers: Shares
    names: Shares
    part: Shares

    @property
    def same_story(self) -> Decisions:
        """Whether each pair is one story."""
        alike = (self.similarity >= SIMILARITY) | (
            (self.containment >= CONTAINMENT) & (self.part >= SHORTEST_PART)
        )
        facts_differ = (self.numbers < NUMBERS_SHARED) | (self.names < NAMES_SHARED)  # NaN is not less
        decision: Decisions = alike & ~facts_differ
        return decision


def worth_comparing(signatures: Signatures) -> Pairs:
    """Return the pairs that may be one story by their signatures, each once, in order."""
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
    possible: Pairs = texts[_pairs(found, len(texts))]
    return possible


def _pairs(numbers: Integers, count: int) -> Pairs:
    return np.stack(np.divmod(numbers, max(count, 1)), axis=1)


def _possible(signatures: Signatures, pairs: Pairs) -> Decisions:
    """Whether each pair could be one story if the estimates erred to its favour."""
    similarity, containment, _ = _at_most(signatures.shingles, pairs)
    possible = (similarity >= SIMILARITY) | (containment >= CONTAINMENT)
    for facts, least in ((signatures.numbers, NUMBERS_SHARED), (signatures.names, NAMES_SHARED)):
        left = np.flatnonzero(possible)
        _, shared, fewer = _at_most(facts, pairs[left])
        possible[left] = (shared >= least) | (fewer < FEWEST_FACTS)
    return possible


def _at_most(sketches: Sketches, pairs: Pairs) -> tuple[Estimates, Estimates, Integers]:
    """Return similarity and containment of each pair, as high as they may well be, and the size of its smaller set."""
    doubt = (
        _STANDARD_ERRORS * 0.5 / np.sqrt(sketches.minima.shape[1])
    )  # of a share of n: at most half of 1 / sqrt(n)
    similarity = np.minimum(1, sketches.estimated_similarity(pairs) + doubt)
    sizes = sketches.sizes[pairs]
    smaller = sizes.min(axis=1)
    both = similarity / (1 + similarity) * sizes.sum(axis=1)  # |A and B| from |A and B| / |A or B|
    return similarity, both / np.maximum(smaller, 1), smaller


def compare(texts: Features, pairs: Pairs) -> Comparisons:
    """Compare the texts of each pair by all of their shingles, numbers and names."""
    if not len(pairs):
        return Comparisons(*(np.empty(0, np.float32) for _ in fields(Comparisons)))
    parts = [
        _compared(texts, part) for part in np.split(pairs, range(_PAIRS_AT_ONCE, len(pairs), _PAIRS_AT_ONCE))
    ]
    return Comparisons(
        *(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Comparisons))
    )


def _compared(texts: Features, pairs: Pairs) -> Comparisons:
    sizes = texts.shingles.sizes[pairs]
    both = _in_both(texts.shingles, pairs)
    smaller = np.maximum(sizes.min(axis=1), 1)
    return Comparisons(
        similarity=(both / np.maximum(sizes.sum(axis=1) - both, 1)).astype(np.float32),
        containment=(both / smaller).astype(np.float32),
        numbers=_facts_shared(texts.numbers, pairs),
        names=_facts_shared(texts.names, pairs),
        part=(smaller / np.maximum(sizes.max(axis=1), 1)).astype(np.float32),
    )


def _facts_shared(sets: HashSets, pairs: Pairs) -> Shares:
    fewer = sets.sizes[pairs].min(axis=1)
    shared = _in_both(sets, pairs) / np.maximum(fewer, 1)
    return np.where(fewer >= FEWEST_FACTS, shared, np.nan).astype(np.float32)


def _in_both(sets: HashSets, pairs: Pairs) -> Integers:
    """Return how many hashes the sets of each pair share."""
    keys = np.sort(np.concatenate([_numbered(sets, pairs[:, 0]), _numbered(sets, pairs[:, 1])]))
    twice = keys[1:][keys[1:] == keys[:-1]]
    return np.bincount((twice >> np.uint64(32)).astype(np.int64), minlength=len(pairs))


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
