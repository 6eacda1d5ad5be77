"""The frontier with a million pending URLs: cost of each, memory, and the restart of such a crawl.

python benchmarks/frontier.py [URLS]

Fills the frontier of a crawl in a process of its own, then starts `scrapy crawl news` with the same plan against
a server on loopback, and measures how long it takes from the start of the command to its first article.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import newsdata
from newsdata.writer import make_folders

URLS = 1_000_000
HOSTS = 50
RUN_ON = 10.0  # seconds after the first article until the crawl's memory is read


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    first_article = threading.Event()

    def do_GET(self) -> None:
        if self.path != "/robots.txt":
            self.first_article.set()
        self.send_response(404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def megabytes_at_most() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def fill(data: Path, site: str, count: int) -> None:
    """Take `count` URLs on, as a crawl does; print what each costs."""
    from newscrawl.frontier import Frontier, Target
    from newscrawl.spiders.news import NewsSpider

    make_folders(data)
    plan = NewsSpider(site=site).plan
    before = megabytes_at_most()
    with newsdata.open_frontier(data, plan=plan, crawl_id="benchmark") as store:
        frontier = Frontier()
        frontier.keep_in(store)
        frontier.claim(site)
        frontier.add(Target("front", site, "front"), 50)
        store.end(site, "skipped", "source")
        store.sites = ("127.0.0.1",)
        began, processor = time.perf_counter(), time.process_time()
        for number in range(count):
            url = f"http://127.0.{number % HOSTS}.2:{site.rpartition(':')[2].strip('/')}/2026/03/14/a-story-of-the-harbour-{number}"
            if frontier.claim_article(url):
                frontier.add(Target("article", url, "sitemap:https://news.example/sitemap.xml"), 20)
        store.commit()
        took, used = time.perf_counter() - began, time.process_time() - processor
        print(f"take on {count} URLs: {used / count * 1e6:.1f} µs CPU each ({took:.0f} s in all)")
        again = time.process_time()
        for number in range(0, count, 100):
            url = f"http://127.0.{number % HOSTS}.2:{site.rpartition(':')[2].strip('/')}/2026/03/14/a-story-of-the-harbour-{number}"
            assert not frontier.claim_article(url)
        print(f"refuse one that is known: {(time.process_time() - again) / (count / 100) * 1e6:.1f} µs CPU")
    print(f"memory: {megabytes_at_most():.0f} MB at most, {before:.0f} MB of it Python and libraries")
    size = sum(path.stat().st_size for path in data.glob("state.sqlite*"))
    print(f"on disk: {size / count:.0f} bytes a URL")


def drain(data: Path, site: str, count: int) -> None:
    """Give out and end a tenth of the targets; print what each costs."""
    from newscrawl.spiders.news import NewsSpider

    began = time.perf_counter()
    with newsdata.open_frontier(data, plan=NewsSpider(site=site).plan, crawl_id="other") as store:
        target = store.next_target(lambda _: False)
        print(f"open and give out the first: {time.perf_counter() - began:.2f} s")
        processor = time.process_time()
        ended = 0
        while target is not None and ended < count // 10:
            store.end(target.url, "failed", "http-404")
            ended += 1
            if ended % 64 == 0:
                store.commit()
            target = store.next_target(lambda _: False)
        print(f"give out and end: {(time.process_time() - processor) / ended * 1e6:.1f} µs CPU each")
    print(f"memory: {megabytes_at_most():.0f} MB at most")


def restart(data: Path, site: str) -> None:
    """Start the crawl and print how long it takes to its first article, and its memory."""
    hosts = ",".join(["127.0.0.1", *(f"127.0.{number}.2" for number in range(HOSTS))])
    command = [sys.executable, "-m", "scrapy", "crawl", "news", "-a", f"site={site}"]
    for setting in (f"NEWSMILL_DATA={data}", f"NEWSMILL_ALLOW_PRIVATE={hosts}", "LOG_LEVEL=WARNING"):
        command += ["-s", setting]
    began = time.perf_counter()
    with subprocess.Popen(command, cwd=Path(__file__).parents[1]) as process:
        assert Handler.first_article.wait(120), "no article was asked for"
        print(f"restart of the crawl to its first article: {time.perf_counter() - began:.1f} s")
        time.sleep(RUN_ON)
        status = Path(f"/proc/{process.pid}/status").read_text()
        peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
        print(f"memory of the crawling process: {peak / 1024:.0f} MB at most")
        process.terminate()
        stopping = time.perf_counter()
        process.wait(60)
        print(f"stopped by SIGTERM in {time.perf_counter() - stopping:.1f} s")


def main() -> None:
    """Run the three parts, each in a fresh process where memory is measured."""
    if len(sys.argv) > 2:
        part, data, site, count = sys.argv[1:]
        {"fill": fill, "drain": drain}[part](Path(data), site, int(count))
        return
    count = int(sys.argv[1]) if len(sys.argv) > 1 else URLS
    server = ThreadingHTTPServer(("0.0.0.0", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    site = f"http://127.0.0.1:{server.server_address[1]}/"
    with tempfile.TemporaryDirectory() as folder:
        for part in ("fill", "drain"):
            subprocess.run(
                [sys.executable, __file__, part, folder, site, str(count)], check=True, env=os.environ
            )
        restart(Path(folder), site)
    server.shutdown()


if __name__ == "__main__":
    main()
