from __future__ import annotations

import random
import tomllib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdata.shingles import features
from newsdata.signatures import CROWD, KIN, Pairs, Signatures, sign
from newsdata.stories import compare, representatives, worth_comparing


def words(seed: int, count: int = 300) -> list[str]:
    return random.Random(seed).choices([f"w{number}" for number in range(3000)], k=count)


def edited(text: list[str], share: float, seed: int) -> list[str]:
    chooser = random.Random(seed)
    return [f"new{seed}" if chooser.random() < share else word for word in text]


def signed(texts: list[list[str]]) -> Signatures:
    return sign(features(pa.array([" ".join(text) for text in texts], pa.string())))


def same(*texts: str) -> bool:
    pair = np.array([[0, 1]])
    return bool(compare(features(pa.array(texts)), pair).same_story(pair, np.zeros(1, bool))[0])


def stories(texts: list[str]) -> list[int]:
    """Return for each text the one that stands for its story."""
    cut = features(pa.array(texts))
    pairs, are_kin = worth_comparing(sign(cut))
    told = pairs[compare(cut, pairs).same_story(pairs, are_kin)]
    return representatives(len(texts), told, np.arange(len(texts))).tolist()


REPORT = (
    "On {day} evening the club from {one} beat {two} by {a} to {b} in front of {c} spectators, after {who} had opened the scoring "
    "in minute {d} with a low shot from the edge of the area and {she} had doubled the lead shortly before half time. The visitors came "
    "out stronger after the break, but the goalkeepers were equal to everything that came their way until the referee ended the match."
)
FIRST = {
    "day": "Monday", "one": "Gull Neck", "two": "Saltmarsh Row", "a": 2, "b": 1, "c": 3410, "who": "Ines Valcourt",
    "d": 17, "she": "Orla Venn",
}  # fmt: skip
SECOND = {
    "day": "Friday", "one": "Hochwerd", "two": "Bleachfield", "a": 4, "b": 3, "c": 890, "who": "Mara Quill",
    "d": 56, "she": "Cy Lens",
}  # fmt: skip


def test_reports_of_one_template_are_two_stories_and_an_edited_report_is_one() -> None:
    first, second = REPORT.format(**FIRST), REPORT.format(**SECOND)
    assert not same(first, second)
    assert not same(first, REPORT.format(**{**SECOND, "who": "Ines Valcourt", "day": "Monday"}))
    assert not same(first, REPORT.format(**{**FIRST, "a": 4, "b": 3, "c": 890}))
    assert same(first, first.replace("doubled the lead", "made it two").replace("3410", "3411"))
    assert same(first, first.replace("low shot", "low drive").replace("Orla Venn", "Venn"))


NOTICES = [
    (notice["language"], notice["text"])
    for notice in tomllib.loads(
        (Path(__file__).parents[2] / "benchmarks" / "notices.toml").read_text(encoding="utf-8")
    )["notice"]
]
PLACES = {
    "zh": "海门 银川 梅港 青石 北桥 云台 沙岭", "ja": "海門 銀川 梅港 青石 北橋 雲台 沙嶺", "ko": "해문 은천 매항 청석 북교 운대 사령",
    "th": "บางสน ท่าเรือ หินทราย ดอนแก้ว เกาะลม ปากนที ป่าหมอก", "ar": "المرسى الوادي الخليج الربوة السدرة النخيل الجزيرة",
    "hi": "सागरपुर नदीगढ़ वनपुर शिलानगर घाटपुर मेघनगर रेतपुर",
}  # fmt: skip
ELSEWHERE = "Hochwerd Bleachfield Saltmarsh Vellmark Aurenthal Gullneck Mallory"


def filled(template: str, language: str, number: int) -> str:
    """A notice of which each number gives another, as on another day from another place."""
    places = PLACES.get(language, ELSEWHERE).split()
    values = {"t": places[number], "p": places[number - 3], "w": places[number - 5], "n": 7 + 9 * number}
    return template.format(
        **values, n2=3 + 5 * number, d=f"{3 + 1.37 * number:.2f}", d2=f"{9 + 2.11 * number:.2f}"
    )


@pytest.mark.parametrize(
    ("language", "template"), NOTICES, ids=[f"{at}-{language}" for at, (language, _) in enumerate(NOTICES)]
)
def test_short_notices_of_one_template_are_stories_of_their_own(language: str, template: str) -> None:
    notices = [filled(template, language, number) for number in range(7)]
    assert stories(notices) == list(range(7))
    assert stories(notices[:3]) == [0, 1, 2]
    # one of them in two papers, the second with a word that it left out at the end
    shorter = notices[4][:-3] if language in {"zh", "ja", "th"} else notices[4].rpartition(" ")[0]
    assert stories([*notices, shorter]) == [0, 1, 2, 3, 4, 5, 6, 4]


STORY = (
    "The ferry Halcyon ran aground off Gull Neck on Monday with 214 passengers, and all were brought ashore by 3 lifeboats before dark. "
    "Mara Quill, who steers the pilot boat, said the fog had come in within 10 minutes and that nobody in Kiev Street could see the light. "
    "The company will pay for the night in the school hall, and Orla Venn of the harbour office has asked for the log."
)
CORRECTIONS = [
    ("214", "217"),
    ("Kiev", "Kyiv"),
    ("Quill", "Quil"),
    ("Venn", "Wenn"),
    ("passengers", "pasengers"),
    ("10", "12"),
]


@pytest.mark.parametrize(("wrong", "right"), CORRECTIONS, ids=[right for _, right in CORRECTIONS])
def test_a_correction_leaves_the_story_what_it_is(wrong: str, right: str) -> None:
    corrected = STORY.replace(wrong, right)
    assert stories([STORY, corrected]) == [0, 0]
    # both versions in several papers, each with a change of its own
    papers = [
        version.replace(*change)
        for version in (STORY, corrected)
        for change in (
            ("ashore", "to land"),
            ("before dark", "by dusk"),
            ("could see", "saw"),
            ("asked", "called"),
        )
    ]
    assert len(set(stories(papers))) == 1


def test_several_corrections_at_once_leave_the_story_what_it_is() -> None:
    corrected = STORY
    for wrong, right in CORRECTIONS[:4]:
        corrected = corrected.replace(wrong, right)
    assert stories([STORY, corrected]) == [0, 0]


def test_papers_put_lines_of_their_own_around_a_story() -> None:
    papers = [
        f"{place.upper()} ({name} News) – {STORY} More is in tomorrow’s {name}."
        for place, name in zip(ELSEWHERE.split(), reversed(ELSEWHERE.split()), strict=True)
    ]
    assert len(set(stories(papers))) == 1
    assert len(set(stories([f"{place} waits for the ferry. {STORY}" for place in ELSEWHERE.split()]))) == 1


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda text: text[45:], True),
        (lambda text: text[:150], True),
        (lambda text: words(9, 60) + edited(text, 0.03, 1), True),
        (lambda text: text[:40], False),  # a brief is no copy of the round-up that holds it
        (lambda text: text[:100] + words(8, 200), False),
        (lambda text: edited(text, 0.3, 1), False),
    ],
    ids=["lead cut", "half cut", "own lead", "brief", "shared lead", "rewritten"],
)
def test_what_is_a_copy(change: Callable[[list[str]], list[str]], expected: bool) -> None:
    text = words(1)
    assert same(" ".join(text), " ".join(change(text))) is expected


def test_measures_are_those_of_sets() -> None:
    texts = [words(1), edited(words(1), 0.05, 2), words(1)[:200], words(3)]
    pairs = np.array([[0, 1], [0, 2], [0, 3], [1, 2]])
    found = compare(features(pa.array([" ".join(text) for text in texts])), pairs)
    sets = [{tuple(text[at : at + 3]) for at in range(len(text) - 2)} for text in texts]
    for number, (one, other) in enumerate(pairs):
        both, either = len(sets[one] & sets[other]), len(sets[one] | sets[other])
        smaller, larger = sorted((len(sets[one]), len(sets[other])))
        assert found.similarity[number] == pytest.approx(both / either, abs=1e-6)
        assert found.containment[number] == pytest.approx(both / smaller, abs=1e-6)
        assert found.part[number] == pytest.approx(smaller / larger, abs=1e-6)
    assert not found.numbers.any()
    assert found.length.tolist() == [300, 200, 300, 200]
    assert found.partings.sizes[1] == 0  # a cut copy goes on nowhere else
    assert 10 < found.partings.sizes[0] < 20  # places where 5 % of 300 words were edited


def test_copies_are_found_among_many() -> None:
    originals = [words(seed) for seed in range(150)]
    copies = [edited(text, 0.03, seed) for seed, text in enumerate(originals)]
    cuts = [text[:255] for text in originals]
    found = {tuple(pair) for pair in worth_comparing(signed([*originals, *copies, *cuts]))[0].tolist()}
    assert sum((at, at + 150) in found for at in range(150)) >= 149
    assert sum((at, at + 300) in found for at in range(150)) >= 149
    assert len(found) < 3.2 * 150  # and next to nothing else


def test_short_texts_are_not_compared() -> None:
    assert len(worth_comparing(signed([words(1, 15)] * 3))[0]) == 0
    assert len(worth_comparing(signed([]))[0]) == 0


def test_a_crowd_of_one_template_costs_few_comparisons() -> None:
    chooser = random.Random(5)
    names = [f"Name{number}" for number in range(3000)]
    reports = [
        REPORT.format(
            day=chooser.choice(names), one=chooser.choice(names), two=chooser.choice(names),
            a=chooser.randint(0, 999), b=chooser.randint(0, 999), c=chooser.randint(100, 9999),
            who=chooser.choice(names), d=chooser.randint(1, 999), she=chooser.choice(names),
        )
        for _ in range(600)
    ]  # fmt: skip
    texts = [*reports, reports[7].replace("low shot", "low drive")]
    pairs, are_kin = worth_comparing(sign(features(pa.array(texts))))
    assert [7, 600] in pairs.tolist()
    assert len(texts) > 30 * CROWD
    assert (~are_kin).sum() < len(texts)  # of 180,300
    assert are_kin.sum() <= 2 * KIN * len(texts)


def test_a_chain_of_small_changes_does_not_join_two_stories() -> None:
    one, other = words(1), words(2)
    chain = [one[30 * step :] + other[: 30 * step] for step in range(11)]
    pairs, are_kin = worth_comparing(signed(chain))
    alike = compare(features(pa.array([" ".join(text) for text in chain])), pairs).same_story(pairs, are_kin)
    standing = representatives(len(chain), pairs[alike], np.arange(len(chain)))
    assert alike.sum() >= 10  # each text is a copy of the next
    assert standing[0] != standing[10]
    for text, stands in enumerate(standing):
        assert text == stands or [min(text, stands), max(text, stands)] in pairs[alike].tolist()


graphs = st.integers(1, 12).flatmap(
    lambda count: st.tuples(
        st.just(count),
        st.sets(
            st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda p: p[0] < p[1])
        ),
        st.permutations(range(count)),
    )
)


@given(graphs)
def test_every_member_is_a_copy_of_its_representative(
    graph: tuple[int, set[tuple[int, int]], list[int]],
) -> None:
    count, edges, seen = graph
    pairs: Pairs = np.array(sorted(edges), np.int64).reshape(-1, 2)
    standing = representatives(count, pairs, np.array(seen))
    for text, stands in enumerate(standing.tolist()):
        assert standing[stands] == stands
        assert text == stands or (min(text, stands), max(text, stands)) in edges
    members = np.bincount(standing, minlength=count)[standing]
    for one, other in edges:
        assert max(members[one], members[other]) > 1  # no two copies are both left alone
