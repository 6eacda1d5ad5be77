from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newsclean.passages import MANY_LETTERS, Passages

# of two letters, so that passages stand in texts by chance, and as long as the longest chunks twice
TEXTS = st.text("ab", max_size=130)


@given(texts=st.lists(TEXTS, max_size=4), passage=TEXTS)
def test_a_passage_is_held_where_it_stands(texts: list[str], passage: str) -> None:
    for much in ("", "ab" * MANY_LETTERS):
        held = any(passage in text for text in [much, *texts])
        assert Passages([much, *texts]).hold(passage) is held


@given(before=TEXTS, passage=TEXTS.filter(bool), after=TEXTS)
def test_a_passage_is_held_twice_where_another_text_holds_it(before: str, passage: str, after: str) -> None:
    assert Passages([before + passage + after, passage]).hold(passage, times=2)


def test_a_passage_that_stands_once_is_not_held_twice() -> None:
    passage = (
        "theharbourauthorityhasclosedthenorthernquayuntilthecranethatfellonsundayhasbeentakenawaybythenavy"
    )
    assert Passages([passage, "another"]).hold(passage)
    assert not Passages([passage, "another"]).hold(passage, times=2)
