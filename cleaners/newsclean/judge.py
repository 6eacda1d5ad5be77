"""Judge blocks: which are body, by learned weights over what :mod:`newsclean.features` sees.

The judge has two stages of oblivious decision trees (all nodes of one level ask the same question), evaluated here with
numpy alone. The second stage sees besides what the first thinks of a block's surroundings. ``benchmarks/train_judge.py``
makes the weights; ``docs/model-card.md`` says from what, and how well they do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from newsclean.article import RemovalKind
from newsclean.blocks import Segmentation
from newsclean.features import COLUMNS, Floats, Hints, Table, Verdicts, contextualise, tabulate
from newsclean.metadata import Metadata

# Columns that tell the kind of a block that is not body.
_SIGNS = (
    "length", "link_share", "heading_level", "title_same", "title_overlap", "caption_same", "author_named", "date",
    "role_caption", "role_nav", "role_footer", "name_caption", "name_consent", "name_newsletter", "name_comment",
    "name_share", "name_advert", "name_related", "name_byline", "name_date", "word_consent", "word_newsletter",
    "word_share", "word_date", "word_rights", "opening_credit", "opening_advert", "opening_related",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the judge thinks of a block.

    Attributes:
        probability: That it is body, from 0 to 1.
        kind: What it is taken for if it is not.
    """

    probability: float
    kind: RemovalKind


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """Oblivious trees of one depth, flattened.

    Attributes:
        columns: Column asked at each level of each tree, shape (levels, trees).
        borders: The value that must be exceeded there, same shape.
        leaves: Value of each leaf, shape (trees, 2 ** levels); bit k of a leaf's number is the answer at level k.
        bias: Added to the sum of leaves.
    """

    columns: NDArray[np.uint16]
    borders: Floats
    leaves: Floats
    bias: float

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]], prefix: str) -> Self:
        """Read one forest of a saved model."""
        return cls(
            arrays[f"{prefix}_columns"].astype(np.uint16),
            arrays[f"{prefix}_borders"].astype(np.float32),
            arrays[f"{prefix}_leaves"].astype(np.float32),
            float(arrays[f"{prefix}_bias"][()]),
        )

    def margins(self, rows: Floats) -> NDArray[np.float64]:
        """The sum of leaves for each row."""
        by_column = np.ascontiguousarray(rows.T)
        levels, trees = self.columns.shape
        leaf = np.zeros((trees, rows.shape[0]), dtype=np.intp)
        leaf += (np.arange(trees, dtype=np.intp) << levels)[:, None]
        for level in range(levels):
            answers = by_column[self.columns[level]] > self.borders[level][:, None]
            leaf += answers.astype(np.intp) << level
        total: NDArray[np.float64] = self.leaves.ravel()[leaf].sum(axis=0, dtype=np.float64)
        return total + self.bias


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """The judge's stages, each seeing the one before."""

    stages: tuple[Forest, ...]

    def probabilities(self, table: Table, *, news: bool) -> Floats:
        """The probability that each block is body, by the policy of news pages or of articles at large."""
        if not len(table.rows):
            return np.zeros(0, dtype=np.float32)
        policy = np.full((len(table.rows), 1), float(news), dtype=np.float32)
        rows = np.concatenate((table.rows, policy), axis=1)
        found = sigmoid(self.stages[0].margins(rows))
        for stage in self.stages[1:]:
            found = sigmoid(stage.margins(np.concatenate((rows, contextualise(table, found)), axis=1)))
        return found

    def opinion(self, table: Table, news_share: float) -> Floats:
        """The probability that each block is body, by both policies as :mod:`newsclean.policy` weighs them."""
        news, other = self.probabilities(table, news=True), self.probabilities(table, news=False)
        return (news_share * news + (1 - news_share) * other).astype(np.float32)


def sigmoid(margins: NDArray[np.float64]) -> Floats:
    """Log-odds to probabilities."""
    return (1.0 / (1.0 + np.exp(-margins))).astype(np.float32)


@cache
def load_model() -> Model:
    """The weights that come with the package."""
    with as_file(files("newsclean").joinpath("judge.npz")) as path:
        return read_model(path)


def read_model(path: Path) -> Model:
    """Weights as ``benchmarks/train_judge.py`` writes them.

    Raises:
        OSError: The file cannot be read.
    """
    with np.load(path, allow_pickle=False) as arrays:
        return Model(tuple(Forest.from_arrays(arrays, f"stage{i}") for i in range(int(arrays["stages"][()]))))


def read_hints(metadata: Metadata, segmentation: Segmentation) -> Hints:
    """What the judge is told of a page's metadata and of its images' alternative texts."""
    alternative = (media.element.get("alt") or "" for media in segmentation.media)
    return Hints(
        titles=tuple(dict.fromkeys(filter(None, (metadata.title, *metadata.title_candidates)))),
        descriptions=(metadata.description,) if metadata.description else (),
        authors=metadata.authors,
        captions=tuple(dict.fromkeys(text.strip() for text in alternative if text.strip())),
    )


def guess_kinds(table: Table) -> list[RemovalKind]:
    """What each block is taken for, should it not be body; the first sign in this order decides.

    Names of containers up to two levels up count, and words only in short blocks.
    """
    seen = {name: table.rows[:, COLUMNS.index(name)] for name in _SIGNS}

    def named(group: str, levels: int = 2) -> NDArray[np.bool_]:
        near: NDArray[np.bool_] = seen[f"name_{group}"] <= levels
        return near

    short = seen["length"] < 200
    linked = seen["link_share"] > 0.6
    signs: tuple[tuple[RemovalKind, NDArray[np.bool_]], ...] = (
        ("title", (seen["title_same"] > 0) | ((seen["heading_level"] == 1) & (seen["title_overlap"] > 0.5))),
        ("caption", (seen["role_caption"] > 0) | (seen["caption_same"] > 0) | (named("caption", 1) & ~linked)),
        ("cookie", (seen["word_consent"] >= 2) & short | named("consent") & (seen["word_consent"] >= 1)),
        ("newsletter", (seen["word_newsletter"] >= 2) & short | named("newsletter") & (seen["word_newsletter"] >= 1)),
        ("credit", (seen["opening_credit"] >= 1) & (seen["length"] < 80)),
        ("comment", named("comment", 3)),
        ("share", short & (named("share") | (seen["word_share"] >= 2)) & (seen["length"] < 60)),
        ("ad", named("advert") & short | (seen["opening_advert"] >= 1) & (seen["length"] < 40)),
        ("navigation", (seen["role_nav"] > 0) | (seen["role_footer"] > 0) & linked),
        ("related", named("related", 3) & (linked | short) | (seen["opening_related"] >= 2) & short),
        ("bio", (named("byline") | (seen["author_named"] > 0)) & (seen["length"] >= 80)),
        ("byline", short & (named("byline", 1) | (seen["author_named"] > 0) | (seen["date"] > 0) & (named("date") | (seen["word_date"] >= 1)))),
        ("furniture", (seen["role_footer"] > 0) | (seen["word_rights"] >= 2) & short),
        ("related", linked & (seen["length"] >= 25)),
        ("navigation", linked),
    )  # fmt: skip
    kinds: list[RemovalKind] = ["other"] * len(table.rows)
    undecided = np.ones(len(table.rows), dtype=np.bool_)
    for kind, sign in signs:
        for i in np.flatnonzero(sign & undecided):
            kinds[i] = kind
        undecided &= ~sign
    return kinds


def judge(
    segmentation: Segmentation, hints: Hints, verdicts: Verdicts, news_share: float
) -> list[Judgement]:
    """Judge every block of a page.

    Args:
        segmentation: The page in blocks.
        hints: What the page's metadata says of its text.
        verdicts: What other extractors keep.
        news_share: How much the policy of news counts, see :mod:`newsclean.policy`.

    Returns:
        One judgement a block, in order. Hidden blocks are never body.
    """
    if not segmentation.blocks:
        return []
    table = tabulate(segmentation, hints, verdicts)
    kinds = guess_kinds(table)
    found = load_model().opinion(table, news_share)
    return [
        Judgement(0.0, "hidden") if block.hidden else Judgement(float(probability), kind)
        for block, probability, kind in zip(segmentation.blocks, found, kinds, strict=True)
    ]
