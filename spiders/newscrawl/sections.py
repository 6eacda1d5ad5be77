"""Section pages: the links of a page, which of them lead to sections and archives, and where its list goes on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from newscrawl.article_url import Place, is_archive_url, is_article_url, is_listing_url, url_dates
from newscrawl.feeds import linked_feeds
from newscrawl.links import absolute_url

# What the link to the next, older, page of a list is called, in the languages that we read.
_OLDER = re.compile(
    r"^\W*(?:next|next page|older|older (?:posts|stories|articles|entries)|(?:load |show |see |view )?more(?: stories| news| articles| posts)?|"
    r"weiter|nächste|nächste seite|ältere (?:beiträge|artikel|meldungen)|mehr|mehr (?:laden|anzeigen|artikel|meldungen)|weitere (?:artikel|meldungen)(?: laden)?|"
    r"suivant|suivante|page suivante|articles plus anciens|plus anciens|voir plus|plus d['’]articles|charger plus|afficher plus|"
    r"siguiente|página siguiente|anteriores|más noticias|ver más|cargar más|mostrar más|"
    r"successiva|successivo|pagina successiva|avanti|articoli precedenti|carica altr[io]|mostra altr[io]|"
    r"volgende|volgende pagina|ouder|oudere berichten|meer laden|toon meer|laad meer|"
    r"następna|następna strona|starsze|starsze wpisy|więcej|pokaż więcej|"
    r"próxima|próximo|próxima página|mais antigas|mais notícias|carregar mais|ver mais|mostrar mais)\W*$",
    re.IGNORECASE,
)
_PAGE_QUERY = frozenset(
    {"page", "p", "pg", "paged", "seite", "pagina", "strona", "page_no", "pagenum", "pagenumber"}
)
_PAGE_PATH = re.compile(r"/(?:page|seite|pagina|strona|p)[/-]?(\d{1,4})/?$", re.IGNORECASE)
_BARE_PAGE_PATH = re.compile(r"/(\d{1,3})/?$")  # /politics/2/
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
        if target and (element.tag == "a" or "next" in rel):
            yield Link(target, _text(element), rel)
    if element.tag == "link":
        return
    more = [value for name in _MORE_ATTRIBUTES if (value := (element.get(name) or "").strip())]
    if not more:
        return
    named = f"{element.get('class') or ''} {element.get('id') or ''}"
    text = _text(element) if element.tag in ("a", "button", "span") or len(element) < 3 else ""
    if not (_MORE_CLASS.search(named) or _OLDER.match(text) or _OLDER.match(element.get("aria-label") or "")):
        return
    for value in more:
        if value.startswith(("http://", "https://", "/", "?")):
            target = absolute_url(base, value)
            if target:
                yield Link(target, text, frozenset(), says_more=True)


def _text(element: HtmlElement) -> str:
    return " ".join(str(element.text_content()).split())[:_LONGEST_TEXT]


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

    Those of the page's navigation come first.

    Args:
        links: Links of the front page.
        home: URL of the front page.
    """
    front = urlsplit(home).path.rstrip("/")
    found: dict[str, bool] = {}
    for link in links:
        parts = urlsplit(link.url)
        depth = len([segment for segment in parts.path.split("/") if segment])
        if (
            1 <= depth <= _MAX_SECTION_DEPTH
            and not parts.query
            and parts.path.rstrip("/") != front
            and "nofollow" not in link.rel
            and not link.says_more
            and len(link.text.split()) <= 4  # sections are named in a word or two
            and not is_listing_url(link.url)
            and not is_archive_url(link.url)
            and not is_article_url(link.url, link.text, place=link.place)
        ):
            found[link.url] = link.place == "navigation"
    return sorted(found, key=lambda url: not found[url])


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
    for form in ("%Y/%m/%d", "%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%Y%m%d", "%Y/%m%d"):
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
    return []


def next_page(links: Sequence[Link], url: str, number: int = 0) -> str | None:
    """Where a list goes on: ``rel=next``, a control that asks for more, a link that says "older", or the next number.

    Args:
        links: Links of the page.
        url: Its URL.
        number: Its number in the list, if that is known otherwise than from the URL.
    """
    here = max(page_number(url), _bare_number(url))
    here = here if here > 1 else max(number, 1)
    numbered = [
        link.url
        for link in links
        if link.url != url and page_number(link.url) == here + 1 and _list_of(link.url) == _list_of(url)
    ] + [
        link.url
        for link in links
        if link.text == str(here + 1)
        and _bare_number(link.url) == here + 1
        and _bare_list(link.url) == _bare_list(url)
    ]
    named = (
        [link.url for link in links if "next" in link.rel]
        + [link.url for link in links if link.says_more]
        # a "more" in the text may lead to anything; one that names a page, or comes from this list, does not
        + [link.url for link in links if _OLDER.match(link.text) and _goes_on(link.url, url)]
    )
    for candidate in named + numbered:
        if (
            candidate != url
            and urlsplit(candidate).hostname == urlsplit(url).hostname
            and not is_article_url(candidate)
        ):
            return candidate
    return None


def following_page(url: str) -> str | None:
    """The URL with the next number, where it carries one in its query; for answers that name no next page."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    for index, (name, value) in enumerate(query):
        if name.lower() in _PAGE_QUERY and value.isdecimal() and len(value) < 5:
            query[index] = (name, str(int(value) + 1))
            return parts._replace(query=urlencode(query)).geturl()
    return None


def page_number(url: str) -> int:
    """The number of a page in its list; 1 if the URL names none."""
    parts = urlsplit(url)
    for name, value in parse_qsl(parts.query):
        if name.lower() in _PAGE_QUERY and value.isdecimal() and len(value) < 5:
            return int(value)
    found = _PAGE_PATH.search(unquote(parts.path))
    return int(found.group(1)) if found else 1


def _goes_on(candidate: str, url: str) -> bool:
    """Whether a link called "more" leads to more of this list rather than to another section."""
    here, there = urlsplit(url), urlsplit(candidate)
    folder = _bare_list(url).partition("?")[0]
    return page_number(candidate) > 1 or (
        f"{there.netloc}{there.path}".startswith(folder)
        and (there.path, there.query) != (here.path, here.query)
    )


def _list_of(url: str) -> str:
    """The URL of a list without the page's number."""
    parts = urlsplit(url)
    path = _PAGE_PATH.sub("", unquote(parts.path)).rstrip("/")
    query = sorted((name, value) for name, value in parse_qsl(parts.query) if name.lower() not in _PAGE_QUERY)
    return f"{parts.netloc}{path}?{query}"


def _bare_number(url: str) -> int:
    """The number at the end of ``/politics/2/``; 1 if there is none, or it belongs to a date."""
    found = _BARE_PAGE_PATH.search(unquote(urlsplit(url).path))
    return int(found.group(1)) if found and url_dates(url) is None else 1


def _bare_list(url: str) -> str:
    parts = urlsplit(_list_of(url))
    return (
        _list_of(url)
        if _bare_number(url) == 1
        else _BARE_PAGE_PATH.sub("", parts.path.rstrip("/")) + f"?{parts.query}"
    )
