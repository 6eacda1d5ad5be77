"""`newsmill site` as a person runs it: a file from a look at a site, a crawl by it, and what has drifted."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from warm_process import run_module

from newscrawl.site_files import read_site_file
from newsmill.demo import serve

pytestmark = pytest.mark.network


def newsmill(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return run_module("newsmill", *arguments, cwd=cwd, environment=os.environ | {"COLUMNS": "150"})


def test_a_site_is_added_crawled_and_checked(tmp_path: Path) -> None:
    with serve() as demo:
        front = demo.urls[0]
        added = newsmill(
            "site", "add", front, "--name", "courier", "--allow-private", "127.0.0.1", cwd=tmp_path
        )
        assert added.returncode == 0, added.stderr
        path = tmp_path / "sites" / "courier.toml"
        site = read_site_file(path)
        assert site.start == (front,)
        assert f"{front}feed.xml" in site.named("feeds")
        assert site.named("sitemaps") == (f"{front}sitemap.xml",)
        assert site.language == "en"
        titles = {truth.title for url, truth in demo.truths.items() if not truth.no_article}
        shown = [title for title in titles if title in added.stdout]
        assert len(shown) == 5
        assert len(re.findall(r"\d{4}-\d\d-\d\d .*; .+; \d+ words", added.stdout)) == 5
        assert not (tmp_path / "data").exists()

        again = newsmill("site", "add", front, "--name", "courier", cwd=tmp_path)
        assert (again.returncode, again.stdout) == (2, "")
        assert "sites/courier.toml is already there" in again.stderr

        path.write_text(path.read_text().replace("feed.xml", "gone.xml"))
        crawled = newsmill(
            "crawl", "courier", "--max-articles", "3", "--allow-private", "127.0.0.1", cwd=tmp_path
        )
        assert crawled.returncode == 0, crawled.stderr
    (tmp_path / "sites" / "new.toml").write_text('start = "https://new.example"')
    empty = newsmill("site", "check", "new", "--data", "not-yet", cwd=tmp_path)  # before the first crawl
    assert (empty.returncode, empty.stderr) == (0, "")
    assert re.search(r"new\s+│\s+0 │ .* not crawled; newsmill crawl new", empty.stdout)
    checked = newsmill("site", "check", cwd=tmp_path)
    assert checked.returncode == 1
    assert re.search(r"courier\s+│\s+3 │ .* has drifted", checked.stdout)
    assert re.search(r"new\s+│\s+0 │ .* not crawled; newsmill crawl new", checked.stdout)
    assert f"courier: {front}gone.xml: http-404 when it was last read" in checked.stdout
    assert checked.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("site", "check"), 2, "cannot read sites: No such file or directory"),
        (("site", "check", "nope"), 2, "there is no sites/nope.toml"),
        (("site", "add", "ftp://a.example"), 2, "is not an http:// or https:// URL"),
        (("site", "add", "a.example", "--name", "../a"), 2, "'../a' is no name of a file"),
        (("site", "add", "no-such-site.invalid"), 1, "no article was found, no file is written"),
        (("crawl", "--sites", "empty"), 2, "no site in empty"),
        (("crawl", "wrong", "--sites", "bad"), 2, "bad/wrong.toml: delay: 'slow' is no number of seconds"),
        (("reclean", "--sites", "bad"), 2, "bad/wrong.toml: delay: 'slow' is no number of seconds"),
    ],
)
def test_bad_input_is_one_clear_line(
    arguments: tuple[str, ...], code: int, message: str, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "wrong.toml").write_text('start = "https://a.example"\ndelay = "slow"')
    done = newsmill(*arguments, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert message in done.stderr
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
