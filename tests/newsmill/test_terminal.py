"""Nothing that a page says reaches a real terminal as anything but text."""

from __future__ import annotations

import doctest
import json
import logging
import os
import pty
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from scrapy.utils.log import configure_logging, get_scrapy_root_handler
from warm_process import run_module

import newsdata
from newsclean.article import Article, Removal
from newsdata import controls
from newsmill import terminal
from newsmill.terminal import json_text, make_logs_printable, printable

# Sets the title, clears the screen (in one byte, too), turns reading round, rings, goes back over what stood there.
STEERING = "\x1b]0;pwned\x07 \x9b2J \x1b[2J \u202etxt.exe\u202c \u2066x\u2069 \x08\x08 \x7f \u2028 end"
FORBIDDEN = ("\x1b]", "\x1b[2J", "\x9b", "\u202e", "\u2066", "\x08", "\x07", "\x7f", "\u2028")
BODY = "The night ferry sailed again on Monday, nine years after the harbour board had withdrawn it. " * 3


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("steering")
    seen = datetime(2026, 11, 3, tzinfo=UTC)
    with newsdata.open_writer(folder / "data", crawl_id="c") as writer:
        fetch = newsdata.Fetch("https://example.com/1", seen)
        article = Article(
            fetch.url, f"Text {STEERING}", ("p",), f"Title {STEERING}", (f"Ada {STEERING}",),
            removed=(Removal("ad", "ad.label", STEERING),),
        )  # fmt: skip
        writer.write_article(article, fetch, cleaner="c")
    page = f"<html><head><title>Ferry {STEERING}</title><meta name='author' content='Ada {STEERING}'></head><body>"
    page += f"<article><h1>Ferry {STEERING}</h1><p>{BODY}{STEERING}</p><p>{BODY}</p><p>Advertisement</p></article></body></html>"
    (folder / "page.html").write_text(page)
    (folder / "empty.html").write_text(f"<title>{STEERING}</title>")
    return folder


def on_a_terminal(folder: Path, *arguments: str) -> str:
    """What a person's terminal gets of standard output and error."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "newsmill", *arguments]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs, cwd=folder,
        env=os.environ | {"TERM": "xterm-256color", "COLUMNS": "200"},
    ) as process:  # fmt: skip
        os.close(theirs)
        shown = b""
        while True:
            try:
                piece = os.read(ours, 1 << 16)
            except OSError:  # Linux says so when the other end is closed
                break
            if not piece:
                break
            shown += piece
        process.wait(30)
    os.close(ours)
    return shown.decode()


@pytest.mark.parametrize(
    "arguments",
    [
        ("sql", "FROM articles"),
        ("sql", "--format", "csv", "SELECT title, authors FROM articles"),
        ("sql", "--format", "json", "SELECT title, authors FROM articles"),
        ("sql", "--format", "json", "SELECT 'end' AS \"a\x1b]0;x\""),
        ("--debug", "sql", f"SELECT '{STEERING}'::INTEGER"),
        ("sql", "SELECT text::INTEGER FROM articles"),
        ("clean", "empty.html", "page.html"),
        ("inspect", "page.html"),
        (f"--end{STEERING}",),
    ],
    ids=lambda arguments: " ".join(arguments)[:40].encode("ascii", "replace").decode(),
)
def test_pages_cannot_steer_the_terminal(data: Path, arguments: tuple[str, ...]) -> None:
    shown = on_a_terminal(data, *arguments)
    assert "end" in shown
    for steering in FORBIDDEN:
        assert steering not in shown, (steering, shown)


@pytest.mark.parametrize("form", ["csv", "json", "table", "text", "markdown"])
def test_nor_through_a_pipe(data: Path, form: str) -> None:
    arguments = ["clean", "page.html"] if form in ("text", "markdown") else ["sql", "FROM articles"]
    done = run_module("newsmill", *arguments, "--format", form, cwd=data)
    assert done.returncode == 0, done.stderr
    assert "end" in done.stdout
    for steering in FORBIDDEN:
        assert steering not in done.stdout


def test_what_steers_is_the_same_for_the_dataset() -> None:
    assert terminal._CONTROLS.pattern == controls.CONTROLS.pattern


def test_logs_cannot_steer_either(capfd: pytest.CaptureFixture[str]) -> None:
    handlers = list(logging.root.handlers)
    try:
        configure_logging({"LOG_LEVEL": "DEBUG"})
        make_logs_printable()
        make_logs_printable()  # a second time changes nothing
        try:
            int(STEERING)
        except ValueError:
            logging.getLogger("a page says").exception("Crawled %s", STEERING)
        shown = capfd.readouterr().err
    finally:
        logging.root.removeHandler(get_scrapy_root_handler())
        logging.root.handlers[:] = handlers
    assert "ERROR: Crawled" in shown
    assert "ValueError" in shown
    for steering in FORBIDDEN:
        assert steering not in shown


def test_json_keeps_what_it_hides() -> None:
    assert json.loads(json_text({"a": STEERING})) == {"a": STEERING}
    assert json.loads(json_text("\ud800")) == "\ufffd"
    assert printable("tab\tand\nline, ümläut 日本 🙂") == "tab\tand\nline, ümläut 日本 🙂"
    assert not doctest.testmod(terminal).failed
