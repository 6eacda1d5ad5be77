"""Blocked is not empty: what stands in the way of a page is told apart, by page and by site."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from small_web import Answer, Web, article, outcomes
from warm_process import run_module

import newsdata
from newsclean import NoArticle, clean
from newscrawl.challenges import challenge, is_geo_block

HTML = ("Content-Type", "text/html")


def small_page(title: str, body: str) -> bytes:
    return f"<html><head><title>{title}</title></head><body>{body}</body></html>".encode()


@pytest.mark.parametrize(
    ("maker", "status", "headers", "body"),
    [
        ("Cloudflare", 403, [("CF-Mitigated", "challenge")], b""),
        ("Cloudflare", 503, [("Server", "cloudflare")], small_page("Just a moment...", "Wait.")),
        ("Cloudflare", 403, [], small_page("Wait", "<script src=/cdn-cgi/challenge-platform/h/b/x></script>")),
        ("Vercel", 403, [("x-vercel-mitigated", "challenge")], b""),
        ("AWS WAF", 202, [("x-amzn-waf-action", "challenge")], b""),
        ("AWS WAF", 405, [], small_page("Check", "<script src=https://a1.token.awswaf.com/a/challenge.js></script>")),
        ("DataDome", 403, [], small_page("news.example", "<script src=https://ct.captcha-delivery.com/c.js></script>")),
        ("HUMAN", 403, [], small_page("Denied", "<div id=px-captcha></div>")),
        ("Imperva", 200, [], small_page("", "<iframe src=/_Incapsula_Resource?SWUDNSAI=31></iframe>")),
        ("Akamai", 403, [("Server", "AkamaiGHost")], small_page("Access Denied", "You have no permission.")),
        ("Kasada", 429, [("x-kpsdk-ct", "abc")], b""),
        ("Sucuri", 403, [("Server", "Sucuri/Cloudproxy")], small_page("Sucuri WebSite Firewall - Denied", "No.")),
        ("DDoS-Guard", 403, [("Server", "ddos-guard")], small_page("DDoS-Guard", "Checking.")),
        ("Anubis", 200, [], small_page("Hm", "<script src=/.within.website/x/cmd/anubis/static/js/main.mjs></script>")),
    ],
)  # fmt: skip
def test_challenges_are_told_by_their_makers_marks(
    maker: str, status: int, headers: list[tuple[str, str]], body: bytes
) -> None:
    assert challenge(status, [HTML, *headers], body) == maker


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        # the scripts of protection, in a page that shows its article
        (200, [("Server", "cloudflare")], article("Just a moment", "<script src=/cdn-cgi/challenge-platform/x></script>")),
        (200, [("x-kpsdk-ct", "abc")], article("A quay", "<script>window._pxAppId='PX1'</script>")),
        (403, [("Server", "nginx")], small_page("Access Denied", "No.")),
        (404, [("Server", "cloudflare")], small_page("Not found", "No such page.")),
        (200, [], b""),
    ],
)  # fmt: skip
def test_what_is_no_challenge(status: int, headers: list[tuple[str, str]], body: bytes) -> None:
    assert challenge(status, [HTML, *headers], body) == ""


@pytest.mark.parametrize(
    "text",
    [
        "Sorry, this page is <b>unavailable in your</b> country.",
        "We cannot grant access from countries of the European Economic Area.",
        "Diese Seite ist in Ihrem Land nicht verf&uuml;gbar.",
        "Aus Gründen der DSGVO können Besucher aus der Europäischen Union nicht zugreifen.",
        "Ce site n&rsquo;est pas accessible depuis votre pays.",
        "Este contenido no está disponible en su región.",
        "Questo contenuto non è disponibile nella tua regione.",
        "Deze pagina is niet beschikbaar in uw regio.",
        "Ta strona nie jest dostępna w twoim kraju.",
        "Este conteúdo não está disponível na sua região.",
    ],
)
def test_an_error_page_says_in_eight_languages_that_it_is_closed_to_a_country(text: str) -> None:
    page = small_page("Harbour Courier", f"<p>{text}</p>")
    assert is_geo_block(451, page)
    assert is_geo_block(403, page)
    assert not is_geo_block(404, page)


def test_a_refusal_that_names_no_country_is_no_geo_block() -> None:
    assert not is_geo_block(403, small_page("Forbidden", "<p>You have no permission to see this page.</p>"))


WALLS = {
    "consent": (
        "consent-wall",
        "<h1>We value your privacy</h1><p>We and our partners store information on a device.</p><button>Accept all cookies</button>",
    ),
    "login": ("login-wall", "<h1>Harbour news</h1><p>Please log in to read this page.</p>"),
    "pay": (
        "pay-wall",
        "<h1>The quay</h1><p>Subscribe to continue reading. Already a subscriber? Log in.</p>",
    ),
    "geo": ("geo-block", "<p>We are sorry, this content is not available in your region.</p>"),
    "robot": ("challenge", "<p>Please confirm you are human to go on.</p>"),
    "einwilligung": ("consent-wall", "<h1>Mit Werbung weiterlesen</h1><p>Akzeptieren und weiter</p>"),
    "pays": ("geo-block", "<p>Ce contenu n'est pas disponible dans votre pays.</p>"),
    "abo": ("pay-wall", "<p>Zum Weiterlesen jetzt abonnieren. Mit einem Abo lesen Sie alles.</p>"),
    "busy": (
        "rate-limit",
        "<h1>Slow down</h1><p>You have sent too many requests. Please wait for some minutes and then try again, or contact us.</p>",
    ),
    "missing": ("error-page", "<h1>Page not found</h1><p>Try the front page.</p>"),
    "short": ("too-short", "<h1>The quay</h1><p>Hello.</p>"),
}


@pytest.mark.parametrize("name", WALLS)
def test_walls_are_told_apart_by_their_words(name: str) -> None:
    reason, body = WALLS[name]
    with pytest.raises(NoArticle) as caught:
        clean(small_page("Harbour Courier", body), "https://news.example/2026/03/14/a-story")
    assert caught.value.reason == reason


@pytest.mark.network
def test_each_block_has_its_reason_and_the_site_shows_it(web: Web, tmp_path: Path) -> None:
    day = f"/{datetime.now(UTC):%Y/%m/%d}"
    expected: dict[str, tuple[str, str, int | None]] = {}
    for status in (401, 402, 403, 451):
        path = f"{day}/status-{status}-harbour-story"
        web.routes[path] = Answer(b"<html><title>No</title></html>", status)
        expected[path] = ("failed", f"http-{status}", status)
    busy = f"{day}/too-often-harbour-story"
    web.routes[busy] = Answer(b"", 429)
    expected[busy] = ("failed", "http-429", 429)
    asked = f"{day}/challenged-harbour-story"
    web.routes[asked] = Answer(
        b"<html></html>", 403, {"Content-Type": "text/html", "cf-mitigated": "challenge"}
    )
    expected[asked] = ("failed", "challenge", 403)
    abroad = f"{day}/abroad-harbour-story"
    web.routes[abroad] = Answer(b"<html><p>Not available in your country</p></html>", 451)
    expected[abroad] = ("failed", "geo-block", 451)
    home = f"{day}/home-harbour-story"
    web.routes[home] = Answer(b"", 302, {"Location": "/"})
    expected[home] = ("skipped", "soft-404", None)
    for name, place, reason, status in (
        ("moved", "/quayside/", "soft-404", 200),
        ("moved-too", "/quayside/", "soft-404", None),
        ("closed", "/login", "login-wall", 200),
        ("closed-too", "/login", "login-wall", 200),
        ("away", "https://login.courier.example/?next=x", "login-wall", None),
    ):
        path = f"{day}/{name}-harbour-story"
        web.routes[path] = Answer(b"", 302, {"Location": place})
        expected[path] = ("skipped", reason, status)
    web.routes["/login"] = Answer(
        small_page("Log in", "<form><input type=password><button>Go</button></form>")
    )
    web.routes["/quayside/"] = Answer(small_page("Quayside", "<p>All of the quay.</p>"))
    for name, (reason, body) in WALLS.items():
        path = f"{day}/{name}-harbour-story"
        web.routes[path] = Answer(small_page("Harbour Courier", body))
        expected[path] = ("skipped", reason, 200)
    good = f"{day}/good-harbour-story"
    web.routes[good] = Answer(article("Good"))
    links = "".join(
        f"<li><a href={path}>A story of the quay at length: {path}</a>" for path in (*expected, good)
    )
    web.routes["/"] = Answer(f"<html><body><main><ul>{links}</ul></main></body></html>".encode())
    done = run_module("newsmill", "crawl", web.base(), "--allow-private", "127.0.0.1", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    told = outcomes(tmp_path / "data")
    told.pop(web.base() + good)
    found = {url.removeprefix(web.base()): (row.kind, row.reason, row.status) for url, row in told.items()}
    assert found == expected
    assert told[web.base() + asked].detail == "Cloudflare"
    with newsdata.connect(tmp_path / "data") as data:
        ((blocked, by),) = data.sql("SELECT blocked, blocked_by FROM sites").fetchall()
    reasons = [reason for _, reason, _ in expected.values() if reason in newsdata.BLOCKED_REASONS]
    assert blocked == len(reasons)
    assert set(by.split(", ")) == {f"{reason} {reasons.count(reason)}" for reason in reasons}
    (line,) = (line for line in done.stdout.splitlines() if line.startswith("blocked: "))
    assert set(line.rpartition(": ")[2].split(", ")) == set(by.split(", "))
