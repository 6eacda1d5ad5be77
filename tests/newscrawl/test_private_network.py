"""No way into the private network: not by any spelling, name, hop or source; shown at a server that counts."""

import re
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from private_network import PUBLIC, ForbiddenServer, names_environment
from small_web import Answer, Web, article, outcomes, scrapy_crawl

from newscrawl.url_list import url_problem

pytestmark = pytest.mark.network
DAY = "/2026/03/14"

# Hosts as URLs write them; each is one that no crawl may reach.
SPELLINGS = """
127.0.0.1 127.0.0.2 127.2 127.0.2 2130706434 0x7f000002 0x7f.0.0.2 0X7F.0x0.0x0.0x2 0177.0.0.2 0177.0.0.02
017700000002 127.0x0.02 0 0.0.0.0 0x0
[::1] [::] [0:0:0:0:0:0:0:1] [::ffff:127.0.0.2] [::ffff:7f00:2] [0:0:0:0:0:ffff:127.0.0.2] [::127.0.0.2]
[::ffff:0:127.0.0.2] [64:ff9b::127.0.0.2] [64:ff9b::7f00:2] [64:ff9b:1::127.0.0.2] [2002:7f00:2::] [fe80::1]
[fc00::1] [fec0::1] [fd00:ec2::254]
１２７.０.０.２ 127。0。0。2 127．0．0．2 127｡0｡0｡2 ①②⑦.⓪.⓪.② ２１３０７０６４３４ 𝟙𝟚𝟟.𝟘.𝟘.𝟚
localhost LOCALHOST ⓛⓞⓒⓐⓛⓗⓞⓢⓣ
10.0.0.1 172.16.0.1 192.168.0.1 169.254.169.254 0xA9FEA9FE 2852039166 100.64.0.1 100.100.100.200
168.63.129.16 192.0.0.192 192.88.99.1 198.18.0.1 192.0.2.1 240.0.0.1 255.255.255.255 224.0.0.1 [ff02::1]
loopback.example sixth.example mapped.example translated.example metadata.example carrier.example
many.example
""".split()
# Spellings that name services do not take, or only some do.
NO_NAMES = """
[fe80::1%25lo] [::1%25lo] localhost. 127.0.0.2. %31%32%37.0.0.2 0x7f.1.1.1.1 127.0.0.256 127..0.2
""".split()
NAMES = {
    "news.example.com": [[PUBLIC]],
    "mixed.example": [["127.0.0.2", "::1", PUBLIC, "127.0.0.1"]],
    "rebinding.example": [[PUBLIC], ["127.0.0.2"]],
    "intranet.example.com": [["127.0.0.2"]],
    "loopback.example": [["127.0.0.2"]],
    "sixth.example": [["::1"]],
    "mapped.example": [["::ffff:127.0.0.2"]],
    "translated.example": [["64:ff9b::7f00:2"]],
    "metadata.example": [["169.254.169.254"]],
    "carrier.example": [["100.64.0.1"]],
    "many.example": [["10.0.0.1", "192.168.0.1", "127.0.0.2", "::1", "fc00::1"]],
}


@pytest.fixture
def public() -> Iterator[Web]:
    running = Web(PUBLIC)
    yield running
    running.close()


@pytest.fixture
def forbidden(public: Web) -> Iterator[ForbiddenServer]:
    """On the same port as the public web, so that a name's address alone decides where a request goes."""
    running = ForbiddenServer(public.port)
    yield running
    running.close()


def crawl(spider: str, data: Path, *arguments: str, allow: str = "", **settings: str) -> None:
    done: subprocess.CompletedProcess[str] = scrapy_crawl(
        spider,
        data,
        *arguments,
        settings={"TWISTED_DNS_RESOLVER": "private_network.NamedHostsResolver"} | settings,
        allow=allow,
        environment=names_environment(NAMES),
    )
    assert done.returncode == 0, done.stderr
    assert "ERROR" not in done.stderr, done.stderr
    assert "Traceback" not in done.stderr, done.stderr


def redirect(target: str, **headers: str) -> Answer:
    location = target.encode().decode("latin-1")  # as http.server wants its headers
    return Answer(b"", 302, {"Location": location} | headers)


def test_no_spelling_of_a_private_address_is_connected_to(
    public: Web, forbidden: ForbiddenServer, tmp_path: Path
) -> None:
    """Each as the first hop, and each behind a redirect of a public page; none is tried twice."""
    urls = []
    hosts = [*SPELLINGS, socket.gethostname(), *NO_NAMES]
    for number, host in enumerate(hosts):
        target = f"http://{host}:{public.port}{DAY}/story-number-{number}"
        public.routes[f"{DAY}/leads-to-number-{number}"] = redirect(f"{target}-behind-it")
        urls += (
            [] if url_problem(target) else [target]
        )  # "[::]" and circled letters are told a person at once
        urls += [f"http://news.example.com:{public.port}{DAY}/leads-to-number-{number}"]
    listed = tmp_path / "urls.txt"
    listed.write_text("\n".join(urls))
    crawl("urls", tmp_path / "data", f"file={listed}")
    found = outcomes(tmp_path / "data")
    assert len(found) == len(urls)
    others = {url: row.reason for url, row in found.items() if row.reason != "private-address"}
    unknown = range(len(hosts) - len(NO_NAMES), len(hosts))
    assert {url for url in others if int(re.search(r"number-(\d+)", url)[1]) not in unknown} == set()
    assert set(others.values()) <= {"dns"}
    assert all(number == 1 for number in public.hits.values())
    assert not forbidden.reached


def test_no_source_of_a_site_leads_into_the_private_network(
    public: Web, forbidden: ForbiddenServer, tmp_path: Path
) -> None:
    """Links, feeds, sitemaps, their entries, meta refresh, redirects, retries: everything that names a URL."""
    inside, site = f"http://127.0.0.2:{public.port}", f"http://news.example.com:{public.port}"
    intranet = f"http://intranet.example.com:{public.port}"
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    feed = f'<rss version="2.0"><channel><title>F</title><item><title>A story</title><link>{intranet}{DAY}/by-the-feed-of-it</link></item></channel></rss>'
    meta = f'<meta http-equiv="refresh" content="0; url={inside}{DAY}/refreshed-to-there">'
    links = [
        f"{intranet}{DAY}/linked-from-the-front",
        f"{inside}{DAY}/linked-by-its-address",
        f"{DAY}/with-a-meta-refresh",
        f"{DAY}/redirects-into-it",
        f"{DAY}/retried-then-redirected",
        f"{DAY}/redirects-to-another-scheme",
    ]
    public.routes |= {
        "/robots.txt": Answer(
            f"Sitemap: {inside}/map.xml\nSitemap: {site}/index.xml\nSitemap: file:///etc/passwd\n".encode()
        ),
        "/": Answer(
            f'<html><head><link rel=alternate type="application/rss+xml" href="{inside}/feed.xml">'
            f'<link rel=alternate type="application/rss+xml" href="/feed.xml"></head><body>'.encode()
            + "".join(f'<h2><a href="{link}">A story of the harbour</a></h2>' for link in links).encode()
        ),
        "/feed.xml": Answer(feed.encode(), headers={"Content-Type": "application/rss+xml"}),
        "/index.xml": Answer(
            f"<sitemapindex {space}><sitemap><loc>{inside}/child.xml</loc></sitemap>"
            f"<sitemap><loc>{site}/moved.xml</loc></sitemap></sitemapindex>".encode()
        ),
        "/moved.xml": redirect(f"{inside}/moved-there.xml"),
        f"{DAY}/with-a-meta-refresh": Answer(article("With a meta refresh", meta)),
        f"{DAY}/redirects-into-it": redirect(f"{intranet}{DAY}/landed-there-now"),
        f"{DAY}/retried-then-redirected": lambda hit: (
            Answer(b"", 503) if hit == 1 else redirect(f"{inside}{DAY}/after-the-retry")
        ),
        f"{DAY}/redirects-to-another-scheme": redirect("file:///etc/passwd"),
    }
    crawl("news", tmp_path, f"site={site}")
    reasons = {
        url.removeprefix(site).removeprefix("http://"): row.reason for url, row in outcomes(tmp_path).items()
    }
    port = public.port
    assert reasons == {
        f"intranet.example.com:{port}{DAY}/linked-from-the-front": "private-address",
        f"intranet.example.com:{port}{DAY}/by-the-feed-of-it": "private-address",
        f"127.0.0.2:{port}/map.xml": "private-address",
        f"127.0.0.2:{port}/feed.xml": "private-address",
        f"127.0.0.2:{port}/child.xml": "private-address",
        "/moved.xml": "private-address",
        f"{DAY}/with-a-meta-refresh": "",
        f"{DAY}/redirects-into-it": "private-address",
        f"{DAY}/retried-then-redirected": "offsite",
        f"{DAY}/redirects-to-another-scheme": "http-302",
    }
    assert not forbidden.reached


def test_robots_that_lead_into_the_private_network_close_the_host(
    public: Web, forbidden: ForbiddenServer, tmp_path: Path
) -> None:
    public.routes |= {
        "/robots.txt": redirect(f"http://127.0.0.2:{public.port}/robots.txt"),
        "/": Answer(article("Front")),
    }
    crawl("news", tmp_path, f"site=http://news.example.com:{public.port}")
    assert {row.reason for row in outcomes(tmp_path).values()} == {"private-address"}
    assert public.hits == {("news.example.com", "/robots.txt"): 1}
    assert not forbidden.reached


def test_each_connection_is_judged_by_its_own_look_up(
    public: Web, forbidden: ForbiddenServer, tmp_path: Path
) -> None:
    """A name that turns private between two look-ups; one that has addresses of both kinds."""
    html = {"Content-Type": "text/html", "Connection": "close"}
    public.routes |= {
        "/robots.txt": Answer(b"", headers={"Connection": "close"}),
        f"{DAY}/rebinding": Answer(article("Rebinding"), headers=html),
        f"{DAY}/mixed": Answer(article("Mixed"), headers=html),
    }
    listed = tmp_path / "urls.txt"
    listed.write_text(
        f"http://rebinding.example:{public.port}{DAY}/rebinding\nhttp://mixed.example:{public.port}{DAY}/mixed\n"
    )
    crawl("urls", tmp_path / "data", f"file={listed}")
    found = outcomes(tmp_path / "data")
    assert {url.rpartition("/")[2]: row.reason for url, row in found.items()} == {
        "rebinding": "private-address",
        "mixed": "",
    }
    assert public.hits["rebinding.example", "/robots.txt"] == 1
    assert not forbidden.reached


def test_a_host_that_is_let_through_with_a_port_is_so_on_that_port_only(
    public: Web, forbidden: ForbiddenServer, tmp_path: Path
) -> None:
    other = Web("127.0.0.2")
    other.routes[f"{DAY}/a-story"] = Answer(article("A story"))
    listed = tmp_path / "urls.txt"
    listed.write_text(
        f"http://127.0.0.2:{other.port}{DAY}/a-story\nhttp://127.0.0.2:{public.port}{DAY}/a-story\n"
    )
    try:
        crawl("urls", tmp_path / "data", f"file={listed}", allow=f"127.0.0.2:{other.port}")
    finally:
        other.close()
    reasons = {url: row.reason for url, row in outcomes(tmp_path / "data").items()}
    assert reasons == {
        f"http://127.0.0.2:{other.port}{DAY}/a-story": "",
        f"http://127.0.0.2:{public.port}{DAY}/a-story": "private-address",
    }
    assert not forbidden.reached


def test_nothing_personal_crosses_hosts(public: Web, tmp_path: Path) -> None:
    """No cookie, credential or referrer is ever sent, to another host or back."""
    first, second = f"http://news.example.com:{public.port}", f"http://mixed.example:{public.port}"
    public.routes |= {
        f"{DAY}/sets-a-cookie": redirect(
            f"{second}{DAY}/other-host", **{"Set-Cookie": "session=secret; Path=/; Domain=example"}
        ),
        f"{DAY}/other-host": redirect(f"{first}{DAY}/back-again", **{"Set-Cookie": "other=secret; Path=/"}),
        f"{DAY}/back-again": Answer(article("Back again")),
        f"{DAY}/with-credentials": redirect(
            f"http://me:secret@mixed.example:{public.port}{DAY}/behind-a-password"
        ),
    }
    listed = tmp_path / "urls.txt"
    listed.write_text(f"{first}{DAY}/sets-a-cookie\n{first}{DAY}/with-credentials\n")
    crawl("urls", tmp_path / "data", f"file={listed}")
    found = {url.rpartition("/")[2]: row.reason for url, row in outcomes(tmp_path / "data").items()}
    assert found == {"sets-a-cookie": "", "with-credentials": "credentials"}
    assert ("mixed.example", f"{DAY}/behind-a-password") not in public.hits
    assert ("mixed.example", f"{DAY}/other-host") in public.hits
    for headers in public.headers.values():
        assert headers.keys().isdisjoint({"cookie", "referer", "authorization", "proxy-authorization"})
