"""What safe mode costs: the same question on a usual and on a safe connection, in turn; CPU time, and their ratio.

python benchmarks/safe_queries.py [--articles 60000]

The articles are made up: 5 kB of text each, 200 sites, six months, a fifth of them fetched twice.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import newsdata
from newsclean.article import Article, Removal
from newsdata import Fetch

QUESTIONS = {
    "count": "SELECT count(*) FROM articles",
    "by site": "SELECT site, count(*), avg(n_words) FROM articles GROUP BY site",
    "one id": "SELECT title FROM article_versions WHERE id = '{id}'",
    "one site's titles": "SELECT title, published FROM articles WHERE site = 'site7.example' ORDER BY published",
    "one month": "SELECT count(*) FROM article_versions WHERE month = '2026-03' AND n_words > 100",
    "removed by rule": "SELECT rule, count(*) FROM removed GROUP BY rule",
    "a word in the text": "SELECT count(*) FROM articles WHERE text LIKE '%harbour ferry tide%'",
}
ROUNDS = 7
WORDS = "harbour ferry tide council bridge market school winter river station light garden song field".split()


def main() -> None:
    """Make a dataset, ask it both ways, print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=60_000)
    articles = parser.parse_args().articles
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        some_id = make(data, articles)
        size = sum(path.stat().st_size for path in data.rglob("*.parquet"))
        print(f"{articles} articles, {size / 1e6:.0f} MB of Parquet\n")
        print(f"{'question':<20} {'usual ms':>9} {'safe ms':>9} {'ratio':>6}")
        with newsdata.connect(data) as usual, newsdata.connect(data, safe=True) as safe:
            for name, question in QUESTIONS.items():
                query = question.replace("{id}", some_id)
                pairs = [(cpu(usual.execute, query), cpu(safe.execute, query)) for _ in range(ROUNDS)]
                assert sorted(usual.execute(query).fetchall()) == sorted(safe.execute(query).fetchall())
                ratio = statistics.median(second / first for first, second in pairs)
                first, second = (statistics.median(times) * 1000 for times in zip(*pairs, strict=True))
                print(f"{name:<20} {first:>9.1f} {second:>9.1f} {ratio:>6.2f}")
        began = time.perf_counter()
        newsdata.safe_query(data, QUESTIONS["by site"])
        print(f"\n`by site` in a process of its own: {time.perf_counter() - began:.1f} s, start included")


def cpu(ask: Callable[[str], object], query: str) -> float:
    """CPU seconds of this process for one answer."""
    began = time.process_time()
    ask(query).fetchall()  # type: ignore[attr-defined]
    return time.process_time() - began


def make(data: Path, articles: int) -> str:
    """Write the dataset; return one article's id."""
    chance = random.Random(7)
    start = datetime(2026, 1, 5, tzinfo=UTC)
    some_id = ""
    with newsdata.open_writer(data, crawl_id="benchmark", segment_bytes=32 << 20) as writer:
        for number in range(articles):
            text = " ".join(chance.choices(WORDS, k=800))
            fetch = Fetch(
                f"https://site{number % 200}.example/story-{number if number % 5 else number // 2}",
                start + timedelta(minutes=number * 260_000 // articles),
            )
            removed = tuple(Removal("ad", f"ad.rule-{chance.randrange(30)}", text[:60]) for _ in range(10))
            article = Article(
                fetch.url, text, ("p",), f"Story {number}", published=fetch.fetched_at, removed=removed
            )
            some_id = writer.write_article(article, fetch, cleaner="benchmark")
    return some_id


if __name__ == "__main__":
    main()
