"""How often each rule takes a block that the truth holds.

    python benchmarks/rules.py FOLDER... [--every N] [--aside | --tuned] [--lines] [--show RULE]

Blocks are labelled by aligning them with the truth (labels.py); blocks that are right either way are left out. For each
rule: how many blocks it took, how many of them are true text, and how many characters of truth that is. ``--lines``
does the same for clean_text on the pages' text as lines.py dumps it. ``--tuned`` leaves out the third of publishers that
train_judge.py keeps aside, ``--aside`` takes only those. ``--show`` prints the true blocks that a rule took.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from labels import label
from lines import DUMPS, kept_aside
from loaders import load_any
from lxml.html import Element
from pages import TruePage

from newsclean import Article, NoArticle, clean, clean_text
from newsclean.blocks import Block, Container, set_keys


def articles(page: TruePage, *, lines: bool) -> Iterator[Article]:
    """The page cleaned, as HTML or as each dump of its lines; nothing where no article is found."""
    texts = [dump(page) for dump in DUMPS.values()] if lines else [page.html]
    for text in texts:
        try:
            yield clean_text(text) if lines else clean(text, page.url)
        except NoArticle:
            continue


def main(arguments: Iterable[str] | None = None) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--every", type=int, default=1, help="keep each n-th page")
    parser.add_argument("--lines", action="store_true", help="clean_text on dumps instead of clean on pages")
    parser.add_argument("--aside", action="store_true", help="only the publishers that are kept aside")
    parser.add_argument("--tuned", action="store_true", help="only the others")
    parser.add_argument("--show", default="", metavar="RULE", help="print the true blocks that a rule took")
    options = parser.parse_args(arguments)
    root = Container(Element("body"), None, "body", "", 0, 0, 0)
    for folder in options.folders:
        taken: Counter[str] = Counter()
        wrong: Counter[str] = Counter()
        letters: Counter[str] = Counter()
        for page in list(load_any(folder))[:: options.every]:
            if (options.aside or options.tuned) and kept_aside(page.publisher) != options.aside:
                continue
            for article in articles(page, lines=options.lines):
                # the body again, so that text which stands on the page twice is not counted as lost
                texts = [(text, "") for text in article.blocks]
                texts += [
                    (removal.text, removal.rule) for removal in article.removed if removal.kind != "hidden"
                ]
                blocks = [Block(i, text, "p", root, 0) for i, (text, _) in enumerate(texts)]
                set_keys(blocks)
                labels = label(page, blocks)
                for (text, rule), keep, weight in zip(texts, labels.keep, labels.weight, strict=True):
                    if not rule or not weight:
                        continue
                    taken[rule] += 1
                    if keep:
                        wrong[rule] += 1
                        letters[rule] += len(text)
                        if rule == options.show:
                            print(f"{page.id}: {text[:300]}")
        print(f"\n{folder.name}\n{'rule':<28}{'took':>7}{'true':>7}{'share':>8}{'characters':>12}")
        for rule, count in sorted(taken.items(), key=lambda item: (-wrong[item[0]], -item[1], item[0])):
            print(
                f"{rule:<28}{count:7}{wrong[rule]:7}{wrong[rule] / count:8.3f}{letters[rule]:12}", flush=True
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
