from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import HtmlElement, document_fromstring

from newsclean.blocks import Role, Segmentation, key, keys, segment


def cut(body: str, hidden: Mapping[str, str] | None = None) -> Segmentation:
    tree = document_fromstring(f"<html><body>{body}</body></html>")
    rules: dict[HtmlElement, str] = {
        tree.get_element_by_id(name): rule for name, rule in (hidden or {}).items()
    }
    return segment(tree, rules)


def texts(body: str) -> list[str]:
    return [block.text for block in cut(body).blocks]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>One.</p><p>Two.</p>", ["One.", "Two."]),
        ("<p>One.<br>Two.<br><br>Three.</p>", ["One.", "Two.", "Three."]),
        (
            '<div>One.<span class="x br"></span><b>Two</b><span class="br"></span>three.</div>',
            ["One.", "Two", "three."],
        ),
        ("<div>It sailed.<span></span>Then it sank.</div>", ["It sailed.", "Then it sank."]),
        ("<p>Visit example.<span></span>com or U.S.<i></i>A.</p>", ["Visit example.com or U.S.A."]),
        ("<p><span>T</span>he drop cap</p>", ["The drop cap"]),
        ("<div>Text <em>beside</em> text<p>Block</p>after</div>", ["Text beside text", "Block", "after"]),
        ("<p>H<sub>2</sub>O and <q>said</q></p>", ["H2O and said"]),
        ("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>", ["a", "b", "c"]),
        ("<dl><dt>Term</dt><dd>Meaning</dd></dl>", ["Term", "Meaning"]),
        ("<table><tr><td>a</td><td>b</td></tr></table>", ["a | b"]),
        ("<p>Mid-<wbr>word</p>", ["Mid-word"]),
        ("<p>before <x-link>inline</x-link> after</p>", ["before inline after"]),
        ("<x-card><p>a</p></x-card><x-card>b</x-card>", ["a", "b"]),
        (
            '<div><span class="a">First span</span><span class="b">Second span</span></div>',
            ["First span", "Second span"],
        ),
        (
            '<div><span class="place">Berlin.</span> <span class="lead">Lead text.</span></div>',
            ["Berlin. Lead text."],
        ),
        ("<p>kept</p><script>no()</script><style>p{}</style><p>also</p>", ["kept", "also"]),
        ("<p>a<!-- comment -->b</p>", ["ab"]),
        ("", []),
    ],
)
def test_cuts_where_a_reader_sees_a_new_line(body: str, expected: list[str]) -> None:
    assert texts(body) == expected


def test_counts_links_and_emphasis() -> None:
    (block,) = cut('<p>Go <a href="/x">there</a> <b>now</b></p>').blocks
    assert (block.link_length, block.link_count, block.links, block.emphasis_length) == (5, 1, ("/x",), 3)


def test_roles_come_from_tags_and_aria() -> None:
    block, other = cut('<article><h2>Head</h2></article><div role="navigation"><p>Menu</p></div>').blocks
    assert block.roles & Role.ARTICLE
    assert block.heading_level == 2
    assert block.kind == "heading"
    assert other.roles & Role.NAV


def test_hidden_words_do_not_split_the_sentence_around_them() -> None:
    first, second, third = cut(
        '<p>seen <span id="x">un<b>seen</b></span> and seen</p><p>next</p>', {"x": "hidden.rule"}
    ).blocks
    assert [block.hidden for block in (first, second, third)] == ["", "hidden.rule", ""]
    assert [block.text for block in (first, second, third)] == ["seen and seen", "unseen", "next"]


def test_hidden_paragraphs_are_never_mixed_with_visible_text() -> None:
    first, second, third = cut('<div>seen <div id="x">unseen</div> seen</div>', {"x": "hidden.rule"}).blocks
    assert [block.hidden for block in (first, second, third)] == ["", "hidden.rule", ""]
    assert second.text == "unseen"


def test_media_stand_between_the_blocks_around_them() -> None:
    cutting = cut('<p>a</p><figure><img src="i.jpg"><figcaption>c</figcaption></figure><p>b</p>')
    assert [media.position for media in cutting.media] == [1]
    assert [block.media_before for block in cutting.blocks] == [0, 1, 0]


def test_ten_thousand_nested_elements() -> None:
    assert texts("<div>" * 10_000 + "deep") in (["deep"], [])


_MARKUP = st.recursive(
    st.sampled_from(["word ", "<br>", "<img src=x>", "text "]),
    lambda inner: st.tuples(
        st.sampled_from(["p", "div", "span", "b", "a", "ul", "li", "x-y", "td"]), st.lists(inner, max_size=4)
    ).map(lambda pair: f"<{pair[0]}>{''.join(pair[1])}</{pair[0]}>"),
    max_leaves=25,
)


@given(_MARKUP)
def test_no_letter_is_lost_or_doubled_and_containers_nest(body: str) -> None:
    tree = document_fromstring(f"<html><body>{body}</body></html>")
    cutting = segment(tree, {})
    assert "".join("".join(b.text.split()) for b in cutting.blocks) == "".join(
        tree.find("body").text_content().split()
    )
    for container in cutting.containers:
        assert 0 <= container.first <= container.end <= len(cutting.blocks)
        if container.parent is not None:
            assert container.parent.first <= container.first
            assert container.end <= container.parent.end


@given(st.lists(st.text(st.sampled_from("aÄß’–→ж0.\n\0 ")), max_size=8))
def test_keys_made_at_once_are_those_made_one_by_one(texts: list[str]) -> None:
    assert keys(texts) == [key(text) for text in texts]
