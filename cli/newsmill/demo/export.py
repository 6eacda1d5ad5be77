"""Write the demo's article pages with their truth into a folder, for tools that score extractors.

The layout: ``html/<id>.html.gz`` in UTF-8 and ``truth.jsonl`` with one object a page.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable
from pathlib import Path

from newsmill.demo.site import Site
from newsmill.demo.source import Source
from newsmill.demo.truth import Truth


def export(sites: Iterable[Site], folder: Path) -> int:
    """Write every page that holds an article.

    Args:
        sites: The publications.
        folder: Made if it does not exist; files of the same names are replaced.

    Returns:
        The number of pages written.

    Raises:
        OSError: The folder cannot be written.
    """
    (folder / "html").mkdir(parents=True, exist_ok=True)
    lines = []
    for site in sites:
        for source in site.publication.sources:
            truth = site.truth_of(source)
            if truth.no_article:
                continue
            page = f"{source.publication}-{source.slug}"
            html = site.get(site.publication.path_of(source)).body
            (folder / "html" / f"{page}.html.gz").write_bytes(gzip.compress(html, mtime=0))
            lines.append(json.dumps(_record(page, truth, source), ensure_ascii=False))
    (folder / "truth.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(lines)


def _record(page: str, truth: Truth, source: Source) -> dict[str, object]:
    body = _words(" ".join(truth.blocks))
    noise = (*(removed.text for removed in truth.removed), *truth.credits)
    return {
        "id": page,
        "url": truth.url,
        "lang": truth.language,
        "title": truth.title,
        "authors": truth.authors,
        "date": truth.published.isoformat(),
        "section": truth.section,
        "paragraphs": truth.blocks,
        "captions": [image.caption for image in truth.images if image.caption],
        # a line whose words the body has too, such as "Share", proves nothing
        "without": [text for text in noise if _words(text) not in body],
        "form": source.form,
        "markup": sorted(source.markup),
    }


def _words(text: str) -> str:
    """Lower-case words between spaces, so that one text can be looked for in another by whole words."""
    words = re.findall(r"\w+", text.lower())
    return f" {' '.join(words)} "
