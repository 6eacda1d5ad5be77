"""What publishers say about the use of their pages: as seen in `usage`, by site, and respected when asked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from small_web import Answer, Web, article

import newsdata
from newscrawl.robots_rules import read_robots
from newscrawl.usage import usage_signals
from newsdata import Usage
from newsdata.usage import PURPOSES, Purpose, ai_agents, denial, purposes

PAGE = "https://news.example/2026/03/14/a-story"


@pytest.mark.parametrize(
    ("headers", "head", "expected"),
    [
        ([("Content-Usage", "train-ai=n")], "", [Usage("header:Content-Usage", "train-ai=n")]),
        ([("content-signal", " search=yes, ai-train=no ")], "",
         [Usage("header:Content-Signal", "search=yes, ai-train=no")]),
        ([("TDM-Reservation", "1"), ("tdm-policy", "https://news.example/tdm.json")], "",
         [Usage("header:tdm-reservation", "1"), Usage("header:tdm-policy", "https://news.example/tdm.json")]),
        ([("X-Robots-Tag", "noai, noimageai")], "", [Usage("header:X-Robots-Tag", "noai, noimageai")]),
        ([], "<meta name=Robots content='noindex, noarchive'>", [Usage("meta:robots", "noindex, noarchive")]),
        ([], '<META CONTENT="noarchive" NAME="GPTBot">', [Usage("meta:gptbot", "noarchive")]),
        ([], "<meta name=tdm-reservation content=1>", [Usage("meta:tdm-reservation", "1")]),
        ([], "<link rel='license nofollow' href=/terms>", [Usage("link:license", "https://news.example/terms")]),
        ([("Link", '<https://cc.example/by/4.0>; rel="license"')], "",
         [Usage("link:license", "https://cc.example/by/4.0")]),
        ([], ('<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "license": "https://cc.example/by"},'
             '{"@type": "ImageObject", "license": "https://pictures.example/"}]}</script>'),
         [Usage("json-ld:license", "https://cc.example/by")]),
        ([], '<script type=application/ld+json>{"license": {"@id": "https://cc.example/nc"}}</script>',
         [Usage("json-ld:license", "https://cc.example/nc")]),
        ([("Server", "nginx")], "<meta name=viewport content=noai><script type=application/ld+json>{license</script>", []),
    ],
)  # fmt: skip
def test_the_signals_of_a_page(headers: list[tuple[str, str]], head: str, expected: list[Usage]) -> None:
    assert list(usage_signals(headers, f"<html><head>{head}</head></html>".encode(), PAGE)) == expected


def test_the_signals_of_robots_txt() -> None:
    rules = read_robots(
        b"User-agent: *\nContent-Signal: search=yes, ai-train=no\nContent-Usage: /2025/ train-ai=n\n"
        b"Content-Usage: /2026/ train-ai=y\nDisallow: /private/\n\n"
        b"User-agent: GPTBot\nUser-agent: CCBot\nDisallow: /\nAllow: /open/\n\nUser-agent: OtherBot\nDisallow: /\n",
        "newsmill",
    )
    assert rules.allows(PAGE)
    assert not rules.allows("https://news.example/private/a")
    assert set(rules.usage(PAGE)) == {
        Usage("robots.txt:GPTBot", "disallow"),
        Usage("robots.txt:CCBot", "disallow"),
        Usage("robots.txt:Content-Signal", "search=yes, ai-train=no"),
        Usage("robots.txt:Content-Usage", "/2026/ train-ai=y"),
    }
    assert Usage("robots.txt:GPTBot", "allow") in rules.usage("https://news.example/open/a")


@pytest.mark.parametrize(
    ("source", "value", "forbidden"),
    [
        ("header:Content-Usage", "train-ai=n", {"train-ai"}),
        ("header:Content-Usage", "train-ai=y, search=n", {"search"}),
        ("robots.txt:Content-Usage", "/2026/ train-ai=n", {"train-ai"}),
        ("robots.txt:Content-Signal", "search=yes, ai-input=no, ai-train=no", {"train-ai", "ai-input"}),
        ("header:Content-Signal", "search=yes,ai-train=yes", set()),
        ("meta:tdm-reservation", "1", {"train-ai"}),
        ("header:tdm-reservation", "0", set()),
        ("meta:robots", "noai, noimageai", {"train-ai", "ai-input"}),
        ("meta:robots", "noimageai, noarchive", set()),
        ("header:X-Robots-Tag", "googlebot: noindex", {"search"}),
        ("robots.txt:GPTBot", "disallow", {"train-ai"}),
        ("robots.txt:GPTBot", "allow", set()),
        ("robots.txt:Perplexity-User", "disallow", {"ai-input"}),
        ("json-ld:license", "https://cc.example/train-ai=n", set()),
    ],
)
def test_what_a_signal_forbids(source: str, value: str, forbidden: set[Purpose]) -> None:
    signal = Usage(source, value)
    assert {purpose for purpose in PURPOSES if denial([signal], purpose)} == forbidden


def test_each_agent_has_one_purpose_and_a_wrong_purpose_is_named() -> None:
    assert len(ai_agents()) > 25
    assert len({name.lower() for name in ai_agents()}) == len(ai_agents())
    with pytest.raises(ValueError, match="'training' is no use"):
        purposes(["train-ai", "training"])


def newsmill(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "newsmill", *arguments],
        cwd=folder, capture_output=True, text=True, timeout=60, check=False, env=dict(os.environ),
    )  # fmt: skip


@pytest.mark.network
def test_usage_is_stored_counted_by_site_and_respected(web: Web, tmp_path: Path) -> None:
    day = f"/{datetime.now(UTC):%Y/%m/%d}"
    free, reserved = f"{day}/free-harbour-story", f"{day}/reserved-harbour-story"
    web.routes["/robots.txt"] = Answer(
        b"User-agent: *\nContent-Signal: search=yes\nAllow: /\nUser-agent: GPTBot\nAllow: /\n",
        headers={"Content-Type": "text/plain"},
    )
    links = "".join(f"<li><a href={path}>A story of the quay: {path}</a>" for path in (free, reserved))
    web.routes["/"] = Answer(f"<html><body><main><ul>{links}</ul></main></body></html>".encode())
    web.routes[free] = Answer(article("Free", "<link rel=license href=https://cc.example/by>"))
    web.routes[reserved] = Answer(
        article("Reserved"), headers={"Content-Type": "text/html", "tdm-reservation": "1"}
    )
    crawl = ("crawl", web.base(), "--allow-private", "127.0.0.1")
    assert newsmill(tmp_path, *crawl, "--data", "all").returncode == 0
    with newsdata.connect(tmp_path / "all") as data:
        rows = data.sql(
            'SELECT source, "value", articles, all_articles, denies FROM usage_by_site'
        ).fetchall()
    assert sorted(rows) == [
        ("header:tdm-reservation", "1", 1, 2, ["train-ai"]),
        ("link:license", "https://cc.example/by", 1, 2, []),
        ("robots.txt:Content-Signal", "search=yes", 2, 2, []),
        ("robots.txt:GPTBot", "allow", 2, 2, []),
    ]
    for options, titles in (
        ((), {"Free", "Reserved"}),
        (("--respect-usage", "train-ai"), {"Free"}),
        (("--respect-usage", "search"), {"Free", "Reserved"}),
        (("--respect-usage", "train-ai", "--where", "title = 'Free' OR true -- all"), {"Free"}),
    ):
        done = newsmill(tmp_path, "export", "--as", "jsonl", "--to", "out", "--data", "all", *options)
        assert done.returncode == 0, done.stderr
        (file,) = (tmp_path / "out").glob("*.jsonl")
        assert {json.loads(line)["title"] for line in file.read_text().splitlines()} == titles

    assert newsmill(tmp_path, *crawl, "--data", "some", "--respect-usage", "train-ai").returncode == 0
    with newsdata.connect(tmp_path / "some") as data:
        assert data.sql("SELECT title FROM articles").fetchall() == [("Free",)]
        assert data.sql("SELECT count(*) FROM pages").fetchall() == [(1,)]
        told = data.sql("SELECT kind, detail FROM outcomes WHERE reason = 'usage-train-ai'").fetchall()
    assert told == [("skipped", "header:tdm-reservation: 1")]
