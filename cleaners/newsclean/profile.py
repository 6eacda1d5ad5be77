"""What is known of one site, and what that says of a page.

A line that stands on many of a site's articles is furniture; what stands on one is not told from it by anything else.
The rules by which a standing line is kept all the same are written in :func:`convict`, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final, Literal

from lxml.cssselect import CSSSelector

from newsclean.article import Article
from newsclean.blocks import Block, Segmentation
from newsclean.outline import LineKind, Paths, keys_of_text, line_key, template_key, template_of
from newsclean.rules.rule import MOST_OF_THE_BODY, Undone
from newsclean.vocabulary import pattern

Form = Literal["line", "template", "path", "selector"]

RULE_OF_FORM: Final[Mapping[Form, str]] = {
    "line": "site.standing-line",
    "template": "site.standing-template",
    "path": "site.repeating-path",
    "selector": "site.selector",
}
# For docs/rules.md.
REASONS: Final[Mapping[Form, str]] = {
    "line": "The same line stands on many of the site's articles.",
    "template": "The same line but for a number, a date, a name or a linked headline stands on many of the site's articles.",
    "path": "What lies at this place of the site's pages repeats, or is no body on nearly all of them.",
    "selector": "The site's profile, written by hand, names the element.",
}
# When pages were seen whose time nobody told.
UNDATED: Final = datetime(1970, 1, 1, tzinfo=UTC)
# Field of the evidence that names what the profile convicted by.
EVIDENCE: Final = "furniture"
# Beyond the share of a body that any rule may take, only what stands on so many articles, and half of all, is taken; or, where
# there are fewer, on nearly all.
SURE_ARTICLES, SURE_SHARE = 8, 0.5
SURE_OF_FEW, SURE_SHARE_OF_FEW = 4, 0.8
# "Yes." or a speaker's name: lines so short are shared by chance, and a place alone does not convict them.
SHORT_LENGTH: Final = 15
# What is left must be an article; else the page is as it was.
FEWEST_CHARACTERS_LEFT = 120

# How the reason of a standing line begins that has not been seen for so long.
FADED, FADING = "faded", timedelta(days=30)
# Notes and disclaimers belong to their article however many articles they stand on.
_BELONGS = pattern(r"^\W*(?:{note.corrections}|{note.disclaimers})")
_STATES = pattern(r"\b{note.statements}")


@dataclass(frozen=True, slots=True)
class Standing:
    """One thing that stands on several articles of a site.

    Attributes:
        form: What is the same: a line, a line with a changing part, a place on the page.
        key: Hash of the line or the template (as :mod:`newsclean.outline` makes it), or the path or selector itself.
        text: The line, the template, or an example of what stands at the path.
        kind: What the cleaner takes it for without a profile, on most of its articles.
        cluster: Template of the pages that were counted; empty for all of the site's.
        articles: Articles it stands on; near-duplicates count once.
        of_articles: Articles of that cluster in the days between first and last seen.
        texts: How many different texts were seen in it.
        first_seen: Fetching time of the first page with it.
        last_seen: Fetching time of the last page with it.
        furniture: Whether it is removed.
        reason: Why, or why not.
    """

    form: Form
    key: str
    text: str
    kind: LineKind
    cluster: str
    articles: int
    of_articles: int
    texts: int
    first_seen: datetime
    last_seen: datetime
    furniture: bool
    reason: str

    @property
    def rule(self) -> str:
        """The rule that a removal by it names."""
        return RULE_OF_FORM[self.form]

    @property
    def source(self) -> str:
        """Rule and key, as an article's evidence names it."""
        return f"{self.rule}:{self.key}"

    @property
    def faded(self) -> bool:
        """Whether it was furniture, and has not been seen for a while."""
        return self.reason.startswith(FADED)

    def acts(self, fetched: datetime | None) -> bool:
        """Whether it is removed from a page of that time; what has faded is removed from pages of its own time only."""
        return self.furniture or (self.faded and fetched is not None and fetched < self.last_seen + FADING)


@dataclass(frozen=True, slots=True)
class Conviction:
    """Why the profile takes a block out of the text.

    Attributes:
        rule: Rule id, such as ``site.standing-line``.
        source: Rule and key of what convicted it: one row of the ``profiles`` view.
        count: On how many of how many articles it stands, since when; for a person.
    """

    rule: str
    source: str
    count: str


@dataclass(frozen=True, slots=True)
class SiteProfile:
    """What is known of one site, learned by :func:`newsclean.learning.learn` or written by hand.

    Attributes:
        site: The site.
        standings: What stands on several of its articles, and what stands where.
        selectors: CSS selectors of elements to drop.
        articles: How many articles it was learned from.
        seen: Fetching time of the newest of them; None for a profile written by hand.
        language: What its articles are written in (RFC 5646), whatever its pages declare; empty if nobody said.
    """

    site: str
    standings: tuple[Standing, ...] = ()
    selectors: tuple[str, ...] = ()
    articles: int = 0
    seen: datetime | None = None
    language: str = ""
    _acting: dict[tuple[Form, str], Standing] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    _sources: dict[str, Standing] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Make the index by key.

        Raises:
            ValueError: A selector is no CSS.
        """
        for selector in self.selectors:
            _compiled(selector)
        acting = [each for each in self.standings if each.furniture or each.faded]
        self._acting.update(((each.form, each.key), each) for each in acting)
        self._sources.update((each.source, each) for each in acting)

    @property
    def furniture(self) -> Mapping[tuple[Form, str], Standing]:
        """What is removed from a page of now, by form and key."""
        return {key: each for key, each in self._acting.items() if each.furniture}

    @property
    def decides(self) -> bool:
        """Whether it can change any page."""
        return bool(self._acting or self.selectors or self.language)

    def find(self, form: Form, key: str, fetched: datetime | None = None) -> Standing | None:
        """What is removed by this key from a page of that time; None if nothing is."""
        found = self._acting.get((form, key))
        return found if found and found.acts(fetched) else None

    def acting(self) -> SiteProfile:
        """The same without what is only known and not acted upon: it cleans alike, and is smaller."""
        standings = tuple(self._acting.values())
        return SiteProfile(self.site, standings, self.selectors, self.articles, self.seen, self.language)

    def may_change(self, article: Article, fetched: datetime | None = None) -> bool:
        """Whether cleaning an article's page again with this profile may change it; its text and evidence decide.

        A yes may be wrong, a no only where a path convicts: what lies where an article does not tell.

        Args:
            article: The article as it is.
            fetched: When its page was fetched.
        """
        convicting = {each.source for each in article.evidence if each.field == EVIDENCE}
        if any(not self._convicts(source, fetched) for source in convicting):
            return True
        return any(
            not belongs_to_article(block) and self._names(block, fetched) - convicting
            for block in article.blocks
        )

    def _convicts(self, source: str, fetched: datetime | None) -> bool:
        standing = self._sources.get(source)
        return standing.acts(fetched) if standing else source in map(_selector_source, self.selectors)

    def _names(self, text: str, fetched: datetime | None) -> set[str]:
        forms: tuple[Form, ...] = ("line", "template")
        return {
            each.source
            for key in keys_of_text(text)
            for form in forms
            if (each := self.find(form, key, fetched)) is not None
        }


def belongs_to_article(text: str) -> bool:
    """Whether a line is an editor's note, a correction or a disclaimer: part of its article, wherever else it stands."""
    return _BELONGS.match(text) is not None or _STATES.search(text) is not None


def convict(
    profile: SiteProfile, segmentation: Segmentation, kept: Sequence[int], fetched: datetime | None = None
) -> tuple[dict[int, Conviction], tuple[Undone, ...]]:
    """Find the blocks of a body that are the site's, not the article's.

    Kept all the same are: notes, corrections and disclaimers (:func:`belongs_to_article`); a heading with text of the
    article's own straight under it; and everything, if the page would be left with less than an article. Where the
    profile would take more than two fifths of the body, only what stands on eight articles and half of all is taken.

    Args:
        profile: What is known of the site.
        segmentation: The page in blocks.
        kept: Indices of the body's blocks.
        fetched: When the page was fetched; what has faded since counts for it.

    Returns:
        The conviction by block index, and what was undone for taking too much.
    """
    if not profile.decides:
        return {}, ()
    blocks = segmentation.blocks
    dropped = _dropped(profile.selectors, segmentation)
    paths = Paths()
    found: dict[int, Standing | str] = {}
    for i in kept:
        block = blocks[i]
        standing = dropped.get(i) or _standing(profile, block, paths, fetched)
        if standing and not (isinstance(standing, Standing) and belongs_to_article(block.text)):
            found[i] = standing
    spared = _headings_of_own_text(blocks, kept, found)
    found = {i: standing for i, standing in found.items() if i not in spared}
    if not found:
        return {}, ()
    found, undone = _bounded(found, blocks, kept)
    return {i: _conviction(standing) for i, standing in found.items()}, undone


def _standing(profile: SiteProfile, block: Block, paths: Paths, fetched: datetime | None) -> Standing | None:
    return (
        profile.find("line", line_key(block), fetched)
        or profile.find("template", template_key(template_of(block)), fetched)
        or (profile.find("path", paths.of(block), fetched) if len(block.text) >= SHORT_LENGTH else None)
    )


def _headings_of_own_text(
    blocks: Sequence[Block], kept: Sequence[int], found: Mapping[int, Standing | str]
) -> set[int]:
    """Headings that many articles share ("What we know so far") and that the article's own text follows."""
    own = {i for i in kept if i not in found}
    spared = set()
    for i, standing in found.items():
        if isinstance(standing, Standing) and blocks[i].heading_level:
            following = next((block for block in blocks[i + 1 :] if not block.hidden), None)
            if following is not None and following.index in own and not following.heading_level:
                spared.add(i)
    return spared


def _bounded(
    found: dict[int, Standing | str], blocks: Sequence[Block], kept: Sequence[int]
) -> tuple[dict[int, Standing | str], tuple[Undone, ...]]:
    total = sum(len(blocks[i].text) for i in kept)
    share = sum(len(blocks[i].text) for i in found) / total
    undone: tuple[Undone, ...] = ()
    if share > MOST_OF_THE_BODY:
        sure = {i: standing for i, standing in found.items() if _is_sure(standing)}
        if len(sure) < len(found):
            undone = (Undone("site.profile", share),)
        found, share = sure, sum(len(blocks[i].text) for i in sure) / total
    if found and (1 - share) * total < FEWEST_CHARACTERS_LEFT:
        return {}, (Undone("site.profile", share),)
    return found, undone


def _is_sure(standing: Standing | str) -> bool:
    if not isinstance(standing, Standing):
        return True
    is_few = standing.articles < SURE_ARTICLES
    fewest, share = (SURE_OF_FEW, SURE_SHARE_OF_FEW) if is_few else (SURE_ARTICLES, SURE_SHARE)
    return (
        standing.form == "line"
        and standing.articles >= fewest
        and standing.articles >= share * standing.of_articles
    )


def _conviction(standing: Standing | str) -> Conviction:
    if isinstance(standing, str):
        return Conviction(RULE_OF_FORM["selector"], _selector_source(standing), "the site's profile says so")
    since = f" since {standing.first_seen:%Y-%m-%d}" if standing.first_seen != UNDATED else ""
    count = f"on {standing.articles} of {standing.of_articles} articles{since}"
    return Conviction(standing.rule, standing.source, count)


def _dropped(selectors: Sequence[str], segmentation: Segmentation) -> dict[int, str]:
    """The selector by the index of each block inside an element that it selects."""
    if not selectors or not segmentation.containers:
        return {}
    root = segmentation.containers[0].element.getroottree()
    selected: dict[int, str] = {}
    for selector in selectors:
        elements = _compiled(selector)(root)
        if isinstance(elements, list):
            for element in elements:
                selected[id(element)] = selector
    dropped: dict[int, str] = {}
    for container in segmentation.containers:
        if (match := selected.get(id(container.element))) is not None:
            for i in range(container.first, container.end):
                dropped.setdefault(i, match)
    return dropped


def _selector_source(selector: str) -> str:
    return f"{RULE_OF_FORM['selector']}:{selector}"


@cache
def _compiled(selector: str) -> CSSSelector:
    try:
        return CSSSelector(selector, translator="html")
    except Exception as error:  # cssselect has several errors for what is no CSS
        raise ValueError(f"{selector!r} is no CSS selector: {error}") from error
