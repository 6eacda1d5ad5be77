from __future__ import annotations

import os
import signal
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsclean.article import Article, Evidence, Image, Removal
from newsdata import Fetch, Outcome, PageRecord, Usage
from newsdata.journal import (
    Damage,
    Line,
    Segment,
    WriterLock,
    decode,
    encode,
    leftovers,
    read_segment,
    segment_path,
)
from newsdata.schema import ARTICLES, OUTCOMES, PAGES, article_row, outcome_row, page_row, to_arrow

# the machine may be busy; files are written anew for each example
fixture_for_all = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])

# whatever Unicode can hold; half surrogates and NUL have a test of their own
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
# what a datetime in UTC can hold
times = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive by Hypothesis' rule
crawl_times = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.timezones())  # noqa: DTZ001 - as above
fetches = st.builds(
    Fetch,
    url=texts,
    fetched_at=crawl_times,
    requested_url=texts,
    via=texts,
    crawl_id=texts,
    http_status=st.none() | st.integers(100, 599),
    etag=texts,
    last_modified=texts,
    usage=st.lists(st.builds(Usage, texts, texts), max_size=2).map(tuple),
)
articles = st.builds(
    Article,
    url=texts,
    text=texts,
    block_kinds=st.lists(st.sampled_from(["p", "quote"]), max_size=3).map(tuple),
    title=texts,
    authors=st.lists(texts, max_size=3).map(tuple),
    published=st.none() | times,
    modified=st.none() | times,
    paywalled=st.none() | st.booleans(),
    images=st.lists(
        st.builds(Image, texts, texts, texts, texts, st.none() | st.integers(0, 2**31 - 1), st.none()),
        max_size=2,
    ).map(tuple),
    credits=st.lists(texts, max_size=2).map(tuple),
    removed=st.lists(st.builds(Removal, st.sampled_from(["ad", "bio"]), texts, texts), max_size=3).map(tuple),
    evidence=st.lists(st.builds(Evidence, texts, texts, texts, st.booleans()), max_size=3).map(tuple),
)
pages = st.builds(
    PageRecord,
    fetch=fetches,
    body=st.binary(max_size=300),
    content_type=texts,
    headers=st.lists(st.tuples(texts, texts), max_size=3).map(tuple),
)
outcomes = st.builds(
    Outcome,
    url=texts,
    kind=st.sampled_from(["stored", "failed"]),
    fetched_at=crawl_times,
    reason=texts,
    detail=texts,
)


def through_the_journal(row: dict[str, object], schema: pa.Schema) -> dict[str, object]:
    line = encode(row)  # type: ignore[arg-type]
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    back = decode(line[:-1])
    assert back is not None
    assert set(back) == set(schema.names)
    result: dict[str, object] = to_arrow([back], schema).to_pylist()[0]
    return result


@fixture_for_all
@given(articles, fetches)
def test_any_article_comes_back(article: Article, fetch: Fetch) -> None:
    row = through_the_journal(article_row(article, fetch, cleaner="c 1"), ARTICLES)  # type: ignore[arg-type]
    assert row["text"] == article.text
    assert row["title"] == article.title
    assert row["published"] == article.published
    assert row["modified"] == article.modified
    assert row["fetched_at"] == fetch.fetched_at.astimezone(
        UTC
    )  # hours that a clock skips equal no other (PEP 495)
    assert row["month"] == fetch.fetched_at.astimezone(UTC).strftime("%Y-%m")
    assert row["authors"] == list(article.authors)
    assert row["paywalled"] == article.paywalled
    assert [Image(**image) for image in row["images"]] == list(article.images)  # type: ignore[attr-defined]
    assert [Removal(**block) for block in row["removed"]] == list(article.removed)  # type: ignore[attr-defined]
    assert [Evidence(**found) for found in row["evidence"]] == list(article.evidence)  # type: ignore[attr-defined]
    assert [Usage(**usage) for usage in row["usage"]] == list(fetch.usage)  # type: ignore[attr-defined]


@fixture_for_all
@given(pages)
def test_any_page_comes_back(page: PageRecord) -> None:
    row = through_the_journal(page_row(page), PAGES)  # type: ignore[arg-type]
    assert row["body"] == page.body
    assert row["fetched_at"] == page.fetch.fetched_at.astimezone(UTC)
    assert [(header["name"], header["value"]) for header in row["headers"]] == list(page.headers)  # type: ignore[attr-defined]


@fixture_for_all
@given(outcomes)
def test_any_outcome_comes_back(outcome: Outcome) -> None:
    row = through_the_journal(outcome_row(outcome), OUTCOMES)  # type: ignore[arg-type]
    assert (row["url"], row["kind"], row["reason"], row["detail"]) == (
        outcome.url, outcome.kind, outcome.reason, outcome.detail,
    )  # fmt: skip
    assert row["fetched_at"] == outcome.fetched_at.astimezone(UTC)


lines = st.lists(texts, min_size=1, max_size=5).map(lambda found: [encode({"value": text}) for text in found])


def read(path: Path, content: bytes) -> list[Line | Damage]:
    path.write_bytes(content)
    return list(read_segment(path))


@fixture_for_all
@given(lines, st.data())
def test_truncation_anywhere_costs_only_the_last_record(
    tmp_path: Path, lines: list[bytes], data: st.DataObject
) -> None:
    content = b"".join(lines)
    cut = data.draw(st.integers(0, len(content)))
    found = read(tmp_path / "cut", content[:cut])
    whole = [line for line in found if isinstance(line, Line)]
    torn = [damage for damage in found if isinstance(damage, Damage)]
    ends = [sum(map(len, lines[: number + 1])) for number in range(len(lines))]
    assert len(whole) == sum(end <= cut for end in ends)
    assert [line.row for line in whole] == [decode(line[:-1]) for line in lines[: len(whole)]]
    assert [damage.reason for damage in torn] == ([] if cut in (0, *ends) else ["torn"])


@fixture_for_all
@given(lines, st.data())
def test_a_flipped_bit_is_found_and_costs_no_other_record(
    tmp_path: Path, lines: list[bytes], data: st.DataObject
) -> None:
    content = bytearray(b"".join(lines))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= 1 << data.draw(st.integers(0, 7))
    found = read(tmp_path / "flipped", bytes(content))
    assert any(isinstance(line, Damage) for line in found)
    hit = next(number for number in range(len(lines)) if place < sum(map(len, lines[: number + 1])))
    # a flip in the line feed itself joins two lines
    unharmed = [line for number, line in enumerate(lines) if number not in (hit, hit + 1)]
    rows = [line.row for line in found if isinstance(line, Line)]
    assert all(decode(line[:-1]) in rows for line in unharmed)
    assert len(rows) >= len(lines) - 2


def test_segment_is_as_before_after_a_failed_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    segment = Segment(tmp_path / "s")
    segment.append(b"one\n")
    write = os.write
    calls = iter([3])

    def half_full(file: int, data: bytes) -> int:
        for room in calls:
            return write(file, data[:room])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", half_full)
    with pytest.raises(Exception, match="no room"):
        segment.append(b"second line\n")
    monkeypatch.undo()
    segment.append(b"three\n")
    segment.close()
    assert (tmp_path / "s").read_bytes() == b"one\nthree\n"


def test_a_living_writer_is_left_alone_and_a_dead_ones_segments_are_found(tmp_path: Path) -> None:
    lock = WriterLock.create(tmp_path, "My crawl/../1")
    assert "/" not in lock.writer
    path = segment_path(tmp_path, lock.writer, 1, "articles")
    path.touch()
    assert list(leftovers(tmp_path)) == []
    lock.close()  # what the system does when a process dies
    ((found, segments),) = leftovers(tmp_path)
    assert found.writer == lock.writer
    assert segments == [path]
    assert list(leftovers(tmp_path)) == []  # somebody is at it
    found.release()
    assert list(tmp_path.glob("*.lock")) == []


def test_segments_without_a_lock_file_are_found(tmp_path: Path) -> None:
    segment_path(tmp_path, "w", 1, "pages").touch()
    ((lock, segments),) = leftovers(tmp_path)
    assert [path.name for path in segments] == ["w-000001.pages.jsonl"]
    lock.release()


def test_a_child_process_does_not_keep_the_lock(tmp_path: Path) -> None:
    lock = WriterLock.create(tmp_path, "parent")
    ready, child_is_up = os.pipe()
    child = os.fork()
    if child == 0:  # a worker that outlives its parent
        os.write(child_is_up, b"x")
        signal.pause()
        os._exit(0)
    try:
        os.read(ready, 1)
        lock.close()
        assert [found.writer for found, _ in leftovers(tmp_path)] == [lock.writer]
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(ready)
        os.close(child_is_up)
