from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

import newsdata
from newsclean.article import Article
from newsclean.outline import Outline
from newsdata import Fetch, Outcome, OutcomeKind, Writer

START = datetime(2026, 9, 1, 8, tzinfo=UTC)
CHANGE = 40  # the day of the change, counted from START
DAY = date(2026, 10, 11)


@dataclass(frozen=True)
class Page:
    """What the cleaner makes of a page; no characters stands for no article."""

    characters: int
    dated: bool = True
    signed: bool = True
    paywalled: bool = False
    template: str = ""


Publisher = Callable[[int, random.Random], Page]


def usual(day: int, chooser: random.Random) -> Page:
    """One in thirty pages holds no article, one in ten no author, one in twenty no date; lengths vary by half."""
    return Page(
        characters=0 if chooser.random() < 1 / 30 else int(chooser.lognormvariate(8, 0.5)),
        dated=chooser.random() > 0.05,
        signed=chooser.random() > 0.1,
    )


def store(writer: Writer, url: str, moment: datetime, page: Page, cleaner: str = "c 1") -> None:
    if not page.characters:
        writer.write_outcome(Outcome(url, "skipped", moment, "too-short"))
        return
    article = Article(
        url,
        "x" * page.characters,
        ("p",),
        authors=("Ada",) if page.signed else (),
        published=moment if page.dated else None,
        paywalled=page.paywalled,
    )
    writer.write_article(article, Fetch(url, moment), cleaner=cleaner)
    if page.template:
        writer.write_outline(Outline(page.template, ()), Fetch(url, moment), cleaner=cleaner)


def publish(
    data: Path,
    publisher: Publisher,
    *,
    days: int = 60,
    a_day: int = 12,
    every: int = 1,
    site: str = "news.example",
) -> None:
    """Store ``a_day`` pages of a site on each ``every``-th day."""
    chooser = random.Random(site)
    with newsdata.open_writer(data, crawl_id="c") as writer:
        for day in range(0, days, every):
            for number in range(a_day):
                moment = START + timedelta(days=day, minutes=number)
                store(writer, f"https://{site}/{day}-{number}", moment, publisher(day, chooser))


def drift(data: Path, columns: str = "day, what") -> list[tuple[object, ...]]:
    with newsdata.connect(data) as connection:
        return connection.sql(f"SELECT {columns} FROM drift ORDER BY site, day, what").fetchall()


def redesign(day: int, chooser: random.Random) -> Page:
    page = usual(day, chooser)
    if day < CHANGE or not page.characters:
        return page
    if chooser.random() < 0.6:
        return replace(page, characters=0)
    return replace(page, characters=page.characters // 4 + 1, dated=False, signed=False)


def test_a_redesign_is_told_with_its_day_and_a_page_that_shows_it(tmp_path: Path) -> None:
    publish(tmp_path, redesign, a_day=24)
    publish(tmp_path, usual, site="steady.example")
    rows = drift(tmp_path, 'site, day, what, "before", "after", pages_before, url, "current"')
    assert [row[:3] for row in rows] == [
        ("news.example", DAY, what) for what in ("no-article", "no-authors", "no-date", "short-text")
    ]
    shares = {what: (before, after) for _, _, what, before, after, *_ in rows}
    assert shares["no-article"][0] < 0.1
    assert 0.4 < shares["no-article"][1] < 0.8
    assert shares["no-date"][1] == shares["no-authors"][1] == 1
    assert shares["short-text"][1] < 0.35 * shares["short-text"][0]
    assert all(pages == 35 * 24 for *_, what, _, _, pages, _, _ in rows if what == "no-article")
    assert all(row[-1] for row in rows)
    with newsdata.connect(tmp_path) as connection:
        for what, url in ((row[2], row[-2]) for row in rows):
            day = int(str(url).rpartition("/")[2].partition("-")[0])
            assert CHANGE <= day <= CHANGE + 2
            missing = {"no-article": "articles = 0", "no-date": "undated = 1", "no-authors": "unsigned = 1"}
            found = connection.execute(
                f"""SELECT {missing.get(str(what), "characters < 600")} FROM (SELECT count(*) AS articles,
                count(*) FILTER (published IS NULL) AS undated, count(*) FILTER (len(authors) = 0) AS unsigned,
                min(n_chars) AS characters FROM articles WHERE url = ?)""",
                [url],
            ).fetchall()
            assert found == [(True,)], what


def test_the_view_of_sites_says_so(tmp_path: Path) -> None:
    publish(tmp_path, redesign, a_day=24)
    publish(tmp_path, usual, site="steady.example")
    with newsdata.connect(tmp_path) as connection:
        rows = connection.sql("SELECT site, drift, drift_day, drift_url FROM sites ORDER BY site").fetchall()
    assert rows[0][:3] == ("news.example", "no-article, no-authors, no-date, short-text", DAY)
    assert rows[0][3].startswith("https://news.example/4")
    assert rows[1] == ("steady.example", None, None, None)


def test_a_paywall_is_told(tmp_path: Path) -> None:
    def paywall(day: int, chooser: random.Random) -> Page:
        page = usual(day, chooser)
        closed = day >= CHANGE and chooser.random() < 0.8
        return replace(page, paywalled=True, characters=page.characters // 4) if closed else page

    publish(tmp_path, paywall)
    assert drift(tmp_path) == [(DAY, "paywall"), (DAY, "short-text")]


def test_a_template_that_vanishes_is_told(tmp_path: Path) -> None:
    def of_templates(day: int, chooser: random.Random) -> Page:
        """Stories get a new template; galleries keep theirs, and the live page's comes and goes."""
        draw = chooser.random()
        story = "article.story>p" if day < CHANGE else "main>div.body>p"
        live = "div.live>p" if 10 < day < 20 else story
        return replace(
            usual(day, chooser), template="div.gallery>p" if draw < 0.3 else live if draw < 0.4 else story
        )

    publish(tmp_path, of_templates, a_day=24)
    (row,) = drift(tmp_path, 'day, what, part, "after", url')
    assert row[:4] == (DAY, "template", "article.story>p", 1)
    assert str(row[4]).startswith("https://news.example/40-")


def test_a_stranger_may_ask_it(tmp_path: Path) -> None:
    publish(tmp_path, lambda day, chooser: Page(3000, dated=day < CHANGE, template="p"))
    with newsdata.connect(tmp_path) as usual_connection, newsdata.connect(tmp_path, safe=True) as safe:
        rows = usual_connection.sql("FROM drift").fetchall()
        assert len(rows) == 1
        assert safe.execute("FROM drift").fetchall() == rows


def test_a_season_is_no_drift(tmp_path: Path) -> None:
    def season(day: int, chooser: random.Random) -> Page:
        """In half a year texts shrink to half, and four fifths of the authors go."""
        page = usual(day, chooser)
        return replace(
            page,
            characters=int(page.characters * (1 - day / 360)),
            signed=page.signed and chooser.random() > 0.8 * day / 180,
        )

    publish(tmp_path, season, days=180)
    assert drift(tmp_path) == []


def test_usual_sites_do_not_alarm(tmp_path: Path) -> None:
    for number in range(12):
        publish(tmp_path, usual, days=45, a_day=3 + number, site=f"site{number}.example")
    assert drift(tmp_path) == []


@pytest.mark.parametrize(("days", "a_day", "alarms"), [(CHANGE + 1, 9, 0), (CHANGE + 1, 10, 1), (2, 10, 0)])
def test_small_samples_do_not_alarm(tmp_path: Path, days: int, a_day: int, alarms: int) -> None:
    def undated(day: int, chooser: random.Random) -> Page:
        return Page(3000, dated=day < min(CHANGE, days - 1))

    publish(tmp_path, undated, days=days, a_day=a_day)
    assert len(drift(tmp_path)) == alarms


@pytest.mark.parametrize(("every", "day"), [(7, date(2026, 10, 6)), (12, date(2026, 10, 7))])
def test_a_site_that_is_seldom_crawled_is_told(tmp_path: Path, every: int, day: date) -> None:
    def undated(day: int, chooser: random.Random) -> Page:
        return replace(usual(day, chooser), dated=day < 35)

    publish(tmp_path, undated, days=64, a_day=20, every=every)
    assert drift(tmp_path) == [(day, "no-date")]


def test_crawls_of_every_other_month_are_compared(tmp_path: Path) -> None:
    publish(tmp_path, lambda day, _: Page(3000, dated=day < 180), days=181, a_day=24, every=60)
    assert drift(tmp_path, 'day, what, "current"') == [(date(2027, 2, 28), "no-date", True)]


def test_of_two_crawls_on_one_day_the_later_is_told(tmp_path: Path) -> None:
    with newsdata.open_writer(tmp_path, crawl_id="c") as writer:
        for crawl, hour in (("morning", 0), ("evening", 9)):
            for number in range(24):
                moment = START + timedelta(hours=hour, minutes=number)
                url = f"https://news.example/{crawl}-{number}"
                article = Article(url, "x" * 3000, ("p",), published=moment if crawl == "morning" else None)
                writer.write_article(article, Fetch(url, moment, crawl_id=crawl), cleaner="c 1")
    (row,) = drift(tmp_path, 'day, what, "before", "after", "current", url')
    assert row[:5] == (START.date(), "no-date", 0, 1, True)
    assert str(row[5]).startswith("https://news.example/evening-")


@pytest.mark.parametrize(
    ("kind", "reason"), [("failed", "http-404"), ("quarantined", "timeout"), ("skipped", "gone")]
)
def test_a_site_that_gives_no_pages_any_more_is_told(tmp_path: Path, kind: OutcomeKind, reason: str) -> None:
    publish(tmp_path, usual, days=CHANGE)
    with newsdata.open_writer(tmp_path, crawl_id="late") as writer:
        for number in range(30):
            moment = START + timedelta(days=CHANGE + number // 12, minutes=number)
            writer.write_outcome(Outcome(f"https://news.example/late-{number}", kind, moment, reason))
    ((day, what, after, url),) = drift(tmp_path, 'day, what, "after", url')
    assert (day, what, after) == (DAY, "failed", 1)
    assert str(url).startswith("https://news.example/late-")


def test_pages_that_are_as_they_were_are_no_failures(tmp_path: Path) -> None:
    """A quiet week: nothing new, and of what is known some is gone."""
    publish(tmp_path, usual, days=CHANGE)
    with newsdata.open_writer(tmp_path, crawl_id="late") as writer:
        for number in range(60):
            moment = START + timedelta(days=CHANGE, minutes=number)
            url = f"https://news.example/{number}-0"
            told = ("skipped", "gone") if number % 6 == 0 else ("unchanged", "not-modified")
            writer.write_outcome(Outcome(url, told[0], moment, told[1]))  # type: ignore[arg-type]
    assert drift(tmp_path) == []


def test_what_was_mended_is_history(tmp_path: Path) -> None:
    def broken_for_a_week(day: int, chooser: random.Random) -> Page:
        return replace(usual(day, chooser), dated=not CHANGE <= day < CHANGE + 7)

    publish(tmp_path, broken_for_a_week)
    assert drift(tmp_path, 'day, what, "current"') == [(DAY, "no-date", False)]
    with newsdata.connect(tmp_path) as connection:
        assert connection.sql("SELECT drift FROM sites").fetchall() == [(None,)]


def test_after_five_weeks_it_is_how_the_site_is(tmp_path: Path) -> None:
    publish(tmp_path, lambda day, chooser: Page(3000, dated=day < CHANGE), days=CHANGE + 36)
    assert drift(tmp_path, 'day, "current"') == [(DAY, False)]


def test_pages_cleaned_again_count_as_they_are_now(tmp_path: Path) -> None:
    publish(tmp_path, lambda day, chooser: Page(3000, dated=day < CHANGE), days=45)
    assert drift(tmp_path) == [(DAY, "no-date")]
    with newsdata.open_writer(tmp_path, crawl_id="again") as writer:
        for day in range(CHANGE, 45):
            for number in range(12):
                moment = START + timedelta(days=day, minutes=number)
                store(writer, f"https://news.example/{day}-{number}", moment, Page(3000), "c 2")
    assert drift(tmp_path) == []


def test_two_changes_are_two_rows(tmp_path: Path) -> None:
    def twice(day: int, chooser: random.Random) -> Page:
        return Page(3000, dated=day < 30, signed=day < 50 and not 20 <= day < 26)

    publish(tmp_path, twice, a_day=20)
    assert drift(tmp_path) == [
        (date(2026, 9, 21), "no-authors"),
        (date(2026, 10, 1), "no-date"),
        (date(2026, 10, 21), "no-authors"),
    ]
