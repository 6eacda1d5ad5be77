"""What a right cleaning of each demo page gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newsclean.article import BlockKind, RemovalKind
from newsmill.demo.source import Body, Credit, Images, Noise, Source


@dataclass(frozen=True, slots=True)
class RemovedText:
    """A line of the page that is no body."""

    kind: RemovalKind
    text: str


@dataclass(frozen=True, slots=True)
class ImageText:
    """Caption and credit of one image; the credit without brackets or "Photo:"."""

    caption: str
    credit: str


@dataclass(frozen=True, slots=True)
class Truth:
    """The right answer for one page.

    Attributes:
        url: Address of the page.
        title: The headline.
        authors: Persons, in order.
        published: With zone.
        modified: With zone; None if the page was never changed.
        language: ISO 639-1.
        section: The section's name as printed.
        tags: Keywords.
        blocks: The body, in order.
        block_kinds: One for each block.
        images: The images that have a caption or a credit, in order.
        credits: Lines such as "Ada Brook contributed to this report".
        removed: Lines among the body that are no body.
        paywalled: True if the page shows a teaser only.
        no_article: True if the page has no body, so that there is no article.
    """

    url: str
    title: str
    authors: tuple[str, ...]
    published: datetime
    modified: datetime | None
    language: str
    section: str
    tags: tuple[str, ...]
    blocks: tuple[str, ...]
    block_kinds: tuple[BlockKind, ...]
    images: tuple[ImageText, ...]
    credits: tuple[str, ...]
    removed: tuple[RemovedText, ...]
    paywalled: bool
    no_article: bool


def truth_of(source: Source, url: str, section: str, in_body: tuple[str, ...] = ()) -> Truth:
    """Say what a cleaner should find in an article's page.

    Args:
        source: The article.
        url: Address of its page.
        section: Its section's name as printed on the page.
        in_body: Byline and date where the page prints them as the body's first paragraphs.
    """
    lines: list[tuple[BlockKind, str]] = [("p", source.standfirst)] if source.standfirst else []
    for block in source.blocks:
        if isinstance(block, Body):
            lines += [(block.kind, text) for text in block.texts]
    # a lead image stands above the body, wherever the source has it
    pictures = sorted(
        (block for block in source.blocks if isinstance(block, Images)),
        key=lambda block: block.form != "lead",
    )
    images = [ImageText(picture.caption, picture.credit) for block in pictures for picture in block.pictures]
    return Truth(
        url=url,
        title=source.headline,
        authors=source.authors,
        published=source.published,
        modified=source.modified,
        language=source.language,
        section=section,
        tags=source.tags,
        blocks=tuple(text for _, text in lines),
        block_kinds=tuple(kind for kind, _ in lines),
        images=tuple(image for image in images if image.caption or image.credit),
        credits=tuple(block.text for block in source.blocks if isinstance(block, Credit)),
        removed=tuple(RemovedText("byline", text) for text in in_body)
        + tuple(
            RemovedText(block.kind, text)
            for block in source.blocks
            if isinstance(block, Noise)
            for text in block.printed
        ),
        paywalled=source.form == "stub",
        no_article=source.form == "video",
    )
