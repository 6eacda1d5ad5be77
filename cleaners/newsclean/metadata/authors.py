"""Choose the authors: the first source in a written order that names persons; the byline mends what is missing.

| order | source | why |
| --- | --- | --- |
| 1 | JSON-LD ``author`` | filed by the newsroom, one name an entry, right on most news pages |
| 2 | ``meta`` author and its kin | the same for older systems; several names in one field |
| 3 | ``itemprop=author`` | marked, but glued to titles and prompts |
| 4 | byline by form near the headline | what readers see: "By" and names, "By" alone and names on the next line |
| 5 | ``rel=author``, class names, links to author pages | often of author boxes and biographies |
| 6 | a person's name alone beside the date line | no word says that it is the author |

A source that names only the site, a newsroom or an agency gives way to a later one that names persons; if none does, the
organisation that was filed stands, even the site itself: it is what the page credits. A first name alone gives way to the
full name elsewhere; a list in the byline that holds every filed author and more persons completes it. Comments, other
stories and footers are no byline.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from newsclean.metadata.dates import find_written_dates
from newsclean.metadata.json_ld import LinkedData
from newsclean.metadata.markup import AUTHOR_PAGE, Head, Line, Marked
from newsclean.metadata.names import clean_names, is_by, is_person, is_site, key, looks_like_name, read_byline
from newsclean.metadata.titles import SiteNames

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
    "twitter:data1",
)

# Stated limits.
MOST_VALUES = 40
MOST_IN_A_FIELD = 5
LONGEST_LINE = 160
# A byline stands among the first lines after the headline, or right before it.
LINES_AFTER, LINES_BEFORE = 22, 4
NAME_LINES = 6


@dataclass(frozen=True, slots=True)
class AuthorCandidate:
    """Cleaned names from one source, in order."""

    source: str
    names: tuple[str, ...]


# What was filed as the author, by a person or a system.
FILED = ("json-ld:author", "meta:", "itemprop:author")
# Parts of names of elements around an author's name that is not this page's author.
_ELSEWHERE = re.compile(
    r"comment|\brepl|related|sidebar|widget|footer|teaser|recommend|testimonial|newsletter", re.IGNORECASE
)
BOXES = ("rel:author", "class:byline", "class:author")
MOST_IN_A_BOX = 3
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
)


def author_candidates(
    head: Head, data: LinkedData, marked: Sequence[Marked], before: Sequence[Line], after: Sequence[Line]
) -> list[AuthorCandidate]:
    """Every source's names, cleaned; sources without any left out."""
    found = [AuthorCandidate("json-ld:author", clean_names(data.authors))]
    for name in META_NAMES:
        values = [value for value in head.metas.get(name, ()) if "://" not in value]
        found.append(AuthorCandidate(f"meta:{name}", clean_names(values[:MOST_VALUES])))
    found += [AuthorCandidate(source, _boxed(marked, source)) for source in ("itemprop:author", *BOXES)]
    found.append(AuthorCandidate("link:author", _linked(before, after)))
    found.append(AuthorCandidate("byline", find_byline(before, after)[0]))
    found.append(AuthorCandidate("line:name", _name_by_the_date(before, after)))
    return [candidate for candidate in found if candidate.names]


def find_byline(before: Sequence[Line], after: Sequence[Line]) -> tuple[tuple[str, ...], str]:
    """The names in the line by the headline that has a byline's form, and that line; both empty if there is none."""
    lines = (*after[:LINES_AFTER], *before[:LINES_BEFORE])
    for i, line in enumerate(lines):
        if line.aside or line.heading or len(line.text) > LONGEST_LINE:
            continue
        if (
            is_by(line.text)
            and i + 1 < len(lines)
            and (names := read_byline(f"{line.text} {lines[i + 1].text}"))
        ):
            return names, f"{line.text} {lines[i + 1].text}"
        # "By" may stand in the middle of a line of several elements
        starts = range(min(len(line.pieces), 8))
        names = next(filter(None, (read_byline(" ".join(line.pieces[i:])) for i in starts)), ())
        if names:
            return clean_names(names), line.text
    return (), ""


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
        if candidate.names and (candidate.source != "line:name" or is_person(candidate.names[0], site))
    )
    ranked = sorted(usable, key=lambda i: (_order(candidates[i].source), i))
    if not ranked:
        return (), frozenset()
    people = [i for i in ranked if any(is_person(name, site) for name in candidates[i].names)]
    credited = [i for i in ranked if candidates[i].source.startswith(FILED)]
    if credited:
        # boxes of a page are no better than a credit to an organisation, unless they are short and all persons
        people = [
            i
            for i in people
            if candidates[i].source.startswith((*FILED, "byline")) or _plain(candidates[i], site)
        ]
    chosen = _completed(next(iter(people), next(iter(credited), ranked[0])), candidates, ranked, site)
    names = candidates[chosen].names
    if any(is_person(name, site) for name in names):
        names = tuple(name for name in names if not is_site(name, site))
    folded = {key(name) for name in names}
    agreeing = (i for i in ranked if {key(name) for name in candidates[i].names} == folded)
    return names, frozenset((chosen, *agreeing))


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
        if not line.aside and len(line.text) <= LONGEST_LINE:
            names = clean_names(link.text for link in line.links if AUTHOR_PAGE.search(link.target))
            if names := tuple(name for name in names if looks_like_name(name)):
                return names
    return ()


def _name_by_the_date(before: Sequence[Line], after: Sequence[Line]) -> tuple[str, ...]:
    """A person's name alone on a line (or in an element) right beside a date line."""
    lines = (*after[:NAME_LINES], *before[:LINES_BEFORE])
    dated = [
        bool(line.times) or (len(line.text) <= LONGEST_LINE and bool(find_written_dates(line.text)))
        for line in lines
    ]
    for i, line in enumerate(lines):
        if (
            line.aside
            or line.heading
            or len(line.text) > LONGEST_LINE
            or not any(dated[max(0, i - 1) : i + 2])
        ):
            continue
        alone = (line.text, *(line.pieces if dated[i] else ()))
        for text in alone:
            if 2 <= len(text.split()) <= 3 and looks_like_name(text) and clean_names([text]) == (text,):
                return (text,)
    return ()
