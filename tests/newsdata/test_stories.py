from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdata.shingles import features
from newsdata.signatures import CROWD, Pairs, Signatures, sign
from newsdata.stories import compare, representatives, worth_comparing


def words(seed: int, count: int = 300) -> list[str]:
    return random.Random(seed).choices([f"w{number}" for number in range(3000)], k=count)


def edited(text: list[str], share: float, seed: int) -> list[str]:
    chooser = random.Random(seed)
    return [f"new{seed}" if chooser.random() < share else word for word in text]


def signed(texts: list[list[str]]) -> Signatures:
    return sign(features(pa.array([" ".join(text) for text in texts], pa.string())))


def same(*texts: str) -> bool:
    return bool(compare(features(pa.array(texts)), np.array([[0, 1]])).same_story[0])


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
    assert same(first, first.replace("doubled the lead", "made it two").replace("3410", "3411"))
    assert same(first, first.replace("low shot", "low drive").replace("Orla Venn", "Venn"))


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
    assert np.isnan(found.numbers).all()


def test_copies_are_found_among_many() -> None:
    originals = [words(seed) for seed in range(150)]
    copies = [edited(text, 0.03, seed) for seed, text in enumerate(originals)]
    cuts = [text[:255] for text in originals]
    found = {tuple(pair) for pair in worth_comparing(signed([*originals, *copies, *cuts])).tolist()}
    assert sum((at, at + 150) in found for at in range(150)) >= 149
    assert sum((at, at + 300) in found for at in range(150)) >= 149
    assert len(found) < 3.2 * 150  # and next to nothing else


def test_short_texts_are_not_compared() -> None:
    assert len(worth_comparing(signed([words(1, 15)] * 3))) == 0
    assert len(worth_comparing(signed([]))) == 0


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
    pairs = worth_comparing(sign(features(pa.array(texts))))
    assert [7, 600] in pairs.tolist()
    assert len(texts) > 30 * CROWD
    assert len(pairs) < len(texts)  # of 180,300


def test_a_chain_of_small_changes_does_not_join_two_stories() -> None:
    one, other = words(1), words(2)
    chain = [one[30 * step :] + other[: 30 * step] for step in range(11)]
    pairs = worth_comparing(signed(chain))
    alike = compare(features(pa.array([" ".join(text) for text in chain])), pairs).same_story
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
