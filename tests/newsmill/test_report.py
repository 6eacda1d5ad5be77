"""The report: figures that are right, a page that loads and runs nothing, readable in a real browser."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

import newsdata
from newsclean.article import Article, Removal
from newsmill.commands.report import report
from newsmill.errors import UserError
from newsmill.reporting.charts import Series, _nice_top, columns
from newsmill.reporting.page import render, style_hash, write_page
from newsmill.reporting.sections import SECTIONS, _percent, _short, articles_by_day

if TYPE_CHECKING:
    from playwright.sync_api import Browser

EVIL = "</style></title><script>alert(1)</script><img src=https://evil.example/x onerror=alert(1)>'\"&\u202e\x00\x1b"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
NAMES = ["days", "outcomes", "removed", "rules", "missing", "languages", "errors", "sites"]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine sites, 70 days, everything hostile that a page can put into a column."""
    folder = tmp_path_factory.mktemp("reported") / "<b>data"
    start = datetime(2026, 9, 1, 12, tzinfo=UTC)
    with newsdata.open_writer(folder, crawl_id="c") as writer:
        for number in range(140):
            seen = start + timedelta(days=number // 2)
            fetch = newsdata.Fetch(f"https://site{number % 9}.example/{number}", seen)
            article = Article(
                fetch.url, "ten words " * 5, ("p",), EVIL, ("Ada",) if number % 4 else (),
                published=seen if number % 7 else None, language=EVIL if number % 2 else "en",
                removed=(Removal("ad", "ad.label", EVIL), Removal("share", "share.label", "Share this story")),
            )  # fmt: skip
            found = writer.write_article(article, fetch, cleaner="c")
            writer.write_outcome(newsdata.Outcome(fetch.url, "stored", seen, article_id=found))
        for number in range(10):
            url = f"https://site0.example/{EVIL}{number}"
            writer.write_outcome(newsdata.Outcome(url, "failed", start, EVIL, EVIL))
        writer.write_outcome(newsdata.Outcome("https://site1.example/", "skipped", start, "section-page"))
    return folder


@pytest.fixture(scope="module")
def page(data: Path) -> str:
    with newsdata.connect(data) as connection:
        return render(connection, data.name)


def run(data: Path, file: Path) -> Result:
    return CliRunner().invoke(report, ["--data", str(data), "--html", str(file)])


class Tags(HTMLParser):
    """Names and attributes of all elements, and all text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += f" {data}"


def test_the_command_writes_one_file(data: Path, tmp_path: Path) -> None:
    found = run(data, tmp_path / "r.html")
    assert found.exit_code == 0, found.exception
    assert "open it in a browser" in found.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["r.html"]
    assert run(data, tmp_path / "r.html").exit_code == 0  # written over


def test_what_cannot_be_done_is_said(data: Path, tmp_path: Path) -> None:
    for where, target, said in (
        (data, tmp_path / "none" / "r.html", "choose another place"),
        (tmp_path / "nothing", tmp_path / "r.html", "crawl into it first"),
    ):
        caught = run(where, target).exception
        assert said in str(caught)
        assert getattr(caught, "exit_code", None) == 1
    newsdata.open_writer(tmp_path / "empty", crawl_id="c").close()
    assert "nothing to report" in str(run(tmp_path / "empty", tmp_path / "r.html").exception)
    assert not (tmp_path / "r.html").exists()


def test_nothing_is_alive_and_nothing_is_loaded(page: str) -> None:
    tags = Tags(page)
    assert not {name for name, _ in tags.seen} & {"script", "img", "link", "iframe", "object", "form"}
    for name, attributes in tags.seen:
        assert not [
            each for each in attributes if each.startswith("on") or each in {"style", "src", "srcset"}
        ]
        if name == "a":
            assert (attributes["href"] or "").startswith("#")
    assert not {"\u202e", "\x00", "\x1b"} & set(page)
    assert tags.text.count("<script>alert(1)</script>") >= 5  # shown as text


def test_the_policy_forbids_all_but_our_style(page: str) -> None:
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    policy = next(
        attributes["content"]
        for name, attributes in Tags(page).seen
        if name == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{style_hash(style)}'; base-uri 'none'; form-action 'none'"
    )
    assert page.index("Content-Security-Policy") < page.index("<title>")  # it holds from where it stands


def test_figures_are_those_of_the_dataset(page: str) -> None:
    text = " ".join(Tags(page).text.split())
    for said in (
        "140 articles of 9 sites",
        "Fetched 2026-09-01 to 2026-11-09.",
        "92.7 % pages that gave an article of 151 tried, 10 failed",
        "20 without",
        "failed 10",
        "section-page skipped 1",
        "en 50.0 % 70",
        "share.label",
        "Share this story",
    ):
        assert said in text, said


def test_a_section_that_has_nothing_to_say_stays_away(tmp_path: Path) -> None:
    with newsdata.open_writer(tmp_path, crawl_id="c") as writer:
        writer.write_outcome(
            newsdata.Outcome("https://a.example/", "failed", datetime(2026, 11, 1, tzinfo=UTC), "dns")
        )
    with newsdata.connect(tmp_path) as connection:
        shown = [section.name for ask in SECTIONS if (section := ask(connection))]
    assert shown == ["outcomes", "errors", "sites"]


def test_days_are_the_last_sixty_and_sites_beyond_six_are_one(data: Path) -> None:
    with newsdata.connect(data) as connection:
        section = articles_by_day(connection)
    assert section is not None
    assert "are older than 2026-09-11" in section.lead
    assert "3 other sites" in section.body
    assert section.body.count("<title>") > 60


def test_columns_are_as_tall_as_their_values() -> None:
    days = [date(2026, 11, 1), date(2026, 11, 2)]
    drawing = columns(days, [Series("a", [10, 20], "s0"), Series("b", [0, 20], "s1")], "t")
    tall = [float(height) for height in re.findall(r'<rect class="s\d".*? height="([\d.]+)"', drawing)]
    assert tall[:3] == pytest.approx([52.5, 106, 106])  # of 214 for 40, each a unit less for the gap


@pytest.mark.parametrize(("most", "top"), [(0, 4), (1, 4), (4, 4), (5, 8), (40, 40), (54, 60), (101, 120), (9999, 10000)])  # fmt: skip
def test_axes_end_at_round_numbers(most: int, top: int) -> None:
    assert _nice_top(most) == top


def test_shares_never_round_to_none_or_all() -> None:
    assert [_percent(part, 10_000) for part in (0, 1, 5000, 9999, 10_000)] == ["0 %", "0.1 %", "50.0 %", "99.9 %", "100 %"]  # fmt: skip
    assert _percent(0, 0) == "–"
    assert [_short(number) for number in (999, 12_345, 1_200_000, 3_000_000_000)] == ["999", "12.3 k", "1.2 M", "3.0 G"]  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium: apt-get install chromium")
    playwright = pytest.importorskip("playwright.sync_api")
    arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield chromium
        chromium.close()


@pytest.mark.parametrize(
    ("width", "scheme"), [(1200, "light"), (1200, "dark"), (360, "light"), (360, "dark")]
)
def test_it_reads_well_in_a_browser(
    data: Path, tmp_path: Path, browser: Browser, width: int, scheme: str
) -> None:
    run(data, tmp_path / "r.html")
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    tab = context.new_page()
    said: list[str] = []
    asked: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("dialog", lambda dialog: said.append(dialog.message))
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto((tmp_path / "r.html").as_uri())
    assert said == []  # no alert, and the policy let our own style through
    assert len(asked) == 1
    assert tab.evaluate("document.documentElement.scrollWidth") <= width  # nothing sticks out
    assert tab.eval_on_selector_all("section", "all => all.map(each => each.id)") == NAMES
    assert tab.locator("section#days svg.columns rect").first.bounding_box()
    ink, paper = (
        tab.evaluate(f"getComputedStyle(document.body).{each}") for each in ("color", "backgroundColor")
    )
    light = sum(map(int, re.findall(r"\d+", paper)[:3])) > sum(map(int, re.findall(r"\d+", ink)[:3]))
    assert light is (scheme == "light")
    smallest = tab.eval_on_selector_all(
        "main *:not(title)",
        "all => Math.min(...all.map(each => parseFloat(getComputedStyle(each).fontSize)))",
    )
    assert smallest >= 12
    context.close()


def test_it_prints(data: Path, tmp_path: Path, browser: Browser) -> None:
    run(data, tmp_path / "r.html")
    tab = browser.new_page(color_scheme="dark")
    tab.goto((tmp_path / "r.html").as_uri())
    assert tab.pdf(format="A4").startswith(b"%PDF-")
    tab.emulate_media(media="print")
    assert tab.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert not tab.locator("nav").is_visible()
    tab.close()


def test_a_page_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "page.html").mkdir()
    with pytest.raises(UserError, match="choose another place"):
        write_page("<p>", tmp_path / "page.html")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
