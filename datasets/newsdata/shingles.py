"""What of a text is compared: its shingles, its numbers and its names, each as a set of hashes.

A *shingle* is a run of consecutive words (Broder, "On the resemblance and containment of documents", 1997).
Scripts that put no space between words (Han, kana, Thai, Lao, Khmer, Burmese) give runs of characters. Upper and
lower case, compatibility forms (NFKC), punctuation at a word's ends and white space make no difference.

Read backwards, too, shingles show where two texts part and where they meet again. Numbers and names are the *facts*:
reports made from one template share few of them, an edited copy keeps most.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Hashes: TypeAlias = npt.NDArray[np.uint32]
Integers: TypeAlias = npt.NDArray[np.int64]
_Mixed: TypeAlias = npt.NDArray[np.uint64]
_Flags: TypeAlias = npt.NDArray[np.bool_]

WORDS = 3  # in a shingle; docs/dedupe.md compares 3, 4 and 5
CHARACTERS = 5  # in a shingle of a script without spaces
CHARACTERS_OF_WORD = 3  # Chinese has two, Thai four
RULES_VERSION = 2  # raise it when the same text gives other sets

# Thai and Lao, Burmese, Khmer, kana, Han with its extensions and compatibility forms, half-width kana
_UNSPACED = (
    "\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
    "\U00020000-\U0003ffff"
)
_UNSPACED_CHARACTER = re.compile(f"[{_UNSPACED}]")
_CHARACTER_OR_REST = re.compile(f"[{_UNSPACED}]|[^{_UNSPACED}]+")
_PUNCTUATION = "".join(
    character for character in map(chr, range(0x10000)) if unicodedata.category(character)[0] in "PS"
)
_SENTENCE_ENDS = frozenset(".!?…。！？।؟")

# A word's number: 61 bits of hash, 2 of kind, 1 that says whether it ends a sentence. 0 is no word.
_WORD, _NUMBER, _NAME, _CHARACTER = range(4)
_ENDS = 1
_MOST_WORDS = 1_000_000  # whose numbers are kept in memory, some 150 MB; then the table starts anew


@dataclass(frozen=True, slots=True)
class HashSets:
    """Sets of hashes, one a text, in one array.

    Attributes:
        hashes: Those of the first text, sorted, each once; then those of the second, and so on.
        offsets: Where each text's begin, and in the end where the last one's end.
    """

    hashes: Hashes
    offsets: Integers

    def __len__(self) -> int:
        """How many sets."""
        return len(self.offsets) - 1

    def __getitem__(self, number: int) -> Hashes:
        """The set of one text."""
        return self.hashes[self.offsets[number] : self.offsets[number + 1]]

    @property
    def sizes(self) -> Integers:
        """Number of hashes in each set."""
        return np.diff(self.offsets)


@dataclass(frozen=True, slots=True)
class Features:
    """What is compared of some texts.

    Attributes:
        shingles: Runs of words or characters. The upper 16 bits of a hash are of the run without its last word, so that
            two texts show where they part; the lowest bit says whether that word is a number.
        backwards: The same of the text read backwards.
        numbers: Words that begin with a digit.
        names: Words that begin with a capital and no sentence.
        lengths: About how many words each text has.
    """

    shingles: HashSets
    backwards: HashSets
    numbers: HashSets
    names: HashSets
    lengths: Integers


def features(texts: pa.StringArray, *, backwards: bool = True) -> Features:
    """Return what is compared of each text: a function of the text alone, the same in every process.

    Args:
        texts: The texts.
        backwards: Whether to read them backwards, too; else those sets are empty.
    """
    words = pc.utf8_split_whitespace(_characters_apart(texts))
    table = words.flatten().dictionary_encode()
    known = _word_numbers
    vocabulary = np.fromiter(
        (known[word] for word in table.dictionary.to_pylist()), np.uint64, len(table.dictionary)
    )
    numbers = vocabulary[table.indices.to_numpy()]
    row = np.repeat(np.arange(len(texts)), pc.list_value_length(words).to_numpy())
    begins = np.ones(len(numbers), bool)
    begins[1:] = ((numbers[:-1] & np.uint64(_ENDS)) != 0) | (row[1:] != row[:-1])
    real = numbers > _ENDS
    numbers, row, begins = numbers[real], row[real], begins[real]
    kinds = (numbers >> np.uint64(1)) & np.uint64(3)
    hashes = numbers >> np.uint64(3)
    character, number, name = kinds == _CHARACTER, kinds == _NUMBER, (kinds == _NAME) & ~begins
    lengths = np.bincount(row, np.where(character, 1 / CHARACTERS_OF_WORD, 1), len(texts))
    return Features(
        _sets(*_shingles(hashes, character, number, row), len(texts)),
        _sets(
            *_shingles(
                *(part[::-1][: None if backwards else 0] for part in (hashes, character, number, row))
            ),
            len(texts),
        ),
        _sets(_spread(hashes[number]) >> np.uint64(32), row[number], len(texts)),
        _sets(_spread(hashes[name]) >> np.uint64(32), row[name], len(texts)),
        lengths.astype(np.int64),
    )


def joined(parts: Sequence[Features]) -> Features:
    """Return the features of several lots of texts as one lot."""
    return Features(
        joined_sets([part.shingles for part in parts]),
        joined_sets([part.backwards for part in parts]),
        joined_sets([part.numbers for part in parts]),
        joined_sets([part.names for part in parts]),
        np.concatenate([np.empty(0, np.int64), *(part.lengths for part in parts)]),
    )


def joined_sets(parts: Sequence[HashSets]) -> HashSets:
    """Return several lots of sets as one lot."""
    offsets = np.zeros(sum(map(len, parts)) + 1, np.int64)
    np.cumsum(np.concatenate([offsets[:0], *(part.sizes for part in parts)]), out=offsets[1:])
    hashes = [part.hashes for part in parts]
    return HashSets(np.concatenate([np.empty(0, np.uint32), *hashes]), offsets)


def _characters_apart(texts: pa.StringArray) -> pa.StringArray:
    """Return the texts with each character of a script without spaces as a word of its own."""
    concerned = pc.match_substring_regex(texts, _UNSPACED_CHARACTER.pattern)
    if concerned.true_count == 0:
        return texts
    apart = [" ".join(_CHARACTER_OR_REST.findall(text)) for text in texts.filter(concerned).to_pylist()]
    return pc.replace_with_mask(texts, concerned, pa.array(apart, pa.string()))


class _WordNumbers(dict[str, int]):
    """The number of each word as it stands between spaces; filled as words are met."""

    def __missing__(self, word: str) -> int:
        if len(self) >= _MOST_WORDS:
            self.clear()
        number = self[word] = _word_number(word)
        return number


_word_numbers = _WordNumbers()


def _word_number(word: str) -> int:
    headless = word if word[:1].isalnum() else word.lstrip(_PUNCTUATION)
    core = headless if headless[-1:].isalnum() else headless.rstrip(_PUNCTUATION)
    tail = headless[len(core) :] if core else word
    ends = 0 if _SENTENCE_ENDS.isdisjoint(tail) else _ENDS
    if not core:
        return ends
    if core[0].isdigit():
        kind = _NUMBER
    elif _UNSPACED_CHARACTER.match(core):
        kind = _CHARACTER
    else:
        kind = _NAME if core[0].isupper() else _WORD
    folded = unicodedata.normalize("NFKC", core).casefold().encode("utf-8", "replace")
    digest = int.from_bytes(hashlib.blake2b(folded, digest_size=8).digest(), "little")
    return digest & ~7 | kind << 1 | ends


def _shingles(hashes: _Mixed, character: _Flags, number: _Flags, row: Integers) -> tuple[_Mixed, Integers]:
    """Return the hash of each run of words or characters, and the text that it is of."""
    run = hashes
    whole = np.ones(len(run), bool)
    words, whole_words = run, whole
    for position in range(1, CHARACTERS):
        beginning, run = run, run.copy()
        run[:-position] = _spread(run[:-position]) + hashes[position:]
        whole = whole.copy()
        whole[-position:] = False
        whole[:-position] &= row[position:] == row[:-position]
        if position == WORDS - 1:
            words, whole_words = _parted(beginning, run, number, position), whole
            if not character.any():
                return words[whole], row[whole]
    runs = np.where(character, _parted(beginning, run, number, CHARACTERS - 1), words)
    whole = np.where(character, whole, whole_words)
    return runs[whole], row[whole]


def _parted(beginning: _Mixed, run: _Mixed, number: _Flags, position: int) -> _Mixed:
    """Return hashes in two parts, see :class:`Features`, of runs whose last word stands ``position`` after the first."""
    upper = _spread(beginning) >> np.uint64(48) << np.uint64(16)
    ends_in_number = np.zeros(len(run), np.uint64)
    ends_in_number[:-position] = number[position:]
    return upper | _spread(run) >> np.uint64(49) << np.uint64(1) | ends_in_number


def _spread(numbers: _Mixed) -> _Mixed:
    """Return each number with every bit dependent on all others (splitmix64; Steele, Lea and Flood, 2014)."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))


def _sets(hashes: _Mixed, row: Integers, count: int) -> HashSets:
    """Return, for each of ``count`` texts, its hashes of 32 bits sorted and each once."""
    keys = np.sort(row.astype(np.uint64) << np.uint64(32) | hashes)
    first = np.ones(len(keys), bool)
    first[1:] = keys[1:] != keys[:-1]
    keys = keys[first]
    offsets = np.searchsorted(keys, np.arange(count + 1, dtype=np.uint64) << np.uint64(32))
    return HashSets(keys.astype(np.uint32), offsets.astype(np.int64))
