from __future__ import annotations

import dataclasses
import itertools
import random
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import newsdata
from newsclean.article import Article
from newsdata import dedupe as dedupe_module
from newsdata.dedupe import dedupe
from newsdata.journal import WriterLock

START = datetime(2026, 11, 3, tzinfo=UTC)
VOCABULARIES = {
    "en": ([f"word{number}" for number in range(2000)], " "),
    "ru": ([f"слово{number}" for number in range(2000)], " "),
    "hi": ([f"शब्द{number}" for number in range(2000)], " "),
    "zh": ([chr(0x4E00 + number) for number in range(2000)], ""),
    "th": ([chr(0x0E01 + number % 40) + chr(0x0E01 + number // 40) for number in range(1600)], ""),
}


@dataclasses.dataclass(frozen=True)
class Story:
    number: int
    text: str
    published: datetime | None
    fetched_at: datetime

    @property
    def url(self) -> str:
        return f"https://site{self.number}.example/story"


def text_of(seed: int, language: str = "en", *, share: float = 0, cut: int = 0) -> str:
    """A text of 250 words; the same seed gives the same, but for a share of edits and a lead that is cut."""
    words, joint = VOCABULARIES[language]
    text = random.Random(f"{language}{seed}").choices(words, k=250)
    chooser = random.Random(seed + 1)
    return joint.join(chooser.choice(words) if chooser.random() < share else word for word in text[cut:])


def corpus() -> list[Story]:
    """Of each language: a text, an edited copy that came out before, a cut copy without a date; and two texts alone."""
    stories: list[Story] = []
    for language in VOCABULARIES:
        for share, cut, hours in ((0, 0, 5), (0.03, 0, 2), (0, 38, None)):
            moment = START + timedelta(hours=6, minutes=len(stories))
            published = None if hours is None else START + timedelta(hours=hours)
            text = text_of(1, language, share=share, cut=cut)
            stories.append(Story(len(stories), text, published, moment))
        for seed in (7, 8):
            stories.append(Story(len(stories), text_of(seed, language), START, START + timedelta(hours=9)))
    stories.append(Story(len(stories), text_of(1), START + timedelta(hours=7), START + timedelta(hours=8)))
    return stories


def store(data: Path, stories: Sequence[Story]) -> None:
    with newsdata.open_writer(data, crawl_id="c") as writer:
        for story in stories:
            article = Article(story.url, story.text, ("p",), published=story.published)
            writer.write_article(article, newsdata.Fetch(story.url, story.fetched_at), cleaner="c")


def found(data: Path) -> list[tuple[object, ...]]:
    with newsdata.connect(data) as connection:
        return connection.sql('SELECT * EXCLUDE (title) FROM duplicates ORDER BY "cluster", url').fetchall()


def clusters(data: Path) -> set[frozenset[int]]:
    with newsdata.connect(data) as connection:
        rows = connection.sql('SELECT list(url) FROM duplicates GROUP BY "cluster"').fetchall()
    return {
        frozenset(int(url.split(".")[0].removeprefix("https://site")) for url in urls) for (urls,) in rows
    }


EXPECTED = {
    frozenset({5 * number, 5 * number + 1, 5 * number + 2} | ({25} if not number else set()))
    for number in range(5)
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    store(tmp_path, corpus())
    return tmp_path


def test_copies_stand_together_in_every_script(data: Path) -> None:
    result = dedupe(data)
    assert clusters(data) == EXPECTED
    assert (result.articles, result.texts, result.signed, result.stories, result.retold) == (
        26,
        25,
        25,
        5,
        16,
    )


def test_the_view_says_how_alike_and_which_was_first(data: Path) -> None:
    dedupe(data)
    with newsdata.connect(data) as connection:
        rows = connection.sql(
            "SELECT url, similarity, containment, first_published FROM duplicates "
            "WHERE url IN ('https://site0.example/story', 'https://site1.example/story', 'https://site2.example/story',"
            " 'https://site25.example/story') ORDER BY fetched_at"
        ).fetchall()
    assert [first for *_, first in rows] == [False, True, False, False]  # the edited copy came out first
    by_site = {url.split(".")[0][8:]: (similar, contained) for url, similar, contained, _ in rows}
    assert by_site["site0"] == by_site["site25"]  # one text
    assert sum(similar == 1 for similar, _ in by_site.values()) in {1, 2}  # the representative
    assert all(0.6 < similar <= contained <= 1 for similar, contained in by_site.values())


def test_without_a_run_equal_texts_are_duplicates(data: Path) -> None:
    assert clusters(data) == {frozenset({0, 25})}
    with newsdata.connect(data) as connection:
        rows = connection.sql(
            "SELECT url, similarity, first_published FROM duplicates ORDER BY url"
        ).fetchall()
    assert rows == [("https://site0.example/story", 1, True), ("https://site25.example/story", 1, False)]


def test_equal_texts_join_their_story_before_the_next_run(data: Path) -> None:
    dedupe(data)
    late = Story(99, text_of(1, "zh", cut=38), START, START + timedelta(days=1))
    store(data, [late, Story(100, text_of(7, "ru"), None, START + timedelta(days=1))])
    assert clusters(data) == (EXPECTED - {frozenset({15, 16, 17})}) | {
        frozenset({15, 16, 17, 99}),
        frozenset({8, 100}),
    }


def test_a_second_run_signs_and_compares_nothing_and_changes_nothing(data: Path) -> None:
    dedupe(data)
    before = {path: path.read_bytes() for path in (data / "duplicates").rglob("*.parquet")}
    result = dedupe(data)
    assert (result.signed, result.compared) == (0, 0)
    assert {path: path.read_bytes() for path in (data / "duplicates").rglob("*.parquet")} == before


def test_a_run_signs_what_is_new(data: Path) -> None:
    dedupe(data)
    store(data, [Story(99, text_of(1, "ru", share=0.01), None, START + timedelta(days=1))])
    result = dedupe(data)
    assert result.signed == 1
    assert 1 <= result.compared <= 3
    assert frozenset({5, 6, 7, 99}) in clusters(data)


def test_an_article_whose_text_changed_leaves_its_story(data: Path) -> None:
    dedupe(data)
    store(data, [Story(6, text_of(55), None, START + timedelta(days=1))])
    assert frozenset({5, 7}) in clusters(data)  # at once
    assert dedupe(data).signed == 1
    assert frozenset({5, 7}) in clusters(data)
    stale = duckdb.sql(
        f"""FROM '{data}/duplicates/*.parquet' AS found WHERE content_hash NOT IN (
        SELECT content_hash FROM '{data}/articles/**/*.parquet' QUALIFY row_number() OVER (
        PARTITION BY id ORDER BY fetched_at DESC) = 1)"""
    ).fetchall()
    assert stale == []


@settings(max_examples=6)
@given(st.permutations(range(26)), st.sets(st.integers(1, 25), max_size=3), st.randoms(use_true_random=False))
def test_clusters_depend_neither_on_order_nor_on_increments(
    order: list[int], cuts: set[int], chooser: random.Random
) -> None:
    stories = corpus()
    with tempfile.TemporaryDirectory() as once, tempfile.TemporaryDirectory() as often:
        store(Path(once), stories)
        dedupe(once)
        bounds = [0, *sorted(cuts), len(order)]
        for begin, end in itertools.pairwise(bounds):
            store(Path(often), [stories[number] for number in order[begin:end]])
            if chooser.random() < 0.7 or end == len(order):
                dedupe(often)
        assert found(Path(often)) == found(Path(once))


def test_files_are_read_without_anything_of_ours(data: Path) -> None:
    dedupe(data)
    rows = duckdb.sql(
        f"""SELECT count(*), count(DISTINCT "cluster") FROM '{data}/duplicates/*.parquet' JOIN
        '{data}/articles/**/*.parquet' USING (content_hash)"""
    ).fetchall()
    assert rows == [(16, 5)]
    for folder, schema in (
        ("signatures", dedupe_module.SIGNATURES),
        ("comparisons", dedupe_module.COMPARISONS),
    ):
        (path,) = (data / "duplicates" / folder).glob("*.parquet")
        assert pq.read_schema(path).equals(schema)


def test_what_another_version_signed_is_signed_again(data: Path) -> None:
    dedupe(data)
    (path,) = (data / "duplicates" / "signatures").glob("*.parquet")
    table = pq.read_table(path)
    older = pa.array(["shingles-0 rensa-1 25x5"] * len(table))
    pq.write_table(table.set_column(table.schema.get_field_index("version"), "version", older), path)
    assert dedupe(data).signed == 25
    pq.write_table(
        pa.table({"content_hash": ["a"], "signature": [b"b"]}), path
    )  # of a release to come, or before
    assert dedupe(data).signed == 0
    assert clusters(data) == EXPECTED


def test_small_files_are_put_together(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dedupe_module, "MOST_FILES", 3)
    for day in range(6):
        store(
            data, [Story(200 + day, text_of(1, share=0.01 * day, cut=day), None, START + timedelta(days=day))]
        )
        dedupe(data)
    for folder in ("signatures", "comparisons"):
        assert 1 <= len(list((data / "duplicates" / folder).glob("*.parquet"))) <= 4
    assert dedupe(data).signed == 0
    assert frozenset({0, 1, 2, 25, *range(200, 206)}) in clusters(data)


def test_many_texts_are_compared_in_lots(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dedupe_module, "TEXTS_COMPARED_AT_ONCE", 4)
    dedupe(data)
    assert len(list((data / "duplicates" / "comparisons").glob("*.parquet"))) > 1
    assert clusters(data) == EXPECTED


def test_a_run_that_was_killed_goes_on(data: Path) -> None:
    dedupe(data)
    (data / "duplicates" / "clusters.parquet").unlink()
    for path in (data / "duplicates" / "comparisons").glob("*.parquet"):
        path.unlink()
    (data / "duplicates" / ".clusters.parquet.part").write_bytes(b"half")
    result = dedupe(data)
    assert result.signed == 0
    assert clusters(data) == EXPECTED


def test_a_broken_file_is_named(data: Path) -> None:
    dedupe(data)
    (path,) = (data / "duplicates" / "signatures").glob("*.parquet")
    path.write_bytes(b"no Parquet")
    with pytest.raises(newsdata.DataFolderError, match=rf"cannot read .*{path.name}.*delete it"):
        dedupe(data)
    path.unlink()
    assert dedupe(data).signed == 25


def test_a_broken_file_of_articles_is_named(data: Path) -> None:
    (path,) = (data / "articles").glob("**/*.parquet")
    whole = bytearray(path.read_bytes())
    middle = len(whole) // 2
    whole[4:middle] = bytes(middle - 4)  # the footer is sound, so the file opens
    path.write_bytes(whole)
    with pytest.raises(newsdata.DataError, match="cannot read the dataset"):
        dedupe(data)


def test_two_runs_at_once_do_not_mix(data: Path) -> None:
    (data / "duplicates").mkdir()
    lock = WriterLock.take(data / "duplicates" / ".lock")
    assert lock is not None
    with pytest.raises(newsdata.DataFolderError, match="another run"):
        dedupe(data)
    lock.release()
    assert dedupe(data).stories == 5


def test_a_dataset_without_articles(tmp_path: Path) -> None:
    newsdata.open_writer(tmp_path, crawl_id="c").close()
    assert dataclasses.astuple(dedupe(tmp_path)) == (0, 0, 0, 0, 0, 0)
    assert found(tmp_path) == []
    with pytest.raises(newsdata.NoDatasetError):
        dedupe(tmp_path / "none")


def test_texts_that_are_no_story(tmp_path: Path) -> None:
    texts = [
        "",
        "   ",
        "Too short.",
        "Too short!",
        "😀" * 400,
        "… " * 300,
        "same " * 500,
        "same " * 501,
        "\u0301" * 50,
    ]
    store(tmp_path, [Story(number, text, None, START) for number, text in enumerate(texts)])
    assert dedupe(tmp_path).texts == len(texts)
    assert clusters(tmp_path) == set()
    (path,) = (tmp_path / "duplicates" / "signatures").glob("*.parquet")
    assert pc.max(pq.read_table(path)["n_shingles"]).as_py() == 1
