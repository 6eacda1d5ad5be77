"""The same page gives the same article in every process and in every order, and takes time by its length."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from newsclean import clean

PAGES = [
    path.read_text(encoding="utf-8")
    for path in sorted((Path(__file__).parents[1] / "pages").glob("*/page.html"))
]
URL = "https://courier.example/2026/11/02/ferry"
SCRIPT = """
import hashlib, json, sys
from newsclean import clean
pages = json.load(sys.stdin)
print(json.dumps([hashlib.sha256(repr(clean(page, "%s")).encode()).hexdigest() for page in pages]))
"""
SENTENCE = "The ferry will sail every hour on day {}, the harbour board said, as long as the ice on the sound permits it."


def digest(page: str) -> str:
    return hashlib.sha256(repr(clean(page, URL)).encode()).hexdigest()


@pytest.mark.parametrize("seed", ["1", "4294967295"])
def test_other_processes_give_the_same_articles_in_another_order(seed: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT % URL],
        input=json.dumps(PAGES[::-1]),
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    # each twice: what came before leaves no trace
    assert [*map(digest, PAGES), *map(digest, PAGES)] == 2 * json.loads(done.stdout)[::-1]


def paragraphs(count: int) -> str:
    return "".join(f"<p>{SENTENCE.format(i)}</p>" for i in range(count))


def teasers(count: int) -> str:
    return paragraphs(20) + "".join(
        f'<div class="card c{i}"><a href="/{i}">Ferry {i} sails again</a><img src="{i}.jpg" alt="Ferry number {i}"></div>'
        for i in range(count)
    )


@pytest.mark.parametrize("build", [paragraphs, teasers])
def test_four_times_the_blocks_take_no_more_than_seven_times_as_long(build: Callable[[int], str]) -> None:
    clean(PAGES[0], URL)  # what is compiled once
    seconds = []
    for count in (800, 3200):
        page = f"<html><head><title>Ice on the sound</title></head><body><article><h1>Ice</h1>{build(count)}</article></body></html>"
        start = time.process_time()
        clean(page, URL)
        seconds.append(time.process_time() - start)
    assert seconds[1] <= 7 * seconds[0]
