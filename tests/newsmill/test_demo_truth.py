"""Our own output against the truth of every demo page, block for block."""

from functools import cache
from itertools import zip_longest

import pytest

from newsclean import Article, NoArticle, clean
from newsmill.demo.site import read_sites
from newsmill.demo.truth import Truth

CASES = [
    pytest.param(site.truth_of(source), site.get(site.publication.path_of(source)).body.decode(), id=name)
    for site in read_sites()
    for source in site.publication.sources
    for name in (f"{source.publication}/{source.name}",)
]
ARTICLES = [case for case in CASES if not case.values[0].no_article]
OTHERS = [case for case in CASES if case.values[0].no_article]


# each page is looked at from three sides
cleaned = cache(clean)


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


@pytest.mark.parametrize(("truth", "page"), ARTICLES)
def test_blocks(truth: Truth, page: str):
    assert not (difference := first_difference(cleaned(page, truth.url), truth)), f"\n{difference}"


@pytest.mark.parametrize(("truth", "page"), ARTICLES)
def test_captions_and_credits(truth: Truth, page: str):
    article = cleaned(page, truth.url)
    shown = [
        (folded(image.caption), folded(image.credit))
        for image in article.images
        if image.caption or image.credit
    ]
    assert shown == [(folded(image.caption), folded(image.credit)) for image in truth.images]
    assert tuple(map(folded, article.credits)) == tuple(map(folded, truth.credits))


@pytest.mark.parametrize(("truth", "page"), ARTICLES)
def test_metadata(truth: Truth, page: str):
    article = cleaned(page, truth.url)
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


@pytest.mark.parametrize(("truth", "page"), OTHERS)
def test_a_page_without_a_body_is_no_article(truth: Truth, page: str):
    with pytest.raises(NoArticle):
        clean(page, truth.url)
