"""What a page says about its article: small heads and bodies in, fields and their evidence out."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from lxml.html import document_fromstring, tostring

from newsclean import SiteProfile, clean
from newsclean.metadata import Metadata, decide_language, read_byline, read_metadata, read_written_date
from newsclean.metadata.authors import ORDER
from newsclean.metadata.published import SEARCHED

URL = "https://www.harbour-courier.example/news/2020/night-ferry-returns"
TITLE = "Night ferry returns to the estuary after nine years"
PROSE = "<p>" + "The harbour board had withdrawn the service when the old stage was condemned. " * 6 + "</p>"


def read(head: str = "", body: str = "", *, url: str = URL, attributes: str = "") -> Metadata:
    return read_metadata(
        document_fromstring(f"<html {attributes}><head>{head}</head><body>{body}</body></html>"), url
    )


def ld(value: object) -> str:
    return f'<script type="application/ld+json">{value if isinstance(value, str) else json.dumps(value)}</script>'


def meta(**contents: str) -> str:
    return "".join(
        f'<meta name="{name.replace("__", ":")}" content="{content}">' for name, content in contents.items()
    )


def chosen(metadata: Metadata, field: str) -> list[str]:
    return [evidence.source for evidence in metadata.evidence if evidence.field == field and evidence.chosen]


# ---------------------------------------------------------------- title

KEPT_TITLES = [
    "Ferry, bridge or tunnel - the estuary decides",
    "Boats – and what they cost",
    "Interview: Mara Quill on tides",
    "Who pays? | What the vote means for riders in town and country alike this winter",
]


@pytest.mark.parametrize("title", KEPT_TITLES)
def test_a_real_dash_or_bar_is_no_tail(title: str) -> None:
    assert read(f"<title>{title}</title>", f"<h1>{title}</h1>").title == title


@pytest.mark.parametrize(
    "head",
    [
        f"<title>{TITLE} | Harbour Courier</title>",
        f"<title>{TITLE} - Harbour Courier</title>",
        f"<title>{TITLE} – Town – Harbour Courier</title>" + meta(og__title=TITLE),
        f"<title>Harbour Courier | {TITLE}</title>",
        f"<title>harbour-courier.example {TITLE}</title>",
        f'<meta property="og:title" content="{TITLE} - The Courier"><meta property="og:site_name" content="The Courier">',
        f"<title>{TITLE} » Blog</title>",
        f"<title>{TITLE} — Quill &amp; Sons</title>" + ld({"@type": "WebSite", "name": "Quill & Sons"}),
    ],
)
def test_the_site_is_cut_off(head: str) -> None:
    assert read(head).title == TITLE


def test_section_and_site_are_cut_off_though_the_headline_repeats_them() -> None:
    whole = f"{TITLE} | Town &amp; Tides | The Harbour Courier of the Estuary"
    assert read(f"<title>{whole}</title>", f"<h1>{whole}</h1>").title == TITLE


@pytest.mark.parametrize(
    ("head", "body", "source"),
    [
        (f"<title>Courier</title>{meta(og__title=TITLE)}", "<h1>Harbour Courier</h1>", "meta:og:title"),
        (f"<title>{TITLE} | Courier</title>", f"<h1>Most read</h1><h1>{TITLE}</h1>", "h1"),
        (f"{meta(og__title='Ferry back after nine years: what it costs')}", f"<h1>{TITLE}</h1>", "h1"),
        (ld({"@type": "NewsArticle", "headline": TITLE}) + meta(og__title="Ferry back after nine years"), "<h1>The ferry returns</h1>", "json-ld:headline"),
        (ld({"@type": "BlogPosting", "headline": "Estuary ferry returns: timetable"}) + meta(og__title="Estuary ferry returns: timetable"), f"<h1>{TITLE}</h1>", "h1"),
    ],
)  # fmt: skip
def test_which_title_wins(head: str, body: str, source: str) -> None:
    metadata = read(head, body)
    assert metadata.title == TITLE
    assert source in chosen(metadata, "title")


def test_a_kicker_before_a_bar_is_not_the_title() -> None:
    labelled = f"Opinion | {TITLE}"
    head = meta(og__title=labelled) + ld({"@type": "NewsArticle", "headline": labelled})
    assert read(head, f"<h1>{TITLE}</h1>").title == TITLE
    assert read(head, f"<h1>{labelled}</h1>").title == labelled


def test_a_kicker_in_the_headline_is_not_the_title() -> None:
    metadata = read(f"<title>{TITLE} | Courier</title>", f"<h1><span>2 May</span> <span>{TITLE}</span></h1>")
    assert metadata.title == TITLE


def test_a_heading_of_another_box_is_no_form_of_the_title() -> None:
    metadata = read(f"<title>{TITLE}</title>", f"<h1>{TITLE}</h1><h1>Most read</h1>")
    assert "Most read" not in metadata.title_candidates
    assert metadata.title_candidates[0] == TITLE


def test_no_title() -> None:
    assert read().title == ""


# ---------------------------------------------------------------- authors


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Mara Quill", ("Mara Quill",)),
        ("by Mara Quill and Theo Lunde", ("Mara Quill", "Theo Lunde")),
        ("By Mara Quill, Theo Lunde and Ann-Marie O'Neil", ("Mara Quill", "Theo Lunde", "Ann-Marie O'Neil")),
        ("By Mara Quill, Staff Writer", ("Mara Quill",)),
        ("By Mara Quill, Harbour Correspondent | January 2, 2020", ("Mara Quill",)),
        ("By Mara Quill January 2, 2020US News", ("Mara Quill",)),
        ("Von Jonas Brandt, Clara Weiß und Ole Dreier", ("Jonas Brandt", "Clara Weiß", "Ole Dreier")),
        ("Ein Kommentar von Jonas Brandt", ("Jonas Brandt",)),
        ("Par Élodie Marchand et Luc d'Arcy", ("Élodie Marchand", "Luc d'Arcy")),
        ("Por Lucía Peña y Íñigo Vega", ("Lucía Peña", "Íñigo Vega")),
        ("Por José Ortega y Gasset", ("José Ortega y Gasset",)),
        ("Di Marta Riva e Ugo Conti", ("Marta Riva", "Ugo Conti")),
        ("Door Sanne de Vries en Joost van den Berg", ("Sanne de Vries", "Joost van den Berg")),
        ("Autor: Jan Kowalski", ("Jan Kowalski",)),
        ("By MARA QUILL", ("MARA QUILL",)),
        ("By MARA QUILL and THEO LUNDE Courier Reporters", ("MARA QUILL", "THEO LUNDE")),
        ("By Mara Quill View In Print Edition", ("Mara Quill",)),
        ("Interview by Mara Quill", ("Mara Quill",)),
        ("By Staff", ()),
        ("By Reuters", ("Reuters",)),
        ("Mara Quill", ()),
        ("By the time the ferry left, the quay was empty.", ()),
        ("By clicking you agree to our terms", ()),
        ("Por qué vuelve el barco", ()),
        ("Von wegen ruhig", ()),
    ],
)
def test_byline(line: str, names: tuple[str, ...]) -> None:
    assert read_byline(line) == names


@pytest.mark.parametrize(
    ("head", "body", "authors"),
    [
        (ld({"@type": "NewsArticle", "author": {"@type": "Person", "name": "Mara Quill"}}), "", ["Mara Quill"]),
        (ld({"@type": "NewsArticle", "author": ["Mara Quill", {"name": "Theo Lunde"}]}), "", ["Mara Quill", "Theo Lunde"]),
        (ld({"@type": "NewsArticle", "author": {"name": ["Mara Quill", "Theo Lunde"]}}), "", ["Mara Quill", "Theo Lunde"]),
        (ld({"@graph": [{"@type": "Article", "author": {"@id": "#p"}}, {"@id": "#p", "@type": "Person", "name": "Mara Quill"}]}), "", ["Mara Quill"]),
        (meta(author="By Mara Quill; Theo Lunde"), "", ["Mara Quill", "Theo Lunde"]),
        (meta(author="Mara Quill, Theo Lunde &amp; Ann Lee"), "", ["Mara Quill", "Theo Lunde", "Ann Lee"]),
        (meta(author="mara.quill@courier.example (Mara Quill)"), "<h1>T</h1><p>By Mara Quill</p>", ["Mara Quill"]),
        (meta(article__author="https://social.example/courier"), "<h1>T</h1><p>By Mara Quill</p>", ["Mara Quill"]),
        (meta(author="Dr. Mara Quill, PhD, Senior Editor"), "", ["Mara Quill"]),
        (meta(author="admin"), "", []),
        (meta(author="Email the author"), "", []),
        # who is named in the byline counts more than the house
        (ld({"@type": "NewsArticle", "author": {"@type": "Organization", "name": "Harbour Courier"}}), "<h1>T</h1><p>By Mara Quill</p>", ["Mara Quill"]),
        (ld({"@type": "NewsArticle", "author": ["Mara Quill", "Harbour Courier"]}), "", ["Mara Quill"]),
        # agencies are credited beside persons, and alone
        (ld({"@type": "NewsArticle", "author": [{"name": "Mara Quill"}, {"name": "dpa"}]}), "", ["Mara Quill", "dpa"]),
        (ld({"@type": "NewsArticle", "author": {"name": "The Associated Press"}}), "", ["The Associated Press"]),
        # no author of the page: a comment's, another story's
        ("", '<h1>T</h1><div><span>By Mara Quill</span></div><div class="comment"><b class="author">Salty Dog</b></div>', ["Mara Quill"]),
        ("", '<h1>T</h1><p class="byline">By <a href="/by/mq">Mara Quill</a> Email the author</p>', ["Mara Quill"]),
        ("", '<h1>T</h1><ul><li>By <a href="/x">Mara Quill</a></li><li>January 2, 2020</li></ul>', ["Mara Quill"]),
        ("", '<h1>T</h1><div><a href="/authors/mq">Mara Quill</a><span>January 2, 2020</span></div>', ["Mara Quill"]),
        ("", '<h1>T</h1><div><span itemprop="author" itemscope><span itemprop="name">Mara Quill</span></span></div>', ["Mara Quill"]),
        ("", "<div>By Mara Quill</div><h1>T</h1>", ["Mara Quill"]),
        ("", f"<h1>T</h1>{PROSE * 8}<p>By Theo Lunde</p>", []),
        ("", "<h1>T</h1><div>By</div><div>Mara Quill</div>", ["Mara Quill"]),
        ("", "<h1>T</h1><div>Mara Quill</div><div>January 2, 2020</div>", ["Mara Quill"]),
        ("", "<h1>T</h1><div>Harbour News</div><div>January 2, 2020</div>", []),
        ("", "<h1>T</h1><p>Mara Quill</p><p>·Senior Reporter</p><p>January 2, 2020</p>", ["Mara Quill"]),
        ("", "<h1>T</h1><p>Mara Quill, Harbour Correspondent</p><p>January 2, 2020</p>", ["Mara Quill"]),
        ("", "<h1>T</h1><p>January 2, 2020 | By Mara Quill | 6 comments</p>", ["Mara Quill"]),
        ("", "<h1>T</h1><p>Élodie Marchand et Luc Aubert - 2 janvier 2020 à 18:45</p>", ["Élodie Marchand", "Luc Aubert"]),
        ("", '<h1>T</h1><div class="autor"><p>Lucía Peña</p></div>', ["Lucía Peña"]),
        (meta(og__site_name="Harbour Courier", author="Mara Quill, Harbour Courier Editorial Team"), "", ["Mara Quill"]),
        ("", "<h1>T</h1><div>Learn More</div><div>January 2, 2020</div>", []),
        ("", '<h1>T</h1><div class="comment"><b class="author">Salty Dog</b></div>', []),
        (meta(author="Mara"), '<h1>T</h1><p class="author">Mara Quill</p>', ["Mara Quill"]),
        (meta(author="Mara Quill"), "<h1>T</h1><p>By Theo Lunde and Mara Quill</p>", ["Theo Lunde", "Mara Quill"]),
        (meta(author="Mara Quill"), "<h1>T</h1><p>By Theo Lunde</p>", ["Mara Quill"]),
        ("", "<h1>T</h1><aside><p>By Theo Lunde</p></aside>", []),
    ],
)  # fmt: skip
def test_authors(head: str, body: str, authors: list[str]) -> None:
    assert list(read(head, body).authors) == authors


# ---------------------------------------------------------------- dates

EASTERN = timezone(timedelta(hours=-5))


@pytest.mark.parametrize(
    "line",
    [
        "January 2, 2020", "Jan. 2, 2020", "Thursday, January 2nd, 2020", "2 January 2020", "2. Januar 2020", "2. Jan. 2020",
        "2 janvier 2020", "jeudi 2 janvier 2020", "2 de enero de 2020", "2 enero 2020", "2 gennaio 2020", "2 de janeiro de 2020",
        "2 januari 2020", "2 stycznia 2020", "2. ledna 2020", "2 Ocak 2020", "2020-01-02", "02.01.2020", "2020年1月2日",
        "Published January 2, 2020US News",
    ],
)  # fmt: skip
def test_written_dates(line: str) -> None:
    assert read_written_date(line) == datetime(2020, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("2. Januar 2020, 14:05 Uhr", datetime(2020, 1, 2, 14, 5, tzinfo=UTC)),
        ("14:05 Uhr, 2. Januar 2020", datetime(2020, 1, 2, 14, 5, tzinfo=UTC)),
        ("2 janvier 2020 à 14h05", datetime(2020, 1, 2, 14, 5, tzinfo=UTC)),
        ("January 2, 2020 at 2:05 p.m. EST", datetime(2020, 1, 2, 14, 5, tzinfo=EASTERN)),
        ("January 2, 2020 12:05 am", datetime(2020, 1, 2, 0, 5, tzinfo=UTC)),
        ("January 2, 2020 14:05 GMT+0100", datetime(2020, 1, 2, 14, 5, tzinfo=timezone(timedelta(hours=1)))),
        ("February 30, 2020", None),
        ("January 2, 1066", None),
        ("3/4/2020", None),
        ("Version 1.2.3", None),
        ("Copyright 2020", None),
    ],
)
def test_written_times(line: str, expected: datetime | None) -> None:
    assert read_written_date(line) == expected


@pytest.mark.parametrize(
    ("head", "body", "published", "source"),
    [
        (meta(article__published_time="2020-01-02T19:21:00-05:00"), "", datetime(2020, 1, 2, 19, 21, tzinfo=EASTERN), "meta:article:published_time"),
        (meta(date="Thu, 02 Jan 2020 10:00:00 GMT"), "", datetime(2020, 1, 2, 10, tzinfo=UTC), "meta:date"),
        (meta(date="1577959200"), "", datetime(2020, 1, 2, 10, tzinfo=UTC), "meta:date"),
        (meta(date="20200102"), "", datetime(2020, 1, 2, tzinfo=UTC), "meta:date:date-only"),
        (meta(w_published_date="2020-01-02"), "", datetime(2020, 1, 2, tzinfo=UTC), "meta:w_published_date:date-only"),
        ("", "<h1>T</h1><p>January 2, 2020</p>", datetime(2020, 1, 2, tzinfo=UTC), "written:date-only"),
        ("", '<h1>T</h1><time datetime="2020-01-02T10:00Z">long ago</time>', datetime(2020, 1, 2, 10, tzinfo=UTC), "time"),
        ("", '<h1>T</h1><p itemprop="datePublished" content="2020-01-02T10:00Z">x</p>', datetime(2020, 1, 2, 10, tzinfo=UTC), "itemprop:datePublished"),
        # a day gives way to the time of the same day
        (meta(date="2020-01-02"), '<h1>T</h1><time datetime="2020-01-02T10:00Z">x</time>', datetime(2020, 1, 2, 10, tzinfo=UTC), "time"),
        # a time without zone takes the page's
        (meta(date="2020-01-02 10:00", article__modified_time="2020-01-03T10:00-05:00"), "", datetime(2020, 1, 2, 10, tzinfo=EASTERN), "meta:date:no-zone"),
        (meta(date="2020-01-02 10:00"), "", datetime(2020, 1, 2, 10, tzinfo=UTC), "meta:date:no-zone"),
        # another story's: alone against two, or later than the page's last change
        (ld({"@type": "NewsArticle", "datePublished": "2019-05-05T10:00Z"}) + meta(article__published_time="2020-01-02T10:00Z"),
         "<h1>T</h1><p>January 2, 2020</p>", datetime(2020, 1, 2, 10, tzinfo=UTC), "meta:article:published_time"),
        # but for the printed paper's day, after an evening online
        (ld({"@type": "NewsArticle", "datePublished": "2020-01-01T10:30-05:00"}) + meta(date="2020-01-02"),
         "<h1>T</h1><p>January 2, 2020</p>", datetime(2020, 1, 1, 10, 30, tzinfo=EASTERN), "json-ld:datePublished"),
        (ld({"@type": "NewsArticle", "datePublished": "2019-12-31T19:30-05:00"}) + meta(date="2020-01-02"),
         "<h1>T</h1><p>January 2, 2020</p>", datetime(2020, 1, 2, tzinfo=UTC), "meta:date:date-only"),
        (meta(article__published_time="2021-06-06T10:00Z", date="2020-01-02T10:00Z", article__modified_time="2020-01-03T10:00Z"), "",
         datetime(2020, 1, 2, 10, tzinfo=UTC), "meta:date"),
        (meta(date="0001-01-01T00:00:00Z"), "", None, ""),
        (meta(date="soon"), "", None, ""),
    ],
)  # fmt: skip
def test_published(head: str, body: str, published: datetime | None, source: str) -> None:
    metadata = read(head, body)
    assert metadata.published == published
    if published is not None:
        assert metadata.published is not None
        assert metadata.published.utcoffset() == published.utcoffset()
        assert source in chosen(metadata, "published")


def test_modified_is_told_from_published() -> None:
    metadata = read("", "<h1>T</h1><p>Published January 2, 2020 | Updated: January 3, 2020 10:00 GMT</p>")
    assert metadata.published == datetime(2020, 1, 2, tzinfo=UTC)
    assert metadata.modified == datetime(2020, 1, 3, 10, tzinfo=UTC)


def test_a_date_with_no_element_of_its_own_is_read() -> None:
    metadata = read("", f"<h2>{TITLE}</h2><i>By Mara Quill</i><br>Thursday, July 14, 2011<p>{PROSE}</p>")
    assert metadata.published == datetime(2011, 7, 14, tzinfo=UTC)
    assert metadata.authors == ("Mara Quill",)


def test_time_elements_on_one_line_are_told_apart() -> None:
    body = '<h1>T</h1><div>Erstellt <time datetime="2020-01-02T10:00Z">2.1.</time> Aktualisiert <time datetime="2020-01-03T10:00Z">3.1.</time></div>'
    metadata = read("", body)
    assert metadata.published == datetime(2020, 1, 2, 10, tzinfo=UTC)
    assert metadata.modified == datetime(2020, 1, 3, 10, tzinfo=UTC)


def test_a_modification_before_the_publication_is_none() -> None:
    head = meta(
        article__published_time="2020-01-02T10:00Z",
        article__modified_time="2018-01-02T10:00Z",
        date="2018-01-01",
    )
    metadata = read(head)
    assert metadata.modified is None or metadata.published is None or metadata.modified >= metadata.published


def test_the_address_dates_a_page_as_last_resort() -> None:
    metadata = read(url="https://courier.example/2020/01/02/ferry")
    assert metadata.published == datetime(2020, 1, 2, tzinfo=UTC)
    assert chosen(metadata, "published") == ["url:date-only"]


# ---------------------------------------------------------------- JSON-LD as it comes

ARTICLE = '{"@type": "NewsArticle", "headline": "%s", "datePublished": "2020-01-02T10:00:00Z"%s}'


@pytest.mark.parametrize(
    "script",
    [
        ARTICLE % (TITLE, ""),
        ARTICLE % (TITLE, ","),
        "<!-- " + ARTICLE % (TITLE, "") + " -->",
        "//<![CDATA[\n" + ARTICLE % (TITLE, "") + "\n//]]>",
        "/*<![CDATA[*/" + ARTICLE % (TITLE, "") + "/*]]>*/",
        ARTICLE % (TITLE, ', "description": "two\nlines\tand a tab"'),
        ARTICLE % (TITLE, ', "articleBody": "an "unescaped" quote"'),
        '{"@type": "Organization"}' + ARTICLE % (TITLE, ""),
        "[[" + ARTICLE % (TITLE, "") + "]]",
        '{"@graph": [{"@type": "WebPage", "name": "x"}, ' + ARTICLE % (TITLE, "") + "]}",
        '{"@type": "WebPage", "mainEntity": ' + ARTICLE % (TITLE, "") + "}",
        ARTICLE % (TITLE.replace("ferry", "&#102;erry"), ""),
        ARTICLE.replace('"NewsArticle"', '["Thing", "http://schema.org/NewsArticle"]') % (TITLE, "") + ";",
    ],
)
def test_broken_json_ld(script: str) -> None:
    metadata = read(ld(script))
    assert metadata.title == TITLE
    assert metadata.published == datetime(2020, 1, 2, 10, tzinfo=UTC)


def test_the_article_with_the_page_s_address_is_the_page_s() -> None:
    stories = [
        {
            "@type": "NewsArticle",
            "headline": "Another story",
            "url": "https://www.harbour-courier.example/news/other",
        },
        {"@type": "NewsArticle", "headline": TITLE, "mainEntityOfPage": {"@id": URL}},
    ]
    assert read(ld(stories)).title == TITLE


def test_a_list_of_teasers_is_not_the_article() -> None:
    teasers = {
        "@type": "ItemList",
        "itemListElement": [{"@type": "NewsArticle", "headline": "Another story", "author": "Theo Lunde"}],
    }
    metadata = read(ld(teasers) + meta(og__title=TITLE))
    assert metadata.title == TITLE
    assert metadata.authors == ()


# ---------------------------------------------------------------- the rest


@pytest.mark.parametrize(
    ("head", "body", "section"),
    [
        (ld({"@type": "NewsArticle", "articleSection": ["Town", "Harbour"]}), "", "Town"),
        (meta(article__section="Town"), "", "Town"),
        (ld({"@type": "BreadcrumbList", "itemListElement": [{"name": "Home"}, {"item": {"name": "Town"}}, {"name": TITLE}]}), "", "Town"),
        ("", '<h1>T</h1><div><span>January 2, 2020</span><a class="category" href="/us">US News</a></div>', "US News"),
        ("", '<h1>T</h1><p>January 2, 2020</p><p><a href="/us">US News</a></p>', "US News"),
        ("", '<div><a href="/news/">News and Views</a></div><h1>T</h1>', "News and Views"),
        ("", '<h1>T</h1><div>By <a href="/authors/mq">Mara Quill</a> January 2, 2020</div>', ""),
        ("", '<h1>T</h1><div>January 2, 2020 <a href="https://social.example/share">Share</a></div>', ""),
        ("", '<section><h1>T</h1><p>Sixty sailed. <a href="/timetable">Timetable</a></p></section>', ""),
        (meta(article__section="www.courier.example"), "", ""),
        (meta(article__section="Mara Quill", author="Mara Quill"), "", ""),
        ("", "<h1>T</h1>", ""),
    ],
)  # fmt: skip
def test_section(head: str, body: str, section: str) -> None:
    assert read(head, body).section == section


@pytest.mark.parametrize(
    ("head", "paywalled"),
    [
        (ld({"@type": "NewsArticle", "headline": "T", "isAccessibleForFree": False}), True),
        (ld({"@type": "NewsArticle", "headline": "T", "isAccessibleForFree": "False"}), True),
        (ld({"@type": "NewsArticle", "headline": "T", "isAccessibleForFree": True}), False),
        (ld({"@type": "NewsArticle", "headline": "T", "hasPart": {"isAccessibleForFree": False}}), True),
        (meta(article__content_tier="locked"), True),
        (meta(article__content_tier="free"), False),
        ("", None),
    ],
)
def test_paywall(head: str, paywalled: bool | None) -> None:
    assert read(head).paywalled is paywalled


def test_the_small_fields() -> None:
    head = (
        '<link rel="canonical" href="/news/ferry"><meta property="og:site_name" content="Harbour Courier">'
        '<meta property="og:description" content="Sixty passengers &amp; a band.">'
        '<meta property="article:tag" content="Ferry"><meta property="article:tag" content="Harbour"><meta property="article:tag" content="ferry">'
    )
    metadata = read(head, attributes='lang="en-GB"')
    assert metadata.canonical_url == "https://www.harbour-courier.example/news/ferry"
    assert metadata.site == "Harbour Courier"
    assert metadata.description == "Sixty passengers & a band."
    assert metadata.tags == ("Ferry", "Harbour")
    assert metadata.declared_language == "en"


@pytest.mark.parametrize("address", ["http://[broken", "javascript:void(0)", "mailto:x@y.example", ""])
def test_a_canonical_address_that_is_none(address: str) -> None:
    assert read(f'<link rel="canonical" href="{address}">').canonical_url == ""


ENGLISH = (
    "The ferry sailed again on Monday for the first time in nine years, and the town came to watch it go."
)
GERMAN = (
    "Die Fähre fuhr am Montag zum ersten Mal seit neun Jahren wieder, und die ganze Stadt kam, um zuzusehen."
)


@pytest.mark.parametrize(
    ("text", "declared", "language"),
    [
        (ENGLISH, "", "en"), (ENGLISH, "en-US", "en"), (GERMAN, "", "de"), (GERMAN, "de_AT", "de"), (GERMAN * 3, "en", "de"),
        ("Ja.", "da", "da"), ("", "", ""), ("Ja.", "zxx", ""), ("Ja.", "nb-NO", "no"),
    ],
)  # fmt: skip
def test_language(text: str, declared: str, language: str) -> None:
    assert decide_language(text, declared) == language


def test_a_person_knows_the_language_better_than_the_page_and_the_text_knows_it_best() -> None:
    lines = "<p>Havnestyret møtte på mandag og hørte loser og mannskap.</p><p>Det ble besluttet at fergen skal gå hver time.</p>"
    page = f"<html lang=da><article><h1>Havnen</h1>{lines * 3}</article></html>"
    assert clean(page).language == "da"
    for known, language in (("nb-NO", "no"), ("de", "no"), ("", "da")):
        assert clean(page, site=SiteProfile("havnen.example", language=known)).language == language


def test_a_page_without_meta_or_class_names() -> None:
    body = f"<div><div><a href='/'>Home</a></div></div><div><h1>{TITLE}</h1><p>By Mara Quill</p><p>January 2, 2020</p>{PROSE}</div>"
    metadata = read("", body)
    assert metadata.title == TITLE
    assert metadata.authors == ("Mara Quill",)
    assert metadata.published == datetime(2020, 1, 2, tzinfo=UTC)
    assert metadata.byline_texts == ("By Mara Quill",)
    assert chosen(metadata, "authors") == ["byline"]


def test_every_field_names_what_won() -> None:
    head = ld(
        {
            "@type": "NewsArticle",
            "headline": TITLE,
            "datePublished": "2020-01-02T10:00Z",
            "dateModified": "2020-01-03T10:00Z",
            "author": "Mara Quill",
        }
    )
    metadata = read(head + meta(author="Theo Lunde"), f"<h1>{TITLE}</h1>")
    assert {evidence.field for evidence in metadata.evidence if evidence.chosen} == {
        "title",
        "authors",
        "published",
        "modified",
    }
    assert ("meta:author", "Theo Lunde", False) in [(e.source, e.value, e.chosen) for e in metadata.evidence]


def test_the_tree_is_not_changed() -> None:
    tree = document_fromstring(
        f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1><p>By Mara Quill</p>{PROSE}</body></html>"
    )
    before = tostring(tree)
    read_metadata(tree, URL)
    assert tostring(tree) == before


def test_no_date_is_from_the_future() -> None:
    tree = document_fromstring("<html><body><h1>T</h1><p>May 4, 2031</p><p>January 2, 2020</p></body></html>")
    fetched = datetime(2020, 1, 2, 12, tzinfo=UTC)
    metadata = read_metadata(tree, URL, fetched=fetched)
    assert metadata.published == datetime(2020, 1, 2, tzinfo=UTC)
    assert ("2031-05-04T00:00:00+00:00", False) in [(e.value, e.chosen) for e in metadata.evidence]
    # the day has begun in Auckland while it is still yesterday in London
    ahead = document_fromstring(
        '<html><body><h1>T</h1><time datetime="2020-01-03T01:00+13:00">x</time></body></html>'
    )
    assert read_metadata(ahead, URL, fetched=fetched).published is not None


def test_the_order_of_sources_is_written_down() -> None:
    written = (Path(__file__).parents[2] / "docs" / "metadata.md").read_text(encoding="utf-8")
    places = [written.index(f"`{source}`") for source in ORDER]
    assert places == sorted(places)
    assert all(f"`{source}`" in written for source in (*SEARCHED, "url", "json-ld:headline", "heading"))


def test_the_date_of_a_picture_is_not_the_article_s() -> None:
    picture = '<img src="h.jpg"><div>Crews skim oil from the harbour, May 27, 2019. (Orla Venn/Sable Photo Agency)</div>'
    page = f"<html><body><article><h1>Oil in the harbour</h1><div>{picture}</div><p>{'The crews came at dawn. ' * 20}</p></article></body></html>"
    assert read_metadata(document_fromstring(page), "https://courier.example/story").published is None
