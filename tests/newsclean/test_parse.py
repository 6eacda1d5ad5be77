from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsclean.article import NoArticle
from newsclean.parse import LENGTH_TO_SEARCH_ATTRIBUTES, LONGEST_PAGE, MOST_ATTRIBUTES, parse

WHOLE = {
    "xml-declaration": ('<?xml version="1.0" encoding="iso-8859-1"?>\n<html><body><p>café</p></body></html>', "café"),
    "xhtml": ('\ufeff <?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><p>a</p>', "a"),
    "fragment": ("<p>one<p>two", "onetwo"),
    "text-in-head": ("<html><head>stray<meta name=x content=y></head><body>body", "straybody"),
    "after-body": ("<html><body>one</body>two<p>three", "onetwothree"),
    "after-html": ("<html><body>one</body></html><p>two</p>", "onetwo"),
    "two-bodies": ("<html><body>one</body><body class=x>two</body></html>", "onetwo"),
    "two-documents": ("<html><body>one</body></html><!doctype html><html><body><p>two</body></html>", "onetwo"),
    "breaks-only": ("<br><br>", ""),
    "frames": ("<frameset><frame src=x><noframes>none</noframes></frameset>", "none"),
    "no-body": ("<html><head><title>only</title></head></html>", "only"),
    "comment-in-a-word": ("<p>one<!-- not this -->two<?php nor this ?>three", "onetwothree"),
    "conditional-comment": ("<!--[if IE]><p>not this<![endif]--><p>one", "one"),
    "noscript": ("<p>one</p><noscript><p>two</p></noscript>", "onetwo"),
    "template": ("<p>one</p><template><p>two</p></template>", "onetwo"),
    "custom-elements": ("<news-body><p>one</p></news-body>", "one"),
    "nested-links": ("<p><a href=x>one<a href=y>two</a></a>three", "onetwothree"),
    "stray-end-tags": ("</div></p><p>one</b></i></span></div>two", "onetwo"),
    "less-than-signs": ("<p>1 < 2 and <3", "1 < 2 and <3"),
    "entities": ("<p>&eacute;&#233;&#xe9;&bogus;&#0;&#xD800;", "ééé&bogus;\ufffd\ufffd"),
    "json-in-a-page": ('{"lead": "<p>not JSON"', '{"lead": "not JSON"'),
    "unusual-names": ("<p @click=x :key=y #z a:b=c><o:p>one</o:p>", "one"),
}  # fmt: skip


@pytest.mark.parametrize("name", WHOLE)
def test_keeps_all_text(name: str) -> None:
    html, text = WHOLE[name]
    tree = parse(html)
    assert tree.tag == "html"
    assert len(tree.findall(".//body")) <= 1
    assert "".join(tree.itertext()).strip() == text


@pytest.mark.parametrize(
    "first", ["header", "main", "article", "section", "nav", "aside", "figure", "news-page"]
)
def test_the_body_begins_at_its_first_element_though_its_tag_is_left_out(first: str) -> None:
    tree = parse(f"<!doctype html><meta charset=utf-8><title>T</title><{first}><p>one</p></{first}><p>two")
    assert [element.tag for element in tree.find("head")] == ["meta", "title"]
    body = tree.find("body")
    assert [element.tag for element in body] == [first, "p"]
    assert "".join(body.itertext()) == "onetwo"


def test_what_a_head_holds_of_the_body_stands_before_the_rest() -> None:
    tree = parse("<head><my-mark></my-mark><meta name=x content=y></head><body class=z>one<p>two")
    assert [(each.tag, each.tail) for each in tree.find("body")] == [
        ("my-mark", None),
        ("meta", "one"),
        ("p", None),
    ]
    assert tree.find("body").get("class") == "z"


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("", "empty"),
        (" \n\t", "empty"),
        ("\ufeff", "empty"),
        ("<!-- <p>all of it</p> -->", "empty"),
        ('<?xml version="1.0" encoding="utf-8"?>', "empty"),
        ("Just a line of text.", "not-html"),
        ('{"title": "<p>markup in JSON</p>"}', "not-html"),
        ('[{"a": 1}]', "not-html"),
        ("[" * 100_000, "not-html"),
        ('<?xml version="1.0"?><rss version="2.0"><channel><title>feed</title></channel></rss>', "not-html"),
        ("<!-- by hand --><feed xmlns='http://www.w3.org/2005/Atom'><title>feed</title></feed>", "not-html"),
        ("<urlset><url><loc>x</loc></url></urlset>", "not-html"),
        ("%PDF-1.7\n<p>", "not-html"),
        ("\ufffdPNG\r\n\x1a\n\0\0<p>", "not-html"),
        ("PK\x03\x04<p>", "not-html"),
        ("\x01\x02\ufffd\ufffd<p>\ufffd\ufffd", "not-html"),
        ("<p>" + "x" * LONGEST_PAGE, "too-large"),
        ("<div class=x>" * 10_000 + "deep", "too-large"),
    ],
)  # fmt: skip
def test_refuses(html: str, reason: str) -> None:
    with pytest.raises(NoArticle) as refusal:
        parse(html)
    assert refusal.value.reason == reason
    assert refusal.value.detail


def test_bare_nesting_beyond_the_parser_s_limit_keeps_the_text() -> None:
    tree = parse(
        "<p>before</p>" + "<div>" * 10_000 + "<p class=x>deep</p>" + "</div>" * 10_000 + "<p>after</p>"
    )
    assert [p.text for p in tree.iter("p")] == ["before", "deep", "after"]


def test_deep_nesting_within_the_limit_is_left_as_it_is() -> None:
    tree = parse("<div>" * 2_000 + "deep")
    assert sum(1 for _ in tree.iter("div")) == 2_000


def test_a_long_text_is_one_node() -> None:
    assert len(parse("<p>" + "a" * (LONGEST_PAGE - 3))[0][0].text or "") == LONGEST_PAGE - 3


def test_keeps_the_first_attributes_of_an_overloaded_element() -> None:
    attributes = " ".join(f'a{i}="<>"' for i in range(100_000))
    assert len(attributes) > LENGTH_TO_SEARCH_ATTRIBUTES
    tree = parse(f"<p id=x {attributes} hidden>one</p><p>two</p>")
    assert len(tree[0][0].attrib) == MOST_ATTRIBUTES
    assert [p.text for p in tree.iter("p")] == ["one", "two"]


def test_a_long_ordinary_page_is_parsed_as_it_is() -> None:
    script = "<script>" + "if (a <b && c) { d('<a href=\"x\"') } " * 20_000 + "</script>"
    page = f"<html><body>{script}<p data-x='1 > 0' checked title=\"it's\">one</p><style>a<b</style>"
    assert len(page) > LENGTH_TO_SEARCH_ATTRIBUTES
    tree = parse(page)
    assert dict(tree.find(".//p").attrib) == {"data-x": "1 > 0", "checked": "checked", "title": "it's"}
    assert f"<script>{tree.find('.//script').text}</script>" == script


@pytest.mark.parametrize(
    "unit",
    [
        "<p>x", "<a ", "<a b='", "<a b=\"<a c='", "<a =", "<script>", "<script \"", "<style></style", "<!--", "<!-- -->", "<?",
        "</b>", "<b><p>", "<table><tr><td>", "&", "&#", "<![CDATA[", "<", "<div/>", "<form>", "<select><option>", "<a " * 998 + ">",
        "<div>", "<span a>",
    ],
)  # fmt: skip
def test_time_grows_with_the_length_only(unit: str) -> None:
    def seconds(length: int) -> float:
        start = time.process_time()
        with contextlib.suppress(NoArticle):
            parse("<p>" + unit * (length // len(unit)))
        return time.process_time() - start

    # 600,000 characters so that every step takes part; linear work takes well under a second
    assert seconds(600_000) < 5


@given(st.text(alphabet=st.sampled_from("<>/!-?='\" \nabp&;#x0é\ufffd[]"), max_size=200))
def test_never_fails_otherwise(soup: str) -> None:
    try:
        tree = parse(soup)
    except NoArticle:
        return
    assert tree.tag == "html"
