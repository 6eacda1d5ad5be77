"""Read the article out of a page's JSON-LD scripts (schema.org), as broken as they come.

Tolerated: several objects, lists, ``@graph``, references by ``@id``, raw line breaks in strings, trailing commas, HTML
comments and CDATA marks around the script, HTML entities in the text. Stated limits: ``MOST_SCRIPTS`` scripts of
``LONGEST_SCRIPT`` characters (``LONGEST_TOTAL`` together), ``MOST_NODES`` objects; deeper nesting than Python's parser takes is skipped.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from newsclean.metadata.record import fold

LONGEST_SCRIPT = 1_000_000
LONGEST_TOTAL = 3_000_000
MOST_SCRIPTS = 40
MOST_NODES = 3_000
MOST_VALUES = 60
LONGEST_STRING = 2_000

# A parsed JSON value; each use narrows it.
Json: TypeAlias = object

NEWS = 5
# Types by how surely they are the page's article; others are none.
ARTICLE_TYPES: dict[str, int] = {
    "newsarticle": 5, "reportagenewsarticle": 5, "analysisnewsarticle": 5, "opinionnewsarticle": 5,
    "backgroundnewsarticle": 5, "reviewnewsarticle": 5, "askpublicnewsarticle": 5, "liveblogposting": 5,
    "advertisercontentarticle": 5, "satiricalarticle": 5, "article": 4, "blogposting": 4, "report": 4,
    "techarticle": 4, "scholarlyarticle": 4, "medicalscholarlyarticle": 4, "socialmediaposting": 3, "review": 3,
    "howto": 3, "recipe": 3, "creativework": 2, "videoobject": 1, "webpage": 1, "medicalwebpage": 2, "itempage": 1,
}  # fmt: skip
# Keys under which other things than the page's own article stand.
_ELSEWHERE = frozenset(
    "itemlistelement haspart ispartof mentions about review comment liveblogupdate author creator publisher image"
    " video citation relatedlink associatedmedia contributor editor sourceorganization offers".split()
)
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)+|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)+\s*;?\s*$"
)
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_FIELD = re.compile(
    r'"(headline|datePublished|dateModified|articleSection)"\s*:\s*"((?:[^"\\\n]|\\.){1,500})"'
)
_NAMED_AUTHOR = re.compile(
    r'"author"\s*:\s*[\[{\s]{1,20}[^{}\]]{0,200}?"name"\s*:\s*"((?:[^"\\\n]|\\.){1,200})"'
)


@dataclass(frozen=True, slots=True)
class LinkedData:
    """The page's article as its JSON-LD tells it; raw strings, empty where untold.

    Attributes:
        headline: Its headline.
        news: Whether its type is one of news articles.
        alternatives: Other forms: ``alternativeHeadline``, ``name``.
        authors: Names as given.
        organisations: Those of ``authors`` that are declared as organisations.
        published: ``datePublished``, else ``dateCreated`` or ``uploadDate``.
        modified: ``dateModified``.
        section: First of ``articleSection``.
        keywords: Keywords, not yet split.
        description: Its description.
        language: ``inLanguage``.
        publisher: The publisher's name.
        site: The WebSite's name.
        free: ``isAccessibleForFree`` of the article or of one of its parts.
        crumbs: Names of the breadcrumb trail.
        captions: Captions of its images.
    """

    headline: str = ""
    news: bool = False
    alternatives: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    modified: tuple[str, ...] = ()
    section: str = ""
    keywords: tuple[str, ...] = ()
    description: str = ""
    language: str = ""
    publisher: str = ""
    site: str = ""
    free: bool | None = None
    crumbs: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()


@dataclass(slots=True)
class _Graph:
    """All objects of a page that can be an article, and those that others refer to."""

    nodes: list[dict[str, Json]] = field(default_factory=list)
    by_id: dict[str, dict[str, Json]] = field(default_factory=dict)


def read_json_ld(scripts: Iterable[str], url: str) -> LinkedData:
    """Read the scripts' article.

    Args:
        scripts: Contents of the ``application/ld+json`` scripts.
        url: The page's address; of several articles the one with this address is the page's.
    """
    graph = _Graph()
    rescued: dict[str, str] = {}
    length = 0
    for number, script in enumerate(scripts):
        length += len(script)
        if number >= MOST_SCRIPTS or length > LONGEST_TOTAL:
            break
        values = list(_parse(script))
        if not values:
            _rescue(script[:LONGEST_SCRIPT], rescued)
        for value in values:
            _collect(value, graph)
    article = _article(graph, url)
    if article is None:
        article = {}
    data = _read(article, graph)
    if rescued and not data.headline:
        author = rescued.get("author", "")
        return LinkedData(
            headline=rescued.get("headline", ""),
            authors=(author,) if author else (),
            published=(rescued["datePublished"],) if "datePublished" in rescued else (),
            modified=(rescued["dateModified"],) if "dateModified" in rescued else (),
            section=rescued.get("articleSection", ""),
            publisher=data.publisher,
            site=data.site,
            crumbs=data.crumbs,
        )
    return data


def _parse(script: str) -> Iterator[Json]:
    """The values of one script: usually one; several where objects follow each other."""
    if not script or len(script) > LONGEST_SCRIPT:
        return
    text = _WRAPPING.sub("", script).strip()
    for attempt in (text, None):
        source = (
            attempt
            if attempt is not None
            else _TRAILING_COMMA.sub("", html.unescape(text) if "&quot;" in text else text)
        )
        decoder = json.JSONDecoder(strict=False)
        position, found = 0, 0
        try:
            while position < len(source) and found < MOST_SCRIPTS:
                value, position = decoder.raw_decode(source, position)
                found += 1
                yield value
                while position < len(source) and source[position] in " \t\r\n;,":
                    position += 1
        except (ValueError, RecursionError):
            pass
        if found:
            return


def _rescue(script: str, into: dict[str, str]) -> None:
    """The plainest fields of a script that cannot be parsed."""
    for match in _FIELD.finditer(script):
        into.setdefault(match[1], _unescape(match[2]))
    if author := _NAMED_AUTHOR.search(script):
        into.setdefault("author", _unescape(author[1]))


def _unescape(text: str) -> str:
    try:
        value = json.loads(f'"{text}"', strict=False)
    except ValueError:
        return text
    return value if isinstance(value, str) else text


def _collect(value: Json, graph: _Graph) -> None:
    """Gather the objects that can be the page's article; depth first, in document order, without recursion."""
    stack: list[tuple[Json, bool]] = [(value, True)]
    while stack and len(graph.nodes) < MOST_NODES:
        item, own = stack.pop()
        if isinstance(item, list):
            stack.extend((entry, own) for entry in reversed(item[:MOST_NODES]))
        elif isinstance(item, dict):
            identity = item.get("@id")
            if isinstance(identity, str) and len(item) > 1:
                graph.by_id.setdefault(identity, item)
            if own:
                graph.nodes.append(item)
            # what stands under other keys may be referred to by its @id only
            stack.extend(
                (entry, own and name.lower() not in _ELSEWHERE)
                for name, entry in reversed(item.items())
                if isinstance(entry, (dict, list))
            )


def _types(node: dict[str, Json]) -> list[str]:
    value = node.get("@type")
    values = value if isinstance(value, list) else [value]
    return [name.rpartition("/")[2].lower() for name in values[:10] if isinstance(name, str)]


def _article(graph: _Graph, url: str) -> dict[str, Json] | None:
    """The page's own article: by type, then address, then order."""
    address = _address(url)
    best: tuple[int, int] | None = None
    chosen: dict[str, Json] | None = None
    for node in graph.nodes:
        rank = max((ARTICLE_TYPES.get(name, 0) for name in _types(node)), default=0)
        if not rank:
            continue
        told = any(_text(node.get(name)) for name in ("headline", "datePublished", "author"))
        addresses = {_address(_reference(node.get(name))) for name in ("url", "mainEntityOfPage", "@id")} - {
            ""
        }
        here = 1 if address and address in addresses else 0 if not addresses or not address else -1
        score = (rank if told else 0, here) if rank >= 3 else (min(rank, 2) if told else -1, here)
        # an article with another address than the page's is a teaser if one has the page's
        order = (score[0] + 10 * score[1] * (score[0] > 1), score[1])
        if best is None or order > best:
            best, chosen = order, node
    return chosen


def _address(url: str) -> str:
    return re.sub(r"^https?://(?:www\.)?|[#?].*$", "", url).rstrip("/").lower()


def _reference(value: Json) -> str:
    if isinstance(value, dict):
        value = value.get("@id") or value.get("url")
    return value[:LONGEST_STRING] if isinstance(value, str) else ""


def _text(value: Json) -> str:
    """The first string in a value: itself, its ``name`` or ``@value``, or that of its first entry."""
    for _ in range(4):
        if isinstance(value, list):
            value = value[0] if value else ""
        elif isinstance(value, dict):
            value = value.get("name") or value.get("@value") or value.get("headline") or ""
        else:
            break
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return ""
    text = value[:LONGEST_STRING]
    return fold(html.unescape(html.unescape(text)) if "&" in text else text)


def _texts(value: Json) -> tuple[str, ...]:
    entries = value[:MOST_VALUES] if isinstance(value, list) else [value]
    return tuple(filter(None, map(_text, entries)))


def _named(value: Json, graph: _Graph) -> Iterator[tuple[str, bool]]:
    """Names of persons or organisations, references resolved, and whether each is an organisation."""
    entries = value[:MOST_VALUES] if isinstance(value, list) else [value]
    for entry in entries:
        if isinstance(entry, list):
            yield from ((text, False) for text in _texts(entry))
            continue
        node = entry
        if isinstance(node, dict) and "name" not in node and isinstance(identity := node.get("@id"), str):
            node = graph.by_id.get(identity, node)
        organisation = isinstance(node, dict) and any(
            "organization" in name or name in {"corporation", "brand"} for name in _types(node)
        )
        # {"name": ["A", "B"]} and {"name": {"name": …}} are found as well
        names = (
            _texts(node["name"])
            if isinstance(node, dict) and "name" in node
            else _texts(node)
            if isinstance(node, str)
            else ()
        )
        yield from ((name, organisation) for name in names)


def _read(article: dict[str, Json], graph: _Graph) -> LinkedData:
    people = list(_named(article.get("author") or article.get("creator"), graph))[:MOST_VALUES]
    publisher = next(
        (name for name, organisation in _named(article.get("publisher"), graph) if organisation), ""
    )
    site = ""
    crumbs: tuple[str, ...] = ()
    for node in graph.nodes:
        types = _types(node)
        if not site and "website" in types:
            site = _text(node.get("name"))
        if not crumbs and "breadcrumblist" in types:
            crumbs = _crumbs(node)
    breadcrumb = article.get("breadcrumb")
    if not crumbs and isinstance(breadcrumb, dict):
        crumbs = _crumbs(breadcrumb)
    modified = article.get("dateModified")
    return LinkedData(
        headline=_text(article.get("headline")),
        news=any(ARTICLE_TYPES.get(name) == NEWS for name in _types(article)),
        alternatives=tuple(
            filter(None, (_text(article.get("alternativeHeadline")), _text(article.get("name"))))
        ),
        authors=tuple(name for name, _ in people),
        organisations=tuple(name for name, organisation in people if organisation),
        published=tuple(
            filter(
                None, (_text(article.get(name)) for name in ("datePublished", "dateCreated", "uploadDate"))
            )
        ),
        modified=tuple(filter(None, (_text(modified),))),
        section=_text(article.get("articleSection")),
        keywords=_texts(article.get("keywords")),
        description=_text(article.get("description")),
        language=_text(article.get("inLanguage")),
        publisher=publisher,
        site=site,
        free=_free(article),
        crumbs=crumbs,
        captions=tuple(_captions(article, graph)),
    )


def _crumbs(node: dict[str, Json]) -> tuple[str, ...]:
    items = node.get("itemListElement")
    names: list[str] = []
    for item in items[:20] if isinstance(items, list) else []:
        name = _text(item) or (_text(item.get("item")) if isinstance(item, dict) else "")
        if name:
            names.append(name)
    return tuple(names)


def _free(article: dict[str, Json]) -> bool | None:
    parts = article.get("hasPart")
    for node in (article, *(parts[:20] if isinstance(parts, list) else [parts])):
        value = node.get("isAccessibleForFree") if isinstance(node, dict) else None
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.strip().lower().rpartition("/")[2] in {"true", "false"}:
            return value.strip().lower().endswith("true")
    return None


def _captions(article: dict[str, Json], graph: _Graph) -> Iterator[str]:
    images = article.get("image")
    for entry in (images if isinstance(images, list) else [images])[:MOST_VALUES]:
        node = entry
        if isinstance(node, dict) and isinstance(identity := node.get("@id"), str):
            node = graph.by_id.get(identity, node)
        if isinstance(node, dict):
            for name in ("caption", "description"):
                if text := _text(node.get(name)):
                    yield text
