"""What a rule is, what it may look at, and how the catalogue is applied."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from newsclean.article import RemovalKind
from newsclean.blocks import Block, Container, Segmentation, key

# A rule that takes more than this share of the body's characters is undone: no boilerplate is most of an article.
MOST_OF_THE_BODY = 0.4

__all__ = ["BlockRule", "Context", "NodeRule", "Rule", "Undone", "apply_rules", "key"]


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
        has_markup: False for text without HTML: then containers are groups of lines between blank lines.
        taken: The rule by index of each block that an earlier rule has taken; it grows as the catalogue is applied.
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
    taken: dict[int, Rule] = field(default_factory=dict)
    _visible: Sequence[Block] = field(init=False, repr=False)
    _places: Sequence[int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        blocks = self.segmentation.blocks
        object.__setattr__(self, "_visible", [block for block in blocks if not block.hidden])
        # how many visible blocks stand before each block
        object.__setattr__(self, "_places", [0, *accumulate(not block.hidden for block in blocks)])

    def neighbour(self, block: Block, offset: int) -> Block | None:
        """The visible block so many places after (or, if negative, before) this one; None beyond the page's ends."""
        place = self._places[block.index] + offset - (bool(block.hidden) and offset > 0)
        return self._visible[place] if 0 <= place < len(self._visible) else None

    def at_end(self, block: Block, within: int) -> bool:
        """Whether at most ``within`` body blocks follow this one that no rule has taken."""
        return self._at_most(within, range(self.end - 1, block.index, -1))

    def at_start(self, block: Block, within: int) -> bool:
        """Whether at most ``within`` body blocks stand before this one that no rule has taken."""
        return self._at_most(within, range(self.first, block.index))

    def _at_most(self, most: int, indices: range) -> bool:
        found = 0
        for i in indices:
            if self.body[i] and i not in self.taken:
                found += 1
                if found > most:
                    return False
        return True


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
    """

    id: str
    kind: RemovalKind
    reason: str
    predicate: Callable[[Block, Context], bool] | Callable[[Container, Context], bool]
    ceiling: float = 1.0
    bounded: bool = True


@dataclass(frozen=True, slots=True)
class NodeRule(Rule):
    """A rule over DOM nodes: its predicate sees a container, and takes all blocks inside."""

    predicate: Callable[[Container, Context], bool]


@dataclass(frozen=True, slots=True)
class BlockRule(Rule):
    """A rule over blocks: its predicate sees one block and its neighbours."""

    predicate: Callable[[Block, Context], bool]


@dataclass(frozen=True, slots=True)
class Undone:
    """A rule that was not applied, since it would have taken most of the body."""

    rule: str
    share: float


def apply_rules(
    catalogue: Sequence[Rule], context: Context, probabilities: Sequence[float], reach: range
) -> tuple[dict[int, Rule], tuple[Undone, ...]]:
    """Find the first rule, in the catalogue's order, that takes each block.

    Args:
        catalogue: Rules in order.
        context: The page.
        probabilities: The judge's probability that each block is body.
        reach: Indices of the blocks that are looked at.

    Returns:
        The rule by block index, and the rules that were undone.
    """
    blocks = context.segmentation.blocks
    weights = [len(block.text) if is_body else 0 for block, is_body in zip(blocks, context.body, strict=True)]
    running = [0, *accumulate(weights)]
    total = sum(weights[i] for i in reach) or 1
    # a container that holds the body itself is no box beside it
    containers = [
        container
        for container in context.segmentation.containers
        if container.first < reach.stop
        and container.end > max(reach.start, container.first)
        and running[container.end] - running[container.first] <= MOST_OF_THE_BODY * total
    ]
    taken = context.taken
    undone: list[Undone] = []
    for rule in catalogue:
        found: list[int] = []
        if isinstance(rule, NodeRule):
            for container in containers:
                if container.first not in taken and rule.predicate(container, context):
                    inside = range(max(container.first, reach.start), min(container.end, reach.stop))
                    found += [i for i in inside if i not in taken and probabilities[i] <= rule.ceiling]
                    taken.update((i, rule) for i in found)
        elif isinstance(rule, BlockRule):
            for i in reach:
                if i not in taken and probabilities[i] <= rule.ceiling and rule.predicate(blocks[i], context):
                    found.append(i)
                    taken[i] = rule  # at once: the next block may look at this one
        share = sum(weights[i] for i in found) / total
        if rule.bounded and share > MOST_OF_THE_BODY:
            undone.append(Undone(rule.id, share))
            for i in found:
                del taken[i]
    return taken, tuple(undone)
