"""Say how right the title, authors and dates are, and what reading them costs beside trafilatura.

    python benchmarks/metadata.py FOLDER... [--pairs 60] [--misses]

Each folder holds ``html/<id>.html.gz`` and ``truth.jsonl`` (see pages.py). Cost is CPU time in pairs: on each of some
pages, evenly taken, first reading metadata from the parsed page, then ``trafilatura.bare_extraction`` with metadata from
the same markup. The project's limit is a ratio of 0.21 (8 of 38 ms).
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from loaders import load_any
from metrics import same_authors, same_date, same_title
from pages import TruePage
from trafilatura import bare_extraction

from newsclean import NoArticle
from newsclean.decode import decode
from newsclean.metadata import Metadata, read_metadata
from newsclean.parse import bound_attributes, parse

LIMIT = 0.21


def judge_fields(page: TruePage, metadata: Metadata) -> Iterator[tuple[str, bool, object, object]]:
    """Each field with a truth: its name, whether it is right, the truth, and what was found."""
    if page.title:
        yield "title", same_title(metadata.title, page.title), page.title, metadata.title
    if page.authors:
        yield "authors", same_authors(metadata.authors, page.authors), page.authors, metadata.authors
    if page.date:
        yield "date", same_date(metadata.published, page.date), page.date, metadata.published


def score(pages: Sequence[TruePage], *, misses: bool) -> None:
    """Print the share of pages where each field is right, and where the right ones came from."""
    right: Counter[str] = Counter()
    known: Counter[str] = Counter()
    won: Counter[tuple[str, str]] = Counter()
    for page in pages:
        try:
            tree = parse(bound_attributes(decode(page.html)))
        except NoArticle:
            continue
        metadata = read_metadata(tree, page.url)
        for field, is_right, truth, found in judge_fields(page, metadata):
            known[field] += 1
            right[field] += is_right
            if misses and not is_right:
                print(f"{field:8}{page.id}  true {truth!r}  found {found!r}")
        for evidence in metadata.evidence:
            if evidence.chosen:
                won[evidence.field, evidence.source.partition(":")[0]] += 1
    figures = "  ".join(f"{field} {right[field] / known[field]:.3f} of {known[field]}" for field in known)
    print(f"{pages[0].folder}: {figures}")
    for field in ("title", "authors", "published", "modified"):
        sources = ", ".join(f"{source} {n}" for (name, source), n in won.most_common() if name == field)
        print(f"  {field} agreed with: {sources}")


def compare(pages: Sequence[TruePage]) -> None:
    """Print the CPU time of both on the same pages, in turn."""
    ours, theirs = [], []
    for page in pages:
        tree = parse(bound_attributes(decode(page.html)))
        start = time.process_time()
        read_metadata(tree, page.url)
        middle = time.process_time()
        bare_extraction(page.html, url=page.url or None, with_metadata=True)
        ours.append(middle - start)
        theirs.append(time.process_time() - middle)
    ratio = sum(ours) / sum(theirs)
    print(
        f"{pages[0].folder}, {len(pages)} pages: metadata {statistics.fmean(ours) * 1000:.1f} ms, "
        f"trafilatura with metadata {statistics.fmean(theirs) * 1000:.1f} ms, ratio {ratio:.3f} (limit {LIMIT})"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER", help="folders of pages with truth")
    parser.add_argument("--pairs", type=int, default=60, help="pages to measure cost on (0: none)")
    parser.add_argument("--misses", action="store_true", help="print each field that is wrong")
    options = parser.parse_args()
    for folder in options.folders:
        pages = list(load_any(folder))
        score(pages, misses=options.misses)
        if options.pairs:
            compare(pages[:: max(1, len(pages) // options.pairs)][: options.pairs])


if __name__ == "__main__":
    main()
