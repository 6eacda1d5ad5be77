"""The two invented publications: names, sections, addresses and wording, read from their template folder."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from newsmill.demo.source import Source, SourceError, read_sources

FOLDER = Path(__file__).parent
NAMES = ("courier", "meridian")


@dataclass(frozen=True, slots=True)
class Wording:
    """What a publication prints in one language.

    Attributes:
        sections: Name of each section by its slug.
        months: Names of the twelve months.
        date: Pattern of a printed date, with fields ``day month year hour minute``.
        labels: Every other standing text by its key.
    """

    sections: Mapping[str, str]
    months: tuple[str, ...]
    date: str
    labels: Mapping[str, str]

    def printed(self, moment: datetime) -> str:
        """A date as a reader sees it, in the article's own zone."""
        return self.date.format(
            day=moment.day,
            month=self.months[moment.month - 1],
            year=moment.year,
            hour=moment.hour,
            minute=f"{moment.minute:02}",
        )


@dataclass(frozen=True, slots=True)
class Publication:
    """One publication.

    Attributes:
        key: Folder name.
        name: As printed.
        host: Host name that its pages would have in the world; reserved by RFC 2606.
        tagline: Under the name.
        language: Of its front page.
        page_length: Articles on a section page.
        article_path: Pattern of an article's path, with fields ``section slug id year month day``.
        page_path: Pattern of a section's further pages, with fields ``section page``.
        tag_path: Pattern of a tag's page.
        author_path: Pattern of an author's page.
        rss_path: RSS feed.
        atom_path: Atom feed.
        about_path: Page about the publication.
        login_path: Login page.
        disallowed_path: Start of the paths that robots.txt forbids.
        services: Headings of standing pages, such as terms and newsletters, by path.
        wording: By language.
        sources: Its articles, newest first.
    """

    key: str
    name: str
    host: str
    tagline: str
    language: str
    page_length: int
    article_path: str
    page_path: str
    tag_path: str
    author_path: str
    rss_path: str
    atom_path: str
    about_path: str
    login_path: str
    disallowed_path: str
    services: Mapping[str, str]
    wording: Mapping[str, Wording]
    sources: tuple[Source, ...]

    @property
    def sections(self) -> tuple[str, ...]:
        """Slugs of the sections in the order of the menu."""
        return tuple(self.wording[self.language].sections)

    def path_of(self, source: Source) -> str:
        """The path of an article's page."""
        day = source.published
        # an identifier that does not move when articles are added
        number = 100_000 + sum(ord(letter) * 31**place for place, letter in enumerate(source.slug)) % 900_000
        return self.article_path.format(
            section=source.section,
            slug=source.slug,
            id=number,
            year=day.year,
            month=f"{day.month:02}",
            day=f"{day.day:02}",
        )


def slug_of(name: str) -> str:
    """A name as it stands in an address: ASCII letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss").replace("ø", "o").replace("ł", "l").lower())
    return re.sub(r"[^a-z0-9]+", "-", "".join(c for c in plain if not unicodedata.combining(c))).strip("-")


def read_publication(key: str) -> Publication:
    """Read one of :data:`NAMES` with all its articles.

    Raises:
        SourceError: One of the files does not follow the format, or two articles would have the same address.
    """
    data = tomllib.loads((FOLDER / "templates" / key / "publication.toml").read_text(encoding="utf-8"))
    wording = {
        language: Wording(table.pop("sections"), tuple(table.pop("months")), table.pop("date"), table)
        for language, table in data.pop("wording").items()
    }
    publication = Publication(
        key=key, wording=wording, sources=read_sources(FOLDER / "articles" / key), **data
    )
    paths: dict[str, Source] = {}
    for source in publication.sources:
        if source.section not in publication.sections:
            known = ", ".join(publication.sections)
            raise SourceError(
                f"{key}/{source.name}.toml: section {source.section!r} is not known; it can be {known}"
            )
        if source.language not in wording:
            raise SourceError(
                f"{key}/{source.name}.toml: language {source.language!r} has no wording in publication.toml"
            )
        other = paths.setdefault(publication.path_of(source), source)
        if other is not source:
            raise SourceError(
                f"{key}/{source.name}.toml: has the same address as {other.name}.toml; rename one"
            )
    return publication
