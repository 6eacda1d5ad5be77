"""The frontier on disk: order, resumption, two processes, and what it answers to a broken file."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import newsdata
from newsdata import frontier as frontier_module
from newsdata.frontier import MAX_HOSTS, WINDOW, Frontier
from newsdata.journal import WriterLock
from newsdata.writer import make_folders

NOW = datetime(2026, 11, 3, 10, 15, tzinfo=UTC)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    make_folders(tmp_path)
    return tmp_path


def add(frontier: Frontier, url: str, priority: int = 20, host: str = "news.example") -> bool:
    if not frontier.claim(url):
        return False
    frontier.add(url, kind="article", host=host, priority=priority, via="front")
    return True


def drain(frontier: Frontier) -> Iterator[str]:
    while target := frontier.next_target(lambda _: False):
        yield target.url


def opened(data: Path, plan: str = "plan", crawl: str = "crawl-1", *, fresh: bool = False) -> Frontier:
    return newsdata.open_frontier(data, plan=plan, crawl_id=crawl, fresh=fresh)


def test_a_url_is_taken_once_in_any_spelling(data: Path) -> None:
    with opened(data) as frontier:
        assert add(frontier, "https://news.example/a?utm_source=x")
        assert not add(frontier, "HTTPS://NEWS.example:443/a#top")
        frontier.commit()
        assert not frontier.claim("https://news.example/a")
    with opened(data) as frontier:
        assert not frontier.claim("https://news.example/a")


def test_what_has_no_outcome_is_given_out_again_and_nothing_else(data: Path) -> None:
    with opened(data) as frontier:
        urls = [f"https://news.example/{number}" for number in range(100)]
        for url in urls:
            add(frontier, url)
        given_out = [url for url, _ in zip(drain(frontier), range(60), strict=False)]
        assert given_out == urls[:60]
        for url in given_out[:50]:
            frontier.end(url, "stored", "")
        frontier.commit()
    with opened(data, crawl="crawl-2") as frontier:
        assert frontier.crawl_id == "crawl-1"
        assert frontier.is_resumed
        assert frontier.waiting == 50
        assert list(drain(frontier)) == urls[50:]
        assert frontier.outcomes() == {("article", "news.example", "stored", ""): 50}


def test_what_was_not_committed_was_never_taken_on(data: Path) -> None:
    with opened(data) as frontier:
        add(frontier, "https://news.example/a")
    with opened(data) as frontier:
        assert not frontier.has_waiting
        assert frontier.claim("https://news.example/a")


def test_a_finished_crawl_begins_anew_and_a_fresh_one_gives_up_what_was_left(data: Path) -> None:
    with opened(data) as frontier:
        add(frontier, "https://news.example/a")
        frontier.finish()
    with opened(data, crawl="crawl-2") as frontier:
        assert (frontier.crawl_id, frontier.is_resumed) == ("crawl-2", False)
        assert add(frontier, "https://news.example/a")
        frontier.commit()
    with opened(data, crawl="crawl-3", fresh=True) as frontier:
        assert frontier.crawl_id == "crawl-3"
        assert not frontier.has_waiting
    with opened(data, plan="another plan", crawl="crawl-4") as frontier:
        assert frontier.crawl_id == "crawl-4"


@pytest.mark.parametrize("fresh", [False, True])
def test_a_plan_runs_once_at_a_time(data: Path, fresh: bool) -> None:
    with opened(data) as one:
        assert add(one, "https://news.example/a")
        one.commit()
        with pytest.raises(newsdata.CrawlRunsError, match="running as crawl-1"):
            opened(data, crawl="crawl-2", fresh=fresh)
        with opened(data, plan="another plan", crawl="crawl-3") as other:
            assert other.crawl_id == "crawl-3"
        assert list(drain(one)) == ["https://news.example/a"]
    with opened(data, crawl="crawl-4") as again:
        assert again.crawl_id == "crawl-1"


def test_the_lock_of_a_dead_process_is_taken_over_and_a_living_one_respected(data: Path) -> None:
    script = (
        "import os, sys, newsdata\n"
        "frontier = newsdata.open_frontier(sys.argv[1], plan='plan', crawl_id='crawl-1')\n"
        "frontier.claim('https://news.example/a')\n"
        "frontier.add('https://news.example/a', kind='article', host='h', priority=1, via='front')\n"
        "frontier.commit()\n"
        "print('ready', flush=True)\n"
        "sys.stdin.readline()\n"
        "os.kill(os.getpid(), 9)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
        with pytest.raises(newsdata.CrawlRunsError):
            opened(data, crawl="crawl-2")
        other.communicate("\n")
    assert other.returncode == -9
    with opened(data, crawl="crawl-3") as frontier:
        assert frontier.crawl_id == "crawl-1"
        assert list(drain(frontier)) == ["https://news.example/a"]


def test_redirects_belong_to_the_target_that_leads_there(data: Path) -> None:
    with opened(data) as frontier:
        add(frontier, "https://news.example/old")
        assert frontier.claim_redirect("https://news.example/new", "https://news.example/old")
        assert not frontier.claim("https://news.example/new")
        assert not frontier.claim_redirect("https://news.example/new", "https://news.example/other")
        frontier.commit()
    with opened(data) as frontier:  # the target was on its way, and is fetched again
        assert frontier.claim_redirect("https://news.example/new", "https://news.example/old")
        assert not frontier.claim_redirect("https://news.example/old", "https://news.example/other")


def test_ids_and_sites_of_a_crawl_are_kept(data: Path) -> None:
    with opened(data) as frontier:
        add(frontier, "https://a.example/1")
        assert not frontier.has_stored("ab" * 16)
        frontier.end("https://a.example/1", "stored", "", article_id="ab" * 16)
        assert frontier.has_stored("ab" * 16)
        frontier.sites = ("a.example", "b.example")
        frontier.commit()
    with opened(data) as frontier:
        assert frontier.has_stored("ab" * 16)
        assert frontier.sites == ("a.example", "b.example")


def test_outcomes_of_a_dead_writers_journal_are_taken_in(data: Path) -> None:
    """Killed between writing an outcome and committing the frontier: not fetched again."""
    url = "https://news.example/a"
    with opened(data) as frontier:
        add(frontier, url)
        add(frontier, "https://news.example/b")
        frontier.commit()
    writer = newsdata.open_writer(data, crawl_id="crawl-1")
    writer.write_outcome(newsdata.Outcome(url, "stored", NOW, crawl_id="crawl-1", article_id="ab" * 16))
    writer._lock.close()  # as the system does for a process that dies
    newsdata.recover(data)
    with opened(data) as frontier:
        assert list(drain(frontier)) == ["https://news.example/b"]
        assert frontier.has_stored("ab" * 16)


@settings(max_examples=60)
@given(st.data())
def test_each_target_is_given_out_once_by_priority_then_age(draw: st.DataObject) -> None:
    """Whatever is added when, from however many hosts, with however small a memory."""
    window = draw.draw(st.integers(1, 4))
    hosts = draw.draw(st.integers(1, 3))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frontier_module, "WINDOW", window)
        patch.setattr(frontier_module, "MAX_HOSTS", hosts)
        frontier = newsdata.frontier_in_memory()
        waiting: dict[str, list[tuple[int, int]]] = {}
        steps = draw.draw(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), max_size=60))
        number = 0
        for host, priority in steps:
            if priority == 3:
                target = frontier.next_target(lambda _: False)
                assert (target is None) == (not any(waiting.values()))
                if target:
                    own = waiting[target.host]
                    assert (-target.priority, target.number) == min(own)
                    own.remove((-target.priority, target.number))
                    if draw.draw(st.booleans()):
                        frontier.end(target.url, "stored", "")
                continue
            number += 1
            add(frontier, f"https://news.example/{number}", priority, host=f"host-{host}")
            waiting.setdefault(f"host-{host}", []).append((-priority, number))
        rest = list(drain(frontier))
        assert len(rest) == len(set(rest)) == sum(map(len, waiting.values()))
        assert not frontier.has_waiting


def test_a_host_on_disk_has_its_turn_when_the_last_in_memory_has_nothing_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(frontier_module, "WINDOW", 1)
    monkeypatch.setattr(frontier_module, "MAX_HOSTS", 1)
    frontier = newsdata.frontier_in_memory()
    add(frontier, "https://news.example/1", 0, host="b")
    add(frontier, "https://news.example/2", 0, host="a")
    assert frontier.next_target(lambda _: False) is not None
    add(frontier, "https://news.example/3", 1, host="b")
    add(frontier, "https://news.example/4", 0, host="c")
    assert len(list(drain(frontier))) == 3


def test_a_busy_host_stalls_no_other() -> None:
    frontier = newsdata.frontier_in_memory()
    for number in range(3 * WINDOW):
        add(frontier, f"https://slow.example/{number}", host="slow.example")
    add(frontier, "https://quick.example/", host="quick.example")
    target = frontier.next_target(lambda host: host == "slow.example")
    assert target is not None
    assert target.host == "quick.example"
    assert frontier.next_target(lambda host: host == "slow.example") is None
    assert frontier.has_waiting


def test_more_hosts_than_memory_has_places_for() -> None:
    frontier = newsdata.frontier_in_memory()
    hosts = MAX_HOSTS + 300
    for number in range(2 * hosts):
        add(frontier, f"https://{number}.example/", host=f"{number % hosts}.example")
    assert len(set(drain(frontier))) == 2 * hosts


def test_text_that_utf8_cannot_hold_costs_no_batch(data: Path) -> None:
    with opened(data) as frontier:
        add(frontier, "https://news.example/\ud800\x00")
        add(frontier, "https://news.example/b")
        frontier.commit()
        assert len(list(drain(frontier))) == 2
    with opened(data) as frontier:
        urls = list(drain(frontier))
        assert len(urls) == 2
        frontier.end(urls[0], "failed", "dns")
        frontier.commit()
        assert frontier.waiting == 1


def test_a_page_that_came_is_cleaned_and_not_fetched_again(
    data: Path, make_fetch: Callable[..., newsdata.Fetch]
) -> None:
    urls = [f"https://www.example.com/2026/story-{number}" for number in range(4)]
    with opened(data) as frontier:
        for url in urls:
            add(frontier, url)
        frontier.keep_page(urls[3])  # said, and lost with a file since
        frontier.commit()
    with newsdata.open_writer(data, crawl_id="crawl-1") as writer:
        pages = [
            newsdata.PageRecord(make_fetch(number), b"<p>", "text/html", (("A", "b"),)) for number in (0, 1)
        ]
        writer.write_page(pages[0])
        writer.write_outcome(newsdata.Outcome(urls[0], "skipped", NOW, "too-short", crawl_id="crawl-1"))
        writer.write_page(pages[1])
        writer.write_page(newsdata.PageRecord(make_fetch(2, crawl_id="another"), b"<p>"))
        for table in ("pages", "outcomes"):
            writer._segments[table].sync()
        writer._lock.close()  # as the system does for a process that dies
        newsdata.recover(data)
        writer._segments.clear()
    with opened(data) as frontier:
        assert frontier.uncleaned == (urls[1],)
        (page,) = newsdata.pages_of_crawl(data, frontier.crawl_id, urls[1:]).values()
        assert page == replace(pages[1], fetch=replace(pages[1].fetch, requested_url=urls[1]))
        assert list(drain(frontier)) == [urls[2], urls[3]]
        frontier.end(urls[1], "stored", "")
        frontier.commit()
    with opened(data) as frontier:
        assert frontier.uncleaned == ()


def test_what_is_known_of_a_url(data: Path) -> None:
    state = newsdata.UrlState(
        "https://News.example/a#x",
        "stored",
        NOW,
        dated=NOW - timedelta(days=1),
        http_status=200,
        etag='"tag"',
        last_modified="Tue, 03 Nov 2026 10:00:00 GMT",
        page_hash="ab" * 16,
        version_hash="cd" * 16,
        article_id="ef" * 16,
        kept_at=NOW - timedelta(hours=1),
    )
    with opened(data) as frontier:
        add(frontier, "https://news.example/a")
        frontier.end("https://news.example/a", "stored", "", states=[state])
        frontier.commit()
        frontier.finish()
    opened_state = newsdata.open_state(data)
    states = newsdata.UrlStates(opened_state)
    known = states.get("https://news.example/a?utm_source=x")
    assert known is not None
    assert known == replace(state, url="https://news.example/a")
    assert states.get("https://news.example/b") is None
    others = [newsdata.UrlState(f"https://b.example/{number}", "skipped", NOW) for number in range(1200)]
    states.put(others)
    assert {each.url for each in states.of_site("b.example")} == {each.url for each in others}
    assert list(states.of_site("news.example")) == [known]
    opened_state.close()


def test_a_damaged_state_is_named_and_costs_nothing_that_was_stored(data: Path) -> None:
    with opened(data):
        pass
    writer = newsdata.open_writer(data, crawl_id="crawl-1")
    writer.write_outcome(newsdata.Outcome("https://news.example/a", "failed", NOW, crawl_id="crawl-1"))
    writer._lock.close()
    (data / "state.sqlite").write_bytes(b"not a database at all" * 500)
    with pytest.raises(newsdata.DamagedStateError, match=r"state\.sqlite is damaged"):
        opened(data)
    newsdata.recover(data)
    with newsdata.connect(data) as connection:
        assert connection.execute("SELECT count(*) FROM outcomes").fetchone() == (1,)


def test_a_state_of_a_later_version_is_left_alone(data: Path) -> None:
    state = newsdata.open_state(data)
    with state.transaction() as connection:
        connection.execute("PRAGMA user_version = 99")
    state.close()
    with pytest.raises(newsdata.DataFolderError, match="newer newsmill"):
        newsdata.open_state(data)


def test_a_state_of_the_version_before_goes_on(data: Path) -> None:
    fetched = newsdata.UrlState("https://news.example/a", "stored", NOW, page_hash="ab" * 16)
    with opened(data) as frontier:
        add(frontier, "https://news.example/b")
        frontier.commit()
        frontier.url_states.put([fetched])
    with sqlite3.connect(data / "state.sqlite") as connection:
        connection.execute("ALTER TABLE urls DROP COLUMN kept_at")
        connection.execute("PRAGMA user_version = 3")
    connection.close()
    with opened(data) as frontier:
        assert list(drain(frontier)) == ["https://news.example/b"]
        assert frontier.url_states.get(fetched.url) == replace(fetched, kept_at=NOW)


def test_what_is_fetched_after_the_clock_was_set_back_is_later_all_the_same() -> None:
    known = newsdata.UrlState("https://news.example/a", "stored", NOW, kept_at=NOW)
    tick = timedelta(microseconds=1)
    assert known.after_last(NOW - timedelta(days=300)) == NOW + tick
    assert known.after_last(NOW + timedelta(days=1)) == NOW + timedelta(days=1)
    assert replace(known, kept_at=None).after_last(NOW - tick) == NOW - tick


def test_a_writer_after_the_clock_was_set_back_sorts_behind_the_others(data: Path) -> None:
    """A page that is cleaned again must win over what was made of it, also if the clock ran ahead then."""
    ahead = "20990101T000000.000000Z-crawl-1-abcdef-000001.parquet"
    folder = data / "articles" / "month=2099-01"
    folder.mkdir(parents=True)
    (folder / ahead).touch()
    (folder / "of-another-program.parquet").touch()
    first = WriterLock.create(data / "spool", "crawl-2")
    second = WriterLock.create(data / "spool", "a")
    first.release()
    second.release()
    assert ahead < first.writer < second.writer


def test_locks_of_frontiers_are_let_go_of(data: Path) -> None:
    with opened(data):
        (lock,) = (data / "spool").glob("*.lock")
        assert WriterLock.take(lock) is None
    assert not list((data / "spool").iterdir())
