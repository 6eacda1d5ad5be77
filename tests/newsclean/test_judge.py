import re
import time
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import document_fromstring

from newsclean.article import REMOVAL_KINDS
from newsclean.blocks import Block, Container, Segmentation, segment, set_keys
from newsclean.extractors import Extractors
from newsclean.features import (
    COLUMNS,
    CONTEXT_COLUMNS,
    VOICES,
    Hints,
    Verdicts,
    _repeated_inside,
    contextualise,
    tabulate,
)
from newsclean.judge import MOST_DOUBT, Forest, is_in_doubt, judge, load_model
from newsclean.policy import DATED_ARTICLE, DECLARED_NEWS, OTHER, news_share

SENTENCE = "The harbour board voted on Tuesday to dredge the northern channel, which pilots have called unsafe for years. "

COUNTED = ("digits", "comma", "colon", "sentences")

TITLED = Hints(titles=("Board votes to dredge",))


def page(*, names: bool = True) -> Segmentation:
    body = "".join(
        f"<p>{SENTENCE * 2}Vote number {i} followed, and members of the public spoke.</p>" for i in range(8)
    )
    menu = "".join(f'<li><a href="/{i}">Section {i}</a></li>' for i in range(12))
    attribute = ' class="article-body"' if names else ""
    return segment(
        document_fromstring(
            f"<html><body><nav><ul>{menu}</ul></nav><h1>Board votes to dredge</h1><div{attribute}>{body}</div>"
            f"<div><h3>More stories</h3><ul>{menu}</ul></div><footer><p>All rights reserved</p></footer></body></html>"
        ),
        {},
    )


@pytest.mark.parametrize("names", [True, False])
def test_keeps_the_paragraphs_and_not_the_menus(names: bool) -> None:
    cutting = page(names=names)
    judgements = judge(cutting, TITLED, Verdicts(), 1.0)
    kept = [
        block.text
        for block, judgement in zip(cutting.blocks, judgements, strict=True)
        if judgement.probability >= 0.5
    ]
    assert len(kept) == 8
    assert all(text.startswith("The harbour board") for text in kept)


def test_every_block_gets_a_probability_and_a_known_kind() -> None:
    cutting = page()
    judgements = judge(cutting, Hints(), Verdicts(), 1.0)
    assert len(judgements) == len(cutting.blocks)
    assert all(
        0 <= judgement.probability <= 1 and judgement.kind in REMOVAL_KINDS for judgement in judgements
    )


def test_the_same_page_is_judged_the_same_again() -> None:
    assert judge(page(), Hints(), Verdicts(), 1.0) == judge(page(), Hints(), Verdicts(), 1.0)


def test_hidden_blocks_are_never_body() -> None:
    tree = document_fromstring(f"<html><body><p>{SENTENCE}</p><p id='x'>{SENTENCE}</p></body></html>")
    cutting = segment(tree, {tree.get_element_by_id("x"): "hidden.rule"})
    seen, unseen = judge(cutting, Hints(), Verdicts(), 1.0)
    assert (unseen.probability, unseen.kind) == (0.0, "hidden")
    assert seen.probability > 0


def test_a_page_without_text_has_no_judgements() -> None:
    assert (
        judge(segment(document_fromstring("<html><body></body></html>"), {}), Hints(), Verdicts(), 1.0) == []
    )


@pytest.mark.parametrize(
    ("probability", "share", "in_doubt"),
    [(0.99, OTHER, False), (0.6, OTHER, True), (0.6, DATED_ARTICLE, True), (0.6, DECLARED_NEWS, False)],
)
def test_trafilatura_is_worth_asking_where_the_judge_doubts_what_is_not_declared_news(
    probability: float, share: float, in_doubt: bool
) -> None:
    table = tabulate(page(), TITLED, Verdicts())
    found = np.full(len(table.mass), probability, dtype=np.float32)
    assert is_in_doubt(table, found, np.zeros(len(found), dtype=np.bool_), share) is in_doubt


def test_doubts_about_hidden_blocks_do_not_count() -> None:
    table = tabulate(page(), TITLED, Verdicts())
    found = np.full(len(table.mass), 1 - MOST_DOUBT / 2, dtype=np.float32)
    found[-1] = 0.5
    hidden = np.zeros(len(found), dtype=np.bool_)
    table.mass[-1] = 1e6
    assert not is_in_doubt(table, found, hidden | (found == 0.5), OTHER)


def test_extractors_are_asked_once_and_trafilatura_only_in_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def keep(name: str, cutting: Segmentation) -> list[bool]:
        asked.append(name)
        return [len(block.text) > 100 for block in cutting.blocks]

    monkeypatch.setattr(
        "newsclean.extractors.trafilatura_verdict", lambda cutting: keep("trafilatura", cutting)
    )
    monkeypatch.setattr("newsclean.extractors.resiliparse_verdict", lambda _, __: keep("resiliparse", page()))
    for in_doubt, expected in ((False, ["resiliparse"]), (True, ["resiliparse", "trafilatura"])):
        asked.clear()
        monkeypatch.setattr("newsclean.judge.is_in_doubt", lambda *_, answer=in_doubt: answer)
        extractors = Extractors("", page())
        judge(page(), TITLED, extractors, OTHER)
        judge(page(), TITLED, extractors, OTHER)
        assert asked == expected


@pytest.mark.parametrize("count", [1, 2, 3, 50])
def test_tables_are_whole_and_finite_for_any_number_of_blocks(count: int) -> None:
    cutting = segment(document_fromstring("<html><body>" + "<p>A word.</p>" * count + "</body></html>"), {})
    table = tabulate(cutting, Hints(), Verdicts([True] * count, [False] * count))
    assert table.rows.shape == (count, len(COLUMNS))
    assert np.isfinite(table.rows).all()
    context = contextualise(table, np.full(count, 0.7, dtype=np.float32))
    assert context.shape == (count, len(CONTEXT_COLUMNS))
    assert np.isfinite(context).all()


def verdicts_on(count: int) -> st.SearchStrategy[Verdicts]:
    kept = st.just([]) | st.lists(st.booleans(), min_size=count, max_size=count)
    return st.builds(Verdicts, kept, kept)


@given(data=st.data(), count=st.integers(1, 12))
def test_a_table_told_of_the_verdicts_later_is_the_same(data: st.DataObject, count: int) -> None:
    paragraphs = "".join(f"<div class='c{i % 3}'><p>{SENTENCE[: 9 * i + 5]}</p></div>" for i in range(count))
    cutting = segment(document_fromstring(f"<html><body><main>{paragraphs}</main></body></html>"), {})
    first, later = data.draw(verdicts_on(count)), data.draw(verdicts_on(count))
    whole = tabulate(cutting, TITLED, later)
    assert tabulate(cutting, TITLED, first).with_verdicts(later).rows.tolist() == whole.rows.tolist()


def test_verdicts_fill_their_own_columns_only() -> None:
    cutting = page()
    count = len(cutting.blocks)
    unasked = tabulate(cutting, TITLED, Verdicts())
    asked = unasked.with_verdicts(Verdicts([True] * count, [i % 2 > 0 for i in range(count)]))
    told = [any(voice in name for voice in VOICES) for name in COLUMNS]
    changed = (unasked.rows != asked.rows).any(axis=0)
    assert changed.tolist() == told
    assert (unasked.rows[:, COLUMNS.index("trafilatura")] == -1).all()
    assert (asked.rows[:, COLUMNS.index("trafilatura")] == 1).all()


TEXTS = (
    st.text(st.sampled_from(" .,:!?…。”)1٣𝟘aA\n") | st.characters(), max_size=40).map(str.strip).filter(bool)
)


@given(texts=st.lists(TEXTS, min_size=1, max_size=5))
def test_characters_are_counted_for_each_text_alone(texts: list[str]) -> None:
    holder = Container(document_fromstring("<body></body>"), None, "body", "", 0, 0, 0, len(texts))
    blocks = [Block(i, text, "p", holder, 0) for i, text in enumerate(texts)]
    set_keys(blocks)
    rows = tabulate(Segmentation(blocks, [holder]), Hints(), Verdicts()).rows
    found = [
        [
            round(float(row[COLUMNS.index(name)] * scale))
            for name, scale in zip(COUNTED, (len(text), 1, 1, 1), strict=True)
        ]
        for row, text in zip(rows, texts, strict=True)
    ]
    assert found == [
        [
            sum(character.isdecimal() for character in text),
            text.count(","),
            min(text.find(":") + 1, 40),
            len(re.findall(r"[.!?…][\"'”“»’)\]」』]*(?:\s|$)|[。！？]", text)),
        ]
        for text in texts
    ]


def test_a_forest_sums_the_leaf_that_the_answers_name() -> None:
    forest = Forest(
        columns=np.array([[0], [1]], dtype=np.uint16),
        borders=np.array([[0.5], [2.0]], dtype=np.float32),
        leaves=np.array([[[1.0, 0.5], [2.0, 0.5], [4.0, 0.5], [8.0, 1.5]]], dtype=np.float32),
        bias=np.array([0.25, 0.0], dtype=np.float32),
    )
    rows = np.array(
        [[0.5, 2.0], [0.6, 2.0], [0.5, 2.1], [0.6, 2.1]], dtype=np.float32
    )  # a border itself is not exceeded
    assert forest.margins(rows).tolist() == [[1.25, 0.5], [2.25, 0.5], [4.25, 0.5], [8.25, 1.5]]


def test_the_weights_were_trained_on_these_columns() -> None:
    with files("newsclean").joinpath("judge.npz").open("rb") as file, np.load(file) as arrays:
        assert int(arrays["columns"]) == len(COLUMNS)
    width = len(COLUMNS) + 1  # the policy
    for number, stage in enumerate(load_model().stages):
        assert int(stage.columns.max()) < width + (len(CONTEXT_COLUMNS) if number else 0)


def test_a_rejected_block_is_taken_for_a_kind() -> None:
    cutting = page()
    kinds = {
        block.text: judgement.kind
        for block, judgement in zip(cutting.blocks, judge(cutting, TITLED, Verdicts(), 1.0), strict=True)
    }
    assert kinds["Board votes to dredge"] == "title"


def test_the_policy_follows_what_a_page_declares_of_itself() -> None:
    def share(head: str) -> float:
        return news_share(document_fromstring(f"<html><head>{head}</head><body><p>Text</p></body></html>"))

    news = '<script type="application/ld+json">{"@graph": [{"@type": "ReportageNewsArticle"}]}</script>'
    assert share(news) == share('<meta name="news_keywords" content="ferry">') == DECLARED_NEWS
    assert share('<meta property="article:published_time" content="2026-11-01">') == DATED_ARTICLE
    assert share('<script type="application/ld+json">{"@type": "BlogPosting"}</script>') == OTHER
    assert share("<script>var x = 'NewsArticle'</script>") == OTHER


def test_a_page_of_many_siblings_is_judged_in_time_that_grows_with_it() -> None:
    cutting = segment(
        document_fromstring("<html><body>" + "<p>Some short words here.</p>" * 20_000 + "</body></html>"), {}
    )
    start = time.process_time()
    judge(cutting, Hints(titles=("Words",), captions=("a caption of some words",)), Verdicts(), 1.0)
    assert time.process_time() - start < 10


@given(keys=st.lists(st.text("ab", min_size=1, max_size=60), max_size=20, unique=True))
def test_repeated_texts_of_a_long_page_are_found_as_those_of_a_short_one(keys: list[str]) -> None:
    found = []
    for much in (10**9, -1):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("newsclean.features._MUCH_TO_SEARCH", much)
            found.append(_repeated_inside(keys))
    assert found[0] == found[1]
