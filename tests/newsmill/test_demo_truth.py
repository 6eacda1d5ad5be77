"""Our own output against the truth of every demo page, block for block."""

from functools import cache
from itertools import zip_longest

import pytest
from demo_pages import SOURCES, page_of, truth_of

from newsclean import Article, NoArticle, clean
from newsmill.demo.truth import Truth

ARTICLES = [name for name in SOURCES if not truth_of(name).no_article]
OTHERS = [name for name in SOURCES if truth_of(name).no_article]


@cache
def cleaned(name: str) -> Article:
    """Each page is looked at from three sides."""
    return clean(page_of(name), truth_of(name).url)


def folded(text: str) -> str:
    return " ".join(text.split())


def first_difference(article: Article, truth: Truth) -> str:
    """The first block that differs, and the rule that took it if one did; empty if none differs."""
    ours = list(zip(article.block_kinds, map(folded, article.blocks), strict=True))
    right = list(zip(truth.block_kinds, map(folded, truth.blocks), strict=True))
    for number, (our, true) in enumerate(zip_longest(ours, right), start=1):
        if our == true:
            continue
        lines = [
            f"block {number} of {len(right)} differs in {truth.url}",
            f"  ours:  {our}",
            f"  truth: {true}",
        ]
        if true is not None:
            lines += [
                f"  the true block was removed as {removal.kind} by {removal.rule}"
                for removal in article.removed
                if folded(removal.text) == true[1]
            ]
        if our is not None:
            lines += [f"  ours is {noise.kind}" for noise in truth.removed if folded(noise.text) == our[1]]
            lines += [
                "  ours is a caption" for image in truth.images if image.caption and image.caption in our[1]
            ]
            lines += ["  ours is the title"] * (our[1] == folded(truth.title))
        return "\n".join(lines)
    return ""


@pytest.mark.parametrize("name", ARTICLES)
def test_blocks(name: str):
    assert not (difference := first_difference(cleaned(name), truth_of(name))), f"\n{difference}"


@pytest.mark.parametrize("name", ARTICLES)
def test_captions_and_credits(name: str):
    article, truth = cleaned(name), truth_of(name)
    shown = [
        (folded(image.caption), folded(image.credit))
        for image in article.images
        if image.caption or image.credit
    ]
    assert shown == [(folded(image.caption), folded(image.credit)) for image in truth.images]
    assert tuple(map(folded, article.credits)) == tuple(map(folded, truth.credits))


@pytest.mark.parametrize("name", ARTICLES)
def test_metadata(name: str):
    article, truth = cleaned(name), truth_of(name)
    assert article.title == truth.title
    assert article.authors == truth.authors
    assert article.published == truth.published
    assert article.modified == truth.modified or (
        article.modified == truth.published and truth.modified is None
    )
    assert article.section == truth.section
    assert article.language == truth.language
    if truth.paywalled:
        assert article.paywalled


@pytest.mark.parametrize("name", OTHERS)
def test_a_page_without_a_body_is_no_article(name: str):
    with pytest.raises(NoArticle):
        cleaned(name)
