"""What a site's pages teach: standing lines go, and what is the article's own stays, whatever else stands on it."""

from __future__ import annotations

import pickle
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import blake2b

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsclean import Article, Page, SiteProfile, clean, learn_profile
from newsclean.article import RemovalKind
from newsclean.clean import examine
from newsclean.learning import MONTHS, SAMPLE, learn, sample
from newsclean.outline import Line, Outline, Sighting, template_of_text
from newsclean.profile import Standing
from newsclean.vocabulary import languages, phrases

SIGN_UP = "Every weekday the Quay Gazette sends five stories to readers who rise early, with the tide tables."
MONDAY = datetime(2026, 11, 2, 6, tzinfo=UTC)
PEOPLE = "harbour pilots|ferry crews|quay traders|school cooks|tram drivers|net menders|clock repairers|bee keepers".split(
    "|"
)
PLACES = (
    "Saltwick|Upper Orra|the Bleachfield|Tern Island|Cannery Row|the north mole|Hochwerd|the fish hall".split(
        "|"
    )
)
DEEDS = "mended the sluice|counted the seals|argued over berths|repainted the buoys|opened the archive|lost the timetable".split(
    "|"
)


def paragraph(chance: random.Random) -> str:
    number = chance.randrange(10**6)
    return (
        f"At {chance.choice(PLACES)} the {chance.choice(PEOPLE)} {chance.choice(DEEDS)} for the {number}th time since records "
        f"began, and {chance.choice(PEOPLE)} from {chance.choice(PLACES)} came to watch until the lamp was lit at dusk."
    )


Extra = Callable[[int, random.Random], Sequence[str]]


def page(number: int, middle: Extra = lambda *_: (), end: Extra = lambda *_: ()) -> str:
    """Page of an invented site: five paragraphs of its own, and what is asked for between and after them."""
    chance = random.Random(number)
    own = [f"<p>{paragraph(chance)}</p>" for _ in range(5)]
    body = [*own[:3], *middle(number, chance), *own[3:], *end(number, chance)]
    return (
        f"<!doctype html><html lang=en><head><title>Story {number} of the quay</title></head><body><nav><a href=/>Home</a></nav>"
        f"<main><article><h1>Story {number} of the quay</h1>{''.join(body)}</article></main><footer>Imprint</footer></body></html>"
    )


@cache
def outline_of(markup: str) -> Outline:
    return examine(markup).outline


def sighting(number: int, markup: str, seen: datetime = MONDAY) -> Sighting:
    name = blake2b(f"https://quay.example/{number}".encode(), digest_size=16).hexdigest()
    return Sighting(name, seen, outline_of(markup))


def learned(pages: Sequence[str]) -> SiteProfile:
    return learn((sighting(number, each) for number, each in enumerate(pages)), "quay.example")


def cleaned(pages: Sequence[str]) -> list[Article]:
    profile = learned(pages)
    return [clean(each, site=profile) for each in pages]


# -- what must stay --


def test_without_a_profile_or_with_an_empty_one_nothing_changes() -> None:
    markup = page(1, lambda *_: [f"<p>{SIGN_UP}</p>"])
    assert clean(markup, site=SiteProfile("quay.example")) == clean(markup)


def test_a_sentence_that_two_articles_share_stays() -> None:
    quote = "<p>“We have never seen the water so clear, and nobody on the quay can say why that is,” the pilot said.</p>"
    pages = [page(n, lambda n, _: [quote] if n in {2, 5} else []) for n in range(12)]
    assert all(quote[3:-4] in article.text for article in (cleaned(pages)[2], cleaned(pages)[5]))


def test_background_that_a_running_story_repeats_stays() -> None:
    background = (
        "The dispute began in the spring of last year, when the board withdrew the night ferry and sold one of its two boats to a "
        "yard on the far shore; since then three mediators have come and gone, and the pilots have twice refused to sail at all."
    )
    pages = [page(n, lambda n, _: [f"<p>{background}</p>"] if n % 4 == 0 else []) for n in range(24)]
    assert background in cleaned(pages)[4].text


def test_a_syndicated_story_counts_once() -> None:
    """The same story at four addresses, a lead of its own on each, is no furniture."""
    story = page(100)
    copies = [story.replace("<h1>", f"<p>{paragraph(random.Random(900 + n))}</p><h1>", 1) for n in range(4)]
    pages = [*copies, *(page(n) for n in range(6))]
    profile = learned(pages)
    assert profile.articles == 7
    assert {each.text for each in profile.furniture.values()} == {"Home", "Imprint"}
    assert clean(copies[0], site=profile).text == clean(copies[0]).text


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", ["corrections", "disclaimers"])
def test_notes_and_disclaimers_belong_to_their_article(language: str, kind: str) -> None:
    (first, *_) = [each for each in _phrases(f"note.{kind}", language) if "…" not in each]
    note = f"{first[:1].upper()}{first[1:]} {paragraph(random.Random(7))[:90]}."
    pages = [page(n, lambda *_: [f"<p>{note}</p>"]) for n in range(8)]
    texts = [clean(each).text for each in pages]
    assert [article.text for article in cleaned(pages)] == texts


def _phrases(key: str, language: str) -> list[str]:
    from newsclean.vocabulary import _tables

    assert set(_tables()[key][language]) <= set(phrases(key))
    return _tables()[key][language]


def test_a_heading_over_text_of_the_articles_own_stays() -> None:
    pages = [page(n, lambda *_: ["<h2>What the board says now</h2>"]) for n in range(10)]
    assert all("What the board says now" in article.text for article in cleaned(pages))


def test_a_page_is_left_alone_if_nothing_of_its_own_would_be_left() -> None:
    lines = f"<p>{SIGN_UP}</p><p>The Quay Gazette is read on both shores of the Orra, and has been since the lamp was lit.</p>"
    profile = learned([page(n, lambda *_: [lines]) for n in range(10)])
    bare = f"<html><body><article><h1>A page of its own</h1>{lines}</article></body></html>"
    article = clean(bare, site=profile)
    assert article.text == clean(bare).text
    assert any(each.source == "site.profile" and each.value.startswith("undone") for each in article.evidence)


DAYS = ["Saturday", "Sunday", "Wednesday", "Friday"]


@pytest.mark.parametrize("at_end", [True, False])
@pytest.mark.parametrize("number", [8, 20])
def test_what_a_kind_of_story_always_says_stays(number: int, at_end: bool) -> None:
    def ending(n: int, _: random.Random) -> list[str]:
        return [f"<p>The season continues on {DAYS[(n // 2) % 4]} with the boats from the other shore.</p>"]

    pages = [page(n, *(((lambda *_: []), ending) if at_end else (ending,))) for n in range(number)]
    assert all("The season continues" in article.text for article in cleaned(pages))


def test_sentences_of_formulas_stay() -> None:
    """A site of weather reports says the same few things in turn."""
    winds, skies, seas = (
        [f"The {what} will be {how} over the bay until the evening." for how in "weak fresh strong rising".split()]
        for what in ("wind", "light", "swell")
    )  # fmt: skip

    def report(n: int, _: random.Random) -> list[str]:
        return [f"<p>{said[n * step % 4]}</p>" for said, step in ((winds, 1), (skies, 3), (seas, 5))]

    pages = [page(n, report) for n in range(40)]
    assert [each.text for each in cleaned(pages)] == [clean(each).text for each in pages]


def test_a_bare_sentence_that_two_articles_of_five_share_stays() -> None:
    pages = [page(n, lambda n, _: [f"<p>{SIGN_UP}</p>"] if n in {1, 3} else []) for n in range(5)]
    assert all(SIGN_UP in cleaned(pages)[n].text for n in (1, 3))


def test_three_pages_teach_nothing() -> None:
    assert learned([page(n, lambda *_: [f"<p>{SIGN_UP}</p>"]) for n in range(3)]).standings == ()


# -- what must go --


@pytest.mark.parametrize("number", [5, 8, 9, 20])
def test_a_plain_paragraph_in_the_midst_of_each_body_goes(number: int) -> None:
    pages = [page(n, lambda *_: [f"<p>{SIGN_UP}</p>"]) for n in range(number)]
    for markup, article in zip(pages, cleaned(pages), strict=True):
        assert SIGN_UP in clean(markup).text
        assert article.text == clean(markup.replace(f"<p>{SIGN_UP}</p>", "")).text
        (removal,) = [each for each in article.removed if each.text == SIGN_UP]
        assert (removal.kind, removal.rule) == ("furniture", "site.standing-line")
        (evidence,) = [each for each in article.evidence if each.field == "furniture"]
        assert evidence.value == f"on {number} of {number} articles since 2026-11-02"


def test_pages_alone_are_enough() -> None:
    pages = [page(n, lambda *_: [f"<p>{SIGN_UP}</p>"]) for n in range(8)]
    profile = learn_profile(
        [Page(f"https://quay.example/{n}", markup) for n, markup in enumerate(pages)], "quay.example"
    )
    article = clean(pages[0], site=profile)
    assert SIGN_UP not in article.text
    assert ("site.standing-line", "on 8 of 8 articles") in {
        (each.source.partition(":")[0], each.value) for each in article.evidence
    }
    assert learn_profile([Page("", "<html><body></body></html>")]).standings == ()


def test_lines_in_rotation_go() -> None:
    lines = [
        SIGN_UP,
        "The Quay Gazette is read on both shores; join those who pay for it from two a month.",
        SIGN_UP[::-1],
    ]
    pages = [page(n, lambda n, _: [f"<p>{lines[n % 3]}</p>"]) for n in range(30)]
    assert not any(line in article.text for article in cleaned(pages) for line in lines)


def test_promotions_that_take_turns_go() -> None:
    promotions = [
        f"The Quay Gazette has {what} for those who {whom}, from two a month."
        for what in (
            "a map of the tides",
            "the letters of the pilots",
            "a kiosk on the mole",
            "songs of the crews",
        )
        for whom in ("row", "sail", "swim", "fish")
    ]
    pages = [page(n, lambda n, _: [f"<p>{promotions[n * 7 % 16]}</p>"]) for n in range(64)]
    assert not any("from two a month" in article.text for article in cleaned(pages))


def test_of_five_pages_two_are_enough_for_a_line_of_links() -> None:
    line = "<p><a href=/tides>All that the tide tables have told us of this autumn</a></p>"
    pages = [page(n, lambda n, _: [line] if n in {1, 3} else []) for n in range(5)]
    profile = learned(pages)
    assert "All that the tide tables have told us of this autumn" in furniture(profile)


def test_of_five_pages_most_of_a_short_body_may_be_furniture() -> None:
    box = [f"<p>{SIGN_UP}</p>", f"<p>{SIGN_UP[::-1]}</p>", f"<p>Also: {SIGN_UP}</p>"]
    pages = [page(n, lambda *_: box) for n in range(5)]
    short = f"<html><body><article><h1>Brief</h1><p>{paragraph(random.Random(70))}</p>{''.join(box)}</article></body></html>"
    assert "Quay Gazette" not in clean(short, site=learned(pages)).text
    assert "Quay Gazette" in clean(short).text


def test_labels_with_a_number_go() -> None:
    ages = ["{} min ago", "för {} minuter sedan", "{}分前"]
    for age in ages:
        pages = [page(n, lambda *_: [f"<p>{age.format(312 + _[0])}</p>"]) for n in range(10)]  # noqa: B023
        assert {each.form for each in furniture(learned(pages)).values() if "…" in each.text} == {"template"}


def test_a_line_whose_date_and_number_change_goes() -> None:
    def edition(n: int, _: random.Random) -> list[str]:
        return [
            f"<p>This account was first printed on page {n + 2} of the edition of {n + 1} November 2026.</p>"
        ]

    pages = [page(n, end=edition) for n in range(10)]
    for article in cleaned(pages):
        assert "first printed" not in article.text
        assert any(
            each.rule == "site.standing-template" and "first printed" in each.text for each in article.removed
        )


def test_a_lead_in_to_another_headline_goes() -> None:
    def related(n: int, chance: random.Random) -> list[str]:
        deed = f"{chance.choice(PEOPLE)} {chance.choice(DEEDS)} at {chance.choice(PLACES)}, {chance.randrange(10**6)} times"
        return [f"<p>Our pick of the tide: <a href=/{chance.random()}>The {deed}</a></p>"]

    pages = [page(n, related) for n in range(10)]
    found = furniture(learned(pages))["Our pick of the tide …"]
    assert (found.form, found.articles, found.texts) == ("template", 10, 10)


def test_a_short_line_at_the_edge_of_the_text_goes_from_five_pages_on() -> None:
    line = "Ask the desk of the Quay Gazette about it over a pot of tea any day."
    pages = [page(n, end=lambda n, _: [f"<p>{line}</p>"] if n < 2 else []) for n in range(5)]
    assert not any(line in article.text for article in cleaned(pages))


def test_an_element_that_a_selector_names_goes() -> None:
    markup = page(1, lambda *_: [f"<p class=tide>{SIGN_UP}</p>"])
    article = clean(markup, site=SiteProfile("quay.example", selectors=("article > p.tide",)))
    assert SIGN_UP not in article.text
    assert ("furniture", "site.selector", SIGN_UP) in {
        (each.kind, each.rule, each.text) for each in article.removed
    }
    with pytest.raises(ValueError, match="no CSS selector"):
        SiteProfile("quay.example", selectors=("p[",))


# -- how it is counted --


def drawn(
    number: int,
    *texts: str,
    seen: datetime = MONDAY,
    path: str = "article>p",
    kind: RemovalKind | str = "body",
) -> Sighting:
    """A page with these lines and one of its own."""
    lines = [
        _line(text, path, kind)
        for text in (*texts, f"only {number} tells of this, and at such length that it is a story")
    ]
    return Sighting(
        blake2b(str(number).encode(), digest_size=16).hexdigest(), seen, Outline(path, tuple(lines))
    )


def _line(text: str, path: str, kind: str) -> Line:
    key = blake2b(text.encode(), digest_size=8).hexdigest()
    return Line(key, "", path, kind, len(text), text)  # type: ignore[arg-type]


def furniture(profile: SiteProfile) -> dict[str, Standing]:
    return {each.text: each for each in profile.furniture.values()}


pages_drawn = st.lists(
    st.builds(
        drawn,
        st.integers(0, 40),
        st.sampled_from([SIGN_UP, "a line of old", "another of many lines"]),
        seen=st.integers(0, 200).map(lambda days: MONDAY + timedelta(days=days)),
        path=st.sampled_from(["article>p", "main>div.text>p"]),
    ),
    max_size=60,
)  # fmt: skip


@settings(max_examples=60)
@given(pages_drawn, st.randoms(use_true_random=False))
def test_the_same_pages_teach_the_same_in_any_order(pages: list[Sighting], chance: random.Random) -> None:
    shuffled = [*pages, *pages[: len(pages) // 2]]  # a page seen twice counts once
    chance.shuffle(shuffled)
    assert learn(pages) == learn(shuffled)


@settings(max_examples=60)
@given(pages_drawn, pages_drawn)
def test_a_sample_of_samples_is_the_sample_of_all(some: list[Sighting], others: list[Sighting]) -> None:
    seen = {sighting.page for sighting in some}
    new = [sighting for sighting in others if sighting.page not in seen]
    assert sample([*sample(some), *sample(new)]) == sample([*some, *new])


def test_memory_is_bounded() -> None:
    months = [MONDAY + timedelta(days=31 * month) for month in range(5)]
    pages = [drawn(number, SIGN_UP, seen=months[number % 5]) for number in range(5 * (SAMPLE + 10))]
    chosen = sample(pages)
    assert len(chosen) == MONTHS * SAMPLE
    assert min(each.seen for each in chosen) == months[-MONTHS]


def test_what_has_not_been_seen_for_a_while_fades() -> None:
    old = [drawn(number, "a campaign of spring, long over") for number in range(10)]
    later = [drawn(100 + number, SIGN_UP, seen=MONDAY + timedelta(days=40)) for number in range(10)]
    assert furniture(learn(old)).keys() == {"a campaign of spring, long over"}
    profile = learn([*old, *later])
    assert furniture(profile).keys() == {SIGN_UP}
    (faded,) = [each for each in profile.standings if each.text == "a campaign of spring, long over"]
    assert faded.reason == "faded: not on the 10 articles since 2026-11-02"
    few = [drawn(100 + number, SIGN_UP, seen=MONDAY + timedelta(days=40)) for number in range(5)]
    assert "a campaign of spring, long over" in furniture(learn([*old, *few]))  # too few to tell


def test_what_has_faded_stays_out_of_the_articles_of_its_time() -> None:
    later = MONDAY + timedelta(days=60)
    old = [page(number, lambda *_: [f"<p>{SIGN_UP}</p>"]) for number in range(8)]
    seen = [sighting(number, each) for number, each in enumerate(old)]
    profile = learn([*seen, *(sighting(number, page(number), later) for number in range(50, 60))])
    assert SIGN_UP not in furniture(profile)
    before = clean(old[0], site=profile, fetched=MONDAY)
    assert SIGN_UP not in before.text
    assert ("furniture", SIGN_UP) in {(each.kind, each.text) for each in before.removed}
    assert SIGN_UP in clean(old[0], site=profile.acting(), fetched=later).text
    assert not profile.may_change(before, MONDAY)
    assert profile.may_change(clean(old[0]), MONDAY)
    assert not profile.may_change(clean(old[0]), later)


def test_a_new_template_is_counted_on_its_own() -> None:
    """A line of the redesign stands on few of all articles, and on all of its own."""
    old = [drawn(number, "a line of the old design") for number in range(100)]
    new = [drawn(500 + number, "a line of the new design", path="main>div.body>p") for number in range(9)]
    found = furniture(learn([*old, *new]))["a line of the new design"]
    assert (found.cluster, found.articles, found.of_articles) == ("main>div.body>p", 9, 9)


def test_a_line_is_counted_from_the_day_it_came() -> None:
    old = [drawn(number, seen=MONDAY) for number in range(100)]
    new = [drawn(500 + number, SIGN_UP, seen=MONDAY + timedelta(days=2)) for number in range(8)]
    found = furniture(learn([*old, *new]))[SIGN_UP]
    assert (found.articles, found.of_articles) == (8, 8)


def test_places_are_told_by_whether_their_text_repeats() -> None:
    offers = ["an offer of tea and tide tables", "another offer, of oars"]
    pages = [
        replace(each, outline=replace(each.outline, lines=(*each.outline.lines, _line(offers[n % 2], "article>div.box", "body"))))
        for n, each in enumerate(drawn(number) for number in range(12))
    ]  # fmt: skip
    places = {each.key: each for each in learn(pages).standings if each.form == "path"}
    assert places["article>div.box"].furniture
    assert places["article>div.box"].texts == 2
    assert not places["article>p"].furniture
    assert places["article>p"].texts == 12


def test_a_place_that_repeats_takes_new_text_but_no_short_answer() -> None:
    offers = [
        "An offer of tea and of tide tables, to be had at the kiosk.",
        "Another offer, of oars and of old rope.",
    ]
    pages = [page(n, lambda n, _: [f"<p class=kiosk>{offers[n % 2]}</p>"]) for n in range(12)]
    profile = learned(pages)
    new = page(
        50,
        lambda *_: [
            "<p class=kiosk>A third offer that no page has shown before, of nets.</p><p class=kiosk>“Aye.”</p>"
        ],
    )
    assert "A third offer" in clean(new).text
    assert "“Aye.”" in clean(new).text
    article = clean(new, site=profile)
    assert "A third offer" not in article.text
    assert "“Aye.”" in article.text
    assert "site.repeating-path" in {each.rule for each in article.removed}


def test_a_profile_crosses_process_borders() -> None:
    profile = learned([page(n, lambda *_: [f"<p>{SIGN_UP}</p>"]) for n in range(8)])
    copy = pickle.loads(pickle.dumps(profile))
    assert copy == profile
    assert copy.furniture == profile.furniture
    assert copy.acting().furniture == profile.furniture


@pytest.mark.parametrize(
    ("text", "template"),
    [
        ("This article first appeared on 12 March 2026.", "This article first appeared on …"),
        ("Follow Ada Example on the harbour radio each week", "… on the harbour radio each week"),
        ("この記事は2026年3月14日の紙面に載りました", "この記事は…年…月…日の紙面に載りました"),
        ("Publicerad lördagen den 3 november 2026 i tidningen", "Publicerad … den … i tidningen"),
        ("Julkaistu lauantaina 3. marraskuuta 2026 painetussa lehdessä", "Julkaistu … painetussa lehdessä"),
        ("Статья опубликована 3 ноября 2026 года в газете", "Статья опубликована … года в газете"),
        ("Publicado el 3 de noviembre de 2026 en la edición", "Publicado el … en la edición"),
        ("Megjelent 2026. november 3-án a nyomtatott lapban", "Megjelent … a nyomtatott lapban"),
        ("نشر المقال في 3 نوفمبر 2026 في الصحيفة", "نشر المقال في … في الصحيفة"),
        ("พิมพ์เมื่อ 14 มีนาคม 2569 ในฉบับ", "พิมพ์เมื่อ … ในฉบับ"),
        ("Ursula von der Example explains it in her letter", "… explains it in her letter"),
        ("Ada Example, 312 min ago", "… min ago"),
        ("il y a 3 h", "il y a … h"),
        ("12", ""),
        ("Nothing in this line can change at all", ""),
        ("Ada Example, Ben Sample and Cy Lens met", ""),
    ],
)
def test_templates(text: str, template: str) -> None:
    assert template_of_text(text) == template
