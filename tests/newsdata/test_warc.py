"""Raw pages as WARC, read back by another's reader."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType, is_warc_11

import newsdata
from newsclean.article import Article
from newsdata import Fetch, PageRecord, export

BODY = "<p>Fähre</p>\r\n\r\n".encode()
HEADERS = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Content-Encoding", "gzip"),
    ("content-length", "7"),
    ("Set-Cookie", "a=1"),
    ("Set-Cookie", "b=2"),
    ("X-Evil", "one\r\nX-Smuggled: two"),
)


@pytest.fixture
def data(tmp_path: Path, make_fetch: Callable[..., Fetch], make_article: Callable[..., Article]) -> Path:
    """Pages 0 to 3, one without HTTP; articles of the first two."""
    with newsdata.open_writer(tmp_path / "data", crawl_id="c") as writer:
        for number in range(4):
            fetch = make_fetch(number, http_status=None if number == 3 else 200)
            writer.write_page(
                PageRecord(fetch, BODY, "text/html; charset=utf-8", () if number == 3 else HEADERS)
            )
            if number < 2:
                writer.write_article(make_article(number), fetch, cleaner="c")
        again = make_fetch(0)
        again = replace(again, fetched_at=again.fetched_at.replace(hour=22))
        writer.write_page(PageRecord(again, BODY + b"<p>2", "text/html", HEADERS))
        writer.write_article(make_article(0, title="newest"), again, cleaner="c")
    return tmp_path / "data"


def records(folder: Path) -> Iterator[tuple[WarcRecord, bytes]]:
    for file in sorted(folder.glob("*.warc.gz")):
        with file.open("rb") as stream:
            for record in ArchiveIterator(
                stream, parse_http=True, func_filter=is_warc_11, verify_digests=True
            ):
                yield record, record.reader.read()


def test_each_page_is_a_record_with_its_headers(data: Path, tmp_path: Path) -> None:
    assert export.export(data, tmp_path / "out", "warc") == 5
    found = [
        (record.record_type, dict(record.headers), record.http_headers, body)
        for record, body in records(tmp_path / "out")
    ]
    assert [kind for kind, *_ in found].count(WarcRecordType.warcinfo) == 1
    responses = [each for each in found if each[0] == WarcRecordType.response]
    assert {(headers["WARC-Target-URI"][-7:], body) for _, headers, _, body in responses} == {
        *((f"story-{number}", BODY) for number in range(3)), ("story-0", BODY + b"<p>2"),
    }  # fmt: skip
    assert len({headers["WARC-Record-ID"] for _, headers, *_ in found}) == len(found) == 6
    _, headers, http, _ = next(
        each for each in responses if each[3] == BODY and each[1]["WARC-Target-URI"].endswith("-0")
    )
    assert headers["WARC-Date"] == "2026-11-03T10:15:00.123456Z"
    assert http is not None
    assert (http.status_code, http.get("Content-Length")) == (200, str(len(BODY)))
    assert http.get("X-Crawler-Content-Encoding") == "gzip"
    assert http.get_multiple("Set-Cookie") == ("a=1", "b=2")
    assert http.get("X-Smuggled") is None
    assert "Content-Encoding" not in http
    (resource,) = (each for each in found if each[0] == WarcRecordType.resource)
    assert resource[1]["Content-Type"] == "text/html; charset=utf-8"
    assert resource[3] == BODY


def test_digests_are_those_of_the_content(data: Path, tmp_path: Path) -> None:
    export.export(data, tmp_path / "out", "warc")
    (file,) = (tmp_path / "out").glob("*.warc.gz")
    with file.open("rb") as stream:
        checked = [
            (record.verify_block_digest(), record.parse_http() or record.verify_payload_digest())
            for record in ArchiveIterator(stream, parse_http=False, record_types=WarcRecordType.response)
        ]
    assert checked == [(True, True)] * 4


def test_a_condition_chooses_the_pages_of_its_articles(data: Path, tmp_path: Path) -> None:
    assert export.export(data, tmp_path / "out", "warc", "title IN ('newest', 'Story 9')") == 1
    ((_, body),) = [
        (record, body)
        for record, body in records(tmp_path / "out")
        if record.record_type == WarcRecordType.response
    ]
    assert body == BODY + b"<p>2"
    assert export.export(data, tmp_path / "out", "warc", "true") == 2  # the newest versions' pages


def test_files_are_of_a_bounded_size_and_each_record_is_a_member(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "WARC_BYTES", 1)
    export.export(data, tmp_path / "out", "warc")
    files = sorted((tmp_path / "out").glob("*.warc.gz"))
    assert [file.name for file in files] == [f"pages-{number:05}.warc.gz" for number in range(5)]
    for file in files:
        packed = file.read_bytes()
        second = packed.index(b"\x1f\x8b\x08", 3)
        assert gzip.decompress(packed[:second]).startswith(b"WARC/1.1\r\nWARC-Type: warcinfo\r\n")
        assert gzip.decompress(packed[second:]).startswith(b"WARC/1.1\r\nWARC-Type: res")
