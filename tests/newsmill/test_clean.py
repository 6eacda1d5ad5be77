"""``newsmill clean`` and ``newsmill inspect`` as a person uses them."""

from __future__ import annotations

import gzip
import html
import json
import re
import subprocess
from pathlib import Path

import lxml.html
import pytest
from click.testing import CliRunner
from warm_process import run_module

import newsdata
from newscrawl.addon import NEWSMILL_SETTINGS
from newsmill.__main__ import command_line
from newsmill.commands.clean import clean

PARAGRAPH = "The night ferry sailed again on Monday for the first time in nine years, with sixty passengers on board and a band."
PAGE = (
    '<html lang="en"><head><title>Night ferry returns</title></head><body><article><h1>Night ferry returns</h1><p>By Mara Quill</p>'
    f"<p>{PARAGRAPH}</p><p>{PARAGRAPH.replace('Monday', 'Tuesday')}</p><p>Sign up for our newsletter</p></article></body></html>"
)
TEXT = f"Night ferry returns\n\nBy Mara Quill\n\n{PARAGRAPH}\n\n{PARAGRAPH.replace('Monday', 'Tuesday')}\n\nSign up for our newsletter\n"


def newsmill(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return run_module("newsmill", *arguments, cwd=Path.cwd(), stdin=stdin)


def said(*arguments: str, stdin: bytes = b"") -> str:
    """What the command prints, run in this process: starting one costs more than what it does to so few pages."""
    return CliRunner().invoke(command_line, arguments, input=stdin, catch_exceptions=False).stdout


@pytest.fixture
def page(tmp_path: Path) -> Path:
    file = tmp_path / "pages" / "ferry.html"
    file.parent.mkdir()
    file.write_text(PAGE, encoding="utf-8")
    return file


def warc_of(url: str, page: str) -> bytes:
    body = page.encode()
    http = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % len(body)
        + body
    )
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2026-11-02T06:00:00Z\r\n"
        "WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000001>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + http + b"\r\n\r\n")


def test_text_and_markdown(page: Path) -> None:
    printed = said("clean", str(page))
    assert printed.startswith("Night ferry returns\n\nMara Quill\n\nThe night ferry sailed")
    assert "newsletter" not in printed
    assert said("clean", str(page), "--format", "markdown").startswith("# Night ferry returns\n")


@pytest.mark.parametrize(
    "content",
    [PAGE.encode(), TEXT.encode(), TEXT.replace("a band", "a “café” band, déjà vu").encode("cp1252")],
    ids=["html", "text", "text-in-cp1252"],
)
def test_standard_input_as_json(content: bytes) -> None:
    record = json.loads(said("clean", "-", "--format", "json", stdin=content))
    assert record["title"] == "Night ferry returns"
    assert record["authors"] == ["Mara Quill"]
    assert record["text"].count("\n\n") == 1
    assert "\ufffd" not in record["text"]
    assert ("“café” band" in record["text"]) == (b"caf\xe9" in content)
    assert ("newsletter", "Sign up for our newsletter") in {
        (block["kind"], block["text"]) for block in record["removed"]
    }


def test_folder_and_warc_into_a_dataset(page: Path, tmp_path: Path) -> None:
    (page.parent / "crawl.warc.gz").write_bytes(warc_of("https://courier.example/2026/ferry", PAGE))
    (page.parent / "notes.txt").write_text("Too short.", encoding="utf-8")
    (page.parent / "picture.png").write_bytes(b"\x89PNG")
    data = str(tmp_path / "data")
    result = newsmill("clean", str(page.parent), "--data", data)
    assert result.returncode == 0, result.stderr
    assert "notes.txt: no article: too-short" in result.stderr
    assert result.stdout == f"2 articles in {data}\n"
    rows = json.loads(
        said(
            "sql",
            "SELECT url, site, http_status FROM articles ORDER BY url DESC",
            "--format",
            "json",
            "--data",
            data,
        )
    )
    assert rows[0] == {
        "url": "https://courier.example/2026/ferry",
        "site": "courier.example",
        "http_status": 200,
    }
    assert len(rows) == 2
    outcomes = json.loads(
        said("sql", "SELECT kind, reason FROM outcomes ORDER BY kind", "--format", "json", "--data", data)
    )
    assert outcomes == [
        {"kind": "skipped", "reason": "too-short"},
        {"kind": "stored", "reason": ""},
        {"kind": "stored", "reason": ""},
    ]
    query = "SELECT id FROM articles WHERE url LIKE 'https:%'"
    (row,) = json.loads(said("sql", query, "--format", "json", "--data", data))
    for name in ("https://courier.example/2026/ferry", row["id"]):
        shown = said("inspect", name, "--data", data)
        assert "newsletter.invitation: Sign up for our newsletter" in shown


def test_what_cannot_be_cleaned_is_named_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    heavy = f"<html><body>{'<div><p>Words stand here, and more of them follow, as was said on Friday.</p></div>' * 60_000}"
    for name, content in {
        "a-good.html": PAGE,
        "b-slow.html": heavy,
        "c-large.html": " " * 10_000_001,
        "e-damaged.warc.gz": "no WARC",
        "f-nothing.html": "<p>Hello.</p>",
        "g-good.txt": TEXT.replace("Night ferry", "Day ferry"),
    }.items():
        (folder / name).write_text(content)
    (folder / "d-gone.html").symlink_to("nowhere")
    monkeypatch.setitem(NEWSMILL_SETTINGS, "NEWSMILL_CLEAN_TIMEOUT", 5.0)
    done = CliRunner().invoke(clean, [str(folder), "--data", str(tmp_path / "data")])
    assert (done.exit_code, str(done.exception)) == (1, "4 of 7 could not be cleaned; they are named above")
    assert [line.split("pages/")[1][:30] for line in done.stderr.splitlines()] == [
        "b-slow.html: timeout: cleaning",
        "c-large.html: too-large: more ",
        "d-gone.html: unreadable: No su",
        "e-damaged.warc.gz: unreadable:",
        "f-nothing.html: no article: to",
    ]
    assert done.stdout == f"2 articles in {tmp_path / 'data'}\n"
    with newsdata.connect(tmp_path / "data") as connection:
        outcomes = connection.execute(
            "SELECT regexp_extract(url, '[^/]*$'), kind, reason FROM outcomes ORDER BY url"
        ).fetchall()
        kept = connection.execute(
            "SELECT octet_length(body) FROM pages WHERE url LIKE '%b-slow.html'"
        ).fetchone()
    assert outcomes == [
        ("a-good.html", "stored", ""),
        ("b-slow.html", "quarantined", "timeout"),
        ("c-large.html", "failed", "too-large"),
        ("e-damaged.warc.gz", "failed", "unreadable"),
        ("f-nothing.html", "skipped", "too-short"),
        ("g-good.txt", "stored", ""),
        ("nowhere", "failed", "unreadable"),  # where the link points to
    ]
    assert kept == (len(heavy),)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("clean",), 2, "missing argument"),
        (("clean", "no-such-file.html"), 1, "no such file or folder"),
        (("clean", "a.html", "b.html", "--url", "https://x.example/"), 2, "--url names one page"),
        (("clean", "-", "--format", "xml"), 2, "invalid value"),
        (("clean", "-"), 1, "no article found"),
        (("inspect", "no-such-page", "--data", "no-such-folder"), 1, "no-such-page is no file"),
    ],
)
def test_bad_input_gets_one_line(arguments: tuple[str, ...], code: int, message: str) -> None:
    result = newsmill(*arguments, stdin="<p>hello</p>")
    assert result.returncode == code
    last = result.stderr.strip().splitlines()[-1]
    assert last.startswith("newsmill: ")
    assert message in last
    assert "Traceback" not in result.stderr


def test_inspect_shows_kept_and_removed_in_order(page: Path) -> None:
    shown = said("inspect", str(page))
    places = [
        shown.index(text)
        for text in (
            "title.repeated: Night ferry",
            "byline.form: By Mara Quill",
            PARAGRAPH[:60],
            "newsletter.invitation: Sign up",
        )
    ]
    assert places == sorted(places)
    assert "2 blocks kept" in shown
    assert re.search(rf"^\d\.\d\d  p +{PARAGRAPH[:60]}", shown, re.MULTILINE)
    assert re.search(r"^\d\.\d\d  newsletter +✗ newsletter\.invitation: Sign up", shown, re.MULTILINE)


def test_inspect_shows_text_as_it_is_cleaned(tmp_path: Path) -> None:
    (tmp_path / "ferry.txt").write_text(f"{TEXT}\n© “Fährbote”\n", encoding="cp1252")
    shown = said("inspect", str(tmp_path / "ferry.txt"))
    assert "✓ authors    line:byline" in shown
    assert "newsletter.invitation: Sign up" in shown
    assert "© “Fährbote”" in shown
    assert "2 blocks kept" in shown


def test_inspect_as_a_page(page: Path, tmp_path: Path) -> None:
    hostile = "<img src=x onerror=alert(1)>\"'{{ 7 * 7 }}"
    page.write_text(
        PAGE.replace("<p>Sign", f"<figure><img src='/a.jpg'><figcaption>{html.escape(hostile)}</figcaption></figure><p>Sign").replace(
            "on Monday", f"on {html.escape(hostile)} \u202e\x9b Monday"
        )
    )  # fmt: skip
    target = tmp_path / "out.html"
    done = newsmill("inspect", str(page), "--url", "https://ferry.example/1", "--html", str(target))
    assert (done.returncode, done.stderr) == (0, "")
    shown = target.read_text()
    assert "default-src 'none'" in shown
    tree = lxml.html.document_fromstring(shown)
    assert not tree.xpath(
        "//script | //img | //link | //@onerror | //@src | //@href[not(starts-with(., '#'))]"
    )
    assert not {"\u202e", "\x9b"} & set(shown)
    items = [
        (item.get("class"), item.findtext("small"), item.findtext("p")) for item in tree.xpath("//ol/li")
    ]
    texts = [text for *_, text in items]
    kinds = {text[:12]: f"{kind} {rule}" for kind, rule, text in items}
    assert (
        texts.index("By Mara Quill") < [text[:9] for text in texts].index("The night") < texts.index(hostile)
    )
    assert kinds["The night fe"].startswith("kept ")
    assert kinds["The night fe"].endswith(" p")
    assert kinds["Sign up for "].startswith("removed kind-newsletter ")
    assert kinds["Sign up for "].endswith("newsletter ✗ newsletter.invitation")
    rows = [[cell.text_content() for cell in row] for row in tree.xpath("//section[@id='metadata']//tr")]
    assert ["✓ title", "h1", "Night ferry returns"] in [[cells[0], "h1", cells[2]] for cells in rows]
    refused = newsmill("inspect", str(page), "--html", str(tmp_path / "none" / "out.html"))
    assert refused.returncode == 1
    assert "choose another place with --html" in refused.stderr


def test_control_characters_never_reach_the_terminal(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(
        PAGE.replace("<h1>Night ferry returns", "<h1>Night ferry \x1b[31mreturns"), encoding="utf-8"
    )
    assert "\x1b[31m" not in said("inspect", str(file))
