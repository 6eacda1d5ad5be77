"""Score clean_text on pages that were stripped to lines.

    python benchmarks/lines.py [FOLDER...] [--every N] [--third]

Each page is dumped to plain text in three ways, as corpora that others extracted come: everything on the page that is
text (``page``), and what resiliparse (``main``) and trafilatura take for the article. Each dump is scored against the
truth as it is and after clean_text. ``alt`` texts are in the first two, as in most dumps. Without a folder the built-in
demo is scored. ``--third`` scores only the publishers that the training script keeps aside (see train_judge.py).
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from loaders import load_any
from metrics import score_text, summarise
from pages import TruePage
from quality import demo_folder
from resiliparse.extract.html2text import extract_plain_text
from trafilatura import extract

from newsclean import NoArticle, clean_text

FIGURES = ("wF1", "wP", "wR", "sF1", "sP", "sR", "para", "acc", "with", "without", "cap")


def whole_page(page: TruePage) -> str:
    """All text that the page shows, navigation and all."""
    return extract_plain_text(page.html, alt_texts=True, comments=True)


def main_content(page: TruePage) -> str:
    """What resiliparse takes for the main content."""
    return extract_plain_text(page.html, main_content=True, alt_texts=True, comments=True)


def by_trafilatura(page: TruePage) -> str:
    """What trafilatura takes for the article, a line a paragraph."""
    return extract(page.html, include_comments=False) or ""


DUMPS: dict[str, Callable[[TruePage], str]] = {
    "page": whole_page,
    "main": main_content,
    "trafilatura": by_trafilatura,
}


def kept_aside(publisher: str) -> bool:
    """Whether a publisher is one of the third that train_judge.py keeps for the final figure."""
    return hashlib.blake2b(publisher.encode(), digest_size=4).digest()[0] % 3 == 0


def cleaned(text: str) -> str:
    """The text after clean_text; empty if it finds no article in it."""
    try:
        return clean_text(text).text
    except NoArticle:
        return ""


def main(arguments: Iterable[str] | None = None) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--every", type=int, default=1, help="keep each n-th page")
    parser.add_argument("--third", action="store_true", help="only the publishers that are kept aside")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        for folder in options.folders or [demo_folder(Path(temporary) / "demo")]:
            pages = [
                page
                for page in list(load_any(folder))[:: options.every]
                if kept_aside(page.publisher) or not options.third
            ]
            print(f"\n{folder.name}: {len(pages)} pages\n{'':<24}{' '.join(f'{key:>7}' for key in FIGURES)}")
            for name, dump in DUMPS.items():
                texts = [dump(page) for page in pages]
                for when, found in (("as dumped", texts), ("cleaned", list(map(cleaned, texts)))):
                    rows = [score_text(page, text) for page, text in zip(pages, found, strict=True)]
                    figures = summarise(rows)
                    cells = " ".join(
                        f"{figures[key]:7.3f}" if key in figures else f"{'-':>7}" for key in FIGURES
                    )
                    empty = sum(not text for text in found)
                    print(
                        f"{name + ', ' + when:<24}{cells}{f'   {empty} empty' if empty else ''}", flush=True
                    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
