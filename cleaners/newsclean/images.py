"""The article's images with their captions and credits, and which blocks of the page those are."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urljoin

from lxml.html import HtmlElement

from newsclean.article import Image
from newsclean.blocks import Block, Container, Media, Role, Segmentation, fold
from newsclean.captions import (
    LONGEST_CREDIT,
    ends_in_credit,
    is_credit_line,
    is_name_or_credit,
    is_signed_paragraph,
    split_credit,
)
from newsclean.rules.ad import is_ad_label
from newsclean.rules.bio import LONGEST_BOX, calls_itself_bio
from newsclean.rules.byline import is_byline
from newsclean.rules.rule import key

# An image's box holds a caption and a credit: with more text than this it holds paragraphs.
LONGEST_CAPTION = 700
MOST_LINES_OF_A_BOX = 4
# So many containers around an image's box may say that it is the author's portrait.
BOXES_AROUND = 4
# "Buy now", "hide caption".
LONGEST_CONTROL = 20
# A slide, its list and the gallery.
BOXES_OF_A_GALLERY = 3
# What is told to be a caption only by where it stands is a line or two.
LONGEST_LINE = 250
# h5 and h6 beside an image are print sizes, not headings.
SMALLEST_HEADINGS = 5
# Letters of what is told of an image: shorter texts repeat it by chance, or must repeat all of it.
SHORTEST_KEY, LONG_KEY = 12, 20
# Avatars, icons and counting pixels are smaller.
SMALLEST_SIDE = 100
# What an image is made from; an embed has its words inside.
PICTURES = frozenset({"img", "picture", "amp-img", "video", "amp-video"})

_CAPTION_NAMES = re.compile(
    r"caption|legend|cutline|bildunterschrift|bildtext|bildinfo|image-?(?:desc|text|info|meta)|photo-?(?:desc|text|info)|img-?(?:desc|text)|figcaption|leyenda|didascalia|\bpie(?:-?de)?-?foto"
)
_CREDIT_NAMES = re.compile(
    r"credit|copyright|photographer|image-?source|bildquelle|byline-?photo|photo-?by|fotograf|\bquelle|source-?image"
)
_GALLERY_NAMES = re.compile(
    r"(?<![a-z])(?:gallery|carousel|slideshow|slides?|bildergalerie|bildstrecke|diashow|diaporama|galer[ií]a|fotogalerij|galleria)(?![a-z])"
)
_LAZY_ATTRIBUTES = (
    "data-src",
    "data-original",
    "data-lazy-src",
    "data-lazy",
    "data-image",
    "data-url",
    "data-full-src",
    "data-hi-res-src",
)
_NOT_A_PHOTO = re.compile(
    r"avatar|icon|logo|pixel|spacer|blank|1x1|sprite|emoji|gravatar|placeholder|author|profile"
)
_SOURCE_SETS = ("srcset", "data-srcset", "data-lazy-srcset")
_BETWEEN_SOURCES = re.compile(r",\s+")
_PIXELS = re.compile(r"\s*(\d{1,5})(?:\.\d+)?(?:px)?\s*")


@dataclass(frozen=True, slots=True)
class FoundImages:
    """Images of the page, and the blocks that are captions or credits.

    Attributes:
        images: Each with the medium it was made from.
        captions: Rule id by block index.
        alternative_texts: Keys of alt attributes.
    """

    images: tuple[tuple[Media, Image], ...] = ()
    captions: dict[int, str] = field(default_factory=dict)
    alternative_texts: frozenset[str] = frozenset()


def find_images(
    segmentation: Segmentation, url: str, declared: Collection[str] = (), authors: Collection[str] = ()
) -> FoundImages:
    """Pair each image of a page with its caption and credit.

    Args:
        segmentation: The page in blocks; not changed.
        url: Base for relative image addresses.
        declared: Captions that the page's metadata gives.
        authors: The authors' names: what stands by their portraits is no caption.
    """
    captions: dict[int, str] = {}
    images: list[tuple[Media, Image]] = []
    alternative = {
        key(alt) for media in segmentation.media if len(alt := media.element.get("alt") or "") >= 3
    }
    writers = tuple(filter(None, map(key, authors)))
    told = _Told(frozenset(alternative) | {key(text) for text in declared if len(text) >= 10})
    among_paragraphs = _among_paragraphs(segmentation)
    figures: dict[Container, list[Media]] = {}
    for media in segmentation.media:
        box = _box(media, segmentation)
        if box is not None:
            figures.setdefault(box, []).append(media)
    for box in figures:
        if not _is_about_author(box, segmentation):
            captions.update(_captions_in_box(box, segmentation, told, among_paragraphs, writers))
    for media in segmentation.media:
        if media.hidden or media.container.roles & (Role.NAV | Role.FOOTER):
            continue
        captions.update(_captions_after(media, segmentation, captions, told, writers))
    taken: set[int] = set()
    for media in segmentation.media:
        image = _image(media, segmentation, captions, figures, taken, url)
        if image is not None:
            images.append((media, image))
    return FoundImages(tuple(images), captions, frozenset(alternative))


def _box(media: Media, segmentation: Segmentation) -> Container | None:
    """The outermost container around a medium that holds no more than a caption's worth of text, or its figure."""
    best: Container | None = None
    node: Container | None = media.container
    while node is not None and node.tag not in {"body", "article", "main", "td", "li"}:
        length = segmentation.visible_length(node)
        if node.tag == "figure":
            if length <= 4 * LONGEST_CAPTION:
                return node
            break
        if length > LONGEST_CAPTION:
            break
        blocks = segmentation.visible_inside(node)
        if len(blocks) > MOST_LINES_OF_A_BOX:
            break
        if blocks:
            best = node
        if any(_is_subhead(block) or block.roles & (Role.FORM | Role.BUTTON) for block in blocks):
            return None if best is node else best
        node = node.parent
    # a figure further out still decides
    while node is not None and node.roles & Role.FIGURE:
        if node.tag == "figure" and segmentation.text_length(node) <= 4 * LONGEST_CAPTION:
            return node
        node = node.parent
    return best


def _is_about_author(box: Container, segmentation: Segmentation) -> bool:
    """Whether a box, or one a little larger around it, calls itself the author's."""
    return any(
        segmentation.text_length(container) <= LONGEST_BOX and calls_itself_bio(container)
        for container in box.ancestors()[:BOXES_AROUND]
    )


def _captions_in_box(
    box: Container,
    segmentation: Segmentation,
    told: _Told,
    among_paragraphs: Collection[int],
    writers: tuple[str, ...],
) -> dict[int, str]:
    blocks = [block for block in segmentation.visible_inside(box) if not is_ad_label(block.text)]
    found: dict[int, str] = {}
    in_figure = bool(box.roles & Role.FIGURE)
    in_gallery = any(_names_gallery(container.names) for container in box.ancestors()[:BOXES_OF_A_GALLERY])
    for block in blocks:
        names = " ".join(
            container.names
            for container in block.container.ancestors()[: block.container.depth - box.depth + 1]
        )
        names = f"{names} {block.inline_names}"
        if block.roles & Role.BUTTON or block.roles & Role.TABLE:
            continue
        if in_figure and block.roles & Role.QUOTE and not block.roles & Role.CAPTION:
            continue
        if block.roles & Role.CAPTION:
            is_credit = (
                len(blocks) > 1 and len(block.text) <= LONGEST_CREDIT and _names_credit(block.inline_names)
            )
            found[block.index] = (
                "caption.credit-line" if is_credit and not _holds_credit(block) else "caption.figcaption"
            )
        elif _holds_credit(block):
            found[block.index] = "caption.named"
        elif is_credit_line(block.text) or (len(block.text) < 120 and _names_credit(names)):
            found[block.index] = "caption.credit-line"
        elif in_figure:
            found[block.index] = "caption.image-box"
        elif _names_caption(names) or (in_gallery and _is_under_slide(block)):
            found[block.index] = "caption.named"
        elif ends_in_credit(block.text):
            found[block.index] = "caption.image-box"
        elif told.is_repeated_by(block) and block.key not in writers:
            found[block.index] = "caption.repeats-alt"
    unknown = [block for block in blocks if block.index not in found]
    # an image and one line, in a box of their own beside ordinary paragraphs, with nothing that tells more
    if (
        not in_figure
        and len(blocks) == 1
        and unknown
        and box.tag != "p"
        and id(box.parent) in among_paragraphs
        and blocks[0].link_length == 0
        and not (writers and blocks[0].key.startswith(writers))
        and not is_byline(blocks[0].text)
    ):
        found[unknown[0].index] = "caption.image-box"
    return found


def _is_under_slide(block: Block) -> bool:
    """Whether a line right under a picture of a gallery ends in a credit, if only a name: teasers and goods do not."""
    return (
        block.media_before > 0
        and len(block.text) <= LONGEST_LINE
        and not _is_subhead(block)
        and all(split_credit(block.text, is_caption=True))
    )


def _holds_credit(block: Block) -> bool:
    """Whether a block is a caption with an element at its end that calls itself the credit."""
    return _names_credit(block.inline_names) and _named_credit(block) is not None


def is_named_caption(block: Block) -> bool:
    """Whether an element close around a block calls itself a caption or photo credit."""
    names = " ".join(container.names for container in block.container.ancestors()[:3])
    return _names_caption(names) or _names_credit(names)


@lru_cache(maxsize=4096)  # pages repeat their names
def _names_caption(names: str) -> bool:
    return _CAPTION_NAMES.search(names) is not None


@lru_cache(maxsize=4096)
def _names_gallery(names: str) -> bool:
    return _GALLERY_NAMES.search(names) is not None


@lru_cache(maxsize=4096)
def _names_credit(names: str) -> bool:
    return _CREDIT_NAMES.search(names) is not None


def _among_paragraphs(segmentation: Segmentation) -> frozenset[int]:
    """The identities of containers that hold paragraphs without a box of their own: three children are p elements."""
    children = Counter(
        id(container.parent)
        for container in segmentation.containers
        if container.tag == "p"
        and container.parent is not None
        and container.element.getparent() is container.parent.element
    )
    return frozenset(parent for parent, count in children.items() if count >= 3)


def _captions_after(
    media: Media, segmentation: Segmentation, known: dict[int, str], told: _Told, writers: tuple[str, ...]
) -> dict[int, str]:
    """A caption in a plain paragraph after its image: it ends in a credit, repeats the alt text, or is named so."""
    found: dict[int, str] = {}
    for index in range(media.position, min(media.position + 2, len(segmentation.blocks))):
        block = segmentation.blocks[index]
        if block.hidden or index in known:
            continue
        if _is_subhead(block) or len(block.text) > LONGEST_CAPTION or block.roles & (Role.NAV | Role.BUTTON):
            break
        if index > media.position and block.media_before:
            break
        names = f"{block.container.names} {block.inline_names}"
        if is_credit_line(block.text):
            found[index] = "caption.credit-line"
        elif ends_in_credit(block.text) and not is_signed_paragraph(block.text):
            found[index] = "caption.after-image"
        elif _names_caption(names):
            found[index] = "caption.named"
        elif told.is_repeated_by(block) and block.key not in writers:
            found[index] = "caption.repeats-alt"
        elif index == media.position and _credit_follows(block, segmentation):
            found[index] = "caption.after-image"
        elif index == media.position and media.element.tag in PICTURES and _is_emphasised_line(block):
            found[index] = "caption.emphasised-line"
        else:
            break
    return found


def _is_subhead(block: Block) -> bool:
    """Whether a block is a heading of the text: some sites print captions in the smallest two."""
    return 0 < block.heading_level < SMALLEST_HEADINGS


def _is_emphasised_line(block: Block) -> bool:
    """A short line that is all in italics, as captions without a name are printed; bold marks subheads and questions."""
    return (
        len(block.text) <= LONGEST_LINE
        and block.emphasis_length >= 0.95 * len(block.text)
        and not block.link_count
        and not block.text.endswith((":", "?"))
        and next(block.container.element.iter("b", "strong"), None) is None
    )


def _credit_follows(block: Block, segmentation: Segmentation) -> bool:
    following = segmentation.blocks[block.index + 1 : block.index + 2]
    return len(block.text) <= LONGEST_LINE and bool(following) and is_credit_line(following[0].text)


class _Told:
    """What is told of images elsewhere on the page: keys of alternative texts and of declared captions."""

    def __init__(self, keys: frozenset[str]) -> None:
        self._keys = keys
        self._long = sorted(each for each in keys if len(each) >= LONG_KEY)

    def is_repeated_by(self, block: Block) -> bool:
        """Whether a block says what is told, or begins with it, or is its beginning."""
        own = block.key
        if len(own) < SHORTEST_KEY:
            return False
        if own in self._keys:
            return True
        start = own[:LONG_KEY]
        # those that begin alike stand together
        for i in range(bisect_left(self._long, start), len(self._long)):
            other = self._long[i]
            if not other.startswith(start):
                return False
            if own.startswith(other) or other.startswith(own):
                return True
        return False


def _image(
    media: Media, segmentation: Segmentation, captions: dict[int, str], figures: dict[Container, list[Media]],
    taken: set[int], url: str,
) -> Image | None:  # fmt: skip
    element = media.element
    if media.hidden or element.tag not in PICTURES:
        return None
    img = element if element.tag in {"img", "amp-img"} else next(element.iter("img"), element)
    source = _best_source(element, img)
    width, height = _side(img.get("width")), _side(img.get("height"))
    if (
        not source
        or (width is not None and width < SMALLEST_SIDE)
        or (height is not None and height < SMALLEST_SIDE)
    ):
        return None
    indices = [
        index
        for index in _indices_for(media, segmentation, captions, figures)
        if index not in taken and index in captions
    ]
    if not indices and _NOT_A_PHOTO.search(f"{img.get('class') or ''} {source.rsplit('/', 1)[-1]}".lower()):
        return None
    taken.update(indices)
    caption, credit = "", ""
    for index in indices:
        text = segmentation.blocks[index].text
        if captions[index] == "caption.credit-line":
            credit = credit or split_credit(text)[1] or text
            continue
        if caption and _is_control(segmentation.blocks[index]):
            continue
        said, credited = _split(segmentation.blocks[index])
        caption = f"{caption} {said}".strip() if said else caption
        credit = credit or credited
    return Image(
        _absolute(url, source), caption, credit, " ".join((img.get("alt") or "").split()), width, height
    )


def _split(block: Block) -> tuple[str, str]:
    """Caption and credit of a caption's block: an element that calls itself the credit, else the form of the text."""
    named = _named_credit(block)
    if named is not None:
        return named
    children = list(block.container.element)
    last = fold(children[-1].text_content()) if children and not (children[-1].tail or "").strip() else ""
    said = block.text.removesuffix(last).strip()
    if last and said != block.text:
        # two elements that only the style sheet parts: "<span>… on Sunday</span><span>Ines Valcourt</span>"
        before = children[-2] if len(children) > 1 else None
        is_glued = before is not None and not before.tail and before.tag != "br" and block.text == said + last
        # an element of its own after a whole sentence, which holds a name: "… on Sunday. <span>Ines Valcourt</span>"
        is_apart = is_glued and last[0].isupper()
        if (is_apart or said.endswith((".", "!", "?", "”", "…"))) and is_name_or_credit(last):
            return said, _credit(last)
        if is_apart:
            return split_credit(f"{said} {last}", is_caption=True)
    return split_credit(block.text, is_caption=True)


def _named_credit(block: Block) -> tuple[str, str] | None:
    """Caption and credit of a block with an element at its end that calls itself the credit; None if there is none."""
    for element in block.container.element.iter(
        "span", "small", "cite", "em", "i", "b", "strong", "a", "div", "p"
    ):
        if element is not block.container.element and _names_credit(
            f"{element.get('class') or ''} {element.get('itemprop') or ''}".lower()
        ):
            credit = fold(element.text_content())
            said, found, control = block.text.rpartition(credit) if credit else ("", "", "")
            said = said.strip().rstrip("|/–—-,; ").strip()
            # a button that shows or hides the caption may stand behind it
            is_control = len(control) <= LONGEST_CONTROL and not is_name_or_credit(control.strip())
            if found and said and is_control and len(credit) <= LONGEST_CREDIT:
                return said, _credit(credit)
    return None


def _credit(text: str) -> str:
    """What a text that is a credit as a whole says without its label: "Jane Roe (AP)" keeps the name."""
    said, credit = split_credit(text)
    return credit if credit and not said else text.removeprefix("(").removesuffix(")" * text.startswith("("))


def _is_control(block: Block) -> bool:
    """Whether a line of a caption is a link such as "Buy now"."""
    return len(block.text) <= LONGEST_CONTROL and block.link_length >= len(block.text)


def _indices_for(
    media: Media,
    segmentation: Segmentation,
    captions: dict[int, str],
    figures: dict[Container, list[Media]],
) -> list[int]:
    for container in media.container.ancestors():
        members = figures.get(container)
        if members is not None and media in members:
            inside = [i for i in range(container.first, container.end) if i in captions]
            if len(members) == 1 or members[-1] is media:
                return inside or _following(media, segmentation, captions)
            # several images in one box: each takes the captions up to the next image
            following = next(
                (m.position for m in members[members.index(media) + 1 :] if m.position > media.position), None
            )
            return [i for i in inside if i >= media.position and (following is None or i < following)]
    return _following(media, segmentation, captions)


def _following(media: Media, segmentation: Segmentation, captions: dict[int, str]) -> list[int]:
    indices = []
    for index in (media.position, media.position + 1):
        if index not in captions or (index > media.position and segmentation.blocks[index].media_before):
            break
        indices.append(index)
    return indices


def _best_source(element: HtmlElement, img: HtmlElement) -> str:
    """The address of the largest version: srcset, lazy attributes, picture's sources, then src."""
    best, best_width = "", -1.0
    for node in (img, *element.iter("source")):
        for candidates in filter(None, map(node.get, _SOURCE_SETS)):
            for candidate in _BETWEEN_SOURCES.split(candidates):
                address, _, size = candidate.strip().rpartition(" ")
                if not address:
                    address, size = size, "0w"
                try:
                    weight = float(size[:-1]) * (1000 if size.endswith("x") else 1)
                except ValueError:
                    continue
                if address and not address.startswith("data:") and weight > best_width:
                    best, best_width = address, weight
    if best:
        return best
    # a video's picture is its poster; its own address is no image's
    first = ("poster",) if img.tag in {"video", "amp-video"} else ()
    for attribute in (*first, *_LAZY_ATTRIBUTES, "src"):
        address = (img.get(attribute) or "").strip()
        if address and not address.startswith("data:"):
            return address
    return ""


def _absolute(url: str, source: str) -> str:
    try:
        return urljoin(url, source)
    except ValueError:  # "http://[::1": an address that is none
        return source


def _side(value: str | None) -> int | None:
    """Pixels of a width or height attribute (HTML's rules for parsing dimensions); None for percentages and rubbish."""
    found = _PIXELS.fullmatch(value) if value else None
    return int(found[1]) if found else None
