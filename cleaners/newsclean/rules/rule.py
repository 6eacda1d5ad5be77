"""What a rule is, and what it may look at."""

from __future__ import annotations

import re
import sys
from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from lxml.html import HtmlElement

from newsclean.article import RemovalKind
from newsclean.blocks import Block, Container, Segmentation, key

# A rule that takes more than this share of the body's characters is undone: no boilerplate is most of an article.
MOST_OF_THE_BODY = 0.4
# So often, and in so many letters, no text says the same; refrains are shorter.
FEWEST_REPEATS, SHORTEST_REPEATED = 3, 60

__all__ = ["BlockRule", "Context", "NodeRule", "Rule", "Undone", "key", "without_markup"]


@dataclass(frozen=True, slots=True)
class Context:
    """What a rule may look at, beside the block itself.

    Attributes:
        segmentation: The page in blocks.
        body: One flag a block: the extractors or the judge take it for body.
        first: Index of the first body block.
        end: One past the index of the last body block.
        titles: Keys of the page's title candidates.
        title_blocks: Indices of blocks that stand as the page's headline.
        authors: Keys of the authors' names.
        captions: Rule id by the index of each block that is an image's caption, credit or alternative text.
        alternative_texts: Keys of the page's alt attributes and declared captions.
        around_mail_fields: Elements around a form's e-mail fields.
        around_tag_links: Elements around links that say rel=tag.
        has_markup: False for text without HTML: then containers are groups of lines between blank lines.
        taken: The rule by index of each block that an earlier rule has taken; it grows as the catalogue is applied.
        repeated: Keys of what the body says over and over.
        told: By the id of each rule with words: indices of the blocks in and near reach that have one of them.
    """

    segmentation: Segmentation
    body: Sequence[bool]
    first: int
    end: int
    titles: frozenset[str] = frozenset()
    authors: frozenset[str] = frozenset()
    captions: Mapping[int, str] = field(default_factory=dict)
    alternative_texts: frozenset[str] = frozenset()
    has_markup: bool = True
    taken: dict[int, Rule] = field(init=False, default_factory=dict)
    told: dict[str, set[int]] = field(init=False, default_factory=lambda: defaultdict(set))
    repeated: frozenset[str] = field(init=False, repr=False)
    _left: list[int] = field(init=False, repr=False)
    around_mail_fields: set[HtmlElement] = field(init=False, repr=False)
    around_tag_links: set[HtmlElement] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # indices of the body blocks that no rule has taken
        object.__setattr__(self, "_left", [i for i in range(self.first, self.end) if self.body[i]])
        said = Counter(self.segmentation.blocks[i].key for i in self._left)
        repeated = (
            text for text, times in said.items() if times >= FEWEST_REPEATS and len(text) >= SHORTEST_REPEATED
        )
        object.__setattr__(self, "repeated", frozenset(repeated))
        page = self.segmentation.containers[0].element
        fields: list[HtmlElement] = []
        links: list[HtmlElement] = []
        for element in page.iter("a", "input"):
            if element.get("rel") == "tag":
                links.append(element)
            elif element.get("type") == "email" and element.tag == "input":
                fields.append(element)
        object.__setattr__(self, "around_mail_fields", _around(fields))
        object.__setattr__(self, "around_tag_links", _around(links))

    def take(self, index: int, rule: Rule) -> None:
        """Take a block out of the body, for the rules that follow to see."""
        self.taken[index] = rule
        if self.body[index]:
            del self._left[bisect_left(self._left, index)]

    def give_back(self, index: int) -> None:
        """Undo :meth:`take`."""
        del self.taken[index]
        if self.body[index]:
            insort(self._left, index)

    def neighbour(self, block: Block, offset: int) -> Block | None:
        """The visible block so many places after (or, if negative, before) this one; None beyond the page's ends."""
        visible = self.segmentation.visible
        place = self.segmentation.visible_before[block.index] + offset - (bool(block.hidden) and offset > 0)
        return visible[place] if 0 <= place < len(visible) else None

    def at_end(self, block: Block, within: int) -> bool:
        """Whether at most ``within`` body blocks follow this one that no rule has taken."""
        left = self._left
        return len(left) <= within or left[-1 - within] <= block.index

    def at_start(self, block: Block, within: int) -> bool:
        """Whether at most ``within`` body blocks stand before this one that no rule has taken."""
        left = self._left
        return len(left) <= within or left[within] >= block.index


def _around(elements: Iterable[HtmlElement]) -> set[HtmlElement]:
    found: set[HtmlElement] = set()
    for element in elements:
        # what is around two of them is walked once
        found.update(takewhile(lambda outer: outer not in found, element.iterancestors()))
    return found


@dataclass(frozen=True, slots=True)
class Rule:
    """One named thing that is not body.

    Attributes:
        id: ``kind.name``; it stands in every removal's ``rule``.
        kind: What it removes.
        reason: Why a block like this is not body, for ``docs/rules.md``.
        predicate: Whether the rule takes a block (or, for a node rule, a container with all its blocks).
        ceiling: The rule acts on blocks to which the judge gives at most this probability of being body: 1.0 acts
            alone, 0.5 only names what the judge has rejected.
        bounded: Whether the rule is undone when it takes most of the body.
        possible: Whether the page can hold what the predicate takes: asked once, before it. None if any page can.
    """

    id: str
    kind: RemovalKind
    reason: str
    predicate: Callable[[Block, Context], bool] | Callable[[Container, Context], bool]
    ceiling: float = 1.0
    bounded: bool = True
    possible: Callable[[Context], bool] | None = None


@dataclass(frozen=True, slots=True)
class NodeRule(Rule):
    """A rule over DOM nodes: its predicate sees a container, and takes all blocks inside.

    Attributes:
        named: What the container's names must hold for the predicate to be asked; None if any container will do.
        tags: The tags of the containers that the predicate is asked about; None for all.
        fewest: The predicate is not asked about containers with fewer blocks.
        most: Nor about containers with more.
    """

    predicate: Callable[[Container, Context], bool]
    named: re.Pattern[str] | None = None
    tags: frozenset[str] | None = None
    fewest: int = 1
    most: int = sys.maxsize


@dataclass(frozen=True, slots=True)
class BlockRule(Rule):
    """A rule over blocks: its predicate sees one block and its neighbours.

    Attributes:
        longest: In characters; the predicate is not asked about longer texts.
        words: The predicate is not asked about texts with none of these words; None if it goes by other things.
    """

    predicate: Callable[[Block, Context], bool]
    longest: int = sys.maxsize
    words: frozenset[str] | None = None


def without_markup(context: Context) -> bool:
    """The condition of rules for text without HTML alone."""
    return not context.has_markup


@dataclass(frozen=True, slots=True)
class Undone:
    """A rule that was not applied, since it would have taken most of the body."""

    rule: str
    share: float
