"""What stands in the place of an article: consent, login and pay walls, checks for robots, errors, and their like.

Such a page is told by all of its text, which is short and speaks of nothing else, never by a phrase alone: an article
about cookies, or one with a consent banner beside it, is an article. Forms, and the address that the page has come
from, speak as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from newsclean.article import NoArticle, NoArticleReason
from newsclean.blocks import Block, Role
from newsclean.elements import ElementIndex
from newsclean.metadata import Metadata, decide_language
from newsclean.vocabulary import Pattern, pattern
from newsclean.wall_addresses import wall_of_address

# In words. A wall is no longer; beside what is of the wall it says no more than this, else it is a teaser of the article.
LONGEST_WALL, LONGEST_REST = 300, 40
# A page that is hardly more than its form, in words.
LONGEST_FORM = 100
# The share of the words in sentences on the wall's subject: from here on the page is one; with a date or an author, which
# news has; and what a form or an address takes off. Less of it than the last of these addresses the reader.
SHARE, SHARE_OF_DATED, SHARE_BY_SIGN = 0.7, 0.85, 0.2
SPOKEN, SPOKEN_OF_DATED, SHARE_BY_HEADING = 0.15, 0.4, 0.75
# A wall in words of its own: so much of the text speaks to the reader, with so many of the subject's terms;
# a form beside it takes less.
SHARE_TO_READER, SHARE_TO_READER_BY_SIGN, FEWEST_TERMS = 0.5, 0.3, 3

_SENTENCE = re.compile(r"(?<=[.!?:…])\s+")
# How a text speaks to its reader, by its language; German tells "Sie" from "sie" by its capital within a sentence.
_TO_READER = {
    language: re.compile(expression, re.IGNORECASE)
    for language, expression in {
        "en": r"\b(?:you|your|you['’]\w+)\b",
        "de": r"(?-i:(?<=[\w,] )Sie\b|\bIhr(?:e[nmrs]?)?\b|\bIhnen\b)|\b(?:du|dich|dir|dein\w*)\b",
        "fr": r"\b(?:vous|votre|vos|(?!chez|assez)\w{3,}ez)\b",
        "es": r"\b(?:tu|tus|te|ti|usted|ustedes)\b",
        "it": r"\b(?:tu|tuo|tua|tuoi|tue|ti)\b",
        "pt": r"\b(?:você|vocês|te|teu|tua|teus|tuas)\b",
        "nl": r"\b(?:je|jij|jou|jouw|u|uw)\b",
        "pl": r"\b(?:ci|cię|ciebie|tobie|twoj\w*|twój|\w{2,}[aeiy]sz)\b|(?-i:\bPaństw\w*)",
        "sv": r"\b(?:du|dig|din|ditt|dina)\b",
    }.items()
}
_NOTHING = re.compile(r"(?!)")
_QUOTE = re.compile(r"[\"“„«»][^\"“”„«»]{25,400}[\"”“«»]")  # shorter ones name buttons
_HEAD_LENGTH = 100

_REFRESH = re.compile(r"^\s*\d*[\s;,]*url\s*=\s*['\"]?([^'\"]+)", re.IGNORECASE)
_CAPTCHA = re.compile(r"\b(?:g-recaptcha|h-captcha|cf-turnstile|frc-captcha|captcha)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Signs:
    """What beside its words says that a page is no article.

    Attributes:
        address: The reason that its address gives, or the one that it leads to at once; None if neither does.
        asks_password: It has a field for a password.
        asks_person: It has a box in which a person is to show that they are one.
    """

    address: NoArticleReason | None = None
    asks_password: bool = False
    asks_person: bool = False

    def of(self, reason: NoArticleReason) -> bool:
        """Whether one of them is for a reason."""
        return (
            reason == self.address
            or (reason == "login-wall" and self.asks_password)
            or (reason == "challenge" and self.asks_person)
        )


NO_SIGNS = Signs()


def read_signs(page: ElementIndex, url: str) -> Signs:
    """Look a page over for signs of a wall.

    Args:
        page: The page's elements.
        url: Its final address.
    """
    leads_to = None
    for meta in page.tagged("meta"):
        if meta.get("http-equiv", "").lower() == "refresh":
            leads = _REFRESH.match(meta.get("content", ""))
            leads_to = wall_of_address(leads[1]) if leads else leads_to
    return Signs(
        wall_of_address(url) or leads_to,
        asks_password=any(field.get("type", "").lower() == "password" for field in page.tagged("input")),
        asks_person=any(
            element.tag == "div"
            for classes, elements in page.by_classes.items()
            if _is_captcha(classes)
            for element in elements
        ),
    )


@lru_cache(maxsize=4096)  # pages repeat their classes
def _is_captcha(classes: str) -> bool:
    return _CAPTCHA.search(classes) is not None


@dataclass(frozen=True, slots=True)
class _Wall:
    """One kind of page that is no article: its reason, what it says, what it is about."""

    reason: NoArticleReason
    detail: str
    says: Pattern
    is_about: Pattern


@cache
def _walls() -> tuple[_Wall, ...]:
    """All kinds; where two are as likely the first stands. The consent wall is last: its words stand on other walls too."""
    kinds: tuple[tuple[NoArticleReason, str, str, str], ...] = (
        ("challenge", "the page asks for proof that a person reads it", "{wall.robot}", "{wall.robot_terms}"),
        ("rate-limit", "the page says that it was asked for too often", "{wall.rate}", "{wall.rate_terms}"),
        (
            "geo-block",
            "the page is not shown in the crawler's country",
            "{wall.region}",
            "(?:{wall.region}|{wall.jurisdiction})",
        ),
        ("pay-wall", "the text stands behind a subscription", "{wall.pay}", "{wall.subscription}"),
        (
            "login-wall",
            "the text stands behind a login",
            "(?:{wall.login}|{paywall.notices})",
            "{wall.login_terms}",
        ),
        (
            "ad-block-wall",
            "the page asks to switch an ad blocker off",
            "{wall.adblock}",
            "{wall.adblock_terms}",
        ),
        ("maintenance", "the site is being worked on", "{wall.maintenance}", "{wall.maintenance_terms}"),
        ("error-page", "the page says that there is no such article", "{wall.gone}", "{wall.gone_terms}"),
        ("consent-wall", "the page asks for consent first", "{wall.consent}", "{wall.consent_terms}"),
    )
    return tuple(
        _Wall(reason, detail, pattern(rf"\b{says}(?!\w)"), pattern(rf"\b{is_about}(?!\w)"))
        for reason, detail, says, is_about in kinds
    )


def wall_instead(
    kept: Sequence[Block], visible: Sequence[Block], metadata: Metadata, signs: Signs
) -> NoArticle | None:
    """What a page is whose body is taken for an article, if its body is a wall's text; None if it is an article.

    Args:
        kept: The body's blocks.
        visible: All that the page shows.
        metadata: What the page says of itself.
        signs: What else speaks.
    """
    number = sum(len(block.text.split()) for block in kept)
    if not 0 < number <= LONGEST_WALL:
        return None
    sentences = [
        (_QUOTE.sub(" ", each), len(each.split())) for block in kept for each in _SENTENCE.split(block.text)
    ]
    heads = list(_heads(visible, metadata))
    is_dated = is_dated_news(metadata)
    language = decide_language(" ".join(sentence for sentence, _ in sentences), metadata.declared_language)
    speaks_to_reader = _TO_READER.get(language, _NOTHING)
    to_reader = sum(words for sentence, words in sentences if speaks_to_reader.search(sentence)) / number
    best: tuple[float, _Wall | None] = (0.0, None)
    for wall in _walls():
        said = [wall.says.search(sentence) is not None for sentence, _ in sentences]
        spoken = sum(words for (_, words), is_said in zip(sentences, said, strict=True) if is_said) / number
        headed = any(wall.says.search(head) for head in heads)
        has_sign = signs.of(wall.reason)
        terms = [wall.is_about.findall(sentence) for sentence, _ in sentences]
        about = sum(
            words
            for (_, words), is_said, found in zip(sentences, said, terms, strict=True)
            if is_said or found
        )
        own_words = (
            not is_dated
            and len({term.lower() for found in terms for term in found}) >= FEWEST_TERMS
            and to_reader >= SHARE_TO_READER
        )
        if not (spoken or headed or has_sign or own_words):
            continue
        share = about / number
        needed = (SHARE_OF_DATED if is_dated else SHARE) - (SHARE_BY_SIGN if has_sign else 0)
        addresses_reader = (
            spoken >= (SPOKEN_OF_DATED if is_dated else SPOKEN)
            or (
                has_sign
                and (wall.reason == signs.address or spoken > 0 or to_reader >= SHARE_TO_READER_BY_SIGN)
            )
            or own_words
            or (headed and not is_dated and share >= SHARE_BY_HEADING)
        )
        if (
            addresses_reader
            and share >= needed
            and number - about <= LONGEST_REST
            and share + spoken > best[0]
        ):
            best = share + spoken, wall
    return NoArticle(best[1].reason, best[1].detail) if best[1] else None


def is_dated_news(metadata: Metadata) -> bool:
    """Whether a page itself gives a date or an author, as news does; the date in its address is no such sign."""
    return bool(metadata.authors) or any(
        each.chosen and each.field == "published" and not each.source.startswith("url")
        for each in metadata.evidence
    )


def _heads(visible: Iterable[Block], metadata: Metadata) -> Iterator[str]:
    """Title, headings and buttons."""
    yield metadata.title
    yield from metadata.title_candidates
    for block in visible:
        if (block.heading_level or block.roles & Role.BUTTON) and len(block.text) <= _HEAD_LENGTH:
            yield block.text


def wall_of_rest(visible: Sequence[Block], signs: Signs) -> NoArticle | None:
    """What a page is that holds no article, where its words or signs say so.

    Args:
        visible: All that it shows.
        signs: What else speaks.
    """
    walls = _walls()
    if signs.address:
        return next(
            (NoArticle(wall.reason, wall.detail) for wall in walls if wall.reason == signs.address), None
        )
    said = [
        wall
        for wall in walls
        if any(wall.says.search(block.text) for block in visible if not block.roles & Role.FOOTER)
    ]
    if said:
        wall = next((each for each in said if signs.of(each.reason)), said[0])
        return NoArticle(wall.reason, wall.detail)
    if sum(len(block.text.split()) for block in visible) <= LONGEST_FORM:
        return next((NoArticle(wall.reason, wall.detail) for wall in walls if signs.of(wall.reason)), None)
    return None
