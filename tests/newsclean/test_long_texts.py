"""A long read is as whole as a short one."""

from __future__ import annotations

import pytest

from newsclean import clean

WORDS = "harbour ferry council tide winter ledger crane engineer market bridge signal keeper".split()


def paragraph(number: int) -> str:
    first, second = WORDS[number % len(WORDS)], WORDS[number * 7 % len(WORDS)]
    return (
        f"In the {number}th year of the {first} the {second} was counted again, and those who kept the books wrote down "
        f"what they had seen of the {first}, which was more than anybody had asked them for that season."
    )


@pytest.mark.parametrize("count", [40, 170, 320, 600])
def test_no_paragraph_of_a_long_read_is_lost(count: int) -> None:
    paragraphs = [paragraph(number) for number in range(count)]
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    article = clean(
        f"<html><head><title>A long read</title></head><body><main><article><h1>A long read</h1>{body}</article></main></body></html>"
    )
    assert list(article.blocks) == paragraphs
