"""The demo's sources, its pages, and the server that hands them out."""

import gzip
import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections import Counter
from typing import get_args
from urllib.parse import urldefrag, urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import feedparser
import pytest
from demo_pages import SITES, SOURCES
from lxml import etree, html

from newsmill.demo import SourceError, serve
from newsmill.demo.export import export
from newsmill.demo.site import Site
from newsmill.demo.source import Switch, read_source

ARTICLES = list(SOURCES.values())
SITEMAP = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "n": "http://www.google.com/schemas/sitemap-news/0.9",
}

VALID = """
section = "news"
headline = "A headline"
description = "What it says."
authors = ["Ada Brook"]
published = 2026-10-03T07:30:00+01:00
language = "en"
[[block]]
kind = "p"
text = 'Marrow & Finch, <em>of course</em>, said so <a href="/x">here</a>.'
"""


def letters(text: str) -> str:
    """A text without white space, so that markup between its words makes no difference."""
    return "".join(text.split())


def visible_letters(page: bytes) -> str:
    tree = html.fromstring(page.decode())
    return letters("".join(tree.xpath("//body//text()[not(ancestor::script or ancestor::style)]")))


def locations(body: bytes) -> list[str]:
    return etree.fromstring(body).xpath("//s:loc/text()", namespaces=SITEMAP)


# ---- sources


def test_there_are_enough_articles_and_forms():
    assert len(ARTICLES) >= 60
    assert {source.form for _, source in ARTICLES} == {"article", "live", "stub", "video"}
    assert {source.language for _, source in ARTICLES} == {"en", "de", "fr", "es", "it"}
    for site in SITES:
        assert len(site.publication.sections) == 6
        assert {source.section for source in site.publication.sources} == set(site.publication.sections)


def test_inline_markup_is_in_the_page_and_not_in_the_truth(tmp_path):
    path = tmp_path / "a-first.toml"
    path.write_text(VALID)
    source = read_source(path)
    assert source.slug == "first"
    (item,) = source.blocks[0].items
    assert item.text == "Marrow & Finch, of course, said so here."
    assert item.html == 'Marrow &amp; Finch, <em>of course</em>, said so <a href="/x">here</a>.'


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('headline = "A headline"', "", "headline must be a text and not empty"),
        ("+01:00", "", "published must be a date and time with zone"),
        ('kind = "p"', 'kind = "paragraph"', "block 1 (paragraph): 'paragraph' is not known"),
        ('kind = "p"', 'kind = "list"', "block 1 (list): items is missing"),
        ('kind = "p"', 'kind = "p"\nas = "box"', "block 1 (p): unknown field as"),
        ("<em>", "<blink>", "block 1 (p): only <a"),
        (
            'language = "en"',
            'language = "en"\nmarkup = ["no-sense"]',
            "'no-sense' is not known; it can be no-jsonld",
        ),
        ('language = "en"', 'language = "en"\nform = "video"', "a video page has no body"),
        ('language = "en"', 'language = "en"\nform = "live"', 'needs blocks of kind "post"'),
        ("authors =", "authors ==", "not readable as TOML"),
    ],
)
def test_a_wrong_source_is_named_with_file_and_field(tmp_path, old, new, message):
    path = tmp_path / "courier" / "a-first.toml"
    path.parent.mkdir()
    path.write_text(VALID.replace(old, new))
    with pytest.raises(SourceError) as error:
        read_source(path)
    assert str(error.value).startswith("courier/a-first.toml: ")
    assert message in str(error.value)
    assert "\n" not in str(error.value)


# ---- pages


@pytest.mark.parametrize(("site", "source"), ARTICLES, ids=SOURCES)
def test_a_page_shows_its_truth_and_its_noise(site: Site, source):
    page = site.get(site.publication.path_of(source)).body
    assert 20_000 < len(page) < 120_000
    text = visible_letters(page)
    truth = site.truth_of(source)
    for block in truth.blocks:
        assert letters(block.replace(" | ", " ")) in text
    for shown in (truth.title, *truth.credits, *(removed.text for removed in truth.removed)):
        assert letters(shown) in text
    for image in truth.images:
        assert letters(image.caption) in text
        assert letters(image.credit) in text
    assert set(truth.blocks).isdisjoint(removed.text for removed in truth.removed)


def test_every_path_of_a_site_answers_and_parses():
    for site in SITES:
        for path in site.paths:
            resource = site.get(path)
            assert resource.status == 200, path
            if resource.content_type.startswith("text/html"):
                assert html.fromstring(resource.body.decode()).findtext(".//h1") is not None, path
            elif "xml" in resource.content_type:
                etree.fromstring(resource.body)


def test_the_same_path_gives_the_same_bytes_in_another_process():
    script = (
        "import hashlib\nfrom newsmill.demo.site import read_sites\n"
        "print(hashlib.sha256(b''.join(s.get(p).body for s in read_sites() for p in s.paths)).hexdigest())"
    )
    hashes = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(hashes) == 1


def test_every_kind_of_markup_is_somewhere():
    pages = {
        f"{source.publication}/{source.name}": site.get(site.publication.path_of(source)).body.decode()
        for site, source in ARTICLES
    }
    switches = Counter(switch for _, source in ARTICLES for switch in source.markup)
    for switch in get_args(Switch):
        assert switches[switch], switch
    with_json = [name for name, page in pages.items() if "application/ld+json" in page]
    assert with_json
    assert all(name.startswith("courier/") for name in with_json)
    marks = """<figcaption wp-caption-text <blockquote <table <li cookiebar tc-consent <amp-img itemprop=
        LiveBlogPosting VideoObject "isAccessibleForFree":false <br><br> <form rel="tag" srcset="""
    for mark in marks.split():
        assert any(mark in page.replace(": ", ":") for page in pages.values()), mark


def test_structured_data_says_what_the_truth_says():
    for site, source in ARTICLES:
        tree = html.fromstring(site.get(site.publication.path_of(source)).body.decode())
        scripts = tree.xpath("//script[@type='application/ld+json']/text()")
        assert bool(scripts) == (source.publication == "courier" and "no-jsonld" not in source.markup)
        for script in scripts:
            article = json.loads(script)["@graph"][-1]
            assert article.get("headline", article.get("name")) == source.headline
            assert article.get("datePublished", article.get("uploadDate")) == source.published.isoformat()


# ---- finding the articles


@pytest.mark.parametrize("site", SITES, ids=["courier", "meridian"])
def test_sitemaps_name_every_article(site: Site):
    found: list[str] = []
    index = locations(site.get("/sitemap.xml").body)
    assert sum(url.endswith(".gz") for url in index) == 1
    for url in index:
        body = site.get(url.removeprefix(site.base)).body
        found += locations(gzip.decompress(body) if url.endswith(".gz") else body)
    assert set(found) >= {site.url_of(source) for source in site.publication.sources}
    news = etree.fromstring(site.get("/sitemaps/news.xml").body)
    newest = site.publication.sources[:10]
    assert news.xpath("//n:title/text()", namespaces=SITEMAP) == [source.headline for source in newest]
    assert f"Sitemap: {site.base}/sitemap.xml" in site.get("/robots.txt").body.decode()


@pytest.mark.parametrize("site", SITES, ids=["courier", "meridian"])
def test_feeds_name_the_newest_articles(site: Site):
    newest = site.publication.sources[:20]
    for path, version in ((site.publication.rss_path, "rss20"), (site.publication.atom_path, "atom10")):
        feed = feedparser.parse(site.get(path).body)
        assert not feed.bozo, feed.get("bozo_exception")
        assert feed.version == version
        assert [entry.link for entry in feed.entries] == [site.url_of(source) for source in newest]
        assert [entry.title for entry in feed.entries] == [source.headline for source in newest]
        moments = [entry.published_parsed[:6] for entry in feed.entries]
        assert moments == [source.published.utctimetuple()[:6] for source in newest]


@pytest.mark.parametrize("site", SITES, ids=["courier", "meridian"])
def test_sections_with_their_pages_reach_every_article(site: Site):
    own = site.publication
    reached: set[str] = set()
    for slug in own.sections:
        pages, todo = set(), [f"/{slug}/"]
        while todo:
            path = todo.pop()
            if path in pages:
                continue
            pages.add(path)
            tree = html.fromstring(site.get(path).body.decode())
            links = {urldefrag(urljoin(site.base + path, link)).url for link in tree.xpath("//a/@href")}
            in_list = tree.xpath("//*[contains(@class, 'tc-list') or @id='col-main']//a/@href")
            reached |= {urljoin(site.base, link) for link in in_list}
            further = own.page_path.replace("{section}", slug).partition("{page}")[0]
            todo += [link.removeprefix(site.base) for link in links if link.startswith(site.base + further)]
        articles = sum(source.section == slug for source in own.sources)
        assert len(pages) == -(-articles // own.page_length)
    assert reached >= {site.url_of(source) for source in own.sources}


@pytest.mark.parametrize("site", SITES, ids=["courier", "meridian"])
def test_robots_forbids_pages_that_others_link_to(site: Site):
    robots = RobotFileParser()
    robots.parse(site.get("/robots.txt").body.decode().splitlines())
    forbidden = Counter()
    for path in ("/", *(site.publication.path_of(source) for source in site.publication.sources)):
        tree = html.fromstring(site.get(path).body.decode())
        for link in tree.xpath("//a/@href"):
            url = urljoin(site.base, link)
            if url.startswith(site.base) and not robots.can_fetch("newsmill", url):
                forbidden[url] += 1
    assert forbidden
    assert all(urlsplit(url).path.startswith(site.publication.disallowed_path) for url in forbidden)
    assert all(robots.can_fetch("newsmill", site.url_of(source)) for source in site.publication.sources)


@pytest.mark.parametrize("site", SITES, ids=["courier", "meridian"])
def test_no_link_leads_nowhere(site: Site):
    targets = set()
    for path in site.paths:
        resource = site.get(path)
        if resource.content_type.startswith("text/html"):
            tree = html.fromstring(resource.body.decode())
            targets |= {urldefrag(urljoin(site.base + path, link)).url for link in tree.xpath("//a/@href")}
    own = {url for url in targets if url.startswith(f"{site.base}/") and not url.endswith(".mp4")}
    assert len(own) > len(site.publication.sources)
    assert {url for url in own if site.get(url.removeprefix(site.base)).status != 200} == set()


# ---- the server


def fetch(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(
        url, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, dict(response.headers), response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read()


@pytest.fixture(scope="module")
def demo():
    with serve() as running:
        yield running


@pytest.mark.network
def test_the_server_answers_with_its_own_addresses(demo):
    assert len(demo.urls) == 2
    assert len(demo.truths) == len(ARTICLES)
    for site, url in zip(demo.sites, demo.urls, strict=True):
        status, headers, body = fetch(url)
        assert status == 200
        assert headers["Content-Type"] == "text/html; charset=utf-8"
        assert body == site.get("/").body
        assert site.publication.host not in body.decode().replace(f"@{site.publication.host}", "")
    article = next(iter(demo.truths))
    assert fetch(article)[0] == 200
    assert demo.hits[article] == 1


@pytest.mark.network
def test_the_server_knows_what_a_client_has(demo):
    url = demo.urls[0]
    _, headers, body = fetch(url)
    assert fetch(url, If_None_Match=headers["ETag"])[0] == 304
    assert fetch(url, If_None_Match='"other"')[2] == body
    assert fetch(url, If_Modified_Since=headers["Last-Modified"])[0] == 304
    assert fetch(url, If_Modified_Since="Thu, 01 Jan 1970 00:00:00 GMT")[0] == 200
    assert fetch(url, If_Modified_Since="yesterday")[0] == 200
    # a tag decides before a date (RFC 9110, 13.2.2)
    assert fetch(url, If_None_Match='"other"', If_Modified_Since=headers["Last-Modified"])[0] == 200


@pytest.mark.network
def test_the_server_compresses_moves_and_misses(demo):
    url = demo.urls[1]
    status, headers, body = fetch(url, Accept_Encoding="gzip")
    assert (status, headers["Content-Encoding"]) == (200, "gzip")
    assert gzip.decompress(body) == demo.sites[1].get("/").body
    assert fetch(f"{url}nothing-here.html")[0] == 404
    assert fetch(f"{url}city")[2] == demo.sites[1].get("/city/").body
    assert fetch(f"{url}city/?utm_source=feed")[2] == demo.sites[1].get("/city/").body
    assert (
        fetch(f"{url}city/?page=2")[2]
        == demo.sites[1].get("/city/?page=2").body
        != demo.sites[1].get("/city/").body
    )
    status, headers, body = fetch(f"{url}media/anything-640.png")
    assert (status, headers["Content-Type"], body[:4]) == (200, "image/png", b"\x89PNG")


@pytest.mark.network
def test_a_taken_port_is_an_error_unless_any_will_do(demo):
    taken = urlsplit(demo.urls[0]).port
    with pytest.raises(OSError, match="in use"), serve((taken, 0)):
        pass
    with serve((taken, 0), or_free=True) as other:
        assert fetch(other.urls[0])[0] == 200
        assert urlsplit(other.urls[0]).port != taken


# ---- the export


def test_the_export_is_a_folder_of_pages(tmp_path):
    written = export(SITES, tmp_path)
    records = [json.loads(line) for line in (tmp_path / "truth.jsonl").read_text().splitlines()]
    assert written == len(records) == sum(source.form != "video" for _, source in ARTICLES)
    for record in records:
        page = gzip.decompress((tmp_path / "html" / f"{record['id']}.html.gz").read_bytes()).decode()
        assert record["title"] in html.fromstring(page).text_content()
        assert record["paragraphs"]
    assert any(record["captions"] for record in records)
    assert any("sign up" in text.lower() for record in records for text in record["without"])
