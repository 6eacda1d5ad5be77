"""A page in, an article out: the steps in order, each one type in and one out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import accumulate

from newsclean.article import (
    Article,
    BlockKind,
    Evidence,
    Image,
    NoArticle,
    Removal,
    RemovalKind,
)
from newsclean.blocks import Block, Container, Media, Role, Segmentation, segment
from newsclean.decode import decode
from newsclean.elements import ElementIndex
from newsclean.extractors import Extractors
from newsclean.hidden import UndoneMark, find_hidden
from newsclean.images import FoundImages, find_images
from newsclean.judge import judge, read_hints
from newsclean.metadata import Metadata, decide_language, read_metadata
from newsclean.outline import LineKind, Outline, outline_of
from newsclean.parse import bound_attributes, parse
from newsclean.policy import news_share
from newsclean.profile import EVIDENCE, Conviction, SiteProfile, convict
from newsclean.recovery import recover
from newsclean.rules import Context, Undone, apply_rules
from newsclean.rules.cookie import is_consent_layer
from newsclean.rules.rule import key
from newsclean.vocabulary import pattern
from newsclean.walls import NO_SIGNS, Signs, is_dated_news, read_signs, wall_instead, wall_of_rest

# The reach grows from the body outwards while no more than this many times the body's text comes in.
REACH = 1.7
# Where no block is likelier to be body than this, the page holds none.
LEAST_SURE = 0.6
# A text of fewer words is no article, whatever it is.
FEWEST_WORDS = 20
# What an error page says is shorter than this; a story about a missing page is longer.
LONGEST_ERROR = 600
# In characters; longer blocks are paragraphs, which may tell of something else that is not found.
LONGEST_LINE = 120
# So many headings that are links, and paragraphs of so many characters, tell a list of stories from a story.
FEWEST_STORIES, LONG_PARAGRAPH = 8, 120

_ERROR_PAGE = pattern(r"\b{error.titles}\b|^\W*(?:404|403|410|500)\b")


def clean(
    html: str | bytes,
    url: str = "",
    *,
    content_type: str = "",
    site: SiteProfile | None = None,
    fetched: datetime | None = None,
) -> Article:
    """Clean one page.

    Args:
        html: The page; bytes are decoded here, once.
        url: Its final address; relative addresses of images are resolved against it.
        content_type: The ``Content-Type`` response header, for its charset.
        site: What is known of the page's site; without it the page is judged alone.
        fetched: When the page was fetched, aware: no later date is taken for the article's.

    Returns:
        The article; its text is never empty.

    Raises:
        NoArticle: The page holds none; ``reason`` says what it is instead.
    """
    page = _judge_page(html, url, content_type, fetched)
    return _article(url, page, _decision_with(site, page, fetched), site)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one block.

    Attributes:
        text: The block's text.
        block_kind: What it is by its markup.
        removal: Why it is not in the text; None if it is.
        probability: The judge's probability that it is body.
    """

    text: str
    block_kind: BlockKind
    removal: Removal | None
    probability: float


@dataclass(frozen=True, slots=True)
class Examination:
    """An article, the verdict on each block in reach of it, in the page's order, and its outline for the site's learner."""

    article: Article
    verdicts: tuple[Verdict, ...]
    outline: Outline


def examine(
    html: str | bytes,
    url: str = "",
    *,
    content_type: str = "",
    site: SiteProfile | None = None,
    fetched: datetime | None = None,
) -> Examination:
    """Clean one page as :func:`clean` does, and tell what became of each block in reach, for a person to look at.

    Raises:
        NoArticle: As :func:`clean`.
    """
    page = _judge_page(html, url, content_type, fetched)
    # the outline is of the page alone: what the site's profile says must not teach the next one
    outline = _outline(page.segmentation, page.decision)
    decision = _decision_with(site, page, fetched)
    verdicts = tuple(verdicts_of(page.segmentation, page.probabilities, decision))
    return Examination(_article(url, page, decision, site), verdicts, outline)


@dataclass(frozen=True, slots=True)
class _JudgedPage:
    """A page after all steps that look at it alone."""

    segmentation: Segmentation
    metadata: Metadata
    images: FoundImages
    probabilities: Sequence[float]
    decision: Decision
    undone_hiding: Sequence[UndoneMark]
    signs: Signs


def _judge_page(html: str | bytes, url: str, content_type: str, fetched: datetime | None) -> _JudgedPage:
    text = bound_attributes(decode(html, content_type))
    tree = parse(text, is_bounded=True)
    index = ElementIndex(tree)
    metadata = read_metadata(tree, url, fetched=fetched, index=index)
    signs = read_signs(index, url)
    hidden = find_hidden(tree, index)
    segmentation = segment(tree, hidden.elements)
    images = find_images(segmentation, url or metadata.canonical_url, metadata.captions, metadata.authors)
    extractors = Extractors(text, segmentation)
    judgements = judge(segmentation, read_hints(metadata, segmentation), extractors, news_share(tree, index))
    probabilities = recover(
        segmentation,
        [judgement.probability for judgement in judgements],
        extractors,
        metadata,
        images.captions,
    )
    kinds = [judgement.kind for judgement in judgements]
    decision = decide(segmentation, probabilities, images, metadata, kinds, signs=signs)
    return _JudgedPage(segmentation, metadata, images, probabilities, decision, hidden.undone, signs)


def _decision_with(site: SiteProfile | None, page: _JudgedPage, fetched: datetime | None) -> Decision:
    if site is None:
        return page.decision
    return _without_furniture(page.segmentation, page.decision, site, fetched)


def _outline(segmentation: Segmentation, decision: Decision) -> Outline:
    kinds: dict[int, LineKind] = {
        i: kind for i, (kind, _) in decision.removed.items() if not segmentation.blocks[i].hidden
    }
    kinds |= dict.fromkeys(decision.kept, "body")
    return outline_of(segmentation, decision.reach, kinds)


def _without_furniture(
    segmentation: Segmentation, decision: Decision, site: SiteProfile, fetched: datetime | None
) -> Decision:
    """Take out of the body what the site's profile knows for furniture."""
    convictions, undone = convict(site, segmentation, decision.kept, fetched)
    return Decision(
        decision.reach,
        tuple(i for i in decision.kept if i not in convictions),
        {**decision.removed, **{i: ("furniture", each.rule) for i, each in convictions.items()}},
        (*decision.undone, *undone),
        tuple(each for _, each in sorted(convictions.items())),
    )


def verdicts_of(
    segmentation: Segmentation, probabilities: Sequence[float], decision: Decision
) -> Iterator[Verdict]:
    """Yield the verdict on each block in reach, in order."""
    for i in decision.reach:
        block = segmentation.blocks[i]
        kind, rule = decision.removed.get(i, (None, ""))
        removal = Removal(kind, rule, block.text) if kind else None
        yield Verdict(block.text, block.kind, removal, probabilities[i])


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of the blocks in reach.

    Attributes:
        reach: Indices of the blocks in reach of the body.
        kept: Indices of the body's blocks, in order.
        removed: Kind and rule by index, for every other visible block in reach.
        undone: Rules that would have taken most of the body.
        convictions: Why the site's profile took what it took, in order.
    """

    reach: range
    kept: tuple[int, ...]
    removed: Mapping[int, tuple[RemovalKind, str]]
    undone: tuple[Undone, ...]
    convictions: tuple[Conviction, ...] = ()


def decide(
    segmentation: Segmentation,
    probabilities: Sequence[float],
    images: FoundImages,
    metadata: Metadata,
    kinds: Sequence[RemovalKind] = (),
    *,
    signs: Signs = NO_SIGNS,
    has_markup: bool = True,
) -> Decision:
    """Judge each block in reach of the body: rules where they are sure, else the probability.

    Args:
        segmentation: The page in blocks.
        probabilities: The probability that each block is body.
        images: Its images, whose captions are no body.
        metadata: For the title and the authors.
        kinds: What each block is taken for if no rule names it; ``other`` where it is empty.
        signs: What beside its words says that the page is no article.
        has_markup: False for text without HTML.
    """
    blocks = segmentation.blocks
    body = [
        probability >= 0.5 and not block.hidden
        for probability, block in zip(probabilities, blocks, strict=True)
    ]
    surest = max((p for p, is_body in zip(probabilities, body, strict=True) if is_body), default=0.0)
    if surest < LEAST_SURE or _is_consent_only(segmentation, body):
        raise _no_article(segmentation, metadata, signs)
    reach = _reach(segmentation, body) if has_markup else range(len(blocks))
    inside = [i for i in reach if body[i]]
    context = Context(
        segmentation=segmentation,
        body=body,
        first=inside[0],
        end=inside[-1] + 1,
        titles=frozenset(filter(None, (key(metadata.title),))),
        authors=frozenset(filter(None, map(key, metadata.authors))),
        captions=images.captions,
        alternative_texts=images.alternative_texts,
        has_markup=has_markup,
    )
    rules, undone = apply_rules(context, probabilities, reach)
    kept: list[int] = []
    removed: dict[int, tuple[RemovalKind, str]] = {}
    for i in reach:
        block = blocks[i]
        if block.hidden:
            removed[i] = ("hidden", block.hidden)
        elif i in rules:
            removed[i] = (rules[i].kind, rules[i].id)
        elif body[i]:
            kept.append(i)
        else:
            kind = _kind_of_rest(block, kinds[i] if kinds else "other")
            removed[i] = (kind, f"judge.{kind}")
    return Decision(reach, tuple(kept), removed, undone)


def _is_consent_only(segmentation: Segmentation, body: Sequence[bool]) -> bool:
    """Whether all that could be body stands in consent layers: then they are all the page shows."""
    holders = {
        id(block.container): block.container
        for block, is_body in zip(segmentation.blocks, body, strict=True)
        if is_body
    }
    return all(
        any(is_consent_layer(container, segmentation) for container in holder.ancestors())
        for holder in holders.values()
    )


def _kind_of_rest(block: Block, taken_for: RemovalKind) -> RemovalKind:
    """What a block is that the judge rejects and no rule names: its landmark says so, or else the judge."""
    return "navigation" if block.roles & (Role.NAV | Role.FOOTER | Role.BUTTON) else taken_for


def _reach(segmentation: Segmentation, body: Sequence[bool]) -> range:
    """The blocks of the article's container: what holds the body, and as much around it as is no other content."""
    blocks = segmentation.blocks
    before = [
        0, *accumulate(len(block.text) if is_body else 0 for block, is_body in zip(blocks, body, strict=True))
    ]  # fmt: skip
    length = before[-1]
    # the innermost container with nearly all of the body
    holder = max(
        (each for each in segmentation.containers if before[each.end] - before[each.first] >= 0.95 * length),
        key=lambda container: container.depth,
    )
    while holder.parent is not None:
        outer = holder.parent
        around = segmentation.text_length(outer)
        landmark = any(node.tag in {"article", "main"} for node in outer.ancestors())
        if around > REACH * length and not (landmark and around <= 3 * REACH * length):
            break
        holder = outer
    indices = [i for i, is_body in enumerate(body) if is_body]
    return range(min(holder.first, indices[0]), max(holder.end, indices[-1] + 1))


def _article(url: str, page: _JudgedPage, decision: Decision, site: SiteProfile | None) -> Article:
    """The article of a decision.

    Raises:
        NoArticle: What is kept is none.
    """
    segmentation, metadata = page.segmentation, page.metadata
    blocks = segmentation.blocks
    kept = [blocks[i] for i in decision.kept]
    text = "\n\n".join(block.text for block in kept)
    if len(text.split()) < FEWEST_WORDS and len(text) < 6 * FEWEST_WORDS:
        raise _no_article(segmentation, metadata, page.signs)
    if wall := wall_instead(kept, segmentation.visible, metadata, page.signs):
        raise wall
    if (
        len(text) < LONGEST_ERROR
        and not is_dated_news(metadata)
        and _is_error_page(segmentation.visible, metadata)
    ):
        raise NoArticle("error-page", "the title or heading says that there is no such page")
    if _is_section_page(segmentation, kept):
        raise NoArticle("section-page", "the page is a list of stories")
    undone = tuple(
        Evidence("rule", rule.rule, f"undone: it would have taken {rule.share:.0%} of the body")
        for rule in decision.undone
    ) + tuple(
        Evidence("rule", mark.rule, f"undone: it would have hidden {mark.share:.0%} of the paragraphs")
        for mark in page.undone_hiding
    )
    furniture = tuple(
        Evidence(EVIDENCE, each.source, each.count, chosen=True)
        for each in dict.fromkeys(decision.convictions)
    )
    return Article(
        url=url,
        text=text,
        block_kinds=tuple(block.kind for block in kept),
        title=metadata.title,
        authors=metadata.authors,
        published=metadata.published,
        modified=metadata.modified,
        language=decide_language(text, (site.language if site else "") or metadata.declared_language),
        section=metadata.section,
        tags=metadata.tags,
        description=metadata.description,
        site=metadata.site,
        canonical_url=metadata.canonical_url,
        paywalled=metadata.paywalled,
        images=_images_in_reach(page.images, segmentation, decision, metadata.authors),
        credits=tuple(
            blocks[i].text
            for i, (kind, rule) in sorted(decision.removed.items())
            if rule.startswith("credit.")
        ),
        removed=tuple(
            Removal(kind, rule, blocks[i].text) for i, (kind, rule) in sorted(decision.removed.items())
        ),
        evidence=(*metadata.evidence, *undone, *furniture),
    )


def _images_in_reach(
    images: FoundImages, segmentation: Segmentation, decision: Decision, authors: Sequence[str]
) -> tuple[Image, ...]:
    """The article's images: in reach, not part of a box that was removed, and no author's portrait."""
    writers = frozenset(filter(None, map(key, authors)))
    # what could be a caption, but stays in the text, is none
    stays = {i: segmentation.blocks[i].text for i in decision.kept if i in images.captions}
    found: dict[tuple[str, str], Image] = {}
    captioned: set[str] = set()
    removed: dict[int, bool] = {}
    for media, each in images.images:
        if not decision.reach.start <= media.position <= decision.reach.stop:
            continue
        is_text = each.caption in stays.values() or stays.get(media.position, "").startswith(each.caption)
        image = replace(each, caption="") if is_text else each
        if not image.caption and key(image.alt) in writers:
            continue
        holder = _holder(media)
        if id(holder) not in removed:
            removed[id(holder)] = holder is not None and _is_removed(holder, decision)
        if not removed[id(holder)]:
            found.setdefault((image.url, image.caption), image)
            if image.caption:
                captioned.add(image.url)
    # the same picture again, as a thumbnail without its caption, is not another image
    return tuple(image for image in found.values() if image.caption or image.url not in captioned)


def _holder(media: Media) -> Container | None:
    """The innermost container with text around a medium."""
    holder: Container | None = media.container
    while holder is not None and holder.first == holder.end:
        holder = holder.parent
    return holder


def _is_removed(holder: Container, decision: Decision) -> bool:
    """Whether a container holds boilerplate only; an author's name and trade are, together."""
    kinds = {decision.removed[i][0] if i in decision.removed else "" for i in range(holder.first, holder.end)}
    if kinds == {"bio", "byline"}:
        return True
    return bool(kinds) and not kinds & {"", "caption", "credit", "title", "byline", "other"}


def _is_error_page(visible: Sequence[Block], metadata: Metadata) -> bool:
    """Whether the title, the headline or the first lines say that there is no such page."""
    headings = [block.text for block in visible if block.heading_level == 1]
    lines = [block.text for block in visible[:3] if len(block.text) < LONGEST_LINE]
    texts = (metadata.title, *metadata.title_candidates, *headings, *lines)
    return any(_ERROR_PAGE.search(text) for text in texts)


def _is_section_page(segmentation: Segmentation, kept: Sequence[Block]) -> bool:
    """Whether the page is a list of stories: many headings that are links, hardly a paragraph among them."""
    among = [block for block in segmentation.blocks[kept[0].index : kept[-1].index + 1] if not block.hidden]
    stories = sum(block.heading_level > 1 and block.link_length >= 0.9 * len(block.text) for block in among)
    paragraphs = sum(len(block.text) >= LONG_PARAGRAPH for block in kept)
    return stories >= FEWEST_STORIES and 4 * paragraphs < stories


def _no_article(segmentation: Segmentation, metadata: Metadata, signs: Signs) -> NoArticle:
    visible = segmentation.visible
    length = sum(len(block.text) for block in visible)
    if not length:
        return NoArticle("empty", "the page shows no text")
    if _is_error_page(visible, metadata):
        return NoArticle("error-page", "the title or heading says that there is no such page")
    links = sum(block.link_length for block in visible)
    if length > 1500 and links > 0.5 * length:
        return NoArticle("section-page", "most of the page's text is links")
    if wall := wall_of_rest(visible, signs):
        return wall
    return NoArticle("too-short", f"fewer than {FEWEST_WORDS} words of body")
