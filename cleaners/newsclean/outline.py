"""A page as its site's learner sees it: each block in reach of the body by what it says, where it lies, what it was taken for.

An outline knows nothing of the site's profile, so that a profile never learns from what an earlier one did.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from itertools import pairwise
from typing import Literal

from newsclean.article import RemovalKind
from newsclean.blocks import Block, Container, Segmentation
from newsclean.metadata.words import MONTHS, WEEKDAY_NAMES
from newsclean.rules.rule import key

LineKind = RemovalKind | Literal["body"]

# What stands for the changing part of a template.
CHANGING = "…"
# A longer text is cut: its key speaks for all of it, and its beginning is enough to know it again.
LONGEST_TEXT, BEGINNING = 300, 100
# Levels of a path, and names of each level: what lies further out is the same on all pages of a template.
LEVELS, NAMES = 4, 3
# A template is told by its constant part: at least so many words and letters of it, and half of all words.
FEWEST_CONSTANT_WORDS, FEWEST_CONSTANT_LETTERS = 3, 14
# "312 min ago", "5 min read", "il y a 3 h": a label with a number is told by less, if it is so short and no sentence.
LONGEST_LABEL, FEWEST_LETTERS_OF_LABEL = 30, 3
# A word of no more letters between two parts of a name belongs to it: "of", "and". After a sentence's first word only these
# do: "Ursula von der Leyen" is a name, "More on the Harbour" is none.
LONGEST_PARTICLE = 3
PARTICLES = frozenset("von van der den de del di da dos la al el bin zu".split())
# Words that may stand between the day and the year of a date: "3 de noviembre de 2026".
MOST_IN_A_DATE = 3
# "Read also: <headline>": so long may the words before a link be.
LONGEST_LEAD_IN = 40
LONGEST_TEMPLATE = 200
# Pages with more lines in reach exist; what stands further down is no news.
MOST_LINES = 400

# What the cleaner knows by its place or form: no template tells more of it.
PLAIN_KINDS = frozenset({"navigation", "caption", "credit", "title", "byline", "share"})

_LEAD_IN = re.compile(rf"^(.{{3,{LONGEST_LEAD_IN}}}?)(?:\s?:\s+|\s+[|>»›–—-]\s+)(?=\S)")
_HAS_DIGIT = re.compile(r"\d")
_EDGES = re.compile(r"^\W+|\W+$")
_SENTENCE_END = re.compile(r"[.!?:…]\W*$")
_DIGITS = re.compile(r"\d+")
_YEAR = re.compile(r"(?:19|20)\d\d\D{0,2}|\d{4}")
_DAY = re.compile(r"\d{1,2}(?!\d)\D{0,3}")
_SPACED_DATE = re.compile(r"\b\d{1,2}\s\S+\s\d{4}\b")
_DAY_IN_FIGURES = re.compile(
    r"\d{4}\s?[年년./-]\s?\d{1,2}\s?[月월./-]\s?\d{1,2}|\b\d{1,2}[./-]\s?\d{1,2}[./-]\s?\d{4}\b"
)
_SPACELESS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0e7f]")


@dataclass(frozen=True, slots=True)
class Line:
    """One visible block in reach of a page's body.

    Attributes:
        key: Hash of its letters and digits; equal for the same text but for punctuation and case.
        template: Hash of its constant words; empty if no part of it could change, or of no use.
        path: Tags and names of the innermost containers.
        kind: What the cleaner took it for, without a profile.
        length: Characters of its text.
        text: The text; of one longer than :data:`LONGEST_TEXT` its :data:`BEGINNING`.
        heading: Whether it is a heading.
        is_link: Whether most of it is link text.
    """

    key: str
    template: str
    path: str
    kind: LineKind
    length: int
    text: str
    heading: bool = False
    is_link: bool = False


@dataclass(frozen=True, slots=True)
class Outline:
    """A page for its site's learner.

    Attributes:
        cluster: Path of the blocks that hold most of the body: pages of one template have the same.
        lines: The visible blocks in reach, in order.
    """

    cluster: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Sighting:
    """An outline with the page it is of.

    Attributes:
        page: The page's id: a hash, so that pages in its order are a fair sample.
        seen: When the page was fetched; timezone-aware.
        outline: What stands on it.
    """

    page: str
    seen: datetime
    outline: Outline


def outline_of(segmentation: Segmentation, reach: range, kinds: dict[int, LineKind]) -> Outline:
    """Draw a page's outline.

    Args:
        segmentation: The page in blocks.
        reach: Indices of the blocks in reach of the body.
        kinds: What each visible one was taken for; the first :data:`MOST_LINES` are drawn.
    """
    paths = Paths()
    lines = []
    mass: dict[str, int] = {}
    for i in [i for i in reach if i in kinds][:MOST_LINES]:
        block = segmentation.blocks[i]
        path = paths.of(block)
        kind = kinds[i]
        if kind == "body":
            mass[path] = mass.get(path, 0) + len(block.text)
        lines.append(
            Line(
                key=line_key(block),
                template="" if kind in PLAIN_KINDS else template_key(template_of(block)),
                path=path,
                kind=kind,
                length=len(block.text),
                text=block.text if len(block.text) <= LONGEST_TEXT else block.text[:BEGINNING],
                heading=block.heading_level > 0,
                is_link=is_link(block),
            )
        )
    # of two paths with the same mass the first by name: the answer must not hang on anything but the page
    cluster = max(sorted(mass), key=lambda path: mass[path], default="")
    return Outline(cluster, tuple(lines))


def is_link(block: Block) -> bool:
    """Whether most of a block is link text."""
    return 2 * block.link_length > len(block.text)


class Paths:
    """Where blocks lie: the tags and names of their innermost containers. Remembers, for one page."""

    def __init__(self) -> None:
        self._labels: dict[int, str] = {}
        self._paths: dict[int, str] = {}

    def of(self, block: Block) -> str:
        """The path of a block, such as ``main>article>div.story-body>p``."""
        container = block.container
        path = self._paths.get(id(container))
        if path is None:
            chain: list[str] = []
            node: Container | None = container
            while node is not None and len(chain) < LEVELS:
                chain.append(self._label(node))
                node = node.parent
            path = self._paths[id(container)] = ">".join(reversed(chain))
        return f"{path} {label_of(block.inline_names)}" if block.inline_names else path

    def _label(self, container: Container) -> str:
        label = self._labels.get(id(container))
        if label is None:
            label = self._labels[id(container)] = container.tag + label_of(container.names)
        return label


@lru_cache(maxsize=4096)
def label_of(names: str) -> str:
    """The telling ones of a container's names: those with digits are counters and build hashes."""
    telling = [name for name in names.split() if not _HAS_DIGIT.search(name)]
    return "".join(f".{name}" for name in telling[:NAMES])


def line_key(block: Block) -> str:
    """Hash of a block's letters and digits, 16 hex digits; of text that has none, of the text itself."""
    return _hash(block.key or block.text)


def template_key(template: str) -> str:
    """Hash of a template, 16 hex digits; empty for none."""
    return _hash(template.lower()) if template else ""


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def template_of(block: Block) -> str:
    """A block's constant words with :data:`CHANGING` for what may change; empty if it is no template.

    What may change: numbers and dates in any script, names (capitals within a sentence, or two and more at its start),
    addresses; and after a short lead-in with a colon or bar, whatever is a link.
    """
    if len(block.text) > LONGEST_TEMPLATE:
        return ""
    lead_in = _LEAD_IN.match(block.text)
    if lead_in and block.link_length:
        rest = len(block.text) - lead_in.end()
        if block.link_length == len(block.text) or 0.8 * rest <= block.link_length <= rest + 2:
            return f"{lead_in[1]} {CHANGING}"
    return template_of_text(block.text)


def template_of_text(text: str) -> str:
    """As :func:`template_of`, for text that has no links."""
    if _SPACELESS.search(text):
        masked = _DIGITS.sub(CHANGING, _SPACED_DATE.sub(CHANGING, text))
        letters = sum(character.isalpha() for character in masked)
        least = 1 if len(text) <= LONGEST_LABEL else FEWEST_CONSTANT_LETTERS // 2
        return masked if masked != text and letters >= least else ""
    words = _words(text)
    masks = _masks(words) if words else []
    template: list[str] = []
    constants = letters = 0
    for (_, bare), is_changing in zip(words, masks, strict=True):
        if not is_changing:
            template.append(bare)
            constants += 1
            letters += len(bare)
        elif not template or template[-1] != CHANGING:
            template.append(CHANGING)
    changing = template.count(CHANGING)
    if not changing or constants < changing:
        return ""
    if constants >= FEWEST_CONSTANT_WORDS and letters >= FEWEST_CONSTANT_LETTERS:
        return " ".join(template)
    is_label = len(text) <= LONGEST_LABEL and _HAS_DIGIT.search(text) and not is_sentence(text)
    return " ".join(template) if is_label and letters >= FEWEST_LETTERS_OF_LABEL else ""


def _words(text: str) -> list[tuple[str, str]]:
    """The words of a text as they stand, and without what is at their edges."""
    return [
        (word, bare)
        for word in text.split(" ")
        if (
            bare := word if word.isalnum() else _EDGES.sub("", word)
        )  # most words are, and that is told quickly
    ]


def _has_number(words: Sequence[tuple[str, str]]) -> list[bool]:
    return [not bare.isalpha() and _HAS_DIGIT.search(bare) is not None for _, bare in words]


def _masks(words: Sequence[tuple[str, str]]) -> list[bool]:
    """Which words may change."""
    numbers = _has_number(words)
    ends = [word is not bare and _SENTENCE_END.search(word) is not None for word, bare in words]
    starts = [True, *ends[:-1]]
    # a capital at a sentence's start tells nothing, unless another follows
    capitals = [bare[0].isupper() for _, bare in words]
    names = [
        capital and (not start or (i + 1 < len(words) and capitals[i + 1] and not starts[i + 1]))
        for i, (capital, start) in enumerate(zip(capitals, starts, strict=True))
    ]
    last = None
    for i in range(len(words)):
        if names[i]:
            between: list[str] = [bare for _, bare in words[last + 1 : i]] if last is not None else []
            joined = PARTICLES.issuperset(between) or (
                last is not None and names[last] and all(len(bare) <= LONGEST_PARTICLE for bare in between)
            )
            if last is not None and joined:
                names[last:i] = [True] * (i - last)
            last = i
        elif numbers[i] or starts[i]:
            last = i if capitals[i] else None
    dates = _date_words()
    masks = [
        number or name or bare.lower() in dates or (not word.isalnum() and ("@" in word or "://" in word))
        for (word, bare), number, name in zip(words, numbers, names, strict=True)
    ]
    for first, end in _written_dates(words, numbers):
        masks[first:end] = [True] * (end - first)
    return masks


def _written_dates(words: Sequence[tuple[str, str]], numbers: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Where a day and a year stand with a few words between them: whatever they are, they name the month."""
    places = [i for i, is_number in enumerate(numbers) if is_number]
    for first, last in pairwise(places):
        if last - first <= MOST_IN_A_DATE + 1:
            a, b = words[first][1], words[last][1]
            if (_DAY.fullmatch(a) and _YEAR.fullmatch(b)) or (_YEAR.fullmatch(a) and _DAY.fullmatch(b)):
                yield first, last + 1


def is_sentence(text: str) -> bool:
    """Whether a text ends as sentences do."""
    return _SENTENCE_END.search(text) is not None and not text.rstrip().endswith(":")


def has_date(text: str) -> bool:
    """Whether a text names a day with its year, in any language."""
    if _DAY_IN_FIGURES.search(text):
        return True
    words = _words(text)
    return any(True for _ in _written_dates(words, _has_number(words)))


@cache
def _date_words() -> frozenset[str]:
    # short ones are words of their own in some languages: "so", "di", "le", "mar"
    months = {name for names in MONTHS.values() for forms in names for name in forms.split()}
    weekdays = {name for names in WEEKDAY_NAMES.values() for name in names.split()}
    return frozenset(
        word
        for word in {*months, *weekdays}
        if len(word) > LONGEST_PARTICLE or word in {"mai", "may", "maj", "mei"}
    )


def shown_template(line: Line) -> str:
    """The template behind a line's key, for people to read."""
    for template in _templates_of_text(line.text):
        if template_key(template) == line.template:
            return template
    return line.text


def _templates_of_text(text: str) -> Sequence[str]:
    if len(text) > LONGEST_TEMPLATE:
        return ()
    lead_in = _LEAD_IN.match(text)
    found = (template_of_text(text), f"{lead_in[1]} {CHANGING}" if lead_in else "")
    return tuple(filter(None, found))


def keys_of_text(text: str) -> tuple[str, ...]:
    """Every key that a block with this text can have, whatever its links are."""
    return (_hash(key(text) or text), *map(template_key, _templates_of_text(text)))
