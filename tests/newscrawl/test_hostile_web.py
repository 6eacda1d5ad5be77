"""Every wrong answer ends as an outcome in time, and the next page works."""

import os
import subprocess
import time
from pathlib import Path

import duckdb
import pytest
from hostile_web import HEAVY, WRONGS, HostileWeb
from small_web import ROOT, outcomes, scrapy_command

pytestmark = pytest.mark.network
MOST_SECONDS = 120  # on a busy machine; alone it takes a fifth
MOST_MEMORY = 700_000_000  # bytes; the crawl's own process


def expected(name: str) -> frozenset[tuple[str, str]]:
    outcome = WRONGS[name].outcome
    return outcome if isinstance(outcome, frozenset) else frozenset({outcome})


def test_no_answer_harms_the_crawl(tmp_path: Path) -> None:
    assert len(WRONGS) >= 40
    web = HostileWeb()
    urls = dict(web.urls())
    listed, data = tmp_path / "urls.txt", tmp_path / "data"
    listed.write_text("\n".join(urls))
    settings = {
        "DOWNLOAD_TIMEOUT": "5",
        "RETRY_TIMES": "0",
        "CONCURRENT_REQUESTS_PER_DOMAIN": "32",
        "NEWSMILL_CLEAN_TIMEOUT": "5",
        "NEWSMILL_CLEAN_PROCESSES": "2",
    }
    command = scrapy_command("urls", data, f"file={listed}", settings=settings)
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
    found = outcomes(data)
    ended = {name: (found[url].kind, found[url].reason) for url, name in urls.items() if name}
    unexpected = {name: end for name, end in ended.items() if end not in expected(name)}
    assert not unexpected
    assert {(found[url].kind, found[url].reason) for url, name in urls.items() if not name} == {
        ("stored", "")
    }
    assert took < MOST_SECONDS
    assert usage.ru_maxrss * 1024 < MOST_MEMORY
    quarantined = next(url for url, row in found.items() if row.kind == "quarantined")
    kept = duckdb.sql(f"SELECT body FROM '{data}/pages/**/*.parquet' WHERE url = '{quarantined}'").fetchall()
    assert kept == [(HEAVY,)]
    print(took, usage.ru_maxrss)
