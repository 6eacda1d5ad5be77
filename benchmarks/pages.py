"""Load folders of pages with truth: ``html/<id>.html.gz`` and ``truth.jsonl``, a line a page."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class TruePage:
    """A saved page and what a right extraction of it is.

    Attributes:
        folder: Name of the folder it came from.
        id: Its id there.
        url: Where it was fetched; empty if unknown.
        html: Its markup, decoded.
        language: Language or country code as given; empty if unknown.
        paragraphs: The true body in order; one item where the source has no structure.
        optional: Those of ``paragraphs`` that are right either way.
        captions: Captions on the page.
        required: Snippets that must be in the text.
        forbidden: Snippets that must not.
        title: True title; empty if unknown.
        authors: True authors.
        date: True date as written in the truth; empty if unknown.
    """

    folder: str
    id: str
    url: str
    html: str
    language: str = ""
    paragraphs: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    title: str = ""
    authors: tuple[str, ...] = ()
    date: str = ""

    @property
    def publisher(self) -> str:
        """What pages of one publisher share: ``country_name`` of a dated id, else the host."""
        parts = self.id.split("_")
        if len(parts) > 2 and not parts[0].isdigit():
            return "_".join(parts[:2])
        return (urlsplit(self.url).hostname or self.id).removeprefix("www.")

    @property
    def structured(self) -> bool:
        """Whether the truth comes as paragraphs."""
        return len(self.paragraphs) > 1


DEMO_DOMAIN = ".example"  # no real publisher's


def aside(publisher: str) -> bool:
    """Whether a publisher is of the third that is kept for final figures; the demo's never are."""
    if publisher.endswith(DEMO_DOMAIN):
        return False
    return hashlib.blake2b(publisher.encode(), digest_size=4).digest()[0] % 3 == 0


def load_pages(folder: Path) -> Iterator[TruePage]:
    """The pages of a folder, in the order of its truth file.

    Raises:
        FileNotFoundError: The folder has no ``truth.jsonl``, or a page's markup is missing.
    """
    truth = folder / "truth.jsonl"
    if not truth.is_file():
        raise FileNotFoundError(f"{truth} is missing: name a folder that holds truth.jsonl and html/")
    with truth.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            markup = gzip.decompress((folder / "html" / f"{row['id']}.html.gz").read_bytes())
            yield TruePage(
                folder=folder.resolve().name,
                id=row["id"],
                url=row.get("url", ""),
                html=markup.decode("utf-8", "surrogatepass"),
                language=row.get("lang") or row.get("country", ""),
                paragraphs=tuple(row.get("paragraphs", ())),
                optional=tuple(row.get("optional", ())),
                captions=tuple(row.get("captions", ())),
                required=tuple(row.get("with", ())),
                forbidden=tuple(row.get("without", ())),
                title=row.get("title", ""),
                authors=tuple(row.get("authors", ())),
                date=row.get("date", ""),
            )
