"""Feeds, sitemaps and section pages, each format that sites serve."""

import gzip
import io
import json
import random
import socket
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.article_url import url_dates
from newscrawl.feeds import FeedEntry, NotAFeedError, linked_feeds, read_feed, section_feed
from newscrawl.links import absolute_url
from newscrawl.pagination import following_page, next_page
from newscrawl.sections import (
    Link,
    archive_links,
    days_like,
    header_links,
    json_links,
    page_links,
    parse_page,
    read_page,
    section_links,
)
from newscrawl.sitemaps import NotASitemapError, SitemapEntry, newest_first, read_sitemap

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
    ("body", "published"),
    [
        (RSS, NOON),
        (RDF, None),  # Dublin Core's date does not say of what
        (ATOM, NOON - timedelta(days=1)),
        (JSON_FEED, NOON),
        (b"\xef\xbb\xbf\n" + RSS, NOON),
        (RSS.decode().encode("utf-16"), NOON),
    ],
    ids=["rss", "rdf", "atom", "json", "bom", "utf-16"],
)
def test_each_kind_of_feed(body: bytes, published: datetime | None) -> None:
    assert list(read_feed(body, HOME + "feed")) == [FeedEntry(HOME + "a/one", "One", NOON, published)]


def test_an_encoding_that_only_the_header_names() -> None:
    body = RSS.decode().replace("One", "Мост").encode("windows-1251")
    (entry,) = read_feed(body, HOME, "application/rss+xml; charset=windows-1251")
    assert entry.title == "Мост"
    assert [entry.url for entry in read_feed(body, HOME, "text/html; charset=lies")] == [HOME + "a/one"]


def test_a_feed_names_its_language() -> None:
    body = RSS.replace(b"<title>News</title>", b"<language>de-DE</language>")
    assert [entry.language for entry in read_feed(body, HOME)] == ["de-DE"]


@pytest.mark.parametrize(
    "date",
    [
        "Sat, 14 Mar 9999 12:00:00 GMT",
        "9999-12-31T23:59:59-12:00",
        "0001-01-01T00:00:00+14:00",
        "0001-01-01T00:00:00Z",
        "yesterday",
        "",
    ],
)
def test_a_date_that_no_page_can_have_counts_as_none(date: str) -> None:
    feed = RSS.replace(b"Sat, 14 Mar 2026 12:00:00 GMT", date.encode())
    assert [entry.dated for entry in read_feed(feed, HOME)] == [None]
    sitemap = f"<urlset><url><loc>{HOME}a</loc><lastmod>{date}</lastmod></url></urlset>"
    assert [entry.dated for entry in read_sitemap(sitemap.encode(), HOME)] == [None]


def entity_bomb() -> str:
    entities = '<!ENTITY e0 "boom">' + "".join(
        f'<!ENTITY e{number} "{f"&e{number - 1};" * 10}">' for number in range(1, 10)
    )
    return f'<?xml version="1.0"?><!DOCTYPE bomb [{entities}<!ENTITY file SYSTEM "file:///etc/hostname">]>'


def test_an_entity_bomb_in_a_feed_does_not_go_off() -> None:
    link = "<link>https://news.example/a</link>"
    body = f'{entity_bomb()}<rss version="2.0"><channel><item><title>&e9;&file;</title>{link}</item></channel></rss>'
    (entry,) = read_feed(body.encode(), HOME)
    assert entry.url == HOME + "a"
    assert len(entry.title) < 1000
    assert socket.gethostname() not in entry.title


def test_an_entity_bomb_in_a_sitemap_does_not_go_off() -> None:
    good = f"<url><loc>{HOME}a</loc></url>"
    body = f"{entity_bomb()}<urlset>{good}<url><loc>{HOME}&e9;&file;</loc></url></urlset>"
    found = [entry.url for entry in read_sitemap(body.encode(), HOME)]
    assert all(len(url) < 100 and socket.gethostname() not in url for url in found)


def test_feeds_beside_those_that_discovery_names() -> None:
    tree = parse_page(
        b'<a href="/rss/world.xml">World</a><a href="/sport/feed/">Sport</a><a href="/a.rss">A</a>'
        b'<a href="/podcast/feed">Heard</a><a href="/rssi-explained">RSSI</a><a href="/feedback">Tell us</a>',
        "utf-8",
    )
    assert tree is not None
    assert linked_feeds(tree, HOME) == [HOME + "rss/world.xml", HOME + "sport/feed/", HOME + "a.rss"]


@pytest.mark.parametrize(
    ("feed", "section", "expected"),
    [
        ("feed", "sport/", "sport/feed"),
        ("rss.xml", "sport", "sport/rss.xml"),
        ("feeds/all.xml", "sport", ""),
        ("", "sport", ""),
    ],
)
def test_a_section_feed_stands_as_the_front_page_feed_does(feed: str, section: str, expected: str) -> None:
    assert section_feed(HOME + feed, HOME, HOME + section) == (HOME + expected if expected else "")


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
<news:publication><news:name>N</news:name><news:language>en</news:language></news:publication>
<news:publication_date>2026-03-14T12:00:00Z</news:publication_date>
<news:title>A title</news:title></news:news></url>
<url><loc>/b</loc><lastmod>2026-03-14T12:00:00Z</lastmod></url><url><lastmod>2026-03-14</lastmod></url></urlset>""".encode()
NEWS_ENTRIES = [
    SitemapEntry("news", HOME + "a", "A title", NOON, "en"),
    SitemapEntry("page", HOME + "b", "", NOON),
]


@pytest.mark.parametrize(
    "body",
    [
        NEWS,
        gzip.compress(NEWS),
        gzip.compress(NEWS[:300]) + gzip.compress(NEWS[300:]),
        b"\xef\xbb\xbf" + NEWS,
        NEWS.decode().encode("utf-16"),
    ],
    ids=["plain", "gzip", "two gzip members", "bom", "utf-16"],
)
def test_a_sitemap_with_news(body: bytes) -> None:
    assert list(read_sitemap(body, HOME + "map.xml")) == NEWS_ENTRIES


def test_a_sitemap_index() -> None:
    entry = f"<sitemap><loc>{HOME}one.xml</loc><lastmod>2026-03-14T12:00:00+00:00</lastmod></sitemap>"
    body = f"<sitemapindex {SPACE}>{entry}</sitemapindex>"
    assert list(read_sitemap(body.encode(), HOME)) == [SitemapEntry("sitemap", HOME + "one.xml", "", NOON)]


def test_ampersands_that_a_sitemap_does_not_escape() -> None:
    """Wherever the file is cut, and beside what is right."""
    urls = ["?a=1&b=2", "?a=1&amp;copy=2&#x26;d", "<![CDATA[?a&b]]>", "?a=1&amp;amp;b=2", "?copy&nobody;x&"]
    rows = "".join(
        f"<url><loc>{HOME}{url}</loc></url>".replace(f"{HOME}<![CDATA[", f"<![CDATA[{HOME}") for url in urls
    )
    body = f"<urlset>{rows}</urlset>".encode()
    expected = ["?a=1&b=2", "?a=1&copy=2&d", "?a&b", "?a=1&b=2"]

    class Dripping(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(size or 7, 7) if size != -1 else 7)

    for document in (body, Dripping(body), gzip.compress(body)):
        found = [entry.url.removeprefix(HOME) for entry in read_sitemap(document, HOME)]
        assert found[:4] == expected
        assert len(found) == 5


def test_a_last_change_may_be_a_month_or_a_year() -> None:
    def dated(text: str) -> datetime | None:
        (entry,) = read_sitemap(
            f"<urlset><url><loc>/a</loc><lastmod>{text}</lastmod></url></urlset>".encode(), HOME
        )
        return entry.dated

    assert dated("2024-02") == datetime(2024, 2, 29, 23, 59, 59, 999999, UTC)
    assert dated("2024") == datetime(2024, 12, 31, 23, 59, 59, 999999, UTC)
    assert dated("2024-12") == dated("2024")
    this_month = dated(f"{datetime.now(UTC):%Y-%m}")
    assert this_month is not None
    assert this_month <= datetime.now(UTC)
    assert [dated(text) for text in ("2024-13", "0001", "9999", "9999-12", "20", "yesterday")] == [None] * 6


def test_a_sitemap_without_name_space_and_a_list_of_lines() -> None:
    page = SitemapEntry("page", HOME + "a", "", None)
    assert list(read_sitemap(f"<urlset><url><loc>{HOME}a</loc></url></urlset>".encode(), HOME)) == [page]
    assert list(read_sitemap(f"{HOME}a\n\nrubbish\n".encode(), HOME)) == [page]


def test_a_sitemap_is_read_from_a_file_and_piece_by_piece() -> None:
    rows = "".join(f"<url><loc>{HOME}a/{number}</loc></url>" for number in range(60_000))
    packed = gzip.compress(f"<urlset {SPACE}>{rows}</urlset>".encode())
    file = io.BytesIO(packed)
    entries = read_sitemap(file, HOME)
    assert next(entries).url == HOME + "a/0"
    assert file.tell() < len(packed)
    assert sum(1 for _ in entries) == 59_999


def test_a_sitemap_larger_than_the_protocol_allows_is_read_on_and_a_bomb_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line = f"{HOME}a\n".encode()
    assert sum(1 for _ in read_sitemap(line * 60_000, HOME)) == 60_000
    bomb = gzip.compress(
        f"<urlset><url><loc>{HOME}a</loc></url>".encode()
        + b" " * 900_000
        + b"<url><loc>https://news.example/b</loc></url></urlset>"
    )
    assert len(list(read_sitemap(bomb, HOME))) == 2
    monkeypatch.setattr("newscrawl.sitemaps.MAX_UNPACKED", 500_000)
    assert [entry.url for entry in read_sitemap(bomb, HOME)] == [HOME + "a"]


@pytest.mark.parametrize("silence", ["<a/>", "<a>", "<!--a-->", "<url/>", " ", "a\n"])
def test_a_sitemap_in_which_nothing_is_found_for_long_is_left(silence: str) -> None:
    start = f"{HOME}a\n" if silence.endswith("\n") else f"<urlset><url><loc>{HOME}a</loc></url>"
    file = io.BytesIO(start.encode() + silence.encode() * (8_000_000 // len(silence)))
    assert [entry.url for entry in read_sitemap(file, HOME)] == [HOME + "a"]
    assert file.tell() < 1_500_000


def test_encodings_that_lie() -> None:
    latin = f'<?xml version="1.0" encoding="utf-8"?><urlset><url><loc>{HOME}ä</loc></url><url><loc>{HOME}b</loc></url></urlset>'
    assert [entry.url for entry in read_sitemap(latin.encode("latin-1"), HOME)][-1] == HOME + "b"
    unknown = f'<?xml version="1.0" encoding="x-lies"?><urlset><url><loc>{HOME}b</loc></url></urlset>'
    assert [entry.url for entry in read_sitemap(unknown.encode(), HOME)] == [HOME + "b"]


def test_the_newest_come_first() -> None:
    names = [
        "news.xml",  # of news: before all
        "2026-03.xml",
        "sitemap-2026-02-31.xml.gz",
        "post-2025.xml",
        "post-sitemap12.xml",
        "post-sitemap3.xml",
        "other.xml",
    ]
    entries = [
        SitemapEntry("sitemap" if number else "news", HOME + name, "", None)
        for number, name in enumerate(names)
    ]
    entries.insert(1, SitemapEntry("sitemap", HOME + "dated.xml", "", datetime(2027, 1, 1, tzinfo=UTC)))
    shuffled = random.Random(7).sample(entries, len(entries))
    assert sorted(shuffled, key=newest_first) == entries


def test_locations_with_dots_stay_on_their_site() -> None:
    body = f"<urlset><url><loc>../../../../etc/passwd</loc></url><url><loc>{HOME}a/../b</loc></url></urlset>"
    assert [entry.url for entry in read_sitemap(body.encode(), HOME + "maps/x.xml")] == [
        HOME + "etc/passwd",
        HOME + "b",
    ]


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
<link rel=alternate hreflang=de href="/de/"><link
rel=alternate hreflang=fr href="https://fr.news.example/"><link rel=alternate hreflang=en href="/"><a href="/login">Log in</a><a href="/world#top">World</a><a href="https://else.example/x">Else</a>
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
    # the front pages of other languages come last
    assert [found.pop(), found.pop()] == ["https://fr.news.example/", HOME + "de/"]
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
        ('<button class="load-more" data-url="/a/?page=2">Mehr laden</button>', "a/", "a/?page=2"),
        ('<div class="infinite-scroll" data-next-url="/api/list?p=2"></div>', "a/", "api/list?p=2"),
        ('<a class="btn" href="#" data-href="/a/more/20">Voir plus</a>', "a/", "a/more/20"),
        ('<button data-url="/share">Share</button>', "a/", None),
        ('<a href="/a/2/">2</a><a href="/a/3/">3</a>', "a/", "a/2/"),
        ('<a href="/a/2/">2</a><a href="/a/3/">3</a>', "a/2/", "a/3/"),
        ('<a href="/b/2/">2</a>', "a/", None),
        ('<a href="/2026/03/2/">2</a>', "2026/03/", None),
        ('<a href="/b/">More</a>', "a/", None),
        ('<a href="/world/older-2">Older</a>', "world/", "world/older-2"),
        ('<a href="/a?page=2">Mehr Nachrichten</a>', "a", "a?page=2"),
        ('<a href="/a?page=2">Blättern</a>', "a", "a?page=2"),
        # a number wherever the URL carries it, also one that counts entries or from nought
        ('<a href="/a?offset=20">2</a><a href="/a?offset=40">3</a>', "a", "a?offset=20"),
        ('<a href="/a?offset=20">2</a><a href="/a?offset=60">4</a>', "a?offset=40", None),
        ('<a href="/a?page=1">2</a><a href="/a?page=2">3</a>', "a", "a?page=1"),
        ('<a href="/a?b_start:int=20">&raquo;</a>', "a", "a?b_start:int=20"),
        ('<a href="/a?cat=4&amp;PAGEN_1=2">Дальше</a>', "a?cat=4", "a?cat=4&PAGEN_1=2"),
        ('<a href="/a?cat=5">Culture</a>', "a?cat=4", None),
        ('<a href="/a/2.html">2</a>', "a/", "a/2.html"),
        ('<a href="/a/3.html">Page 3</a>', "a/2.html", "a/3.html"),
        ('<a href="/a/index_2.html">2</a>', "a/", "a/index_2.html"),
        ('<a href="/a/index3.html">3</a>', "a/index2.html", "a/index3.html"),
        (
            '<a href="/news-of-the-old-harbour-2.html">2</a>',
            "news-of-the-old-harbour.html",
            "news-of-the-old-harbour-2.html",
        ),
        ('<a href="/a/page:2">2</a>', "a", "a/page:2"),
        ('<a href="/a;page=2">2</a>', "a", "a;page=2"),
        ('<a href="/archive/2026/03/14/page/2">2</a>', "archive/2026/03/14", "archive/2026/03/14/page/2"),
        ('<a href="/sport/2/">2</a><a href="/sport/">More</a><a href="/page/2/">2</a>', "", "page/2/"),
        ('<a href="/about">More</a><a href="/2">3 days in March</a>', "", None),
        ('<a href="/?before=81">Older posts</a>', "", "?before=81"),
        # called so in other languages, or by a label only
        ('<a href="/a?sida=2">Nästa sida</a>', "a", "a?sida=2"),
        ('<a href="/a?sayfa=2">Sonraki</a>', "a", "a?sayfa=2"),
        ('<a href="/a?x=2">Další stránka ›</a>', "a", "a?x=2"),
        ('<a href="/a?x=2">次へ</a>', "a", "a?x=2"),
        ('<a href="/a?o=20" aria-label="Go to next page"><svg></svg></a>', "a", "a?o=20"),
        ('<a href="/a?o=20" title="Nächste Seite">›</a>', "a", "a?o=20"),
        ('<a href="/a/p-2/"><img alt="Ältere Meldungen"></a>', "a", "a/p-2/"),
        (
            '<a href="https://www.news.example/a/page/2">Older posts</a>',
            "a",
            "https://www.news.example/a/page/2",
        ),
        ('<a href="https://www.news.example/a/">Next</a>', "a", None),
    ],
)
def test_where_a_list_goes_on(markup: str, here: str, expected: str | None) -> None:
    tree = parse_page(f"<html><head></head><body>{markup}</body></html>".encode(), "utf-8")
    assert tree is not None
    found = next_page(page_links(tree, HOME + here), HOME + here)
    assert found == (absolute_url(HOME, expected) if expected else None)


def test_where_a_list_goes_on_when_only_the_crawl_knows_its_number() -> None:
    tree = parse_page(b'<a href="/a/more/2">2</a><a href="/a/x/3/">3</a><a href="/a/3/">3</a>', "utf-8")
    assert tree is not None
    assert next_page(page_links(tree, HOME + "a/2/"), HOME + "a/2/", 2) == HOME + "a/3/"


def test_where_a_list_goes_on_by_a_header() -> None:
    values = [
        '</a?c=x>; title="a, b"; rel="prev next", </b>; rel=prev',
        "<c>;rel=next",
        "<http://[>; rel=next",
        "none",
    ]
    assert [link.url for link in header_links(values, HOME)] == [HOME + "a?c=x", HOME + "c"]
    assert next_page(header_links(values, HOME + "a"), HOME + "a") == HOME + "a?c=x"


def test_links_of_what_a_button_gets() -> None:
    pieces = {"html": '<h2><a href="/2026/03/14/harbour-open">Open</a></h2>', "next": "/api?page=3"}
    links = json_links(json.dumps(pieces).encode(), HOME + "api?page=2")
    assert links is not None
    assert {link.url for link in links} == {HOME + "2026/03/14/harbour-open", HOME + "api?page=3"}
    assert next_page(links, HOME + "api?page=2") == HOME + "api?page=3"
    data = {"items": [{"headline": "The harbour is open", "url": "/news/harbour"}, {"path": "x"}, 7, None]}
    links = json_links(json.dumps(data).encode(), HOME + "api?page=2")
    assert links == [Link(HOME + "news/harbour", "The harbour is open", frozenset())]
    assert json_links(b"<p>", HOME) is None
    assert json_links(b"[" * 99999, HOME) is None
    assert following_page(HOME + "api?a=1&page=2") == HOME + "api?a=1&page=3"
    assert following_page(HOME + "api") is None


def test_places_of_links() -> None:
    tree = parse_page(
        b"""<body class=menu-open><div class="site nav-fixed"><nav><a href=/1>1</a></nav>
        <ul class="x menu"><li><a href=/2>2</a><a href=/5>2</a></ul>
        <main><article><footer><a href=/3>3</a></footer></article><nav><a href=/8>8</a></nav></main>
        <div><a href=/4>4</a></div><div role=contentinfo><a href=/6>6</a></div>
        <footer><a href=/7>7</a><a href=/4>4</a></footer><a href=/5>5</a></div>""",
        "utf-8",
    )
    assert tree is not None
    places = {link.url.removeprefix(HOME): link.place for link in page_links(tree, HOME)}
    assert places == {
        "1": "navigation",
        "2": "navigation",
        "3": "main",
        "4": "main",
        "5": "main",
        "6": "footer",
        "7": "footer",
        "8": "navigation",
    }


ARCHIVES = [
    "archive",
    "archive/2026/03/14",
    "2026/03/14/",
    "2026/mar/13/all",
    "archiv?date=2026-03-12",
    "archive?date=20260311",
    "archive?year=2026&month=3&day=10",
    "archives/date_09032026/",
    "2026/03/",
    "2026",
    "2026/03/14/harbour-open",
    "reports?id=20260311",
    "tag/2026/03",
    "2026/02/31",
]


def archives(*limits: date) -> list[str]:
    links = [Link(HOME + path, "", frozenset()) for path in ARCHIVES]
    return [url.removeprefix(HOME) for url in archive_links(links, *limits)]


def test_archives_by_date_the_newest_first() -> None:
    assert archives() == [
        "archive",
        "2026/02/31",  # no day, but a page of an archive by its form
        "2026",
        "2026/03/",
        "archive/2026/03/14",
        "2026/03/14/",
        "2026/mar/13/all",
        "archiv?date=2026-03-12",
        "archive?date=20260311",
        "archive?year=2026&month=3&day=10",
        "archives/date_09032026/",
    ]
    within = archives(date(2026, 3, 13), date(2026, 3, 13))
    assert within == ["archive", "2026/02/31", "2026", "2026/03/", "2026/mar/13/all"]


def test_other_days_of_an_archive() -> None:
    first, last = date(2026, 2, 27), date(2026, 3, 1)
    assert days_like(HOME + "archive/2026/03/14", first, last, 9) == [
        HOME + "archive/2026/03/01",
        HOME + "archive/2026/02/28",
        HOME + "archive/2026/02/27",
    ]
    assert days_like(HOME + "a?date=2026-03-14", first, last, 1) == [HOME + "a?date=2026-03-01"]
    assert days_like(HOME + "a?tag=20260314", first, last, 1) == [HOME + "a?tag=20260301"]
    assert days_like(HOME + "a/date_14032026", first, last, 1) == [HOME + "a/date_01032026"]
    assert days_like(HOME + "a?y=2026&m=3&d=14&x=3", first, last, 2) == [
        HOME + "a?y=2026&m=3&d=1&x=3",
        HOME + "a?y=2026&m=2&d=28&x=3",
    ]
    assert days_like(HOME + "2026/03/14/harbour-open", first, last, 9) == []
    assert days_like(HOME + "2026/03/", first, last, 9) == []


@pytest.mark.parametrize(
    ("path", "first", "last"),
    [
        ("a/2026/03/14/x", "2026-03-14", "2026-03-14"),
        ("a/2026/mar/14/x", "2026-03-14", "2026-03-14"),
        ("20260314/x", "2026-03-14", "2026-03-14"),
        ("news/2026/0314/x", "2026-03-14", "2026-03-14"),
        ("14/03/2026/x", "2026-03-14", "2026-03-14"),
        ("2028/02/x", "2028-02-01", "2028-02-29"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("the-day-of-1944-06-06", "", ""),
        ("2026/02/31/x", "", ""),
        ("x", "", ""),
    ],
)
def test_dates_that_a_url_names(path: str, first: str, last: str) -> None:
    expected = (date.fromisoformat(first), date.fromisoformat(last)) if first else None
    assert url_dates(HOME + path) == expected


@pytest.mark.parametrize(
    "body", [b"", b"  \n", b"\0", b"<!-- -->", b"<?xml version='1.0' encoding='utf-16'?><p>x"]
)
def test_pages_that_hold_nothing_have_no_links(body: bytes) -> None:
    tree = parse_page(body, "utf-8")
    assert tree is None or page_links(tree, HOME) == []


def test_of_a_page_no_more_is_taken_than_a_crawl_can_bear() -> None:
    many = read_page(
        "".join(f"<a href=/{number}>{'x' * 2_000}</a>" for number in range(10_100)).encode(), HOME, "utf-8"
    )
    assert len(many.links) == 10_000
    assert {len(link.text) for link in many.links} == {1000}
    base = f"<base href='/{'a' * 1900}/'>"
    long = read_page(
        (base + "".join(f"<a href={number}>x</a>" for number in range(2_000))).encode(), HOME, "utf-8"
    )
    assert sum(len(link.url) for link in long.links) < 2_100_000
    assert (
        read_page(f"<a href=/{'a' * 2048}>x</a><a href=/b>x</a>".encode(), HOME, "utf-8").links[0].url
        == HOME + "b"
    )
