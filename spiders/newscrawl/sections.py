"""Section pages: the links of a page, which of them lead to sections and archives, and where its list goes on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from newscrawl.article_url import Place, is_archive_url, is_article_url, is_listing_url, url_dates, with_day
from newscrawl.feeds import linked_feeds
from newscrawl.link_header import read_link_header
from newscrawl.links import absolute_url
from newscrawl.pagination import says_older

# Attributes in which a "load more" button carries what its script asks for.
_MORE_ATTRIBUTES = (
    "data-next-url data-next-page-url data-nexturl data-next data-load-more-url data-load-more data-more-url data-more "
    "data-ajax-url data-url data-href data-src data-endpoint hx-get"
).split()
_MORE_CLASS = re.compile(
    r"(?:load|show|view|see)[-_]?more|more[-_](?:button|btn|link|stories|posts)|infinite|pagination|next",
    re.IGNORECASE,
)
_NEXT_KEYS = frozenset(
    "next nexturl next_url nextpage next_page nextpageurl next_page_url more moreurl more_url".split()
)
_LINK_KEYS = frozenset("url href link permalink canonical_url canonicalurl path".split())
_TITLE_KEYS = ("title", "headline", "name", "text")
_MAX_SECTION_DEPTH = 3
_MAX_JSON_NODES = 20_000
_MAX_LINKS = 10_000  # of a page; what stands behind them is no list for readers
_MAX_CHARACTERS = 2_000_000  # of all their URLs
_LONGEST_TEXT = 1000  # characters of a link's text
# Class and id tokens, whole: a wrapper of the whole page may well be called "nav-fixed".
_NAVIGATION = frozenset(
    "nav navbar navigation menu main-menu main-nav mainnav primary-nav site-nav site-navigation megamenu mega-menu "
    "topbar breadcrumb breadcrumbs".split()
)
_FOOTER = frozenset("footer site-footer page-footer main-footer colophon".split())


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a page.

    Attributes:
        url: Absolute URL without fragment.
        text: The longest text that any link of the page to this URL has, white space folded.
        rel: The ``rel`` tokens.
        place: Where it stands; the page's main part, if one link to this URL stands there.
        says_more: It is a control that asks for more of a list.
    """

    url: str
    text: str
    rel: frozenset[str]
    place: Place = "main"
    says_more: bool = False


@dataclass(frozen=True, slots=True)
class PageLinks:
    """What a page leads to.

    Attributes:
        links: Its links, each URL once.
        feeds: The feeds that it names.
        is_data: It is no page but JSON, as a "load more" button gets it.
    """

    links: tuple[Link, ...] = ()
    feeds: tuple[str, ...] = ()
    is_data: bool = False


def read_page(body: bytes, url: str, encoding: str) -> PageLinks:
    """What a page, or the JSON that continues one, leads to; nothing if nothing can be made of it.

    Args:
        body: The page as received.
        url: Its URL.
        encoding: Its encoding, as the response declares or shows it.
    """
    from_data = json_links(body, url)
    if from_data is not None:
        return PageLinks(tuple(from_data), is_data=True)
    tree = parse_page(body, encoding)
    if tree is None:
        return PageLinks()
    return PageLinks(tuple(page_links(tree, url)), tuple(linked_feeds(tree, url)))


def header_links(headers: Sequence[str], url: str) -> tuple[Link, ...]:
    """The links that a response's ``Link`` headers (RFC 8288) name with ``rel=next``.

    Args:
        headers: Their values.
        url: The response's URL.
    """
    found = ((absolute_url(url, target), rel) for value in headers for target, rel in read_link_header(value))
    return tuple(Link(target, "", rel) for target, rel in found if target and "next" in rel)


def parse_page(body: bytes, encoding: str) -> HtmlElement | None:
    """Parse a page for its links; None if nothing can be made of it.

    Args:
        body: The page as received.
        encoding: Its encoding, as the response declares or shows it.
    """
    text = body.decode(encoding, "replace")
    if not text.strip():
        return None
    try:
        # encoded anew, because lxml refuses a str with an encoding declaration
        return document_fromstring(text.encode("utf-8", "replace"), parser=HTMLParser(encoding="utf-8"))
    except (etree.ParserError, ValueError):
        return None


def page_links(tree: HtmlElement, url: str) -> list[Link]:
    """The first http(s) links of a page, each URL once, in document order.

    Args:
        tree: The parsed page.
        url: Its URL; ``base href`` is honoured.
    """
    base = absolute_url(url, next((element.get("href", "") for element in tree.iter("base")), "")) or url
    places: dict[HtmlElement, Place] = {}
    found: dict[str, Link] = {}
    characters = 0
    for element in tree.iter("a", "link", "button", "div", "span", "section", "ul"):
        if len(found) >= _MAX_LINKS or characters > _MAX_CHARACTERS:
            break
        for link in _element_links(element, base):
            known = found.get(link.url)
            place = _place(element, places)
            if known is None:
                characters += len(link.url)
                found[link.url] = Link(link.url, link.text, link.rel, place, link.says_more)
            else:
                found[link.url] = Link(
                    link.url,
                    max(known.text, link.text, key=len),
                    known.rel | link.rel,
                    "main" if place == "main" else known.place,
                    known.says_more or link.says_more,
                )
    return list(found.values())


def _element_links(element: HtmlElement, base: str) -> Iterator[Link]:
    if element.tag in ("a", "link"):
        rel = frozenset((element.get("rel") or "").lower().split())
        href = (element.get("href") or "").strip()
        target = absolute_url(base, href) if href and not href.startswith("#") else ""
        is_other_language = "alternate" in rel and bool(element.get("hreflang")) and not element.get("type")
        if target and (element.tag == "a" or "next" in rel or is_other_language):
            yield Link(target, _name(element), rel)
    if element.tag == "link":
        return
    more = [value for name in _MORE_ATTRIBUTES if (value := (element.get(name) or "").strip())]
    if not more:
        return
    named = f"{element.get('class') or ''} {element.get('id') or ''}"
    text = _name(element) if element.tag in ("a", "button", "span") or len(element) < 3 else ""
    if not (_MORE_CLASS.search(named) or says_older(text)):
        return
    for value in more:
        if value.startswith(("http://", "https://", "/", "?")):
            target = absolute_url(base, value)
            if target:
                yield Link(target, text, frozenset(), says_more=True)


def _name(element: HtmlElement) -> str:
    """What a link is called: its text, else, where that is an arrow or nothing, its label or its picture's."""
    text = _folded(str(element.text_content()))
    if not any(character.isalnum() for character in text):
        pictures = (picture.get("alt") for picture in element.iter("img"))
        labels = (element.get("aria-label"), element.get("title"), *pictures)
        text = next((_folded(label) for label in labels if label and label.strip()), text)
    return text


def _folded(text: str) -> str:
    return " ".join(text.split())[:_LONGEST_TEXT]


def _place(element: HtmlElement, known: dict[HtmlElement, Place]) -> Place:
    """Where an element stands, by the nearest element above it that says so."""
    passed = []
    place: Place = "main"
    for above in element.iterancestors():
        if above in known:
            place = known[above]
            break
        passed.append(above)
        role = above.get("role") or ""
        if above.tag in ("article", "main") or role == "main":
            break
        named = set(f"{above.get('class') or ''} {above.get('id') or ''}".lower().split())
        if above.tag == "nav" or role == "navigation" or named & _NAVIGATION:
            place = "navigation"
            break
        # an article's card may have a footer of its own
        if (above.tag == "footer" or role == "contentinfo" or named & _FOOTER) and not any(
            outer.tag in ("article", "main") for outer in above.iterancestors()
        ):
            place = "footer"
            break
    for above in passed:
        known[above] = place
    return place


def json_links(body: bytes, url: str) -> list[Link] | None:
    """The links of what a "load more" button gets: JSON that holds pieces of a page, or the stories as data.

    Args:
        body: The answer.
        url: Where it came from.

    Returns:
        None if it is no JSON.
    """
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        return None
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return None
    found: dict[str, Link] = {}
    waiting: list[object] = [document]
    seen = 0
    while waiting and seen < _MAX_JSON_NODES and len(found) < _MAX_LINKS:
        seen += 1
        node = waiting.pop()
        if isinstance(node, dict):
            title = next((node[key] for key in _TITLE_KEYS if isinstance(node.get(key), str)), "")
            title = title[:_LONGEST_TEXT]
            for key, value in node.items():
                if isinstance(value, str) and key.lower() in _LINK_KEYS | _NEXT_KEYS:
                    target = absolute_url(url, value) if value.startswith(("http", "/", "?")) else ""
                    if target:
                        is_next = key.lower() in _NEXT_KEYS
                        found.setdefault(
                            target,
                            Link(target, "" if is_next else title, frozenset({"next"} if is_next else ())),
                        )
                elif isinstance(value, (dict, list, str)):
                    waiting.append(value)
        elif isinstance(node, list):
            waiting += reversed(node)
        elif isinstance(node, str) and "<a" in node:
            tree = parse_page(node.encode("utf-8", "replace"), "utf-8")
            for link in page_links(tree, url) if tree is not None else ():
                found.setdefault(link.url, link)
    return list(found.values())


def section_links(links: Sequence[Link], home: str) -> list[str]:
    """The links of a front page that lead to sections: short paths that name no article, list or service.

    Those of the page's navigation come first, its versions in other languages last.

    Args:
        links: Links of the front page.
        home: URL of the front page.
    """
    front = urlsplit(home).path.rstrip("/")
    found: dict[str, tuple[bool, bool]] = {}
    for link in links:
        parts = urlsplit(link.url)
        depth = len([segment for segment in parts.path.split("/") if segment])
        # another language's front page may stand on a host of its own
        is_other_front = "alternate" in link.rel and parts.hostname != urlsplit(home).hostname
        if (
            (1 <= depth <= _MAX_SECTION_DEPTH or is_other_front)
            and not parts.query
            and (parts.path.rstrip("/") != front or is_other_front)
            and "nofollow" not in link.rel
            and not link.says_more
            and len(link.text.split()) <= 4  # sections are named in a word or two
            and not is_listing_url(link.url)
            and not is_archive_url(link.url)
            and not is_article_url(link.url, link.text, place=link.place)
        ):
            found[link.url] = ("alternate" in link.rel, link.place != "navigation")
    return sorted(found, key=lambda url: found[url])


def archive_links(links: Sequence[Link], since: date | None = None, until: date | None = None) -> list[str]:
    """The links that lead to pages of a day, a month or a year, the newest first; archives' front pages before them.

    Args:
        links: Links of a page.
        since: Leave out what ends before this day.
        until: Leave out what begins after this day.
    """
    found: dict[str, date] = {}
    for link in links:
        if "nofollow" in link.rel or not is_archive_url(link.url):
            continue
        dates = url_dates(link.url)
        if dates is None:
            found[link.url] = date.max
        elif (since is None or dates[1] >= since) and (until is None or dates[0] <= until):
            found[link.url] = dates[1]
    return sorted(found, key=lambda url: found[url], reverse=True)


def days_like(url: str, since: date, until: date, most: int) -> list[str]:
    """The pages of other days, where an archive's page of one day shows how they are addressed, the newest first.

    Args:
        url: Page of one day.
        since: First day.
        until: Last day.
        most: Most pages to name.

    Returns:
        Empty if the URL names no day in digits.
    """
    dates = url_dates(url)
    if not dates or dates[0] != dates[1] or not is_archive_url(url):
        return []
    day = dates[0]
    parts = urlsplit(url)
    for form in ("%Y/%m/%d", "%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%Y%m%d", "%Y/%m%d", "%d%m%Y"):
        where = (
            "path"
            if day.strftime(form) in parts.path
            else "query"
            if day.strftime(form) in parts.query
            else ""
        )
        if where:
            number = min((until - since).days + 1, most)
            days = [until - timedelta(days=back) for back in range(number)]
            return [
                parts._replace(
                    **{where: getattr(parts, where).replace(day.strftime(form), other.strftime(form))}
                ).geturl()
                for other in days
                if other != day
            ]
    days = [until - timedelta(days=back) for back in range(min((until - since).days + 1, most))]
    return [other for each in days if each != day and (other := with_day(url, each))]
