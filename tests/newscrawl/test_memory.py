"""A crawl's memory does not grow with the pages it has seen: neither its own process nor those that clean."""

import json
import os
import random
import sqlite3
import subprocess
import time
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb
import pytest
from small_web import ROOT, Answer, Web, scrapy_command

pytestmark = [
    pytest.mark.network,
    pytest.mark.skipif(
        not Path("/proc/self/statm").exists(), reason="asks Linux how much memory a process has"
    ),
]
DAY = "/2026/03/14"


@cache
def vocabulary() -> list[str]:
    choose = random.Random(11)
    syllables = "ba co du fe gi ho ju ka le mi no pu ra se ti vo wa ze".split()
    return ["".join(choose.choices(syllables, k=choose.randint(1, 5))) for _ in range(20_000)]


def page(number: int) -> bytes:
    """A page like no other: its own words, of its own length, with its own links, names and dates."""
    choose = random.Random(number)
    words = vocabulary()

    def sentence() -> str:
        return " ".join(choose.choices(words, k=choose.randint(5, 25))).capitalize() + "."

    title = " ".join(choose.choices(words, k=7)).capitalize()
    paragraphs = "".join(
        f"<p>{' '.join(sentence() for _ in range(choose.randint(1, 5)))}</p>"
        for _ in range(choose.randint(4, 25))
    )
    related = "".join(f'<li><a href="/{choose.choice(words)}-{n}">{sentence()}</a></li>' for n in range(20))
    name = f"{choose.choice(words).title()} {choose.choice(words).title()}"
    data = {
        "@type": "NewsArticle",
        "headline": title,
        "author": [{"@type": "Person", "name": name}],
        "datePublished": f"2026-0{choose.randint(1, 9)}-{choose.randint(10, 28)}T08:00:{number % 60:02}Z",
    }
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{title}</title>"
        f'<script type="application/ld+json">{json.dumps(data)}</script></head><body class="p{number}">'
        f"<nav><a href=/>Home</a></nav><main><article><h1>{title}</h1><p class=byline>By {name}</p>{paragraphs}"
        f'<figure><img src="/{number}.jpg" alt="{sentence()}"><figcaption>{sentence()}</figcaption></figure>'
        f"</article><aside><ul>{related}</ul></aside></main><footer>Imprint</footer></body></html>"
    ).encode()


@dataclass(frozen=True)
class Reading:
    """Memory in KiB after a number of pages: the crawl's own process, and all that it started."""

    pages: int
    crawl: int
    workers: int


def resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_bytes().split()[1]) * os.sysconf("SC_PAGESIZE") // 1024
    except (OSError, IndexError):  # it has ended
        return 0


def descendants(pid: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError):  # it has ended
                continue
            parents.setdefault(parent, []).append(int(entry.name))
    found: list[int] = []
    waiting = [pid]
    while waiting:
        children = parents.get(waiting.pop(), [])
        found += children
        waiting += children
    return found


def articles_in(data: Path) -> int:
    """How many articles a running crawl has stored: pages are fetched long before they are cleaned."""
    try:
        with closing(sqlite3.connect(f"file:{data / 'state.sqlite'}?mode=ro", uri=True)) as state:
            return int(state.execute("SELECT count(*) FROM stored_articles").fetchone()[0])
    except sqlite3.OperationalError:  # not there yet
        return 0


def slope(readings: list[Reading], part: str) -> float:
    """KiB a thousand pages, by least squares."""
    xs = [reading.pages / 1000 for reading in readings]
    ys = [float(getattr(reading, part)) for reading in readings]
    middle_x, middle_y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - middle_x) ** 2 for x in xs)
    return sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys, strict=True)) / spread


@pytest.mark.parametrize(
    ("pages", "warm", "most_crawl", "most_workers"),
    [
        # KiB a thousand pages; a few hundred pages only show a leak of whole pages
        (300, 100, 30_000, 30_000),
        # the first sealing of files takes its memory once; what comes behind it is measured
        pytest.param(20_000, 8_000, 2_000, 1_500, marks=pytest.mark.soak),
    ],
)
def test_memory_is_flat(
    web: Web, tmp_path: Path, pages: int, warm: int, most_crawl: float, most_workers: float
) -> None:
    for number in range(pages):
        web.routes[f"{DAY}/story-number-{number}"] = lambda _, number=number: Answer(page(number))
    listed, data = tmp_path / "urls.txt", tmp_path / "data"
    listed.write_text("\n".join(f"{web.base()}{DAY}/story-number-{number}" for number in range(pages)))
    readings: list[Reading] = []
    log = (tmp_path / "log.txt").open("wb")
    command = scrapy_command("urls", data, f"file={listed}", settings={"LOG_LEVEL": "ERROR"})
    with log, subprocess.Popen(command, cwd=ROOT, stderr=log) as crawl:
        while crawl.poll() is None:
            time.sleep(0.2 if pages < 1000 else 2)
            cleaned = articles_in(data)
            if cleaned >= warm:
                workers = sum(resident(pid) for pid in descendants(crawl.pid))
                readings.append(Reading(cleaned, resident(crawl.pid), workers))
    assert crawl.returncode == 0, (tmp_path / "log.txt").read_text()
    stored = duckdb.sql(f"SELECT count(*) FROM '{data}/articles/**/*.parquet'").fetchall()
    assert stored == [(pages,)]
    readings = [reading for reading in readings if reading.pages < pages and reading.workers]  # not its end
    figures = {part: round(slope(readings, part)) for part in ("crawl", "workers")}
    print(f"{pages} pages: KiB a thousand pages {figures}, first {readings[0]}, last {readings[-1]}")
    if log_file := os.environ.get("NEWSMILL_MEMORY_LOG"):
        Path(log_file).write_text("\n".join(f"{r.pages}\t{r.crawl}\t{r.workers}" for r in readings))
    assert figures["crawl"] < most_crawl
    assert figures["workers"] < most_workers
