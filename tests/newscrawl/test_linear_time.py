"""What the crawl's own process reads of the network costs time in proportion to its length.

A page that is slow to clean costs its own process its time; what is slow here stops every other site.
"""

from __future__ import annotations

import itertools
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import FrameType

import pytest

from newscrawl.article_url import is_archive_url, is_article_url, is_listing_url, url_dates
from newscrawl.challenges import challenge, is_geo_block
from newscrawl.dates import parse_last_change, parse_timestamp
from newscrawl.link_header import read_link_header
from newscrawl.retries import retry_after
from newscrawl.robots_rules import read_robots
from newscrawl.usage import usage_signals
from newsdata import Usage
from newsdata.identity import article_id, normalise_url
from newsdata.usage import PURPOSES, denial

URL = "https://news.example/"


def denials(text: str) -> None:
    for source in ("header:x-robots-tag", "meta:gptbot", "header:content-usage", "robots.txt:content-signal"):
        for purpose in PURPOSES:
            denial([Usage(source, text)], purpose)


def page(text: str) -> None:
    usage_signals([("Link", text), ("X-Robots-Tag", text)], b"license" + text.encode(), URL)
    challenge(200, [("Server", text)], text.encode())
    is_geo_block(451, text.encode())


def robots(text: str) -> None:
    rules = read_robots(f"User-agent: *\n{text}".encode(), "newsmill")
    rules.allows(URL + text)
    rules.usage(URL + text)


def address(text: str) -> None:
    url = URL + text
    for reader in (is_article_url, is_listing_url, url_dates, is_archive_url, normalise_url, article_id):
        reader(url)


PIECES = {
    "link header": ["<", ">", ";", " ", ",", '"', "=", ";rel=", "rel", "<a>", ";a=b", "a"],
    "robots directives": [
        ",",
        ":",
        " ",
        ";",
        "1",
        "1,",
        "1:",
        "noai",
        "noai ",
        "none,",
        "newsmill:",
        "newsmill",
        "GPTBot:",
        ",gptbot:",
        "max-snippet:",
        "unavailable_after",
        "=",
        "train-ai",
        "search=",
        "\n",
    ],
    "page": [
        "<", "<meta ", "<a ", "<a rel=", "name=", '"', "'", "=", ">", " ", "<script application/ld+json>", "</script", "{",
        "[", "<title", "<svg ", "not available in your ",
    ],
    "robots.txt": [
        "User-agent: *\n", "User-agent: gptbot\n", "Allow: /", "Disallow: /a*\n", "*", "*a", "a", "$", "%", "/", "\n", " ",
        "#", ":", "Content-Signal: a\n", "Crawl-delay: ", "9", "Sitemap: x\n", "\r",
    ],
    "address": [
        "a", "-", "/", "1", "2026/", "amp", "amp;", ".amp", ";jsessionid=", "?", "&", "a=b&", "%", "index.html", "http://", ".",
        "_", "//",
    ],
    "dates": ["2026-", "1", "-", ":", " ", "T", "Mon, ", "+", "(", ")", ".", "GMT", ","],
}  # fmt: skip
READERS: dict[str, Callable[[str], object]] = {
    "link header": lambda text: list(read_link_header(text)),
    "robots directives": denials,
    "page": page,
    "robots.txt": robots,
    "address": address,
    "dates": lambda text: (
        retry_after(text, datetime.now(UTC)),
        parse_timestamp(text),
        parse_last_change(text),
    ),
}
SIZES = (512, 2_048, 8_192)  # characters
MOST_SECONDS = 2.0  # processor time; what takes longer is exponential, or nearly
NOISE = 0.03  # seconds; what takes less is not compared
MOST_GROWTH = 10.0  # for four times the length; a quadratic reader takes 16


def adversarial(pieces: list[str], size: int) -> Iterator[str]:
    """Runs of each piece, of two by turns, and of one after the other, each with an end that fits nothing."""
    for piece in pieces:
        yield piece * (size // len(piece)) + "\x01"
    for first, second in itertools.permutations(pieces, 2):
        half = size // 2
        yield first * (half // len(first)) + second * (half // len(second)) + "\x01"
        yield (first + second) * (size // len(first + second)) + "\x01"


@contextmanager
def within(seconds: float) -> Iterator[None]:
    def give_up(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGPROF, give_up)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def cost(reader: Callable[[str], object], text: str) -> float:
    """Seconds of processor time; the less of two runs where it is much."""

    def run() -> float:
        began = time.process_time()
        with within(MOST_SECONDS):
            reader(text)
        return time.process_time() - began

    seconds = run()
    return seconds if seconds < NOISE else min(seconds, run())


def slow_text(reader: Callable[[str], object], pieces: list[str]) -> str:
    """The beginning of a text for which a reader's cost grows faster than the text; empty if there is none."""
    series = zip(*(adversarial(pieces, size) for size in SIZES), strict=True)
    for texts in series:
        before: float | None = None
        for text in texts:
            try:
                now = cost(reader, text)
            except TimeoutError:
                return f"{text[:60]!r} … of {len(text)} characters takes more than {MOST_SECONDS} s"
            if before is not None and now > NOISE and now > MOST_GROWTH * before:
                return f"{text[:60]!r} … of {len(text)} characters takes {now} s, a quarter of it {before} s"
            before = now
    return ""


@pytest.mark.parametrize("name", READERS)
def test_cost_grows_no_faster_than_the_text(name: str) -> None:
    assert not slow_text(READERS[name], PIECES[name])


@pytest.mark.parametrize(
    ("pattern", "found"), [("a+$", "a quarter of it"), ("(?:a|a)*$", "takes more than"), ("a$", "")]
)
def test_the_test_finds_what_is_slow(pattern: str, found: str) -> None:
    slow = slow_text(re.compile(pattern).search, ["a"])
    assert bool(slow) is bool(found)
    assert found in slow
