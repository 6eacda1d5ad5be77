"""Pages whose text scripts make, in Chromium; and that the browser reaches nothing that the crawl would not."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from small_web import Answer, Web, article, outcomes, scrapy_crawl

from newscrawl.browser import browser_problem

pytestmark = [
    pytest.mark.network,
    pytest.mark.skipif(bool(browser_problem()), reason=browser_problem() or "there is a browser"),
]
SCRIPT = {"Content-Type": "text/javascript"}
STORY = "/2026/03/14/the-harbour-board-has-met-again"


def shell(extra: str = "") -> Answer:
    page = f"<!doctype html><html lang=en><title>Orra</title><body><div id=app></div>{extra}<script src=/app.js></script>"
    return Answer(page.encode())


def orra(web: Web, extra: str = "") -> None:
    """A site whose pages are empty until its script has fetched what belongs there."""
    web.routes["/"] = shell()
    web.routes[STORY] = shell(extra)
    web.routes["/app.js"] = Answer(
        b"fetch('/data' + location.pathname).then(r => r.text()).then(t => document.getElementById('app').innerHTML = t)",
        headers=SCRIPT,
    )
    web.routes["/data/"] = Answer(
        f"<main><p><a href={STORY}>The harbour board has met again</a></p></main>".encode()
    )
    body = article("The board").partition(b"<main>")[2].partition(b"</main>")[0]
    web.routes[f"/data{STORY}"] = Answer(status=302, headers={"Location": "/moved"})
    web.routes["/moved"] = Answer(b"<main>" + body + b"</main>")


def crawl(tmp_path: Path, web: Web, render: str, **settings: str) -> str:
    (tmp_path / "orra.toml").write_text(
        f'start = "{web.base()}/"\nfeeds = false\nsitemaps = false\nrender = "{render}"\ncookies = {{ consent = "all" }}'
    )
    done = scrapy_crawl("news", tmp_path / "data", f"site_files={tmp_path / 'orra.toml'}", settings=settings)
    assert "Traceback" not in done.stderr, done.stderr
    return done.stderr


def test_a_page_made_by_scripts_is_stored_and_the_browser_goes_nowhere_else(web: Web, tmp_path: Path) -> None:
    private = web.base("127.0.0.2")
    orra(
        web,
        f"<img src={private}/img><link rel=preconnect href={private}><link rel=prefetch href={private}/prefetch>"
        f"<iframe src={private}/frame></iframe><script src={private}/script.js></script><script>"
        f"try {{ new WebSocket('{private}/socket'.replace('http', 'ws')) }} catch (e) {{}};"
        f"navigator.sendBeacon('{private}/beacon', 'x'); fetch('{private}/fetch'); fetch('/leads-there');"
        f"fetch('/forbidden'); fetch('{web.base()}/x', {{method: 'DELETE'}})</script>",
    )
    web.routes["/leads-there"] = Answer(status=302, headers={"Location": f"{private}/led"})
    web.routes["/robots.txt"] = Answer(
        b"User-agent: *\nDisallow: /forbidden", headers={"Content-Type": "text/plain"}
    )
    crawl(tmp_path, web, "always")
    assert {url.removeprefix(web.base()): row.kind for url, row in outcomes(tmp_path / "data").items()} == {
        STORY: "stored"
    }
    ((text,),) = duckdb.sql(f"SELECT text FROM '{tmp_path}/data/articles/**/*.parquet'").fetchall()
    assert "A decision is expected within 8 weeks" in text
    pages = duckdb.sql(
        f"SELECT body FROM '{tmp_path}/data/pages/**/*.parquet' ORDER BY fetched_at"
    ).fetchall()
    assert [b"decision is expected" in bytes(body) for (body,) in pages] == [False, True]
    assert web.hits["127.0.0.1", STORY] == 1  # the browser did not fetch it again
    assert web.hits["127.0.0.1", "/leads-there"] == 1
    assert web.hits["127.0.0.1", "/forbidden"] == web.hits["127.0.0.1", "/x"] == 0
    assert [hit for hit in web.hits if hit[0] != "127.0.0.1"] == []
    sent = web.headers["127.0.0.1", "/moved"]
    assert sent["user-agent"].startswith("newsmill/")
    assert sent["cookie"] == "consent=all"


def test_auto_renders_what_holds_no_article_and_only_that(web: Web, tmp_path: Path) -> None:
    orra(web)
    plain = "/2026/03/15/the-harbour-board-has-met-once-more"
    web.routes[plain] = Answer(
        article("Once more").replace(b"</body>", b"<script src=/never.js></script></body>")
    )
    web.routes["/"] = Answer(
        f"<main><p><a href={STORY}>The harbour board has met again</a><p><a href={plain}>And once more, they say</a></main>".encode()
    )
    crawl(tmp_path, web, "auto")
    assert {row.kind for row in outcomes(tmp_path / "data").values()} == {"stored"}
    assert web.hits["127.0.0.1", "/app.js"] == 1
    assert web.hits["127.0.0.1", "/never.js"] == 0


def test_a_script_without_end_costs_its_time_and_nothing_else(web: Web, tmp_path: Path) -> None:
    orra(web)
    web.routes["/"] = Answer(f"<main><p><a href={STORY}>The harbour board has met again</a></main>".encode())
    web.routes["/app.js"] = Answer(b"for (;;) {}", headers=SCRIPT)
    log = crawl(tmp_path, web, "auto", NEWSMILL_RENDER_TIMEOUT="3")
    assert "cannot render" in log
    assert [row.kind for row in outcomes(tmp_path / "data").values()] == ["skipped"]


def test_without_a_browser_or_the_extra_there_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = "rendering pages needs a browser, and /no/such is no program; install chromium, or name it in NEWSMILL_BROWSER"
    assert browser_problem("/no/such") == line
    done = subprocess.run(
        [sys.executable, "-m", "newsmill", "crawl", "a.example", "--render", "auto"],
        cwd=tmp_path, capture_output=True, text=True, check=False, env=os.environ | {"NEWSMILL_BROWSER": "/no/such"},
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"newsmill: {line}\n")
    monkeypatch.setitem(sys.modules, "playwright", None)
    assert browser_problem() == "rendering pages needs the extra: pip install 'newsmill[browser]'"
