"""Short signatures of texts, and which pairs of texts are worth a comparison.

A signature is 128 minima of the text's shingles under as many hash functions (MinHash: Broder, 1997), by rensa's
R-MinHash. Two texts agree in each minimum with a probability equal to the similarity of their shingles. The
minima are cut into 32 bands of 4; texts that agree in a whole band are candidates (Indyk and Motwani, 1998).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from rensa import RMinHash

from newsdata.shingles import RULES_VERSION, Features, HashSets, Integers

Minima: TypeAlias = npt.NDArray[np.uint16]
Pairs: TypeAlias = npt.NDArray[np.int64]  # a row a pair: the smaller number first

# Chance to become a candidate, 1 - (1 - s**4)**32: .99 at a similarity s of .6, .87 at .5, .23 at .3.
BANDS = 32
MINIMA_OF_BAND = 4
MINIMA = BANDS * MINIMA_OF_BAND
# Reports of one template share bands by the thousand; these two keep the pairs to look at from growing with the square.
CROWD = (
    16  # texts in a band: of more, only those that agree in a minimum of their numbers and one of their names
)
LARGEST_CROWD = (
    256  # that even so is compared each with each, 32,640 pairs; of more, each with its neighbours
)
NEIGHBOURS = 32
KIN = 6  # texts before and behind in the largest group that a text shares a band with
_SEED = 20261125
_PAIRS_AT_ONCE = 65_536  # 17 MB of minima on each side

SIGNATURE_VERSION = f"shingles-{RULES_VERSION} rensa-{RMinHash.ALGORITHM_VERSION} {BANDS}x{MINIMA_OF_BAND}"


@dataclass(frozen=True, slots=True)
class Sketches:
    """Minima of one set of each of some texts.

    Attributes:
        minima: A row a text, 16 bits of each minimum: two differ by chance once in 65,536.
        sizes: How many hashes each set has.
    """

    minima: Minima
    sizes: Integers

    def take(self, chosen: Integers) -> Sketches:
        """Return the sketches of some of the texts."""
        return Sketches(self.minima[chosen], self.sizes[chosen])

    def estimated_similarity(self, pairs: Pairs) -> npt.NDArray[np.float64]:
        """Return the share of minima in which the texts of each pair agree."""
        agreements = [
            (self.minima[part[:, 0]] == self.minima[part[:, 1]]).mean(axis=1)
            for part in np.split(pairs, range(_PAIRS_AT_ONCE, len(pairs), _PAIRS_AT_ONCE))
        ]
        return np.concatenate(agreements)


@dataclass(frozen=True, slots=True)
class Signatures:
    """The signatures of some texts.

    Attributes:
        shingles: :data:`MINIMA` minima a text.
        numbers: :data:`BANDS` minima a text.
        names: Likewise.
    """

    shingles: Sketches
    numbers: Sketches
    names: Sketches

    def __len__(self) -> int:
        """How many texts."""
        return len(self.shingles.sizes)

    def take(self, chosen: Integers) -> Signatures:
        """Return the signatures of some of the texts."""
        return Signatures(self.shingles.take(chosen), self.numbers.take(chosen), self.names.take(chosen))


def sign(texts: Features) -> Signatures:
    """Return the signatures of some texts."""
    return Signatures(
        _sketched(texts.shingles, MINIMA), _sketched(texts.numbers, BANDS), _sketched(texts.names, BANDS)
    )


def _sketched(sets: HashSets, count: int) -> Sketches:
    spread = sets.hashes * np.uint64(0x9E3779B97F4A7C15)  # rensa wants 64 bits: 2**64 over the golden ratio
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(spread, sets.offsets, count, _SEED)
    digests = np.array(matrix.to_rows(), np.uint32).reshape(len(sets), count)
    return Sketches((digests ^ (digests >> np.uint32(16))).astype(np.uint16), sets.sizes)


def candidates(signatures: Signatures) -> Iterator[Pairs]:
    """Yield the pairs of texts that agree in a band, band after band; a pair may come again.

    The pairs depend on the set of texts and on the order in which they are numbered, on nothing else.
    """
    bands = np.ascontiguousarray(signatures.shingles.minima).view(np.uint64)  # four minima are one number
    everyone = np.arange(len(signatures))
    for band in range(BANDS):
        numbers, names = signatures.numbers.minima[:, band], signatures.names.minima[:, band]
        facts = numbers.astype(np.uint32) << np.uint32(16) | names
        following = bands[:, [(band + step) % BANDS for step in (3, 2, 1)]]
        for shared in _buckets(bands[:, band], everyone):
            if shared.shape[1] <= CROWD:
                yield from _each_with_each(shared)
                continue
            for crowd in shared:
                for part in _buckets(facts[crowd], crowd):
                    if part.shape[1] <= LARGEST_CROWD:
                        yield from _each_with_each(part)
                        continue
                    for row in part:
                        yield from _each_with_next(row[np.lexsort(following[row].T)])


def kin(signatures: Signatures) -> Pairs:
    """Return pairs of texts that are a fair sample of what is most like each text.

    Each text is paired with the next ones of the largest group that it shares a band with. Nearly all reports of a
    template share that band, so none of the template's slots is in it, and the sample favours no filling.
    """
    bands = np.ascontiguousarray(signatures.shingles.minima).view(np.uint64)
    sizes = np.empty(bands.shape, np.int64)
    for band in range(BANDS):
        _, group, members = np.unique(bands[:, band], return_inverse=True, return_counts=True)
        sizes[:, band] = members[group]
    largest = sizes.argmax(axis=1)
    pairs = [np.empty((0, 2), np.int64)]
    for band in range(BANDS):
        order = np.argsort(bands[:, band], kind="stable")
        place = np.flatnonzero(largest[order] == band)
        for step in range(-KIN, KIN + 1):
            ours = place[(place + step >= 0) & (place + step < len(order))] if step else place[:0]
            one, other = order[ours], order[ours + step]
            pairs.append(np.stack([one, other], axis=1)[bands[one, band] == bands[other, band]])
    return np.sort(np.concatenate(pairs), axis=1)


def _buckets(keys: npt.NDArray[np.unsignedinteger], texts: Integers) -> Iterator[Integers]:
    """Yield the texts that share a key: for each size of such a group one table with a row a group."""
    order = np.argsort(keys, kind="stable")
    bounds = np.flatnonzero(np.diff(keys[order]) != 0) + 1
    starts = np.concatenate([[0], bounds])
    sizes = np.diff(np.concatenate([starts, [len(keys)]]))
    for size in np.unique(sizes[sizes > 1]):
        yield texts[order[starts[sizes == size][:, None] + np.arange(size)]]


def _each_with_each(groups: Integers) -> Iterator[Pairs]:
    """Yield all pairs of each row."""
    left, right = np.triu_indices(groups.shape[1], 1)
    rows = max(1, _PAIRS_AT_ONCE // len(left))
    for begin in range(0, len(groups), rows):
        part = groups[begin : begin + rows]
        yield np.sort(np.stack([part[:, left].ravel(), part[:, right].ravel()], axis=1), axis=1)


def _each_with_next(texts: Integers) -> Iterator[Pairs]:
    """Yield the pairs of each text with its next neighbours."""
    for step in range(1, NEIGHBOURS + 1):
        yield np.sort(np.stack([texts[:-step], texts[step:]], axis=1), axis=1)
