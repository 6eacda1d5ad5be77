"""When a page that is known from an earlier crawl is asked for again: rules in TOML, and what they say of a page."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path

from newscrawl.dates import OUTSIDE, Period
from newsdata.identity import site_of
from newsdata.url_state import UrlState

_SPAN = re.compile(r"(\d{1,6}) ?(second|minute|hour|day|week)s?")
_KEYS = frozenset({"site", "younger_than", "every"})
NEVER = "never"
REDIRECTED = "redirected"  # the reason in the state of a URL that led to another
REFUSED_USE = "usage-"  # the reason of a page that forbids a purpose begins with it; the purpose follows


class RevisitRulesError(Exception):
    """Rules that cannot be read; the message is one line and says what to change."""


@dataclass(frozen=True, slots=True)
class RevisitRule:
    """One rule.

    Attributes:
        every: Time between two visits; None for no further one.
        younger_than: Greatest age of the article at the last visit; None for any.
        site: The site that it is for; empty for all.
    """

    every: timedelta | None
    younger_than: timedelta | None = None
    site: str = ""

    def fits(self, site: str, age: timedelta) -> bool:
        """Whether it is about an article of this site and age."""
        return self.site in ("", site) and (self.younger_than is None or age < self.younger_than)


@dataclass(frozen=True, slots=True)
class RevisitPlan:
    """The rules of a crawl; the first that fits decides, and what none fits is not asked for again."""

    rules: tuple[RevisitRule, ...]

    def is_due(self, known: UrlState, now: datetime, wanted: Period, respected: Collection[str] = ()) -> bool:
        """Say whether a known page is to be asked for again.

        Args:
            known: What is known of it.
            now: The present; timezone-aware.
            wanted: When articles must have been published.
            respected: Purposes that pages may forbid.
        """
        if known.reason in OUTSIDE:  # an earlier crawl did not want it; this one may
            return not wanted.refusal(known.dated)
        if known.reason.startswith(REFUSED_USE) and known.reason.removeprefix(REFUSED_USE) not in respected:
            return True
        if known.fetched_at > now:  # its clock ran ahead, or ours was set back: waiting for it may take years
            return True
        age = known.fetched_at - (known.dated or known.fetched_at)
        rule = next((each for each in self.rules if each.fits(site_of(known.url), age)), None)
        return rule is not None and rule.every is not None and known.fetched_at + rule.every <= now


def read_revisit_plan(path: Path | None = None) -> RevisitPlan:
    """Read the rules of a file.

    Args:
        path: The file; None for the rules that come with newsmill.

    Raises:
        RevisitRulesError: They cannot be read or understood.
    """
    name = str(path or "revisits.toml")
    try:
        text = (
            path.read_text("utf-8")
            if path
            else resources.files("newscrawl").joinpath("revisits.toml").read_text("utf-8")
        )
        rules = tomllib.loads(text).get("rule")
    except OSError as error:
        raise RevisitRulesError(f"cannot read {name}: {error.strerror or error}") from error
    except ValueError as error:  # not UTF-8, or not TOML
        raise RevisitRulesError(f"{name} is no TOML: {error}") from error
    if not isinstance(rules, list) or not rules:
        raise RevisitRulesError(f'{name} has no rule; write [[rule]] and below it every = "1 day"')
    return RevisitPlan(tuple(_rule(rule, f"{name}: rule {n}") for n, rule in enumerate(rules, start=1)))


def _rule(rule: object, place: str) -> RevisitRule:
    if not isinstance(rule, dict) or not set(rule) <= _KEYS or "every" not in rule:
        raise RevisitRulesError(
            f"{place}: give `every`, and if need be `younger_than` and `site`; nothing else"
        )
    site = rule.get("site", "")
    if not isinstance(site, str):
        raise RevisitRulesError(f'{place}: site must be text such as "news.example"')
    return RevisitRule(
        None if rule["every"] == NEVER else _span(rule["every"], f"{place}: every"),
        _span(rule["younger_than"], f"{place}: younger_than") if "younger_than" in rule else None,
        site and site_of(site if "//" in site else f"https://{site}/"),
    )


def _span(written: object, place: str) -> timedelta:
    found = _SPAN.fullmatch(written) if isinstance(written, str) else None
    if found is None:
        raise RevisitRulesError(f'{place} must be a time such as "30 minutes", "12 hours" or "5 days"')
    number, unit = found.groups()
    return timedelta(**{f"{unit}s": int(number)})
