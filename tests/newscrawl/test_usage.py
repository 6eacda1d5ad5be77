"""What publishers say about the use of their pages: as seen in `usage`, by site, and respected when asked."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_web import Answer, Web, article
from warm_process import run_module

import newsdata
from newscrawl.robots_rules import read_robots
from newscrawl.tdmrep import MAX_RULES, NotReservationsError, read_reservations
from newscrawl.usage import usage_signals
from newsdata import Usage
from newsdata.usage import PURPOSES, Purpose, ai_agents, denial, denies_sql, purposes

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
        ([("Link", '<a>; title="x; rel=license"; rel=next, <b>;rel=license;rel=next, <c>; rel="up License", <d>;rel=licensed')],
         "", [Usage("link:license", "https://news.example/2026/03/14/b"), Usage("link:license", "https://news.example/2026/03/14/c")]),
        ([], ('<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "license": "https://cc.example/by"},'
             '{"@type": "ImageObject", "license": "https://pictures.example/"}]}</script>'),
         [Usage("json-ld:license", "https://cc.example/by")]),
        ([], '<script type=application/ld+json>{"@type": ["Article", "NewsArticle"], "license": "https://cc.example/by"}</script>',
         [Usage("json-ld:license", "https://cc.example/by")]),
        ([], '<script type=application/ld+json>{"@type": ["ImageObject"], "license": "https://cc.example/by"}</script>', []),
        ([], ('<script type="application/ld+json">{"@type": "WebPage", "mainEntity": {"@type": "NewsArticle",'
             '"license": "https://cc.example/by", "image": {"license": "https://pictures.example/"}}}</script>'),
         [Usage("json-ld:license", "https://cc.example/by")]),
        ([], '<script type=application/ld+json>{"license": {"@id": "https://cc.example/nc"}}</script>',
         [Usage("json-ld:license", "https://cc.example/nc")]),
        ([("Server", "nginx")], "<meta name=viewport content=noai><script type=application/ld+json>{license</script>", []),
    ],
)  # fmt: skip
def test_the_signals_of_a_page(headers: list[tuple[str, str]], head: str, expected: list[Usage]) -> None:
    assert list(usage_signals(headers, f"<html><head>{head}</head></html>".encode(), PAGE)) == expected


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from(["NewsArticle", "ImageObject"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["@type", "@graph", "@id", "mainEntity", "license", "url", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(JSON)
def test_any_json_ld_costs_no_page(told: object) -> None:
    block = f"<script type=application/ld+json>{json.dumps(told)}</script><a href=/license>".encode()
    for signal in usage_signals([], block, PAGE):
        assert signal.source == "json-ld:license"
        assert signal.value


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
    ("path", "expected"),
    [
        ("/a", ["train-ai=n", "/ search=n"]),
        ("/open/a", ["/open/ train-ai=y"]),
        ("/open/a.html", ["/open/*.html$ train-ai=n, search=y"]),
        ("/open/a.html?b", ["/open/ train-ai=y"]),
        ("/caf%C3%A9/a", ["/caf\u00e9/ train-ai=y"]),
    ],
)
def test_the_longest_path_decides_about_use(path: str, expected: list[str]) -> None:
    rules = read_robots(
        "User-agent: *\nContent-Usage: /open/ train-ai=y\nContent-Usage: train-ai=n\nContent-Usage: / search=n\n"
        "Content-Usage: /open/*.html$ train-ai=n, search=y\nContent-Usage: /caf\u00e9/ train-ai=y\nAllow: /\n".encode(),
        "newsmill",
    )
    assert [signal.value for signal in rules.usage(f"https://news.example{path}")] == expected


@pytest.mark.parametrize(
    ("source", "value", "forbidden"),
    [
        ("header:Content-Usage", "train-ai=n", {"train-ai"}),
        ("header:Content-Usage", "train-ai=y, search=n", {"search"}),
        ("robots.txt:Content-Usage", "/2026/ train-ai=n", {"train-ai"}),
        ("robots.txt:Content-Signal", "search=yes, ai-input=no, ai-train=no", {"train-ai", "ai-input"}),
        ("header:Content-Signal", "search=yes,ai-train=yes", set()),
        ("meta:tdm-reservation", "1", {"train-ai"}),
        ("tdmrep.json", "/2026/ tdm-reservation=1 tdm-policy=https://news.example/terms", {"train-ai"}),
        ("tdmrep.json", "/ tdm-reservation=0", set()),
        ("header:tdm-reservation", "0", set()),
        ("meta:robots", "noai, noimageai", {"train-ai", "ai-input"}),
        ("meta:robots", "noimageai, noarchive", set()),
        ("meta:robots", "NOINDEX", {"search"}),
        ("meta:robots", "noindex nofollow", {"search"}),
        ("meta:robots", "follow;noindex;x", {"search"}),
        ("meta:robots", "follow noindex: x", set()),
        ("meta:robots", "1, 2:3, noai", {"train-ai", "ai-input"}),
        ("meta:robots", "newsmill:   noarchive,noai,", {"train-ai", "ai-input"}),
        ("meta:robots", "index, follow, max-image-preview:none", set()),
        ("meta:robots", "max-image-preview: none, max-snippet:-1, none", {"search"}),
        ("meta:robots", "nonesuch, noindexing, noaid", set()),
        ("meta:googlebot", "noindex", set()),
        ("meta:newsmill", "noai", {"train-ai", "ai-input"}),
        ("meta:GPTBot", "noindex", {"train-ai"}),
        ("meta:Perplexity-User", "index, none", {"ai-input"}),
        ("header:X-Robots-Tag", "googlebot: noindex", set()),
        ("header:X-Robots-Tag", "otherbot: noindex, noai", set()),
        ("header:X-Robots-Tag", "noarchive, otherbot: noai, none", set()),
        ("header:X-Robots-Tag", "noindex, otherbot: noai", {"search"}),
        ("header:X-Robots-Tag", "newsmill: noarchive, noai", {"train-ai", "ai-input"}),
        ("header:X-Robots-Tag", "otherbot: all, ccbot: noarchive, noindex", {"train-ai"}),
        (
            "header:X-Robots-Tag",
            "unavailable_after: Friday, 25-Jun-27 15:00:00 GMT, noai",
            {"train-ai", "ai-input"},
        ),
        ("robots.txt:GPTBot", "disallow", {"train-ai"}),
        ("robots.txt:GPTBot", "allow", set()),
        ("robots.txt:Perplexity-User", "disallow", {"ai-input"}),
        ("json-ld:license", "https://cc.example/train-ai=n", set()),
    ],
)
def test_what_a_signal_forbids(source: str, value: str, forbidden: set[Purpose]) -> None:
    signal = Usage(source, value)
    assert {purpose for purpose in PURPOSES if denial([signal], purpose)} == forbidden
    for purpose in PURPOSES:  # SQL says the same
        condition = denies_sql("source", "told", purpose)
        assert duckdb.execute(
            f"SELECT {condition} FROM (SELECT ? AS source, ? AS told)", [source, value]
        ).fetchall() == [(purpose in forbidden,)]


@pytest.mark.parametrize(
    ("location", "path", "covered"),
    [
        ("/", "/2026/a", True),
        ("/", "", True),
        ("/news/", "/news/a?page=2", True),
        ("/news/", "/News/a", False),
        ("/news$", "/news", True),
        ("/news$", "/news/a", False),
        ("/*/opinion/", "/2026/opinion/a", True),
        ("/*.html$", "/a.html", True),
        ("/*.html$", "/a.html?b", False),
        ("/a*a$", "/a", False),
        ("/a*b*b$", "/ab", False),
        ("*", "/a", True),
        ("/caf\u00e9/", "/caf%c3%A9/a", True),
        ("/%7euser", "/~user/a", True),
        ("/price-%24", "/price-$5", True),
        ("/a%2Fb", "/a/b", False),
    ],
)
def test_which_paths_a_reservation_covers(location: str, path: str, covered: bool) -> None:
    (rule,) = read_reservations(json.dumps([{"location": location, "tdm-reservation": 1}]).encode(), PAGE)
    assert rule.covers(f"https://news.example{path}") is covered


def test_the_rules_of_a_tdmrep_json() -> None:
    written = [
        {"location": "/open/", "tdm-reservation": 0},
        {"location": "/", "tdm-reservation": "1", "tdm-policy": "/terms.json"},
        {"location": "/none/"},
        {"location": 7, "tdm-reservation": 1},
        {"location": "/", "tdm-reservation": 2},
        "/",
    ]
    rules = read_reservations(
        json.dumps(written).encode("utf-8-sig"), "https://news.example/.well-known/tdmrep.json"
    )
    assert [rule.signal.value for rule in rules] == [
        "/open/ tdm-reservation=0",
        "/ tdm-reservation=1 tdm-policy=https://news.example/terms.json",
    ]
    for broken in (b"<html>", b"{}", b"[" * 100_000, b"\xff"):
        with pytest.raises(NotReservationsError):
            read_reservations(broken, PAGE)


def test_of_many_rules_of_a_tdmrep_json_the_first_count() -> None:
    written = [{"location": f"/{n}/", "tdm-reservation": 1} for n in range(2_000)]
    rules = read_reservations(json.dumps(written).encode(), PAGE)
    assert [rule.location for rule in rules] == [f"/{n}/" for n in range(MAX_RULES)]


@given(st.text("/ab*$%2", max_size=30), st.text("/ab*$%2", max_size=30))
def test_a_location_covers_all_that_it_begins(beginning: str, rest: str) -> None:
    location = "/" + beginning.replace("*", "%2A").replace("$", "%24")
    (rule,) = read_reservations(json.dumps([{"location": location, "tdm-reservation": 1}]).encode(), PAGE)
    assert rule.covers(f"https://news.example/{beginning}/{rest}")


def test_each_agent_has_one_purpose_and_a_wrong_purpose_is_named() -> None:
    assert len(ai_agents()) > 25
    assert len({name.lower() for name in ai_agents()}) == len(ai_agents())
    with pytest.raises(ValueError, match="'training' is no use"):
        purposes(["train-ai", "training"])


def newsmill(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run_module("newsmill", *arguments, cwd=folder)


@pytest.mark.network
def test_usage_is_stored_counted_by_site_and_respected(web: Web, tmp_path: Path) -> None:
    day = f"/{datetime.now(UTC):%Y/%m/%d}"
    free, reserved, closed = (f"{day}/{each}-harbour-story" for each in ("free", "reserved", "closed"))
    text = {"Content-Type": "text/plain"}
    web.routes["/robots.txt"] = Answer(
        b"User-agent: *\nContent-Signal: search=yes\nAllow: /\nUser-agent: GPTBot\nAllow: /\n", headers=text
    )
    web.routes["/.well-known/tdmrep.json"] = Answer(
        status=301, headers={"Location": f"{web.base()}/tdm.json"}
    )
    rules = [{"location": f"{day}/closed", "tdm-reservation": 1}, {"location": "/", "tdm-reservation": 0}]
    web.routes["/tdm.json"] = Answer(json.dumps(rules).encode(), headers=text)
    links = "".join(
        f"<li><a href={path}>A story of the quay: {path}</a>" for path in (free, reserved, closed)
    )
    web.routes["127.0.0.1/"] = Answer(f"<html><body><main><ul>{links}</ul></main></body></html>".encode())
    web.routes[free] = Answer(article("Free", "<link rel=license href=https://cc.example/by>"))
    web.routes[reserved] = Answer(
        article("Reserved"), headers={"Content-Type": "text/html", "tdm-reservation": "1"}
    )
    web.routes[closed] = Answer(article("Closed"))
    # another site's file leads to this one's: it is not followed there
    web.routes["127.0.0.2/"] = Answer(f"<p><a href={free}>A story of the quay from elsewhere</a>".encode())
    crawl = ("crawl", web.base(), "--allow-private", "127.0.0.1", "--allow-private", "127.0.0.2")
    assert newsmill(tmp_path, *crawl, web.base("127.0.0.2"), "--data", "all").returncode == 0
    with newsdata.connect(tmp_path / "all") as data:
        rows = data.sql(
            'SELECT site, source, "value", articles, all_articles, denies FROM usage_by_site'
        ).fetchall()
        asked = data.sql("SELECT url, reason, detail FROM outcomes WHERE via = 'host-file'").fetchall()
    here, there = f"127.0.0.1:{web.port}", f"127.0.0.2:{web.port}"
    assert sorted(row[1:] for row in rows if row[0] == here) == [
        ("header:tdm-reservation", "1", 1, 3, ["train-ai"]),
        ("link:license", "https://cc.example/by", 1, 3, []),
        ("robots.txt:Content-Signal", "search=yes", 3, 3, []),
        ("robots.txt:GPTBot", "allow", 3, 3, []),
        ("tdmrep.json", "/ tdm-reservation=0", 2, 3, []),
        ("tdmrep.json", f"{day}/closed tdm-reservation=1", 1, 3, ["train-ai"]),
    ]
    assert sorted(row[1] for row in rows if row[0] == there) == [
        "link:license",
        "robots.txt:Content-Signal",
        "robots.txt:GPTBot",
    ]
    assert sorted((url.rpartition("//")[2], *rest) for url, *rest in asked) == [
        (f"{here}/.well-known/tdmrep.json", "source", "tdmrep.json"),
        (f"{here}/robots.txt", "source", "robots.txt"),
        (f"{there}/.well-known/tdmrep.json", "no-source", "tdmrep.json: offsite"),
        (f"{there}/robots.txt", "source", "robots.txt"),
    ]
    assert web.hits["127.0.0.1", "/tdm.json"] == 1

    for options, titles in (
        ((), {"Free", "Reserved", "Closed"}),
        (("--respect-usage", "train-ai"), {"Free"}),
        (("--respect-usage", "search"), {"Free", "Reserved", "Closed"}),
        (("--respect-usage", "train-ai", "--where", "title = 'Free' OR true -- all"), {"Free"}),
    ):
        done = newsmill(tmp_path, "export", "--as", "jsonl", "--to", "out", "--data", "all", *options)
        assert done.returncode == 0, done.stderr
        (file,) = (tmp_path / "out").glob("*.jsonl")
        assert {json.loads(line)["title"] for line in file.read_text().splitlines()} == titles

    respectful = (*crawl, "--data", "some", "--respect-usage", "train-ai")
    assert newsmill(tmp_path, *respectful).returncode == 0
    with newsdata.connect(tmp_path / "some") as data:
        assert data.sql("SELECT title FROM articles").fetchall() == [("Free",)]
        assert data.sql("SELECT count(*) FROM pages").fetchall() == [(1,)]
        told = data.sql("SELECT kind, detail FROM outcomes WHERE reason = 'usage-train-ai'").fetchall()
    assert sorted(told) == [
        ("skipped", "header:tdm-reservation: 1"),
        ("skipped", f"tdmrep.json: {day}/closed tdm-reservation=1"),
    ]
    # what was refused is known, and not asked for again at once
    seen = web.hits["127.0.0.1", reserved]
    assert "not yet to be asked for again: 3 pages" in newsmill(tmp_path, *respectful).stdout
    assert web.hits["127.0.0.1", reserved] == seen
