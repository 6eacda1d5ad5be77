from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdata import article_id, content_hash, normalise_url, site_of, url_key

DIFFERENT_PAGES = [
    ("https://example.com/a", "https://example.com/b"),
    ("https://example.com/a", "https://example.com/A"),
    ("https://example.com/?id=1", "https://example.com/?id=2"),
    ("https://example.com/?q=a%26b", "https://example.com/?q=a&b"),
    ("https://example.com:8080/a", "https://example.com/a"),
    ("http://127.0.0.1:8000/a", "http://127.0.0.1:8001/a"),
    ("https://example.com/a?cid=1234567", "https://example.com/a?cid=7654321"),
    ("https://example.com/a?source=4711", "https://example.com/a?source=4712"),
    ("https://example.com/a?page=1", "https://example.com/a?page=2"),
    ("https://example.com/a.html", "https://example.com/a"),
    ("https://example.com/a-1?id=1&mod=a", "https://example.com/a-1?id=1&mod=b"),
    ("https://example.com/forum.php?mod=a", "https://example.com/forum.php?mod=b"),
    ("https://example.com/?mod=a", "https://example.com/?mod=b"),
    ("https://example.com/a?ref=4711", "https://example.com/a?ref=4712"),
    ("https://example.com/guitar-amp", "https://example.com/guitar"),
    ("https://example.com/a;b=1", "https://example.com/a"),
    ("http://example.com:8080/a", "http://example.com/a"),
    ("http://example.com:8080/a", "https://example.com:8080/a"),
    ("https://example.com/ampere", "https://example.com/ere"),
    ("https://example.com/on-stage/amp-review", "https://example.com/on-stage/review"),
    ("https://example.com/a/index-of-prices", "https://example.com/a"),
    ("https://one.example.com/a", "https://two.example.com/a"),
]
SAME_PAGE = [
    ("https://example.com/a", "HTTPS://Example.COM/a"),
    ("https://example.com/a", "https://example.com:443/a"),
    ("http://example.com/a", "http://example.com:80/a"),
    ("https://example.com/a", "http://example.com/a"),
    ("https://example.com/a", "http://example.com:80/a/?utm_source=x"),
    ("https://example.com/a", "https://example.com//a"),
    ("https://example.com/a/b", "https://example.com/a///b/"),
    ("https://example.com/a", "https://example.com/a.amp"),
    ("https://example.com/a", "https://example.com/a;jsessionid=0A1B"),
    ("https://example.com/a?id=1", "https://example.com/a;JSESSIONID=0A1B?PHPSESSID=ff&id=1"),
    (
        "https://example.com/a",
        "https://example.com/a?srsltid=1&gad_source=1&ref=nl&wtmc=1&maca=de-rss&sara_ref=x",
    ),
    ("https://example.com/a?x=1", "https://example.com/a?x=1&amp;utm_source=feed&amp;amp;fbclid=1"),
    ("https://example.com/a-story", "https://example.com/a-story?mod=hp_lead_pos1"),
    ("https://example.com/a", "https://example.com/a#comments"),
    ("https://example.com/a?x=1", "https://example.com/a?x=1&utm_source=feed&utm_medium=rss"),
    ("https://example.com/a", "https://example.com/a?fbclid=XYZ"),
    ("https://example.com/?a=1&b=2", "https://example.com/?b=2&a=1"),
    ("https://example.com/stra%C3%9Fe", "https://example.com/straße"),
    ("https://example.com/", "https://example.com"),
    ("https://xn--mnchen-3ya.de/", "https://münchen.de/"),
    ("https://example.com/a", "https://example.com/a/"),
    ("https://example.com/a", "https://example.com/b/../a"),
    ("https://example.com/~a", "https://example.com/%7Ea"),
    ("https://example.com/%c3%9f", "https://example.com/%C3%9F"),
    ("https://example.com/a/", "https://example.com/a/index.html"),
    ("https://example.com/", "https://example.com/index.php"),
    ("https://example.com/?id=7", "https://example.com/index.php?id=7"),
    ("https://example.com/a", "https://example.com/a?at_medium=RSS&at_campaign=rss&ocid=x&CMP=share_btn_tw"),
    ("https://example.com/a", "https://example.com/a?ref=rss"),
    (
        "https://example.com/a",
        "https://example.com/a?source=twitter_main&mc_cid=1&_ga=2.1&wt_zmc=x&xtor=RSS-1",
    ),
    ("https://example.com/a", "https://example.com/a/amp/"),
    ("https://example.com/a", "https://example.com/amp/a"),
    ("https://example.com/a", "https://example.com/a?amp"),
    ("https://example.com/a", "https://example.com/a?amp=1&utm_source=x"),
    ("https://example.com/a", "https://example.com/a?outputType=amp"),
    ("https://example.com/a.html", "https://example.com/a.amp.html"),
    ("https://www.example.com/a", "https://amp.example.com/a"),
    ("https://www.example.com/a", "https://www-example-com.cdn.ampproject.org/c/s/www.example.com/a/amp"),
    ("https://www.example.com/a", "https://www.google.com/amp/s/www.example.com/a"),
]
SITES = [
    ("https://www.bbc.co.uk/news", "bbc.co.uk"),
    ("https://news.example.com:8443/a", "example.com"),
    ("https://EXAMPLE.com./a", "example.com"),
    ("https://one.blogspot.com/a", "one.blogspot.com"),
    ("https://münchen.de/a", "xn--mnchen-3ya.de"),
    ("http://paper.localhost/a", "paper.localhost"),
    ("http://127.0.0.1:8000/a", "127.0.0.1:8000"),
    ("http://localhost:8000/a", "localhost:8000"),
    ("http://127.0.0.1/a", "127.0.0.1"),
    ("file:///home/page.html", ""),
    ("not a url", ""),
    ("http://[::1", ""),
    ("", ""),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT_PAGES)
def test_different_pages_have_different_ids(one: str, other: str) -> None:
    assert article_id(one) != article_id(other)


@pytest.mark.parametrize(("one", "other"), SAME_PAGE)
def test_spellings_of_one_address_have_one_id(one: str, other: str) -> None:
    assert url_key(one) == url_key(other)
    assert normalise_url(one).partition(":")[2] == normalise_url(other).partition(":")[2]
    assert article_id(one) == article_id(other)


def test_a_known_page_can_be_asked_for_by_its_normal_form() -> None:
    assert normalise_url("http://example.com/a/") == "http://example.com/a"
    assert (
        normalise_url("https://example.com/go/http://a.example/b")
        == "https://example.com/go/http://a.example/b"
    )


@pytest.mark.parametrize(("url", "site"), SITES)
def test_site_is_the_registered_domain(url: str, site: str) -> None:
    assert site_of(url) == site


def test_site_needs_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert site_of("https://never-seen-before.example.co.jp/") == "example.co.jp"


def test_id_is_128_bits_in_hex() -> None:
    found = article_id("https://example.com/a")
    assert len(found) == 32
    assert int(found, 16) > 0
    assert len(content_hash("text")) == 32


def is_story(url: str) -> bool:
    return "/story-" in url


@pytest.mark.parametrize(
    ("canonical", "stands_in"),
    [
        ("https://example.com/story-1", True),
        ("https://www.example.com/story-1?utm_source=x", True),
        ("https://example.com/", False),  # a front page would melt the site into one row
        ("https://other.com/story-1", False),  # another site's claim
        ("", False),
        ("/story-1", False),
    ],
)
def test_canonical_url_stands_in_only_for_an_article_of_the_same_site(
    canonical: str, stands_in: bool
) -> None:
    url = "https://m.example.com/amp/story-1"
    assert (article_id(url, canonical, is_story) != article_id(url)) is stands_in
    if stands_in:
        assert article_id(url, canonical, is_story) == article_id(canonical)
    assert article_id(url, canonical) == article_id(url)


urls = st.builds(
    "{}://{}{}/{}".format,
    st.sampled_from(["http", "https", "HTTP"]),
    st.sampled_from(
        ["example.com", "Ex.example.co.uk", "münchen.de", "127.0.0.1", "user@example.com", "[::1]"]
    ),
    st.sampled_from(["", ":80", ":443", ":8080"]),
    st.text(alphabet=st.characters() | st.sampled_from(list("/.?&=#%+;:@%2e")), max_size=30),
)

dressed = st.builds(
    "https://{}.example.com/{}?{}".format,
    st.sampled_from(["www", "amp", "amp.amp", "m"]),
    st.lists(st.sampled_from(["a", "", "amp", "index.html", "x.amp.html", "..", "%2F", "amp.amp.amp."])).map(
        "/".join
    ),
    st.lists(st.sampled_from(["amp", "utm_a=1", "ref=rss", "id=7", "&", "ref=https://x.example/amp"])).map(
        "&".join
    ),
)


@given(urls | dressed)
def test_normal_form_is_final(url: str) -> None:
    assert normalise_url(normalise_url(url)) == normalise_url(url)


@given(st.text())
def test_no_text_is_too_odd(text: str) -> None:
    assert len(article_id(text, text, lambda _: True)) == 32
    assert isinstance(site_of(text), str)
