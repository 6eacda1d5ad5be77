"""The owner's own example, as it came and in other markup: the text is exactly right on each.

The page's words stay in ../shared and never enter the project; only the ways of marking it up are ours.
"""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import dataclass
from html import escape
from pathlib import Path

import pytest

from newsclean import Article, clean, clean_text

SEED = Path(__file__).parents[3] / "shared" / "seed"
URL = "https://news.example/world/an-article-421000.html"

pytestmark = pytest.mark.skipif(not SEED.exists(), reason="the shared folder is not here")


@dataclass(frozen=True)
class Markup:
    """One way to mark the article up."""

    caption: str = "wp"
    paragraph: str = "p"
    newsletter: str = "form"
    byline: str = "meta-div"
    head: str = "full"
    classes: bool = True
    landmarks: bool = True


CAPTIONS = {
    "wp": '<div class="wp-caption"><img src="/{n}.jpg" alt="{alt}" width="700" height="420"><p class="wp-caption-text">{caption}</p></div>',
    "figure": '<figure><img src="/{n}.jpg" alt="{alt}"><figcaption>{caption}</figcaption></figure>',
    "div": '<div><img src="/{n}.jpg" alt="{alt}"><div>{caption}</div></div>',
    "next-p": '<p><img src="/{n}.jpg" alt="{alt}"></p><p>{caption}</p>',
    "same-p": '<p><img src="/{n}.jpg" alt="{alt}"><br>{caption}</p>',
    "em": '<img src="/{n}.jpg" alt="{alt}"><p><em>{caption}</em></p>',
    "nested": '<div class="image"><div><picture><source srcset="/{n}.webp"><img src="/{n}.jpg" alt=""></picture></div><div><span>{caption}</span></div></div>',
    "table": '<table><tr><td><img src="/{n}.jpg" alt="{alt}"></td></tr><tr><td>{caption}</td></tr></table>',
}
PARAGRAPHS = {
    "p": "<p>{}</p>",
    "div": "<div>{}</div>",
    "wrapped": '<div class="block"><p>{}</p></div>',
    "br": "{}<br><br>",
    "span": "<p><span>{}</span></p>",
    "section": "<section><p>{}</p></section>",
}
NEWSLETTERS = ("form", "plain", "div", "aside")
BYLINES = ("meta-div", "plain", "in-body", "list")
HEADS = ("full", "title-only", "none", "json-ld")


def _truth() -> dict[str, list[str]]:
    truth: dict[str, list[str]] = json.loads((SEED / "article.json").read_text(encoding="utf-8"))
    return truth


def render(markup: Markup) -> str:
    truth = _truth()
    title = escape(str(truth["title"]))
    source = (SEED / "article.html").read_text(encoding="utf-8")
    order = re.findall(r"<p(?: class=\"wp-caption-text\")?>(.*?)</p>", source)
    paragraphs, captions = set(truth["paragraphs"]), truth["captions"]
    body, n = [], 0
    for text in order:
        plain = re.sub(r"<[^>]+>", "", text)
        if plain in captions:
            alt = " ".join(plain.split()[:6]) if n == 0 else ("Staff Photo" if n == 2 else "")
            body.append(CAPTIONS[markup.caption].format(n=n, alt=escape(alt), caption=text))
            n += 1
        elif plain in paragraphs or plain in truth["credits"]:
            body.append(PARAGRAPHS[markup.paragraph].format(text))
    lines = truth["newsletter"][1:]
    if markup.newsletter == "form":
        box = f'<div class="newsletter-box"><h4>{lines[0]}</h4><p>{lines[1]}<br>{lines[2]}</p><form><input type="email"><button>Sign up</button></form><small>{lines[3]}</small></div>'
    elif markup.newsletter == "plain":
        box = "".join(f"<p>{line}</p>" for line in lines)
    else:
        box = f"<{markup.newsletter}><h3>{lines[0]}</h3><p>{lines[1]}</p><p>{lines[2]}</p><p>{lines[3]}</p></{markup.newsletter}>"
    byline = {
        "meta-div": '<div class="post-meta"><span class="author">By Zachary Stieber</span><span class="date">January 2, 2020</span><a class="category" href="/us">US News</a></div>',
        "plain": '<p>By Zachary Stieber</p><p>January 2, 2020</p><p><a href="/us">US News</a></p>',
        "in-body": "<p><strong>By Zachary Stieber</strong></p><p>January 2, 2020</p>",
        "list": '<ul><li>By <a href="/author/zs">Zachary Stieber</a></li><li><time datetime="2020-01-02">January 2, 2020</time></li><li><a href="/us">US News</a></li></ul>',
    }[markup.byline]
    head = {
        "full": f'<title>{title} | NTD</title><meta property="og:title" content="{title}"><meta property="article:published_time" content="2020-01-02T19:21:00-05:00"><meta property="article:section" content="US News"><meta name="author" content="Zachary Stieber">',
        "title-only": f"<title>{title}</title>",
        "none": "",
        "json-ld": '<script type="application/ld+json">'
        + json.dumps(
            {
                "@context": "https://schema.org",
                "@type": "NewsArticle",
                "headline": truth["title"],
                "datePublished": "2020-01-02T19:21:00-05:00",
                "author": {"@type": "Person", "name": "Zachary Stieber"},
                "articleSection": "US News",
            }
        )
        + "</script>",
    }[markup.head]
    open_article, close_article = (
        ("<main><article>", "</article></main>") if markup.landmarks else ("<div><div>", "</div></div>")
    )
    page = (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">{head}</head><body><div><ul><li><a href="/">Home</a></li><li><a href="/us">US</a></li><li><a href="/w">World</a></li></ul></div>'
        f'{open_article}<h1>{title}</h1>{byline}<div class="content">{"".join(body)}</div>{box}{close_article}'
        '<div><h3>Recommended</h3><ul><li><a href="/x">Other story of the day that is not this one</a></li></ul></div><div><p>Copyright 2020 NTD. All rights reserved.</p></div></body></html>'
    )
    if not markup.classes:
        page = re.sub(r' class="[^"]*"', "", page)
    return page


def _check(article: Article, *, images: bool) -> None:
    truth = _truth()
    unexpected = [block for block in article.blocks if block not in truth["paragraphs"]]
    missing = [block for block in truth["paragraphs"] if block not in article.blocks]
    assert (unexpected, missing) == ([], [])
    assert list(article.blocks) == truth["paragraphs"]
    assert article.title == truth["title"]
    assert list(article.authors) == truth["authors"]
    assert article.published is not None
    assert article.published.date().isoformat() == truth["published"]
    assert list(article.credits) == truth["credits"]
    removed = {removal.text: removal.kind for removal in article.removed}
    for line in truth["newsletter"][1:]:
        assert removed.get(line) == "newsletter", line
    if images:
        found = [(image.caption, image.credit) for image in article.images if image.caption]
        assert [f"{caption} ({credit})" for caption, credit in found] == truth["captions"]


def test_page_as_it_came() -> None:
    article = clean(
        (SEED / "article.html").read_text(encoding="utf-8"),
        "https://www.ntd.com/iran-may-be-planning-more-attacks_421000.html",
    )
    _check(article, images=True)
    assert article.section == "US News"


def test_text_as_it_came() -> None:
    article = clean_text((SEED / "article.txt").read_text(encoding="utf-8"))
    _check(article, images=False)
    assert article.section == "US News"
    removed = {removal.text for removal in article.removed}
    assert set(_truth()["noise"]) <= removed
    assert set(_truth()["newsletter"]) <= removed


def _variants() -> list[Markup]:
    found = [
        Markup(caption=caption, paragraph=paragraph, classes=False)
        for caption, paragraph in itertools.product(CAPTIONS, PARAGRAPHS)
    ]
    found += [
        Markup(caption="figure", newsletter=box, byline=byline, classes=classes)
        for box, byline, classes in itertools.product(NEWSLETTERS, BYLINES, (True, False))
    ]
    found += [
        Markup(
            caption=caption, newsletter="plain", byline="plain", head=head, classes=False, landmarks=landmarks
        )
        for caption, head, landmarks in itertools.product(CAPTIONS, HEADS, (True, False))
    ]
    return list(dict.fromkeys(found))


@pytest.mark.parametrize(
    "markup",
    _variants(),
    ids=lambda m: "-".join(
        str(value)
        for value in (
            m.caption,
            m.paragraph,
            m.newsletter,
            m.byline,
            m.head,
            "classes" if m.classes else "bare",
            "landmarks" if m.landmarks else "divs",
        )
    ),
)
def test_other_markup(markup: Markup) -> None:
    _check(clean(render(markup), URL), images=True)
