"""Every wrong answer ends as an outcome in time, and the next page works."""

import os
import subprocess
import time
from pathlib import Path

import duckdb
import pytest
from hostile_web import HEAVY, LINKS_IN_LINKS, WRONGS, HostileWeb, Wrong
from small_web import ROOT, outcomes, scrapy_command, slowness

from newscrawl.challenges import challenge
from newscrawl.usage import usage_signals

pytestmark = pytest.mark.network
MOST_SECONDS = 90  # on a machine that has nothing else to do, where it takes a quarter of that
MOST_MEMORY = 700_000_000  # bytes; the crawl's own process


def expected(wrong: Wrong) -> frozenset[tuple[str, str]]:
    outcome = wrong.outcome
    return outcome if isinstance(outcome, frozenset) else frozenset({outcome})


@pytest.mark.parametrize(
    "piece", [b"<script type=application/ld+json>", b"<script>", b"<script ", b"<a ", b"<meta ", b"<"]
)
def test_what_is_looked_at_outside_the_processes_costs_little(piece: bytes) -> None:
    """Signs of use, and of challenges, are looked for before a page is cleaned."""
    body = b"license" + piece * (4_000_000 // len(piece))
    began = time.process_time()
    usage_signals([], body, "https://news.example/a")
    challenge(200, [], body)
    assert time.process_time() - began < 2  # with a search behind each piece it took 5 and more


def test_no_answer_harms_the_crawl(tmp_path: Path) -> None:
    assert len(WRONGS) >= 40
    web = HostileWeb()
    urls = dict(web.urls())
    listed, data = tmp_path / "urls.txt", tmp_path / "data"
    listed.write_text("\n".join(urls))
    slower = slowness()
    settings = {
        "DOWNLOAD_TIMEOUT": f"{8 * slower}",
        "RETRY_TIMES": "0",
        "CONCURRENT_REQUESTS_PER_DOMAIN": "32",
        "NEWSMILL_CLEAN_TIMEOUT": f"{3 * slower}",
        "NEWSMILL_CLEAN_PROCESSES": "2",
    }
    fronts = ",".join(web.fronts())
    command = scrapy_command("news", data, f"file={listed}", f"site={fronts}", settings=settings)
    log = tmp_path / "log.txt"
    began = time.monotonic()
    try:
        with log.open("wb") as output:
            crawl = subprocess.Popen(command, cwd=ROOT, stderr=output)
            _, status, usage = os.wait4(crawl.pid, 0)
            crawl.returncode = os.waitstatus_to_exitcode(status)
    finally:
        web.close()
    took = time.monotonic() - began
    assert crawl.returncode == 0, log.read_text()
    assert "ERROR" not in log.read_text()
    assert "Traceback" not in log.read_text()
    found = outcomes(data, sources=True)
    ended = {name: (found[url].kind, found[url].reason) for url, name in urls.items() if name}
    unexpected = {name: end for name, end in ended.items() if end not in expected(WRONGS[name])}
    assert not unexpected
    base = f"http://127.0.0.1:{web.port}"
    read = {path: (found[base + path].kind, found[base + path].reason) for path in web.sources}
    assert not {path: end for path, end in read.items() if end not in expected(web.sources[path])}
    assert found[f"{base}/2026/03/14/good-story-number-1000"].kind == "stored"
    assert {(found[url].kind, found[url].reason) for url, name in urls.items() if not name} == {
        ("stored", "")
    }
    assert took < MOST_SECONDS * max(slower, slowness())
    assert usage.ru_maxrss * 1024 < MOST_MEMORY
    heavy = next(url for url, row in found.items() if (row.kind, row.reason) == ("quarantined", "timeout"))
    for url, body in ((heavy, HEAVY), (f"{base}/front-of-links-in-links", LINKS_IN_LINKS)):
        kept = duckdb.sql(f"SELECT body FROM '{data}/pages/**/*.parquet' WHERE url = '{url}'").fetchall()
        assert kept == [(body,)]
    print(took, usage.ru_maxrss)
