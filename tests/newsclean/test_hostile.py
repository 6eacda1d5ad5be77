from __future__ import annotations

import contextlib
import runpy
import time
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest

from newsclean import clean
from newsclean.article import Article, NoArticle, NoArticleReason
from newsclean.blocks import segment
from newsclean.decode import decode
from newsclean.hidden import hidden_elements
from newsclean.parse import parse

if TYPE_CHECKING:
    from hostile_pages import HostilePage  # type: ignore[import-not-found]  # beside this file, loaded by path below

loaded = runpy.run_path(str(Path(__file__).with_name("hostile_pages.py")))
PAGES: dict[str, HostilePage] = loaded["PAGES"]
LEAD: str = loaded["LEAD"]

# CPU seconds on a slow machine under load; what is quadratic takes minutes.
MOST_SECONDS_TO_PARSE = 6.0
MOST_SECONDS_TO_CLEAN = 25.0


def visible_blocks(html: str | bytes, content_type: str) -> list[str]:
    tree = parse(decode(html, content_type))
    return [block.text for block in segment(tree, hidden_elements(tree)).blocks if not block.hidden]


def outcome(html: str | bytes, content_type: str) -> Article | tuple[str, str]:
    try:
        return clean(html, "https://news.example/2026/bridge", content_type=content_type)
    except NoArticle as none:
        return none.reason, none.detail


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_taken_in(name: str) -> None:
    page = PAGES[name]
    html = page.build()
    start = time.process_time()
    if page.keeps_article:
        assert LEAD in visible_blocks(html, page.content_type)
    else:
        with contextlib.suppress(NoArticle):
            visible_blocks(html, page.content_type)
    assert time.process_time() - start < MOST_SECONDS_TO_PARSE


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.soak if page.slow else ()) for name, page in PAGES.items()]
)
def test_the_page_gives_its_article_or_a_reason(name: str) -> None:
    page = PAGES[name]
    html = page.build()
    start = time.process_time()
    first = outcome(html, page.content_type)
    assert time.process_time() - start < MOST_SECONDS_TO_CLEAN
    if isinstance(first, Article):
        assert first.text.strip()
        assert len(first.blocks) == len(first.block_kinds)
        first.text.encode()
    else:
        assert first[0] in get_args(NoArticleReason)
        assert first[1]
    if page.keeps_article:
        assert isinstance(first, Article)
        assert LEAD in first.blocks
    assert outcome(html, page.content_type) == first
