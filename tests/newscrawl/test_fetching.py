"""The parts of fetching: addresses, bodies, waits, reasons, the frontier, lists of URLs."""

import gzip
import tracemalloc
import zlib
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.settings import Settings
from scrapy.spidermiddlewares.httperror import HttpError

from newscrawl.addresses import is_public, private_hosts
from newscrawl.compression import decompress, zstd
from newscrawl.errors import BodyTooLargeError, BrokenBodyError, RobotsForbiddenError, failure_outcome
from newscrawl.frontier import Frontier, Scope
from newscrawl.retries import retry_after
from newscrawl.url_list import BadLine, read_url_list, site_url
from newscrawl.usage import usage_signals
from newsdata.records import Usage


@pytest.mark.parametrize(
    "address",
    "127.0.0.1 10.0.0.1 172.16.0.1 192.168.1.1 "
    "169.254.169.254 100.64.0.1 0.0.0.0 255.255.255.255 224.0.0.1 "
    "192.0.2.1 198.18.0.1 ::1 :: fe80::1 fe80::1%eth0 fc00::1 ff02::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 "
    "64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 2002:7f00:1:: 2001:db8::1 64:ff9b:1::1 "
    "fec0::1 3fff::1 5f00::1 100::1 2001::1 192.0.0.192 192.88.99.1 168.63.129.16 fd00:ec2::254".split(),
)
def test_private_addresses(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    "1.1.1.1 93.184.216.34 2606:4700::1111 ::ffff:1.1.1.1 64:ff9b::101:101 2002:101:101::".split(),
)
def test_public_addresses(address: str) -> None:
    assert is_public(address)


def test_hosts_allowed_by_name_address_or_url() -> None:
    allowed = ["Intranet.Example", "http://127.0.0.2:8000/", "[::1]:80", "10.0.0.1", " "]
    assert private_hosts(Settings({"NEWSMILL_ALLOW_PRIVATE": allowed})) == {
        ("intranet.example", None),
        ("127.0.0.2", 8000),
        ("::1", 80),
        ("10.0.0.1", None),
    }
    assert private_hosts(Settings({"NEWSMILL_ALLOW_PRIVATE": "127.0.0.2,127.0.0.3"})) == {
        ("127.0.0.2", None),
        ("127.0.0.3", None),
    }


def bare_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


PACKERS = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress, "zstd": zstd.compress}


@given(st.binary(max_size=2000), st.sampled_from(sorted(PACKERS)))
def test_whole_bodies_come_out_as_they_went_in(body: bytes, encoding: str) -> None:
    assert decompress(PACKERS[encoding](body), encoding, 0) == body


@given(st.binary(min_size=50, max_size=2000), st.sampled_from(sorted(PACKERS)), st.floats(0.05, 0.95))
def test_a_body_cut_anywhere_is_refused(body: bytes, encoding: str, share: float) -> None:
    packed = PACKERS[encoding](body)
    with pytest.raises(BrokenBodyError):
        decompress(packed[: max(1, int(len(packed) * share))], encoding, 0)


@pytest.mark.parametrize("encoding", sorted(PACKERS))
def test_a_bomb_is_stopped_at_the_limit(encoding: str) -> None:
    with pytest.raises(BodyTooLargeError):
        decompress(PACKERS[encoding](bytes(5_000_000)), encoding, 100_000)


def test_odd_but_whole_bodies() -> None:
    assert decompress(gzip.compress(b"a") + gzip.compress(b"b"), "gzip", 0) == b"ab"
    assert decompress(gzip.compress(b"a") + b"\0\0padding", "x-gzip", 0) == b"a"
    assert decompress(bare_deflate(b"a" * 999), "deflate", 0) == b"a" * 999
    assert decompress(zstd.compress(b"a") + zstd.compress(b"b"), "zstd", 0) == b"ab"
    assert decompress(b"", "gzip", 0) == b""


def test_a_body_that_is_not_packed_at_all_is_told_from_a_cut_one() -> None:
    with pytest.raises(BrokenBodyError) as caught:
        decompress(b"<html>", "gzip", 0)
    assert caught.value.reason == "bad-encoding"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Sat, 14 Mar 2026 12:01:00 GMT", 60),
        ("Sat, 14 Mar 2020 12:00:00 GMT", 0),
        ("soon", None),
        ("-1", None),
        ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", None),
        ("Mon, 01 Jan 2027 00:00:00 +99999999999999", None),
    ],
)
def test_retry_after(value: str, seconds: float | None) -> None:
    assert retry_after(value, datetime(2026, 3, 14, 12, tzinfo=UTC)) == seconds


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (CannotResolveHostError(), ("failed", "dns")),
        (DownloadTimeoutError(), ("failed", "timeout")),
        (ResponseDataLossError(), ("failed", "truncated")),
        (DownloadFailedError("lost"), ("failed", "connection")),
        (HttpError(Response("http://a.example/", status=418)), ("failed", "http-418")),
        (RobotsForbiddenError(), ("skipped", "robots")),
        (ZeroDivisionError(), ("failed", "other")),
    ],
)
def test_each_failure_has_its_reason(error: Exception, expected: tuple[str, str]) -> None:
    assert failure_outcome(error)[:2] == expected


def test_the_frontier_takes_each_url_once() -> None:
    frontier = Frontier()
    assert frontier.claim("https://news.example/a?utm_source=x")
    assert not frontier.claim("HTTPS://NEWS.example:443/a#top")
    assert frontier.claim("https://news.example/b")


def test_a_site_is_its_domain_and_an_address_counts_with_its_port() -> None:
    scope = Scope()
    scope.add("https://www.harbour-mail.co.uk/")
    scope.add("http://127.0.0.1:8000/")
    assert scope.covers("https://sport.harbour-mail.co.uk/a")
    assert not scope.covers("https://other.co.uk/a")
    assert not scope.covers("https://harbour-mail.co.uk.evil.example/")
    assert scope.covers("http://127.0.0.1:8000/a")
    assert not scope.covers("http://127.0.0.1:8001/a")


def test_a_list_of_urls_names_its_rubbish_by_line(tmp_path: Path) -> None:
    path = tmp_path / "urls.txt"
    path.write_bytes(
        b"\xef\xbb\xbfhttps://news.example/a\n# a comment\n\nnews.example/b\nftp://news.example/c\nhttp:///d\nhttp://[/e\n"
        b"https://news.example/f g\nhttps://me:secret@news.example/\n\xff\x00\x1b[31m\n"
        b"  https://news.example/h  \r\nhttps://news.example/" + b"i" * 200_000 + b"\nhttps://news.example/j"
    )
    listed = list(read_url_list(path))
    assert [line for line in listed if isinstance(line, str)] == [
        f"https://news.example/{name}" for name in "ahj"
    ]
    bad_lines = [line for line in listed if isinstance(line, BadLine)]
    assert [line.number for line in bad_lines] == [4, 5, 6, 7, 8, 9, 10, 12]
    assert bad_lines[2] == BadLine(6, "http:///d", "has no host")
    assert bad_lines[-1].problem == "is too long"
    assert all(line.text.isprintable() for line in bad_lines)


def test_a_list_of_urls_is_read_as_it_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "urls.txt"
    path.write_text("".join(f"https://news.example/story-number-{number}\n" for number in range(30_000)))
    tracemalloc.start()
    try:
        assert sum(1 for _ in read_url_list(path)) == 30_000
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 1_000_000


def test_sites_as_people_write_them() -> None:
    assert site_url("news.example") == "https://news.example"
    assert site_url(" http://127.0.0.1:8000/ ") == "http://127.0.0.1:8000/"
    for wrong in ("", "https://", "file:///etc/passwd", "http://", "https:///path", "a b.example"):
        with pytest.raises(ValueError, match=r"has no host|not an http|white space"):
            site_url(wrong)


def test_usage_signals_of_headers_and_page() -> None:
    headers = (
        ("x-robots-tag", "noai"),
        ("X-Robots-Tag", "noindex"),
        ("Server", "x"),
        ("Content-Usage", "train-ai=n"),
    )
    body = (
        b"<meta content='noimageai' NAME=robots><meta name=\"viewport\" content=x>"
        b"<meta name=tdm-reservation content=1>"
    )
    assert usage_signals(headers, body, "https://courier.example/story") == (
        Usage("header:X-Robots-Tag", "noai"),
        Usage("header:X-Robots-Tag", "noindex"),
        Usage("header:Content-Usage", "train-ai=n"),
        Usage("meta:robots", "noimageai"),
        Usage("meta:tdm-reservation", "1"),
    )
