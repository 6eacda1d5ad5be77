"""Choose when an article was published and last modified.

| order | source | why |
| --- | --- | --- |
| 1 | JSON-LD ``datePublished`` / ``dateModified`` of the article's own object | filed, with zone |
| 2 | ``article:published_time`` and its kin in ``meta`` | the same |
| 3 | ``itemprop`` | marked in the text |
| 4 | JSON-LD ``dateCreated`` | seldom the day of publication |
| 5 | a date that ends the title tag | the site's own stamp |
| 6 | by the headline, line by line: ``time`` and attributes for scripts, then dates written out | what readers see |
| 7 | ``time`` elsewhere, elements with "date" in their class, labelled dates, the state kept for scripts | often another story's |
| 8 | the date in the address | the day at best |

A source of kind 7 is only asked where those before told nothing. A source with a date only gives way to a later one that
has the time of the same day, and UTC to the same moment by the newsroom's clock. A publication later than every
modification is of another story or of the fetch if another candidate is not: that one is taken. One that equals the
modification gives way to an earlier day in the address. One kind of source alone gives way where two other kinds
(JSON-LD, meta, microdata, what is shown, the address) agree on another day, unless it has the time by the newsroom's own
clock and that other day is the one after, without a time: then it is the printed paper's. A page that tells only when it changed is
taken to have appeared then, and evidence says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

from lxml.html import HtmlElement

from newsclean.captions import ends_in_credit
from newsclean.metadata.dates import (
    Moment,
    WrittenDate,
    find_written_dates,
    names_update,
    parse_timestamp,
    tells_publication,
    url_date,
)
from newsclean.metadata.elsewhere import labelled_texts, state_dates
from newsclean.metadata.json_ld import LinkedData
from newsclean.metadata.markup import (
    Head,
    Line,
    Marked,
    Place,
    dated_elements,
    element_text,
    names_around,
    place_of,
    time_value,
)
from newsclean.metadata.titles import split_address

PUBLISHED_METAS = (
    "article:published_time", "og:article:published_time", "article:published", "datepublished", "parsely-pub-date", "sailthru.date",
    "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "dc.date.issued", "dcterms.issued", "dc.date", "dcterms.date",
    "dcterms.created", "dc.date.created", "article.published", "published_time", "og:published_time", "publish-date",
    "publish_date", "publishdate", "pubdate", "publication_date", "publicationdate", "originalpublicationdate", "article_date_original",
    "citation_publication_date", "citation_date", "date", "last-published", "bt:pubdate", "shareaholic:article_published_time", "displaydate", "pdate",
    "rbpubdate", "article:post_date", "created", "article.created", "datecreated", "vr:published_time", "release_date",
)  # fmt: skip
MODIFIED_METAS = (
    "article:modified_time", "og:article:modified_time", "article:modified", "datemodified", "og:updated_time", "article.updated",
    "last-modified", "lastmod", "dcterms.modified", "dc.date.modified", "article:updated", "cxenseparse:recs:modifiedtime", "modified_time",
    "bt:moddate", "shareaholic:article_modified_time", "revised", "utime",
)  # fmt: skip

_KNOWN_METAS = frozenset((*PUBLISHED_METAS, *MODIFIED_METAS))
# What systems of their own call it.
_OTHER_METAS = re.compile(
    r"publi(?!sher|city)|date[-_.:]?(?:post|creat|issu|releas)|(?:post|creat|issu|releas|pub)\w*[-_.:]?(?:date|time|on|at)\b"
    r"|(?:modif|updat|edit|revis|chang)\w*[-_.:]?(?:date|time|on|at)\b|date[-_.:]?(?:modif|updat)"
)

# Stated limits. A date line stands among the first lines after the headline, or right before it.
MOST_CANDIDATES = 40
LONGEST_LINE = 160
LINES_AFTER, LINES_BEFORE = 16, 5
# A line with more text than this beside its dates is a sentence.
MOST_OTHER_TEXT = 70
# Domains of countries that sites of all countries use.
WORLDWIDE_DOMAINS = frozenset("ai co fm gg io ly me sh to tv".split())
# Sources that are only searched where the usual ones tell nothing.
SEARCHED = ("time:elsewhere", "class:date", "labelled", "script:state")
# Clocks of one newsroom differ, and a story is filed before it is released: less than a day is no contradiction.
TOLERANCE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DateCandidate:
    """A date from one source, in the sources' order of trust."""

    source: str
    moment: Moment


def date_candidates(
    tree: HtmlElement,
    headline: HtmlElement | None,
    head: Head,
    data: LinkedData,
    marked: Sequence[Marked],
    before: Sequence[Line],
    after: Sequence[Line],
    url: str,
) -> tuple[list[DateCandidate], list[DateCandidate]]:
    """Dates of publication and of modification, most trusted first."""
    month_first = _month_first(tree, head, url)
    published: list[DateCandidate] = []
    modified: list[DateCandidate] = []

    def add(source: str, moment: Moment | None, *, updated: bool) -> None:
        into = modified if updated else published
        if moment is not None and len(into) < MOST_CANDIDATES:
            into.append(DateCandidate(source, moment))

    def read(text: str) -> Moment | None:
        return parse_timestamp(text, month_first=month_first)

    for value in data.published:
        add("json-ld:datePublished", read(value), updated=False)
    for value in data.modified:
        add("json-ld:dateModified", read(value), updated=True)
    for updated, names in ((False, PUBLISHED_METAS), (True, MODIFIED_METAS)):
        for candidate in head.candidates(*names):
            add(candidate.source, read(candidate.value), updated=updated)
    for name in [name for name in head.metas if _is_other_meta(name) and name not in _KNOWN_METAS][:10]:
        add(f"meta:{name}", read(head.metas[name][0]), updated=names_update(name))
    for mark in marked:
        if mark.source in {"itemprop:datePublished", "itemprop:dateModified", "itemprop:dateCreated"}:
            add(mark.source, read(mark.value or mark.text), updated=mark.source == "itemprop:dateModified")
    for value in data.created:
        add("json-ld:dateCreated", read(value), updated=False)
    for found in find_written_dates(head.title):
        # a date in the title may be the news' own; at its end it is the site's stamp
        if found.end == len(head.title):
            add("title", found.moment, updated=False)
    lines = (*after[:LINES_AFTER], *before[:LINES_BEFORE])
    for line in lines:
        written = _line_dates(line.text, month_first)
        if (line.times or written) and (line.aside or ends_in_credit(line.text)):
            continue  # another story's, or a picture's
        for time in line.times:
            add("time", read(time.value), updated=time.updated)
        for found in written:
            add("written", found.moment, updated=found.updated or names_update(line.names))
    if not published:
        for source, moment, updated in _last_resorts(tree, headline, head, month_first):
            add(source, moment, updated=updated)
    add("url", url_date(url), updated=False)
    return published, modified


@lru_cache(maxsize=2048)  # pages use the same names
def _is_other_meta(name: str) -> bool:
    return _OTHER_METAS.search(name) is not None


def _line_dates(text: str, month_first: bool | None) -> Sequence[WrittenDate]:
    """The dates of a date line: a line with little but dates and bylines, or one that says what its date is."""
    if len(text) > LONGEST_LINE:
        return ()
    found = find_written_dates(text, month_first=month_first)
    rest = len(text) - sum(written.end - written.start for written in found)
    return found if rest <= MOST_OTHER_TEXT or tells_publication(text) else ()


def _last_resorts(
    tree: HtmlElement, headline: HtmlElement | None, head: Head, month_first: bool | None
) -> Iterator[tuple[str, Moment | None, bool]]:
    """Dates of a page that tells none in the usual places, the next kind only where one found nothing."""
    found = False
    ranked = [(not _is_labelled(element), place_of(element, headline), element) for element in head.times]
    # one that is said to be the publication's comes first, one beside the article last
    times = [element for unsaid, _, element in ranked if not unsaid]
    times += [element for unsaid, place, element in ranked if unsaid and place is Place.BODY]
    beside = [element for unsaid, place, element in ranked if unsaid and place is Place.SIDE]
    for element in times:
        moment = _time_moment(element, month_first)
        found = found or moment is not None
        yield "time:elsewhere", moment, names_update(names_around(element, 2))
    if found:
        return
    for text, names in dated_elements(tree, headline):
        for written in find_written_dates(text, month_first=month_first):
            found = True
            yield "class:date", written.moment, written.updated or names_update(names)
    if found:
        return
    for text in labelled_texts(tree):
        for written in find_written_dates(text, month_first=month_first):
            if tells_publication(text[: written.start]):
                found = True
                yield "labelled", written.moment, written.updated
    if found:
        return
    for value in state_dates(tree):
        moment = parse_timestamp(value)
        found = found or moment is not None
        yield "script:state", moment, False
    if found:
        return
    for element in beside:
        yield "time:elsewhere", _time_moment(element, month_first), names_update(names_around(element, 2))


def _time_moment(element: HtmlElement, month_first: bool | None) -> Moment | None:
    return parse_timestamp(time_value(element) or element_text(element), month_first=month_first)


def _is_labelled(element: HtmlElement) -> bool:
    parent = element.getparent()
    return parent is not None and tells_publication(element_text(parent)[:60])


def page_zone(candidates: Sequence[DateCandidate]) -> tzinfo:
    """The zone of times without one: that of the page's other times if they agree, else UTC."""
    offsets = {
        candidate.moment.when.utcoffset(): candidate.moment.when.tzinfo
        for candidate in candidates
        if candidate.moment.when.tzinfo is not None
    }
    if len(offsets) == 1:
        return next(zone for zone in offsets.values() if zone is not None)
    return UTC


def aware(moment: Moment, zone: tzinfo) -> datetime:
    """The moment with a zone: its own, the page's, or UTC for a day."""
    if moment.when.tzinfo is not None:
        return moment.when
    return moment.when.replace(tzinfo=zone if moment.has_time else UTC)


def past(candidates: Sequence[DateCandidate], zone: tzinfo, fetched: datetime | None) -> list[DateCandidate]:
    """The candidates that are not of the time after the page was fetched; all, if that time is not known.

    A day more is granted, for days of zones ahead and for clocks that differ.
    """
    if fetched is None:
        return list(candidates)
    return [candidate for candidate in candidates if aware(candidate.moment, zone) <= fetched + TOLERANCE]


def label(candidate: DateCandidate) -> str:
    """The candidate's source for evidence, with what is missing in it."""
    if not candidate.moment.has_time:
        return f"{candidate.source}:date-only"
    return candidate.source if candidate.moment.when.tzinfo is not None else f"{candidate.source}:no-zone"


def choose_dates(
    published: Sequence[DateCandidate], modified: Sequence[DateCandidate]
) -> tuple[DateCandidate | None, DateCandidate | None]:
    """Publication and modification; None where there is no candidate.

    Args:
        published: Candidates, most trusted first.
        modified: Candidates, most trusted first.
    """
    zone = page_zone((*published, *modified))

    def when(candidate: DateCandidate) -> datetime:
        return aware(candidate.moment, zone)

    chosen = published[0] if published else None
    change = modified[0] if modified else None
    if chosen is not None:
        chosen = _not_alone(chosen, published)
    if chosen is not None and change is not None:
        latest = max(map(when, modified)) + TOLERANCE
        if when(chosen) > latest:
            # of another story, or of the fetch; one that was only searched for elsewhere is worth less than the change
            earlier = next((other for other in published if when(other) <= latest), None)
            chosen = earlier or (None if chosen.source in SEARCHED else chosen)
        elif when(chosen) == when(change):
            chosen = next((other for other in published if _is_earlier_address(other, chosen)), chosen)
    if chosen is not None and not chosen.moment.has_time:
        day = chosen.moment.when.date()
        chosen = next(
            (other for other in published if other.moment.has_time and other.moment.when.date() == day),
            chosen,
        )
    if chosen is not None and not when(chosen).utcoffset():
        # the same moment by the newsroom's own clock tells the day that its readers had
        moment = when(chosen)
        chosen = next(
            (other for other in published if when(other) == moment and when(other).utcoffset()), chosen
        )
    if chosen is None and change is not None:
        # a page that tells only one date tells when it appeared, as far as anyone can know
        chosen = change
    if chosen is not None and change is not None and when(change) < when(chosen) - TOLERANCE:
        change = next((other for other in modified if when(other) >= when(chosen) - TOLERANCE), None)
    return chosen, change


def _is_earlier_address(candidate: DateCandidate, chosen: DateCandidate) -> bool:
    """Whether the address tells of an earlier day: some systems file the last change as the publication."""
    return (
        candidate.source == "url" and aware(candidate.moment, UTC) < aware(chosen.moment, UTC) - 2 * TOLERANCE
    )


def _not_alone(first: DateCandidate, candidates: Sequence[DateCandidate]) -> DateCandidate:
    """The first candidate, unless it stands alone against two kinds of sources that agree: then it is another story's."""
    kinds: dict[date, set[str]] = {}
    for candidate in candidates:
        kinds.setdefault(_utc_day(candidate), set()).add(_kind(candidate.source))
    if len(kinds[_utc_day(first)]) > 1:
        return first
    agreed = next((other for other in candidates if len(kinds[_utc_day(other)]) > 1), first)
    return first if _is_eve(first, agreed, candidates) else agreed


def _is_eve(first: DateCandidate, agreed: DateCandidate, candidates: Sequence[DateCandidate]) -> bool:
    """Whether a time by the newsroom's own clock stands against the bare day after it: that is the printed paper's."""
    day = _utc_day(agreed)
    return (
        first.moment.has_time
        and bool(first.moment.when.utcoffset())
        and day - first.moment.when.date() == TOLERANCE
        and not any(other.moment.has_time for other in candidates if _utc_day(other) == day)
    )


def _kind(source: str) -> str:
    """What can be wrong together: JSON-LD, meta, the address, and all that is shown."""
    kind = source.partition(":")[0]
    return kind if kind in {"json-ld", "meta", "itemprop", "url"} else "shown"


def _utc_day(candidate: DateCandidate) -> date:
    return aware(candidate.moment, UTC).astimezone(UTC).date()


def _month_first(tree: HtmlElement, head: Head, url: str) -> bool | None:
    """How ``3/4/2020`` is to be read on this page: by its declared region, else by its language and its country's domain."""
    locale = (tree.get("lang") or head.first("og:locale", "content-language")).replace("_", "-").lower()
    language, _, region = locale.partition("-")
    domain = split_address(url)[0].rpartition(".")[2]
    if len(domain) == 2 and domain not in WORLDWIDE_DOMAINS:
        return domain == "us"
    if not locale:
        return None
    return language == "en" and region in {"", "us"}
