"""SIGTERM and SIGINT: the crawl ends within five seconds, and what has an outcome is stored."""

import io
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from small_web import ROOT, Answer, Web, article, outcomes, scrapy_command, slowness

pytestmark = pytest.mark.network
ARTICLES = 60


SCRAPY = [sys.executable, "-m", "scrapy", "crawl", "news", "-s", "NEWSMILL_CLEAN_PROCESSES=1"]
NEWSMILL = [sys.executable, "-m", "newsmill", "crawl"]


MOST_SECONDS = 5  # until the crawl has ended, on a machine that has nothing else to do
LONGEST_WAIT = 150  # seconds, until a test is given up


def wait_until(process: subprocess.Popen[str], is_so: Callable[[], bool]) -> None:
    """Wait for a state that a process comes to."""
    deadline = time.monotonic() + LONGEST_WAIT
    while not is_so():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_crawl_with_everything_stored(
    web: Web, tmp_path: Path, stop: signal.Signals
) -> None:
    links = "".join(f'<a href="/2026/03/14/story-number-{number}">S</a>' for number in range(ARTICLES))
    web.routes["/"] = Answer(f"<html><body>{links}</body></html>".encode())
    for number in range(ARTICLES):
        # the later half never answers in time, as on a site that has gone bad
        late = number >= ARTICLES // 2
        web.routes[f"/2026/03/14/story-number-{number}"] = Answer(
            article(f"Story {number}"), delay=30 if late else 0.05
        )
    data = tmp_path / "data"
    if stop == signal.SIGTERM:  # as a service manager stops a spider
        command = [
            *SCRAPY,
            "-a",
            f"site={web.base()}",
            "-s",
            f"NEWSMILL_DATA={data}",
            "-s",
            "NEWSMILL_ALLOW_PRIVATE=127.0.0.1",
        ]
    else:  # as a person stops the command
        command = [*NEWSMILL, web.base(), "--data", str(data), "--allow-private", "127.0.0.1"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, env=os.environ) as process:
        # the cleaner is at work: its start alone takes seconds
        wait_until(
            process,
            lambda: sum(web.hits.values()) >= ARTICLES // 2 + 8 and any(data.glob("spool/*.articles.jsonl")),
        )
        process.send_signal(stop)
        began = time.monotonic()
        _, log = process.communicate(timeout=LONGEST_WAIT)
        assert time.monotonic() - began < MOST_SECONDS * slowness()
    if stop == signal.SIGTERM:
        assert process.returncode == 0, log
        assert re.search(r"Spider closed \(shutdown\)", log)
    else:
        assert process.returncode == 130, log
        assert "newsmill: stopped; what was fetched is stored" in log
    found = outcomes(data)
    assert {row.kind for row in found.values()} == {"stored"}
    # each of those that came has its outcome; those that never came have none
    assert len(found) >= ARTICLES // 2 - 8
    stored = duckdb.sql(f"SELECT count(DISTINCT id) FROM '{data}/articles/**/*.parquet'").fetchall()
    assert stored == [(len(found),)]
    assert not list((data / "spool").iterdir())


@pytest.mark.parametrize("moment", ["robots.txt is waited for", "the crawl is ending"])
def test_a_signal_is_heard_whatever_the_crawl_waits_for(web: Web, tmp_path: Path, moment: str) -> None:
    links = "".join(f'<a href="/2026/03/14/story-number-{number}">S</a>' for number in range(20))
    web.routes["/"] = Answer(f"<html><body>{links}</body></html>".encode())
    for number in range(20):
        web.routes[f"/2026/03/14/story-number-{number}"] = Answer(article(f"Story {number}"))
    is_ending = moment == "the crawl is ending"
    if not is_ending:
        web.routes["/robots.txt"] = Answer(status=503)
    data = tmp_path / "data"
    command = scrapy_command("news", data, f"site={web.base()}")
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert isinstance(process.stderr, io.TextIOBase)
        if is_ending:
            for line in process.stderr:
                if "Closing spider (finished)" in line:
                    break
        else:
            wait_until(process, lambda: bool(web.hits))
            time.sleep(0.5)
        process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        _, log = process.communicate(timeout=LONGEST_WAIT)
        assert time.monotonic() - began < MOST_SECONDS * slowness()
    assert process.returncode == 0, log
    assert f"Spider closed ({'finished' if is_ending else 'shutdown'})" in log
    found = outcomes(data) if list(data.glob("outcomes/**/*.parquet")) else {}
    assert len(found) == (20 if is_ending else 0), found
    assert not list((data / "spool").iterdir())
