"""What goes wrong on the worst pages, by kind, with counts.

    python benchmarks/worst_pages.py FOLDER... [--aside] [--weights FILE] [--pages 40] [--show]

A page can count under several headings. What is missing is named by its markup, what is too much by the kind that the judge
takes it for. ``--show`` prints the blocks themselves, to read; nothing of them belongs into this project.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from loaders import load_any
from metrics import score_text, words
from pages import TruePage, aside
from quality import use_weights

from newsclean import NoArticle
from newsclean.blocks import key, segment
from newsclean.clean import Verdict, examine
from newsclean.decode import decode
from newsclean.extractors import Extractors
from newsclean.hidden import hidden_elements
from newsclean.judge import judge, read_hints
from newsclean.metadata import read_metadata
from newsclean.parse import parse
from newsclean.policy import news_share

# A truth whose lines hold more letters than this that the page's own blocks lack is doubtful.
MOST_ABSENT = 0.1


@dataclass(frozen=True, slots=True)
class Fault:
    """One block that is wrong, or one finding about the page."""

    name: str
    text: str = ""


def shingle_f1(page: TruePage, text: str) -> float:
    """The page's own F1 of 4-word shingles."""
    row = score_text(page, text)
    both = row["sP"] + row["sR"]
    return 2 * row["sP"] * row["sR"] / both if both else 0.0


def faults(page: TruePage, text: str, verdicts: tuple[Verdict, ...]) -> Iterator[Fault]:
    """Compare a page's text with its truth, block by block."""
    if not text:
        yield Fault("no article found")
        return
    lines = [line for paragraph in page.paragraphs for line in paragraph.split("\n") if key(line)]
    truth, ours = "\n".join(map(key, lines)), "\n".join(map(key, text.split("\n")))
    tree = parse(decode(page.html, ""))
    segmentation = segment(tree, hidden_elements(tree))
    whole = "".join(block.key for block in segmentation.blocks)
    absent = sum(len(key(line)) for line in lines if key(line) not in whole)
    if absent > MOST_ABSENT * len(truth):
        yield Fault("truth in other words than the page's")
    given = Extractors(page.html, segmentation)
    hints = read_hints(read_metadata(tree, page.url), segmentation)
    kinds = {
        block.text: judgement.kind
        for block, judgement in zip(
            segmentation.blocks, judge(segmentation, hints, given, news_share(tree)), strict=True
        )
    }
    for verdict in verdicts:
        letters = key(verdict.text)
        if verdict.removal is None and letters not in truth:
            yield Fault(
                f"too much: {verdict.block_kind} like {kinds.get(verdict.text, 'other')}", verdict.text
            )
        elif verdict.removal is not None and len(letters) >= 12 and letters in truth and letters not in ours:
            by = "the judge" if verdict.removal.rule.startswith("judge.") else "a rule"
            yield Fault(
                f"missing: {verdict.block_kind}, removed by {by}", f"{verdict.removal.rule}: {verdict.text}"
            )
    in_reach = "".join(key(verdict.text) for verdict in verdicts)
    if any(key(line) in whole and key(line) not in in_reach for line in lines if len(key(line)) >= 25):
        yield Fault("missing: out of the article's reach")
    if words(text) != words("\n".join(page.paragraphs)) and key(text) == key("".join(page.paragraphs)):
        yield Fault("right but for punctuation")


def main() -> None:
    """Count and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--aside", action="store_true", help="only the pages that train_judge.py keeps aside")
    parser.add_argument("--weights", type=Path, help="the judge's weights to use")
    parser.add_argument("--pages", type=int, default=40, help="how many of the worst pages")
    parser.add_argument("--show", action="store_true", help="print the blocks")
    options = parser.parse_args()
    if options.weights:
        use_weights(options.weights)
    found = []
    for folder in options.folders:
        for page in load_any(folder):
            if not page.paragraphs or (options.aside and not aside(page.publisher)):
                continue
            try:
                examination = examine(page.html, page.url)
                text, verdicts = examination.article.text, examination.verdicts
            except NoArticle:
                text, verdicts = "", ()
            found.append((shingle_f1(page, text), page, text, verdicts))
    found.sort(key=lambda entry: (entry[0], entry[1].id))
    pages, blocks = Counter[str](), Counter[str]()
    for score, page, text, verdicts in found[: options.pages]:
        those = list(faults(page, text, verdicts))
        pages.update({fault.name for fault in those})
        blocks.update(fault.name for fault in those)
        if options.show:
            print(f"\n{page.id} {page.url} {score:.3f}")
            for fault in those[:12]:
                print(f"  {fault.name:<40} {fault.text[:110]}")
    print(
        f"\nthe worst {options.pages} of {len(found)} pages, shingle F1 up to {found[options.pages - 1][0]:.3f}"
    )
    for name, count in pages.most_common():
        print(f"{count:>4} pages  {blocks[name]:>4} blocks  {name}")


if __name__ == "__main__":
    main()
