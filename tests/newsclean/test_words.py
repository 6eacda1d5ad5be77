"""What is known of a text by its words: a rule with words is asked about no text without them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsclean.rules import CATALOGUE
from newsclean.rules.rule import BlockRule
from newsclean.vocabulary import alternatives, phrases, telling_words
from newsclean.words import words

TOLD = ("newsletter.invitations", "share.labels", "related.leads", "paywall.notices", "credit.origins")


@given(st.text(alphabet="aZéÉßŁ世_9 .-’\xa0\n"))
def test_words_are_the_runs_of_letters(text: str) -> None:
    assert words(text) == re.findall(r"[^\W\d_]+", text.lower())


@pytest.mark.parametrize("key", TOLD)
@given(
    before=st.sampled_from(["", "— ", "_", "24 "]),
    gap=st.sampled_from(["", " ", "x", " une "]),
    data=st.data(),
)
def test_who_says_a_phrase_has_a_telling_word(key: str, before: str, gap: str, data: st.DataObject) -> None:
    phrase = data.draw(st.sampled_from(phrases(key)))
    text = (
        before
        + data.draw(st.sampled_from([phrase, phrase.capitalize()])).replace("…", gap)
        + data.draw(st.sampled_from(["", ".", " 12", "_", "\xa0now"]))
    )
    assert re.search(alternatives(key), text, re.IGNORECASE)
    assert telling_words(key) & set(words(text))


def test_a_phrase_without_a_whole_word_is_refused() -> None:
    with pytest.raises(ValueError, match="no whole word"):
        telling_words("wall.login_terms")


def test_rules_with_words_are_bounded_in_length() -> None:
    """The words of longer blocks are not looked at."""
    told = [rule for rule in CATALOGUE if isinstance(rule, BlockRule) and rule.words is not None]
    assert told
    assert all(rule.longest <= 1000 for rule in told)
