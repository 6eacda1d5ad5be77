"""Section pages: the links of a page, which of them lead to sections, and where its list goes on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from newscrawl.article_url import is_article_url, is_listing_url
from newscrawl.links import absolute_url

# What the link to the next, older, page of a list is called, in the languages that we read.
_OLDER = re.compile(
    r"^\W*(?:next|next page|older|older (?:posts|stories|articles|entries)|more stories|load more|show more|"
    r"weiter|nächste|nächste seite|ältere (?:beiträge|artikel|meldungen)|mehr laden|mehr anzeigen|"
    r"suivant|suivante|page suivante|articles plus anciens|plus anciens|voir plus|"
    r"siguiente|página siguiente|anteriores|más noticias|ver más|"
    r"successiva|successivo|pagina successiva|avanti|articoli precedenti|"
    r"volgende|volgende pagina|ouder|oudere berichten|meer laden|"
    r"następna|następna strona|starsze|starsze wpisy|"
    r"próxima|próximo|próxima página|mais antigas|mais notícias)\W*$",
    re.IGNORECASE,
)
_PAGE_QUERY = frozenset({"page", "p", "pg", "paged", "seite", "pagina", "strona", "page_no", "pagenum"})
_PAGE_PATH = re.compile(r"/(?:page|seite|pagina|strona|p)[/-]?(\d{1,4})/?$", re.IGNORECASE)
_MAX_SECTION_DEPTH = 3


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a page.

    Attributes:
        url: Absolute URL without fragment.
        text: The longest text that any link of the page to this URL has, white space folded.
        rel: The ``rel`` tokens.
    """

    url: str
    text: str
    rel: frozenset[str]


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
    """The http(s) links of a page, each URL once, in document order.

    Args:
        tree: The parsed page.
        url: Its URL; ``base href`` is honoured.
    """
    base = absolute_url(url, next((element.get("href", "") for element in tree.iter("base")), "")) or url
    found: dict[str, Link] = {}
    for element in tree.iter("a", "link"):
        rel = frozenset((element.get("rel") or "").lower().split())
        href = (element.get("href") or "").strip()
        if not href or href.startswith("#") or (element.tag == "link" and "next" not in rel):
            continue
        target = absolute_url(base, href)
        if not target:
            continue
        text = " ".join(element.text_content().split())
        known = found.get(target)
        if known is None or len(text) > len(known.text) or rel - known.rel:
            longest = text if known is None or len(text) > len(known.text) else known.text
            found[target] = Link(target, longest, rel | (known.rel if known else frozenset()))
    return list(found.values())


def section_links(links: list[Link], home: str) -> list[str]:
    """The links of a front page that lead to sections: short paths that name no article, list or service.

    Args:
        links: Links of the front page.
        home: URL of the front page.
    """
    front = urlsplit(home).path.rstrip("/")
    found: dict[str, None] = {}
    for link in links:
        parts = urlsplit(link.url)
        depth = len([segment for segment in parts.path.split("/") if segment])
        if (
            1 <= depth <= _MAX_SECTION_DEPTH
            and not parts.query
            and parts.path.rstrip("/") != front
            and "nofollow" not in link.rel
            and len(link.text.split()) <= 4  # sections are named in a word or two
            and not is_listing_url(link.url)
            and not is_article_url(link.url, link.text)
        ):
            found[link.url] = None
    return list(found)


def next_page(links: list[Link], url: str) -> str | None:
    """Where a list goes on: ``rel=next``, a link that says "older" or "next", or the next page's number.

    Args:
        links: Links of the page.
        url: Its URL.
    """
    named = [link.url for link in links if "next" in link.rel] or [
        link.url for link in links if _OLDER.match(link.text)
    ]
    number = page_number(url)
    numbered = [
        link.url
        for link in links
        if page_number(link.url) == number + 1 and _list_of(link.url) == _list_of(url)
    ]
    for candidate in named + numbered:
        if (
            candidate != url
            and urlsplit(candidate).hostname == urlsplit(url).hostname
            and not is_article_url(candidate)
        ):
            return candidate
    return None


def page_number(url: str) -> int:
    """The number of a page in its list; 1 if the URL names none."""
    parts = urlsplit(url)
    for name, value in parse_qsl(parts.query):
        if name.lower() in _PAGE_QUERY and value.isdecimal() and len(value) < 5:
            return int(value)
    found = _PAGE_PATH.search(unquote(parts.path))
    return int(found.group(1)) if found else 1


def _list_of(url: str) -> str:
    """The URL of a list without the page's number."""
    parts = urlsplit(url)
    path = _PAGE_PATH.sub("", unquote(parts.path)).rstrip("/")
    query = sorted((name, value) for name, value in parse_qsl(parts.query) if name.lower() not in _PAGE_QUERY)
    return f"{parts.netloc}{path}?{query}"
