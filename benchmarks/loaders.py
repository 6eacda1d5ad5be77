"""Pages with truth, in our own folder format and in the layouts of public benchmarks."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

from pages import TruePage, load_pages


def load_any(folder: Path) -> Iterator[TruePage]:
    """The pages of a folder, whichever of the known layouts it has.

    Raises:
        FileNotFoundError: The layout is none of them.
    """
    if (folder / "truth.jsonl").is_file():
        return load_pages(folder)
    if (folder / "ground-truth.json").is_file():
        return _scrapinghub(folder)
    if (folder / "dataset" / "ground_truth.json").is_file():
        return _fundus(folder / "dataset")
    if (folder / "ground-truth").is_dir():
        return _wcxb(folder)
    splits = (
        [split for split in sorted(folder.iterdir()) if (split / "ground-truth").is_dir()]
        if folder.is_dir()
        else []
    )
    if splits:
        return (page for split in splits for page in _wcxb(split))
    raise FileNotFoundError(
        f"{folder}: no truth.jsonl, ground-truth.json, ground-truth/ or dataset/ground_truth.json"
    )


def _markup(path: Path) -> str:
    raw = path.read_bytes()
    return (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8", "replace")


def _scrapinghub(folder: Path) -> Iterator[TruePage]:
    """``{"<id>": {"articleBody": …, "url": …}}`` and ``html/<id>.html.gz``."""
    for name, truth in json.loads((folder / "ground-truth.json").read_text(encoding="utf-8")).items():
        yield TruePage(
            folder.name,
            name,
            truth.get("url", ""),
            _markup(folder / "html" / f"{name}.html.gz"),
            paragraphs=(truth["articleBody"],),
        )


def _wcxb(split: Path) -> Iterator[TruePage]:
    """``ground-truth/<id>.json`` with ``ground_truth.main_content``, and ``html/<id>.html.gz``."""
    for file in sorted((split / "ground-truth").glob("*.json")):
        record = json.loads(file.read_text(encoding="utf-8"))
        truth = record["ground_truth"]
        authors = truth.get("author") or ()
        yield TruePage(
            split.name, file.stem, record.get("url", ""), _markup(split / "html" / f"{file.stem}.html.gz"),
            paragraphs=(truth["main_content"],), required=tuple(truth.get("with", ())), forbidden=tuple(truth.get("without", ())),
            title=truth.get("title") or "", authors=(authors,) if isinstance(authors, str) else tuple(authors), date=truth.get("publish_date") or "",
        )  # fmt: skip


def _fundus(dataset: Path) -> Iterator[TruePage]:
    """``{"<file>": {"url": …, "body": [paragraph | [optional paragraph]]}}`` and ``html/<file>``."""
    for name, truth in json.loads((dataset / "ground_truth.json").read_text(encoding="utf-8")).items():
        body = [
            (part[0], True) if isinstance(part, list) else (part, False) for part in truth["body"] if part
        ]
        path = next(
            p
            for p in (
                dataset / "html" / name,
                dataset / "html" / f"{name}.gz",
                dataset / "html" / f"{name}.html.gz",
            )
            if p.exists()
        )
        yield TruePage(
            "fundus", name, truth.get("url", ""), _markup(path), paragraphs=tuple(text for text, _ in body),
            optional=tuple(text for text, optional in body if optional),
        )  # fmt: skip
