"""Words that boilerplate is made of, by language, and the patterns composed from them.

One TOML file a language; the tables and keys are the same in each that rules know. Entries are plain phrases in lower case; ``…`` stands
for up to 60 characters. All languages are matched at once: pages mix them, and a phrase is telling in its own language or
says nothing in another.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from importlib import resources

from newsclean.trie import any_of
from newsclean.words import words

_OF_NO_ARTICLE = frozenset({"error", "wall"})  # topics of the pages that are no article


@cache
def _tables() -> dict[str, dict[str, list[str]]]:
    """``{"newsletter.nouns": {"en": [...], "de": [...]}}`` from all files."""
    found: dict[str, dict[str, list[str]]] = {}
    for file in sorted(resources.files(__name__).iterdir(), key=lambda item: item.name):
        language, _, ending = file.name.partition(".")
        if ending != "toml":
            continue
        for topic, lists in tomllib.loads(file.read_text(encoding="utf-8")).items():
            for name, entries in lists.items():
                found.setdefault(f"{topic}.{name}", {})[language] = entries
    return found


def languages() -> tuple[str, ...]:
    """ISO 639-1 codes of the languages that rules know; of others only the pages are told that are no article."""
    of_rules = (lists for key, lists in _tables().items() if key.partition(".")[0] not in _OF_NO_ARTICLE)
    return tuple(sorted({language for lists in of_rules for language in lists}))


@cache
def phrases(key: str) -> tuple[str, ...]:
    """All phrases under a key such as ``newsletter.nouns``, over all languages, longest first.

    Raises:
        KeyError: If no language has that key.
    """
    lists = _tables()[key]
    unique = dict.fromkeys(phrase for language in sorted(lists) for phrase in lists[language])
    return tuple(sorted(unique, key=lambda phrase: (-len(phrase), phrase)))


@cache
def alternatives(key: str) -> str:
    """A regular expression's group that matches any phrase under a key."""
    found = phrases(key)
    expression = any_of([_ATOMS.get(letter) or re.escape(letter) for letter in phrase] for phrase in found)
    return f"(?:{_starts(found)}{expression})"


def telling_words(*keys: str) -> frozenset[str]:
    """Of each phrase under the keys the longest word: a text with none of them (see :func:`words`) says no phrase.

    That holds for phrases with something else than a letter before and after them.

    Raises:
        ValueError: If a phrase has no word that must stand in a text as it is.
    """
    return frozenset(_telling_word(phrase) for key in keys for phrase in phrases(key))


def _telling_word(phrase: str) -> str:
    parts = phrase.split("…")
    whole: list[str] = []
    for i, part in enumerate(parts):
        found = words(part)
        # letters that "…" stands for may belong to the words beside it
        begin = i > 0 and part[:1].isalpha()
        end = len(found) - (i + 1 < len(parts) and part[-1:].isalpha())
        whole += found[begin:end]
    if not whole:
        raise ValueError(f"no whole word in {phrase!r}")
    return max(whole, key=len)


# How a phrase's characters are matched; all others stand for themselves.
_ATOMS = {"…": ".{0,60}?", " ": r"\s+", "'": "['’]"}


def _starts(found: tuple[str, ...]) -> str:
    """A look ahead at the first letter, which spares the search most places; empty if a phrase may start anyhow."""
    first = {phrase[0] for phrase in found}
    if not all(map(str.isalnum, first)):
        return ""
    return f"(?-i:(?=[{''.join(sorted(first | {letter.upper() for letter in first if len(letter.upper()) == 1}))}]))"


class Pattern:
    """A regular expression over the vocabulary that is compiled when it is first asked.

    To compile all of them takes half a second, and a page needs few. Its methods are those of :class:`re.Pattern`, looked
    up once.

    Attributes:
        pattern: The regular expression; case is ignored.
    """

    def __init__(self, expression: str) -> None:
        self.pattern = expression

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The compiled expression."""
        return re.compile(self.pattern, re.IGNORECASE)

    @cached_property
    def search(self) -> Callable[..., re.Match[str] | None]:
        return self.compiled.search

    @cached_property
    def match(self) -> Callable[..., re.Match[str] | None]:
        return self.compiled.match

    @cached_property
    def fullmatch(self) -> Callable[..., re.Match[str] | None]:
        return self.compiled.fullmatch

    @cached_property
    def finditer(self) -> Callable[..., Iterator[re.Match[str]]]:
        return self.compiled.finditer

    @cached_property
    def findall(self) -> Callable[..., list[str]]:
        return self.compiled.findall

    @cached_property
    def sub(self) -> Callable[..., str]:
        return self.compiled.sub


def pattern(template: str) -> Pattern:
    """Compose a regular expression in which ``{topic.name}`` stands for that key's phrases; case is ignored.

    Literal braces of quantifiers need no doubling: only names with a dot are replaced.
    """
    return Pattern(re.sub(r"\{([a-z_]+\.[a-z_]+)\}", lambda match: alternatives(match[1]), template))
