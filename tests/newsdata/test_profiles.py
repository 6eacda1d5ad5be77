"""Profiles on disk: what is learned from, what was learned, and articles that are compared with what they were."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

import newsdata
from newsclean import Article, Evidence, SiteProfile
from newsclean.outline import Line, Outline
from newsclean.profile import Standing
from newsdata import Fetch, PageRecord

SITE = "example.com"
SEEN = datetime(2026, 11, 3, tzinfo=UTC)
OUTLINE = Outline(
    "article>p",
    (
        Line("00ff", "", "article>p", "body", 12, "Text of it.", heading=True),
        Line("11ff", "22ff", "aside", "related", 3, "Lo\ud800ng", is_link=True),
    ),
)


def standing(text: str, articles: int, **fields: object) -> Standing:
    values: dict[str, object] = {
        "form": "line", "key": f"{articles:016x}", "text": text, "kind": "body", "cluster": "", "articles": articles,
        "of_articles": 20, "texts": 1, "first_seen": SEEN, "last_seen": SEEN + timedelta(hours=1), "furniture": True,
        "reason": "it stands on many of the articles",
    }  # fmt: skip
    return Standing(**(values | fields))  # type: ignore[arg-type]


PROFILE = SiteProfile(
    SITE,
    (standing("Sign up for the tide tables.", 18), standing("article>p", 20, form="path", key="article>p", furniture=False)),
    articles=20,
    seen=SEEN,
)  # fmt: skip


def test_a_profile_comes_back_as_it_was(tmp_path: Path) -> None:
    newsdata.open_writer(tmp_path, crawl_id="c").close()
    newsdata.write_profiles(
        tmp_path, [(PROFILE, 1), (SiteProfile("other.com", PROFILE.standings), 1)], crawl_id="c"
    )
    with newsdata.connect(tmp_path) as connection:
        assert newsdata.read_profile(connection, SITE) == (PROFILE, 1)
        assert newsdata.read_profile(connection, "nowhere.com") is None


def test_the_view_shows_the_newest_version_and_the_files_keep_all(tmp_path: Path) -> None:
    newsdata.open_writer(tmp_path, crawl_id="c").close()
    newer = replace(PROFILE, standings=(standing("A line of the redesign.", 19),))
    newsdata.write_profiles(tmp_path, [(PROFILE, 1)], crawl_id="first")
    newsdata.write_profiles(tmp_path, [(newer, 2)], crawl_id="second")
    with newsdata.connect(tmp_path) as connection:
        shown = connection.sql(
            "SELECT version, rule, text, articles, of_articles, first_seen, crawl_id FROM profiles"
        ).fetchall()
    assert shown == [(2, "site.standing-line", "A line of the redesign.", 19, 20, SEEN, "second")]
    files = duckdb.sql(
        f"SELECT version, count(*) FROM '{tmp_path}/profiles/*.parquet' GROUP BY version ORDER BY version"
    ).fetchall()
    assert files == [(1, 2), (2, 1)]
    assert not list(tmp_path.glob("profiles/.*"))


def test_a_removal_is_found_in_its_profile(
    tmp_path: Path, make_article: Callable[..., Article], make_fetch: Callable[..., Fetch]
) -> None:
    (line, _) = PROFILE.standings
    article = make_article(
        removed=(newsdata_removal(line),), evidence=(Evidence("furniture", line.source, "on 18 of 20 articles", chosen=True),)
    )  # fmt: skip
    with newsdata.open_writer(tmp_path, crawl_id="c") as writer:
        writer.write_article(article, make_fetch(), cleaner="newsclean")
    newsdata.write_profiles(tmp_path, [(PROFILE, 1)], crawl_id="c")
    with newsdata.connect(tmp_path) as connection:
        by_text = connection.sql(
            "SELECT articles, of_articles FROM removed JOIN profiles USING (site, rule, text)"
        ).fetchall()
        by_key = connection.sql(
            "SELECT p.text FROM (SELECT site, unnest(evidence) AS e FROM articles) a "
            "JOIN profiles p ON a.site = p.site AND e.source = p.rule || ':' || p.key"
        ).fetchall()
    assert by_text == [(18, 20)]
    assert by_key == [(line.text,)]


def newsdata_removal(line: Standing) -> object:
    from newsclean import Removal

    return Removal("furniture", line.rule, line.text)


def test_sightings_are_the_newest_of_each_page_and_a_sample_of_each_month(
    tmp_path: Path, make_fetch: Callable[..., Fetch]
) -> None:
    with newsdata.open_writer(tmp_path, crawl_id="c") as writer:
        for number in range(12):
            for month in (1, 2, 3):
                fetched = datetime(2026, month, 1 + number, tzinfo=UTC)
                url = f"https://www.example.com/{'a' if number < 2 else month}/{number}"
                writer.write_outline(OUTLINE, make_fetch(url=url, fetched_at=fetched), cleaner="newsclean")
        writer.write_outline(OUTLINE, make_fetch(url="https://www.other.com/1"), cleaner="newsclean")
    with newsdata.connect(tmp_path) as connection:
        found = list(newsdata.read_sightings(connection, SITE, pages=9, months=2))
        every = list(newsdata.read_sightings(connection, SITE, pages=99, months=9))
    assert len(every) == 2 + 3 * 10
    assert {each.seen.month for each in every if each.seen.day <= 2} == {3}  # fetched thrice, counted once
    chosen = [
        sorted((each for each in every if each.seen.month == month), key=lambda each: each.page)[:9] for month in (2, 3)
    ]  # fmt: skip
    assert sorted(each.page for each in found) == sorted(each.page for month in chosen for each in month)
    assert found[0].outline == replace(
        OUTLINE, lines=(OUTLINE.lines[0], replace(OUTLINE.lines[1], text="Lo\ufffdng"))
    )


def test_an_article_read_back_is_unchanged(
    tmp_path: Path, make_article: Callable[..., Article], make_fetch: Callable[..., Fetch]
) -> None:
    article, fetch = make_article(canonical_url="https://www.example.com/2026/story-0"), make_fetch()
    with newsdata.open_writer(tmp_path, crawl_id="c") as writer:
        page = newsdata.PageRecord(fetch, b"<p>page", "text/html")
        writer.write_page(page)
        written = writer.write_article(article, fetch, cleaner="newsclean")
    with newsdata.connect(tmp_path) as connection:
        ((stored,),) = newsdata.read_articles(connection, SITE)
        assert list(newsdata.read_articles(connection, SITE, crawl_id="another")) == []
        ((_, body),) = newsdata.read_pages(connection, [stored.fetch, make_fetch(7)])
    assert stored.id == written
    assert stored.fetch == fetch
    assert body == PageRecord(stored.fetch, page.body, page.content_type)
    assert not newsdata.is_changed(stored, article)
    assert not newsdata.is_changed(stored, replace(article, evidence=()))
    assert newsdata.is_changed(stored, replace(article, text="Another.\n\nSecond paragraph."))
    assert newsdata.is_changed(stored, replace(article, removed=()))


def test_a_new_version_keeps_its_id_and_is_the_newest(
    tmp_path: Path, make_article: Callable[..., Article], make_fetch: Callable[..., Fetch]
) -> None:
    with newsdata.open_writer(tmp_path, crawl_id="c") as writer:
        writer.write_article(make_article(), make_fetch(), cleaner="newsclean 1", id="00")
        writer.seal()
        writer.write_article(
            make_article(text="Clean.\n\nNow."), make_fetch(), cleaner="newsclean 2", id="00"
        )
    with newsdata.connect(tmp_path) as connection:
        assert connection.sql("SELECT id, text, cleaner FROM articles").fetchall() == [
            ("00", "Clean.\n\nNow.", "newsclean 2")
        ]
        assert connection.sql("SELECT count(*) FROM article_versions").fetchall() == [(2,)]


def test_profiles_that_cannot_be_written_say_so(tmp_path: Path) -> None:
    (tmp_path / "profiles").write_text("in the way")
    with pytest.raises(newsdata.DataFolderError, match="choose a folder"):
        newsdata.write_profiles(tmp_path, [(PROFILE, 1)], crawl_id="c")
