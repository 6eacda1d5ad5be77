"""Feeds, sitemaps and section pages, each format that sites serve."""

import gzip
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.feeds import FeedEntry, NotAFeedError, linked_feeds, read_feed
from newscrawl.sections import next_page, page_links, page_number, parse_page, section_links
from newscrawl.sitemaps import NotASitemapError, SitemapEntry, read_sitemap

HOME = "https://news.example/"
NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)

RSS = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><item>
<title>One</title><link>/a/one</link>
<pubDate>Sat, 14 Mar 2026 12:00:00 GMT</pubDate></item><item><title>No link</title></item></channel></rss>"""
RDF = b"""<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><item rdf:about="https://news.example/a/one"><title>One</title>
<link>https://news.example/a/one</link><dc:date>2026-03-14T12:00:00Z</dc:date></item></rdf:RDF>"""
ATOM = b"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><entry><title>One</title>
<link rel="alternate" href="/a/one"/><link rel="enclosure" href="/a/one.mp3"/>
<published>2026-03-13T12:00:00Z</published>
<updated>2026-03-14T12:00:00Z</updated></entry></feed>"""
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [
            {"url": "/a/one", "title": "One", "date_published": "2026-03-14T12:00:00Z"},
            {"id": "no url"},
            "rubbish",
        ],
    }
).encode()


@pytest.mark.parametrize(
    "body", [RSS, RDF, ATOM, JSON_FEED, b"\xef\xbb\xbf\n" + RSS], ids=["rss", "rdf", "atom", "json", "bom"]
)
def test_each_kind_of_feed(body: bytes) -> None:
    assert list(read_feed(body, HOME + "feed")) == [FeedEntry(HOME + "a/one", "One", NOON)]


@pytest.mark.parametrize(
    "body",
    [b"", b"<html><body>Not found</body></html>", b"{}", b'{"version": 1, "items": []}', b"{", b"[" * 9999],
)
def test_what_is_no_feed(body: bytes) -> None:
    with pytest.raises(NotAFeedError):
        list(read_feed(body, HOME))


def test_feeds_that_a_page_links() -> None:
    tree = parse_page(
        b'<link rel="alternate" type="application/rss+xml" href="/rss">'
        b'<link rel="alternate" type="application/rss+xml" href="/rss">'
        b'<link rel="ALTERNATE home" type="application/atom+xml; charset=utf-8" href="//feeds.example/atom">'
        b'<link rel="alternate" type="application/rss+xml" href="/comments/feed">'
        b'<link rel="alternate" hreflang="de" href="/de">',
        "utf-8",
    )
    assert tree is not None
    assert linked_feeds(tree, HOME) == [HOME + "rss", "https://feeds.example/atom"]


SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
NEWS_SPACE = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
NEWS = f"""<?xml version="1.0"?><urlset {SPACE} {NEWS_SPACE}>
<url><loc> https://news.example/a </loc><lastmod>2026-03-15</lastmod><news:news>
<news:publication><news:name>N</news:name></news:publication>
<news:publication_date>2026-03-14T12:00:00Z</news:publication_date>
<news:title>A title</news:title></news:news></url>
<url><loc>/b</loc><lastmod>2026-03-14T12:00:00Z</lastmod></url><url><lastmod>2026-03-14</lastmod></url></urlset>""".encode()
NEWS_ENTRIES = [SitemapEntry("news", HOME + "a", "A title", NOON), SitemapEntry("page", HOME + "b", "", NOON)]


@pytest.mark.parametrize(
    "body", [NEWS, gzip.compress(NEWS), b"\xef\xbb\xbf" + NEWS], ids=["plain", "gzip", "bom"]
)
def test_a_sitemap_with_news(body: bytes) -> None:
    assert list(read_sitemap(body, HOME + "map.xml")) == NEWS_ENTRIES


def test_a_sitemap_index() -> None:
    entry = f"<sitemap><loc>{HOME}one.xml</loc><lastmod>2026-03-14T12:00:00+00:00</lastmod></sitemap>"
    body = f"<sitemapindex {SPACE}>{entry}</sitemapindex>"
    assert list(read_sitemap(body.encode(), HOME)) == [SitemapEntry("sitemap", HOME + "one.xml", "", NOON)]


def test_a_sitemap_without_name_space_and_a_list_of_lines() -> None:
    page = SitemapEntry("page", HOME + "a", "", None)
    assert list(read_sitemap(f"<urlset><url><loc>{HOME}a</loc></url></urlset>".encode(), HOME)) == [page]
    assert list(read_sitemap(f"{HOME}a\n\nrubbish\n".encode(), HOME)) == [page]


def test_a_sitemap_that_breaks_off_gives_what_stands_before() -> None:
    assert list(read_sitemap(NEWS[: NEWS.index(b"/b")], HOME))[:1] == NEWS_ENTRIES[:1]
    packed = gzip.compress(NEWS)
    assert list(read_sitemap(packed[: len(packed) - 12], HOME))[:1] == NEWS_ENTRIES[:1]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<!DOCTYPE html><html></html>",
        b"<html>",
        b"<rss></rss>",
        b"\x1f\x8bnot gzip",
        b"hello",
        b"\0\1\2",
    ],
)
def test_what_is_no_sitemap(body: bytes) -> None:
    with pytest.raises(NotASitemapError):
        list(read_sitemap(body, HOME))


def test_no_entity_of_a_sitemap_reads_a_file_or_grows() -> None:
    entities = f'<!ENTITY x SYSTEM "file:///etc/hostname"><!ENTITY y "{"y" * 99}">'
    body = f"<!DOCTYPE urlset [{entities}]><urlset {SPACE}><url><loc>{HOME}&x;&y;</loc></url></urlset>"
    assert [entry.url for entry in read_sitemap(body.encode(), HOME)] == [HOME]


@given(st.binary(max_size=300))
def test_no_bytes_break_the_readers(body: bytes) -> None:
    for read, error in ((read_feed, NotAFeedError), (read_sitemap, NotASitemapError)):
        try:
            for entry in read(body, HOME):
                assert entry.url
        except error:
            pass


FRONT = b"""<base href="https://news.example/"><nav><a href="/world">World</a>
<a href="politics/">Politics</a><a href="/tag/sea">Sea</a>
<a href="/login">Log in</a><a href="/world#top">World</a><a href="https://else.example/x">Else</a>
<a href="/world/asia/">Asia</a>
<a href="/about">About us</a><a rel=nofollow href="/partner">Partner</a><a href="mailto:a@b.example">Mail</a>
<a href="http://[">Broken</a>
<a href="/search?q=a">Search</a><a href="/special">A long invitation to look at our special</a></nav>
<a href="/2026/03/14/harbour-closed"><img></a><h2><a href="/2026/03/14/harbour-closed">The harbour  is
closed</a></h2>"""


def test_links_are_absolute_and_carry_their_longest_text() -> None:
    tree = parse_page(FRONT, "utf-8")
    assert tree is not None
    links = {link.url: link.text for link in page_links(tree, "https://news.example/en/")}
    assert links[HOME + "2026/03/14/harbour-closed"] == "The harbour is closed"
    assert links[HOME + "politics/"] == "Politics"
    assert not any(url.startswith(("mailto:", "http://[")) for url in links)


def test_sections_of_a_front_page() -> None:
    tree = parse_page(FRONT, "utf-8")
    assert tree is not None
    found = section_links(page_links(tree, HOME), HOME)
    assert found == [HOME + "world", HOME + "politics/", "https://else.example/x", HOME + "world/asia/"]


@pytest.mark.parametrize(
    ("markup", "here", "expected"),
    [
        ('<link rel="next" href="/world/?page=2">', "world/", "world/?page=2"),
        ('<a rel="next" href="?page=3">x</a>', "world/?page=2", "world/?page=3"),
        ('<a href="/world/older-1">Older posts</a>', "world/", "world/older-1"),
        ('<a href="/politik/seite-2">Ältere Artikel »</a>', "politik/", "politik/seite-2"),
        ('<a href="/monde/2/">Page suivante</a>', "monde/", "monde/2/"),
        (
            '<a href="/a/?page=1">1</a><a href="/a/?page=3">3</a><a href="/a/?page=4">4</a>',
            "a/?page=2",
            "a/?page=3",
        ),
        ('<a href="/a/page/2/">2</a><a href="/b/page/2/">2</a>', "b/", "b/page/2/"),
        ('<a href="/a/?page=1">1</a>', "a/?page=2", None),
        ('<a href="https://else.example/?page=2">Next</a>', "a/", None),
        ('<a href="/2026/03/14/what-comes-next-for-us">Next</a>', "a/", None),
        ('<a href="/a/">Next</a>', "a/", None),
    ],
)
def test_where_a_list_goes_on(markup: str, here: str, expected: str | None) -> None:
    tree = parse_page(f"<html><head></head><body>{markup}</body></html>".encode(), "utf-8")
    assert tree is not None
    found = next_page(page_links(tree, HOME + here), HOME + here)
    assert found == (HOME + expected if expected else None)


def test_page_numbers() -> None:
    assert [
        page_number(HOME + tail)
        for tail in ("a", "a?page=7", "a/page/3/", "a/seite-4", "a?page=99999", "a?x=2")
    ] == [1, 7, 3, 4, 1, 1]


@pytest.mark.parametrize(
    "body", [b"", b"  \n", b"\0", b"<!-- -->", b"<?xml version='1.0' encoding='utf-16'?><p>x"]
)
def test_pages_that_hold_nothing_have_no_links(body: bytes) -> None:
    tree = parse_page(body, "utf-8")
    assert tree is None or page_links(tree, HOME) == []
