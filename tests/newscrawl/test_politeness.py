"""What a crawl promises to the hosts it visits: robots.txt in every state, delays, patience, a name."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from time import monotonic

import pytest
from small_web import Answer, Web, article, outcomes, scrapy_crawl

from newscrawl.addon import user_agent

pytestmark = pytest.mark.network
DAY = "/2026/03/14"
STORY = f"{DAY}/a-story-of-manners"
NO_WAIT = {"NEWSMILL_ROBOTS_RETRY_DELAYS": "0.2,0.2", "DOWNLOAD_TIMEOUT": "3"}
FORBID = b"User-agent: *\nDisallow: /\n"


def redirect(target: str) -> Answer:
    return Answer(b"", 302, {"Location": target})


def in_turn(*answers: Answer) -> Callable[[int], Answer]:
    """One answer after the other; the last is repeated."""
    return lambda hit: answers[min(hit, len(answers)) - 1]


# The state of a host's robots.txt; what becomes of its page; how often robots.txt is asked for.
STATES = {
    "server error": ([Answer(b"", 503)], "robots-unreachable", 3),
    "server error, then fine": ([Answer(b"", 500), Answer(b"")], "", 2),
    "forbids after an error": ([Answer(b"", 502), Answer(FORBID)], "robots", 2),
    "dropped": ([Answer(FORBID, sent=5)], "robots-unreachable", 3),
    "dropped, then fine": ([Answer(FORBID, sent=5), Answer(b"")], "", 2),
    "too slow, then fine": ([Answer(FORBID, delay=20), Answer(b"")], "", 2),
    "a loop": ([redirect("/robots.txt")], "robots-unreachable", 3),
    "too many requests": ([Answer(b"", 429)], "robots-unreachable", 3),
    "nothing in it": ([Answer(b"", 204)], "", 1),
    "not found": ([Answer(b"no", 404)], "", 1),
    "gone": ([Answer(FORBID, 410)], "", 1),
    "closed to us": ([Answer(FORBID, 403)], "", 1),
    "wants a password": ([Answer(FORBID, 401)], "", 1),
    "empty": ([Answer(b"")], "", 1),
    "a page": ([Answer(b"<html>User-agent: *<br>Disallow: /</html>")], "", 1),
    "forbids": ([Answer(FORBID)], "robots", 1),
    "byte order mark": ([Answer(b"\xef\xbb\xbf" + FORBID)], "robots", 1),
    "ours beats all": ([Answer(FORBID + b"User-agent: NewsMill/9\nDisallow: /x\n")], "", 1),
    "forbids us": ([Answer(b"User-agent: newsmill\nDisallow: /\nUser-agent: *\nAllow: /\n")], "robots", 1),
    "forbids behind 500 KiB": ([Answer(b"User-agent: *\n" + b"#" * 512_000 + b"\nDisallow: /\n")], "", 1),
    "forbids before 500 KiB": ([Answer(FORBID + b"# and much more\n" * 60_000)], "robots", 1),
    "five redirects": ([redirect("http://127.0.1.1:{port}/hop/5")], "robots", 1),
    "six redirects": ([redirect("http://127.0.1.1:{port}/hop/6")], "robots-unreachable", 3),
}


def test_robots_txt_in_every_state(web: Web, tmp_path: Path) -> None:
    """Each state on a host of its own; where nothing may be fetched, nothing is."""
    hosts = {f"127.0.1.{number}": state for number, state in enumerate(STATES, start=1)}
    for host, state in hosts.items():
        answers = [
            redirect(answer.headers["Location"].format(port=web.port))
            if "Location" in answer.headers
            else answer
            for answer in STATES[state][0]
        ]
        web.routes[f"{host}/robots.txt"] = in_turn(*answers)
    for hop in range(2, 7):  # from host to host
        web.routes[f"/hop/{hop}"] = redirect(f"http://127.0.1.{hop}:{web.port}/hop/{hop - 1}")
    web.routes["/hop/1"] = Answer(FORBID)
    web.routes[STORY] = Answer(article("A story of manners"))
    listed = tmp_path / "urls.txt"
    listed.write_text("\n".join(f"{web.base(host)}{STORY}" for host in hosts))
    done = scrapy_crawl(
        "urls",
        tmp_path / "data",
        f"file={listed}",
        settings=NO_WAIT | {"NEWSMILL_CONTACT": "https://desk.example/about"},
        allow=",".join(hosts),
    )
    assert done.returncode == 0, done.stderr
    assert "ERROR" not in done.stderr, done.stderr
    found = outcomes(tmp_path / "data")
    reasons = {state: found[f"{web.base(host)}{STORY}"].reason for host, state in hosts.items()}
    assert reasons == {state: reason for state, (_, reason, _) in STATES.items()}
    asked = {state: web.hits[host, "/robots.txt"] for host, state in hosts.items()}
    assert asked == {state: number for state, (_, _, number) in STATES.items()}
    fetched = {state for host, state in hosts.items() if web.hits[host, STORY]}
    assert fetched == {state for state, reason in reasons.items() if not reason}
    assert {headers["user-agent"] for headers in web.headers.values()} == {
        user_agent("https://desk.example/about")
    }


def test_one_slow_host_holds_up_nobody(web: Web, tmp_path: Path) -> None:
    """Hosts with a delay, with latency, with a pause and with no robots.txt, all listed before a fast one."""
    slow = [f"127.0.1.{number}" for number in range(1, 9)]
    order: list[str] = []

    def page(host: str, title: str, delay: float = 0) -> Callable[[int], Answer]:
        def answer(hit: int) -> Answer:
            order.append(host)
            if host == slow[6] and hit == 1:
                return Answer(b"", 503, {"Retry-After": "2"})
            return Answer(article(title), delay=delay)

        return answer

    for host in slow[:5]:
        web.routes[f"{host}/robots.txt"] = Answer(b"User-agent: *\nCrawl-delay: 1.5\n")
    web.routes[f"{slow[7]}/robots.txt"] = in_turn(Answer(b"", 503), Answer(b""))
    urls = []
    for host in slow:
        for number in range(3):
            path = f"{DAY}/slow-story-number-{number}"
            web.routes[f"{host}{path}"] = page(host, f"{host} {number}", delay=2 if host == slow[5] else 0)
            urls.append(f"{web.base(host)}{path}")
    for number in range(30):
        path = f"{DAY}/fast-story-number-{number}"
        web.routes[f"127.0.0.1{path}"] = page("127.0.0.1", f"Fast {number}")
        urls.append(f"{web.base()}{path}")
    listed = tmp_path / "urls.txt"
    listed.write_text("\n".join(urls))
    done = scrapy_crawl(
        "urls",
        tmp_path / "data",
        f"file={listed}",
        settings={"CONCURRENT_REQUESTS": "6", "NEWSMILL_ROBOTS_RETRY_DELAYS": "2"},
        allow=",".join(["127.0.0.1", *slow]),
    )
    assert done.returncode == 0, done.stderr
    assert {row.kind for row in outcomes(tmp_path / "data").values()} == {"stored"}
    last_fast = len(order) - 1 - order[::-1].index("127.0.0.1")
    before = [host for host in order[:last_fast] if host in slow]
    assert max(before.count(host) for host in slow[:5]) <= 2, order
    assert slow[7] not in before, order


def test_retry_after_is_honoured(web: Web, tmp_path: Path) -> None:
    """In seconds and as a date; a host that asks for more than the crawl waits is left alone."""
    moments: dict[str, list[float]] = {}

    def timed(host: str, first: Answer | None = None) -> Callable[[int], Answer]:
        def answer(hit: int) -> Answer:
            moments.setdefault(host, []).append(monotonic())
            return first if first and hit == 1 else Answer(article(f"{host} {len(moments[host])}"))

        return answer

    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    asked = {
        "127.0.1.1": (503, "2"),
        "127.0.1.2": (429, "2"),
        "127.0.1.3": (503, "3600"),
        "127.0.1.4": (429, soon),
        "127.0.1.5": (503, "a while"),
    }
    urls = []
    for host, (status, retry_after) in asked.items():
        web.routes[f"{host}/robots.txt"] = Answer(b"User-agent: *\nCrawl-delay: 0.4\n")
        first = Answer(b"", status, {"Retry-After": retry_after})
        web.routes[f"{host}{DAY}/asks-for-patience"] = timed(host, first)
        urls.append(f"{web.base(host)}{DAY}/asks-for-patience")
        for number in range(2):
            web.routes[f"{host}{DAY}/comes-after-it-{number}"] = timed(host)
            urls.append(f"{web.base(host)}{DAY}/comes-after-it-{number}")
    listed = tmp_path / "urls.txt"
    listed.write_text("\n".join(urls))
    done = scrapy_crawl(
        "urls",
        tmp_path / "data",
        f"file={listed}",
        settings={"NEWSMILL_MAX_RETRY_AFTER": "20"},
        allow=",".join(asked),
    )
    assert done.returncode == 0, done.stderr
    found = outcomes(tmp_path / "data")
    for host in ("127.0.1.1", "127.0.1.2", "127.0.1.5"):
        times = moments[host]
        assert len(times) == 4
        assert times[1] - times[0] > (0.35 if host == "127.0.1.5" else 1.9)
        assert min(after - before for before, after in pairwise(times)) > 0.35  # its Crawl-delay
        assert {row.kind for url, row in found.items() if host in url} == {"stored"}
    for host, reason in (("127.0.1.3", "http-503"), ("127.0.1.4", "http-429")):
        refused = sorted(row.reason for url, row in found.items() if f"{host}:" in url)
        assert refused == [reason, "retry-after", "retry-after"]
        assert len(moments[host]) == 1


@pytest.mark.parametrize(
    ("contact", "inside"),
    [
        ("", "(news crawler)"),
        ("https://desk.example/about?a=b", "(+https://desk.example/about?a=b)"),
        ("desk@news.example", "(+mailto:desk@news.example)"),
        ("mailto:desk@news.example", "(+mailto:desk@news.example)"),
    ],
)
def test_the_user_agent_names_the_crawler_and_whom_to_turn_to(contact: str, inside: str) -> None:
    product, _, comment = user_agent(contact).partition(" ")
    assert product == f"newsmill/{version('newsmill')}"
    assert comment == inside


@pytest.mark.parametrize(
    "contact",
    ["a b", "desk", "ftp://x.example", "https://x.example/)", "x@y\r\nCookie: a", "https://ä.example/"],
)
def test_a_contact_that_is_none_is_refused(contact: str) -> None:
    with pytest.raises(ValueError, match="no contact"):
        user_agent(contact)
