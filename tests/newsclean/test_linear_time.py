"""Rules over a page and over lines cost time in proportion to the number of paragraphs."""

from __future__ import annotations

import time
from collections.abc import Callable
from random import Random

import pytest

from newsclean import clean_text
from newsclean.blocks import segment
from newsclean.clean import decide
from newsclean.extractors import region
from newsclean.images import FoundImages
from newsclean.metadata import read_metadata
from newsclean.parse import parse

WORDS = "harbour ferry council tide winter ledger crane engineer market bridge signal keeper subscribe newsletter share".split()
FEW, TIMES = 700, 4
# Four times the paragraphs take four times as long, or sixteen times if each is compared with all others.
MOST = 9


def paragraphs(number: int, length: int) -> list[str]:
    random = Random(number)
    return [" ".join(random.choices(WORDS, k=length)).capitalize() + "." for _ in range(number)]


def least_seconds(work: Callable[[], object]) -> float:
    """Of CPU time, of three tries."""
    seconds = []
    for _ in range(3):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return min(seconds)


def rules(number: int, length: int) -> Callable[[], object]:
    body = "".join(f"<p>{text}</p>" for text in paragraphs(number, length))
    tree = parse(
        f"<html><head><title>A long read</title></head><body><article>{body}</article></body></html>"
    )
    metadata = read_metadata(tree, "")

    def work() -> None:
        segmentation = segment(tree, {})
        region(segmentation)
        decide(segmentation, [0.8, *[0.6] * (number - 2), 0.8], FoundImages(), metadata)

    return work


def lines(number: int, length: int) -> Callable[[], object]:
    text = "\n\n".join(paragraphs(number, length))
    return lambda: clean_text(text)


@pytest.mark.parametrize("length", [6, 30])
@pytest.mark.parametrize("steps", [rules, lines])
def test_time_grows_with_the_number_of_paragraphs(
    steps: Callable[[int, int], Callable[[], object]], length: int
) -> None:
    few = least_seconds(steps(FEW, length))
    many = least_seconds(steps(TIMES * FEW, length))
    assert many < MOST * few
