"""Find passages in many texts, in time that grows with the texts and the passages, not with their product."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

# Of letters. Texts that are put together of the same few words share short chunks, and hardly a long one.
CHUNK_LENGTHS: Final = (48, 6)


class Passages:
    """Texts, none with a line end, in which passages are looked for.

    A passage of twice a chunk's length holds one of the whole chunks into which the texts are cut: a passage that holds none
    stands nowhere, and is not searched for.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._joined = "\n".join(texts)
        self._chunks: dict[int, Counter[str]] = {}

    def hold(self, passage: str, times: int = 1) -> bool:
        """Whether a passage stands in the texts so many times."""
        length = next((length for length in CHUNK_LENGTHS if 2 * length <= len(passage)), 0)
        if length:
            chunks = self._chunks_of(length)
            # at each place where it stands, one of the passage's chunks is one of the texts'
            if sum([chunks[passage[i : i + length]] for i in range(length)]) < times:
                return False
        return passage in self._joined if times == 1 else self._joined.count(passage) >= times

    def _chunks_of(self, length: int) -> Counter[str]:
        if length not in self._chunks:
            joined = self._joined
            self._chunks[length] = Counter([joined[i : i + length] for i in range(0, len(joined), length)])
        return self._chunks[length]
