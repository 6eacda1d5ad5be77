from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdata.shingles import CHARACTERS, WORDS, Features, features, joined

SENTENCE = "The night ferry sailed again on Monday for the first time in nine years with sixty passengers"


def of(*texts: str) -> Features:
    return features(pa.array(texts, pa.string()))


def similarity(one: str, other: str) -> float:
    sets = of(one, other).shingles
    both = len(np.intersect1d(sets[0], sets[1]))
    return both / (len(sets[0]) + len(sets[1]) - both)


@pytest.mark.parametrize(
    "same",
    [
        SENTENCE.upper(),
        SENTENCE.replace(" ", "\n\n"),
        SENTENCE.replace(" ", " \u3000"),
        SENTENCE.replace("again", "“again”,").replace("Monday", "(Monday)") + "!",
        SENTENCE.replace("ferry", "ﬀerry".replace("ﬀ", "f")).replace("first", "ﬁrst"),
        SENTENCE.replace("again", "again –"),
    ],
    ids=["case", "lines", "spaces", "punctuation", "ligature", "dash"],
)
def test_form_makes_no_difference(same: str) -> None:
    assert similarity(SENTENCE, same) == 1


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("… – “ ”", 0),
        ("two words", 0),
        ("three words here", 1),
        (SENTENCE, len(SENTENCE.split()) - WORDS + 1),
        ("東京都知事選挙", 7 - CHARACTERS + 1),
        ("กรุงเทพมหานคร", 13 - CHARACTERS + 1),
        ("iPhone手机发布会", 5 - CHARACTERS + 1 + 1),  # one run of characters, one of word and characters
        ("한국어 문장은 띄어 쓴다", 2),
        ("हिन्दी में लिखा है", 2),
    ],
)
def test_a_text_has_as_many_shingles_as_runs(text: str, count: int) -> None:
    assert of(text).shingles.sizes.tolist() == [count]


def test_one_character_in_a_script_without_spaces_changes_little() -> None:
    text = "".join(chr(0x4E00 + number * 7 % 2000) for number in range(400))
    assert similarity(text, text[:200] + "丽" + text[201:]) > 0.95
    assert similarity(text, text[100:]) == pytest.approx(0.75, abs=0.01)


def test_facts_are_numbers_and_names_inside_of_sentences() -> None:
    found = of(
        "Police said 12,345 came. Mara Quill, of Gull Neck, paid 3.50. The rest paid 2. Every Quill did."
    )
    assert found.numbers.sizes.tolist() == [3]  # 12,345 3.50 2
    assert found.names.sizes.tolist() == [3]  # Quill Gull Neck; what begins a sentence may be any word
    assert found.names.hashes.tolist() == of("so Quill and Gull and Neck").names.hashes.tolist()


def reference(text: str) -> set[tuple[str, ...]]:
    words = text.casefold().split()
    return {tuple(words[at : at + WORDS]) for at in range(len(words) - WORDS + 1)}


words = st.lists(st.sampled_from("ant bee cow dog elk fox".split()), max_size=40).map(" ".join)


@given(words, words)
def test_sets_are_those_of_plain_python(one: str, other: str) -> None:
    sets = of(one, other).shingles
    assert len(sets[0]) == len(reference(one))
    assert len(np.intersect1d(sets[0], sets[1])) == len(reference(one) & reference(other))


@given(st.lists(st.one_of(words, st.text()), min_size=1, max_size=6), st.integers(0, 6))
def test_a_text_has_the_same_features_in_any_company(texts: list[str], cut: int) -> None:
    together = of(*texts)
    apart = joined([of(*texts[:cut]), of(*texts[cut:])])
    for kind in ("shingles", "numbers", "names"):
        one, other = getattr(together, kind), getattr(apart, kind)
        assert one.hashes.tolist() == other.hashes.tolist()
        assert one.offsets.tolist() == other.offsets.tolist()


def test_every_process_gives_the_same_hashes() -> None:
    script = (
        "import pyarrow as pa; from newsdata.shingles import features;"
        f"print(features(pa.array([{SENTENCE!r}])).shingles.hashes.tolist())"
    )
    result = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )
    assert result.stdout.strip() == str(of(SENTENCE).shingles.hashes.tolist())
