"""Title, authors, dates and the like: every candidate kept as evidence, one chosen by a written rule.

Candidates come from JSON-LD (schema.org), Open Graph and ``article:`` meta, other meta, microdata, ``time`` elements, the
byline, the headline and the title tag. Nothing here looks at a clock.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from html import unescape
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement
from resiliparse.parse.lang import detect_fast

from newsclean.article import Evidence

# Caps against hostile pages: no real page needs more.
LARGEST_JSON = 1_000_000
MOST_NODES = 2_000
MOST_AUTHORS = 20
LONGEST_VALUE = 500
# The byline and its date stand within so many text-bearing elements after the headline.
LINES_NEAR_HEADLINE = 14


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says of its article.

    Attributes are those of :class:`newsclean.Article`, and:
        declared_language: As the page declares it.
        title_candidates: All titles found, for telling the headline from the body.
    """

    title: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    modified: datetime | None = None
    declared_language: str = ""
    section: str = ""
    tags: tuple[str, ...] = ()
    description: str = ""
    site: str = ""
    canonical_url: str = ""
    paywalled: bool | None = None
    title_candidates: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(slots=True)
class _Candidates:
    """Candidates by field, in order of trust within each: (source, value)."""

    title: list[tuple[str, str]]
    authors: list[tuple[str, tuple[str, ...]]]
    published: list[tuple[str, str]]
    modified: list[tuple[str, str]]


# Meta names by field, most telling first.
_TITLE_METAS = ("og:title", "twitter:title", "dc.title", "parsely-title", "sailthru.title", "cxenseparse:title")
_AUTHOR_METAS = ("author", "article:author", "dc.creator", "parsely-author", "sailthru.author", "cxenseparse:author", "byl", "dcterms.creator")
_PUBLISHED_METAS = (
    "article:published_time", "article:published", "og:published_time", "datepublished", "date", "dc.date.issued", "dc.date",
    "dcterms.created", "parsely-pub-date", "sailthru.date", "publish-date", "pubdate", "publishdate", "cxenseparse:recs:publishtime",
    "last-published", "originalpublicationdate", "publication_date", "dc.date.created",
)  # fmt: skip
_MODIFIED_METAS = ("article:modified_time", "article:modified", "og:updated_time", "datemodified", "last-modified", "dcterms.modified", "dc.date.modified", "article:updated")
_SITE_METAS = ("og:site_name", "application-name", "publisher")
_ARTICLE_TYPES = re.compile(r"(?:Article|Posting|Report|Review|Interview)$")
_ORGANISATION = re.compile(
    r"\b(?:redaktion|redaktionsnetzwerk|redacci[oó]n|r[eé]daction|redazione|redacção|redactie|redakcja|staff|newsroom|editors?|agency|agencies|agence|agenzia|agencias?|agentur|press"
    r"|news|online|media|desk|team|admin|bureau|tv|radio|magazine|gmbh|inc|ltd|group|reuters|afp|dpa|apa|efe|ansa|associated press|\.(?:com|org|net|de|co\.uk|fr|es|it|at|ch))\b",
    re.IGNORECASE,
)
_BY = re.compile(
    r"^\s*(?:(?:written|story|words|text|report|posted|published|article)\s+)?(?:by|von|par|por|di|door|af|av|autor(?:in)?|author|texte?\s+(?:de|von)|tekst|a cura di|propos recueillis par)\b\s*:?\s*",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:reporter|correspondent|editor|writer|columnist|journalist|photographer|desk|staff|special to|contributor|redakteur|redakteurin|korrespondent|korrespondentin|journaliste"
    r"|correspondant|corresponsal|redactor|inviat[oa]|bureau chief|city desk|verslaggever|presenter|producer|analyst|chief|political|business|science|sports?|news)\b",
    re.IGNORECASE,
)
_NAME_SPLIT = re.compile(r"\s*(?:,|;|\||/|\n|•|·|\s&\s|\s\+\s|\s(?:and|und|et|y|e|en|i|og|och|with|mit|avec)\s)\s*")
_NAME = re.compile(r"[^\W\d_][\w.'’\-]*(?:\s+[\w.'’\-()]+){0,5}$")
_EMAIL = re.compile(r"\S+@\S+|https?://\S+|@\w+")
_TAIL = re.compile(r"\s+[|\-–—•:»·]\s+([^|–—•»·]{1,60})$")
_HEAD = re.compile(r"^([^|]{1,40})\s+[|]\s+")
_SPACE = re.compile(r"\s+")


def read_metadata(tree: HtmlElement, url: str) -> Metadata:
    """Read what a page says of its article.

    The rules of choice: titles vote, and the most trusted of the winning group gives the spelling; authors are the first
    source with a person's name, JSON-LD before meta before the byline; dates are the first source with a time, else the
    first with a date; a modification is later than the publication or none.

    Args:
        tree: The parsed page; not changed.
        url: Base for relative addresses, and last resort for a date.
    """
    metas = _metas(tree)
    nodes = _json_ld(tree)
    article = _article_node(nodes)
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    headline = _headline(tree)
    lines = _lines_near(headline, tree)
    site = _first(metas, _SITE_METAS) or _name_of((article or {}).get("publisher"), by_id)
    found = _Candidates([], [], [], [])
    _collect_titles(found, tree, metas, article, headline)
    _collect_authors(found, tree, metas, article, by_id, lines, site)
    _collect_dates(found, tree, metas, article, lines, url)
    title, title_evidence = _choose_title(found.title, site, url)
    authors, author_evidence = _choose_authors(found.authors)
    published, published_evidence = _choose_date("published", found.published, None)
    modified, modified_evidence = _choose_date("modified", found.modified, published)
    section = _section(tree, metas, article, nodes, headline, lines)
    canonical = tree.xpath("string(//link[@rel='canonical']/@href)") or metas.get("og:url", [""])[0]
    return Metadata(
        title=title,
        authors=authors,
        published=published,
        modified=modified,
        declared_language=_declared_language(tree, metas, article),
        section=section,
        tags=_tags(metas, article),
        description=_clean(_first(metas, ("og:description", "description", "twitter:description")) or _text((article or {}).get("description"))),
        site=_clean(site),
        canonical_url=_absolute(url, canonical),
        paywalled=_paywalled(nodes, metas),
        title_candidates=tuple(dict.fromkeys(value for _, value in found.title)),
        evidence=(*title_evidence, *author_evidence, *published_evidence, *modified_evidence),
    )


def decide_language(text: str, declared: str) -> str:
    """ISO 639-1 code of the text's language: what the page declares, unless the text clearly is another.

    Args:
        text: The article's text.
        declared: As the page declares it; empty if it does not.
    """
    code = declared.lower().replace("_", "-").partition("-")[0].strip()
    code = code if re.fullmatch(r"[a-z]{2}", code) else ""
    if len(text) < 60:
        return code
    guess, distance = detect_fast(text, cutoff=1200)
    # the lower the distance the surer; above 900 it is a guess (measured on ../shared/pages)
    if guess == "unknown" or (code and distance > 900):
        return code
    return str(guess)


def read_byline(line: str) -> tuple[str, ...]:
    """The names in a byline: "By Mara Quill and Theo Lunde, Harbour Desk" gives both, without the desk."""
    return _names(_BY.sub("", line))


_MONTHS = {
    name: 1 + index
    for names in (
        "january february march april may june july august september october november december",
        "jan feb mar apr may jun jul aug sep oct nov dec", "januar februar märz april mai juni juli august september oktober november dezember",
        "jänner feber mrz apr mai jun jul aug sept okt nov dez", "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
        "januari februari maart april mei juni juli augustus september oktober november december",
        "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    )
    for index, name in enumerate(names.split())
}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_WRITTEN = (
    re.compile(rf"\b(?P<month>{_MONTH})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})", re.IGNORECASE),
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:\.|er|º|st|nd|rd|th)?\s+(?:de\s+|of\s+)?(?P<month>{_MONTH})\.?,?\s+(?:de\s+)?(?P<year>\d{{4}})", re.IGNORECASE),
    re.compile(r"\b(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})"),
    re.compile(r"\b(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})\b"),
)
_CLOCK = re.compile(r"\b(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2}))?\s*(?P<half>[ap]\.?m\.?|uhr|h)?(?!\w)", re.IGNORECASE)


def read_written_date(line: str) -> datetime | None:
    """A date written out, such as "January 2, 2020" or "2. Januar 2020, 18:30 Uhr"; midnight UTC without a time."""
    for form in _WRITTEN:
        found = form.search(line)
        if found is None:
            continue
        month = found["month"].lower()
        try:
            return datetime(int(found["year"]), _MONTHS.get(month) or int(month), int(found["day"]), tzinfo=UTC)
        except ValueError:
            continue
    return None


# ------------------------------------------------------------------ reading


def _metas(tree: HtmlElement) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop")
        content = meta.get("content")
        if name and content and content.strip():
            found.setdefault(name.lower(), []).append(content.strip()[: 4 * LONGEST_VALUE])
    return found


def _first(metas: dict[str, list[str]], names: Iterable[str]) -> str:
    return next((metas[name][0] for name in names if name in metas), "")


def _json_ld(tree: HtmlElement) -> list[dict[str, object]]:
    """All objects of the page's JSON-LD, outer before inner."""
    nodes: list[dict[str, object]] = []
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or ""):
            continue
        source = script.text or ""
        if len(source) > LARGEST_JSON:
            continue
        stack: list[object] = [_loads(source)]
        while stack and len(nodes) < MOST_NODES:
            item = stack.pop()
            if isinstance(item, list):
                stack.extend(reversed(item[:MOST_NODES]))
            elif isinstance(item, dict):
                nodes.append(item)
                stack.extend(value for value in reversed(list(item.values())) if isinstance(value, dict | list))
    return nodes


def _loads(source: str) -> object:
    """JSON as sites write it: comments around it, raw line feeds in strings, trailing commas."""
    source = source.strip().removeprefix("<!--").removesuffix("-->").strip()
    source = re.sub(r"^\s*(?://\s*)?<!\[CDATA\[|(?://\s*)?\]\]>\s*$", "", source).strip().rstrip(";")
    for attempt in (source, re.sub(r",\s*([}\]])", r"\1", source)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _types(node: dict[str, object]) -> list[str]:
    kinds = node.get("@type")
    return [kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)]


def _article_node(nodes: list[dict[str, object]]) -> dict[str, object] | None:
    articles = [node for node in nodes if any(_ARTICLE_TYPES.search(kind) for kind in _types(node))]
    # a card of another story has a headline too; the page's own tells most of itself
    return max(articles, key=lambda node: sum(key in node for key in ("headline", "datePublished", "author", "dateModified", "mainEntityOfPage", "articleBody", "image")), default=None)


def _text(value: object) -> str:
    if isinstance(value, list):
        value = next((item for item in value if isinstance(item, str)), "")
    return value[: 4 * LONGEST_VALUE] if isinstance(value, str) else ""


def _name_of(value: object, by_id: dict[object, dict[str, object]]) -> str:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            node = by_id.get(item.get("@id"), item) if "name" not in item else item
            name = _text(node.get("name"))
            if name:
                return name
        elif isinstance(item, str) and item:
            return item
    return ""


def _clean(text: str) -> str:
    return _SPACE.sub(" ", unescape(unescape(text))).strip()


def _absolute(url: str, address: str) -> str:
    try:
        joined = urljoin(url, address.strip()) if address.strip() else ""
    except ValueError:
        return ""
    return joined if joined.startswith(("http://", "https://")) else ""


def _headline(tree: HtmlElement) -> HtmlElement | None:
    """The first h1 with text that is no logo."""
    for heading in tree.iter("h1"):
        text = _clean(heading.text_content())
        if len(text) >= 8 and not re.search(r"logo|site-?title|brand", f"{heading.get('class') or ''} {heading.get('id') or ''}".lower()):
            return heading
    return None


def _lines_near(headline: HtmlElement | None, tree: HtmlElement) -> list[tuple[HtmlElement, str]]:
    """The short texts that follow the headline (or begin the body), in order: byline, date and section stand there."""
    found: list[tuple[HtmlElement, str]] = []
    start = headline if headline is not None else tree.find("body")
    if start is None:
        return found
    inside = {id(node) for node in start.iter()} if headline is not None else set()
    for element in start.xpath("following::*[not(self::script or self::style or self::noscript)]") if headline is not None else start.iter():
        if id(element) in inside or not isinstance(element.tag, str) or element.tag in {"script", "style", "noscript", "option"}:
            continue
        own = _clean(element.text or "")
        if not own and not (element.tag in {"p", "div", "li", "address"} and len(element) and len(element) < 12):
            continue
        text = _clean(element.text_content()) if len(element) < 12 else own
        if not text or len(text) > 300:
            if len(text) > 300 and element.tag == "p":
                break
            continue
        found.append((element, text))
        if len(found) >= LINES_NEAR_HEADLINE:
            break
    return found


# ------------------------------------------------------------------ candidates


def _collect_titles(found: _Candidates, tree: HtmlElement, metas: dict[str, list[str]], article: dict[str, object] | None, headline: HtmlElement | None) -> None:
    for name in _TITLE_METAS:
        if name in metas:
            found.title.append((f"meta:{name}", _clean(metas[name][0])))
    if headline is not None:
        found.title.append(("h1", _clean(headline.text_content())))
    if article is not None:
        found.title.append(("json-ld:headline", _clean(_text(article.get("headline")) or _text(article.get("name")))))
    title = tree.find(".//title")
    if title is not None and title.text:
        found.title.append(("title", _clean(title.text)))
    found.title = [(source, value[:LONGEST_VALUE]) for source, value in found.title if value]


def _collect_authors(
    found: _Candidates, tree: HtmlElement, metas: dict[str, list[str]], article: dict[str, object] | None,
    by_id: dict[object, dict[str, object]], lines: list[tuple[HtmlElement, str]], site: str,
) -> None:  # fmt: skip
    def add(source: str, values: Iterable[str]) -> None:
        names = tuple(dict.fromkeys(name for value in values for name in _names(value) if _key(name) != _key(site)))[:MOST_AUTHORS]
        if names:
            found.authors.append((source, names))

    if article is not None:
        authors = article.get("author") or article.get("creator")
        people: list[str] = []
        for item in (authors if isinstance(authors, list) else [authors])[:MOST_AUTHORS]:
            node = by_id.get(item.get("@id"), item) if isinstance(item, dict) and "name" not in item else item
            if isinstance(node, dict) and "Organization" not in " ".join(_types(node)):
                names = node.get("name")
                people += [_clean(name) for name in (names if isinstance(names, list) else [names]) if isinstance(name, str)]
            elif isinstance(node, str):
                people.append(_clean(node))
        add("json-ld:author", people)
    for name in _AUTHOR_METAS:
        add(f"meta:{name}", (_clean(value) for value in metas.get(name, [])[:MOST_AUTHORS] if "://" not in value))
    named = tree.xpath("//*[@itemprop='author' or contains(concat(' ', @rel, ' '), ' author ')]")[:MOST_AUTHORS]
    near = {id(element) for element, _ in lines}
    add("microdata:author", (_clean(element.text_content()) for element in named if id(element) in near or len(named) <= 3))
    for element, text in lines:
        if _BY.match(text) and len(text) <= 160:
            add("byline", [_BY.sub("", text)])
            break
        if re.search(r"author|byline", f"{element.get('class') or ''}".lower()) and len(text) <= 80:
            add("byline:class", [_BY.sub("", text)])


def _names(value: str) -> tuple[str, ...]:
    """Persons' names in an author field or byline: roles, addresses, organisations and places left out."""
    value = _EMAIL.sub(" ", _BY.sub("", _clean(value)[:LONGEST_VALUE]))
    names = []
    for part in _NAME_SPLIT.split(value):
        name = re.sub(r"\s*\([^)]*\)", "", _BY.sub("", part)).strip(" .,-–—|:")
        if not name or len(name) > 60 or not _NAME.match(name) or len(name.split()) > 6:
            continue
        if _ORGANISATION.search(name) or _ROLE.search(name):
            continue
        if names and len(name.split()) == 1:  # "Jonas Brandt, Bremerhaven": a place or an agency
            continue
        names.append(name)
    return tuple(dict.fromkeys(names))


def _collect_dates(
    found: _Candidates, tree: HtmlElement, metas: dict[str, list[str]], article: dict[str, object] | None,
    lines: list[tuple[HtmlElement, str]], url: str,
) -> None:  # fmt: skip
    if article is not None:
        found.published.append(("json-ld:datePublished", _text(article.get("datePublished")) or _text(article.get("dateCreated"))))
        found.modified.append(("json-ld:dateModified", _text(article.get("dateModified"))))
    for target, names in ((found.published, _PUBLISHED_METAS), (found.modified, _MODIFIED_METAS)):
        target += [(f"meta:{name}", metas[name][0]) for name in names if name in metas]
    for name, target in (("datePublished", found.published), ("dateModified", found.modified)):
        for element in tree.xpath(f"//*[@itemprop='{name}']")[:1]:
            target.append((f"microdata:{name}", element.get("content") or element.get("datetime") or _clean(element.text_content())))
    near: list[tuple[str, str]] = []
    for element, text in lines:
        for time in ([element] if element.tag == "time" else list(element.iter("time"))[:2]):
            if time.get("datetime"):
                near.append((text, time.get("datetime") or ""))
    for text, value in near[:4]:
        changed = re.search(r"updated|modified|aktualisiert|mis à jour|actualizado|aggiornato|atualizado|bijgewerkt|aktualizacja", text, re.IGNORECASE)
        (found.modified if changed else found.published).append(("time", value))
    for _, text in lines:
        written = read_written_date(text) if len(text) <= 120 else None
        if written is not None:
            found.published.append(("line", written.date().isoformat()))
            break
    dated = re.search(r"/(20\d{2}|19\d{2})[/-](\d{2})[/-](\d{2})(?:/|-|$)", urlsplit(url).path)
    if dated is not None:
        found.published.append(("url", f"{dated[1]}-{dated[2]}-{dated[3]}"))


# ------------------------------------------------------------------ choosing

# How much a source's vote weighs; none alone is right on more than four pages of five.
_VOTES = {"meta:og:title": 3.0, "h1": 3.0, "json-ld:headline": 2.5, "title": 1.5}


def _choose_title(candidates: list[tuple[str, str]], site: str, url: str) -> tuple[str, list[Evidence]]:
    """Titles vote: equal ones but for punctuation, and for a site's name behind them, stand together."""
    texts = [value for source, value in candidates if source in {"h1", "json-ld:headline", "meta:og:title"}]
    cut = [(source, value, _without_site(value, site, url, texts)) for source, value in candidates]
    score: Counter[str] = Counter()
    for source, _, title in cut:
        score[_key(title)] += _VOTES.get(source, 0.7)  # type: ignore[assignment]  # Counter's stubs know only int
    if not score:
        return "", []
    best = max(score, key=lambda key: score[key])
    title = next(title for _, _, title in cut if _key(title) == best)
    return title, [Evidence("title", source, value, chosen=_key(title) == best) for source, value, title in cut]


def _without_site(title: str, site: str, url: str, others: list[str]) -> str:
    """Cut " | Site" from a title where it is the site's name, or where another candidate is the title without it."""
    host = _key((urlsplit(url).hostname or "").removeprefix("www."))
    for _ in range(2):
        tail = _TAIL.search(title)
        if tail is None:
            break
        rest, name = title[: tail.start()].strip(), _key(tail[1])
        known = name and (name == _key(site) or (len(name) > 2 and name in host) or (len(name) > 3 and name in _key(site)) or (len(_key(site)) > 3 and _key(site) in name))
        if not known and not any(_key(rest) == _key(other) for other in others):
            break
        title = rest
    head = _HEAD.match(title)
    if head is not None and _key(head[1]) == _key(site):
        title = title[head.end() :]
    return title


def _choose_authors(candidates: list[tuple[str, tuple[str, ...]]]) -> tuple[tuple[str, ...], list[Evidence]]:
    if not candidates:
        return (), []
    best = next((names for _, names in candidates if any(" " in name for name in names)), candidates[0][1])
    same = {frozenset(map(_key, best))}
    return best, [Evidence("authors", source, "; ".join(names), chosen=frozenset(map(_key, names)) in same) for source, names in candidates]


def _choose_date(field: str, candidates: list[tuple[str, str]], not_before: datetime | None) -> tuple[datetime | None, list[Evidence]]:
    read = [(source, value, _date(value)) for source, value in candidates if value]
    usable = [(source, moment, exact) for source, _, parsed in read if parsed is not None for moment, exact in [parsed]]
    if not_before is not None:
        usable = [item for item in usable if item[1] >= not_before]
    chosen = next((item for item in usable if item[2]), usable[0] if usable else None)
    evidence = []
    for source, value, parsed in read:
        if parsed is None:
            evidence.append(Evidence(field, f"{source}:unreadable", value[:100]))
            continue
        moment, exact = parsed
        won = chosen is not None and moment == chosen[1]
        evidence.append(Evidence(field, source if exact else f"{source}:date-only", moment.isoformat(), chosen=won))
    return (chosen[1] if chosen is not None else None), evidence


def _date(value: str) -> tuple[datetime, bool] | None:
    """A moment and whether it has a time; a time without a zone is read as UTC."""
    value = value.strip()[:64]
    iso = re.sub(r"\s*([+-]\d{2}):?(\d{2})$", r"\1:\2", re.sub(r"\.\d+(?=Z|[+-]|$)", "", value))
    for attempt in (value, iso, iso.replace(" ", "T", 1)):
        try:
            moment = datetime.fromisoformat(attempt)
        except ValueError:
            continue
        exact = len(attempt) > 10
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)), exact
    if re.fullmatch(r"\d{10}(?:\d{3})?", value):
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(value[:10])), True
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        written = read_written_date(value)
        return (written, False) if written is not None else None
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)), True


# ------------------------------------------------------------------ the rest


def _key(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()


def _declared_language(tree: HtmlElement, metas: dict[str, list[str]], article: dict[str, object] | None) -> str:
    root = tree if tree.tag == "html" else tree.getroottree().getroot()
    return root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or _text((article or {}).get("inLanguage")) or _first(metas, ("og:locale", "language", "content-language"))


def _tags(metas: dict[str, list[str]], article: dict[str, object] | None) -> tuple[str, ...]:
    tags = [value for value in metas.get("article:tag", [])]
    if not tags:
        keywords = (article or {}).get("keywords")
        tags = [item for item in keywords if isinstance(item, str)] if isinstance(keywords, list) else re.split(r"[,;]", keywords) if isinstance(keywords, str) else []
    if not tags:
        tags = re.split(r"[,;]", _first(metas, ("news_keywords", "keywords", "parsely-tags", "sailthru.tags")))
    return tuple(dict.fromkeys(tag for tag in (_clean(item)[:100] for item in tags[:100]) if tag))


def _section(
    tree: HtmlElement, metas: dict[str, list[str]], article: dict[str, object] | None, nodes: list[dict[str, object]],
    headline: HtmlElement | None, lines: list[tuple[HtmlElement, str]],
) -> str:  # fmt: skip
    declared = _clean(_first(metas, ("article:section", "section", "parsely-section", "cxenseparse:recs:category")) or _text((article or {}).get("articleSection")))
    if declared:
        return declared[:100]
    for node in nodes:
        if "BreadcrumbList" in _types(node):
            items = node.get("itemListElement")
            names = [_clean(_text(item.get("name")) or _name_of(item.get("item"), {})) for item in items if isinstance(item, dict)] if isinstance(items, list) else []
            names = [name for name in names if name and len(name) <= 40]
            if len(names) >= 2:
                return names[1] if headline is None or _key(names[1]) != _key(headline.text_content()) else ""
    # a short link beside byline and date, to a section's front page
    for element, text in lines:
        for link in ([element] if element.tag == "a" else list(element.iter("a"))[:3]):
            path = urlsplit(link.get("href") or "").path.strip("/")
            label = _clean(link.text_content())
            if path and path.count("/") <= 1 and len(label) <= 30 and not re.search(r"author|autor|profile|people|tag|@|share", path) and link.get("rel") != "author" and label and not _BY.match(text):
                return label
    return ""


def _paywalled(nodes: list[dict[str, object]], metas: dict[str, list[str]]) -> bool | None:
    for node in nodes:
        free = node.get("isAccessibleForFree")
        if free is not None and (not _types(node) or any(_ARTICLE_TYPES.search(kind) for kind in _types(node))):
            return str(free).lower() in {"false", "no", "0"}
    tier = _first(metas, ("article:content_tier", "content_tier", "access")).lower()
    if tier:
        return tier in {"locked", "metered", "premium", "paid"}
    return None
