"""Sites as data: what a file may say, what is wrong with one, and that a crawl does what it says."""

import threading
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_web import Answer, Web, article, outcomes, scrapy_crawl

from newsclean.profile import SiteProfile
from newscrawl.site_files import SiteFile, SiteFileError, SiteFiles, read_site_file, read_site_files

WHOLE = r"""
start = ["https://www.courier.example/", "paper.example"]
feeds = ["https://www.courier.example/feed.xml"]
sitemaps = false
sections = true
article_url = '/story/\d+'
max_pages = 20
max_articles = 10
delay = 1.5
drop = [".teaser", "aside > p"]
language = "de-AT"
render = "auto"

[cookies]
consent = "all"
"""


def test_each_key_is_read(tmp_path: Path) -> None:
    (tmp_path / "courier.toml").write_text(WHOLE)
    assert read_site_file(tmp_path / "courier.toml") == SiteFile(
        "courier",
        ("https://www.courier.example/", "https://paper.example"),
        feeds=("https://www.courier.example/feed.xml",),
        sitemaps=False,
        sections=True,
        article_url=r"/story/\d+",
        max_pages=20,
        max_articles=10,
        delay=1.5,
        drop=(".teaser", "aside > p"),
        cookies=(("consent", "all"),),
        language="de-AT",
        render="auto",
    )


START = 'start = "https://a.example"\n'


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "start: is missing; name the front page"),
        ("start = ", "Invalid value"),
        ("start = 7", "start: 7 is no list of texts"),
        ("start = []", "start: names no front page"),
        ('start = "ftp://a.example"', "start: 'ftp://a.example' is not an http:// or https:// URL"),
        (START + "feed = true", "feed: there is no such key; choose of start, feeds, sitemaps"),
        (START + 'feeds = "/feed"', "feeds: '/feed' is not an http:// or https:// URL"),
        (START + "sitemaps = 1", "sitemaps: 1 is no list of texts"),
        (START + "article_url = '('", "article_url: '(' is no regular expression"),
        (START + "max_articles = 0", "max_articles: 0 is no whole number from 1"),
        (START + "max_pages = true", "max_pages: True is no whole number"),
        (START + "delay = -1", "delay: -1 is no number of seconds"),
        (START + "delay = nan", "delay: nan is no number of seconds"),
        (START + 'drop = [".a", "]["]', "drop: '][' is no CSS selector"),
        (START + "cookies = 'a=b'", "cookies: 'a=b' is no table"),
        (START + '[cookies]\na = "x; b"', "cookies: a: 'x; b' is no value of a cookie"),
        (START + '[cookies]\n"a\\r\\nb" = "x"', "is no name of a cookie"),
        (START + 'language = "German, please"', "language: 'German, please' is no language"),
        (START + "render = true", "render: True is none of 'never', 'auto', 'always'"),
    ],
)
def test_what_is_wrong_is_one_line_with_file_and_key(text: str, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text(text)
    with pytest.raises(SiteFileError) as raised:
        read_site_file(path)
    assert str(raised.value).startswith(f"{path}: ")
    assert problem in str(raised.value)
    assert "\n" not in str(raised.value)


@given(st.binary())
def test_any_bytes_give_a_site_or_one_line(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(content)
    try:
        read_site_file(path)
    except SiteFileError as error:
        assert "\n" not in str(error)  # noqa: PT017 - most bytes are no site, a few may be


def test_two_files_of_one_site_are_refused(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.toml").write_text(f'start = "https://{name}.one.example.com"')
    with pytest.raises(SiteFileError, match=r"a\.toml and b.toml are both of example\.com"):
        read_site_files([tmp_path / "a.toml", tmp_path / "b.toml"])


def test_cookies_go_to_the_hosts_of_the_front_pages_only() -> None:
    site = SiteFile("a", ("https://www.paper.example.com/",), cookies=(("consent", "all"), ("v", "2")))
    for url in (
        "https://www.paper.example.com/x",
        "https://paper.example.com/",
        "https://m.paper.example.com:8/",
    ):
        assert site.headers(url) == {"Cookie": "consent=all; v=2"}
    for url in (
        "http://www.paper.example.com/",  # not for all to read
        "https://example.com/",
        "https://other.example.com/",
        "https://evilpaper.example.com/",
        "https://paper.example.com.evil.example/",
        "https://cdn.example/",
    ):
        assert site.headers(url) == {}
    address = SiteFile("b", ("http://127.0.0.1:80/",), cookies=(("a", "b"),))
    assert address.headers("http://1.127.0.0.1/") == {}


def test_selectors_join_what_was_learned() -> None:
    files = SiteFiles([SiteFile("a", ("https://a.example",), drop=(".x",), language="nb")])
    expected = SiteProfile("a.example", (), (".x",), 9, language="nb")
    assert files.profile(SiteProfile("a.example", articles=9)) == expected
    assert expected.acting() == expected
    assert files.profile(SiteProfile("b.example")) == SiteProfile("b.example")


def front(*paths: str) -> Answer:
    links = "".join(
        f"<p><a href={path}>A story of the harbour and its pilots {path}</a></p>" for path in paths
    )
    return Answer(f"<html><head><title>Front</title></head><body><main>{links}</main></body></html>".encode())


def crawl_files(tmp_path: Path, **files: str) -> dict[str, str]:
    paths = []
    for name, text in files.items():
        path = tmp_path / f"{name}.toml"
        path.write_text(text)
        paths.append(str(path))
    done = scrapy_crawl(
        "news", tmp_path / "data", f"site_files={','.join(paths)}", allow="127.0.0.1,127.0.0.2"
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    rows = outcomes(tmp_path / "data")
    return {url.partition("//")[2].partition("/")[2]: row.kind for url, row in rows.items()}


@pytest.mark.network
def test_a_crawl_does_what_the_file_says(web: Web, tmp_path: Path) -> None:
    standing = (
        '<p class="x7">The harbour also has a museum, which the board opened in spring, and pilots and crews who '
        "went there last week said that it tells the story of the quay well enough.</p>"
    )
    moments: list[float] = []

    def serve(page: bytes) -> Callable[[int], Answer]:
        def answer(_: int) -> Answer:
            moments.append(time.monotonic())
            return Answer(page)

        return answer

    for number in range(4):
        page = article(f"Story {number}").replace(b"</p><p>", f"</p>{standing}<p>".encode(), 1)
        web.routes[f"/x/{number}"] = serve(page)
    web.routes["/"] = front("/x/0", "/x/1", "/2026/03/14/harbour-story-without-a-number")
    web.routes["/listed"] = front("/x/2")
    moved = f"{web.base('127.0.0.2')}/there"
    web.routes["127.0.0.1/x/3"] = Answer(status=302, headers={"Location": moved})
    web.routes["/map.xml"] = Answer(
        f"<urlset><url><loc>{web.base()}/x/3</loc></url><url><loc>{web.base()}/about</loc></url></urlset>".encode()
    )
    kinds = crawl_files(
        tmp_path,
        small=f"""
start = "{web.base()}/"
feeds = false
sitemaps = ["{web.base()}/map.xml"]
sections = ["{web.base()}/listed"]
article_url = '/x/[0-9]$'
drop = [".x7"]
delay = 0.3
language = "de"
cookies = {{ consent = "all" }}
""",
    )
    assert kinds == {
        "x/0": "stored",
        "x/1": "stored",
        "x/2": "stored",
        "x/3": "skipped",
    }  # 3 leads off the site
    assert not any(path in ("/feed", "/rss", "/sitemap.xml", "/about") for _, path in web.hits)
    assert len(moments) == 3
    assert min(later - earlier for earlier, later in pairwise(moments)) > 0.2
    sent = web.headers["127.0.0.1", "/x/0"]
    assert (sent["cookie"], sent["accept-language"]) == ("consent=all", "de")
    assert not any(host == "127.0.0.2" and path != "/robots.txt" for host, path in web.hits)
    rows = duckdb.sql(f"SELECT text, removed FROM '{tmp_path}/data/articles/**/*.parquet'").fetchall()
    assert len(rows) == 3
    for text, removed in rows:
        assert "museum" not in text
        assert any("museum" in each["text"] for each in removed)
    taken = [each["rule"] for _, removed in rows for each in removed if "museum" in each["text"]]
    assert "site.selector" in taken


@pytest.mark.network
def test_cookies_do_not_follow_a_redirect_off_the_host(web: Web, tmp_path: Path) -> None:
    other = web.base("127.0.0.2")
    web.routes["127.0.0.1/"] = Answer(status=302, headers={"Location": f"{other}/home"})
    web.routes["127.0.0.2/home"] = front("/2026/03/14/the-harbour-board-has-met-again")
    web.routes["/2026/03/14/the-harbour-board-has-met-again"] = Answer(article("The board"))
    kinds = crawl_files(tmp_path, moved=f'start = "{web.base()}/"\ncookies = {{ consent = "all" }}')
    assert kinds == {"2026/03/14/the-harbour-board-has-met-again": "stored"}
    assert web.headers["127.0.0.1", "/"]["cookie"] == "consent=all"
    assert "cookie" not in web.headers["127.0.0.2", "/home"]


@pytest.mark.network
def test_a_small_site_does_not_wait_for_a_large_one(web: Web, tmp_path: Path) -> None:
    order: list[str] = []
    lock = threading.Lock()

    def told(host: str, path: str) -> None:
        def answer(_: int) -> Answer:
            with lock:
                order.append(host)
            return Answer(article(f"{host} {path}"), delay=0.01)

        web.routes[f"{host}{path}"] = answer

    paths = {
        host: [f"/2026/03/14/the-harbour-board-met-{number}-times" for number in range(articles)]
        for host, articles in (("127.0.0.1", 150), ("127.0.0.2", 10))
    }
    for host, of_host in paths.items():
        web.routes[f"{host}/"] = front(*of_host)
        for path in of_host:
            told(host, path)
    kept = "feeds = false\nsitemaps = false\nmax_articles = {}\ndelay = 0"
    crawl_files(
        tmp_path,
        large=f'start = "{web.base()}/"\n' + kept.format(60),
        small=f'start = "{web.base("127.0.0.2")}/"\n' + kept.format(1000),
    )
    assert order.count("127.0.0.2") == 10
    last = len(order) - 1 - order[::-1].index("127.0.0.2")
    before = order[:last].count("127.0.0.1")
    assert before <= 30, f"{before} pages of the large site came before the small one was done"
    stored = duckdb.sql(
        f"SELECT site, count(*) FROM '{tmp_path}/data/articles/**/*.parquet' GROUP BY ALL"
    ).fetchall()
    assert dict(stored) == {f"127.0.0.1:{web.port}": 60, f"127.0.0.2:{web.port}": 10}
