"""Golden cases: tests/pages/<slug>/page.html and what a right cleaning of it is, expected.json.

``make accept CASE=<slug>`` writes expected.json anew (without CASE, all); read the difference before you commit it.
"""

from __future__ import annotations

import json
import sys
from itertools import zip_longest
from pathlib import Path

import pytest

from newsclean import Article, clean

PAGES = Path(__file__).parents[1] / "pages"
SLUGS = sorted(folder.name for folder in PAGES.iterdir() if folder.is_dir())
URL = "https://courier.example/2026/11/02/ferry"


def cleaned(slug: str) -> Article:
    """The case's page, cleaned."""
    return clean((PAGES / slug / "page.html").read_text(encoding="utf-8"), URL)


def record(article: Article) -> dict[str, object]:
    """What of an article a case holds: what the judge alone removes is named as its weights have it, and left out."""
    return {
        "title": article.title,
        "authors": list(article.authors),
        "published": article.published.isoformat() if article.published else None,
        "language": article.language,
        "blocks": [[kind, text] for kind, text in zip(article.block_kinds, article.blocks, strict=True)],
        "images": [[image.url, image.caption, image.credit] for image in article.images],
        "credits": list(article.credits),
        "removed": [
            [removal.rule, removal.text]
            for removal in article.removed
            if not removal.rule.startswith("judge.")
        ],
    }


@pytest.mark.parametrize("slug", SLUGS)
def test_page(slug: str) -> None:
    expected = json.loads((PAGES / slug / "expected.json").read_text(encoding="utf-8"))
    article = cleaned(slug)
    found = record(article)
    rules = {removal.text: removal.rule for removal in article.removed}
    for number, (ours, right) in enumerate(zip_longest(found["blocks"], expected["blocks"]), start=1):
        if ours != right:
            taken = rules.get(right[1], "no rule") if right is not None else "nothing: there is none"
            pytest.fail(
                f"{slug}: block {number} differs\n  ours:  {ours}\n  right: {right}, removed by {taken}"
            )
    assert found == expected, f"if this is right: make accept CASE={slug}"


if __name__ == "__main__":
    for name in sys.argv[1:] or SLUGS:
        (PAGES / name / "expected.json").write_text(
            json.dumps(record(cleaned(name)), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
