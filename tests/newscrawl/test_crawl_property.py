"""Random webs, random faults, random kills: every fetch has its outcome, every article its `stored`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from small_web import ROOT, Answer, Web, article

import newsdata

pytestmark = pytest.mark.network

Fault = Literal[
    "", "404", "410", "500", "flaky", "drop", "moved", "loop", "offsite", "empty", "binary", "forbidden", "same", "surrogates"
]  # fmt: skip
FAULTS: tuple[Fault, ...] = (
    "", "404", "410", "500", "flaky", "drop", "moved", "loop", "offsite", "empty", "binary", "forbidden", "same", "surrogates",
)  # fmt: skip
# How often a page is asked for by a crawl that nobody kills.
TIMES = {"500": 3, "flaky": 2, "drop": 3, "forbidden": 0}
STORED = {"", "flaky", "moved", "surrogates"}


def build(web: Web, pages: list[tuple[Fault, int]]) -> dict[str, Fault]:
    """Routes of a site: each page has a fault, and a source that names it (front page, one of two sections, sitemap)."""
    paths: dict[str, Fault] = {}
    named: dict[int, list[str]] = {0: [], 1: [], 2: [], 3: []}
    moved: dict[str, Answer] = {}
    for number, (fault, source) in enumerate(pages):
        path = f"/2026/03/14/{fault or 'plain'}-story-{number}"
        paths[path] = fault
        named[source].append(path)
        page = article(f"Story {number}")
        html = {"Content-Type": "text/html; charset=utf-8"}
        moved[path] = Answer(page)
        web.routes[path] = {
            "": Answer(page),
            "404": Answer(b"", 404),
            "410": Answer(b"", 410),
            "500": Answer(b"", 500),
            "flaky": lambda hit, page=page: Answer(page) if hit > 1 else Answer(b"", 503),
            "drop": Answer(page, sent=200),
            "moved": Answer(b"", 301, {"Location": f"{path}-its-new-place"}),
            "loop": Answer(b"", 302, {"Location": path}),
            "offsite": Answer(b"", 302, {"Location": "http://127.0.0.9:9/a-story"}),
            "empty": Answer(b""),
            "binary": Answer(b"%PDF-1.4", headers={"Content-Type": "application/pdf"}),
            "forbidden": Answer(page),
            "same": Answer(
                article(
                    f"Story {number}", f'<link rel="canonical" href="{web.base()}/2026/03/14/plain-story-0">'
                )
            ),
            "surrogates": Answer(
                article(f"Story {number} \ufffe", "<meta name=description content='a&#0;b&#xD800;c'>"),
                headers=html,
            ),
        }[fault]
        web.routes[f"{path}-its-new-place"] = Answer(page)
    links = {
        source: "".join(f'<h2><a href="{path}">The story of {path[-9:]}</a></h2>' for path in each)
        for source, each in named.items()
    }
    sections = "".join(f'<a href="/{name}/">{name}</a>' for name in ("harbour", "town"))
    locations = "".join(f"<url><loc>{web.base()}{path}</loc></url>" for path in named[3])
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    web.routes |= {
        "/robots.txt": Answer(
            f"User-agent: *\nDisallow: /2026/03/14/forbidden\nSitemap: {web.base()}/map.xml\n".encode()
        ),
        "/": Answer(f"<html><body>{sections}{links[0]}</body></html>".encode()),
        "/harbour/": Answer(f"<html><body>{links[1]}</body></html>".encode()),
        "/town/": Answer(f"<html><body>{links[2]}</body></html>".encode()),
        "/map.xml": Answer(
            f"<urlset {space}>{locations}</urlset>".encode(), headers={"Content-Type": "text/xml"}
        ),
    }
    return paths


def crawl(web: Web, data: Path, kill_after: int | None) -> int:
    command = [sys.executable, "-m", "scrapy", "crawl", "news", "-a", f"site={web.base()}/"]
    for setting in (
        f"NEWSMILL_DATA={data}", "NEWSMILL_ALLOW_PRIVATE=127.0.0.1", "NEWSMILL_CLEAN_PROCESSES=1", "LOG_LEVEL=ERROR",
    ):  # fmt: skip
        command += ["-s", setting]
    before = sum(web.hits.values())
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, env=os.environ) as process:
        if kill_after is not None:
            deadline = time.monotonic() + 60
            while process.poll() is None and sum(web.hits.values()) < before + kill_after:
                assert time.monotonic() < deadline
                time.sleep(0.01)
            process.send_signal(signal.SIGKILL)
        _, log = process.communicate(timeout=120)
    assert kill_after is not None or "Traceback" not in log, log
    return process.returncode


webs = st.lists(st.tuples(st.sampled_from(FAULTS), st.integers(0, 3)), min_size=8, max_size=24).map(
    lambda pages: [("", 0), *pages]  # the page that `same` names
)


@settings(max_examples=1, database=None, suppress_health_check=list(HealthCheck))
@example(pages=[("", 0), *((fault, place % 4) for place, fault in enumerate(FAULTS))], kill_after=12)
@given(webs, st.one_of(st.none(), st.integers(1, 25)))
def test_outcomes_sum_to_fetches_and_articles_to_stored(
    pages: list[tuple[Fault, int]], kill_after: int | None
) -> None:
    check(pages, kill_after)


@pytest.mark.soak
@settings(max_examples=25, database=None, suppress_health_check=list(HealthCheck))
@given(webs, st.one_of(st.none(), st.integers(1, 25)))
def test_outcomes_sum_to_fetches_in_many_webs(pages: list[tuple[Fault, int]], kill_after: int | None) -> None:
    check(pages, kill_after)


def check(pages: list[tuple[Fault, int]], kill_after: int | None) -> None:
    web = Web()
    try:
        paths = build(web, pages)
        with TemporaryDirectory() as folder:
            data = Path(folder) / "data"
            if kill_after is not None:
                crawl(web, data, kill_after)
            assert crawl(web, data, None) == 0
            compare(web, data, paths, was_killed=kill_after is not None)
    finally:
        web.close()


def compare(web: Web, data: Path, paths: dict[str, Fault], *, was_killed: bool) -> None:
    with newsdata.connect(data) as connection:
        rows = connection.execute(
            "SELECT regexp_replace(requested_url, '^http://[^/]*', ''), kind, reason, article_id FROM outcomes"
        ).fetchall()
        ids = Counter(key for (key,) in connection.execute("SELECT id FROM articles").fetchall())
    told = Counter(path for path, *_ in rows)
    assert set(told.values()) == {1}, "a URL has two outcomes"
    fetched = {path for _, path in web.hits}
    # whatever was fetched has its outcome: by its own URL, or by the one that redirected to it
    hops = {f"{path}-its-new-place" for path in paths}
    assert fetched - hops <= told.keys()
    # and whatever has an outcome was fetched, or forbidden
    assert told.keys() - fetched <= {path for path, fault in paths.items() if fault == "forbidden"}
    assert paths.keys() <= told.keys(), "an article has no outcome"
    by_path = {path: (kind, reason) for path, kind, reason, _ in rows}
    assert {path for path, fault in paths.items() if fault in STORED} <= {
        path for path, (kind, _) in by_path.items() if kind == "stored"
    } | {"/2026/03/14/plain-story-0"}
    # articles sum to `stored`
    stored = Counter(key for *_, kind, _, key in rows if kind == "stored")
    assert stored == ids
    if not was_killed:
        wrong = {
            path: (fault, web.hits["127.0.0.1", path])
            for path, fault in paths.items()
            if web.hits["127.0.0.1", path] != TIMES.get(fault, 1)
        }
        assert wrong == {}
