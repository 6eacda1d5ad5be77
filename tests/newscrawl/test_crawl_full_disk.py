"""A disk of 4 MB that fills during a crawl, and one that is read-only. Needs a mount; elsewhere it is left out."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from small_web import ROOT, Answer, Web, article
from warm_process import run_module

import newsdata
from newsclean.article import Article

ARTICLES = 60


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "none", str(place)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("nothing can be mounted here; the writer's own test fills a file up to a limit")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def write(writer: newsdata.Writer, number: int) -> str:
    fetch = newsdata.Fetch(f"https://www.example.com/story-{number}", datetime(2026, 11, 3, tzinfo=UTC))
    return writer.write_article(Article(fetch.url, "A sentence. " * 40, ("p",)), fetch, cleaner="c")


def remount(place: Path, option: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{option}", str(place)], check=True)


def crawl(web: Web, data: Path) -> subprocess.CompletedProcess[str]:
    arguments = ["crawl", web.base(), "--data", str(data), "--allow-private", "127.0.0.1"]
    return run_module("newsmill", *arguments, cwd=ROOT)


def counts(data: Path) -> tuple[int, int]:
    with newsdata.connect(data) as connection:
        found: tuple[int, int] = connection.execute(
            "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM outcomes WHERE kind = 'stored')"
        ).fetchall()[0]
    return found


def asked_for(web: Web) -> int:
    """How often articles were asked for; a crawl looks for sources in a good dozen places besides."""
    return sum(number for (_, path), number in web.hits.items() if "/story-" in path)


@pytest.mark.network
def test_a_crawl_stops_at_a_full_disk_and_goes_on_with_room(web: Web, small_disk: Path) -> None:
    chance = random.Random(8)
    links = ""
    for number in range(ARTICLES):
        path = f"/2026/03/14/story-number-{number}-here"
        links += f'<a href="{path}">Story {number}</a>'
        # what no compression makes smaller, in a comment
        web.routes[path] = Answer(article(f"Story {number}", f"<!-- {chance.randbytes(30_000).hex()} -->"))
    web.routes["/"] = Answer(f"<html><body>{links}</body></html>".encode())
    data = small_disk / "data"
    done = crawl(web, data)
    assert done.returncode == 1, done.stderr
    (line,) = [line for line in done.stderr.splitlines() if "no room to write" in line]
    assert line.startswith("newsmill: ")
    assert "Traceback" not in done.stderr
    articles, stored = counts(data)
    assert articles == stored < ARTICLES  # none, if the disk was full of pages before the first was cleaned
    assert f"{stored} articles in " in done.stdout
    assert not [path for path in data.glob("**/*") if path.name.endswith(".part")]
    assert newsdata.verify(data).faults == ()
    before = asked_for(web)
    remount(small_disk, "size=64m")
    done = crawl(web, data)
    assert done.returncode == 0, done.stderr
    assert "goes on with crawl " in done.stderr
    assert counts(data) == (ARTICLES, ARTICLES)
    assert asked_for(web) - before <= ARTICLES - stored
    assert newsdata.verify(data).faults == ()


def test_what_was_acknowledged_survives_a_disk_that_others_fill(small_disk: Path) -> None:
    data = small_disk / "data"
    writer = newsdata.open_writer(data, crawl_id="crawl-1")
    ids = {write(writer, number) for number in range(20)}
    writer.sync()
    ballast = small_disk / "ballast"
    subprocess.run(["dd", "if=/dev/zero", f"of={ballast}", "bs=4k"], capture_output=True, check=False)
    with pytest.raises(newsdata.StorageFullError, match="no room to write"):
        write(writer, 21)
    with pytest.raises(newsdata.StorageFullError):
        writer.close()
    with newsdata.connect(data) as connection:
        assert connection.execute("SELECT count(*) FROM articles").fetchone() == (0,)
    looked = newsdata.verify(data, repair=False)
    assert (looked.faults, looked.journal_lines) == ((), 20)
    with pytest.raises(newsdata.StorageFullError):
        newsdata.verify(data)
    ballast.unlink()
    newsdata.recover(data)
    with newsdata.connect(data) as connection:
        assert {key for (key,) in connection.execute("SELECT id FROM articles").fetchall()} == ids


@pytest.mark.network
def test_a_read_only_dataset_can_be_asked_and_not_crawled_into(web: Web, small_disk: Path) -> None:
    data = small_disk / "data"
    with newsdata.open_writer(data, crawl_id="crawl-1") as writer:
        write(writer, 1)
    state = newsdata.open_state(data)
    state.close()
    remount(small_disk, "ro")
    done = crawl(web, data)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("newsmill: cannot write ")
    assert "Traceback" not in done.stderr
    assert not web.hits
    query = ["SELECT count(*) AS n FROM articles", "--format", "csv"]
    asked = run_module("newsmill", "sql", *query, "--data", str(data), cwd=ROOT)
    assert (asked.returncode, asked.stdout) == (0, "n\n1\n"), asked.stderr
    for arguments in (["--look-only"], []):  # there is nothing to mend
        looked = run_module("newsmill", "verify", *arguments, "--data", str(data), cwd=ROOT)
        assert (looked.returncode, looked.stderr) == (0, "")
