"""Metadata of pages made to break it: never an exception, never long, always the same."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.html import document_fromstring

from newsclean.metadata import decide_language, read_byline, read_metadata, read_written_date
from newsclean.metadata.dates import parse_timestamp

URL = "https://courier.example/2020/01/02/ferry"
# Seconds of CPU; each takes a tenth of it on the slowest machine tried.
LIMIT = 3.0

WORDS = st.sampled_from(
    ["By", "Von", "Mara Quill", "January 2, 2020", "2020-01-02T10:00:00Z", "Updated:", "|", " - ", ",", "and", "@type", "NewsArticle", "99999999999",
     "9999-12-31", "\x00", "&amp;", "]]>", "<!--", '"', "{", "[", "İ", "ß", "年", "٢", "²"]
)  # fmt: skip
TEXT = st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=12).map(" ".join))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | TEXT,
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["@type", "@id", "@graph", "author", "name", "headline", "datePublished", "dateModified", "publisher", "image", "keywords",
                         "articleSection", "isAccessibleForFree", "hasPart", "itemListElement", "mainEntityOfPage", "url"]), inner, max_size=6,
    ),
    max_leaves=20,
)  # fmt: skip


@given(TEXT)
def test_lines_never_raise(text: str) -> None:
    read_byline(text)
    decide_language(text, text)
    written = read_written_date(text)
    assert written is None or written.tzinfo is not None
    for month_first in (None, True, False):
        parse_timestamp(text, month_first=month_first)


@settings(max_examples=150)
@given(JSON, TEXT, TEXT, TEXT)
def test_pages_never_raise_and_read_the_same_twice(value: object, title: str, line: str, url: str) -> None:
    text = "".join(
        character for character in f"{title}\t{line}" if character.isprintable() or character == "\t"
    )
    title, _, line = text.partition("\t")
    script = json.dumps(value).replace("</", "<\\/")
    markup = (
        f'<html lang="{line[:9]}"><head><title>{title}</title><meta property="og:title" content="{line}"><meta name="author" content="{line}">'
        f'<meta name="date" content="{line}"><script type="application/ld+json">{script}</script></head>'
        f'<body><h1>{title}</h1><p class="byline">{line}</p><time datetime="{line}">{title}</time></body></html>'
    )
    first = read_metadata(document_fromstring(markup), url)
    assert first == read_metadata(document_fromstring(markup), url)
    for when in (first.published, first.modified):
        assert when is None or when.tzinfo is not None
    assert len(
        {evidence for evidence in first.evidence if evidence.field == "title" and evidence.chosen}
    ) <= len(first.evidence)


def _script(content: str) -> str:
    return f'<html><head><script type="application/ld+json">{content}</script></head><body><h1>Ferry</h1></body></html>'


HOSTILE = {
    "authors": _script(json.dumps({"@type": "NewsArticle", "author": [{"name": f"Mara Quill {'x' * (i % 9)}"} for i in range(30_000)]})),
    "date": _script(json.dumps({"@type": "NewsArticle", "headline": "Ferry", "datePublished": "2020-01-02 " * 80_000})),
    "deep-json": _script("[" * 10_000 + "]" * 10_000),
    "deep-objects": _script('{"a":' * 10_000 + "1" + "}" * 10_000),
    "commas": _script("[" + "," * 500_000 + "]"),
    "open-comments": _script("<!-- // " * 100_000),
    "half-fields": _script('"headline": "' * 60_000 + '"author": [{' * 10_000),
    "huge-script": _script('{"headline": "' + "x" * 4_000_000 + '"}'),
    "many-scripts": "<html><head>" + '<script type="application/ld+json">{"@type":"Article"}</script>' * 20_000 + "</head></html>",
    "many-metas": "<html><head>" + '<meta name="author" content="Mara Quill">' * 100_000 + "</head></html>",
    "long-meta": f'<html><head><meta name="author" content="{"Mara Quill, " * 100_000}"><meta property="og:title" content="{"a | " * 100_000}"></head></html>',
    "many-headlines": "<html><body>" + "<h1>Ferry returns</h1>" * 50_000 + "</body></html>",
    "many-authors": "<html><body><h1>Ferry</h1>" + '<p class="author" itemprop="author">By Mara Quill</p>' * 50_000 + "</body></html>",
    "many-dates": "<html><body><h1>Ferry</h1>" + '<time class="date" datetime="x">January 99, 2020</time>' * 50_000 + "</body></html>",
    "many-credits": "<html><body><h1>Ferry</h1>" + "<div><p>Written by </p></div>" * 50_000 + "</body></html>",
    "many-years": "<html><body><h1>Ferry</h1>" + f"<p>{'in 2020 and so on, ' * 9}</p>" * 20_000 + "</body></html>",
    "page-state": "<html><body><h1>Ferry</h1>" + """<script>{"publishedAt": "soon", "author": "</script>""" * 20_000 + "</body></html>",
    "siblings": "<html><body><h1>Ferry</h1>" + "<div></div>" * 100_000 + "</body></html>",
    "long-line": "<html><body><h1>Ferry</h1><p>" + "By Mara Quill January 2 " * 50_000 + "</p></body></html>",
    "names": "<html><body><h1>Ferry</h1><p>By " + "Aa de la van der " * 9 + "</p></body></html>",
    "deep-page": "<html><body>" + "<div>" * 3_000 + "<h1>Ferry</h1><p>By Mara Quill</p>" + "</div>" * 3_000 + "</body></html>",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_cost_little(name: str) -> None:
    tree = document_fromstring(HOSTILE[name])
    start = time.process_time()
    metadata = read_metadata(tree, URL)
    assert time.process_time() - start < LIMIT
    assert len(metadata.authors) <= 40
    assert len(metadata.evidence) < 1_000
    assert all(len(evidence.value) < 5_000 for evidence in metadata.evidence)


def test_an_empty_page() -> None:
    metadata = read_metadata(document_fromstring("<html></html>"), "")
    assert (metadata.title, metadata.authors, metadata.published, metadata.evidence) == ("", (), None, ())
