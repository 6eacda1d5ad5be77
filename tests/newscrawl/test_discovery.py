"""Whole crawls that find articles in every kind of source, within a period and a budget, whatever the sources say."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from small_web import ROOT, Answer, Web, article, outcomes, scrapy_crawl
from warm_process import run_module

from newscrawl.budget import Budget, Limits
from newscrawl.dates import period

pytestmark = pytest.mark.network
DAY = "/2026/03/14"
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
NEWS_SPACE = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
XML = {"Content-Type": "text/xml"}


def stories(web: Web, *names: str, day: str = DAY) -> str:
    """Serve articles, and give the links to them."""
    for name in names:
        head = (
            f'<meta property="article:published_time" content="{day.strip("/").replace("/", "-")}T08:00:00Z">'
        )
        web.routes[f"{day}/{name}"] = Answer(article(f"The tale of {name}", head))
    return "".join(f'<h2><a href="{day}/{name}">The tale of {name}</a></h2>' for name in names)


def sitemap(web: Web, *paths: str, tag: str = "url", root: str = "urlset") -> Answer:
    rows = "".join(f"<{tag}><loc>{web.base()}{path}</loc></{tag}>" for path in paths)
    return Answer(f"<{root} {SPACE}>{rows}</{root}>".encode(), headers=XML)


def feed(web: Web, *paths: str) -> Answer:
    items = "".join(f"<item><title>T</title><link>{web.base()}{path}</link></item>" for path in paths)
    # the wrong type, as many servers send it
    return Answer(
        f'<rss version="2.0"><channel>{items}</channel></rss>'.encode(), headers={"Content-Type": "text/html"}
    )


def stored(data: Path, web: Web) -> dict[str, str]:
    """How each stored article was found, by the last part of its path."""
    base = web.base()
    return {
        url.rpartition("/")[2]: row.via.replace(base, "")
        for url, row in outcomes(data).items()
        if row.kind == "stored"
    }


@pytest.fixture
def site(web: Web) -> Web:
    """Each article stands in one source only."""
    names = (
        "on-front on-older on-page-one on-page-two by-header by-button by-json in-archive in-other-archive in-feed in-section-feed "
        "in-guessed-feed in-news-map in-nested-map in-image-map in-text-map in-feed-map"
    )
    html = {name: stories(web, name) for name in names.split()}
    web.routes |= {
        "/robots.txt": Answer(
            f"Sitemap: {web.base()}/index.xml\nSitemap: {web.base()}/list.txt\nSitemap: {web.base()}/map.rss\n".encode()
        ),
        "/": Answer(
            f"""<nav><a href="/harbour/">Harbour</a><a href="/sea/">Sea</a><a href="/sky/">Sky</a>
            <a href="/archive/2026/03/14/">Archive</a></nav>{html["on-front"]}<a href="/page/2/">Older stories</a><footer><a href="/about">About</a></footer>
            """.encode()
        ),
        "/harbour/": Answer(f'{html["on-page-one"]}<a href="/harbour/2/">2</a>'.encode()),
        "/page/2/": Answer(html["on-older"].encode()),
        "/harbour/2/": Answer(html["on-page-two"].encode(), headers={"Link": '</harbour/?c=x>; rel="next"'}),
        "/harbour/?c=x": Answer(html["by-header"].encode()),
        "/sea/": Answer(
            f"""<link rel="alternate" type="application/rss+xml" href="/sea.rss">{stories(web, "on-sea")}
            <button class="load-more" data-url="/more?list=sea&page=2">Load more</button>""".encode()
        ),
        "/more?list=sea&page=2": Answer(
            json.dumps({"html": html["by-button"]}).encode(), headers={"Content-Type": "application/json"}
        ),
        "/more?list=sea&page=3": Answer(
            json.dumps([{"url": f"{DAY}/by-json", "title": "By JSON"}]).encode(),
            headers={"Content-Type": "application/json"},
        ),
        "/sky/": Answer(stories(web, "on-sky").encode()),
        "/archive/2026/03/14/": Answer(html["in-archive"].encode()),
        "/archive/2026/03/13/": Answer(html["in-other-archive"].encode()),
        "/feed": feed(web, f"{DAY}/in-feed"),
        "/sky/feed": feed(web, f"{DAY}/in-guessed-feed"),
        "/sea.rss": feed(web, f"{DAY}/in-section-feed"),
        # an index that names itself, a loop of indexes, and what lists no articles
        "/index.xml": sitemap(
            web,
            "/index.xml",
            "/nested.xml",
            "/news.xml",
            "/posts-image.xml",
            "/authors.xml",
            tag="sitemap",
            root="sitemapindex",
        ),
        "/posts-image.xml": sitemap(web, f"{DAY}/in-image-map"),
        "/nested.xml": sitemap(web, "/index.xml", "/deep.xml.gz", tag="sitemap", root="sitemapindex"),
        "/deep.xml.gz": Answer(
            gzip.compress(sitemap(web, f"{DAY}/in-nested-map", "/about").body),
            headers={"Content-Type": "application/octet-stream"},
        ),
        "/news.xml": Answer(
            f"<urlset {SPACE} {NEWS_SPACE}><url><loc>{web.base()}{DAY}/in-news-map</loc><news:news><news:title>A"
            "</news:title><news:publication><news:language>en</news:language></news:publication><news:publication_date>2026-03-14</news:publication_date></news:news></url></urlset>".encode(),
            headers=XML,
        ),
        "/list.txt": Answer(
            f"{web.base()}{DAY}/in-text-map\n".encode(), headers={"Content-Type": "text/plain"}
        ),
        "/map.rss": feed(web, f"{DAY}/in-feed-map"),
    }
    return web


def test_articles_are_found_in_every_kind_of_source(site: Web, tmp_path: Path) -> None:
    done = scrapy_crawl("news", tmp_path, f"site={site.base()}", "since=2026-03-13", "until=2026-03-15")
    assert done.returncode == 0, done.stderr
    assert "ERROR" not in done.stderr
    assert stored(tmp_path, site) == {
        "on-front": "front:",
        "on-older": "section:/page/2/",
        "on-page-one": "section:/harbour/",
        "on-page-two": "section:/harbour/2/",
        "by-header": "section:/harbour/?c=x",
        "on-sea": "section:/sea/",
        "by-button": "section:/more?list=sea&page=2",
        "by-json": "section:/more?list=sea&page=3",
        "on-sky": "section:/sky/",
        "in-archive": "section:/archive/2026/03/14/",
        "in-other-archive": "section:/archive/2026/03/13/",
        "in-feed": "feed:/feed",
        "in-guessed-feed": "feed:/sky/feed",
        "in-section-feed": "feed:/sea.rss",
        "in-news-map": "news-sitemap:/news.xml",
        "in-nested-map": "sitemap:/deep.xml.gz",
        "in-image-map": "sitemap:/posts-image.xml",
        "in-text-map": "sitemap:/list.txt",
        "in-feed-map": "feed:/map.rss",
    }
    fetched = {path for _, path in site.hits}
    assert "/about" not in fetched
    assert "/authors.xml" not in fetched
    assert outcomes(tmp_path)[f"{site.base()}/authors.xml"].reason == "lists-no-articles"
    assert max(site.hits.values()) == 1


@pytest.mark.parametrize(
    ("sources", "prefixes"), [("feeds", {"feed"}), ("sitemaps", {"sitemap", "news-sitemap", "feed"})]
)
def test_only_the_named_sources_are_used(site: Web, tmp_path: Path, sources: str, prefixes: set[str]) -> None:
    done = scrapy_crawl("news", tmp_path, f"site={site.base()}", f"sources={sources}")
    assert done.returncode == 0, done.stderr
    assert {via.partition(":")[0] for via in stored(tmp_path, site).values()} == prefixes
    assert not any(path.startswith(("/harbour", "/archive")) for _, path in site.hits)


def test_sources_are_shown_without_fetching_an_article(site: Web, tmp_path: Path) -> None:
    command = ["sources", site.base(), "--allow-private", "127.0.0.1", "--format", "json"]
    done = run_module("newsmill", *command, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = {row["url"].removeprefix(site.base()): row for row in json.loads(done.stdout)}
    counts = {
        path: (row["kind"], row["articles"], row["newest"] and row["newest"][:10])
        for path, row in found.items()
    }
    day = "2026-03-14"
    assert counts[""] == ("front", 1, day)
    assert counts["/harbour/"] == ("section", 1, day)
    assert counts["/feed"] == ("feed", 1, day)
    assert counts["/sea.rss"] == ("feed", 1, day)
    assert counts["/news.xml"] == ("sitemap", 1, day)
    assert counts["/deep.xml.gz"] == ("sitemap", 1, day)
    assert counts["/index.xml"] == ("sitemap", 0, None)
    assert (found["/news.xml"]["languages"], found["/news.xml"]["newest_title"]) == (["en"], "A")
    assert (found["/list.txt"]["languages"], found["/list.txt"]["newest_title"]) == ([], "")
    fetched = {path for _, path in site.hits}
    assert not any(path.startswith(DAY) for path in fetched)
    assert "/harbour/2/" not in fetched


def test_bad_sources_end_as_outcomes(web: Web, tmp_path: Path) -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "boom"}">' for n in range(9))
    bomb = f"<!DOCTYPE bomb [{entities}]>"
    web.routes |= {
        "/robots.txt": Answer("".join(f"Sitemap: {web.base()}/map-{n}.xml\n" for n in range(5)).encode()),
        "/": Answer(
            "".join(
                f'<link rel="alternate" type="application/rss+xml" href="/feed-{n}.xml">' for n in range(4)
            ).encode()
            + stories(web, "goes-home", "story").encode()
        ),
        f"{DAY}/goes-home": Answer(b"", 302, {"Location": "/"}),
        "/feed-0.xml": Answer(b"<!doctype html><title>Not found</title><p>There is nothing here."),
        "/feed-1.xml": Answer(
            f'{bomb}<rss version="2.0"><channel><item><title>&e8;</title><link>{web.base()}{DAY}/from-bomb</link></item>'
            "</channel></rss>".encode()
        ),
        "/feed-2.xml": Answer(
            b'<rss version="2.0"><channel><item><link>../../../../2026/03/14/from-dots</link>'
            b"<pubDate>Sat, 14 Mar 9999 12:00:00 GMT</pubDate></item><item><link>http://[</link></item>"
            b"<item><link>javascript:alert(1)</link></item></channel></rss>",
            headers={"Content-Type": "application/octet-stream; charset=utf-16"},
        ),
        "/feed-3.xml": Answer(b"nothing", headers={"Content-Encoding": "gzip"}),
        "/map-0.xml": sitemap(web, "/map-0.xml", tag="sitemap", root="sitemapindex"),
        "/map-1.xml": Answer(
            f"{bomb}<urlset><url><loc>{web.base()}&e8;</loc></url></urlset>".encode(), headers=XML
        ),
        "/map-2.xml": Answer(b"<html><body>Not found</body></html>"),
        "/map-3.xml": Answer(
            f'<?xml version="1.0" encoding="x-none"?><urlset><url><loc>{web.base()}{DAY}/from-year-1</loc>'
            "<lastmod>0001-01-01</lastmod></url></urlset>".encode(),
            headers=XML,
        ),
        "/map-4.xml": Answer(b"", 500),
    }
    stories(web, "from-bomb", "from-dots", "from-year-1")
    done = scrapy_crawl("news", tmp_path, f"site={web.base()}", "since=2026-03-01")
    assert done.returncode == 0, done.stderr
    assert "ERROR" not in done.stderr, done.stderr
    found = {url.removeprefix(web.base()): row for url, row in outcomes(tmp_path).items()}
    assert {path.rpartition("/")[2] for path, row in found.items() if row.kind == "stored"} == {
        "story",
        "from-bomb",
        "from-dots",
        "from-year-1",
    }
    assert found[f"{DAY}/goes-home"].reason == "soft-404"
    reasons = {path: row.reason for path, row in found.items() if "feed-" in path or "map-" in path}
    assert reasons == {
        "/feed-0.xml": "not-a-feed",
        "/feed-3.xml": "bad-encoding",
        "/map-2.xml": "not-a-sitemap",
        "/map-4.xml": "http-500",
    }


def dated_site(web: Web, days: int) -> None:
    """A sitemap, the oldest first, that says when its articles came."""
    rows = ""
    for day in range(1, days + 1):
        stories(web, "story-of-the-day", day=f"/2026/03/{day:02}")
        path = f"/2026/03/{day:02}/story-of-the-day"
        rows += f"<url><loc>{web.base()}{path}</loc><lastmod>2026-03-{day:02}</lastmod></url>"
    web.routes["/sitemap.xml"] = Answer(f"<urlset {SPACE}>{rows}</urlset>".encode(), headers=XML)
    web.routes["/"] = Answer(b"<html><body>Nothing here</body></html>")


def test_the_newest_articles_come_first_and_no_more_than_asked_for(web: Web, tmp_path: Path) -> None:
    dated_site(web, 20)
    # the two youngest are no articles: asked for three, three others are stored
    for day in (19, 20):
        web.routes[f"/2026/03/{day}/story-of-the-day"] = Answer(b"<html><body>Soon here</body></html>")
    done = scrapy_crawl("news", tmp_path, f"site={web.base()}", "max_articles=3")
    assert done.returncode == 0, done.stderr
    rows = {url.split("/")[5]: row.kind for url, row in outcomes(tmp_path).items() if "story" in url}
    assert rows == {"20": "skipped", "19": "skipped", "18": "stored", "17": "stored", "16": "stored"}
    # what was left out is not waited for: the same command begins anew
    again = scrapy_crawl("news", tmp_path, f"site={web.base()}", "max_articles=3")
    assert "goes on" not in again.stderr
    assert web.hits["127.0.0.1", "/"] == 2
    assert (
        web.hits["127.0.0.1", "/2026/03/18/story-of-the-day"] == 1
    )  # known, and not yet to be asked for again


def test_a_period_is_kept_before_and_after_fetching(web: Web, tmp_path: Path) -> None:
    dated_site(web, 20)
    # the source calls it young, itself it is old; of the other the source says nothing
    web.routes["/2026/03/12/story-of-the-day"] = Answer(
        article("An old tale", '<meta property="article:published_time" content="2025-03-12T08:00:00Z">')
    )
    web.routes["/"] = Answer(b'<a href="/politics/the-bridge-that-divides-us">The bridge that divides us</a>')
    web.routes["/politics/the-bridge-that-divides-us"] = Answer(
        article("Bridge", '<meta property="article:published_time" content="2026-03-30T08:00:00Z">')
    )
    done = scrapy_crawl("news", tmp_path, f"site={web.base()}", "since=2026-03-10", "until=2026-03-14")
    assert done.returncode == 0, done.stderr
    found = {url.removeprefix(web.base()): row for url, row in outcomes(tmp_path).items()}
    days = {path.split("/")[3]: row.reason for path, row in found.items() if "story-of" in path}
    # a last change later than the period says nothing about the first; the date in the URL does, give or take a day
    assert days == {"10": "", "11": "", "12": "before-since", "13": "", "14": "", "15": "after-until"}
    assert found["/politics/the-bridge-that-divides-us"].reason == "after-until"


def test_each_site_has_a_budget_of_its_own(tmp_path: Path) -> None:
    webs = [Web(), Web()]
    try:
        for web in webs:
            dated_site(web, 6)
        sites = ",".join(web.base() for web in webs)
        done = scrapy_crawl("news", tmp_path, f"site={sites}", "max_articles_per_site=2", "max_articles=3")
        assert done.returncode == 0, done.stderr
        kinds = [(url.split("/")[2], row.kind) for url, row in outcomes(tmp_path).items() if "story" in url]
        counts = sorted(kinds.count((web.base().partition("//")[2], "stored")) for web in webs)
        assert counts == [1, 2]
        assert len(kinds) == 3
    finally:
        for web in webs:
            web.close()


def test_a_sitemap_is_not_read_on_while_enough_articles_wait(web: Web, tmp_path: Path) -> None:
    """Of three files with 30 articles each, the second is asked for when the first is nearly done, wherever they stand."""
    cdn = Web()
    asked: list[tuple[str, int]] = []

    def number_done() -> int:
        return sum(count for (_, path), count in web.hits.items() if "story-" in path)

    def served(name: str, first: int) -> None:
        paths = [f"/2026/03/{30 - first:02}/story-{number}-of-{name}" for number in range(30)]
        for path in paths:
            web.routes[path] = Answer(article(path))
        answer = sitemap(web, *paths)
        cdn.routes[f"/{name}.xml"] = lambda hit: asked.append((name, number_done())) or answer

    for first, name in enumerate(("post-3", "post-2", "post-1")):
        served(name, first)
    web.routes["/"] = Answer(b"<html><body>Nothing here</body></html>")
    web.routes["/robots.txt"] = Answer(f"Sitemap: {cdn.base()}/maps.xml".encode())
    cdn.routes["/maps.xml"] = sitemap(
        cdn, "/post-1.xml", "/post-3.xml", "/post-2.xml", tag="sitemap", root="sitemapindex"
    )
    done = scrapy_crawl("news", tmp_path, f"site={web.base()}", settings={"NEWSMILL_MAX_WAITING": "10"})
    cdn.close()
    assert done.returncode == 0, done.stderr
    assert len([row for row in outcomes(tmp_path).values() if row.kind == "stored"]) == 90
    assert [name for name, _ in asked] == ["post-3", "post-2", "post-1"]
    assert asked[1][1] >= 20
    assert asked[2][1] >= 50


def test_a_large_sitemap_is_never_held_whole() -> None:
    """The short form of ``benchmarks/sitemaps.py``."""
    command = [
        sys.executable,
        str(ROOT / "benchmarks" / "sitemaps.py"),
        "--urls",
        "60000",
        "--articles",
        "3",
        "--single",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True, env=os.environ)
    measured = json.loads(done.stdout)
    assert measured["stored"] == 3
    assert measured["peak_mb"] < 400


def test_a_budget_waits_for_what_is_on_its_way() -> None:
    budget = Budget(Limits(articles=2, site_pages=3))
    urls = [f"https://news.example/{number}" for number in range(4)]
    assert budget.answer("news.example") == "yes"
    budget.start(urls[0])
    budget.start(urls[1])
    assert budget.answer("news.example") == "wait"
    budget.end(urls[0], stored=False)
    assert budget.answer("news.example") == "yes"
    budget.start(urls[2])
    budget.end(urls[1], stored=True)
    assert budget.answer("news.example") == "no"  # its pages are spent
    assert budget.answer("other.example") == "wait"
    assert not budget.is_used_up
    budget.end(urls[2], stored=True)
    assert budget.is_used_up
    assert budget.answer("other.example") == "no"


def test_periods_are_days_and_must_be_the_right_way_round() -> None:
    days = period("2026-03-10", "2026-03-14")
    assert days.since is not None
    assert days.until is not None
    assert (days.until - days.since).days == 5
    for since, until in (("2026-03-14", "2026-03-10"), ("yesterday", ""), ("", "9999-99-99")):
        with pytest.raises(ValueError, match=r"date such as|lies before"):
            period(since, until)
