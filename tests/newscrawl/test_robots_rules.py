"""RFC 9309, case by case. The crawler's product token is ``newsmill``."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawl.robots_rules import MAX_BYTES, MAX_RULES, read_robots
from newsdata.usage import ai_agents

SITE = "https://news.example"
ALL = "User-agent: *\n"

# robots.txt, path, whether it may be fetched
GROUPS = [
    # 2.2.1: ours, else the one for all, else nothing forbids
    ("", "/a", True),
    ("User-agent: other\nDisallow: /\n", "/a", True),
    ("User-agent: newsmill\nDisallow: /\n", "/a", False),
    ("uSeR-aGeNt: NewsMill\ndISALLOW: /\n", "/a", False),
    ("User-agent: *\nDisallow: /\nUser-agent: newsmill\nDisallow: /x\n", "/a", True),
    ("User-agent: newsmill\nDisallow: /x\n\nUser-agent: *\nDisallow: /\n", "/a", True),
    ("User-agent: *\nDisallow: /\n\nUser-agent: newsmill\n", "/a", True),
    # the product token is compared whole
    ("User-agent: news\nDisallow: /\n", "/a", True),
    ("User-agent: newsmill-images\nDisallow: /\n", "/a", True),
    ("User-agent: newsmill/2.0\nDisallow: /\n", "/a", False),
    ("User-agent: newsmill the crawler\nDisallow: /\n", "/a", False),
    ("User-agent: * and all others\nDisallow: /\n", "/a", False),
    # groups of one crawler are one group
    ("User-agent: newsmill\nDisallow: /a\n\nUser-agent: x\nDisallow: /\n\nUser-agent: newsmill\nDisallow: /b\n", "/b", False),
    ("User-agent: newsmill\nDisallow: /a\n\nUser-agent: newsmill\nDisallow: /b\n", "/a", False),
    ("User-agent: *\nDisallow: /a\n\nUser-agent: *\nDisallow: /b\n", "/b", False),
    # several crawlers share a group; blank lines and other records end nothing (2.2.4)
    ("User-agent: other\nUser-agent: newsmill\nDisallow: /\n", "/a", False),
    ("User-agent: other\n\n\nUser-agent: newsmill\nDisallow: /\n", "/a", False),
    ("User-agent: newsmill\nUser-agent: other\nDisallow: /\n", "/a", False),
    ("User-agent: newsmill\nSitemap: https://news.example/s.xml\nDisallow: /\n", "/a", False),
    ("User-agent: newsmill\nSitemap: https://news.example/s.xml\nUser-agent: other\nDisallow: /\n", "/a", False),
    ("User-agent: newsmill\nCrawl-delay: 1\nUser-agent: other\nDisallow: /\n", "/a", False),
    ("User-agent: newsmill\nNoindex: /x\nUser-agent: other\nDisallow: /\n", "/a", False),
    # an empty rule is a rule: it ends the head of the group, and forbids nothing
    ("User-agent: newsmill\nDisallow:\n", "/a", True),
    ("User-agent: newsmill\nDisallow:\nDisallow: /a\n", "/a", False),
    ("User-agent: newsmill\nDisallow:\nUser-agent: other\nDisallow: /\n", "/a", True),
    ("User-agent: other\nDisallow:\nUser-agent: newsmill\nDisallow: /\n", "/a", False),
    ("Disallow: /\nUser-agent: newsmill\nDisallow: /x\n", "/a", True),
]  # fmt: skip
RULES = [
    # 2.2.2: paths match from their start; the longest match decides; Allow breaks ties; case counts
    ("Disallow: /fish", "/fishheads/yummy.html", False),
    ("Disallow: /fish/", "/fish", True),
    ("Disallow: /Fish", "/fish", True),
    ("Disallow: /a\nAllow: /a/b", "/a/b/c", True),
    ("Allow: /a\nDisallow: /a/b", "/a/b/c", False),
    ("Disallow: /a\nAllow: /a", "/a", True),
    ("Allow: /a\nDisallow: /a", "/a", True),
    ("Allow: /news/front/\nDisallow: /news/front/hidden.gif", "/news/front/hidden.gif", False),
    ("Disallow: /", "/robots.txt", True),
    ("Disallow: /", "/", False),
    ("Disallow: a", "/a", True),
    ("Disallow: //a", "//a", False),
    ("Disallow: /a;b", "/a;b?c", False),
    # the query belongs to what is compared
    ("Disallow: /x?", "/x", True),
    ("Disallow: /x?", "/x?", False),
    ("Disallow: /*?id=", "/x/y?id=3", False),
    ("Disallow: /x/y?a=b", "/x/y?a=b", False),
    # percent-encoding: other than ASCII is encoded, unreserved ASCII is not, reserved ASCII stays as written
    ("Disallow: /x/ツ", "/x/%E3%83%84", False),
    ("Disallow: /x/%E3%83%84", "/x/%E3%83%84", False),
    ("Disallow: /x/%e3%83%84", "/x/%E3%83%84", False),
    ("Disallow: /x/%E3%83%84", "/x/ツ", False),
    ("Disallow: /x/%62%61%7A", "/x/baz", False),
    ("Disallow: /~joe", "/%7Ejoe", False),
    ("Disallow: /a%2Fb", "/a/b", True),
    ("Disallow: /a%2fb", "/a%2Fb", False),
    ("Disallow: /ツツ\nAllow: /%E3%83%84*", "/%E3%83%84%E3%83%84", False),
    # 2.2.3: "*" is any text, "$" the end, "#" a comment; percent-encoded they are themselves
    ("Disallow: *", "/a", False),
    ("Disallow: /fish*", "/fish.html", False),
    ("Disallow: /this/*/exactly", "/this/is/not/exactly/so", False),
    ("Disallow: /*/b", "/a/b", False),
    ("Disallow: /a**b", "/axxb", False),
    ("Disallow: /*b$", "/ab/cb", False),
    ("Disallow: /*.php$", "/a/b.php", False),
    ("Disallow: /*.php$", "/a/b.php?x", True),
    ("Disallow: /*.php$", "/a/b.php/c.php", False),
    ("Disallow: /a$", "/a", False),
    ("Disallow: /a$", "/ab", True),
    ("Disallow: /\nAllow: /$", "/", True),
    ("Disallow: /\nAllow: /$", "/a", False),
    ("Disallow: /a$b", "/a$b", False),
    ("Disallow: /a$b", "/a", True),
    ("Disallow: /a%24", "/a$b", False),
    ("Disallow: /a%24", "/a", True),
    ("Disallow: /file-%2A.html", "/file-*.html", False),
    ("Disallow: /file-%2A.html", "/file-x.html", True),
    ("# Disallow: /b", "/b", True),
    ("Disallow: /a # that one", "/a", False),
    ("Disallow: /a#b", "/ab", False),
    # wildcards count by their length, as written
    ("Allow: /page\nDisallow: /*.htm", "/page.htm", False),
    ("Allow: /page\nDisallow: /*.ht", "/page.htm", True),
    ("Allow: /page\nDisallow: /*.", "/page.htm", True),
    # 2.3.1.5: what can be read counts
    ("Disalow: /a", "/a", False),
    ("Disallow /a", "/a", False),
    (" \t Disallow \t: \t /a \t ", "/a", False),
    ("Disallow: /a\0b\nDisallow: /c", "/c", False),
]  # fmt: skip
LINES = [
    ("User-agent: *\rDisallow: /a\r", "/a", False),
    ("User-agent: *\r\nDisallow: /a\r\n", "/a", False),
    ("User-agent: *\nDisallow: /a\r\n\r\rDisallow: /b", "/b", False),
    ("User-agent: *\nDisallow: /a", "/a", False),
    ("User-agent: *\nDisallow: /a\x0bDisallow: /b\n", "/b", True),
    ("User-agent: *\nAllow: /x\x85Disallow: /b\n", "/b", True),
    ("User-agent: *\nAllow: /x\u2028Disallow: /b\n", "/b", True),
    ("\ufeffUser-agent: *\nDisallow: /\n", "/a", False),
    ("<!doctype html><html><body>Disallow: /</body></html>", "/a", True),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [*GROUPS, *((f"{ALL}{rules}\n", path, allowed) for rules, path, allowed in RULES), *LINES],
)
def test_a_case_of_the_rfc(text: str, path: str, allowed: bool) -> None:
    assert read_robots(text.encode(), "newsmill").allows(SITE + path) is allowed


def test_what_lies_beyond_the_limit_does_not_count() -> None:
    filler = ALL.encode() + b"Disallow: /before\n" + b"#" * (MAX_BYTES - 60) + b"\n"
    rules = read_robots(filler + b"Disallow: /behind\nDisallow: /x\n" * 3, "newsmill")
    assert not rules.allows(f"{SITE}/before")
    assert not rules.allows(f"{SITE}/behind")  # the first of them still lies within
    cut = ALL.encode() + b"#" * (MAX_BYTES - len(ALL) - 12) + b"\nDisallow: /private\n"
    assert read_robots(cut, "newsmill").allows(f"{SITE}/a")  # "Disallow: /", which is what is left of it
    late = ALL.encode() + b"#" * MAX_BYTES + b"\nDisallow: /\n"
    assert read_robots(late, "newsmill").allows(f"{SITE}/a")


def test_sitemaps_and_the_delay_of_our_group() -> None:
    text = (
        "Sitemap: https://news.example/a.xml\nUser-agent: other\nCrawl-delay: 99\n"
        "User-agent: newsmill\nCrawl-delay: 2.5\nDisallow: /x\nCrawl-delay: soon\nsite-map: /b.xml\n"
    )
    rules = read_robots(text.encode(), "newsmill/0.1")
    assert rules.sitemaps == ("https://news.example/a.xml", "/b.xml")
    assert rules.crawl_delay == 2.5
    for odd in ("-1", "nan", "inf", "", "1 s"):
        assert read_robots(f"{ALL}Crawl-delay: {odd}\n".encode(), "newsmill").crawl_delay is None


@given(st.binary(max_size=300), st.text(max_size=20))
def test_no_file_is_too_odd_to_read(body: bytes, path: str) -> None:
    read_robots(b"User-agent: *\nDisallow: " + body, "newsmill").allows(f"{SITE}/{path}")


@given(
    st.lists(
        st.sampled_from(["User-agent: newsmill", "User-agent: *", "Disallow: /", "Allow: /b", "Sitemap: x"])
    )
)
def test_a_file_that_names_nobody_else_and_allows_nothing_forbids_all(lines: list[str]) -> None:
    """Whatever stands before it, a last group of ours that forbids everything holds, but for what ours allows."""
    text = "\n".join([*lines, "Noindex: x", "Disallow: /q", "User-agent: newsmill", "Disallow: /"])
    assert not read_robots(text.encode(), "newsmill").allows(f"{SITE}/a")


def test_a_file_made_to_be_slow_costs_little() -> None:
    """Groups and rules by the ten thousands: as long as the file, and no longer; then milliseconds a page."""
    heads = "".join(f"User-agent: {name}\n" for name in (*ai_agents(), "*")) * 20
    others = "".join(f"User-agent: a{chr(97 + n % 26)}{'x' * (n // 26)}\n" for n in range(1_000))
    url = f"{SITE}/{'a' * 2_000}"
    for rules in (
        "Allow:/\n" * 50_000,
        "".join(f"Disallow: /*{n}*b\n" for n in range(20_000)),
        "Disallow: /" + "*a" * 200_000 + "b\n",
        "".join(f"Content-Signal: a={n}\n" for n in range(20_000)),
        "".join(f"Content-Usage: /{'*a' * 1_000}{n} train-ai=n\n" for n in range(200)),
    ):
        for head in (heads, "User-agent:*\n" * 20_000, others + ALL):
            began = time.process_time()
            read = read_robots((head + rules).encode(), "newsmill")
            parsed = time.process_time()
            for _ in range(10):
                read.allows(url)
                assert len(read.usage(url)) <= 100 + len(ai_agents())
            assert parsed - began < 2  # alone .4 s at most; it was minutes, and all memory
            assert time.process_time() - parsed < 1  # alone .1 s; it was seconds each


def test_of_many_rules_the_first_count() -> None:
    rules = "".join(f"Disallow: /{n}/\n" for n in range(MAX_RULES - 1))
    read = read_robots(f"{ALL}{rules}Disallow: /*\nDisallow: /late/\n".encode(), "newsmill")
    assert not read.allows(f"{SITE}/{MAX_RULES - 2}/")
    assert read.allows(f"{SITE}/a")  # a wildcard counts as another
    assert read.allows(f"{SITE}/late/")


def test_crawlers_for_ai_of_one_head_are_told_alike() -> None:
    text = "User-agent: GPTBot\nUser-agent: gptbot\nUser-agent: CCBot\nDisallow: /a\n\nUser-agent: CCBot\nDisallow: /b\n"
    read = read_robots(text.encode(), "newsmill")
    said = {path: {each.source: each.value for each in read.usage(SITE + path)} for path in ("/a", "/b")}
    assert said == {
        "/a": {"robots.txt:GPTBot": "disallow", "robots.txt:CCBot": "disallow"},
        "/b": {"robots.txt:GPTBot": "allow", "robots.txt:CCBot": "disallow"},
    }
