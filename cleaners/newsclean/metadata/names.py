"""Read authors' names: split lists of them, cut off "By", job titles, addresses; tell persons from organisations."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from itertools import takewhile

from newsclean.metadata.titles import SiteNames, title_key
from newsclean.metadata.words import (
    AGENCIES,
    AND,
    BY,
    BY_CORRESPONDENT,
    DEGREES,
    HONORIFICS,
    MONTHS,
    NAME_BEGINNINGS,
    ORGANISATIONS,
    PICTURES,
    PROMPTS,
    PUBLISHED,
    ROLES,
    UPDATED,
    WEEKDAYS,
    any_word,
)
from newsclean.vocabulary import Pattern

# Stated limits: a hostile page may name a hundred thousand authors, or one of a megabyte.
MOST_AUTHORS = 40
LONGEST_FIELD = 600
LONGEST_NAME = 60
MOST_WORDS = 6

_UPPER = "A-ZÀ-ÖØ-ÞĀ-ŽΑ-ΩА-Я"
_PARTICLES = "(?:de|del|della|dell|di|da|das|dos|do|du|van|von|der|den|vom|zu|zur|la|le|el|al|bin|ibn|af|av|ter|ten|the|y|e|i)"
_WORD = rf"(?:[dlDLO]['’]?)?[{_UPPER}][\w.'’‘\-]*"
# A full name as bylines print it: upper-case words, particles between them.
_MONTH = any_word(name for months in MONTHS.values() for names in months for name in names.split())
# A date glued to a name: "Ann Lee December 4", "Ann Lee on Friday", "Ann Lee 4. Mai".
_DATE_TAIL = Pattern(
    rf"[\s,|·•–—-]*(?:\b(?:on|am|le|il|el)\s+)?(?:\b\d{{1,2}}[./]|\b\d{{1,2}}\s+{_MONTH}\b|\b{_MONTH}\b\.?,?\s*(?=\d)|\b{any_word(WEEKDAYS)}\b|\b(?:19|20)\d\d\b)(?s:.*)$"
)
_FULL_NAME = re.compile(rf"{_WORD}(?:\s+(?:{_PARTICLES}\s+){{0,3}}{_WORD}){{1,4}}")
_BY = Pattern(
    rf"\s*{any_word(word for table in (BY, BY_CORRESPONDENT) for words in table.values() for word in words)}(?:\s*[:：／]\s*|\s+)"
)
# Of these, the words that do not begin ordinary sentences.
_CREDIT = Pattern(
    rf"\s*(?:{any_word(word for words in BY.values() for word in words if ' ' in word and len(word) > 6)}"
    rf"|{any_word(word for words in BY.values() for word in words if ' ' not in word and len(word) > 4)}(?:\s*[:：]|\s*$))"
)
_CREDIT_BEGINNINGS = frozenset(word[:3] for words in BY.values() for word in words)
_SEPARATOR = re.compile(
    r"\s*(?:[;|•·\n\t]|\s/\s|\s&\s|\s\+\s|,\s+(?:and|und|et|y|e|og|och)\s|,|\s[–—-]\s)\s*"
)
_LONG_AND = re.compile(r"\s+(?:" + "|".join(word for word in AND if len(word) > 2) + r")\s+", re.IGNORECASE)
_AND = re.compile(r"\s+(?:" + "|".join(AND) + r")\s+")
_NOISE = re.compile(
    r"\S+@\S+\.\w+|https?://\S+|www\.\S+|@\w{2,30}\b|\((?![^\W\d_]+\)\s+[^\W\d_])[^()]{0,80}\)|\[[^\[\]]{0,80}\]|<[^<>]{0,80}>"
)
# "Quill, Mara": the family name first.
_TURNED = re.compile(rf"([{_UPPER}][\w'’-]+), ([{_UPPER}][\w'’-]+(?: [{_UPPER}]\.?)?)")
_ROLE_WORDS = frozenset(word for words in ROLES.values() for word in words if " " not in word)
_ROLE_PHRASES = tuple(sorted({word for words in ROLES.values() for word in words if " " in word}))
# Prompts that fill the whole part.
_WHOLE_PROMPTS = frozenset(word for words in PROMPTS.values() for word in words)
# Prompts that begin a longer one.
_STARTING_PROMPT = re.compile(
    r"(?:e-?mail|follow|share|view|all posts|more (?:by|from)|read|see all|contact|about|published|updated|posted|subscribe|"
    r"print|listen|mehr|alle artikel|zum|zur|über|voir|suivre|ver|seguir|tous|segui|volg|meer|last|bio|photo|min\b|the author|learn|hey|hi|thanks|thank|dear|privacy|sign|log|cookie|terms|reviewed|edited|medically|fact[ -]checked)\b",
    re.IGNORECASE,
)
# Names written without spaces: Chinese, Japanese, Korean.
_IDEOGRAPHS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af々・　 ]{2,12}")
_IDEOGRAPHIC_ORGANISATION = re.compile(
    r"新聞|新闻|通信|編集|编辑|記者会|社$|局$|部$|網|网|オンライン|ニュース|뉴스|기자단|팀$"
)
_DOMAIN = re.compile(r"\w\.(?:com|org|net|info|tv|[a-z]{2})\b", re.IGNORECASE)
_ROLE_BEFORE = re.compile(
    r"^(?:staff writer|staff|reporter|correspondent|journalist|contributor|freelance writer)[:\s]+",
    re.IGNORECASE,
)
# Who made the pictures: "Photos by Orla Venn", "Fotos: Orla Venn", behind the author or alone.
_PICTURES_BY = Pattern(
    rf"(?:^|\s+|\s+(?:and|und|et|y|e|en|i|with)\s+){any_word(PICTURES)}(?:\s*:|\s+(?:by|von|par|de|di|por|door|courtesy)\b)"
)
# The label of the date behind a name: "Ann Lee Published".
_DATE_LABEL = Pattern(
    rf"\s+{any_word(word for table in (PUBLISHED, UPDATED) for words in table.values() for word in words if word.isalpha() and len(word) > 5)}\b.*$"
)
_TAIL = re.compile(
    r"\s+(?:(?:for|from|in|at|reporting|special to|on behalf of|is an?|of the)(?:\s.*)?|(?:view|follow)(?:\s.*)?|contributes?.*)$",
    re.IGNORECASE,
)
# "Ann Lee aus Berlin": a full name, then where that person is.
_PLACED = re.compile(
    rf"({_WORD}(?:\s+{_WORD}){{1,3}})\s+(?:à|aus|em|en|from|in|te|w)\s+{_WORD}(?:\s+{_WORD}){{0,2}}$"
)
# "From Ann Lee"; a place alone is one word as a rule.
_FROM = re.compile(rf"(?:From|FROM|from)\s+(?={_WORD}\s+{_WORD}$)")


_WORDS = re.compile(r"\w+")
_EDGE = ' .,:;&-–—|/"“”*•·⋅\u200b\ufeff'


def key(name: str) -> str:
    """A name folded for comparison: lower-case words without punctuation."""
    return " ".join(_WORDS.findall(name.lower()))


def clean_names(values: Iterable[str]) -> tuple[str, ...]:
    """Names out of raw author fields, in order, each once.

    Args:
        values: Raw values; each may hold several names.
    """
    found: dict[str, str] = {}
    for value in values:
        text = (
            " ".join(html.unescape(value[:LONGEST_FIELD]).split())
            if "&" in value
            else " ".join(value[:LONGEST_FIELD].split())
        )
        for part in split_names(text):
            name = clean_name(part)
            folded = key(name)
            if name and folded:
                found.setdefault(folded, name)
            if len(found) >= MOST_AUTHORS:
                return tuple(found.values())
    return tuple(found.values())


def filed_names(values: Iterable[str], organisations: Collection[str] = ()) -> tuple[str, ...]:
    """Names out of fields that were filed as the author's: as :func:`clean_names`, but a desk or team stands as it is.

    Args:
        values: Raw values.
        organisations: Those of them that are declared to be of organisations.
    """
    found: dict[str, str] = {}
    for value in values:
        text = " ".join(html.unescape(value[:LONGEST_FIELD]).split())
        turned = _TURNED.fullmatch(text)
        if value in organisations:
            names: tuple[str, ...] = (text.strip(_EDGE),) if _is_credit(text) else ()
        elif turned is not None and not _is_role([turned[2]]):
            names = (f"{turned[2]} {turned[1]}",)
        else:
            names = clean_names([value])
        if not names and _is_credit(_without_by(text)):
            names = (_without_by(text).strip(_EDGE),)
        for name in names:
            found.setdefault(key(name), name)
        if len(found) >= MOST_AUTHORS:
            break
    return tuple(found.values())[:MOST_AUTHORS]


def _is_credit(text: str) -> bool:
    """Whether a field is a credit at all: short, no address, and not what a system fills in where nobody did."""
    bare = text.strip(_EDGE).lower()
    return (
        2 <= len(bare) <= LONGEST_NAME
        and bare not in _WHOLE_PROMPTS
        and not _NOISE.search(text)
        and not _STARTING_PROMPT.match(bare)
        and not _PICTURES_BY.match(bare)
        and any(character.isalpha() for character in bare)
    )


def split_names(text: str) -> list[str]:
    """Cut "A, B and C" into names; a single-letter "and" joins full names only ("Ortega y Gasset" is one)."""
    text = _NOISE.sub(" ; ", _without_by(text))
    parts: list[str] = []
    for part in _SEPARATOR.split(text):
        for piece in _LONG_AND.split(part):
            halves = _AND.split(piece)
            whole = len(halves) > 1 and all(len(half.split()) >= 2 for half in halves)
            parts.extend(halves if whole else [piece])
    return parts


@lru_cache(maxsize=2048)  # a page gives its authors in many places
def clean_name(text: str) -> str:
    """One name without "By", honorific, job title or degree; empty if the text is no name."""
    pictures = _PICTURES_BY.search(text)
    if pictures is not None:
        text = text[: pictures.start()]
    name = without_labels(_ROLE_BEFORE.sub("", _without_by(text)).strip(_EDGE))
    name = without_place(_DATE_TAIL.sub("", _TAIL.sub("", name)).strip(_EDGE))
    if (
        not 2 <= len(name) <= LONGEST_NAME
        or name.count(" ") >= MOST_WORDS
        or not name[0].isalpha()
        or ": " in name
    ):
        return ""
    lowered = name.lower()
    if lowered in _WHOLE_PROMPTS or _STARTING_PROMPT.match(name) or lowered.startswith(("http", "www.")):
        return ""
    words = name.split()
    if words[0].lower().rstrip(".") in HONORIFICS and len(words) > 2:
        words = words[1:]
    while len(words) > 1 and words[-1].lower().replace(".", "") in DEGREES:
        words.pop()
    if _is_role(words) and (named := _name_in_capitals(words)):
        words = named
    if _is_role(words) or words[-1].lower().replace(".", "") in DEGREES or sum(map(str.isdigit, name)) > 2:
        return ""
    return " ".join(words)


def without_labels(text: str) -> str:
    """A name without "From" before it, or the label of a date behind it."""
    return _FROM.sub("", _DATE_LABEL.sub("", text), count=1)


def without_role(text: str) -> str:
    """A name without the trade behind a comma, as in "Ann Lee, Political Correspondent"; any other text as it is."""
    name, comma, rest = text.partition(", ")
    return name if comma and is_role(rest) else text


def without_place(text: str) -> str:
    """A full name without the place behind it, as in "Ann Lee in Berlin"; any other text as it is."""
    return _PLACED.sub(r"\1", text)


def looks_like_name(name: str) -> bool:
    """Whether a text has the form of a full name: upper-case words and particles, or a name in a script without spaces."""
    return _FULL_NAME.fullmatch(name) is not None or _IDEOGRAPHS.fullmatch(name) is not None


def is_site(name: str, site: SiteNames) -> bool:
    """Whether a name is the site's own."""
    folded = title_key(name)
    return folded in site.names or (len(folded) >= 4 and folded in {site.host, site.host + "com"})


def is_house(name: str, site: SiteNames) -> bool:
    """Whether a name is the site's own with a word that only organisations have, as "Daily Bell Editorial Team"."""
    words = key(name).split()
    own = list(takewhile(lambda word: word not in ORGANISATIONS, words))
    return 0 < len(own) < len(words) and is_site(" ".join(own), site)


def is_organisation(name: str) -> bool:
    """Whether a name is an agency's, or holds a word that only organisations have in their names."""
    return key(name) in AGENCIES or any(word in ORGANISATIONS for word in key(name).split())


@lru_cache(maxsize=1024)  # the choice among sources asks for each name again and again
def is_person(name: str, site: SiteNames) -> bool:
    """Whether a name can be a person's: two words at least, in capitals, none of an organisation's, not the site's own."""
    if _IDEOGRAPHS.fullmatch(name):
        return not _IDEOGRAPHIC_ORGANISATION.search(name) and not is_site(name, site)
    words = key(name).split()
    if len(words) < 2 or is_organisation(name) or is_site(name, site) or _DOMAIN.search(name):
        return False
    if _is_role(words):
        return False
    return not name[0].islower() and (name.rsplit(maxsplit=1)[-1][0].isupper() or not name.isascii())


def read_byline(line: str) -> tuple[str, ...]:
    """The names in a line such as "By Zachary Stieber and Ann Lee, Staff Writers"; empty if it is no byline.

    Args:
        line: A short line; it must begin with "By", or its like in another language, and a full name.
    """
    if len(line) > 200:
        return ()
    start = _BY.match(line)
    if start is None:
        return ()
    rest = line[start.end() :]
    match = _FULL_NAME.match(rest)
    if match is None:
        # one word, such as an agency or a first name, only when nothing else stands there
        word = rest.strip()
        is_name = word.isalpha() and word[:1].isupper() and len(word) <= 30
        return (word,) if is_name and word.lower() not in _WHOLE_PROMPTS else ()
    names = [
        name for name in clean_names([_names_part(rest)]) if _FULL_NAME.match(name) or key(name) in AGENCIES
    ]
    if names and not names[0].isupper():
        # a place, desk or station in capitals behind a person's name
        names = [name for name in names if not name.isupper() or key(name) in AGENCIES]
    return tuple(names)


def begins_credit(text: str) -> bool:
    """Whether a text begins with words that say who wrote, such as "Written by"; "By" alone is no such word."""
    return text[:3].lower() in _CREDIT_BEGINNINGS and _CREDIT.match(text) is not None


def is_by(line: str) -> bool:
    """Whether a line is "By" or its like alone: the names stand on the next one."""
    return len(line) <= 30 and _BY.fullmatch(line.strip() + " ") is not None


def _names_part(rest: str) -> str:
    """As much of a byline as is names: up to a date, a time or a sentence."""
    rest = _DATE_TAIL.sub("", rest)
    cut = re.search(
        r"\d|\s[|•·⋅–—]\s|\.\s+(?=[A-ZÀ-Þ][a-zà-ÿ]+\s+[a-z])|(?:Published|Updated|Posted|Veröffentlicht|Aktualisiert|Publié|Publicado|Pubblicato|Gepubliceerd|Opublikowano)\b",
        rest,
    )
    return rest[: cut.start()] if cut else rest


def _without_by(text: str) -> str:
    match = _BY.match(text)
    if match is None:
        return text
    rest = text[match.end() :]
    return text if match[0].strip().lower() in NAME_BEGINNINGS and " " not in rest.strip() else rest


def is_role(text: str) -> bool:
    """Whether a text is, or ends in, a job title."""
    return bool(text.strip()) and _is_role(text.split())


def _name_in_capitals(words: list[str]) -> list[str]:
    """A name printed in capitals before a desk and a trade that are not: "BO LEE Tribune Reporters"."""
    named = list(takewhile(str.isupper, words))
    return named if 2 <= len(named) < len(words) else []


def _is_role(words: Sequence[str]) -> bool:
    lowered = [word.lower().strip(".,") for word in words]
    joined = " ".join(lowered)
    return (
        lowered[-1] in _ROLE_WORDS
        or lowered[-1].rstrip("s") in _ROLE_WORDS
        or any(phrase in joined for phrase in _ROLE_PHRASES)
    )
