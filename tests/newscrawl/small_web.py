"""A small web on loopback, and a way to run a crawl in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import duckdb
from warm_process import run_module

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"


@dataclass
class Answer:
    """What the web answers: all of the body, or the first `sent` bytes of it before the connection is
    closed."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/html; charset=utf-8"})
    sent: int | None = None
    delay: float = 0


Route = Answer | Callable[[int], Answer]


class Web:
    """Answers by path, or by host and path; `hits` counts the requests by host and path, `headers` has the last
    of each."""

    def __init__(self, address: str = "0.0.0.0") -> None:
        self.routes: dict[str, Route] = {}
        self.hits: Counter[tuple[str, str]] = Counter()
        self.headers: dict[tuple[str, str], dict[str, str]] = {}
        web = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 20

            def do_GET(self) -> None:
                host = self.headers.get("Host", "").rpartition(":")[0]
                web.hits[host, self.path] += 1
                web.headers[host, self.path] = {name.lower(): value for name, value in self.headers.items()}
                missing = Answer(b"<html><title>Not found</title></html>", 404)
                route = web.routes.get(f"{host}{self.path}", web.routes.get(self.path, missing))
                answer = route(web.hits[host, self.path]) if callable(route) else route
                if answer.delay:
                    web.released.wait(answer.delay)
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body if answer.sent is None else answer.body[: answer.sent])
                self.close_connection = self.close_connection or answer.sent is not None

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                """Clients that go away are part of the tests."""

        self.released = threading.Event()
        self.server = Server((address, 0), Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def base(self, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}"

    def close(self) -> None:
        self.released.set()
        self.server.shutdown()
        self.server.server_close()


def article(title: str, head: str = "") -> bytes:
    """An article's page, its text its own."""
    paragraphs = "".join(
        f"<p>{title}: the harbour board met on day {day} and heard from pilots, crews and the people who "
        f"live on the quay. A decision is expected within {day + 2} weeks, its chair said, and the minutes "
        "will be public.</p>"
        for day in range(1, 7)
    )
    page = (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{title}</title>{head}</head><body>"
        f"<nav><a href=/>Home</a></nav><main><article><h1>{title}</h1>{paragraphs}</article></main>"
        "<footer>Imprint</footer></body></html>"
    )
    return page.encode()


def slowness() -> float:
    """How many times longer than alone things take on this machine now."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def scrapy_command(
    spider: str, data: Path, *arguments: str, settings: dict[str, str] | None = None, allow: str = "127.0.0.1"
) -> list[str]:
    """The command of a crawl, as anybody would write it."""
    command = [sys.executable, "-m", "scrapy", "crawl", spider]
    for argument in arguments:
        command += ["-a", argument]
    options = {"NEWSMILL_DATA": str(data), "NEWSMILL_ALLOW_PRIVATE": allow, "NEWSMILL_CLEAN_PROCESSES": "1"}
    for name, value in (options | (settings or {})).items():
        command += ["-s", f"{name}={value}"]
    return command


def scrapy_crawl(
    spider: str,
    data: Path,
    *arguments: str,
    settings: dict[str, str] | None = None,
    allow: str = "127.0.0.1",
    environment: dict[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run `scrapy crawl`."""
    _, _, module, *rest = scrapy_command(spider, data, *arguments, settings=settings, allow=allow)
    return run_module(module, *rest, cwd=ROOT, environment=environment)


@dataclass(frozen=True)
class Row:
    kind: str
    reason: str
    status: int | None
    via: str
    detail: str


def outcomes(data: Path, *, sources: bool = False) -> dict[str, Row]:
    """The outcomes by the path of the URL first asked for; each URL has one. Sources that were read aside."""
    query = (
        "SELECT coalesce(nullif(requested_url, ''), url), kind, coalesce(reason, ''), http_status, "
        "coalesce(via, ''), coalesce(detail, '') "
        f"FROM read_parquet('{data}/outcomes/**/*.parquet', union_by_name=true)"
    )
    rows = duckdb.sql(query).fetchall()
    found = {url: Row(*rest) for url, *rest in rows}
    assert len(found) == len(rows), "a URL has two outcomes"
    return {url: row for url, row in found.items() if sources or row.reason not in ("source", "no-source")}
