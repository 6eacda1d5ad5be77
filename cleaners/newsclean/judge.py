"""Judge blocks: which are body, by learned weights over what :mod:`newsclean.features` sees.

The judge has two stages of oblivious decision trees (all nodes of one level ask the same question), evaluated here with
numpy alone. The second stage sees besides what the first thinks of a block's surroundings. ``benchmarks/train_judge.py``
makes the weights; ``docs/model-card.md`` says from what, and how well they do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import as_file, files
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from newsclean.article import REMOVAL_KINDS, RemovalKind
from newsclean.blocks import Segmentation
from newsclean.features import (
    COLUMNS,
    Floats,
    Hints,
    Indices,
    Table,
    Verdicts,
    Voices,
    contextualise,
    tabulate,
)
from newsclean.metadata import Metadata
from newsclean.policy import DECLARED_NEWS

# trafilatura is asked where the judge's doubts weigh more than this share of the body, and the page does not declare itself
# news. Measured on pages out of fold (docs/model-card.md): it changes nothing on surer pages, and is no help on news.
MOST_DOUBT = 0.2
# A long paragraph weighs no more than this in the doubts.
_LONGEST_WEIGHED = 600
# A kind is named if it is at least so likely; the rules that taught the kinds name nothing as often as not.
LEAST_SURE_KIND = 0.6
# As many as fit a processor's cache; and so a page of any length takes little memory.
_QUESTIONS_AT_ONCE, _ROWS_AT_ONCE = 128, 1024


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
        leaves: Values of each leaf, shape (trees, 2 ** levels, outputs); bit k of a leaf's number is the answer at level k.
        bias: Added to the sum of leaves, shape (outputs,).
    """

    columns: NDArray[np.uint16]
    borders: Floats
    leaves: Floats
    bias: Floats

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]], prefix: str) -> Self:
        """Read one forest of a saved model."""
        return cls(
            arrays[f"{prefix}_columns"].astype(np.uint16),
            arrays[f"{prefix}_borders"].astype(np.float32),
            arrays[f"{prefix}_leaves"].astype(np.float32),
            arrays[f"{prefix}_bias"].astype(np.float32),
        )

    def margins(self, rows: Floats) -> NDArray[np.float64]:
        """The sum of leaves for each row, shape (rows, outputs)."""
        questions = np.arange(self.columns.size).reshape(self.columns.shape)
        answers = np.empty((self.columns.size, len(rows)), dtype=np.bool_)
        _answer(self.columns.ravel(), self.borders.ravel(), rows, answers)
        return _Trees(questions, self.leaves).sums(answers) + self.bias


def _answer(columns: NDArray[np.uint16], borders: Floats, rows: Floats, answers: NDArray[np.bool_]) -> None:
    """Write for each question, a column and a border, which rows exceed it."""
    by_column = np.ascontiguousarray(rows.T)  # no copy of what features lays out
    for start in range(0, len(columns), _QUESTIONS_AT_ONCE):
        some = slice(start, start + _QUESTIONS_AT_ONCE)
        np.greater(by_column.take(columns[some], axis=0), borders[some, None], out=answers[some])


@dataclass(frozen=True, slots=True, eq=False)
class _Trees:
    """Trees of a forest, by the numbers of the questions that they ask.

    Attributes:
        questions: Shape (levels, trees).
        leaves: As a forest's.
    """

    questions: Indices
    leaves: Floats

    def sums(self, answers: NDArray[np.bool_]) -> NDArray[np.float64]:
        """The sum of leaves for each row, from the answers to all questions, shape (questions, rows)."""
        levels, trees = self.questions.shape
        starts = np.arange(trees, dtype=np.intp)[:, None] << levels
        flat = self.leaves.reshape(-1, self.leaves.shape[2])
        total = np.zeros((answers.shape[1], self.leaves.shape[2]))
        for start in range(0, len(total), _ROWS_AT_ONCE):
            some = np.ascontiguousarray(answers[:, start : start + _ROWS_AT_ONCE]).view(np.uint8)
            # a bit a level, highest first: trees are at most eight deep
            leaf = np.zeros((trees, some.shape[1]), dtype=np.uint8)
            for questions in self.questions[::-1]:
                leaf += leaf  # doubled and added to: numpy takes ten times as long to shift
                leaf += some.take(questions, axis=0)
            flat.take(leaf + starts, axis=0).sum(
                axis=0, dtype=np.float64, out=total[start : start + _ROWS_AT_ONCE]
            )
        return total


class _Questionnaire:
    """All that the stages ask, each question once: many trees of both ask the same.

    The questions to the page come first, then those to the policy, then those to what the stage before thinks. Trees of
    each stage that ask the page alone are kept apart, since they say the same by either policy.
    """

    def __init__(self, stages: Sequence[Forest]) -> None:
        asked = [np.stack((stage.columns, stage.borders), axis=-1).reshape(-1, 2) for stage in stages]
        different, places = np.unique(np.concatenate(asked), axis=0, return_inverse=True)
        self._columns, self._borders = different[:, 0].astype(np.uint16), different[:, 1].astype(np.float32)
        of_policy = len(COLUMNS)
        policy, context = np.searchsorted(self._columns, (of_policy, of_policy + 1)).tolist()
        self._page, self._policy, self._context = slice(policy), slice(policy, context), slice(context, None)
        self._context_columns = self._columns[self._context] - (of_policy + 1)
        self._trees: list[tuple[_Trees, _Trees, Floats]] = []
        start = 0
        for stage in stages:
            questions = places.ravel()[start : start + stage.columns.size].reshape(stage.columns.shape)
            start += stage.columns.size
            of_page = (stage.columns < of_policy).all(axis=0)
            settled, rest = (
                _Trees(questions[:, which], stage.leaves[which]) for which in (of_page, ~of_page)
            )
            self._trees.append((settled, rest, stage.bias))

    def probabilities(self, table: Table) -> tuple[Floats, Floats]:
        """The probability that each block is body, by the policy of news pages and by that of articles at large."""
        answers = np.empty((len(self._columns), len(table.rows)), dtype=np.bool_)
        _answer(self._columns[self._page], self._borders[self._page], table.rows, answers[self._page])
        settled = [trees.sums(answers) + bias for trees, _, bias in self._trees]
        return self._by_policy(table, settled, answers, 1.0), self._by_policy(table, settled, answers, 0.0)

    def _by_policy(
        self, table: Table, settled: Sequence[NDArray[np.float64]], answers: NDArray[np.bool_], policy: float
    ) -> Floats:
        answers[self._policy] = (policy > self._borders[self._policy])[:, None]
        found = np.zeros(0, dtype=np.float32)
        for (_, rest, _), sums in zip(self._trees, settled, strict=True):
            if len(found):
                context = contextualise(table, found)
                _answer(self._context_columns, self._borders[self._context], context, answers[self._context])
            found = sigmoid((sums + rest.sums(answers))[:, 0])
        return found


@dataclass(frozen=True, eq=False)
class Model:
    """The judge's weights.

    Attributes:
        stages: Forests that tell body from the rest, each seeing what the one before thinks.
        kinds: A forest that tells what a block is that is not body; one output a kind.
        kind_names: The kinds, in the order of its outputs.
    """

    stages: tuple[Forest, ...]
    kinds: Forest
    kind_names: tuple[RemovalKind, ...]

    @cached_property
    def _questionnaire(self) -> _Questionnaire:
        return _Questionnaire(self.stages)

    def opinion(self, table: Table, news_share: float) -> Floats:
        """The probability that each block is body, by both policies as :mod:`newsclean.policy` weighs them."""
        if not len(table.rows):
            return np.zeros(0, dtype=np.float32)
        news, other = self._questionnaire.probabilities(table)
        return (news_share * news + (1 - news_share) * other).astype(np.float32)

    def kinds_of(self, table: Table) -> list[RemovalKind]:
        """What each block is taken for, should it not be body; ``other`` where no kind is likely."""
        if not len(table.rows):
            return []
        margins = self.kinds.margins(table.rows)
        likeliest = margins.argmax(axis=1)
        # the softmax of the best: 1 over the sum of all relative to it
        sure = 1.0 / np.exp(margins - margins.max(axis=1, keepdims=True)).sum(axis=1) >= LEAST_SURE_KIND
        return [
            self.kind_names[i] if is_sure else "other" for i, is_sure in zip(likeliest, sure, strict=True)
        ]


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
        return Model(
            tuple(Forest.from_arrays(arrays, f"stage{i}") for i in range(int(arrays["stages"][()]))),
            Forest.from_arrays(arrays, "kinds"),
            tuple(kind for name in arrays["kind_names"] for kind in REMOVAL_KINDS if kind == name),
        )


def read_hints(metadata: Metadata, segmentation: Segmentation) -> Hints:
    """What the judge is told of a page's metadata and of its images' alternative texts."""
    alternative = (media.element.get("alt") or "" for media in segmentation.media)
    return Hints(
        titles=tuple(dict.fromkeys(filter(None, (metadata.title, *metadata.title_candidates)))),
        descriptions=(metadata.description,) if metadata.description else (),
        authors=metadata.authors,
        captions=tuple(dict.fromkeys(text.strip() for text in alternative if text.strip())),
    )


def is_in_doubt(table: Table, found: Floats, hidden: NDArray[np.bool_], news_share: float) -> bool:
    """Whether trafilatura's verdict is worth its time, see :data:`MOST_DOUBT`.

    Args:
        table: The page.
        found: The probability that each block is body, judged without trafilatura.
        hidden: Which blocks are hidden.
        news_share: How much the policy of news counts.
    """
    weights = np.where(hidden, 0.0, np.minimum(table.mass, _LONGEST_WEIGHED))
    doubts = float((weights * np.minimum(found, 1 - found)).sum())
    return news_share < DECLARED_NEWS and doubts > MOST_DOUBT * max(float(weights[found >= 0.5].sum()), 1.0)


def judge(segmentation: Segmentation, hints: Hints, extractors: Voices, news_share: float) -> list[Judgement]:
    """Judge every block of a page: without trafilatura first, and again with its verdict where that leaves doubts.

    Args:
        segmentation: The page in blocks.
        hints: What the page's metadata says of its text.
        extractors: What other extractors keep; trafilatura is asked if in doubt.
        news_share: How much the policy of news counts, see :mod:`newsclean.policy`.

    Returns:
        One judgement a block, in order. Hidden blocks are never body.
    """
    model = load_model()
    table = tabulate(segmentation, hints, Verdicts(resiliparse=extractors.resiliparse))
    found = model.opinion(table, news_share)
    hidden = np.array([bool(block.hidden) for block in segmentation.blocks], dtype=np.bool_)
    if is_in_doubt(table, found, hidden, news_share):
        table = table.with_verdicts(extractors)
        found = model.opinion(table, news_share)
    return [
        Judgement(0.0, "hidden") if is_hidden else Judgement(probability, kind)
        for is_hidden, probability, kind in zip(
            hidden.tolist(), found.tolist(), model.kinds_of(table), strict=True
        )
    ]
