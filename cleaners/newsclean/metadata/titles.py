"""Choose the headline among the page's forms of it, after the site's name is cut off.

Where the truth stands (measured on pages with truth, share right): JSON-LD headline .81–.86, h1 .77–.81, twitter:title
.79–.82, og:title .78–.81, title tag .56–.69; one of them on 98–99 %. They agree on most pages; where they differ:

| order | rule | why |
| --- | --- | --- |
| 1 | JSON-LD headline of a news type, with the page's address or words of another candidate | filed as the headline; other types copy what was written for search engines |
| 2 | the h1, or lower heading that equals a candidate, that shares words with another candidate | what readers see; alone it may be a logo or a box's heading |
| 3 | the candidates vote by weight | og, twitter and title tag are often copies of each other |
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from newsclean.metadata.json_ld import LinkedData
from newsclean.metadata.markup import Head, Marked, element_text, headline_parts
from newsclean.metadata.record import Candidate, fold

# Weight of a vote by source, in the order that breaks ties and gives the spelling among equal texts (an h1's is glued
# together from its parts).
WEIGHTS: dict[str, float] = {
    "json-ld:headline": 1.05,
    "meta:og:title": 0.95,
    "h1": 0.7,
    "heading": 0.5,
    "meta:twitter:title": 0.5,
    "meta:parsely-title": 0.5,
    "meta:sailthru.title": 0.4,
    "meta:cxenseparse:title": 0.4,
    "itemprop:headline": 0.5,
    "meta:dc.title": 0.4,
    "meta:title": 0.4,
    "title": 0.7,
    "json-ld:name": 0.3,
    "json-ld:alternativeHeadline": 0.2,
}
_ORDER = {source: number for number, source in enumerate(WEIGHTS)}
META_NAMES = (
    "og:title",
    "twitter:title",
    "parsely-title",
    "sailthru.title",
    "cxenseparse:title",
    "dc.title",
    "title",
)
LONGEST_TITLE = 400
LONGEST_TARGET = 2_000
MOST_HEADINGS = 30
# " | Site" behind a bar is a site's name even when nobody names the site; behind a dash it must be known.
LONGEST_UNKNOWN_TAIL = 40

# A headline that shares fewer of its words with every other candidate is of something else.
FEWEST_SHARED = 0.3
# The only h1 of a page needs no other's word if it has as many of its own.
FEWEST_WORDS = 5
# One that shares as many with the chosen title is a form of it.
SAME_TITLE = 0.5
# So few words are shared by chance.
MOST_CHANCE_WORDS = 3

_CUT = re.compile(r"\s+(\|\||::|[|\-–—•:»·›«/])\s+|\s?(｜|丨|\||：|_|－)\s?")
# Scripts without spaces count by character.
_WORDS = re.compile(
    r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+"
)
_LETTERS_AND_DIGITS = re.compile(r"[^\W_]+")
_BARS = frozenset("|»·•｜丨›«")


@dataclass(frozen=True, slots=True)
class SiteNames:
    """What a tail is compared with: keys of the site's names and the words of its host."""

    names: frozenset[str]
    host: str


def title_key(text: str) -> str:
    """Lower-case letters and digits only."""
    return "".join(_LETTERS_AND_DIGITS.findall(text.lower()))


def site_names(names: Sequence[str], host: str) -> SiteNames:
    """The names a site goes by.

    Args:
        names: ``og:site_name``, JSON-LD publisher and the like.
        host: The page's host.
    """
    labels = [
        label
        for label in host.lower().split(".")
        if label not in {"www", "m", "amp", "com", "co", "org", "net"}
    ]
    # the last label is the top-level domain; what is left is what the site calls itself
    own = title_key("".join(labels[:-1])) if len(labels) > 1 else title_key("".join(labels))
    return SiteNames(frozenset(filter(None, map(title_key, names))), own)


@dataclass(frozen=True, slots=True)
class Headings:
    """What a page's headings are: its headlines, the site's name, and the titles of other pages.

    Attributes:
        all: The page's ``h1`` elements.
        headlines: Those that can be the headline.
        logos: Texts of those that link to the front page.
    """

    all: tuple[HtmlElement, ...]
    headlines: tuple[HtmlElement, ...]
    logos: tuple[str, ...]


def read_headings(head: Head, *addresses: str) -> Headings:
    """Tell headlines from logos and teasers, by what they link to.

    Args:
        head: The page's head elements.
        addresses: The page's own addresses: the final one, the canonical one.
    """
    own = {_path(address) for address in addresses if address}
    host = next((split_address(address)[0] for address in addresses if address), "")
    headlines: list[HtmlElement] = []
    logos: list[str] = []
    for element in head.headlines:
        target = _whole_link(element)
        if target and not target.startswith("#") and own:
            there, path = split_address(urljoin(addresses[0], target))
            if there in {host, ""} and path in {"", "/index.html", "/index.php"} and "" not in own:
                logos.append(element_text(element, LONGEST_TITLE))
                continue
            if there == host and path not in own:
                continue
        headlines.append(element)
    return Headings(tuple(head.headlines), tuple(headlines), tuple(logos))


def split_address(address: str) -> tuple[str, str]:
    """Host without ``www.`` and path without a slash at its end; both empty for what is no address."""
    try:
        parts = urlsplit(address)
        return (parts.hostname or "").removeprefix("www."), parts.path.rstrip("/")
    except ValueError:  # such as an unclosed bracket in the host
        return "", ""


def _path(address: str) -> str:
    return split_address(address)[1]


def _whole_link(element: HtmlElement) -> str:
    """Where a heading links to as a whole: by the link around it, or the one that holds all its text."""
    for node, _ in zip((element, *element.iterancestors()), range(3), strict=False):
        if node.tag == "a":
            return (node.get("href") or "").strip()[:LONGEST_TARGET]
    links = list(islice(element.iter("a"), 2))
    if len(links) == 1 and "".join(links[0].itertext()).split() == "".join(element.itertext()).split():
        return (links[0].get("href") or "").strip()[:LONGEST_TARGET]
    return ""


def title_candidates(
    tree: HtmlElement, head: Head, data: LinkedData, marked: Sequence[Marked], headings: Headings
) -> list[Candidate]:
    """Every form of the title that the page gives."""
    named = [Candidate("json-ld:headline", data.headline)]
    named += [Candidate(c.source, c.value) for c in head.candidates(*META_NAMES)]
    named += [
        Candidate("itemprop:headline", fold(m.value or m.text))
        for m in marked
        if m.source == "itemprop:headline"
    ][:2]
    named.append(Candidate("title", head.title))
    named += [Candidate("json-ld:name", value) for value in data.alternatives]
    # a headline's microdata is its own text again
    keys = [title_key(c.value) for c in named if c.value and c.source != "itemprop:headline"]
    shown = [Candidate("h1", _headline_text(headline_parts(element), keys)) for element in headings.headlines]
    # a site without an h1, or with one that is of something else, may show its headline in a lower heading
    told = [_words(candidate.value) for candidate in named if candidate.value]
    if not any(
        _stands_in(title_key(candidate.value), keys)
        or (len(own := _words(candidate.value)) > MOST_CHANCE_WORDS and _shared(own, told) >= SAME_TITLE)
        for candidate in shown
    ):
        lower = (
            element_text(element, LONGEST_TITLE) for element in islice(tree.iter("h2", "h3"), MOST_HEADINGS)
        )
        shown += [Candidate("heading", text) for text in lower if _is_title(title_key(text), keys)][:1]
    found = [*named[:1], *shown, *named[1:]]
    return list(dict.fromkeys(Candidate(c.source, c.value[:LONGEST_TITLE]) for c in found if c.value))


def _stands_in(folded: str, keys: Sequence[str]) -> bool:
    """Whether a heading is one of the other titles, or one of them without what the site puts before or after it."""
    return len(folded) > 1 and any(key.startswith(folded) or key.endswith(folded) for key in keys)


def _is_title(folded: str, keys: Sequence[str]) -> bool:
    """Whether a heading is as good as all of another title."""
    return any(
        len(folded) >= 0.6 * len(key) for key in keys if key.startswith(folded) or key.endswith(folded)
    )


def _shared(words: frozenset[str], others: Iterable[frozenset[str]]) -> float:
    """The share of a text's words that one of the others has as well; 1 if there are no others."""
    return max((len(words & other) / len(words) for other in others), default=1.0) if words else 0.0


def _headline_text(parts: Sequence[str], keys: Sequence[str]) -> str:
    """A headline's text without kicker, date, or counter, where another title tells which of its parts is the headline."""
    whole = " ".join(parts)
    if len(parts) < 2 or any(title_key(whole) in key for key in keys):
        return whole
    runs = (
        " ".join(parts[i:j])
        for n in range(len(parts) - 1, 0, -1)
        for i, j in ((len(parts) - n, len(parts)), (0, n))
    )
    return next((run for run in runs if len(run.split()) > 2 and _stands_in(title_key(run), keys)), whole)


def choose_title(
    candidates: Sequence[Candidate], site: SiteNames, *, news: bool, addressed: bool = False
) -> tuple[str, tuple[str, ...], frozenset[int]]:
    """The title, all its forms (chosen first), and the indices of the candidates that agree with it.

    Args:
        candidates: All of the page's.
        site: The site's names.
        news: Whether the JSON-LD headline is that of a news article.
        addressed: Whether the JSON-LD is sure to be of this page.
    """
    whole = [title_key(candidate.value) for candidate in candidates]
    cleaned = [
        cut_site(candidate.value, site, frozenset(whole[:i] + whole[i + 1 :]))
        for i, candidate in enumerate(candidates)
    ]
    keys = [title_key(title) for title in cleaned]
    usable = [i for i, folded in enumerate(keys) if folded and not _is_site(folded, site, exact=True)]
    if not usable:
        return next(iter(cleaned), ""), tuple(dict.fromkeys(filter(None, cleaned))), frozenset()
    best = keys[_decide(candidates, cleaned, keys, usable, news=news, addressed=addressed)]
    agreeing = [i for i in usable if keys[i] == best]
    # the spelling of the most trusted source, not one in capitals or out of an h1's pieces if there is another
    agreeing.sort(
        key=lambda i: (cleaned[i].isupper(), candidates[i].source == "h1", _rank(candidates[i].source), i)
    )
    title = cleaned[agreeing[0]]
    # another h1 is a form of the title only if it shares its words
    own = _words(title)
    told = [
        i
        for i in range(len(candidates))
        if candidates[i].source != "h1"
        or len(own & _words(cleaned[i])) >= SAME_TITLE * len(_words(cleaned[i]))
    ]
    forms = dict.fromkeys([title, *(cleaned[i] for i in told), *(candidates[i].value for i in told)])
    return title, tuple(filter(None, forms)), frozenset(agreeing)


@lru_cache(maxsize=512)  # the candidates are compared with each other
def _words(text: str) -> frozenset[str]:
    return frozenset(_WORDS.findall(text.lower()))


def find_headline(tree: HtmlElement, headings: Headings, title: str) -> HtmlElement | None:
    """The element that shows the title: the h1 that agrees, the longest, a lower heading that agrees, any h1, the first h2."""
    own = title_key(title)
    for element in headings.headlines:
        if title_key(element_text(element, LONGEST_TITLE)) == own:
            return element
    if headings.headlines:
        return max(headings.headlines, key=lambda element: len(element_text(element)))
    lower = list(islice(tree.iter("h2", "h3"), MOST_HEADINGS))
    agreeing = (element for element in lower if title_key(element_text(element, LONGEST_TITLE)) == own)
    return next(agreeing, next(iter((*headings.all, *lower)), None))


def _decide(
    candidates: Sequence[Candidate],
    cleaned: Sequence[str],
    keys: Sequence[str],
    usable: Sequence[int],
    *,
    news: bool,
    addressed: bool,
) -> int:
    """The index of the candidate that wins."""
    words = {i: _words(cleaned[i]) for i in usable}

    def shared(i: int) -> float:
        """The share of a candidate's words that another source also has."""
        return _shared(words[i], (words[j] for j in usable if candidates[j].source != candidates[i].source))

    filed = next((i for i in usable if candidates[i].source == "json-ld:headline"), None)
    if news and filed is not None and (addressed or shared(filed) >= FEWEST_SHARED):
        return filed
    shown = [
        (shared(i), -i) for i in usable if candidates[i].source in {"h1", "heading"} and len(words[i]) > 1
    ]
    # the only h1, as long as a headline, is one even where the metadata is written for search engines alone
    only = len(shown) == 1 and filed is None and len(words[-shown[0][1]]) >= FEWEST_WORDS
    agreeing = [-i for share, i in shown if share >= FEWEST_SHARED]
    if shown and (only or agreeing):
        # the first, as a page's own headline stands above those of other stories, unless a later one clearly agrees
        share, place = max(shown)
        chosen = -place if only or share >= SAME_TITLE else min(agreeing)
        return _without_kicker(chosen, keys, usable)
    votes: dict[str, float] = {}
    for source, folded in dict.fromkeys((candidates[i].source, keys[i]) for i in usable):
        votes[folded] = votes.get(folded, 0.0) + WEIGHTS.get(source, 0.1)
    first = {
        folded: min(_rank(candidates[i].source) for i in usable if keys[i] == folded) for folded in votes
    }
    best = max(votes, key=lambda folded: (round(votes[folded], 6), -first[folded]))
    return keys.index(best)


def _without_kicker(headline: int, keys: Sequence[str], usable: Sequence[int]) -> int:
    """A candidate that is the end of the headline, where a date or kicker stands before it in the same h1."""
    for i in usable:
        if (
            keys[headline] != keys[i]
            and len(keys[i]) >= 0.5 * len(keys[headline])
            and keys[headline].endswith(keys[i])
        ):
            return i
    return headline


def cut_site(title: str, site: SiteNames, others: frozenset[str] = frozenset()) -> str:
    """Cut " | Site" off a title's end or "Site | " off its beginning; a dash or colon of the headline itself stays.

    Args:
        title: A title as given.
        site: The site's names.
        others: Keys of the other candidates; what is left after a cut may be one of them.
    """
    for _ in range(3):
        marks = list(_CUT.finditer(title))
        shorter = _cut_once(title, marks, site, others) if 0 < len(marks) <= 12 else title
        if shorter == title:
            break
        title = shorter
    return title if others else _without_host(title, site)


def _without_host(title: str, site: SiteNames) -> str:
    """A title without the site's address glued before it, as in "courier.example The ferry is back"."""
    first, _, rest = title.partition(" ")
    name, dot, _ = first.lower().removeprefix("www.").rpartition(".")
    return rest if dot and site.host and title_key(name) == site.host and rest[:1].isupper() else title


def _cut_once(title: str, marks: list[re.Match[str]], site: SiteNames, others: frozenset[str]) -> str:
    own = title_key(title)
    for mark in reversed(marks):
        head, tail = title[: mark.start()].rstrip(), title[mark.end() :].strip()
        if title_key(head) in others and own not in others and len(head.split()) > 1:
            return head
        if tail and _is_site(title_key(tail), site) and len(head) > 1:
            return head
    last, first = marks[-1], marks[0]
    tail, lead = title[last.end() :].strip(), title[: first.start()].strip()
    head, rest = title[: last.start()].rstrip(), title[first.end() :].strip()
    # "Kicker | Headline": a bar parts them, however often they are repeated together
    is_kicker = own not in others or (first[1] or first[2] or "")[:1] in _BARS
    if (_is_site(title_key(lead), site, exact=True) or (title_key(rest) in others and is_kicker)) and len(
        rest.split()
    ) > 2:
        return rest
    bar = last[1] or last[2] or ""
    if (
        bar[:1] in _BARS
        and own not in others
        and len(tail) <= LONGEST_UNKNOWN_TAIL
        and len(tail.split()) <= 5
        and len(head.split()) >= 3
    ):
        return head
    # "Headline | Section | Site": two bars or more part no headline, whoever repeats them
    if (
        bar[:1] in _BARS
        and len(marks) > 1
        and len({mark[0].strip() for mark in marks}) == 1
        and len(lead.split()) >= FEWEST_WORDS
        and len(lead) * len(marks) > len(rest)
    ):
        return lead
    return title


def _is_site(folded: str, site: SiteNames, *, exact: bool = False) -> bool:
    """Whether a tail names the site: one of its names, its host, or (unless exact) one of these with a word more."""
    if len(folded) < 2:
        return False
    if folded in site.names or folded == site.host:
        return True
    if exact or len(folded) < 4:
        return False
    known = [name for name in (*sorted(site.names), site.host) if len(name) >= 4]
    return any((folded in name or name in folded) and abs(len(name) - len(folded)) <= 8 for name in known)


def _rank(source: str) -> int:
    return _ORDER.get(source, len(_ORDER))
