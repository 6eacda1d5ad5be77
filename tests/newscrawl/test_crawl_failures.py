"""Hosts that cannot be talked to: each in its own way, each with its own reason."""

import datetime
import ipaddress
import socket
import ssl
from itertools import pairwise
from pathlib import Path
from time import monotonic as clock

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from small_web import Answer, Web, article, outcomes, scrapy_crawl

pytestmark = pytest.mark.network


def self_signed(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that nobody vouches for, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=36500))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path


def test_each_unreachable_host_has_its_reason(web: Web, tmp_path: Path) -> None:
    secure = Web()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))
    secure.server.socket = context.wrap_socket(secure.server.socket, server_side=True)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        story = "2026/03/14/a-story"
        web.routes[f"/{story}"] = Answer(article("A story"))
        web.routes[f"/{story}-that-never-comes"] = Answer(article("Late"), delay=30)
        expected = {
            f"{web.base()}/{story}": ("stored", ""),
            f"{web.base()}/{story}-that-never-comes": ("failed", "timeout"),
            f"https://127.0.0.1:{secure.port}/{story}": ("failed", "tls"),
            f"http://127.0.0.1:{closed.getsockname()[1]}/{story}": ("failed", "connection"),
            f"https://127.0.0.1:{web.port}/{story}": ("failed", "tls"),
            f"http://no-such-host.invalid/{story}": ("failed", "dns"),
        }
        listed = tmp_path / "urls.txt"
        listed.write_text("\n".join(expected))
        settings = {"DOWNLOAD_TIMEOUT": "2", "RETRY_TIMES": "0"}
        try:
            done = scrapy_crawl("urls", tmp_path / "data", f"file={listed}", settings=settings)
        finally:
            secure.close()
    assert done.returncode == 0, done.stderr
    found = outcomes(tmp_path / "data")
    assert {url: (row.kind, row.reason) for url, row in found.items()} == expected
    assert not secure.hits


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
