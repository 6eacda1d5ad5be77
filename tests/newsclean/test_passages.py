from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newsclean.passages import Passages

# of two letters, so that passages stand in texts by chance, and as long as the longest chunks twice
TEXTS = st.text("ab", max_size=130)


@given(texts=st.lists(TEXTS, max_size=4), passage=TEXTS)
def test_a_passage_is_held_where_it_stands(texts: list[str], passage: str) -> None:
    assert Passages(texts).hold(passage) is any(passage in text for text in ["", *texts])


@given(before=TEXTS, passage=TEXTS.filter(bool), after=TEXTS)
def test_a_passage_is_held_twice_where_another_text_holds_it(before: str, passage: str, after: str) -> None:
    assert Passages([before + passage + after, passage]).hold(passage, times=2)


def test_a_passage_that_stands_once_is_not_held_twice() -> None:
    passage = (
        "theharbourauthorityhasclosedthenorthernquayuntilthecranethatfellonsundayhasbeentakenawaybythenavy"
    )
    assert Passages([passage, "another"]).hold(passage)
    assert not Passages([passage, "another"]).hold(passage, times=2)
