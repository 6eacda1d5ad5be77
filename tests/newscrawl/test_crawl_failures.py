"""Hosts that cannot be talked to, each with its own reason; and pages on which our own code fails."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from small_web import ROOT, Answer, Web, article, outcomes, scrapy_command, scrapy_crawl

import newsdata

pytestmark = pytest.mark.network


def test_each_unreachable_host_has_its_reason(web: Web, tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        story = "2026/03/14/a-story"
        web.routes[f"/{story}"] = Answer(article("A story"))
        web.routes[f"/{story}-that-never-comes"] = Answer(article("Late"), delay=30)
        expected = {
            f"{web.base()}/{story}": ("stored", ""),
            f"{web.base()}/{story}-that-never-comes": ("failed", "timeout"),
            f"http://127.0.0.1:{closed.getsockname()[1]}/{story}": ("failed", "connection"),
            f"https://127.0.0.1:{web.port}/{story}": ("failed", "tls"),
            f"http://no-such-host.invalid/{story}": ("failed", "dns"),
        }
        listed = tmp_path / "urls.txt"
        listed.write_text("\n".join(expected))
        settings = {"DOWNLOAD_TIMEOUT": "2", "RETRY_TIMES": "0", "NEWSMILL_ROBOTS_RETRY_DELAYS": ""}
        done = scrapy_crawl("urls", tmp_path / "data", f"file={listed}", settings=settings)
    assert done.returncode == 0, done.stderr
    found = outcomes(tmp_path / "data")
    assert {url: (row.kind, row.reason) for url, row in found.items()} == expected


# As somebody's fault in our own code would: reading one page's signals fails, and so does storing another.
FAULTY_CRAWL = """
import sys
from newscrawl import storage
from newscrawl.spiders import news
from scrapy.cmdline import execute

signals, version = news.usage_signals, storage.version_hash

def usage_signals(headers, body, url):
    return signals(headers, body, url) if "unreadable" not in url else {}[url]

def version_hash(article):
    return version(article) if article.title != "Unstorable" else article.no_such_field

news.usage_signals, storage.version_hash = usage_signals, version_hash
execute(["scrapy", *sys.argv[1:]])
"""


def test_a_fault_of_our_own_costs_an_article_and_not_its_page(web: Web, tmp_path: Path) -> None:
    pages = {
        f"{web.base()}/2026/03/14/{title.lower()}-story": article(title)
        for title in ("Unreadable", "Unstorable", "Good")
    }
    for url, page in pages.items():
        web.routes[url.removeprefix(web.base())] = Answer(page)
    (tmp_path / "urls.txt").write_text("\n".join(pages))
    command = scrapy_command("news", tmp_path / "data", f"file={tmp_path / 'urls.txt'}")
    done = subprocess.run(
        [sys.executable, "-c", FAULTY_CRAWL, *command[3:]],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = outcomes(tmp_path / "data")
    assert set(told) == set(pages), done.stderr
    assert [(told[url].kind, told[url].reason) for url in pages] == [
        ("quarantined", "crash"), ("quarantined", "crash"), ("stored", ""),
    ], done.stderr  # fmt: skip
    unreadable, unstorable, _ = (told[url].detail for url in pages)
    assert unreadable.startswith("KeyError: ")
    assert unstorable.startswith("AttributeError: ")
    with newsdata.connect(tmp_path / "data") as data:
        kept = [url for (url,) in data.sql("SELECT url FROM pages").fetchall()]
    assert sorted(kept) == sorted(pages)
