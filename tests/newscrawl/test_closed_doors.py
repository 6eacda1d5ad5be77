"""Certificates are verified, and a running crawl listens to nobody."""

import os
import signal
import ssl
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from scrapy.http import Request, Response
from scrapy.utils.test import get_crawler
from small_web import ROOT, Answer, Web, article, outcomes, scrapy_crawl

from newscrawl.redirects import SiteRedirectMiddleware

pytestmark = pytest.mark.network
STORY = "/2026/03/14/a-story-of-trust"
NOW = datetime.now(UTC)


class Authority:
    """Issues certificates, its own among them; `file` is what a client needs to trust it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
        self.key = ec.generate_private_key(ec.SECP256R1())
        certificate = (
            self._builder("Test authority", self.key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(self.key, hashes.SHA256())
        )
        self.file = folder / "authority.pem"
        self.file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def _builder(
        self, name: str, key: ec.EllipticCurvePrivateKey, days: tuple[int, int] = (-10, 10)
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW + timedelta(days=days[0]))
            .not_valid_after(NOW + timedelta(days=days[1]))
        )

    def serve(self, web: Web, host: str, days: tuple[int, int] = (-10, 10), *, signed: bool = True) -> None:
        """Make a web speak TLS with a certificate for a host, signed by this authority or by itself."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = self._builder(host, key, days).add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), critical=False
        )
        if not signed:
            builder = x509.CertificateBuilder(
                builder._subject_name, builder._subject_name, key.public_key(), x509.random_serial_number()
            )
            builder = builder.not_valid_before(NOW - timedelta(days=10)).not_valid_after(
                NOW + timedelta(days=10)
            )
            builder = builder.add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), critical=False
            )
        certificate = builder.sign(self.key if signed else key, hashes.SHA256())
        path = self.folder / f"{web.port}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        web.server.socket = context.wrap_socket(
            web.server.socket, server_side=True, do_handshake_on_connect=False
        )


def test_certificates_are_verified(tmp_path: Path) -> None:
    """A good one passes, so that of the others it is the fault that counts; no request goes to those."""
    authority = Authority(tmp_path)
    webs = {name: Web() for name in ("good", "self-signed", "expired", "not yet valid", "of another host")}
    authority.serve(webs["good"], "127.0.0.1")
    authority.serve(webs["self-signed"], "127.0.0.1", signed=False)
    authority.serve(webs["expired"], "127.0.0.1", (-10, -1))
    authority.serve(webs["not yet valid"], "127.0.0.1", (1, 10))
    authority.serve(webs["of another host"], "127.0.0.2")
    listed = tmp_path / "urls.txt"
    listed.write_text("\n".join(f"https://127.0.0.1:{web.port}{STORY}" for web in webs.values()))
    for web in webs.values():
        web.routes[STORY] = Answer(article("A story of trust"))
    try:
        done = scrapy_crawl(
            "urls",
            tmp_path / "data",
            f"file={listed}",
            settings={"RETRY_TIMES": "0"},
            environment=os.environ | {"SSL_CERT_FILE": str(authority.file)},
        )
    finally:
        for web in webs.values():
            web.close()
    assert done.returncode == 0, done.stderr
    found = outcomes(tmp_path / "data")
    reasons = {name: found[f"https://127.0.0.1:{web.port}{STORY}"].reason for name, web in webs.items()}
    assert reasons == dict.fromkeys(webs, "tls") | {"good": ""}
    assert [name for name, web in webs.items() if web.hits] == ["good"]


@pytest.mark.parametrize(
    ("location", "keeps"),
    [
        ("http://news.example/other", True),
        ("http://news.example:8080/other", False),
        ("https://news.example/other", False),
        ("http://www.news.example/other", False),
        ("http://other.example/", False),
    ],
)
def test_credentials_that_a_project_sets_stay_with_their_host(location: str, keeps: bool) -> None:
    middleware = SiteRedirectMiddleware.from_crawler(get_crawler())
    request = Request("http://news.example/", headers={"Authorization": "Basic secret", "Referer": "x"})
    followed = middleware.process_response(request, Response(request.url, 302, {"Location": location}))
    assert isinstance(followed, Request)
    assert ("Authorization" in followed.headers) is keeps
    assert "Referer" not in followed.headers


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="asks Linux which sockets a process has")
def test_a_running_crawl_listens_to_nobody(web: Web, tmp_path: Path) -> None:
    """No telnet console, no remote control: not one socket of the crawl's processes waits for a caller."""
    web.routes["/"] = Answer(article("Front"), delay=20)
    command = [sys.executable, "-m", "scrapy", "crawl", "news", "-a", f"site={web.base()}"]
    command += ["-s", f"NEWSMILL_DATA={tmp_path}", "-s", "NEWSMILL_ALLOW_PRIVATE=127.0.0.1"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, start_new_session=True) as crawl:
        try:
            deadline = time.monotonic() + 30
            while ("127.0.0.1", "/") not in web.hits:
                assert time.monotonic() < deadline
                assert crawl.poll() is None
                time.sleep(0.05)
            sockets = _sockets(crawl.pid)
            listening = {
                row[9]
                for table in ("tcp", "tcp6")
                for row in (
                    line.split()
                    for line in Path(f"/proc/{crawl.pid}/net/{table}").read_text().splitlines()[1:]
                )
                if row[3] == "0A"  # TCP_LISTEN
            }
            assert sockets
            assert not sockets & listening
        finally:
            os.killpg(crawl.pid, signal.SIGKILL)


def _sockets(pid: int) -> set[str]:
    """The inodes of a process's sockets."""
    links = (str(each.readlink()) for each in Path(f"/proc/{pid}/fd").iterdir())
    return {link[8:-1] for link in links if link.startswith("socket:[")}
