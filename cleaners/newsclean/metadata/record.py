"""What metadata reading gives, and the candidates it is chosen from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from newsclean.article import Evidence


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says about its article.

    Attributes:
        title: Headline without the site's name.
        authors: Names in order, each once.
        published: Aware; midnight UTC for a date without time (its evidence's source ends in ``:date-only``).
        modified: As ``published``.
        declared_language: Primary subtag (BCP 47) the page declares, lower case; the text's own may differ.
        section: The site's section, as printed.
        tags: Keywords, in order, each once.
        description: Standfirst or description for search engines.
        site: The site's own name.
        canonical_url: Declared canonical URL, absolute.
        paywalled: True or False where the page says so or shows it; else None.
        evidence: Each candidate for title, authors, published and modified; the chosen ones marked.
        title_candidates: Every form of the title, chosen first; for telling a repeated title in the text.
        descriptions: Every description.
        captions: Captions of images as JSON-LD gives them.
        byline_texts: Lines by the headline that were read as bylines, as printed.
    """

    title: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    modified: datetime | None = None
    declared_language: str = ""
    section: str = ""
    tags: tuple[str, ...] = ()
    description: str = ""
    site: str = ""
    canonical_url: str = ""
    paywalled: bool | None = None
    evidence: tuple[Evidence, ...] = ()
    title_candidates: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    byline_texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A raw value and where it was found.

    Attributes:
        source: Such as ``json-ld:headline`` or ``meta:og:title``.
        value: As the page gives it, white space folded.
    """

    source: str
    value: str


def fold(text: str) -> str:
    """White space folded to single spaces."""
    return " ".join(text.split())


def unescape_json(text: str) -> str:
    """The characters that a JSON string's inside stands for; as it is if it is none."""
    try:
        value = json.loads(f'"{text}"', strict=False)
    except ValueError:
        return text
    return value if isinstance(value, str) else text
