"""`newsmill crawl` as a person runs it: what it prints, what it stores, its exit codes."""

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import pytest
from rich.console import Console
from warm_process import run_module

from newsdata import SOURCE_REASONS
from newsmill.demo import serve
from newsmill.progress import Progress, Rate, progress_line, shown

pytestmark = pytest.mark.network


def newsmill(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return run_module("newsmill", *arguments, cwd=cwd, environment=os.environ | environment)


def test_the_demo_is_crawled_whole(tmp_path: Path) -> None:
    done = newsmill("crawl", "demo", cwd=tmp_path, COLUMNS="120")
    assert done.returncode == 0, done.stderr
    outcomes = duckdb.sql(f"SELECT kind, reason, url FROM '{tmp_path}/data/outcomes/**/*.parquet'").fetchall()
    rows = [row for row in outcomes if row[1] not in SOURCE_REASONS]
    read, sought = (sum(reason == each for _, reason, _ in outcomes) for each in SOURCE_REASONS)
    # found out by following links, feeds and sitemaps: all articles of both sites, and what robots.txt forbids
    with serve() as demo:
        truths = {urlsplit(url).path: truth for url, truth in demo.truths.items()}
    assert len(truths) >= 60
    # a section, which is no page
    (forbidden,) = (urlsplit(url).path for _, reason, url in rows if reason == "robots")
    assert forbidden.endswith("/")
    rows = [row for row in rows if row[1] != "robots"]
    by_path = {urlsplit(url).path: kind for kind, _, url in rows}
    assert by_path == {path: "skipped" if truth.no_article else "stored" for path, truth in truths.items()}
    assert len(by_path) == len(rows)

    stored = sum(kind == "stored" for kind, _, _ in rows)
    count = duckdb.sql(f"SELECT count(*), count(DISTINCT id) FROM '{tmp_path}/data/articles/**/*.parquet'")
    assert count.fetchall() == [(stored, stored)]
    assert re.search(rf"all\s+│\s+│\s+{len(rows)} │", done.stdout)
    told = f"Sources read (front pages, sections, feeds, sitemaps): {read}; looked for in vain: {sought}; "
    told += "not read: robots 1\n"
    assert told in done.stdout
    assert f"{stored} articles in " in done.stdout
    assert "newsmill sql " in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ((), 2, "nothing to crawl"),
        (("https://",), 2, "has no host"),
        (("http:///path",), 2, "has no host"),
        (("file:///etc/passwd",), 2, "is not an http:// or https:// URL"),
        (
            ("news.example", "--urls", "no-such-file.txt"),
            2,
            "cannot read no-such-file.txt: No such file or directory",
        ),
        (("--urls", "."), 2, "cannot read .: Is a directory"),
        (("--urls", "/dev/null"), 2, "/dev/null is empty"),
        (("news.example", "--since", "yesterday"), 2, "yesterday"),
        (("news.example", "--max-pages", "0"), 2, "--max-pages"),
        (("news.example", "--data", "/proc/nowhere"), 1, "cannot write /proc/nowhere"),
        (("news.example", "--data", "/dev/null"), 1, "cannot write /dev/null"),
    ],
)
def test_bad_input_is_one_clear_line(
    arguments: tuple[str, ...], code: int, message: str, tmp_path: Path
) -> None:
    done = newsmill("crawl", *arguments, cwd=tmp_path)
    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("newsmill: ") == (len(done.stderr.splitlines()) == 1)
    assert done.stdout == ""


def test_a_site_that_does_not_exist_and_rubbish_in_a_list(tmp_path: Path) -> None:
    (tmp_path / "urls.txt").write_text("https://no-such-host.invalid/2026/03/14/a-story\nrubbish\n")
    done = newsmill("crawl", "no-such-site.invalid", "--urls", "urls.txt", cwd=tmp_path)
    assert done.returncode == 1
    assert "newsmill: urls.txt:2: is not an http:// or https:// URL, left out: rubbish" in done.stderr
    assert "newsmill: https://no-such-site.invalid: dns: " in done.stderr
    assert "Traceback" not in done.stderr
    rows = duckdb.sql(f"SELECT kind, reason FROM '{tmp_path}/data/outcomes/**/*.parquet'").fetchall()
    assert rows == [("failed", "dns")] * 2


def test_a_private_host_is_refused_without_leave(tmp_path: Path) -> None:
    done = newsmill("crawl", "http://127.0.0.1:9/", cwd=tmp_path)
    assert done.returncode == 1
    assert "private-address" in done.stderr
    assert "--allow-private" in done.stderr


def test_help_imports_no_scrapy(tmp_path: Path) -> None:
    program = "import sys; import newsmill.commands.crawl; sys.exit('scrapy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=False)
    assert done.returncode == 0
    shown_help = newsmill("crawl", "--help", cwd=tmp_path)
    assert shown_help.returncode == 0
    for option in ("--urls", "--since", "--max-pages", "--data", "--allow-private", "demo"):
        assert option in shown_help.stdout


def test_progress_tells_pages_articles_rate_and_what_is_in_flight() -> None:
    rate = Rate(0.0)
    assert rate.update(2.0, 20) == 10.0
    assert rate.update(20.0, 38) == pytest.approx(1.0)
    line = progress_line(Progress(38, 30, 4, 2, 100), 1.04, 20.0)
    assert line == "  20 s  38 pages  30 articles  1.0 pages/s  4 fetching  2 cleaning  100 waiting"


def test_progress_is_live_on_a_terminal_and_silent_before_its_first_line_elsewhere(tmp_path: Path) -> None:
    def read() -> Progress:
        return Progress(7, 6, 5, 4, 3)

    for is_terminal in (True, False):
        path = tmp_path / str(is_terminal)
        with path.open("w") as file, shown(read, Console(file=file, force_terminal=is_terminal, width=100)):
            pass
        assert ("7" in path.read_text()) is is_terminal
