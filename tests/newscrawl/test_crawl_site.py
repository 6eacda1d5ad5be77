"""Whole crawls of a small site on loopback, with everything that goes wrong on real ones."""

import gzip
import json
from pathlib import Path

import duckdb
import pytest
from small_web import Answer, Web, article, outcomes, scrapy_crawl

pytestmark = pytest.mark.network
DAY = "/harbour/2026/03/14"


def redirect(target: str, status: int = 301) -> Answer:
    return Answer(b"", status, {"Location": target})


@pytest.fixture
def site(web: Web) -> Web:
    packed = gzip.compress(article("Packed and cut"))
    html = {"Content-Type": "text/html; charset=utf-8"}
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Harbour",
        "items": [
            {"id": "1", "url": f"{web.base()}{DAY}/from-the-feed", "title": "From the feed"},
            {
                "id": "2",
                "url": f"{web.base()}{DAY}/first-story?utm_source=feed",
                "title": "First, with a tracker",
            },
        ],
    }
    names = (
        "first-story second-story goes-to-first goes-off-site goes-in-circles goes-to-new cut-gzip cut-short "
        "too-large bomb busy-once forbidden gone broken noindex document same-as-first nothing flaky "
    )
    links = "".join(f'<h2><a href="{DAY}/{name}">The story of {name}</a></h2>' for name in names.split())
    web.routes |= {
        "/robots.txt": Answer(
            f"User-agent: *\nDisallow: {DAY}/forbidden\nSitemap: {web.base()}/map.xml.gz\n".encode()
        ),
        "/": Answer(
            f'<html><head><link rel="alternate" type="application/feed+json" href="/feed.json"></head><body>'
            f'<nav><a href="/harbour/">Harbour</a> <a href="/tag/boats">Boats</a></nav>{links}'
            f'<a href="https://elsewhere.example{DAY}/not-our-story">Elsewhere</a></body></html>'.encode()
        ),
        "/feed.json": Answer(json.dumps(feed).encode(), headers={"Content-Type": "application/feed+json"}),
        "/map.xml.gz": Answer(
            gzip.compress(
                f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>{web.base()}{DAY}'
                f"/from-the-sitemap</loc></url><url><loc>{web.base()}/about</loc></url></urlset>".encode()
            ),
            headers={"Content-Type": "application/x-gzip"},
        ),
        "/harbour/": Answer(
            f'<a href="{DAY}/on-page-one">One</a><a href="/harbour/?page=2">Older stories</a>'.encode()
        ),
        "/harbour/?page=2": Answer(f'<a href="{DAY}/on-page-two">Two</a>'.encode()),
        f"{DAY}/goes-to-first": redirect(f"{DAY}/first-story"),
        f"{DAY}/goes-off-site": redirect("http://127.0.0.9:9/story"),
        f"{DAY}/goes-in-circles": redirect(f"{DAY}/goes-in-circles", 302),
        f"{DAY}/goes-to-new": redirect(f"{DAY}/new-address", 308),
        f"{DAY}/new-address": Answer(article("The new address")),
        f"{DAY}/cut-gzip": Answer(packed[: len(packed) // 2], headers=html | {"Content-Encoding": "gzip"}),
        f"{DAY}/cut-short": Answer(article("Cut short"), sent=300),
        f"{DAY}/too-large": Answer(b"<p>" + b"word " * 80_000),
        f"{DAY}/bomb": Answer(gzip.compress(b"0" * 4_000_000), headers=html | {"Content-Encoding": "gzip"}),
        f"{DAY}/busy-once": lambda hit: (
            Answer(article("Busy once"), 200) if hit > 1 else Answer(b"", 429, {"Retry-After": "1"})
        ),
        f"{DAY}/flaky": lambda hit: Answer(article("Flaky")) if hit > 1 else Answer(b"", 503),
        f"{DAY}/gone": Answer(b"", 410),
        f"{DAY}/broken": Answer(b"", 500),
        f"{DAY}/noindex": Answer(
            article("Noindex", '<meta name="robots" content="noai">'),
            headers=html | {"X-Robots-Tag": "noindex"},
        ),
        f"{DAY}/document": Answer(b"%PDF-1.4", headers={"Content-Type": "application/pdf"}),
        f"{DAY}/same-as-first": Answer(
            article("Same as first", f'<link rel="canonical" href="{web.base()}{DAY}/first-story">')
        ),
        f"{DAY}/nothing": Answer(b""),
    }
    for name in "first-story second-story from-the-feed from-the-sitemap on-page-one on-page-two".split():
        web.routes[f"{DAY}/{name}"] = Answer(article(f"The tale of {name}"))
    return web


EXPECTED = {
    "first-story": ("stored", ""),
    "second-story": ("stored", ""),
    "from-the-feed": ("stored", ""),
    "from-the-sitemap": ("stored", ""),
    "on-page-one": ("stored", ""),
    "on-page-two": ("stored", ""),
    "goes-to-new": ("stored", ""),
    "busy-once": ("stored", ""),
    "flaky": ("stored", ""),
    "noindex": ("stored", ""),
    "same-as-first": ("skipped", "duplicate"),
    "goes-to-first": ("skipped", "duplicate"),
    "goes-off-site": ("skipped", "offsite"),
    "goes-in-circles": ("failed", "redirect-loop"),
    "cut-gzip": ("failed", "truncated"),
    "cut-short": ("failed", "truncated"),
    "too-large": ("failed", "too-large"),
    "bomb": ("failed", "too-large"),
    "forbidden": ("skipped", "robots"),
    "gone": ("failed", "http-410"),
    "broken": ("failed", "http-500"),
    "document": ("skipped", "not-html"),
    "nothing": ("skipped", "empty"),
}


def test_each_url_ends_as_one_outcome_with_its_reason(site: Web, tmp_path: Path) -> None:
    done = scrapy_crawl("news", tmp_path, f"site={site.base()}", settings={"DOWNLOAD_MAXSIZE": "300000"})
    assert done.returncode == 0, done.stderr
    assert "ERROR" not in done.stderr
    found = outcomes(tmp_path)
    prefix = f"{site.base()}{DAY}/"
    assert {url.removeprefix(prefix): (row.kind, row.reason) for url, row in found.items()} == EXPECTED

    retried = {"cut-gzip": 3, "cut-short": 3, "broken": 3, "busy-once": 2, "flaky": 2, "forbidden": 0}
    fetched = {path: number for (_, path), number in site.hits.items()}
    for name in EXPECTED:
        assert fetched.get(f"{DAY}/{name}", 0) == retried.get(name, 1), name
    for source in ("/robots.txt", "/", "/feed.json", "/map.xml.gz", "/harbour/", "/harbour/?page=2"):
        assert fetched[source] == 1, source
    assert "/tag/boats" not in fetched
    assert "/about" not in fetched

    con = duckdb.connect()
    usage = con.sql(
        f"SELECT usage FROM '{tmp_path}/articles/**/*.parquet' WHERE url = '{prefix}noindex'"
    ).fetchall()
    assert [(each["source"], each["value"]) for each in usage[0][0]] == [
        ("header:X-Robots-Tag", "noindex"),
        ("meta:robots", "noai"),
    ]
    stored = con.sql(
        f"SELECT count(*), count(DISTINCT id) FROM '{tmp_path}/articles/**/*.parquet'"
    ).fetchall()
    assert stored == [(10, 10)]
    final = con.sql(
        f"SELECT url FROM '{tmp_path}/outcomes/**/*.parquet' WHERE requested_url = '{prefix}goes-to-new'"
    ).fetchall()
    assert final == [(f"{prefix}new-address",)]
    pages = con.sql(f"SELECT count(*) FROM '{tmp_path}/pages/**/*.parquet'").fetchall()
    assert pages == [(12,)]  # the ten, the duplicate by its canonical URL, and the empty one
    assert found[f"{prefix}from-the-feed"].via.startswith("feed:")
    assert found[f"{prefix}from-the-sitemap"].via.startswith("sitemap:")
    assert found[f"{prefix}on-page-two"].via.startswith("section:")


def test_since_and_max_pages_limit_what_is_fetched(web: Web, tmp_path: Path) -> None:
    rows = "".join(
        f"<url><loc>{web.base()}/2026/03/{day:02}/story-of-the-day</loc><lastmod>2026-03-{day:02}</lastmod></url>"
        for day in range(1, 21)
    )
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    web.routes["/"] = Answer(b"<html><body>Nothing here</body></html>")
    web.routes["/sitemap.xml"] = Answer(
        f"<urlset {space}>{rows}</urlset>".encode(), headers={"Content-Type": "text/xml"}
    )
    for day in range(1, 21):
        page = article(
            f"Story of {day}",
            f'<meta property="article:published_time" content="2026-03-{day:02}T08:00:00Z">',
        )
        web.routes[f"/2026/03/{day:02}/story-of-the-day"] = Answer(page)
    done = scrapy_crawl("news", tmp_path, f"site={web.base()}", "since=2026-03-10", "max_pages=4")
    assert done.returncode == 0, done.stderr
    found = outcomes(tmp_path)
    assert [row.kind for row in found.values()] == ["stored"] * 4
    assert all(url.split("/")[5] >= "10" for url in found)


def test_the_add_on_serves_another_project(web: Web, tmp_path: Path) -> None:
    """With nothing but ADDONS, and settings of the project's own that win."""
    from scrapy.crawler import CrawlerRunner
    from scrapy.settings import Settings

    settings = Settings(
        {"ADDONS": {"newscrawl.NewsmillAddon": 300}, "DOWNLOAD_TIMEOUT": 7, "TELNETCONSOLE_ENABLED": True}
    )
    runner = CrawlerRunner(settings)
    assert {"news", "urls"} <= set(runner.spider_loader.list())
    crawler = runner.create_crawler("news")
    crawler.addons.load_settings(crawler.settings)
    assert crawler.settings.getint("DOWNLOAD_TIMEOUT") == 7
    assert crawler.settings.getbool("TELNETCONSOLE_ENABLED")
    assert crawler.settings.getbool("ROBOTSTXT_OBEY")
    assert crawler.settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES")
    assert not crawler.settings.getbool("REMOTE_CONTROL_ENABLED")
    assert crawler.settings["TWISTED_DNS_RESOLVER"] == "newscrawl.addresses.PublicAddressResolver"
