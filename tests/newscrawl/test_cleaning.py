"""Cleaning processes: a page that takes too long or too much costs itself, and the next one works."""

import asyncio
import os
import signal
import time
from datetime import UTC, datetime
from multiprocessing import forkserver
from multiprocessing.context import SpawnContext
from pathlib import Path
from typing import NoReturn

import pytest
from pebble import ProcessPool
from small_web import article

from newsclean import Article, NoArticle
from newscrawl import worker_entry
from newscrawl.cleaning import CleaningPool, CleaningStoppedError, Quarantine
from newscrawl.worker_entry import CleanedPage

URL = "https://news.example/2026/03/14/a-story"
HEAVY = (
    b"<html><body>"
    + b"<div><p>Words stand here, and more of them follow, as was said on Friday.</p></div>" * 60_000
)


def worker_pids(pool: CleaningPool) -> list[int]:
    return list(pool._pool._pool_manager.worker_manager.workers)


def run(pool: CleaningPool, *pages: bytes) -> list[Article | NoArticle | Quarantine]:
    async def clean_all() -> list[Article | NoArticle | Quarantine]:
        cleaned = [await pool.clean(page, URL, "text/html") for page in pages]
        return [each if isinstance(each, Quarantine) else each.article for each in cleaned]

    try:
        return asyncio.run(clean_all())
    finally:
        pool.close()


def test_a_date_after_the_fetch_is_not_the_articles() -> None:
    announced = '<meta property="article:published_time" content="2026-05-01T09:00:00Z">'
    page = article("The regatta of May", head=announced)
    pool = CleaningPool(1, timeout=30, memory=0)

    async def clean_twice() -> list[datetime | None]:
        found = []
        for fetched in (datetime(2026, 3, 14, tzinfo=UTC), datetime(2026, 5, 2, tzinfo=UTC)):
            answer = await pool.clean(page, URL, "text/html", fetched=fetched)
            assert isinstance(answer, CleanedPage)
            assert isinstance(answer.article, Article)
            found.append(answer.article.published)
        return found

    try:
        before, after = asyncio.run(clean_twice())
    finally:
        pool.close()
    assert before != datetime(2026, 5, 1, 9, tzinfo=UTC)
    assert after == datetime(2026, 5, 1, 9, tzinfo=UTC)


def test_a_page_over_its_time_is_given_up() -> None:
    pool = CleaningPool(1, timeout=0.3, memory=1 << 30)

    async def clean_both() -> tuple[object, object]:
        slow = await pool.clean(HEAVY, URL, "text/html")
        pool.timeout = 60  # a page like any other may take a while on a busy machine
        return slow, await pool.clean(article("After the slow one"), URL, "text/html")

    try:
        slow, good = asyncio.run(clean_both())
    finally:
        pool.close()
    assert slow == Quarantine("timeout", "cleaning took longer than 0.3 s")
    assert isinstance(good, CleanedPage)
    assert isinstance(good.article, Article)


def test_a_page_over_its_memory_is_given_up() -> None:
    hungry, good, empty = run(
        CleaningPool(1, timeout=30, memory=40 << 20), HEAVY, article("After the hungry one"), b""
    )
    assert hungry == Quarantine("memory", "cleaning took more memory than a page may")
    assert isinstance(good, Article)
    assert isinstance(empty, NoArticle)


def test_the_limit_is_a_pages_not_the_processes_own() -> None:
    """A page that is larger than the limit reaches the cleaner, and is given up there."""
    large, good = run(CleaningPool(1, timeout=30, memory=4 << 20), HEAVY * 3, article("After the large one"))
    assert large == Quarantine("memory", "cleaning took more memory than a page may")
    assert isinstance(good, (Article, Quarantine))


def test_a_process_that_dies_while_it_waits_is_replaced() -> None:
    pool = CleaningPool(1, timeout=30, memory=0)

    async def kill_between_pages() -> list[object]:
        cleaned: list[object] = []
        for number in range(3):
            cleaned.append(await pool.clean(article(f"Page {number}"), URL, "text/html"))
            os.kill(worker_pids(pool)[0], signal.SIGKILL)
            await asyncio.sleep(0.5)
        return cleaned

    try:
        cleaned = asyncio.run(kill_between_pages())
    finally:
        pool.close()
    assert [type(each) for each in cleaned] == [CleanedPage] * 3


def test_a_lock_that_nobody_gives_back_holds_nothing_up() -> None:
    """A process that is killed while it takes a page keeps the lock of the pipe."""
    pool = CleaningPool(1, timeout=30, memory=0)

    async def lose_the_lock() -> object:
        await pool.clean(article("Warm"), URL, "text/html")
        pool._pool._pool_manager.worker_manager.workers_channel.mutex.reader_mutex.acquire()
        return await asyncio.wait_for(pool.clean(article("After it"), URL, "text/html"), 60)

    try:
        assert isinstance(asyncio.run(lose_the_lock()), CleanedPage)
    finally:
        pool.close()


@pytest.mark.parametrize("fatal", [signal.SIGSEGV, signal.SIGKILL])
def test_a_process_that_dies_again_costs_its_page(fatal: signal.Signals) -> None:
    """Once is chance, twice a crash: also with a limit of memory in force, from which C code that fails is told."""
    pool = CleaningPool(1, timeout=120, memory=1 << 30)

    async def fault(times: int) -> CleanedPage | Quarantine:
        await pool.clean(article("Warm"), URL, "text/html")
        running = asyncio.ensure_future(pool.clean(HEAVY[:400_000], URL, "text/html"))
        killed: set[int] = set()
        while len(killed) < times and not running.done():
            await asyncio.sleep(0.1)
            for pid in set(worker_pids(pool)) - killed:
                os.kill(pid, fatal)
                killed.add(pid)
        return await running

    async def fault_once_and_always() -> list[CleanedPage | Quarantine]:
        return [await fault(1), await fault(100), await pool.clean(article("After it"), URL, "text/html")]

    try:
        once, always, good = asyncio.run(fault_once_and_always())
    finally:
        pool.close()
    assert isinstance(once, CleanedPage)
    assert isinstance(always, Quarantine)
    assert always.reason == "crash"
    assert isinstance(good, CleanedPage)
    assert isinstance(good.article, Article)


def test_pages_given_up_when_the_crawl_stops_have_no_result() -> None:
    pool = CleaningPool(1, timeout=30, memory=0)

    async def stop_while_cleaning() -> list[object]:
        running = [asyncio.ensure_future(pool.clean(HEAVY, URL, "text/html")) for _ in range(3)]
        await asyncio.sleep(0.3)
        assert pool.waiting == 3
        pool.abandon()
        return list(await asyncio.gather(*running, return_exceptions=True))

    try:
        ended = asyncio.run(stop_while_cleaning())
    finally:
        pool.close()
    assert [type(each) for each in ended] == [CleaningStoppedError] * 3


class RefusedContext(SpawnContext):
    """A system that starts no more processes."""

    def Process(self, *_: object, **__: object) -> NoReturn:  # noqa: N802 - multiprocessing's interface
        raise OSError("no more processes")


class RefusedPool(CleaningPool):
    def _new_pool(self) -> ProcessPool:
        return ProcessPool(max_workers=1, context=RefusedContext())


def test_a_page_waits_for_the_next_run_where_no_process_can_be_started() -> None:
    with pytest.raises(CleaningStoppedError):
        run(RefusedPool(1, timeout=30, memory=0), article("Waiting"))


@pytest.mark.parametrize("is_at_work", [False, True])
def test_processes_that_are_just_starting_are_not_waited_for(
    is_at_work: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A signal in the first seconds of a crawl: the fork server is still at its imports."""
    (tmp_path / "hanging_import.py").write_text(
        f"import time\nopen({str(tmp_path / 'began')!r}, 'w').close()\ntime.sleep(100)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(worker_entry, "PRELOADED", "hanging_import")
    forkserver._forkserver._stop()  # type: ignore[attr-defined]  # that of other tests is warm
    pool = CleaningPool(1, timeout=30, memory=0)

    async def stop_at_start() -> list[object]:
        running = [asyncio.ensure_future(pool.clean(article("Never"), URL, "text/html")) for _ in range(3)]
        await asyncio.sleep(0)
        while is_at_work and not (tmp_path / "began").exists():
            await asyncio.sleep(0.05)
            assert time.monotonic() - began < 50
        while not all(each.done() for each in running):  # as a crawl does that is told to stop
            pool.abandon()
            await asyncio.sleep(0.1)
        return list(await asyncio.gather(*running, return_exceptions=True))

    began = time.monotonic()
    ended = asyncio.run(stop_at_start())
    pool.close()
    assert [type(each) for each in ended] == [CleaningStoppedError] * 3
    assert time.monotonic() - began < 50
