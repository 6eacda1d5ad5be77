"""Serve the demo on loopback: one port for each publication."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from newsmill.demo.publication import NAMES, read_publication
from newsmill.demo.site import Resource, Site
from newsmill.demo.truth import Truth

ADDRESS = "127.0.0.1"  # macOS has no other loopback address
# The demo's own ports, so that a second crawl finds the same addresses; any free ones where these are taken.
PORTS = (8471, 8472)


@dataclass(frozen=True, slots=True)
class Demo:
    """The running demo.

    Attributes:
        sites: The publications; their ``base`` is where they are served.
        hits: Requests by absolute URL, as they come in.
    """

    sites: tuple[Site, ...]
    hits: Counter[str]

    @property
    def urls(self) -> tuple[str, ...]:
        """The front pages."""
        return tuple(site.start for site in self.sites)

    @property
    def truths(self) -> dict[str, Truth]:
        """The truth of every article by its URL."""
        return {truth.url: truth for site in self.sites for truth in site.truths}


@contextmanager
def serve(ports: Sequence[int] = (0, 0), *, or_free: bool = False) -> Iterator[Demo]:
    """Serve both publications until the block ends.

    Args:
        ports: One for each publication; 0 takes any that is free.
        or_free: Take a free port where one of ``ports`` is in use.

    Yields:
        Where they are served, and who asked for what.

    Raises:
        OSError: A port is in use.
        newsmill.demo.source.SourceError: A source does not follow the format.
    """
    hits: Counter[str] = Counter()
    servers: list[_Server] = []
    try:
        for key, port in zip(NAMES, ports, strict=True):
            server = _listen(port, or_free=or_free)
            servers.append(server)
            server.site = Site(read_publication(key), f"http://{ADDRESS}:{server.server_address[1]}")
            server.hits = hits
        for server in servers:
            server.start()
        yield Demo(tuple(server.site for server in servers), hits)
    finally:
        for server in servers:
            with suppress(OSError):
                server.close()


def _listen(port: int, *, or_free: bool) -> _Server:
    try:
        return _Server((ADDRESS, port), _Handler)
    except OSError:
        if not or_free:
            raise
        return _Server((ADDRESS, 0), _Handler)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    site: Site
    hits: Counter[str]

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        # pages are made once and hits are counted under the same lock
        self.lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Answer requests in a thread."""
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop answering; a server that never began has nothing to stop."""
        if self._thread is not None:
            self.shutdown()
            self._thread.join()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "newsmill-demo"
    sys_version = ""
    disable_nagle_algorithm = True
    timeout = 30

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        """Stay silent: what was asked for stands in ``Demo.hits``."""

    def _answer(self) -> None:
        site = self.server.site
        with self.server.lock:
            self.server.hits[f"{site.base}{self.path}"] += 1
            resource = site.get(self.path)
        tag = f'"{hashlib.sha256(resource.body).hexdigest()[:16]}"'
        if resource.status == HTTPStatus.OK and self._is_known(tag, resource.modified):
            self.send_response(HTTPStatus.NOT_MODIFIED)
            self.send_header("ETag", tag)
            self.end_headers()
            return
        body = resource.body
        self.send_response(resource.status)
        self.send_header("Content-Type", resource.content_type)
        if resource.location:
            self.send_header("Location", resource.location)
        if _compresses(resource) and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, 5, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Vary", "Accept-Encoding")
        if resource.status == HTTPStatus.OK:
            self.send_header("ETag", tag)
            self.send_header("Last-Modified", format_datetime(resource.modified, usegmt=True))
            self.send_header("Cache-Control", "max-age=0, must-revalidate")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _is_known(self, tag: str, modified: datetime) -> bool:
        """Whether the client's copy is fresh (RFC 9110, 13.2.2: a tag decides before a date)."""
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            return tags.strip() == "*" or tag in (each.strip().removeprefix("W/") for each in tags.split(","))
        since = self.headers.get("If-Modified-Since")
        if since is None:
            return False
        with suppress(ValueError, TypeError):
            return modified.replace(microsecond=0) <= parsedate_to_datetime(since)
        return False


def _compresses(resource: Resource) -> bool:
    return bool(resource.body) and not resource.content_type.startswith(("image/", "application/gzip"))
