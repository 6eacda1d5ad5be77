"""Find passages in many texts without searching all of them for each: most passages are told by the chunks they hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

# Of letters. Texts that are put together of the same few words share short chunks, and hardly a long one.
LONG_CHUNK: Final = 48
SHORT_CHUNK: Final = 6
# Texts of fewer letters are searched in less time than it takes to look for long chunks.
MANY_LETTERS: Final = 50_000


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
        is_long = len(passage) >= 2 * LONG_CHUNK and len(self._joined) >= MANY_LETTERS
        if len(passage) >= 2 * SHORT_CHUNK:
            length = LONG_CHUNK if is_long else SHORT_CHUNK
            chunks = self._chunks_of(length)
            parts = [passage[i : i + length] for i in range(length)]
            if chunks.keys().isdisjoint(parts):
                return False
            # at each place where it stands, one of the passage's chunks is one of the texts'
            if times > 1 and sum(chunks[part] for part in parts) < times:
                return False
        return passage in self._joined if times == 1 else self._joined.count(passage) >= times

    def _chunks_of(self, length: int) -> Counter[str]:
        if length not in self._chunks:
            joined = self._joined
            self._chunks[length] = Counter([joined[i : i + length] for i in range(0, len(joined), length)])
        return self._chunks[length]
