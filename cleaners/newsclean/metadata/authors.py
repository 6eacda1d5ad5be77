"""Choose the authors: the first source in a written order that names persons; the byline mends what is missing.

| order | source | why |
| --- | --- | --- |
| 1 | JSON-LD ``author`` | filed by the newsroom, one name an entry, right on most news pages |
| 2 | ``meta`` author and its kin | the same for older systems; several names in one field |
| 3 | ``itemprop=author`` | marked, but glued to titles and prompts |
| 4 | byline by form near the headline | what readers see: "By" and names, "By" alone and names on the next line |
| 5 | ``rel=author``, class names, links to author pages | often of author boxes and biographies |
| 6 | a person's name alone beside the date line | no word says that it is the author |
| 7 | a credit, a signature, or the state for scripts, anywhere | searched only if no source names a person |

A source that names only the site, a newsroom or an agency gives way to a later one that names persons; if none does, the
organisation that was filed stands, even the site itself: it is what the page credits. A first name alone gives way to the
full name elsewhere, and to a box with another name only if that one stands by the headline too; a list in the byline that holds every filed author and more persons completes it. Comments, other
stories and footers are no byline.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from lxml.html import HtmlElement

from newsclean.metadata.dates import find_written_dates
from newsclean.metadata.elsewhere import credit_lines, signatures, state_authors
from newsclean.metadata.json_ld import LinkedData
from newsclean.metadata.markup import AUTHOR_PAGE, PROSE_LENGTH, Head, Line, Marked
from newsclean.metadata.names import (
    clean_names,
    filed_names,
    is_by,
    is_house,
    is_organisation,
    is_person,
    is_site,
    key,
    looks_like_name,
    read_byline,
    without_labels,
    without_role,
)
from newsclean.metadata.titles import SiteNames, title_key

META_NAMES = (
    "author",
    "article:author",
    "og:article:author",
    "parsely-author",
    "sailthru.author",
    "cxenseparse:author",
    "byl",
    "dc.creator",
    "dcterms.creator",
    "article:author_name",
    "article.author",
    "citation_author",
    "authors",
    "articleauthor",
    "author_name",
)
# What systems of their own call it; not addresses, numbers or accounts of authors.
_OTHER_METAS = re.compile(r"(?<!co)author(?!i[tsz])|byline|writer|journalist")
_NOT_NAMES = re.compile(
    r"url|link|href|id\b|_id|ids\b|image|photo|mail|twitter|handle|type|slug|role|title|count|bio|desc"
)

# Stated limits.
MOST_VALUES = 40
MOST_IN_A_FIELD = 5
LONGEST_LINE = 160
# A byline stands among the first lines after the headline, or right before it.
LINES_AFTER, LINES_BEFORE = 22, 4
# A standfirst, and a lead that names the author behind it.
MOST_PROSE = 2
NAME_LINES = 6
# Characters of a trade or a place on a line between a name and the date.
LONGEST_BETWEEN = 30
# Characters between two names.
MOST_BETWEEN = 3
# More text before "By" on its line is a sentence.
MOST_BEFORE_BY = 60


@dataclass(frozen=True, slots=True)
class AuthorCandidate:
    """Cleaned names from one source, in order, and whether they are declared to be an organisation's."""

    source: str
    names: tuple[str, ...]
    organisation: bool = False


# What was filed as the author, by a person or a system.
FILED = ("json-ld:author", "meta:", "itemprop:author")
# Parts of names of elements around an author's name that is not this page's author.
_ELSEWHERE = re.compile(
    r"comment|\brepl|related|sidebar|widget|footer|teaser|recommend|testimonial|newsletter"
)
# Names that no word or markup declares to be an author's.
UNSAID = frozenset(("line:name", "signature", "script:state"))
SEARCHED = frozenset(("signature", "script:state"))
# Addresses of lists of stories: their names are sections, not authors.
SECTION_PAGE = re.compile(
    r"/(?:categor(?:y|ies|ia|ie)|kategorie|tags?|topics?|thema|sections?|rubri\w+)/", re.IGNORECASE
)
BOXES = ("rel:author", "class:byline", "class:author")
MOST_IN_A_BOX = 3
_BARS = re.compile(r"\s*[|•·]\s*|\s+[–—-]\s+")
ORDER = (
    "json-ld:author",
    "meta:",
    "itemprop:author",
    "byline",
    "rel:author",
    "class:byline",
    "class:author",
    "link:author",
    "line:name",
    "credit",
    "signature",
    "script:state",
)


def author_candidates(
    head: Head,
    data: LinkedData,
    marked: Sequence[Marked],
    before: Sequence[Line],
    after: Sequence[Line],
    byline: tuple[str, ...],
) -> list[AuthorCandidate]:
    """Every source's names, cleaned; sources without any left out."""
    organisation = bool(data.authors) and set(data.authors) == set(data.organisations)
    found = [AuthorCandidate("json-ld:author", filed_names(data.authors, data.organisations), organisation)]
    for name in (*META_NAMES, *_other_metas(head)):
        values = [value for value in head.metas.get(name, ()) if "://" not in value]
        found.append(AuthorCandidate(f"meta:{name}", filed_names(values[:MOST_VALUES])))
    found.append(AuthorCandidate("meta:twitter:label", filed_names(_labelled_card(head))))
    found += [AuthorCandidate(source, _boxed(marked, source)) for source in ("itemprop:author", *BOXES)]
    found.append(AuthorCandidate("link:author", _linked(before, after)))
    found.append(AuthorCandidate("byline", byline))
    found.append(AuthorCandidate("line:name", _name_by_the_date(before, after)))
    return [candidate for candidate in found if candidate.names]


def last_resorts(tree: HtmlElement) -> list[AuthorCandidate]:
    """Names from places that are only searched where no other source names a person."""
    credited = (read_byline(text) for text in credit_lines(tree))
    signed = (clean_names([text]) for text in signatures(tree) if looks_like_name(text))
    found = [
        AuthorCandidate("credit", next(filter(None, credited), ())),
        AuthorCandidate("signature", next(filter(None, signed), ())),
        AuthorCandidate("script:state", clean_names(state_authors(tree)[:1])),
    ]
    return [candidate for candidate in found if candidate.names]


def _other_metas(head: Head) -> list[str]:
    return [
        name
        for name in head.metas
        if _is_other_meta(name) and name not in META_NAMES and len(head.metas[name][0]) <= LONGEST_LINE
    ][:6]


@lru_cache(maxsize=2048)  # pages use the same names
def _is_other_meta(name: str) -> bool:
    return _OTHER_METAS.search(name) is not None and _NOT_NAMES.search(name) is None


def _labelled_card(head: Head) -> list[str]:
    """Names on a card for social networks, where their label says "Written by"."""
    return [
        value
        for number in "12"
        if is_by(head.first(f"twitter:label{number}"))
        for value in head.metas.get(f"twitter:data{number}", ())
    ][:MOST_VALUES]


def lines_by_headline(before: Sequence[Line], after: Sequence[Line]) -> tuple[Line, ...]:
    """The lines where a byline can stand: after the headline up to the second line of prose, and right before it."""
    prose = [i for i, line in enumerate(after[:LINES_AFTER]) if len(line.text) >= PROSE_LENGTH]
    end = prose[MOST_PROSE] if len(prose) > MOST_PROSE else LINES_AFTER
    return (*after[:end], *before[:LINES_BEFORE])


def find_byline(before: Sequence[Line], after: Sequence[Line]) -> tuple[tuple[str, ...], str]:
    """The names in the line by the headline that has a byline's form, and that line; both empty if there is none."""
    lines = lines_by_headline(before, after)
    for i, line in enumerate(lines):
        if len(line.text) - sum(len(link.text) for link in line.links) > LONGEST_LINE:
            continue
        if is_by(line.text):
            # the names stand on the next line, or are the items of a list
            behind = lines[i + 1 : i + 1 + MOST_IN_A_FIELD]
            listed = line.block.tag != "li" and bool(behind) and behind[0].block.tag == "li"
            items = takewhile(lambda item: item.block.tag == "li", behind) if listed else behind[:1]
            text = f"{line.text} {', '.join(item.text for item in items)}"
            if (names := read_byline(text)) and not line.aside:
                return names, text
        # "By" may stand in the middle of a line of several elements
        starts = [
            i for i in range(min(len(line.pieces), 8)) if len(" ".join(line.pieces[:i])) <= MOST_BEFORE_BY
        ]
        texts = [" ".join(line.pieces[i:]) for i in starts]
        texts += [line.text[bar.end() :] for bar in _BARS.finditer(line.text[:MOST_BEFORE_BY])]
        names = next(filter(None, map(read_byline, texts)), ())
        names = names or _linked_word(line)
        if names and not line.aside:
            filed = {key(link.text) for link in line.links if SECTION_PAGE.search(link.target + "/")}
            return tuple(name for name in clean_names(names) or names if key(name) not in filed), line.text
    return (), ""


def _linked_word(line: Line) -> tuple[str, ...]:
    """A single word, such as a first name or an account, that is a link right behind "By"."""
    for i, piece in enumerate(line.pieces[:8]):
        word = line.pieces[i + 1] if i + 1 < len(line.pieces) else ""
        if is_by(piece) and any(link.text == word for link in line.links):
            return filed_names([word]) if " " not in word else ()
    return ()


def choose_authors(
    candidates: Sequence[AuthorCandidate], site: SiteNames
) -> tuple[tuple[str, ...], frozenset[int]]:
    """The authors, and the indices of the candidates that agree with them.

    Args:
        candidates: In any order; :data:`ORDER` decides.
        site: The site's names.
    """
    # a name without a word before it must be a person's to be an author's at all
    usable = (
        i
        for i, candidate in enumerate(candidates)
        if candidate.names and (candidate.source not in UNSAID or is_person(candidate.names[0], site))
    )
    ranked = sorted(usable, key=lambda i: (_order(candidates[i].source), i))
    if not ranked:
        return (), frozenset()
    people = [i for i in ranked if any(is_person(name, site) for name in candidates[i].names)]
    credited = [i for i in ranked if candidates[i].source.startswith(FILED)]
    if credited:
        # boxes of a page are no better than a credit to an organisation, unless they are short and all persons
        only_site = all(is_site(name, site) for i in credited for name in candidates[i].names)
        people = [
            i
            for i in people
            if candidates[i].source.startswith((*FILED, "byline", "credit"))
            or (candidates[i].source in SEARCHED and only_site)
            or _plain(candidates[i], site)
        ]
        first_name = _first_name(candidates[credited[0]], site)
        # a first name that was filed stands against a box with other names, unless they also stand by the headline
        near = {
            key(name)
            for i in ranked
            if candidates[i].source in {"byline", "link:author", "line:name"}
            for name in candidates[i].names
        }
        people = [
            i
            for i in people
            if not first_name
            or candidates[i].source.startswith((*FILED, "byline"))
            or _begins(candidates[i], first_name)
            or near.issuperset(map(key, candidates[i].names))
        ] or (credited[:1] if first_name else [])
        # an agency is a better credit than the site itself
        credited.sort(key=lambda i: all(is_site(name, site) for name in candidates[i].names))
    chosen = _completed(next(iter(people), next(iter(credited), ranked[0])), candidates, ranked, site)
    names = candidates[chosen].names
    if any(is_person(name, site) for name in names):
        names = tuple(name for name in names if not is_site(name, site) and not is_house(name, site))
    folded = {key(name) for name in names}
    agreeing = (i for i in ranked if {key(name) for name in candidates[i].names} == folded)
    return names, frozenset((chosen, *agreeing))


def _first_name(candidate: AuthorCandidate, site: SiteNames) -> str:
    """A candidate's only name if it is one word that can be a person's; else empty."""
    name = candidate.names[0]
    plain = len(candidate.names) == 1 and name.isalpha() and name.istitle() and not candidate.organisation
    return key(name) if plain and not is_site(name, site) and not is_organisation(name) else ""


def _begins(candidate: AuthorCandidate, first_name: str) -> bool:
    return any(key(name).split()[0] == first_name for name in candidate.names)


def _completed(
    chosen: int, candidates: Sequence[AuthorCandidate], ranked: Sequence[int], site: SiteNames
) -> int:
    """The candidate that tells what the chosen one tells, and more: full names for first names, the byline's others."""
    names = [key(name) for name in candidates[chosen].names]
    for i in ranked:
        other = candidates[i]
        if (
            i == chosen
            or not 0 < len(other.names) <= MOST_IN_A_FIELD
            or not all(is_person(name, site) for name in other.names)
        ):
            continue
        told = [key(name) for name in other.names]
        if len(names) == 1 and " " not in names[0] and len(told) == 1 and told[0].startswith(names[0] + " "):
            return i
        if other.source == "byline" and len(told) > len(names) and set(names) <= set(told):
            return i
    return chosen


def _plain(candidate: AuthorCandidate, site: SiteNames) -> bool:
    return (
        len(candidate.names) <= MOST_IN_A_BOX
        and candidate.source in BOXES
        and all(is_person(name, site) for name in candidate.names)
    )


def _order(source: str) -> int:
    return next((i for i, prefix in enumerate(ORDER) if source.startswith(prefix)), len(ORDER))


def _boxed(marked: Sequence[Marked], source: str) -> tuple[str, ...]:
    """The names in the first marked element that holds any, and in those that stand right beside it."""
    found: list[str] = []
    group: int | None = None
    for mark in marked:
        if mark.source != source or (source in BOXES and _ELSEWHERE.search(mark.names)):
            continue
        if group is not None and mark.group != group:
            break
        names = _names_in_box(mark)
        if names:
            found += names
            group = mark.group
    if not found and source == "itemprop:author":
        # marked as the author: initials and desks stand as they are
        found = [
            mark.value or mark.text
            for mark in marked
            if mark.source == source and len(mark.text) <= LONGEST_LINE
        ][:MOST_IN_A_FIELD]
    return clean_names(found)


def _names_in_box(mark: Marked) -> tuple[str, ...]:
    """Names in a marked element: its links if they are names, else its first line that has any."""
    linked = [name for link in mark.links for name in clean_names([link]) if looks_like_name(name)]
    if linked:
        return tuple(linked)
    for line in (mark.text or mark.value).split("\n"):
        if len(line) > LONGEST_LINE:
            break
        if names := tuple(name for name in clean_names([line]) if looks_like_name(name)):
            return names
    return ()


def _linked(before: Sequence[Line], after: Sequence[Line]) -> tuple[str, ...]:
    """Names that link to an author's page, in the first line by the headline that has any."""
    for line in (*after[:LINES_AFTER], *before[:LINES_BEFORE]):
        if line.links and len(line.text) <= LONGEST_LINE and not line.aside:
            links = [link for link in line.links if AUTHOR_PAGE.search(link.target)]
            named = clean_names(link.text for link in links)
            # one word is a name if the address is made of it
            made = {
                name
                for link in links
                if _is_slug(link.target, link.text)
                for name in filed_names([link.text])
            }
            if names := tuple(
                name for name in (*named, *sorted(made - {*named})) if looks_like_name(name) or name in made
            ):
                return names
    return ()


def _is_slug(address: str, name: str) -> bool:
    """Whether an address ends in a name, as ``/author/mara-quill/`` does."""
    last = address.partition("?")[0].rstrip("/").rpartition("/")[2]
    return len(title_key(name)) > 2 and title_key(last) == title_key(name)


def _name_by_the_date(before: Sequence[Line], after: Sequence[Line]) -> tuple[str, ...]:
    """A person's name alone on a line (or in an element) right beside a date line."""
    lines = (*after[:NAME_LINES], *before[:LINES_BEFORE])
    dated = [
        bool(line.times) or (len(line.text) <= LONGEST_LINE and bool(find_written_dates(line.text)))
        for line in lines
    ]
    for i, line in enumerate(lines):
        # a trade or a place may stand between the name and the date
        is_short = i + 1 < len(lines) and len(lines[i + 1].text) <= LONGEST_BETWEEN
        if (
            len(line.text) > LONGEST_LINE
            or not any(dated[max(0, i - 1) : i + (3 if is_short else 2)])
            or line.aside
            or line.heading
        ):
            continue
        texts = (line.text, *(line.pieces if dated[i] else ()), *(_BARS.split(line.text) if dated[i] else ()))
        for text in map(without_labels, map(without_role, texts)):
            names = clean_names([text])
            alone = len(" ".join(names)) >= len(text) - MOST_BETWEEN * len(names)
            if (
                alone
                and text.startswith(names[:1])
                and all(2 <= len(name.split()) <= 3 and looks_like_name(name) for name in names)
            ):
                return names
    return ()
