"""How well the extractors that the judge hears choose blocks, and what they cost.

    python benchmarks/extractors.py FOLDER... [--every N]

Precision, recall and F1 over blocks by their length, mean of pages, against the labels that training uses; trafilatura on
the whole page in its fast mode, on the region that holds the prose as the cleaner asks it, and resiliparse.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

from labels import label
from loaders import load_any
from trafilatura import bare_extraction

from newsclean.article import NoArticle
from newsclean.blocks import Segmentation, segment
from newsclean.decode import decode
from newsclean.extractors import matched_blocks, resiliparse_verdict, trafilatura_verdict
from newsclean.hidden import hidden_elements
from newsclean.parse import parse


def figures(verdict: list[bool], keep: list[bool], mass: list[float]) -> tuple[float, float, float]:
    """Precision, recall and F1."""
    right = sum(m for v, k, m in zip(verdict, keep, mass, strict=True) if v and k)
    precision = right / max(1.0, sum(m for v, m in zip(verdict, mass, strict=True) if v))
    recall = right / max(1.0, sum(m for k, m in zip(keep, mass, strict=True) if k))
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--every", type=int, default=1, help="keep each n-th page")
    options = parser.parse_args()
    for folder in options.folders:
        rows: dict[str, list[tuple[float, float, float]]] = {}
        seconds: dict[str, float] = {}
        for page in list(load_any(folder))[:: options.every]:
            markup = decode(page.html, "")
            try:
                tree = parse(markup)
            except NoArticle:
                continue

            def whole(segmentation: Segmentation, tree=tree) -> list[bool]:  # type: ignore[no-untyped-def]  # bound now
                found = bare_extraction(tree, fast=True, include_comments=False, with_metadata=False)
                return matched_blocks((found.text or "").split("\n") if found else (), segmentation.blocks)

            cutting = segment(tree, hidden_elements(tree))
            labels = label(page, cutting.blocks)
            mass = [len(b.text) * weight for b, weight in zip(cutting.blocks, labels.weight, strict=True)]
            ways = {
                "trafilatura, whole page": whole,
                "trafilatura, region": trafilatura_verdict,
                "resiliparse": lambda cut, markup=markup: resiliparse_verdict(markup, cut.blocks),
            }
            for name, way in ways.items():
                start = time.process_time()
                verdict = way(cutting)
                seconds[name] = seconds.get(name, 0.0) + time.process_time() - start
                rows.setdefault(name, []).append(figures(verdict, labels.keep, mass))
        for name, found in rows.items():
            precision, recall, f1 = (statistics.fmean(side) for side in zip(*found, strict=True))
            print(
                f"{folder.resolve().name}: {name:<24} {1000 * seconds[name] / len(found):5.1f} ms CPU a page  "
                f"P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}"
            )


if __name__ == "__main__":
    main()
