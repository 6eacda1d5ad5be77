"""The catalogue: every rule, in the order in which they are asked, and how it is applied."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from functools import lru_cache
from itertools import accumulate

from newsclean.blocks import Container
from newsclean.rules import (
    ad,
    bio,
    byline,
    caption,
    comment,
    cookie,
    credit,
    furniture,
    navigation,
    newsletter,
    paywall,
    related,
    share,
    title,
)  # fmt: skip
from newsclean.rules.rule import MOST_OF_THE_BODY, BlockRule, Context, NodeRule, Rule, Undone
from newsclean.words import words

# What cannot be told from a sentence by words alone (captions, forms) comes first. Bylines, credits and bios are known by
# where they stand, at the text's head or foot, so they come when the boxes around the text are gone.
CATALOGUE: tuple[Rule, ...] = (
    *caption.RULES,
    *title.RULES,
    *newsletter.RULES,
    *cookie.RULES,
    *paywall.RULES,
    *ad.RULES,
    *share.RULES,
    *comment.RULES,
    *related.RULES,
    *furniture.RULES,
    *navigation.RULES,
    *bio.RULES,
    *credit.RULES,
    *caption.LAST_RULES,
    *byline.RULES,
    *bio.HEAD_RULES,
    *furniture.FOOT_RULES,
    *navigation.HEAD_RULES,
    *navigation.LINE_RULES,
)

# Rules look at neighbours that are so many visible blocks away at most.
FURTHEST = 6
_RULES_BY_WORD: dict[str, list[str]] = defaultdict(list)
for _rule in CATALOGUE:
    for _word in (_rule.words if isinstance(_rule, BlockRule) else None) or ():
        _RULES_BY_WORD[_word].append(_rule.id)
_TELLING_WORDS = frozenset(_RULES_BY_WORD)
_LONGEST_TOLD = max(rule.longest for rule in CATALOGUE if isinstance(rule, BlockRule) and rule.words)


def apply_rules(
    context: Context, probabilities: Sequence[float], reach: range
) -> tuple[dict[int, Rule], tuple[Undone, ...]]:
    """Find the first rule, in the catalogue's order, that takes each block.

    Args:
        context: The page.
        probabilities: The judge's probability that each block is body.
        reach: Indices of the blocks that are looked at.

    Returns:
        The rule by block index, and the rules that were undone.
    """
    blocks = context.segmentation.blocks
    lengths = [len(block.text) for block in blocks]
    weights = [length if is_body else 0 for length, is_body in zip(lengths, context.body, strict=True)]
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
    named: dict[str, list[Container]] = defaultdict(list)
    for container in containers:
        for rule_id in _rules_by_name(container.names):
            named[rule_id].append(container)
    _find_words(context, lengths, reach)
    taken = context.taken
    undone: list[Undone] = []
    left: Sequence[int] = reach
    for rule in CATALOGUE:
        if rule.possible is not None and not rule.possible(context):
            continue
        found: list[int] = []
        if isinstance(rule, NodeRule):
            for container in containers if rule.named is None else named[rule.id]:
                if (
                    rule.fewest <= container.end - container.first <= rule.most
                    and (rule.tags is None or container.tag in rule.tags)
                    and container.first not in taken
                    and rule.predicate(container, context)
                ):
                    inside = range(max(container.first, reach.start), min(container.end, reach.stop))
                    for i in inside:
                        if i not in taken and probabilities[i] <= rule.ceiling:
                            found.append(i)
                            context.take(i, rule)
        elif isinstance(rule, BlockRule):
            longest, ceiling, predicate = rule.longest, rule.ceiling, rule.predicate
            for i in left if rule.words is None else _left_of(context.told[rule.id], reach, taken):
                if lengths[i] <= longest and probabilities[i] <= ceiling and predicate(blocks[i], context):
                    found.append(i)
                    context.take(i, rule)  # at once: the next block may look at this one
        if not found:
            continue
        share = sum(weights[i] for i in found) / total
        if rule.bounded and share > MOST_OF_THE_BODY:
            undone.append(Undone(rule.id, share))
            for i in found:
                context.give_back(i)
        left = [i for i in left if i not in taken]
    return taken, tuple(undone)


def _find_words(context: Context, lengths: Sequence[int], reach: range) -> None:
    """Find which blocks have words of a rule's, so that a rule is asked about those alone."""
    page = context.segmentation
    before, after = page.visible_before[reach.start] - FURTHEST, page.visible_before[reach.stop] + FURTHEST
    first = page.visible[before].index if before > 0 else 0
    end = page.visible[after].index if after < len(page.visible) else len(page.blocks)
    for i in range(first, end):
        if lengths[i] <= _LONGEST_TOLD:
            told = _TELLING_WORDS.intersection(words(page.blocks[i].text))
            for rule_id in {rule_id for word in told for rule_id in _RULES_BY_WORD[word]}:
                context.told[rule_id].add(i)


def _left_of(indices: Collection[int], reach: range, taken: Collection[int]) -> list[int]:
    return sorted(i for i in indices if i in reach and i not in taken)


@lru_cache(maxsize=32_768)  # sites repeat their names on every page
def _rules_by_name(names: str) -> tuple[str, ...]:
    """The ids of the rules that know a container by its names."""
    return tuple(
        rule.id
        for rule in CATALOGUE
        if isinstance(rule, NodeRule) and rule.named is not None and rule.named.search(names)
    )
