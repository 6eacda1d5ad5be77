"""Hosts that cannot be talked to: each in its own way, each with its own reason."""

import socket
from itertools import pairwise
from pathlib import Path
from time import monotonic as clock

import pytest
from small_web import Answer, Web, article, outcomes, scrapy_crawl

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
        settings = {"DOWNLOAD_TIMEOUT": "2", "RETRY_TIMES": "0"}
        done = scrapy_crawl("urls", tmp_path / "data", f"file={listed}", settings=settings)
    assert done.returncode == 0, done.stderr
    found = outcomes(tmp_path / "data")
    assert {url: (row.kind, row.reason) for url, row in found.items()} == expected


def test_a_host_that_asks_for_patience_gets_it(web: Web, tmp_path: Path) -> None:
    """Crawl-delay spaces the requests; Retry-After holds the next one back."""
    moments: dict[str, list[float]] = {}

    def timed(name: str) -> None:
        def answer(hit: int) -> Answer:
            moments.setdefault(name, []).append(clock())
            return (
                Answer(b"", 503, {"Retry-After": "2"})
                if hit == 1 and name == "busy"
                else Answer(article(name))
            )

        web.routes[f"/2026/03/14/{name}-story-here-now"] = answer

    web.routes["/robots.txt"] = Answer(b"User-agent: newsmill\nCrawl-delay: 0.4\n")
    listed = tmp_path / "urls.txt"
    names = ("busy", "first", "second")
    for name in names:
        timed(name)
    listed.write_text("\n".join(f"{web.base()}/2026/03/14/{name}-story-here-now" for name in names))
    done = scrapy_crawl("urls", tmp_path / "data", f"file={listed}")
    assert done.returncode == 0, done.stderr
    assert {row.kind for row in outcomes(tmp_path / "data").values()} == {"stored"}
    times = sorted(moment for each in moments.values() for moment in each)
    assert min(after - before for before, after in pairwise(times)) > 0.35
    busy = moments["busy"][0]
    assert all(moment - busy > 1.9 for moment in times if moment > busy)
