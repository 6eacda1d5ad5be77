"""How much memory a site with a great many URLs in its sitemaps costs, and how soon its first article comes.

    python benchmarks/sitemaps.py [--urls 1000000] [--single | --nested] [--articles 50]

Serves a site on loopback whose sitemap is an index of files with 50,000 URLs each (with --single, one file, which
breaks the protocol's limit; with --nested, an index of indexes of 20 files each), crawls it until so many articles
are stored, and prints the peak of the crawler's resident memory without its cleaning processes, and the seconds to
the first article's request.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

MAX_URLS = 50_000
NESTED = 20  # files of a nested index
ROOT = Path(__file__).parents[1]


def sitemap(base: str, first: int, number: int) -> bytes:
    """A packed sitemap; the younger the article, the higher its number."""
    rows = "".join(
        f"<url><loc>{base}/world/story-{each}-of-the-harbour-and-the-sea</loc>"
        f"<lastmod>{2000 + each * 25 // 1_000_000}-01-{1 + each % 28:02}</lastmod></url>"
        for each in range(first, first + number)
    )
    return gzip.compress(
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'.encode(), 1
    )


def page(path: str) -> bytes:
    """An article of its own."""
    text = "".join(
        f"<p>{path}: on day {day} the board met, heard the pilots and put off its vote.</p>"
        for day in range(9)
    )
    return f"<!doctype html><html><head><title>{path}</title></head><body><article><h1>{path}</h1>{text}".encode()


class Site(ThreadingHTTPServer):
    """The site; each of its files is made when it is asked for first."""

    daemon_threads = True

    def __init__(self, urls: int, single: bool, nested: bool) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server_address[1]}"
        self.first_article: float | None = None
        size = urls if single else MAX_URLS
        self.made: dict[str, bytes] = {}
        self.files: dict[str, Callable[[], bytes]] = {
            f"/map-{first // size}.xml.gz": partial(sitemap, self.base, first, min(size, urls - first))
            for first in range(0, urls, size)
        }
        children = list(self.files)
        if nested:
            indexes = {
                f"/index-{first // NESTED}.xml": partial(self.index, children[first : first + NESTED])
                for first in range(0, len(children), NESTED)
            }
            self.files |= indexes
            children = list(indexes)
        self.files |= {"/sitemap.xml": partial(self.index, children), "/": lambda: b"<p>Nothing</p>"}

    def index(self, children: list[str]) -> bytes:
        """A sitemap of sitemaps."""
        rows = "".join(f"<sitemap><loc>{self.base}{name}</loc></sitemap>" for name in children)
        return f"<sitemapindex>{rows}</sitemapindex>".encode()

    def file(self, path: str) -> bytes | None:
        """A file; None if there is none there."""
        if path not in self.made and path in self.files:
            self.made[path] = self.files[path]()
        return self.made.get(path)


class Handler(BaseHTTPRequestHandler):
    """Answers for :class:`Site`."""

    def do_GET(self) -> None:
        """Answer with a file of the site, an article, or 404."""
        site = self.server
        assert isinstance(site, Site)
        body = site.file(self.path)
        if body is None and "/story-" in self.path:
            site.first_article = site.first_article or time.monotonic()
            body = page(self.path)
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Type", "application/gzip" if self.path.endswith(".gz") else "text/html")
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def measure(urls: int, *, single: bool, nested: bool, articles: int) -> dict[str, float]:
    """Crawl such a site.

    Args:
        urls: How many URLs its sitemaps name.
        single: All in one file.
        nested: In an index of indexes.
        articles: How many articles to store.

    Returns:
        ``peak_mb`` of the crawler's process, ``first_article_s`` since its start, ``first_article_cpu_s`` of that the
        crawler's own CPU time, ``stored``, ``seconds``.
    """
    site = Site(urls, single, nested)
    threading.Thread(target=site.serve_forever, args=(0.05,), daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        options = {
            "NEWSMILL_DATA": folder,
            "NEWSMILL_ALLOW_PRIVATE": "127.0.0.1",
            "NEWSMILL_CLEAN_PROCESSES": "1",
        }
        command = [
            sys.executable,
            "-m",
            "scrapy",
            "crawl",
            "news",
            "-a",
            f"site={site.base}",
            "-a",
            f"max_articles={articles}",
        ]
        for name, value in options.items():
            command += ["-s", f"{name}={value}"]
        began, peak, cpu = time.monotonic(), 0.0, 0.0
        with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr is not None
            log: list[str] = []
            threading.Thread(target=lambda: log.extend(process.stderr or ()), daemon=True).start()
            while process.poll() is None:
                status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
                found = re.search(r"VmHWM:\s+(\d+) kB", status)
                if site.first_article and not cpu:
                    fields = (
                        Path(f"/proc/{process.pid}/stat")
                        .read_text(encoding="ascii")
                        .rpartition(")")[2]
                        .split()
                    )
                    cpu = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
                peak = max(peak, int(found[1]) / 1000) if found else peak
                time.sleep(0.2)
        ended = time.monotonic()
        stored = sum(
            line.count("'newsmill/stored'") and int(re.sub(r"\D", "", line.rpartition(":")[2]))
            for line in log
        )
    site.shutdown()
    return {
        "peak_mb": round(peak, 1),
        "first_article_s": round((site.first_article or ended) - began, 1),
        "first_article_cpu_s": round(cpu, 1),
        "stored": stored,
        "seconds": round(ended - began, 1),
    }


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--urls", type=int, default=1_000_000)
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--single", action="store_true")
    shape.add_argument("--nested", action="store_true")
    parser.add_argument("--articles", type=int, default=50)
    given = parser.parse_args()
    shape_of = {"single": given.single, "nested": given.nested}
    print(json.dumps(measure(given.urls, **shape_of, articles=given.articles)))


if __name__ == "__main__":
    main()
