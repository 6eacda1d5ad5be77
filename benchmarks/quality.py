"""Score newsclean and its peers on pages with truth.

    python benchmarks/quality.py FOLDER... [--peers trafilatura resiliparse newspaper4k readability] [--floors] [--raise-floors]

A folder is one of ours (``truth.jsonl`` beside ``html/``), or a public benchmark as published: scrapinghub's article
extraction benchmark (``ground-truth.json``), WCXB (``<split>/ground-truth/*.json``), or Fundus' evaluation
(``dataset/ground_truth.json``); see loaders.py. Without a folder the built-in demo is scored. ``--floors`` fails if a
figure of newsclean is below benchmarks/floors.toml; ``--raise-floors`` writes better figures there, never worse ones.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from floors import check_floors, corpus_hash, raise_floors
from loaders import load_any
from metrics import COLUMNS, same_authors, same_date, same_title, score_text, summarise
from pages import TruePage, aside


@dataclass(frozen=True, slots=True)
class Extraction:
    """What an extractor makes of a page; a field it does not offer is None."""

    text: str
    title: str | None = None
    authors: tuple[str, ...] | None = None
    published: datetime | str | None = None


Extractor = Callable[[TruePage], Extraction]


def newsclean_extractor() -> Extractor:
    """Ours."""
    from newsclean import NoArticle, clean

    def run(page: TruePage) -> Extraction:
        try:
            article = clean(page.html, page.url)
        except NoArticle:
            return Extraction("", "", (), None)
        return Extraction(article.text, article.title, article.authors, article.published)

    return run


def use_weights(path: Path) -> None:
    """Judge with other weights than those that come with the package."""
    from newsclean import judge

    model = judge.read_model(path)
    judge.load_model = lambda: model


def trafilatura_extractor() -> Extractor:
    """Trafilatura with metadata, its defaults."""
    from trafilatura import bare_extraction

    def run(page: TruePage) -> Extraction:
        found = bare_extraction(page.html, url=page.url or None, with_metadata=True, include_comments=False)
        if found is None:
            return Extraction("", "", (), None)
        return Extraction(
            found.text or "", found.title or "", tuple((found.author or "").split("; ")), found.date
        )

    return run


def resiliparse_extractor() -> Extractor:
    """Resiliparse's main content."""
    from resiliparse.extract.html2text import extract_plain_text

    return lambda page: Extraction(
        extract_plain_text(page.html, main_content=True, alt_texts=False, list_bullets=False)
    )


def newspaper_extractor() -> Extractor:
    """newspaper4k."""
    import newspaper

    def run(page: TruePage) -> Extraction:
        article = newspaper.Article(page.url or "http://example.org/", fetch_images=False)
        article.download(input_html=page.html)
        article.parse()
        return Extraction(article.text, article.title, tuple(article.authors), article.publish_date)

    return run


def readability_extractor() -> Extractor:
    """readability-lxml; its HTML is turned into lines."""
    from lxml import html
    from readability import Document

    def run(page: TruePage) -> Extraction:
        document = Document(page.html)
        root = html.fromstring(f"<div>{document.summary(html_partial=True)}</div>")
        for element in root.iter("p", "div", "li", "h1", "h2", "h3", "h4", "blockquote", "br"):
            element.tail = "\n" + (element.tail or "")
        lines = (" ".join(line.split()) for line in root.text_content().split("\n"))
        return Extraction("\n".join(filter(None, lines)), document.short_title())

    return run


EXTRACTORS: dict[str, Callable[[], Extractor]] = {
    "newsclean": newsclean_extractor,
    "trafilatura": trafilatura_extractor,
    "resiliparse": resiliparse_extractor,
    "newspaper4k": newspaper_extractor,
    "readability": readability_extractor,
}


def score_pages(pages: Sequence[TruePage], extractor: Extractor) -> tuple[list[dict[str, float]], float]:
    """A row of figures for each page, and the CPU seconds all took."""
    rows, seconds = [], 0.0
    extractor(pages[0])  # imports and caches
    for page in pages:
        start = time.process_time()
        try:
            found, failed = extractor(page), 0.0
        except Exception as error:
            print(f"{page.id}: {type(error).__name__}: {error}"[:200], file=sys.stderr)
            found, failed = Extraction(""), 1.0
        seconds += time.process_time() - start
        row = score_text(page, found.text)
        row["fail"] = failed
        if page.title and found.title is not None:
            row["title"] = float(same_title(found.title, page.title))
        if page.authors and found.authors is not None:
            row["auth"] = float(same_authors(found.authors, page.authors))
        if page.date and found.authors is not None:
            row["date"] = float(same_date(found.published, page.date))
        rows.append(row)
    return rows, seconds


def show(name: str, figures: dict[str, float], pages: int, seconds: float) -> None:
    """Print one row."""
    cells = " ".join(
        f"{figures[key]:7.4f}"
        if key in figures and key != "fail"
        else f"{figures.get(key, float('nan')):7.0f}"
        if key == "fail"
        else f"{'-':>7}"
        for key in COLUMNS
    )
    print(f"{name:<14}{cells} {1000 * seconds / pages:7.1f}", flush=True)


def demo_folder(target: Path) -> Path:
    """The built-in demo's pages with their truth, written into a folder."""
    from newsmill.demo import read_sites
    from newsmill.demo.export import export

    export(read_sites(), target)
    return target


def main(arguments: Iterable[str] | None = None) -> int:
    """Run the benchmark; exit code 1 if a floor is broken."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument(
        "--peers", nargs="*", default=[], choices=[name for name in EXTRACTORS if name != "newsclean"]
    )
    parser.add_argument("--every", type=int, default=1, help="keep each n-th page")
    parser.add_argument("--aside", action="store_true", help="only the pages that train_judge.py keeps aside")
    parser.add_argument(
        "--weights",
        type=Path,
        help="the judge's weights to use, such as train_judge.py --held-out-weights wrote",
    )
    parser.add_argument("--floors", action="store_true", help="fail below the pinned floors")
    parser.add_argument("--raise-floors", action="store_true", help="pin better figures")
    options = parser.parse_args(arguments)
    if options.weights:
        use_weights(options.weights)
    broken: list[str] = []
    with tempfile.TemporaryDirectory() as temporary:
        folders = options.folders or [demo_folder(Path(temporary) / "demo")]
        for folder in folders:
            pages = [p for p in load_any(folder) if not options.aside or aside(p.publisher)][:: options.every]
            name = "demo" if folder.name == "demo" else folder.resolve().name
            print(
                f"\n{name}: {len(pages)} pages\n{'':<14}{' '.join(f'{key:>7}' for key in COLUMNS)} {'ms':>7}"
            )
            for who in ("newsclean", *options.peers):
                try:
                    extractor = EXTRACTORS[who]()
                except ImportError as error:
                    print(f"{who:<14}skipped: {error}")
                    continue
                rows, seconds = score_pages(pages, extractor)
                figures = summarise(rows)
                show(who, figures, len(pages), seconds)
                if who == "newsclean" and options.every == 1 and not options.aside and not options.weights:
                    corpus = corpus_hash(pages)
                    if options.floors:
                        broken += check_floors(name, corpus, figures)
                    if options.raise_floors:
                        raise_floors(name, corpus, figures)
    for line in broken:
        print(line, file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
