"""Every rule has cases that must stay and cases that must go: tests/rules/<rule>.toml, blocks that stay first."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from newsclean import Article, clean, clean_text, hidden
from newsclean.article import REMOVAL_KINDS
from newsclean.rules import CATALOGUE
from newsclean.rules.__main__ import catalogue_page

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "rules"
RULES = {rule.id: rule for rule in CATALOGUE}
URL = "https://courier.example/2026/11/02/ferry"
HEADLINE = "Night ferry returns to the estuary after nine years"
# Enough of an article around each case that there is a body to stand beside.
BEFORE = [
    "The night ferry between the two banks of the estuary sailed again on Monday for the first time in nine years, with sixty passengers and a brass band on board.",
    "The harbour board had withdrawn the service when the old landing stage was condemned, and the town argued about its return through three elections.",
    "“People had stopped believing the timetable on the wall,” said the ferry master, who kept the last ticket of the old line in his wallet all that time.",
]
AFTER = [
    "The new landing stage cost less than the board had feared, mainly because the piles of the old one turned out to be sound below the water line.",
    "Fares stay at the level of the bus for the first year, after which the council will decide on the evidence of the passenger counts.",
    "The last boat leaves at a quarter past one in the morning on every day of the week but Sunday, when the crew has its night off.",
]


@dataclass(frozen=True)
class Case:
    rule: str
    action: str
    number: int
    html: str
    lines: str
    texts: tuple[str, ...]
    at: str

    def __str__(self) -> str:
        return f"{self.rule}-{self.action}-{self.number}"

    def article(self) -> Article:
        before = {"head": [], "middle": BEFORE, "end": BEFORE + AFTER}[self.at]
        after = {"head": BEFORE + AFTER, "middle": AFTER, "end": []}[self.at]
        if self.lines:
            groups = [HEADLINE, *before, self.lines.strip("\n"), *after]
            return clean_text("\n\n".join(groups), URL)
        paragraphs = ["".join(f"<p>{text}</p>" for text in part) for part in (before, after)]
        return clean(
            f'<html lang="en"><head><title>{HEADLINE}</title></head><body><article><h1>{HEADLINE}</h1><div>'
            f"{paragraphs[0]}{self.html}{paragraphs[1]}</div></article></body></html>",
            URL,
        )


def _cases() -> list[Case]:
    found = []
    for file in sorted(CASES.glob("*.toml")):
        table = tomllib.loads(file.read_text(encoding="utf-8"))
        for action in ("keep", "remove"):
            for number, case in enumerate(table.get(action, [])):
                found.append(
                    Case(
                        file.stem,
                        action,
                        number,
                        case.get("html", ""),
                        case.get("lines", ""),
                        tuple(case["text"]),
                        case.get("at", "middle"),
                    )
                )
    return found


@pytest.mark.parametrize("case", _cases(), ids=str)
def test_case(case: Case) -> None:
    article = case.article()
    removed = {removal.text: removal.rule for removal in article.removed}
    for text in case.texts:
        if case.action == "keep":
            assert text in article.blocks, f"removed by {removed.get(text, 'nothing: it is nowhere')}"
        else:
            assert text not in article.blocks
            assert removed.get(text) == case.rule
    for text in BEFORE + AFTER:
        assert text in article.blocks, f"{text[:50]}… was taken by {removed.get(text)}"


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_has_both_kinds_of_case(rule: str) -> None:
    actions = {case.action for case in _cases() if case.rule == rule}
    assert actions == {"keep", "remove"}, f"write tests/rules/{rule}.toml with [[keep]] and [[remove]]"


def test_every_case_names_a_rule() -> None:
    assert {case.rule for case in _cases()} <= set(RULES)


def test_ids_are_unique_and_begin_with_a_kind() -> None:
    assert len(RULES) == len(CATALOGUE)
    for rule in CATALOGUE:
        assert rule.id.partition(".")[0] in REMOVAL_KINDS
        assert rule.kind in REMOVAL_KINDS


def test_catalogue_page_is_up_to_date() -> None:
    assert (ROOT / "docs" / "rules.md").read_text(encoding="utf-8") == catalogue_page(), "run `make docs`"


def test_every_rule_that_hides_is_on_the_page_with_its_reason() -> None:
    sources = (ROOT / "cleaners" / "newsclean").glob("*.py")
    named = {rule for file in sources for rule in re.findall(r'"(hidden\.[a-z-]+)"', file.read_text("utf-8"))}
    assert named == set(hidden.REASONS)
    assert all(f"| `{rule}` | hidden |" in catalogue_page() for rule in named)


def test_every_kind_that_the_judge_names_is_on_the_page() -> None:
    assert all(f"| `judge.{kind}` | {kind} |" in catalogue_page() for kind in set(REMOVAL_KINDS) - {"hidden"})
