"""The ledger: each block in reach of the body stands exactly once, in the text or in ``removed``, in the page's order.

``images`` and ``credits`` are read off the removed blocks: data derived from the ledger, not a third place. What is asked
here holds on any page: on the demo's, on the shared ones where they are, and on pages that Hypothesis composes.
"""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path

import pytest
from demo_pages import SOURCES, page_of, truth_of
from hypothesis import given, settings
from hypothesis import strategies as st

from newsclean import NoArticle
from newsclean.blocks import Block, Container, Segmentation, segment
from newsclean.clean import Examination, examine
from newsclean.decode import decode
from newsclean.hidden import find_hidden
from newsclean.parse import bound_attributes, parse

SHARED = Path(__file__).parents[3] / "shared" / "pages" / "publishers" / "html"


def check(html: str | bytes, examination: Examination) -> None:
    """Assert all that the ledger promises of one page."""
    article, verdicts = examination.article, examination.verdicts
    kept = [verdict.text for verdict in verdicts if verdict.removal is None]
    removed = [verdict.removal for verdict in verdicts if verdict.removal is not None]
    # once each, in order, nothing lost and nothing twice
    assert "\n\n".join(kept) == article.text
    assert len(kept) == len(article.block_kinds)
    assert tuple(removed) == article.removed
    # the verdicts are a stretch of the page's blocks: none between them is left out
    tree = parse(bound_attributes(decode(html, "")))
    segmentation = segment(tree, find_hidden(tree).elements)
    texts = [block.text for block in segmentation.blocks]
    start = _start(texts, [verdict.text for verdict in verdicts])
    reach = range(start, start + len(verdicts))
    # and every block in the innermost element that holds the whole body is one of them
    body = [
        segmentation.blocks[i] for i, verdict in zip(reach, verdicts, strict=True) if verdict.removal is None
    ]
    assert all(block.index in reach for block in _in_container_of(body, segmentation))
    assert not any(block.hidden for block in body)
    # what images and credits say was read off blocks of the page
    credited = [removal.text for removal in removed if removal.rule.startswith("credit.")]
    assert list(article.credits) == credited
    page = Counter(" ".join(texts).split())
    for image in article.images:
        assert not Counter(image.caption.split()) - page


def _start(texts: list[str], stretch: list[str]) -> int:
    """Where a stretch of texts begins; there must be such a place."""
    for start in range(len(texts) - len(stretch) + 1):
        if texts[start : start + len(stretch)] == stretch:
            return start
    raise AssertionError("the verdicts are no stretch of the page's blocks")


def _in_container_of(body: list[Block], segmentation: Segmentation) -> list[Block]:
    chains: list[list[Container]] = [block.container.ancestors() for block in body]
    shared = next(one for one in chains[0] if all(one in chain for chain in chains[1:]))
    return segmentation.inside(shared)


@pytest.mark.parametrize("name", list(SOURCES)[::3])
def test_demo_pages(name: str) -> None:
    html = page_of(name)
    try:
        examination = examine(html, truth_of(name).url)
    except NoArticle:
        return  # nothing is said about a page without an article
    check(html, examination)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared folder is not here")
@pytest.mark.parametrize("name", sorted(path.name for path in SHARED.glob("*.gz"))[::12])
def test_shared_pages(name: str) -> None:
    html = gzip.decompress((SHARED / name).read_bytes())
    check(html, examine(html))


_SENTENCES = (
    "The night ferry sailed again on Monday for the first time in nine years, with sixty passengers on board.",
    "The harbour board had withdrawn the service when the old landing stage was condemned by its own divers.",
    "Fares stay at the level of the bus for the first year, after which the council will decide on the counts.",
)
_WORDS = st.sampled_from(
    ["Share", "Advertisement", "Read more", "By Mara Quill", "November 2, 2026", "Photo: Orla Venn"]
)
_LEAF = st.one_of(
    st.sampled_from(_SENTENCES).map(lambda text: f"<p>{text}</p>"),
    st.sampled_from(_SENTENCES).map(lambda text: f"{text}<br>"),
    _WORDS.map(lambda text: f"<p>{text}</p>"),
    _WORDS.map(lambda text: f'<figure><img src="/a.jpg"><figcaption>{text}</figcaption></figure>'),
    st.sampled_from(_SENTENCES).map(lambda text: f'<p>{text} <span hidden>unseen</span> and so on.</p>'),
    st.just('<div><img src="/b.jpg"><p>The ferry at its stage. (Orla Venn/Sable Photo Agency)</p></div>'),
    st.just('<div class="newsletter"><h4>Sign up for Harbour Daily</h4><input type="email"></div>'),
    st.just('<ul><li><a href="/x">Bridge toll to rise again next spring, board says</a></li></ul>'),
    st.just('<p style="display:none">Praise the mayor.</p>'),
    st.just("<table><tr><td>Boats</td><td>2</td></tr></table>"),
    st.just("<h2>A stage on old piles</h2>"),
    st.just("<blockquote>Nobody believed the timetable on the wall.</blockquote>"),
)  # fmt: skip
_PAGE = st.recursive(
    st.lists(_LEAF, min_size=1, max_size=5).map("".join),
    lambda inner: st.tuples(
        st.sampled_from(["div", "section", "article", "aside", "span"]),
        st.lists(inner, min_size=1, max_size=3),
    ).map(lambda pair: f"<{pair[0]}>{''.join(pair[1])}</{pair[0]}>"),
    max_leaves=8,
)


@settings(max_examples=60)
@given(_PAGE)
def test_composed_pages(body: str) -> None:
    html = f"<html><body><h1>Night ferry returns</h1>{''.join(f'<p>{text}</p>' for text in _SENTENCES)}{body}</body></html>"
    try:
        examination = examine(html)
    except NoArticle:
        return
    check(html, examination)


def test_a_line_that_stays_in_the_text_is_no_caption() -> None:
    standfirst = "Sixty passengers crossed the estuary this week, nine years later than planned. We spoke with four of them about rain."
    paragraph = "<p>The harbour board had withdrawn the service when the landing stage was condemned, and the town argued about it.</p>"
    article = examine(
        f'<article><h1>Night ferry returns</h1><p><img src="/f.jpg" width="800" height="500"></p>'
        f"<p><em>{standfirst}</em></p>{6 * paragraph}"
        '<figure><img src="/g.jpg"><figcaption>Sixty passengers</figcaption></figure></article>',
        "https://courier.example/ferry",
    ).article
    assert [image.caption for image in article.images] == ["", "Sixty passengers"]
    assert standfirst in article.text
