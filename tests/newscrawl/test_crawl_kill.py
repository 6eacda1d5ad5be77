"""kill -9 at any moment of a crawl: nothing is lost, and only what was on its way is fetched again."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from small_web import ROOT, Answer, Web, article

import newsdata

pytestmark = pytest.mark.network
LATENCY = 0.03  # seconds
PER_PAGE = 6  # articles of one page of a section
HOST_FILES = {"/robots.txt", "/.well-known/tdmrep.json"}


def kill_web(web: Web, articles: int, section_latency: float, sections: int = 2) -> list[str]:
    """A site of sections with pages, which are slow and so pace the crawl; returns the paths of its articles."""
    paths = [f"/2026/03/14/story-number-{number}-of-the-harbour" for number in range(articles)]
    web.routes["/robots.txt"] = Answer(b"User-agent: *\nDisallow:\n")
    web.routes["/"] = Answer(
        "".join(f'<a href="/part-{section}/">Part {section}</a>' for section in range(sections)).encode(),
        delay=LATENCY,
    )
    for section in range(sections):
        own = paths[section::sections]
        for page in range(0, len(own), PER_PAGE):
            links = "".join(
                f'<h2><a href="{path}">A story here</a></h2>' for path in own[page : page + PER_PAGE]
            )
            number = page // PER_PAGE + 1
            if page + PER_PAGE < len(own):
                links += f'<a rel="next" href="/part-{section}/?page={number + 1}">Older stories</a>'
            path = f"/part-{section}/" + (f"?page={number}" if number > 1 else "")
            page_of_section = f"<html><body>{links}</body></html>".encode()
            web.routes[path] = Answer(page_of_section, delay=section_latency)
    for number, path in enumerate(paths):
        web.routes[path] = Answer(article(f"Story {number}"), delay=LATENCY)
    return paths


@dataclass
class Killed:
    """What was seen over a crawl that was killed and begun again.

    Attributes:
        kills: Number of kills that hit a running crawl.
        on_the_way: For each kill, the paths that were asked for and had neither a stored page nor an outcome.
        runs: Number of runs.
    """

    kills: int = 0
    on_the_way: list[set[str]] = field(default_factory=list)
    runs: int = 0


def crawl_under_fire(
    web: Web, data: Path, articles: int, kills: int, longest: float, chance: random.Random
) -> Killed:
    """Run a crawl, kill it, run it again …, and at last let it come to its end.

    The kills are spread over the crawl by the pages that it has asked for; every fourth run lives up to
    `longest` seconds longer, so that kills also hit the midst of cleaning and storing.
    """
    command = [sys.executable, "-m", "scrapy", "crawl", "news", "-a", f"site={web.base()}"]
    for setting in (
        f"NEWSMILL_DATA={data}",
        "NEWSMILL_ALLOW_PRIVATE=127.0.0.1",
        "NEWSMILL_CLEAN_PROCESSES=1",
        "NEWSMILL_MAX_SECTION_PAGES=1000",
        "NEWSMILL_LEARN=0",  # articles cleaned again at the end are versions of their own
        "LOG_LEVEL=WARNING",
    ):
        command += ["-s", setting]
    seen = Killed()
    log = (data.parent / "log").open("w+")
    while True:
        seen.runs += 1
        assert seen.runs < 4 * kills + 4
        before = sum(web.hits.values())
        process = subprocess.Popen(command, cwd=ROOT, stderr=log, stdout=log, env=os.environ)
        if seen.kills < kills:
            left = articles - len(web.hits)
            more = chance.randint(1, max(1, left // (kills - seen.kills + 1)))
            patience = time.monotonic() + (chance.uniform(0, longest) if left < PER_PAGE else 60)
            while (
                process.poll() is None
                and sum(web.hits.values()) < before + more
                and time.monotonic() < patience
            ):
                time.sleep(0.01)
            time.sleep(chance.uniform(0, longest if seen.kills % 4 == 2 else 2 * LATENCY))
        else:
            process.wait(timeout=300)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            process.wait()
            time.sleep(2 * LATENCY)  # the server counts a request before it sleeps over it
            seen.kills += 1
            newsdata.recover(data)
            ended = {path for path, _ in outcomes_by_path(data)} | stored_pages(data).keys()
            asked = {path for _, path in web.hits if path not in HOST_FILES}
            seen.on_the_way.append(asked - ended)
            continue
        assert process.returncode == 0, log.read()
        log.seek(0)
        assert "ERROR" not in log.read()
        if seen.kills >= kills:
            return seen
        pytest.fail(f"the crawl ended after {seen.kills} kills; make it longer")


def outcomes_by_path(data: Path) -> list[tuple[str, str]]:
    with newsdata.connect(data) as connection:
        return connection.execute(
            "SELECT '/' || regexp_replace(requested_url, '^http://[^/]*/?', ''), kind FROM outcomes"
        ).fetchall()


def stored_pages(data: Path) -> Counter[str]:
    with newsdata.connect(data) as connection:
        rows = connection.execute(
            "SELECT '/' || regexp_replace(requested_url, '^http://[^/]*/?', '') FROM pages"
        ).fetchall()
    return Counter(path for (path,) in rows)


def check(web: Web, data: Path, paths: list[str], seen: Killed) -> str:
    """Nothing lost, nothing twice, only what was on its way fetched again; returns the figures."""
    told = Counter(path for path, _ in outcomes_by_path(data))
    stored = Counter(path for path, kind in outcomes_by_path(data) if kind == "stored")
    assert stored.keys() == set(paths)
    assert {path: kind for path, kind in outcomes_by_path(data) if told[path] > 1} == {}
    hits = Counter({path: number for (_, path), number in web.hits.items() if path not in HOST_FILES})
    assert told.keys() == hits.keys() | HOST_FILES  # one row of each, though each run asks for it
    again = {path: number - 1 for path, number in hits.items() if number > 1}
    on_the_way = Counter(path for each in seen.on_the_way for path in each)
    # to the letter: a URL is fetched again only as often as a kill caught it on its way
    assert {path: n for path, n in again.items() if n > on_the_way[path]} == {}
    with newsdata.connect(data) as connection:
        rows, ids = connection.execute("SELECT count(*), count(DISTINCT id) FROM articles").fetchall()[0]
        versions, _ = connection.execute("SELECT count(*), 0 FROM article_versions").fetchall()[0]
    assert rows == ids == len(paths)
    assert not list((data / "spool").iterdir())
    assert set(stored_pages(data).values()) == {1}
    return (
        f"{seen.kills} kills, {len(paths)} articles: {len(stored)} stored, "
        f"{versions - rows} rows more in article_versions, {hits.total()} requests for {len(hits)} URLs, "
        f"{sum(again.values())} again, {on_the_way.total()} were on their way at a kill"
    )


def test_a_killed_crawl_goes_on_where_it_was(web: Web, tmp_path: Path) -> None:
    paths = kill_web(web, 100, 0.1)
    seen = crawl_under_fire(web, tmp_path / "data", 100, 3, 2.0, random.Random(5))
    check(web, tmp_path / "data", paths, seen)


@pytest.mark.soak
def test_a_hundred_kills(web: Web, tmp_path: Path) -> None:
    paths = kill_web(web, 1200, 1.0)
    seen = crawl_under_fire(web, tmp_path / "data", 1200, 100, 4.5, random.Random(7))
    print(check(web, tmp_path / "data", paths, seen))
