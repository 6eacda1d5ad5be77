"""What it costs to crawl a site again whose articles are unchanged: CPU of the second crawl against the first.

nice python benchmarks/recrawl.py [ARTICLES] [PAIRS]

A server on loopback answers each article with its ETag, and 304 to whoever sends it. Both crawls are commands of
their own, with all the processes that clean for them; the second asks for every article again.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path

import newsdata

ARTICLES = 2_000
PAIRS = 1
_SET_CHILD_SUBREAPER = 36  # of prctl(2)
_PARAGRAPHS = 14  # some 700 words, an ordinary article
_WORDS = (
    "harbour board pilots crews quay dredging minutes budget ferry council tide survey berth lease".split()
)


class Site(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    articles = 0
    day = f"{datetime.now(UTC):%Y/%m/%d}"

    def do_GET(self) -> None:
        number = self.path.rpartition("-")[2]
        if self.path == "/":
            links = (f"<li><a href=/{self.day}/story-of-the-quay-{n}>Story {n} of the quay, at length</a></li>"
                     for n in range(self.articles))  # fmt: skip
            self._answer(200, f"<html><body><main><ul>{''.join(links)}</ul></main></body></html>".encode())
        elif "story-of-the-quay" not in self.path:
            self._answer(404, b"")
        elif self.headers.get("If-None-Match") == f'"{number}"':
            self._answer(304, b"")
        else:
            self._answer(200, page(int(number)), f'"{number}"')

    def _answer(self, status: int, body: bytes, tag: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        if tag:
            self.send_header("ETag", tag)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def page(number: int) -> bytes:
    """An article of its own words, on a page of some 45 kB with menu, teasers and script, as is usual."""
    paragraphs = []
    for place in range(_PARAGRAPHS):
        words = [
            _WORDS[(number * 7 + place * 5 + word * (1 + number % 11)) % len(_WORDS)] for word in range(46)
        ]
        paragraphs.append(f"<p>On day {place} of story {number} the {' '.join(words)} were heard.</p>")
    menu = "".join(f"<li class=menu-item><a href=/section/{n}>Section {n}</a></li>" for n in range(60))
    teasers = "".join(
        f"<div class=teaser><div class=teaser-image><img src=/i/{n}.jpg alt=''></div><h3><a href=/section/{n}/more>"
        f"More of the {_WORDS[(number + n) % len(_WORDS)]} {n}</a></h3><p>A short word on it.</p></div>"
        for n in range(80)
    )
    script = f"<script>window.state = {{{','.join(f'key{n}: {number * n}' for n in range(1500))}}}</script>"
    return (
        f"<!doctype html><html lang=en><head><title>Story {number} of the quay</title></head><body>"
        f"<nav><ul>{menu}</ul></nav><main><article><h1>Story {number} of the quay</h1>{''.join(paragraphs)}"
        f"</article></main><aside>{teasers}</aside>{script}<footer>Imprint</footer></body></html>"
    ).encode()


def serve(articles: int, port: Connection) -> None:
    """Serve the site, in a process of its own: its CPU is not the crawl's."""
    Site.articles = articles
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads = True
    port.send(server.server_address[1])
    server.serve_forever()


def cpu_of_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def crawl(site: str, folder: Path, ours: set[int]) -> float:
    """Run one crawl; the CPU seconds of all its processes.

    Args:
        site: The site.
        folder: Where to.
        ours: Children of this process that are no part of it.
    """
    before = cpu_of_children()
    command = [sys.executable, "-m", "newsmill", "crawl", site, "--allow-private", "127.0.0.1"]
    done = subprocess.run(
        [*command, "--revisit", "always.toml", "--data", "data"],
        cwd=folder, capture_output=True, text=True, check=False, env=dict(os.environ),
    )  # fmt: skip
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    left = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    for child in map(int, left):  # the processes that cleaned: their CPU counts once they are waited for
        if child not in ours:
            os.waitpid(child, 0)
    return cpu_of_children() - before


def counts(data: Path) -> dict[str, int]:
    """Outcomes by kind, sources aside."""
    with newsdata.connect(data) as connection:
        return dict(
            connection.sql(
                "SELECT kind, count(*) FROM outcomes WHERE reason NOT IN ('source', 'no-source') GROUP BY kind"
            ).fetchall()
        )


def main() -> None:
    articles = int(sys.argv[1]) if len(sys.argv) > 1 else ARTICLES
    pairs = int(sys.argv[2]) if len(sys.argv) > 2 else PAIRS
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(articles, theirs), daemon=True)
    server.start()
    ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)  # what a crawl leaves behind becomes our child
    kept = set(map(int, Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()))
    site = f"http://127.0.0.1:{ours.recv()}/"
    for _ in range(pairs):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "always.toml").write_text('[[rule]]\nevery = "0 seconds"\n')
            first = crawl(site, Path(folder), kept)
            second = crawl(site, Path(folder), kept)
            told = counts(Path(folder) / "data")
            print(
                f"{articles} articles: first crawl {first:.1f} s of CPU ({told.get('stored', 0)} stored), "
                f"again {second:.1f} s ({told.get('unchanged', 0)} unchanged), ratio {second / first:.3f}"
            )
    server.terminate()


if __name__ == "__main__":
    main()
