"""A sign-up line, a plain paragraph in the midst of each body of the demo's sites: told by the other pages, and by nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from hashlib import blake2b

import demo_pages
import pytest
from lxml import html

from newsclean import clean
from newsclean.clean import examine
from newsclean.learning import learn
from newsclean.outline import Sighting
from newsmill.demo.truth import Truth

LINE = (
    "Mornings are better with the tide tables in them: our five stories are on the step before the gulls are."
)
SITES = {site.publication.key: site for site in demo_pages.SITES}


def folded(text: str) -> str:
    return " ".join(text.split())


def planted(markup: str, truth: Truth) -> str:
    """The page with the line before the paragraph in the middle of its body; empty if it has no such paragraph."""
    tree = html.document_fromstring(markup)
    own = {folded(block) for block, kind in zip(truth.blocks, truth.block_kinds, strict=True) if kind == "p"}
    paragraphs = [p for p in tree.iter("p") if folded(p.text_content()) in own]
    if len(paragraphs) < 3:
        return ""
    line = html.Element("p")
    line.text = LINE
    paragraphs[len(paragraphs) // 2].addprevious(line)
    return "<!doctype html>" + html.tostring(tree, encoding="unicode")


@cache
def pages(name: str) -> list[tuple[str, Truth]]:
    site = SITES[name]
    found = []
    for source in site.publication.sources:
        truth = site.truth_of(source)
        if not truth.no_article:
            markup = planted(site.get(site.publication.path_of(source)).body.decode(), truth)
            if markup:
                found.append((markup, truth))
    return found


@cache
def sighting(markup: str, url: str) -> Sighting:
    page = blake2b(url.encode(), digest_size=16).hexdigest()
    return Sighting(page, datetime(2026, 11, 25, tzinfo=UTC), examine(markup, url).outline)


@pytest.mark.parametrize("number", [8, 99])
@pytest.mark.parametrize("name", SITES)
def test_the_line_goes_and_the_text_is_the_truth(name: str, number: int) -> None:
    known = pages(name)[:number]
    assert len(known) >= min(number, 20)
    profile = learn((sighting(markup, truth.url) for markup, truth in known), name)
    for markup, truth in known if number < 99 else known[::4]:
        alone, article = clean(markup, truth.url), clean(markup, truth.url, site=profile)
        assert LINE in alone.text
        assert [block for block in alone.blocks if block != LINE] == list(article.blocks)
        assert list(map(folded, article.blocks)) == list(map(folded, truth.blocks))
        assert [each.rule for each in article.removed if each.text == LINE] == ["site.standing-line"]
