"""Crawls of a generated web of many sites, where it is at hand beside the repository."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from small_web import SHARED, outcomes, scrapy_crawl

import newsdata

NEWSWEB = SHARED / "tools" / "newsweb.py"
POOL = SHARED / "pages" / "publishers"
FAULTS = "404 410 500 flaky redirect loop drop truncgzip empty soft404 binary noindex private".split()
HOSTS = 2

pytestmark = [
    pytest.mark.network,
    pytest.mark.skipif(not NEWSWEB.exists() or not POOL.exists(), reason="no test web beside the repository"),
]


@contextmanager
def newsweb(port: int, pages: int, *rates: str, furniture: bool = False) -> Iterator[list[str]]:
    command = [
        sys.executable,
        str(NEWSWEB),
        "serve",
        "--pool",
        str(POOL),
        "--hosts",
        str(HOSTS),
        "--pages",
        str(pages),
    ]
    for rate in rates:
        command += ["--rate", rate]
    if furniture:
        command.append("--furniture")
    with subprocess.Popen([*command, "--port", str(port)], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert json.loads(process.stdout.readline())["ready"]
            yield [f"http://127.0.0.{number}:{port}/" for number in range(2, 2 + HOSTS)]
        finally:
            process.terminate()


def crawl(sites: list[str], data: Path) -> None:
    done = scrapy_crawl(
        "news",
        data,
        f"site={','.join(sites)}",
        allow="127.0.0.2,127.0.0.3",
        settings={"NEWSMILL_CLEAN_PROCESSES": "2"},
    )
    assert done.returncode == 0, done.stderr
    assert "ERROR" not in done.stderr, done.stderr


def hits(site: str) -> Counter[str]:
    with urlopen(f"{site}__hits") as answer:
        return Counter(json.load(answer))


def test_each_article_of_each_site_is_stored_and_fetched_once(tmp_path: Path, unused_port: int) -> None:
    with newsweb(unused_port, 10) as sites:
        crawl(sites, tmp_path)
        found = outcomes(tmp_path)
        assert Counter(row.kind for row in found.values()) == {"stored": HOSTS * 10}
        assert set(hits(sites[0]).values()) == {1}


def test_no_planted_line_is_left(tmp_path: Path, unused_port: int) -> None:
    """The short form; `python benchmarks/profiles.py web` is the long one."""
    with newsweb(unused_port, 12, furniture=True) as sites:
        crawl(sites, tmp_path)
        with urlopen(f"{sites[0]}__furniture") as answer:
            planted = [line for lines in json.load(answer).values() for line in lines]
    with newsdata.connect(tmp_path) as connection:
        texts = [text for (text,) in connection.sql("SELECT text FROM articles").fetchall()]
        taken = {
            text
            for (text,) in connection.sql(
                "SELECT text FROM removed WHERE rule = 'site.standing-line'"
            ).fetchall()
        }
    assert len(planted) == 3 * HOSTS
    assert len(texts) == 12 * HOSTS
    assert [line for line in planted for text in texts if line in text] == []
    assert taken <= set(planted)
    assert taken


def test_each_fault_ends_as_its_outcome(tmp_path: Path, unused_port: int) -> None:
    pages = 30
    with newsweb(unused_port, pages, *(f"{fault}=0.05" for fault in FAULTS)) as sites:
        crawl(sites, tmp_path)
        found = outcomes(tmp_path)
        fetched = hits(sites[0])
    assert len(found) == HOSTS * pages
    faults = _faults_of(sites, pages)
    expected = {
        "": ("stored", ""),
        "404": ("failed", "http-404"),
        "410": ("failed", "http-410"),
        "500": ("failed", "http-500"),
        "flaky": ("stored", ""),
        "redirect": ("stored", ""),
        "loop": ("failed", "redirect-loop"),
        "drop": ("failed", "truncated"),
        "truncgzip": ("failed", "truncated"),
        "empty": ("skipped", "empty"),
        "soft404": ("skipped", "error-page"),
        "binary": ("skipped", "not-html"),
        "noindex": ("stored", ""),
        "private": ("skipped", "robots"),
    }
    wrong = {
        url: (faults[url], row.kind, row.reason)
        for url, row in found.items()
        if (row.kind, row.reason) != expected[faults[url]]
    }
    assert wrong == {}
    assert set(faults.values()) >= {"", "404", "drop", "empty", "private"}  # the draw holds what it should
    times = {"drop": 3, "truncgzip": 3, "500": 3, "flaky": 2, "private": 0}
    for url, fault in faults.items():
        assert fetched[url.removeprefix("http://").replace(f":{unused_port}", "")] == times.get(fault, 1), (
            url,
            fault,
        )


def _faults_of(sites: list[str], pages: int) -> dict[str, str]:
    """The fault of every article, from the generator's own rule."""
    sys.path.insert(0, str(NEWSWEB.parent))
    try:
        import newsweb as generator
    finally:
        sys.path.pop(0)
    port = int(sites[0].rstrip("/").rpartition(":")[2])
    web = generator.Web(
        generator.load_pool([str(POOL)]), HOSTS, pages, port, rates=dict.fromkeys(FAULTS, 0.05)
    )
    return {
        web.base(host) + web.path(host, number): web.fault(host, number)
        for host in range(HOSTS)
        for number in range(pages)
    }
