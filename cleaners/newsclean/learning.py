"""Learn a site's profile from outlines of its pages, without labels.

The answer is a function of the set of pages: neither their order nor the clock has a part in it. Memory is bounded by the
sample: of each month of fetching the :data:`SAMPLE` pages with the smallest ids (ids are hashes, so this is a fair sample,
and the sample of a union is the sample of the samples, as long as no page of both was seen twice), of the newest :data:`MONTHS` months. Exact counts over a sample are
simple, mergeable and idempotent: a page seen twice counts once, which a sketch of counts cannot do. A line that stands on
a tenth of a million pages is found on 26 ± 5 of 256.
"""

from __future__ import annotations

import contextlib
import hashlib
import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from newsclean.article import NoArticle, Page
from newsclean.clean import examine
from newsclean.outline import Line, LineKind, Sighting, has_date, is_sentence, shown_template
from newsclean.profile import (
    FADED,
    FADING,
    SHORT_LENGTH,
    UNDATED,
    Form,
    SiteProfile,
    Standing,
    belongs_to_article,
)

# Pages of a month that are looked at, and months.
SAMPLE, MONTHS = 256, 3
# Of a group of fewer articles nothing is learned; of fewer than the second number only with care.
FEWEST_ARTICLES, ENOUGH_ARTICLES = 4, 8
# What has not been seen for FADING, on so many newer articles, fades: it is known, and acts on pages of its time only.
NEWER_ARTICLES = 8
# A paragraph of this length tells its story; two pages that share half of such text tell the same one.
TELLING_LENGTH, SAME_STORY = 40, 0.5
# What stands on more pages than this, or on half of all, tells no story.
TELLING_PAGES = 20
# So long a line is a paragraph: background that a running story repeats. It must stand on twice the share.
PARAGRAPH_LENGTH = 220
# Lines shorter than SHORT_LENGTH are shared by chance.
SHORT_SHARE = 0.5
# The share of articles that convicts a line in the midst of the text, by the number of articles it is counted on: with few
# articles, a running story's background may stand on several of them.
SHARES = ((ENOUGH_ARTICLES, 0.6), (16, 0.4), (64, 0.25))
SMALLEST_SHARE = 0.15
FEWEST_IN_TEXT, FEWEST_OF_TEMPLATE = 3, 4
# A line with a changing part must stand on nearly all articles. If it is a whole sentence it may be what a kind of story
# always says ("She pleaded guilty to 12 charges", "The season continues on Saturday"): then it must also be set apart (see
# _Count.apart) on so many of its places, or name a day with its year.
TEMPLATE_SHARE, APART_SHARE = 0.8, 0.8
# A sentence in so many forms is one of those, and so is each of its forms.
FEWEST_FORMS = 3
# Promotions take turns: so many lines, each on three articles at least and no two on one, that stand on half of all together.
FEWEST_IN_TURN, TURNS_SHARE = 3, 0.5
# Where an article has more than so many lines that some others have, its kind of story is made of formulas (the weather, the
# markets): such lines must stand on nearly all articles.
MOST_FORMULAS = 2
# What stands at the text's edge now and then may be its last sentence.
EDGE_SHARE = 0.3
# A path repeats if it shows at most this many different texts for each article it stands on.
REPEATING, FEWEST_OF_PATH = 0.34, 5
# A path's kind is known if so many of its blocks are of it, on so many articles.
KNOWN_KIND, KNOWN_ARTICLES = 0.95, 12
# Kinds whose text is the article's, in the body or beside it.
OWN_KINDS = frozenset({"body", "caption", "credit", "title", "byline", "hidden"})
# Rows of a profile, most frequent first: what is rarer is no furniture on any count.
MOST_ROWS = 2000


def learn(sightings: Iterable[Sighting], site: str = "") -> SiteProfile:
    """Learn what stands on many of a site's articles, and what stands where.

    Args:
        sightings: Outlines of the site's pages, in any order; of two of one page the newer counts.
        site: Name of the site, for the profile.
    """
    pages = sample(sightings)
    if not pages:
        return SiteProfile(site)
    stories = _stories(pages)
    newest = max(page.seen for page in pages)
    groups = _Groups(pages, stories)
    counts = _count(pages, stories)
    company = _Company(counts, groups)
    rows: dict[tuple[Form, str], list[Standing]] = defaultdict(list)
    for count in counts:
        of = groups.articles(count.cluster, count.first_seen.date(), count.last_seen.date())
        if of < FEWEST_ARTICLES:
            continue
        furniture, reason = (
            _judge_path(count, of) if count.form == "path" else _judge_text(count, of, company)
        )
        if furniture and newest - count.last_seen >= FADING:
            newer = groups.newer("", count.last_seen)
            if newer >= NEWER_ARTICLES:
                furniture = False
                reason = f"{FADED}: not on the {newer} articles since {count.last_seen:%Y-%m-%d}"
        if reason:
            rows[count.form, count.key].append(count.standing(of, furniture, reason))
    # of several groups that tell of one line, the one that convicts, then the largest, speaks
    standings = [
        max(each, key=lambda row: (row.furniture, row.faded, row.articles, row.cluster == "", row.cluster))
        for each in rows.values()
    ]
    standings.sort(key=lambda row: (not row.furniture, not row.faded, -row.articles, row.form, row.key))
    return SiteProfile(site, tuple(standings[:MOST_ROWS]), articles=len(set(stories)), seen=newest)


def learn_profile(pages: Iterable[Page], site: str = "", *, seen: datetime = UNDATED) -> SiteProfile:
    """Learn a site's profile from its pages: each is cleaned, and what they have in common is told apart from what is their own.

    Args:
        pages: Pages of one site, four at least; those without an article teach nothing.
        site: Name of the site, for the profile.
        seen: When they were fetched.
    """
    return learn(_sightings(pages, seen), site)


def _sightings(pages: Iterable[Page], seen: datetime) -> Iterator[Sighting]:
    for page in pages:
        name = page.url or page.html
        told = name if isinstance(name, bytes) else name.encode("utf-8", "surrogatepass")
        with contextlib.suppress(NoArticle):
            outline = examine(page.html, page.url, content_type=page.content_type).outline
            yield Sighting(hashlib.blake2b(told, digest_size=16).hexdigest(), seen, outline)


def sample(sightings: Iterable[Sighting]) -> list[Sighting]:
    """The pages that are looked at: see the module's docstring. In order of their ids."""
    newest: dict[str, Sighting] = {}
    for sighting in sightings:
        known = newest.get(sighting.page)
        if known is None or _age(known) < _age(sighting):
            newest[sighting.page] = sighting
    months: dict[tuple[int, int], list[Sighting]] = defaultdict(list)
    for sighting in newest.values():
        months[sighting.seen.year, sighting.seen.month].append(sighting)
    chosen = [
        sighting
        for month in sorted(months)[-MONTHS:]
        for sighting in heapq.nsmallest(SAMPLE, months[month], key=lambda sighting: sighting.page)
    ]
    return sorted(chosen, key=lambda sighting: sighting.page)


def _age(sighting: Sighting) -> tuple[datetime, str]:
    return sighting.seen, repr(sighting.outline)  # of two at one time it must not matter which came first


def _stories(pages: Sequence[Sighting]) -> list[int]:
    """A story's number for each page: pages that share half of their telling paragraphs tell one story."""
    telling = [
        {
            line.key: line.length
            for line in page.outline.lines
            if line.kind == "body" and line.length >= TELLING_LENGTH
        }
        for page in pages
    ]
    holders: dict[str, list[int]] = defaultdict(list)
    for number, lines in enumerate(telling):
        for key in lines:
            holders[key].append(number)
    most = min(TELLING_PAGES, max(len(pages) // 2, 1))
    common = {key for key, numbers in holders.items() if len(numbers) > most}
    story = list(range(len(pages)))

    def first(number: int) -> int:
        while story[number] != number:
            number = story[number]
        return number

    def join(a: int, b: int) -> None:
        a, b = sorted((first(a), first(b)))
        story[b] = a

    # the same page at many addresses, whatever is common in it
    same: dict[frozenset[str], int] = {}
    for number, lines in enumerate(telling):
        whole = frozenset(lines)
        if whole and not whole <= common:
            join(number, same.setdefault(whole, number))
    own = [sum(length for key, length in lines.items() if key not in common) for lines in telling]
    shared: dict[tuple[int, int], list[str]] = defaultdict(list)
    for key, numbers in holders.items():
        if key not in common:
            for position, a in enumerate(numbers):
                for b in numbers[position + 1 :]:
                    shared[a, b].append(key)
    for (a, b), keys in shared.items():
        mass = sum(telling[a][key] for key in keys)
        # one long line in common is a standing line, unless it is all there is
        several = len(keys) > 1 or mass in {own[a], own[b]}
        if several and mass >= SAME_STORY * min(own[a], own[b]):
            join(a, b)
    return [first(number) for number in range(len(pages))]


class _Groups:
    """The articles of each template cluster, and of the whole site (under the empty name), by day."""

    def __init__(self, pages: Sequence[Sighting], stories: Sequence[int]) -> None:
        self._pages: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
        self._articles: dict[tuple[str, date, date], int] = {}
        for page, story in zip(pages, stories, strict=True):
            for group in ("", page.outline.cluster):
                self._pages[group].append((page.seen, story))

    def articles(self, group: str, first: date, last: date) -> int:
        """Number of articles fetched from one day to another."""
        known = self._articles.get((group, first, last))
        if known is None:
            known = len({story for seen, story in self._pages[group] if first <= seen.date() <= last})
            self._articles[group, first, last] = known
        return known

    def newer(self, group: str, moment: datetime) -> int:
        """Number of articles fetched after a moment."""
        return len({story for seen, story in self._pages[group] if seen > moment})


@dataclass(slots=True)
class _Count:
    """What is counted of one line, template or path, in one group of pages.

    ``at_edge`` are the places where it stands before or after all text of the article's own; ``apart`` those where it is link
    text, stands between lines that are not the article's own, or lies where nothing of the article's own does.
    """

    form: Form
    key: str
    cluster: str
    line: Line
    text: str
    first_seen: datetime
    last_seen: datetime
    stories: set[int] = field(default_factory=set)
    kinds: Counter[LineKind] = field(default_factory=Counter)
    texts: set[str] = field(default_factory=set)
    paths: set[str] = field(default_factory=set)
    blocks: int = 0
    at_edge: int = 0
    apart: int = 0

    def add(self, line: Line, story: int, seen: datetime, at_edge: bool, apart: bool) -> None:
        self.stories.add(story)
        self.kinds[line.kind] += 1
        self.texts.add(line.key)
        self.paths.add(line.path)
        self.blocks += 1
        self.at_edge += at_edge
        self.apart += apart
        self.first_seen = min(self.first_seen, seen)
        self.last_seen = max(self.last_seen, seen)

    @property
    def kind(self) -> LineKind:
        """What the cleaner takes it for, mostly."""
        return max(sorted(self.kinds), key=lambda kind: self.kinds[kind])

    def standing(self, of: int, furniture: bool, reason: str) -> Standing:
        """The row of the profile."""
        return Standing(
            self.form,
            self.key,
            self.text,
            self.kind,
            self.cluster,
            len(self.stories),
            of,
            len(self.texts),
            self.first_seen,
            self.last_seen,
            furniture,
            reason,
        )


def _count(pages: Sequence[Sighting], stories: Sequence[int]) -> list[_Count]:
    """Count what stands on two articles or more, in each group of pages."""
    first: dict[tuple[Form, str], int] = {}
    recurring: set[tuple[Form, str]] = set()
    for page, story in zip(pages, stories, strict=True):
        for line in page.outline.lines:
            for each in _keys(line):
                if first.setdefault(each, story) != story:
                    recurring.add(each)
    del first
    counts: dict[tuple[str, Form, str], _Count] = {}
    for page, story in zip(pages, stories, strict=True):
        own = _own_lines(page, recurring)
        edges = _edges(page, own)
        apart = _apart(page, own)
        for number, line in enumerate(page.outline.lines):
            for form, key in _keys(line):
                if (form, key) not in recurring:
                    continue
                for group in ("", page.outline.cluster):
                    count = counts.get((group, form, key))
                    if count is None:
                        text = shown_template(line) if form == "template" else line.text
                        count = counts[group, form, key] = _Count(
                            form, key, group, line, text, page.seen, page.seen
                        )
                    count.add(line, story, page.seen, number in edges, number in apart)
    return list(counts.values())


def _keys(line: Line) -> tuple[tuple[Form, str], ...]:
    if line.template:
        return ("line", line.key), ("path", line.path), ("template", line.template)
    return ("line", line.key), ("path", line.path)


def _own_lines(page: Sighting, recurring: set[tuple[Form, str]]) -> list[int]:
    """Numbers of the body's lines that stand on no other article."""
    return [
        number
        for number, line in enumerate(page.outline.lines)
        if line.kind == "body"
        and ("line", line.key) not in recurring
        and ("template", line.template) not in recurring
    ]


def _edges(page: Sighting, own: Sequence[int]) -> set[int]:
    """Numbers of the lines with no text of the article's own before, or none after them."""
    return {*range(own[0]), *range(own[-1] + 1, len(page.outline.lines))} if own else set()


def _apart(page: Sighting, own: Sequence[int]) -> set[int]:
    """Numbers of the lines that are set apart from the article's own text: see :class:`_Count`."""
    lines = page.outline.lines
    paths = {lines[number].path for number in own}
    foreign = [line.kind not in OWN_KINDS for line in lines]
    return {
        number
        for number, line in enumerate(lines)
        if line.is_link
        or line.path not in paths
        or (0 < number < len(lines) - 1 and foreign[number - 1] and foreign[number + 1])
    }


def _judge_text(count: _Count, of: int, company: _Company) -> tuple[bool, str]:
    """Whether a line or template is furniture, and why; without a reason it is not worth a row.

    Args:
        count: What was counted of it.
        of: Number of articles that it was counted on.
        company: What stands beside it on the site.
    """
    articles, line = len(count.stories), count.line
    is_template = count.form == "template"
    if is_template and len(count.texts) < 2:  # the line itself says it
        return False, ""
    least = FEWEST_OF_TEMPLATE if is_template else 2
    careful = 1 if of >= ENOUGH_ARTICLES else 0
    if articles < least:
        return False, ""
    if belongs_to_article(line.text):
        return False, "a note or disclaimer: it belongs to its article"
    if count.kind in OWN_KINDS - {"body"}:
        return False, ""
    short = len(line.text) < SHORT_LENGTH
    removed = sum(number for kind, number in count.kinds.items() if kind not in OWN_KINDS)
    if not short and articles >= FEWEST_IN_TEXT and 2 * removed > count.blocks:
        return True, "the cleaner takes it for furniture on most of its articles"
    if not is_template and not short and articles >= least + careful and company.only_repeats(count):
        return True, "nothing but standing lines lies at its place"
    if articles < TEMPLATE_SHARE * of or is_template:
        if company.is_form_of_sentence(count):
            return False, "a sentence of the body with a changing part: a kind of story may say it"
        if company.is_formula(count):
            return False, "a kind of story made of formulas may say it"
    if of_turns := company.turns(count):
        return True, f"it is one of {of_turns} lines that take turns on most articles"
    is_paragraph = line.length > PARAGRAPH_LENGTH
    by_place = count.at_edge == count.blocks or count.apart >= APART_SHARE * count.blocks
    if articles >= max(
        FEWEST_OF_TEMPLATE if is_template or short else FEWEST_IN_TEXT,
        math.ceil(
            of
            * _needed_share(
                of,
                is_template=is_template and not (short and by_place),
                is_short=short,
                is_paragraph=is_paragraph,
            )
        ),
    ):
        return True, f"it stands on {articles / of:.0%} of the articles"
    if short or is_paragraph:
        return _too_few(articles, of)
    if articles >= least + careful and articles >= EDGE_SHARE * of and count.at_edge == count.blocks:
        return True, "it always stands at the edge of the text"
    # with so few articles two must do where there is more to go by than the line itself
    if of < ENOUGH_ARTICLES and not line.heading and (removed or count.apart == count.blocks):
        return True, "it stands on several articles, and apart from their own text"
    return _too_few(articles, of)


def _too_few(articles: int, of: int) -> tuple[bool, str]:
    if articles >= FEWEST_IN_TEXT and articles >= SMALLEST_SHARE * of / 2:
        return False, "too few articles have it in the midst of their text"
    return False, ""


class _Company:
    """What stands on a site beside a line: by itself a line does not tell whether a kind of story always says it."""

    def __init__(self, counts: Sequence[_Count], groups: _Groups) -> None:
        self._places = {(count.cluster, count.key): count for count in counts if count.form == "path"}
        self._sentences = {(count.cluster, count.key) for count in counts if _is_sentence_of_body(count)}
        self._formulas: set[str] = set()
        self._turns: dict[tuple[str, str], int] = {}
        candidates: dict[str, list[_Count]] = defaultdict(list)
        for count in counts:
            if _is_bare(count) and not self.is_form_of_sentence(count):
                candidates[count.cluster].append(count)
        for cluster, found in candidates.items():
            first, last = min(each.first_seen for each in found), max(each.last_seen for each in found)
            of = groups.articles(cluster, first.date(), last.date())
            some = [each for each in found if len(each.stories) < TEMPLATE_SHARE * of]
            if sum(len(each.stories) for each in some) > MOST_FORMULAS * of:
                self._formulas.add(cluster)
            else:
                self._take_turns(some, of)

    def _take_turns(self, lines: Sequence[_Count], of: int) -> None:
        waiting = sorted(lines, key=lambda each: (-len(each.stories), each.key))
        while len(waiting) >= FEWEST_IN_TURN:  # a page may have several places with promotions
            covered: set[int] = set()
            taken = []
            for each in waiting:
                if covered.isdisjoint(each.stories):
                    covered |= each.stories
                    taken.append(each)
            if len(taken) < FEWEST_IN_TURN or len(covered) < TURNS_SHARE * of:
                break
            self._turns.update({(each.cluster, each.key): len(taken) for each in taken})
            waiting = [each for each in waiting if (each.cluster, each.key) not in self._turns]

    def only_repeats(self, count: _Count) -> bool:
        """Whether nothing but standing lines lies at the places of a line."""
        return all(_repeats(self._places.get((count.cluster, path))) for path in count.paths)

    def is_form_of_sentence(self, count: _Count) -> bool:
        """Whether a line or template may be what a kind of story always says, with a changing part."""
        return (count.cluster, count.line.template) in self._sentences

    def is_formula(self, count: _Count) -> bool:
        """Whether a line stands among the article's own on a site whose stories are made of such lines."""
        return count.cluster in self._formulas and _is_bare(count)

    def turns(self, count: _Count) -> int:
        """How many lines take turns with this one; 0 for none."""
        return self._turns.get((count.cluster, count.key), 0) if count.form == "line" else 0


def _is_bare(count: _Count) -> bool:
    """Whether a line recurs and only that tells it from a sentence."""
    line = count.line
    return (
        count.form == "line"
        and count.kind == "body"
        and len(count.stories) >= FEWEST_IN_TEXT
        and SHORT_LENGTH <= line.length <= PARAGRAPH_LENGTH
        and not line.heading
        and not belongs_to_article(line.text)
        and count.apart < APART_SHARE * count.blocks
    )


def _is_sentence_of_body(count: _Count) -> bool:
    """Whether a template may be what a kind of story always says."""
    return (
        count.form == "template"
        and len(count.texts) >= FEWEST_FORMS
        and is_sentence(count.line.text)
        and not has_date(count.line.text)
        and count.apart < APART_SHARE * count.blocks
    )


def _needed_share(of: int, *, is_template: bool, is_short: bool, is_paragraph: bool) -> float:
    """The share of articles that convicts a line in the midst of the text."""
    share = next((share for below, share in SHARES if of < below), SMALLEST_SHARE)
    if is_short:
        share = max(share, SHORT_SHARE)
    elif is_paragraph:
        share = min(2 * share, 0.8)
    return max(share, TEMPLATE_SHARE) if is_template else share


def _repeats(place: _Count | None) -> bool:
    return place is not None and len(place.texts) <= max(1, REPEATING * len(place.stories))


def _judge_path(count: _Count, of: int) -> tuple[bool, str]:
    """Whether whatever stands at a path is furniture, and what lies there."""
    articles = len(count.stories)
    if articles < FEWEST_IN_TEXT:
        return False, ""
    if _repeats(count) and articles >= FEWEST_OF_PATH and articles >= SMALLEST_SHARE * of:
        return True, f"{len(count.texts)} texts on {articles} articles: its text repeats"
    own = sum(number for kind, number in count.kinds.items() if kind in OWN_KINDS)
    if articles >= KNOWN_ARTICLES and own <= (1 - KNOWN_KIND) * count.blocks and "." in count.key:
        return True, f"what lies there is no body on {1 - own / count.blocks:.0%} of its blocks"
    return False, f"{len(count.texts)} texts on {articles} articles: its text varies"
