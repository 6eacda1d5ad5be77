"""The sources of the demo's articles: TOML files read into typed records.

One file is one article and its truth at once: what is body, what is a caption, what is a box that only stands
in the way. The templates turn it into the kind of page that publishers serve; :mod:`newsmill.demo.truth` says
what a cleaner should find in it. The format is described in ``articles/README.md``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeVar, get_args

from markupsafe import Markup, escape

from newsclean.article import BLOCK_KINDS, BlockKind

Form = Literal["article", "live", "stub", "video"]
Switch = Literal[
    "no-jsonld", "no-meta", "plain-captions", "plain-classes", "br-paragraphs", "byline-in-body",
    "dateline-in-body", "amp-ish", "microdata", "double-figure", "nested",
]  # fmt: skip
CreditStyle = Literal["parens", "span", "prefix", "line"]
ImageForm = Literal["figure", "div", "p", "lead", "gallery", "video"]
NoiseKind = Literal[
    "newsletter", "related", "ad", "share", "bio", "comment", "paywall", "cookie", "furniture", "byline",
    "navigation", "hidden",
]  # fmt: skip

# How each kind of noise can be printed; the first is what is meant when the source does not say.
NOISE_FORMS: Mapping[NoiseKind, tuple[str, ...]] = {
    "newsletter": ("box", "plain", "inline-link"),
    "related": ("box", "plain", "cards"),
    "ad": ("box",),
    "share": ("box",),
    "bio": ("box", "italic"),
    "comment": ("box",),
    "paywall": ("box",),
    "cookie": ("box",),
    "furniture": ("box", "plain"),
    "byline": ("plain",),
    "navigation": ("box",),
    "hidden": ("display-none", "attribute", "screen-reader", "off-screen", "template"),
}

_Choice = TypeVar("_Choice", bound=str)
_INLINE = re.compile(r'</?(?:em|strong)>|<a href="[^"<>]*">|</a>')


class SourceError(ValueError):
    """A source that does not follow the format; the message names file and field."""


@dataclass(frozen=True, slots=True)
class Inline:
    """A line of text with inline markup.

    Attributes:
        text: Without the markup, white space folded.
        html: With ``a``, ``em`` and ``strong``; everything else escaped.
    """

    text: str
    html: Markup


@dataclass(frozen=True, slots=True)
class Body:
    """A part of the body: each item of a list, paragraph of a quote and row of a table is a block.

    Attributes:
        kind: The kind of its blocks.
        items: The text of each block; empty for a table.
        rows: The cells of a table; the first row is its head.
    """

    kind: BlockKind
    items: tuple[Inline, ...] = ()
    rows: tuple[tuple[Inline, ...], ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """The text of each block."""
        rows = tuple(" | ".join(cell.text for cell in row) for row in self.rows)
        return tuple(item.text for item in self.items) + rows


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture with its texts; ``file`` names it under ``/media/``."""

    caption: str
    credit: str
    alt: str
    file: str


@dataclass(frozen=True, slots=True)
class Images:
    """A picture, or the pictures of a gallery.

    Attributes:
        form: How it stands in the page; a ``lead`` stands above the body.
        credit_style: How credits are printed.
        pictures: One, or more in a gallery.
    """

    form: ImageForm
    credit_style: CreditStyle
    pictures: tuple[Picture, ...]
    kind: Literal["image"] = "image"


@dataclass(frozen=True, slots=True)
class Noise:
    """What stands among the paragraphs and is no body."""

    kind: NoiseKind
    form: str
    texts: tuple[str, ...]

    @property
    def printed(self) -> tuple[str, ...]:
        """The texts as lines of the page: a plain link to a related story is printed as one line."""
        if self.kind == "related" and self.form == "plain" and len(self.texts) > 1:
            return (f"{self.texts[0]}: {self.texts[1]}", *self.texts[2:])
        return self.texts


@dataclass(frozen=True, slots=True)
class Credit:
    """A line such as "Ada Brook contributed to this report"."""

    text: str
    kind: Literal["credit"] = "credit"


@dataclass(frozen=True, slots=True)
class Post:
    """The head of an entry of a live blog; what follows belongs to it."""

    at: datetime
    kind: Literal["post"] = "post"


Block = Body | Images | Noise | Credit | Post


@dataclass(frozen=True, slots=True)
class Source:
    """One article of the demo.

    Attributes:
        publication: Folder name of its publication.
        name: File name without its ending.
        section: Slug of its section.
        headline: Title.
        standfirst: Shown above the body, and its first block; empty if there is none.
        seo_title: Title in the page's metadata; empty if it is the headline.
        description: Description in the page's metadata.
        authors: Persons.
        author_line: Byline as printed; empty if it is made of the authors.
        published: With zone.
        modified: With zone; None if never changed.
        language: ISO 639-1.
        tags: Keywords.
        form: What kind of page it is.
        markup: Switches of the template.
        blocks: In page order.
    """

    publication: str
    name: str
    section: str
    headline: str
    standfirst: str
    seo_title: str
    description: str
    authors: tuple[str, ...]
    author_line: str
    published: datetime
    modified: datetime | None
    language: str
    tags: tuple[str, ...]
    form: Form
    markup: frozenset[Switch]
    blocks: tuple[Block, ...]

    @property
    def slug(self) -> str:
        """The last part of its address: the file's name without the letter that says who wrote it."""
        return re.sub(r"^[a-z]-", "", self.name)

    @property
    def changed(self) -> datetime:
        """When it was changed last, or published."""
        return self.modified or self.published


def read_sources(folder: Path) -> tuple[Source, ...]:
    """Read every article of a publication, newest first.

    Args:
        folder: ``articles/<publication>``.

    Raises:
        SourceError: A file does not follow the format.
    """
    sources = [read_source(path) for path in sorted(folder.glob("*.toml"))]
    return tuple(sorted(sources, key=lambda source: (source.published, source.name), reverse=True))


def read_source(path: Path) -> Source:
    """Read one article.

    Raises:
        SourceError: The file does not follow the format; the message names file and field.
    """
    where = f"{path.parent.name}/{path.name}"
    try:
        fields = _Fields(where, tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(f"{where}: not readable as TOML: {error}") from error
    published = fields.moment("published")
    if published is None:
        raise SourceError(f"{where}: published is missing; give a date and time with zone")
    source = Source(
        publication=path.parent.name,
        name=path.stem,
        section=fields.text("section"),
        headline=fields.text("headline"),
        standfirst=fields.text("standfirst", ""),
        seo_title=fields.text("seo_title", ""),
        description=fields.text("description"),
        authors=fields.texts("authors"),
        author_line=fields.text("author_line", ""),
        published=published,
        modified=fields.moment("modified"),
        language=fields.text("language"),
        tags=fields.texts("tags"),
        form=fields.choice("form", get_args(Form), "article"),
        markup=frozenset(fields.choices("markup", get_args(Switch))),
        blocks=tuple(
            _block(block, f"{path.stem}-{number}")
            for number, block in enumerate(fields.tables("block"), start=1)
        ),
    )
    fields.finish()
    _check(source, where)
    return source


def _check(source: Source, where: str) -> None:
    has_body = bool(source.standfirst) or any(isinstance(block, Body) for block in source.blocks)
    if has_body == (source.form == "video"):
        raise SourceError(f"{where}: a video page has no body and no standfirst, every other page has one")
    if source.modified is not None and source.modified < source.published:
        raise SourceError(f"{where}: modified lies before published")
    if source.form == "live" and not any(isinstance(block, Post) for block in source.blocks):
        raise SourceError(f'{where}: a live blog needs blocks of kind "post"')
    if source.form == "stub" and not any(block.kind == "paywall" for block in source.blocks):
        raise SourceError(f'{where}: a stub needs a block of kind "paywall"')


def _block(fields: _Fields, name: str) -> Block:
    kind = fields.text("kind")
    fields.where += f" ({kind})"
    block: Block
    if kind == "table":
        block = Body(
            "table", rows=tuple(tuple(fields.inline(cell) for cell in row) for row in fields.rows("rows"))
        )
    elif kind == "list":
        block = Body("list", tuple(map(fields.inline, fields.texts("items", required=True))))
    elif kind == "quote":
        texts = (fields.text("text"),) if fields.has("text") else fields.texts("texts", required=True)
        block = Body("quote", tuple(map(fields.inline, texts)))
    elif kind in {"p", "heading", "code"}:
        block = Body(fields.one_of(kind, BLOCK_KINDS), (fields.inline(fields.text("text")),))
    elif kind == "image":
        block = _images(fields, name)
    elif kind == "credit":
        block = Credit(fields.text("text"))
    elif kind == "post":
        at = fields.moment("at")
        if at is None:
            raise SourceError(f"{fields.where}: at is missing; give a date and time with zone")
        block = Post(at)
    else:
        noise = fields.one_of(kind, get_args(NoiseKind))
        forms = NOISE_FORMS[noise]
        block = Noise(noise, fields.choice("as", forms, forms[0]), fields.texts("texts", required=True))
    fields.finish()
    return block


def _images(fields: _Fields, name: str) -> Images:
    form: ImageForm = fields.choice("as", get_args(ImageForm), "figure")
    style: CreditStyle = fields.choice("credit_style", get_args(CreditStyle), "parens")
    members = fields.tables("images") if form == "gallery" else (fields,)
    pictures = []
    for number, member in enumerate(members, start=1):
        file = member.text("file", "") or (f"{name}-{number}" if form == "gallery" else name)
        picture = Picture(member.text("caption", ""), member.text("credit", ""), member.text("alt", ""), file)
        pictures.append(picture)
        if member is not fields:
            member.finish()
    if not pictures:
        raise SourceError(f"{fields.where}: a gallery needs images = [{{caption, credit, alt}}, …]")
    return Images(form, style, tuple(pictures))


class _Fields:
    """The fields of one TOML table, each asked for by name and type; what nobody asked for is an error."""

    def __init__(self, where: str, values: Mapping[str, object]) -> None:
        self.where = where
        self._values = dict(values)

    def has(self, key: str) -> bool:
        return key in self._values

    def text(self, key: str, default: str | None = None) -> str:
        value = self._values.pop(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise SourceError(
                f"{self.where}: {key} must be a text{' and not empty' if default is None else ''}"
            )
        return " ".join(value.split()) if key != "text" or "\n" not in value else value.strip()

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        values = self._values.pop(key, [])
        if not isinstance(values, list) or not all(
            isinstance(value, str) and value.strip() for value in values
        ):
            raise SourceError(f"{self.where}: {key} must be a list of texts, none of them empty")
        if required and not values:
            raise SourceError(f"{self.where}: {key} is missing")
        return tuple(" ".join(value.split()) for value in values)

    def rows(self, key: str) -> tuple[tuple[str, ...], ...]:
        rows = self._values.pop(key, None)
        if not isinstance(rows, list) or len(rows) < 2 or not all(isinstance(row, list) for row in rows):
            raise SourceError(f"{self.where}: {key} must be a list of at least two rows")
        if len({len(row) for row in rows}) != 1 or not all(
            isinstance(cell, str) for row in rows for cell in row
        ):
            raise SourceError(f"{self.where}: {key} must be rows of texts, all of the same length")
        return tuple(tuple(row) for row in rows)

    def moment(self, key: str) -> datetime | None:
        value = self._values.pop(key, None)
        if value is None:
            return None
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise SourceError(
                f"{self.where}: {key} must be a date and time with zone, such as 2026-10-03T07:30:00+01:00"
            )
        return value

    def one_of(self, value: str, known: Sequence[_Choice]) -> _Choice:
        for choice in known:
            if choice == value:
                return choice
        raise SourceError(f"{self.where}: {value!r} is not known; it can be {', '.join(known)}")

    def choice(self, key: str, known: Sequence[_Choice], default: _Choice) -> _Choice:
        return self.one_of(self.text(key, default), known)

    def choices(self, key: str, known: Sequence[_Choice]) -> tuple[_Choice, ...]:
        return tuple(self.one_of(value, known) for value in self.texts(key))

    def tables(self, key: str) -> tuple[_Fields, ...]:
        values = self._values.pop(key, [])
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            raise SourceError(f"{self.where}: {key} must be a list of tables")
        return tuple(_Fields(f"{self.where}: {key} {n}", value) for n, value in enumerate(values, start=1))

    def inline(self, text: str) -> Inline:
        plain = _INLINE.sub("", text)
        if re.search(r"<[a-z/!]|&\w+;", plain):
            raise SourceError(
                f'{self.where}: only <a href="…">, <em> and <strong> may stand in a text: {plain[:60]!r}'
            )
        pieces: list[Markup] = []
        position = 0
        for tag in _INLINE.finditer(text):
            pieces += [escape(text[position : tag.start()]), Markup(tag[0])]  # noqa: S704 - the pattern lets three tags through
            position = tag.end()
        pieces.append(escape(text[position:]))
        return Inline(" ".join(plain.split()) if "\n" not in plain else plain, Markup("").join(pieces))

    def finish(self) -> None:
        if self._values:
            raise SourceError(f"{self.where}: unknown field {', '.join(self._values)}")
