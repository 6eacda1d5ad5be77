"""The records that pass between newsclean and its callers.

All are frozen, slotted and comparable, so that equality of two articles is equality of every field.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

BlockKind = Literal["p", "heading", "quote", "list", "table", "code"]
RemovalKind = Literal[
    "ad", "caption", "credit", "newsletter", "related", "share", "byline", "title", "comment",
    "cookie", "paywall", "bio", "hidden", "furniture", "navigation", "other",
]  # fmt: skip
NoArticleReason = Literal[
    "empty", "too-short", "section-page", "error-page", "not-html", "not-text", "too-large",
    "challenge", "consent-wall", "geo-block", "login-wall", "pay-wall", "rate-limit", "ad-block-wall", "maintenance",
]  # fmt: skip

BLOCK_KINDS: tuple[BlockKind, ...] = get_args(BlockKind)
REMOVAL_KINDS: tuple[RemovalKind, ...] = get_args(RemovalKind)


@dataclass(frozen=True, slots=True)
class Page:
    """A fetched page, before cleaning.

    Attributes:
        url: Final absolute URL.
        html: Decoded markup, or the raw bytes as received (decoded by :func:`newsclean.clean`, once).
        content_type: The ``Content-Type`` response header, for its charset; empty if unknown.
    """

    url: str
    html: str | bytes
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """An image of the article; its caption and credit live here and never in the text.

    Attributes:
        url: Absolute URL of the best source.
        caption: Caption without its credit; empty if there is none.
        credit: Photographer or agency as printed, without enclosing brackets.
        alt: The ``alt`` attribute.
        width: Width in CSS pixels as declared; None if unknown.
        height: Height in CSS pixels as declared; None if unknown.
    """

    url: str
    caption: str = ""
    credit: str = ""
    alt: str = ""
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Removal:
    """A block that was in reach of the body and is not in the text.

    Attributes:
        kind: What it was taken for.
        rule: Id of the rule that removed it, such as ``newsletter.signup-form``.
        text: The block's text, white space folded.
    """

    kind: RemovalKind
    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """One candidate for a metadata field.

    Attributes:
        field: ``title``, ``authors``, ``published`` or ``modified`` (others may follow).
        source: Where it was found, such as ``json-ld:datePublished``, ``meta:og:title``, ``h1``, ``byline``.
        value: The candidate as text; dates in ISO 8601.
        chosen: Whether this candidate (alone or among agreeing ones) won.
    """

    field: str
    source: str
    value: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Article:
    """A clean article.

    Attributes:
        url: URL of the page it came from; empty for :func:`newsclean.clean_text` without one.
        text: Body; blocks joined by a blank line; headings, quotes and list items are blocks; no title.
        block_kinds: One kind for each block of ``text``.
        title: Headline without the site's name.
        authors: Persons, without "By", titles or addresses.
        published: Timezone-aware; a date without a time is midnight UTC, and ``evidence`` says so.
        modified: As ``published``; None if never stated.
        language: ISO 639-1 code of the text; empty if undecided.
        section: The site's section, as printed.
        tags: Keywords as given by the page.
        description: Standfirst or meta description.
        site: The site's own name.
        canonical_url: Declared canonical URL, absolute; empty if there is none.
        paywalled: True or False where the page says so or shows it; None if there is no sign.
        images: Images of the article with captions and credits.
        credits: Lines such as "The Associated Press contributed to this report."
        removed: Every block in reach of the body that is not in ``text``, in document order.
        evidence: Each metadata candidate, and which won.
    """

    url: str
    text: str
    block_kinds: tuple[BlockKind, ...]
    title: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    modified: datetime | None = None
    language: str = ""
    section: str = ""
    tags: tuple[str, ...] = ()
    description: str = ""
    site: str = ""
    canonical_url: str = ""
    paywalled: bool | None = None
    images: tuple[Image, ...] = ()
    credits: tuple[str, ...] = ()
    removed: tuple[Removal, ...] = ()
    evidence: tuple[Evidence, ...] = ()

    @property
    def blocks(self) -> tuple[str, ...]:
        """The body's blocks, one for each of ``block_kinds``."""
        return tuple(self.text.split("\n\n"))


class NoArticle(Exception):  # noqa: N818 - a finding about the page, not a fault of the caller
    """The page holds no article.

    Attributes:
        reason: One of ``NoArticleReason``; stored as the outcome's reason.
        detail: One line for a person.
    """

    def __init__(self, reason: NoArticleReason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason: NoArticleReason = reason
        self.detail = detail

    def __reduce__(self) -> tuple[type[NoArticle], tuple[NoArticleReason, str]]:
        """Pickle whole, so that the exception crosses process borders."""
        return NoArticle, (self.reason, self.detail)
