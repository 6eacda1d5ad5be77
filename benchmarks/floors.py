"""Floors of quality: figures pinned with their corpus, that may only go up."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from pages import TruePage

FLOORS = Path(__file__).with_name("floors.toml")
# Figures where more is better, and where less is.
HIGHER = ("wF1", "sF1", "acc", "para", "title", "auth", "date")
LOWER = ("without", "cap")


def corpus_hash(pages: Iterable[TruePage]) -> str:
    """Twelve hex digits that change with any page or truth."""
    digest = hashlib.blake2b(digest_size=6)
    for page in pages:
        digest.update(
            "\x1f".join(
                (page.id, page.html, *page.paragraphs, *page.captions, page.title, *page.authors, page.date)
            ).encode("utf-8", "replace")
        )
    return digest.hexdigest()


def read_floors() -> dict[str, dict[str, float | str]]:
    """The floors by corpus name."""
    return tomllib.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}


def check_floors(name: str, corpus: str, figures: Mapping[str, float]) -> list[str]:
    """One line for each figure that fell below its floor; a changed corpus is one, too."""
    floors = read_floors().get(name)
    if floors is None:
        return []
    if floors["corpus"] != corpus:
        return [
            f"{name}: the corpus changed ({floors['corpus']} → {corpus}): look at the figures, then --raise-floors"
        ]
    broken = []
    for key in (*HIGHER, *LOWER):
        if key in floors and key in figures:
            floor = float(floors[key])
            worse = figures[key] < floor - 5e-5 if key in HIGHER else figures[key] > floor + 5e-5
            if worse:
                broken.append(f"{name}: {key} is {figures[key]:.4f}, the floor is {floor:.4f}")
    return broken


def raise_floors(name: str, corpus: str, figures: Mapping[str, float]) -> None:
    """Pin the figures; on an unchanged corpus only better ones."""
    floors = read_floors()
    old = floors.get(name, {})
    same = old.get("corpus") == corpus
    new: dict[str, float | str] = {"corpus": corpus}
    for key in (*HIGHER, *LOWER):
        if key in figures:
            value = round(figures[key], 4)
            if same and key in old:
                value = max(value, float(old[key])) if key in HIGHER else min(value, float(old[key]))
            new[key] = value
    floors[name] = new
    lines = [
        "# Floors of quality, pinned with the hash of the corpus: python benchmarks/quality.py --raise-floors",
        "",
    ]
    for corpus_name in sorted(floors):
        lines.append(f'["{corpus_name}"]')
        lines += [
            f'{key} = "{value}"' if isinstance(value, str) else f"{key} = {value}"
            for key, value in floors[corpus_name].items()
        ]
        lines.append("")
    FLOORS.write_text("\n".join(lines), encoding="utf-8")
