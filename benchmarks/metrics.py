"""How well a text, title, authors and date match the truth.

Word bags as WCXB scores them (lower case, mean of pages); 4-word shingles as scrapinghub's article extraction benchmark
does (case kept, harmonic mean of mean precision and recall); exact token match; whole paragraphs; caption leak.
"""

from __future__ import annotations

import re
import statistics
import unicodedata
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import UTC, datetime

from pages import TruePage

# Han, kana and Thai are written without spaces: there every character is a word.
_TOKEN = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0e7f]|[^\W\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0e7f]+"
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_BY = re.compile(r"^\s*(by|von|par|por|di|af|av)\b[:\s]+", re.IGNORECASE)
_BETWEEN_NAMES = re.compile(r"\s*(?:[,;|/\n]|\s&\s|\band\b|\bund\b)\s*")
_SITE_TAIL = re.compile(r"\s+[|\-–—•:»·]\s+[^|–—•»·]{1,40}$")

COLUMNS = (
    "wF1",
    "wP",
    "wR",
    "sF1",
    "sP",
    "sR",
    "acc",
    "para",
    "with",
    "without",
    "cap",
    "title",
    "auth",
    "date",
    "fail",
)


def words(text: str) -> list[str]:
    """Tokens of a text."""
    return _TOKEN.findall(_INVISIBLE.sub("", text))


def _flat(text: str) -> str:
    return f" {' '.join(words(text.lower()))} "


def _overlap(found: Counter[Hashable], true: Counter[Hashable]) -> tuple[float, float, float]:
    if not found or not true:
        same = float(not found and not true)
        return same, same, same
    hits = sum((found & true).values())
    precision, recall = hits / found.total(), hits / true.total()
    return precision, recall, 2 * precision * recall / (precision + recall) if hits else 0.0


def _shingles(tokens: Sequence[str]) -> Counter[Hashable]:
    return Counter(tuple(tokens[i : i + 4]) for i in range(max(1, len(tokens) - 3))) if tokens else Counter()


def score_text(page: TruePage, text: str) -> dict[str, float]:
    """The text's figures on one page, each between 0 and 1; ``caps`` and ``leaked`` are counts."""
    row: dict[str, float] = {"empty": float(not text.strip())}
    if page.paragraphs:
        have = _flat(text)
        paragraphs = [p for p in page.paragraphs if p not in page.optional or _flat(p) in have]
        body = "\n".join(paragraphs)
        found, true = words(text), words(body)
        row["wP"], row["wR"], row["wF1"] = _overlap(
            Counter(w.lower() for w in found), Counter(w.lower() for w in true)
        )
        row["sP"], row["sR"], _ = _overlap(_shingles(found), _shingles(true))
        row["acc"] = float(found == true)
        if page.structured:
            row["para"] = _overlap(_folded(text.split("\n")), _folded(paragraphs))[2]
        captions = [c for c in map(_flat, page.captions) if len(c.split()) >= 5 and c not in _flat(body)]
        row["caps"], row["leaked"] = len(captions), sum(c in have for c in captions)
    squeezed = " ".join(text.split()).lower()
    for name, snippets in (("with", page.required), ("without", page.forbidden)):
        if snippets:
            row[name] = sum(" ".join(s.split()).lower() in squeezed for s in snippets) / len(snippets)
    return row


def _folded(items: Iterable[str]) -> Counter[Hashable]:
    return Counter(" ".join(p.split()) for p in items if p.strip())


def same_title(found: str, true: str) -> bool:
    """Equal lower-case words, as given or after one short " | Site" tail is cut."""
    return bool(found) and _flat(true) in (_flat(found), _flat(_SITE_TAIL.sub("", found.strip())))


def same_authors(found: Sequence[str], true: Sequence[str]) -> bool:
    """The sets of names are equal; a name is its words without case and accents, in any order."""
    return _names(found) == _names(true)


def _names(items: Sequence[str]) -> set[frozenset[str]]:
    names = [name for item in items for name in _BETWEEN_NAMES.split(_BY.sub("", item)) if name.strip()]
    bare = (
        "".join(c for c in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(c))
        for name in names
    )
    return {frozenset(words(name)) for name in bare}


def same_date(found: datetime | str | None, true: datetime | str) -> bool:
    """One calendar day, in the value's own zone or in UTC."""
    return bool(_days(found) & _days(true))


def _days(value: datetime | str | None) -> set[str]:
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value or ""))
    except ValueError:
        return set(re.findall(r"\d{4}-\d\d-\d\d", str(value))[:1])
    days = {moment.date().isoformat()}
    return days | {moment.astimezone(UTC).date().isoformat()} if moment.tzinfo else days


def summarise(rows: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Means over pages; a page without text says nothing about precision."""
    found = {
        key: statistics.fmean(values)
        for key in COLUMNS
        if (values := [row[key] for row in rows if key in row])
    }
    precision = [row["sP"] for row in rows if "sP" in row and not row["empty"]]
    if precision:
        found["sP"] = statistics.fmean(precision)
        both = found["sP"] + found["sR"]
        found["sF1"] = 2 * found["sP"] * found["sR"] / both if both else 0.0
    captions = sum(row.get("caps", 0) for row in rows)
    if captions:
        found["cap"] = sum(row.get("leaked", 0) for row in rows) / captions
    found["fail"] = sum(row.get("fail", 0) for row in rows)
    return found
