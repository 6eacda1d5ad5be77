"""Hosts that cannot be talked to: each in its own way, each with its own reason."""

import socket
from pathlib import Path

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
        settings = {"DOWNLOAD_TIMEOUT": "2", "RETRY_TIMES": "0", "NEWSMILL_ROBOTS_RETRY_DELAYS": ""}
        done = scrapy_crawl("urls", tmp_path / "data", f"file={listed}", settings=settings)
    assert done.returncode == 0, done.stderr
    found = outcomes(tmp_path / "data")
    assert {url: (row.kind, row.reason) for url, row in found.items()} == expected
