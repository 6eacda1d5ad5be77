"""Read the article out of a page's JSON-LD scripts (schema.org), as broken as they come.

Tolerated: several objects, lists, ``@graph``, references by ``@id``, raw line breaks in strings, trailing commas, HTML
comments and CDATA marks around the script, HTML entities in the text. Stated limits: ``MOST_SCRIPTS`` scripts of
``LONGEST_SCRIPT`` characters (``LONGEST_TOTAL`` together), ``MOST_NODES`` objects; deeper nesting than Python's parser takes is skipped.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from newsclean.metadata.record import fold, unescape_json

LONGEST_SCRIPT = 1_000_000
LONGEST_TOTAL = 3_000_000
MOST_SCRIPTS = 40
MOST_NODES = 3_000
MOST_VALUES = 60
LONGEST_STRING = 2_000
MOST_OTHERS = 4

# A parsed JSON value; each use narrows it.
Json: TypeAlias = object

NEWS, ARTICLE = 5, 3
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
        addressed: Whether it names the page's address as its own.
        alternatives: Other forms: ``alternativeHeadline``, ``name``.
        authors: Names as given.
        organisations: Those of ``authors`` that are declared as organisations.
        published: ``datePublished``.
        created: ``dateCreated`` or ``uploadDate``.
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
    addressed: bool = False
    alternatives: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    created: tuple[str, ...] = ()
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


def read_json_ld(scripts: Iterable[str], url: str, titles: Iterable[str] = ()) -> LinkedData:
    """Read the scripts' article.

    Args:
        scripts: Contents of the ``application/ld+json`` scripts.
        url: The page's address; of several articles the one with this address is the page's.
        titles: What the page calls itself elsewhere; of several articles the one with such a headline is the page's.
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
    own = _own_nodes(graph, url, titles)
    data = _read(own[0] if own else {}, graph, own[1:])
    data = replace(data, addressed=bool(own) and _address(url) in _addresses(own[0]))
    if not rescued:
        return data
    author = rescued.get("author", "")
    return replace(
        data,
        headline=data.headline or rescued.get("headline", ""),
        authors=data.authors or ((author,) if author else ()),
        published=data.published or ((rescued["datePublished"],) if "datePublished" in rescued else ()),
        modified=data.modified or ((rescued["dateModified"],) if "dateModified" in rescued else ()),
        section=data.section or rescued.get("articleSection", ""),
    )


def _parse(script: str) -> Iterator[Json]:
    """The values of one script: usually one; several where objects follow each other."""
    if not script or len(script) > LONGEST_SCRIPT:
        return
    wrapped = "<!" in script or "-->" in script or "]]>" in script
    text = (_WRAPPING.sub("", script) if wrapped else script).strip()
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
        into.setdefault(match[1], unescape_json(match[2]))
    if author := _NAMED_AUTHOR.search(script):
        into.setdefault("author", unescape_json(author[1]))


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


def _own_nodes(graph: _Graph, url: str, titles: Iterable[str]) -> list[dict[str, Json]]:
    """The page's own article first, then other objects that tell of the page.

    Articles before pages; then the page's address, the page's title, the type, and the order decide. An article with
    another page's address and headline, one of several, is a teaser. An address of another site (as copied from a
    manual) and that of a front page tell nothing.
    """
    address = _address(url)
    host = address.partition("/")[0]
    wanted = [words for words in map(_words, titles) if words]
    ranked: list[tuple[tuple[bool, int, bool, int], dict[str, Json]]] = []
    for node in graph.nodes:
        rank = max((ARTICLE_TYPES.get(name, 0) for name in _types(node)), default=0)
        if not rank:
            continue
        told = any(_text(node.get(name)) for name in ("headline", "datePublished", "author"))
        addresses = _addresses(node)
        addresses = {other for other in addresses if other.startswith(host + "/")} if host else set()
        here = 1 if address in addresses else -1 if addresses else 0
        words = _words(_text(node.get("headline")) or _text(node.get("name")))
        agrees = bool(words) and any(2 * len(words & title) >= len(words) for title in wanted)
        ranked.append(((told and rank >= ARTICLE, here, agrees, rank if told else 0), node))
    articles = sum(order[0] for order, _ in ranked)
    usable = [
        (order, node) for order, node in ranked if order[1] >= 0 or order[2] or (order[0] and articles == 1)
    ]
    return [node for _, node in sorted(usable, key=lambda item: item[0], reverse=True)]


def _addresses(node: dict[str, Json]) -> set[str]:
    """The addresses an object gives as its own."""
    return {_address(_reference(node.get(name))) for name in ("url", "mainEntityOfPage", "@id")} - {""}


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W_]+", text.lower()))


def _address(url: str) -> str:
    bare = re.sub(r"^https?:/+(?:www\.|m\.|amp\.)?|[#?].*$", "", url)
    return re.sub(r"/{2,}|(?<=/)amp/?$", "/", bare).rstrip("/").lower()


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


def _read(article: dict[str, Json], graph: _Graph, others: Sequence[dict[str, Json]]) -> LinkedData:
    """The article's fields; what it leaves out is taken from other objects that tell of the page."""
    nodes = (article, *others[:MOST_OTHERS])
    people = next(
        filter(None, (list(_named(node.get("author") or node.get("creator"), graph)) for node in nodes)), []
    )[:MOST_VALUES]
    publisher = next(
        (
            name
            for node in nodes
            for name, organisation in _named(node.get("publisher"), graph)
            if organisation
        ),
        "",
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

    def first(name: str) -> str:
        return next(filter(None, (_text(node.get(name)) for node in nodes)), "")

    return LinkedData(
        headline=_text(article.get("headline")),
        news=any(ARTICLE_TYPES.get(name) == NEWS for name in _types(article)),
        alternatives=tuple(
            filter(None, (_text(article.get("alternativeHeadline")), _text(article.get("name"))))
        ),
        authors=tuple(name for name, _ in people),
        organisations=tuple(name for name, organisation in people if organisation),
        published=tuple(filter(None, (first("datePublished"),))),
        created=tuple(filter(None, (_text(article.get(name)) for name in ("dateCreated", "uploadDate")))),
        modified=tuple(filter(None, (first("dateModified"),))),
        section=first("articleSection"),
        keywords=_texts(article.get("keywords")),
        description=first("description"),
        language=first("inLanguage"),
        publisher=publisher,
        site=site,
        free=next((free for node in nodes if (free := _free(node)) is not None), None),
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
