"""Read a page's metadata: gather every candidate, choose by the written rules, keep all as evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from newsclean.article import Evidence
from newsclean.elements import ElementIndex
from newsclean.metadata.authors import author_candidates, choose_authors, find_byline, last_resorts
from newsclean.metadata.json_ld import LinkedData, read_json_ld
from newsclean.metadata.language import primary_subtag
from newsclean.metadata.markup import Head, lines_after, lines_before, marked_elements, read_head
from newsclean.metadata.names import is_person
from newsclean.metadata.paywall import read_paywall
from newsclean.metadata.published import (
    DateCandidate,
    aware,
    choose_dates,
    date_candidates,
    label,
    page_zone,
    past,
)
from newsclean.metadata.record import Metadata
from newsclean.metadata.section import read_section
from newsclean.metadata.titles import (
    choose_title,
    find_headline,
    read_headings,
    site_names,
    title_candidates,
)

SITE_METAS = ("og:site_name", "application-name", "apple-mobile-web-app-title", "al:android:app_name")
DESCRIPTION_METAS = (
    "og:description",
    "description",
    "twitter:description",
    "dc.description",
    "sailthru.description",
)
TAG_METAS = (
    "article:tag",
    "news_keywords",
    "parsely-tags",
    "sailthru.tags",
    "cxenseparse:keywords",
    "keywords",
)
LANGUAGE_METAS = ("og:locale", "content-language", "dc.language", "language")
# Stated limits.
MOST_TAGS = 60
LONGEST_TAG = 80


def read_metadata(
    tree: HtmlElement, url: str, *, fetched: datetime | None = None, index: ElementIndex | None = None
) -> Metadata:
    """Read what a page says about its article.

    Args:
        tree: The parsed page; not modified.
        url: Its final address; empty if unknown.
        fetched: When the page was fetched, aware: dates after that are events to come, and are not chosen.
        index: The page's elements; None if nobody has indexed them yet.
    """
    page = index or ElementIndex(tree)
    head = read_head(page)
    data = read_json_ld(head.scripts, url, (head.title, head.first("og:title")))
    canonical = _absolute(url, head.base, head.canonical or head.first("og:url"))
    host = _host(url or canonical)
    site = head.first("og:site_name") or data.publisher or data.site or head.first(*SITE_METAS)
    named = (site, data.publisher, data.site, *(head.first(name) for name in SITE_METAS))
    marked = marked_elements(page)

    headings = read_headings(head, url, canonical)
    names = site_names([*named, *headings.logos], host)
    titles = title_candidates(tree, head, data, marked, headings)
    title, forms, agreeing = choose_title(titles, names, news=data.news, addressed=data.addressed)
    headline = find_headline(tree, headings, title)
    after = lines_after(headline) if headline is not None else []
    before = lines_before(headline) if headline is not None else []
    byline, byline_text = find_byline(before, after)
    credited = author_candidates(head, data, marked, before, after, byline)
    if not any(is_person(name, names) for candidate in credited for name in candidate.names):
        credited += last_resorts(tree)
    authors, agreed = choose_authors(credited, names)
    published, modified = date_candidates(tree, headline, head, data, marked, before, after, url)
    zone = page_zone((*published, *modified))
    chosen, change = choose_dates(past(published, zone, fetched), past(modified, zone, fetched))
    evidence = [
        *(Evidence("title", c.source, c.value, i in agreeing) for i, c in enumerate(titles)),
        *(Evidence("authors", c.source, "; ".join(c.names), i in agreed) for i, c in enumerate(credited)),
        *_dated("published", published, chosen, zone),
        *_dated("modified", modified, change, zone),
    ]
    descriptions = tuple(
        dict.fromkeys(filter(None, (*(head.first(name) for name in DESCRIPTION_METAS), data.description)))
    )
    return Metadata(
        title=title,
        authors=authors,
        published=aware(chosen.moment, zone) if chosen is not None else None,
        modified=aware(change.moment, zone) if change is not None else None,
        declared_language=_declared_language(tree, head, data),
        section=read_section(head, data, before, after, url, title, authors, names),
        tags=_tags(head, data),
        description=descriptions[0] if descriptions else "",
        site=site,
        canonical_url=canonical,
        paywalled=read_paywall(head, data),
        evidence=tuple(evidence),
        title_candidates=forms,
        descriptions=descriptions,
        captions=data.captions,
        byline_texts=(byline_text,) if byline_text else (),
    )


def _dated(
    field: str, candidates: Sequence[DateCandidate], winner: DateCandidate | None, zone: tzinfo
) -> Iterator[Evidence]:
    """Evidence for a date; the winner may come from the other field's candidates."""
    won = aware(winner.moment, zone) if winner is not None else None
    for candidate in candidates if winner is None or winner in candidates else (*candidates, winner):
        when = aware(candidate.moment, zone)
        yield Evidence(field, label(candidate), when.isoformat(), when == won)


def _absolute(url: str, base: str, address: str) -> str:
    if not address:
        return ""
    try:
        joined = urljoin(urljoin(url, base), address)
        return joined if urlsplit(joined).scheme in {"http", "https"} and urlsplit(joined).hostname else ""
    except ValueError:  # such as an unclosed bracket in the host
        return ""


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _declared_language(tree: HtmlElement, head: Head, data: LinkedData) -> str:
    for value in (
        tree.get("lang"),
        tree.get("xml:lang"),
        *(head.first(name) for name in LANGUAGE_METAS),
        data.language,
    ):
        if value and (code := primary_subtag(value)):
            return code
    return ""


def _tags(head: Head, data: LinkedData) -> tuple[str, ...]:
    """Keywords of the first source that has any: JSON-LD, article:tag, then meta keywords."""
    for values in (data.keywords, *(head.metas.get(name, ()) for name in TAG_METAS)):
        tags = _split_tags(values)
        if tags:
            return tags
    return ()


def _split_tags(values: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for value in values:
        for part in re.split(r"[,;|、]", value):
            tag = part.strip(" \"'[]#")
            # "keyword:…" and the like are for machines
            if 1 < len(tag) <= LONGEST_TAG and not re.match(r"[\w.-]+[:=]\S", tag):
                found.setdefault(tag.lower(), tag)
            if len(found) >= MOST_TAGS:
                return tuple(found.values())
    return tuple(found.values())
