"""CPU time of newsclean.clean against trafilatura.bare_extraction with metadata, page by page in turn.

    python benchmarks/cost.py [FOLDER...] [--every N] [--repeats N]

Both are handed the same decoded page, both in their own process's steady state: every page is read once by each before
the clock runs, so that neither pays for imports, compiled patterns or style sheets that a crawl meets once a site. With
``--cold`` that first reading is what is measured. Without a folder the built-in demo is measured.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from loaders import load_any
from pages import TruePage
from quality import demo_folder
from trafilatura import bare_extraction

from newsclean import NoArticle, clean


def ours(page: TruePage) -> None:
    """The whole of the cleaner."""
    with contextlib.suppress(NoArticle):
        clean(page.html, page.url)


def theirs(page: TruePage) -> None:
    """The baseline."""
    bare_extraction(page.html, url=page.url or None, with_metadata=True)


def seconds(call: Callable[[TruePage], None], page: TruePage) -> float:
    """CPU seconds of one call."""
    start = time.process_time()
    call(page)
    return time.process_time() - start


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--every", type=int, default=1, help="keep each n-th page")
    parser.add_argument("--repeats", type=int, default=3, help="passes over the pages; the median is told")
    parser.add_argument("--cold", action="store_true", help="measure the first reading of each page")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        for folder in options.folders or [demo_folder(Path(temporary) / "demo")]:
            pages = list(load_any(folder))[:: options.every]
            for page in pages[:3] if options.cold else pages:
                ours(page)
                theirs(page)
            passes = []
            for _ in range(1 if options.cold else options.repeats):
                pairs = [(seconds(ours, page), seconds(theirs, page)) for page in pages]
                passes.append(tuple(1000 * statistics.fmean(side) for side in zip(*pairs, strict=True)))
            mine, baseline = (statistics.median(side) for side in zip(*passes, strict=True))
            ratio = statistics.median(a / b for a, b in passes)
            print(
                f"{folder.resolve().name}: {len(pages)} pages, CPU ms a page: newsclean {mine:.1f}, "
                f"trafilatura with metadata {baseline:.1f}, ratio {ratio:.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
