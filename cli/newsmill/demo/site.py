"""The pages of one publication: every address it serves and what stands there."""

from __future__ import annotations

import gzip
import struct
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cached_property, partial
from typing import TypeGuard

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from newsclean.article import BLOCK_KINDS
from newsmill.demo.publication import FOLDER, Publication, Wording, read_publication, slug_of
from newsmill.demo.source import Block, Body, Images, Post, Source
from newsmill.demo.structured import structured_data
from newsmill.demo.truth import Truth, truth_of

HTML = "text/html; charset=utf-8"
XML = "application/xml; charset=utf-8"
FEED_LENGTH = 20
NEWS_LENGTH = 10
LATEST_PAGE_LENGTH = 10


@dataclass(frozen=True, slots=True)
class Resource:
    """What stands at an address.

    Attributes:
        body: The bytes, not compressed for transfer.
        content_type: Media type with charset.
        modified: When it changed last; UTC.
        status: HTTP status code.
        location: Where a redirect leads; empty for everything else.
    """

    body: bytes
    content_type: str
    modified: datetime
    status: int = 200
    location: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """An article as lists and feeds show it."""

    name: str
    path: str
    headline: str
    description: str
    section: str
    authors: tuple[str, ...]
    language: str
    published: datetime
    changed: datetime
    date: str


@dataclass(frozen=True, slots=True)
class PageLink:
    """A numbered link below a list."""

    number: int
    path: str
    current: bool


class Site:
    """One publication at one address. The same path gives the same bytes in every process."""

    def __init__(self, publication: Publication, base: str = "") -> None:
        """Prepare every address; pages are made when they are asked for.

        Args:
            publication: What to serve.
            base: Scheme and host of every absolute address, without a slash at the end; the invented host
                if empty.
        """
        self.publication = publication
        self.base = base or f"https://{publication.host}"
        self._environment = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._made: dict[str, Resource] = {}

    @property
    def start(self) -> str:
        """Address of the front page."""
        return f"{self.base}/"

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path that answers with 200, in a fixed order."""
        return tuple(self._routes)

    def url_of(self, source: Source) -> str:
        """Address of an article."""
        return self.base + self.publication.path_of(source)

    def truth_of(self, source: Source) -> Truth:
        """What a right cleaning of an article's page gives."""
        wording = self.publication.wording[source.language]
        in_body = []
        if "byline-in-body" in source.markup:
            in_body.append(_byline(source, wording))
        if "dateline-in-body" in source.markup:
            in_body.append(wording.printed(source.published))
        return truth_of(
            source, self.url_of(source), wording.sections[source.section], tuple(filter(None, in_body))
        )

    @property
    def truths(self) -> tuple[Truth, ...]:
        """The truth of every article, newest first."""
        return tuple(map(self.truth_of, self.publication.sources))

    def get(self, path: str) -> Resource:
        """Answer a request.

        Args:
            path: Path and query as in the request line.
        """
        plain = path.partition("?")[0]
        key = path if path in self._routes else plain
        if key in self._routes:
            if key not in self._made:
                self._made[key] = self._routes[key]()
            return self._made[key]
        if plain.startswith("/media/") and plain.endswith(".png"):
            return Resource(_picture(plain), "image/png", self._changed)
        if f"{plain}/" in self._routes:
            return Resource(b"", HTML, self._changed, 301, f"{self.base}{plain}/")
        if plain.startswith(self.publication.disallowed_path):
            return self._page("preview", "Not for readers")
        return self._page("error", "Page not found", status=404)

    @cached_property
    def _routes(self) -> dict[str, Callable[[], Resource]]:
        own = self.publication
        routes: dict[str, Callable[[], Resource]] = {"/": self._front}
        for source in own.sources:
            routes[own.path_of(source)] = partial(self._article, source)
        for slug in own.sections:
            name, length = own.wording[own.language].sections[slug], own.page_length
            members = [source for source in own.sources if source.section == slug]
            paged = own.page_path.replace("{section}", slug)
            routes |= self._list(
                f"/{slug}/", paged, heading=name, sources=members, length=length, current=slug
            )
        paged = own.page_path.replace("{section}", "latest")
        routes |= self._list(
            "/latest/", paged, heading="Latest", sources=own.sources, length=LATEST_PAGE_LENGTH
        )
        for tag, members in _grouped((tag, source) for source in own.sources for tag in source.tags):
            path = own.tag_path.format(slug=slug_of(tag))
            routes |= self._list(path, "", heading=tag, sources=members, length=len(members))
        for name, members in _grouped((name, source) for source in own.sources for name in source.authors):
            path = own.author_path.format(slug=slug_of(name))
            routes |= self._list(path, "", heading=name, sources=members, length=len(members))
        routes[own.about_path] = partial(self._page, "about", f"About {own.name}", path=own.about_path)
        routes[own.login_path] = partial(self._page, "login", "Log in", path=own.login_path)
        for path, heading in own.services.items():
            routes[path] = partial(self._page, "service", heading, path=path)
        routes[own.rss_path] = partial(self._feed, "rss.xml", "application/rss+xml; charset=utf-8")
        routes[own.atom_path] = partial(self._feed, "atom.xml", "application/atom+xml; charset=utf-8")
        routes["/robots.txt"] = partial(self._text, "robots.txt", "text/plain; charset=utf-8")
        return routes | self._sitemaps()

    def _sitemaps(self) -> dict[str, Callable[[], Resource]]:
        newest, older, news = "/sitemaps/articles-1.xml", "/sitemaps/articles-2.xml.gz", "/sitemaps/news.xml"
        pages = "/sitemaps/pages.xml"
        half = len(self.publication.sources) // 2
        standing = (
            "/",
            *(f"/{slug}/" for slug in self.publication.sections),
            "/latest/",
            self.publication.about_path,
        )

        def sitemap(
            stories: Sequence[Story] = (), paths: Sequence[str] = (), *, about_news: bool = False
        ) -> Resource:
            return self._text("sitemap.xml", XML, stories=stories, paths=paths, news=about_news)

        def packed() -> Resource:
            plain = sitemap(self._stories[half:])
            return Resource(gzip.compress(plain.body, mtime=0), "application/gzip", plain.modified)

        return {
            "/sitemap.xml": lambda: self._text("sitemap-index.xml", XML, paths=(news, newest, older, pages)),
            news: lambda: sitemap(self._stories[:NEWS_LENGTH], about_news=True),
            newest: lambda: sitemap(self._stories[:half]),
            older: packed,
            pages: lambda: sitemap(paths=standing),
        }

    def _list(
        self,
        path: str,
        paged: str,
        *,
        heading: str,
        sources: Sequence[Source],
        length: int,
        current: str = "",
    ) -> dict[str, Callable[[], Resource]]:
        """The pages of a list of articles."""
        parts = [sources[start : start + length] for start in range(0, len(sources), length)] or [[]]
        paths = [path, *(paged.format(page=number) for number in range(2, len(parts) + 1))]

        def page(number: int) -> Resource:
            return self._render(
                "listing", "section", self.publication.language, paths[number],
                heading=heading,
                current=current,
                stories=tuple(map(self._story, parts[number])),
                pages=tuple(PageLink(n + 1, each, n == number) for n, each in enumerate(paths)),
                next_path=paths[number + 1] if number + 1 < len(paths) else "",
            )  # fmt: skip

        return {each: partial(page, number) for number, each in enumerate(paths)}

    def _front(self) -> Resource:
        return self._render("front", "front", self.publication.language, "/", stories=self._stories[:8])

    def _page(self, kind: str, heading: str, status: int = 200, path: str = "/") -> Resource:
        return self._render("page", kind, self.publication.language, path, status, heading=heading)

    def _article(self, source: Source) -> Resource:
        own = self.publication
        wording = own.wording[source.language]
        section = wording.sections[source.section]
        others = [other for other in own.sources if other is not source]
        near = [other for other in others if other.section == source.section]
        by_headline = {other.headline: own.path_of(other) for other in others}

        def elsewhere(text: str) -> str:
            return by_headline.get(text) or own.path_of(others[zlib.crc32(text.encode()) % len(others)])

        def class_name(name: str) -> str:
            return f"css-{zlib.crc32(name.encode()):x}" if "plain-classes" in source.markup else name

        return self._render(
            "article", "article", source.language, own.path_of(source),
            article=source,
            url=self.url_of(source),
            section=section,
            current=source.section,
            structured=structured_data(source, own, self.base, section),
            byline_text=_byline(source, wording),
            printed=wording.printed,
            posts=tuple(_posts(source)),
            lead=tuple(filter(_is_lead, source.blocks)),
            more=tuple(map(self._story, (near + others)[:4])),
            elsewhere=elsewhere,
            c=class_name,
            body_kinds=BLOCK_KINDS,
            amp="amp-ish" in source.markup,
        )  # fmt: skip

    def _feed(self, template: str, content_type: str) -> Resource:
        return self._text(template, content_type, stories=self._stories[:FEED_LENGTH])

    def _text(self, template: str, content_type: str, **values: object) -> Resource:
        text = self._environment.get_template(f"feeds/{template}.jinja").render(
            publication=self.publication,
            base=self.base,
            changed=self._changed,
            rfc822=format_datetime,
            **values,
        )
        return Resource(text.encode(), content_type, self._changed)

    def _render(
        self, template: str, kind: str, language: str, path: str, status: int = 200, **values: object
    ) -> Resource:
        own = self.publication
        wording = own.wording[language]
        article = values.get("article")
        changed = article.changed.astimezone(UTC) if isinstance(article, Source) else self._changed
        standing: dict[str, object] = {
            "publication": own,
            "base": self.base,
            "path": path,
            "page_kind": kind,
            "language": language,
            "labels": wording.labels,
            "sections": wording.sections,
            "current": "",
            "topics": self._topics,
            "trending": self._trending,
            "newest": self._newest,
            "most_read": self._most_read,
            "recent": self._stories[:6],
            "staff": self._staff,
            "tag_path": lambda tag: own.tag_path.format(slug=slug_of(tag)),
            "author_path": lambda name: own.author_path.format(slug=slug_of(name)),
            "state": self._state,
            "amp": False,
        }
        text = self._environment.get_template(f"{own.key}/{template}.html.jinja").render(
            {**standing, **values}
        )
        return Resource(text.encode(), HTML, changed, status)

    def _story(self, source: Source) -> Story:
        wording = self.publication.wording[source.language]
        return Story(
            name=source.name,
            path=self.publication.path_of(source),
            headline=source.headline,
            description=source.description,
            section=wording.sections[source.section],
            authors=source.authors,
            language=source.language,
            published=source.published,
            changed=source.changed,
            date=wording.printed(source.published),
        )

    @cached_property
    def _stories(self) -> tuple[Story, ...]:
        return tuple(map(self._story, self.publication.sources))

    @cached_property
    def _changed(self) -> datetime:
        return max(source.changed for source in self.publication.sources).astimezone(UTC)

    @cached_property
    def _newest(self) -> dict[str, tuple[Story, ...]]:
        sources = self.publication.sources
        return {
            slug: tuple(self._story(source) for source in sources if source.section == slug)
            for slug in self.publication.sections
        }

    @cached_property
    def _topics(self) -> dict[str, tuple[str, ...]]:
        sources = self.publication.sources
        return {
            slug: _commonest((tag for source in sources if source.section == slug for tag in source.tags), 7)
            for slug in self.publication.sections
        }

    @cached_property
    def _trending(self) -> tuple[str, ...]:
        return _commonest((tag for source in self.publication.sources for tag in source.tags), 8)

    @cached_property
    def _staff(self) -> tuple[str, ...]:
        return _commonest((name for source in self.publication.sources for name in source.authors), 8)

    @cached_property
    def _most_read(self) -> tuple[Story, ...]:
        # no clock and no counter: an order that looks like one of readers
        return tuple(sorted(self._stories, key=lambda story: zlib.crc32(story.name.encode())))[:8]

    @cached_property
    def _state(self) -> dict[str, object]:
        """What a page's scripts keep beside it: titles and teasers of other articles."""
        return {
            "build": "2026.41.3",
            "edition": "port-calder",
            "stories": [
                {"id": story.name, "url": story.path, "title": story.headline, "teaser": story.description}
                for story in self._stories[:20]
            ],
        }


def read_sites() -> tuple[Site, ...]:
    """Both publications at their invented addresses.

    Raises:
        newsmill.demo.source.SourceError: A source does not follow the format.
    """
    return Site(read_publication("courier")), Site(read_publication("meridian"))


def _byline(source: Source, wording: Wording) -> str:
    """The byline as printed."""
    if source.author_line or not source.authors:
        return source.author_line
    *most, last = source.authors
    return wording.labels["by"] + (", ".join(most) + wording.labels["joint"] if most else "") + last


def _posts(source: Source) -> Iterator[tuple[Post | None, list[Block]]]:
    """The blocks below the lead image, grouped by the post they belong to."""
    post: Post | None = None
    members: list[Block] = []
    for block in source.blocks:
        if _is_lead(block):
            continue
        if isinstance(block, Post):
            if post is not None or members:
                yield post, members
            post, members = block, []
            continue
        before = members[-1] if members else None
        if "br-paragraphs" in source.markup and _is_paragraph(before) and _is_paragraph(block):
            members[-1] = Body("p", before.items + block.items)
        else:
            members.append(block)
    yield post, members


def _is_lead(block: Block) -> bool:
    return isinstance(block, Images) and block.form == "lead"


def _is_paragraph(block: Block | None) -> TypeGuard[Body]:
    return isinstance(block, Body) and block.kind == "p"


def _grouped(pairs: Iterable[tuple[str, Source]]) -> list[tuple[str, list[Source]]]:
    groups: dict[str, list[Source]] = {}
    for key, source in pairs:
        groups.setdefault(key, []).append(source)
    return sorted(groups.items())


def _commonest(names: Iterable[str], number: int) -> tuple[str, ...]:
    counts = Counter(names)
    return tuple(sorted(counts, key=lambda name: (-counts[name], name)))[:number]


def _picture(name: str) -> bytes:
    """A small PNG of two tones, its colours made from its name."""
    red, green, blue, _ = zlib.crc32(name.encode()).to_bytes(4, "big")
    sky, ground = (
        bytes((red // 2 + 96, green // 2 + 96, blue // 2 + 96)),
        bytes((red // 3, green // 3, blue // 3)),
    )
    width, height = 16, 9
    rows = b"".join(b"\0" + (sky if row < 6 else ground) * width for row in range(height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows, 9))
        + chunk(b"IEND", b"")
    )
