"""What signals about automated use forbid: one table, for Python and for SQL.

A signal forbids a purpose only where it says so; no signal forbids nothing. The purposes are those of the IETF's AI
Preferences and of Content Signals:

- ``train-ai``: to train a model
- ``ai-input``: to put it before a model, to ground or to quote an answer
- ``search``: to list it in a search engine
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Literal, get_args

from newsdata.records import Usage

Purpose = Literal["train-ai", "ai-input", "search"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)


def purposes(names: Iterable[str]) -> tuple[Purpose, ...]:
    """The purposes of these names.

    Raises:
        ValueError: If one is none.
    """
    named = set(filter(None, names))
    if unknown := named - set(PURPOSES):
        raise ValueError(f"{min(unknown)!r} is no use; give {', '.join(PURPOSES)}")
    return tuple(purpose for purpose in PURPOSES if purpose in named)


_ROBOTS_DIRECTIVES = r"^(?:header:x-robots-tag|meta:(?:robots|newsmill))$"
# One directive of a list that is for all crawlers; a name and a colon before it would address it to one. Those of the
# second kind have a value, those of the third are the rest of a date. No directive is of two kinds: a list that can be
# read in one way only is read in time that grows with its length, by backtracking too.
_DIRECTIVE = r"(?:[^:,]*|\s*(?:max-snippet|max-image-preview|max-video-preview|unavailable_after)\s*:[^,]*|\s*[0-9][^:,]*:[^,]*)"


def _directive(names: str) -> tuple[tuple[str, ...], ...]:
    """The patterns of a robots meta element or header that holds a directive for all crawlers, or for newsmill."""
    listed = rf"^(?:{_DIRECTIVE},)*\s*(?:newsmill\s*:(?:{_DIRECTIVE},)*\s*)?(?:{names})\s*(?:,|$)"
    spaced = (r"^[^:]*$", rf"(?:^|[\s;])(?:{names})(?:[\s;]|$)")  # no list by the rules, and meant as one
    return (listed,), spaced


def _addressed(agents: str, names: str) -> str:
    """The pattern of a header that holds a directive for one of these crawlers."""
    return rf"(?:^|,)\s*(?:{agents})\s*:(?:{_DIRECTIVE},)*\s*(?:{names})\s*(?:,|$)"


@cache
def ai_agents() -> dict[str, Purpose]:
    """What each crawler for AI is for, by its name in robots.txt."""
    table = tomllib.loads(resources.files("newsdata").joinpath("ai_agents.toml").read_text("utf-8"))
    return {name: purpose for purpose in PURPOSES for name in table.get(purpose, {}).get("agents", ())}


@cache
def _denials() -> tuple[tuple[Purpose, str, tuple[str, ...]], ...]:
    """Purpose, and the patterns of source and value that forbid it if all are found; in a form that RE2 reads too."""
    usage = r"^(?:header|robots\.txt):content-usage$"
    signal = r"^(?:header|robots\.txt):content-signal$"
    fixed: list[tuple[Purpose, str, tuple[str, ...]]] = [
        ("train-ai", usage, (r"\btrain-ai\s*=\s*n\b",)),
        ("train-ai", signal, (r"\bai-train\s*=\s*no\b",)),
        ("train-ai", r"^(?:header|meta):tdm-reservation$", (r"^\s*1\s*$",)),
        ("train-ai", r"^tdmrep\.json$", (r"\btdm-reservation=1\b",)),
        *(("train-ai", _ROBOTS_DIRECTIVES, value) for value in _directive("noai")),
        ("ai-input", usage, (r"\bai-input\s*=\s*n\b",)),
        ("ai-input", signal, (r"\bai-input\s*=\s*no\b",)),
        *(("ai-input", _ROBOTS_DIRECTIVES, value) for value in _directive("noai")),
        ("search", usage, (r"\bsearch\s*=\s*n\b",)),
        ("search", signal, (r"\bsearch\s*=\s*no\b",)),
        *(("search", _ROBOTS_DIRECTIVES, value) for value in _directive("noindex|none")),
    ]
    for purpose in PURPOSES:
        names = "|".join(re.escape(name) for name, use in ai_agents().items() if use == purpose)
        if names:
            refusals = "noai|noindex|none"
            fixed += [
                (purpose, rf"^robots\.txt:(?:{names})$", (r"^disallow$",)),
                *((purpose, rf"^meta:(?:{names})$", value) for value in _directive(refusals)),
                (purpose, r"^header:x-robots-tag$", (_addressed(names, refusals),)),
            ]
    return tuple(fixed)


def denial(usage: Iterable[Usage], purpose: Purpose) -> Usage | None:
    """The first signal that forbids a purpose; None if none does."""
    patterns = [(source, values) for use, source, values in _denials() if use == purpose]
    for signal in usage:
        for source, values in patterns:
            if re.search(source, signal.source, re.IGNORECASE) and all(
                re.search(value, signal.value, re.IGNORECASE) for value in values
            ):
                return signal
    return None


def denies_sql(source: str, value: str, purpose: Purpose) -> str:
    """The SQL condition that a signal forbids a purpose.

    Args:
        source: SQL expression of its source.
        value: SQL expression of its value.
        purpose: The purpose.
    """
    return " OR ".join(
        "("
        + " AND ".join(
            f"regexp_matches({told}, '{pattern}', 'i')"
            for told, pattern in ((source, of_source), *((value, each) for each in of_values))
        )
        + ")"
        for use, of_source, of_values in _denials()
        if use == purpose
    )


def allowed_sql(purposes: Iterable[Purpose]) -> str:
    """The SQL condition over the column ``usage`` that no signal forbids any of these purposes."""
    return " AND ".join(
        f"len(list_filter(usage, lambda signal: {denies_sql('signal.source', 'signal.value', purpose)})) = 0"
        for purpose in purposes
    )
