"""robots.txt as RFC 9309 reads it: which group is ours, which of its rules decides.

Protego compares paths with patterns. Lines and groups are read here: Protego takes a group for ``news`` to be
meant for ``newsmill``, misses one for ``newsmill/2.0``, and lets an unknown record end a group.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from urllib.parse import quote

from protego import Protego

from newscrawl.usage import bounded
from newsdata.records import Usage
from newsdata.usage import ai_agents

MAX_BYTES = 512_000  # RFC 9309, 2.5: at least 500 kibibytes are read; what follows is ignored
MAX_RULES = 5_000  # of a group, where each wildcard counts as one more; each URL is compared with all of them
_MAX_RECORDS = 10_000  # of a group, rules and others; what follows is ignored

_LINE_END = re.compile(rb"\r\n|\r|\n")  # 2.2: no other character ends a line
_AGENT = re.compile(
    r"\*(?=\s|$)|[a-z_-]+", re.IGNORECASE
)  # 2.2.1: what follows, such as a version, is no part
# What stands in files beside the names of the RFC; people misspell the one that matters most.
_NAMES = {
    "user-agent": "user-agent",
    "useragent": "user-agent",
    "user agent": "user-agent",
    "allow": "allow",
    "disallow": "disallow",
    **dict.fromkeys(("dissallow", "dissalow", "disalow", "diasllow", "disallaw"), "disallow"),
    "sitemap": "sitemap",
    "site-map": "sitemap",
    "crawl-delay": "crawl-delay",
    "content-signal": "content-signal",
    "content-usage": "content-usage",
}
_SIGNALS = {"content-signal": "Content-Signal", "content-usage": "Content-Usage"}
_NO_RULES = frozenset({"crawl-delay", *_SIGNALS})
Record = tuple[str, str]  # its name in the RFC, and its value
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """What a robots.txt says to one crawler.

    Attributes:
        sitemaps: The sitemaps it names, as written.
        crawl_delay: Seconds between requests, a wish beyond the RFC; None if it has none.
    """

    sitemaps: tuple[str, ...]
    crawl_delay: float | None
    _rules: Protego
    _ai_agents: tuple[tuple[tuple[str, ...], Protego], ...] = ()
    _signals: tuple[_Signal, ...] = ()

    def allows(self, url: str) -> bool:
        """Say whether a URL may be fetched; the longest rule that matches decides, and ``Allow`` breaks ties."""
        return self._rules.can_fetch(url, "*")

    def usage(self, url: str) -> tuple[Usage, ...]:
        """What it says about a URL to crawlers for AI that it names, and about its use.

        ``robots.txt:AGENT`` is ``allow`` or ``disallow``. ``robots.txt:Content-Signal`` and
        ``robots.txt:Content-Usage`` stand as written; of those for a path, the longest that matches the URL decides.
        """
        agents = []
        for names, rules in self._ai_agents:
            said = "allow" if rules.can_fetch(url, "*") else "disallow"
            agents += [Usage(f"robots.txt:{name}", said) for name in names]
        signals = [
            Usage(f"robots.txt:{signal.name}", signal.value)
            for name in _SIGNALS.values()
            for signal in _closest([each for each in self._signals if each.name == name and each.covers(url)])
        ]
        return (*agents, *signals)


@dataclass(frozen=True, slots=True)
class _Signal:
    """A record about use: its name, its value, and the path that it is for, as a rule that forbids it."""

    name: str
    value: str
    path: str
    rule: Protego

    def covers(self, url: str) -> bool:
        return not self.rule.can_fetch(url, "*")


def _signal(name: str, value: str) -> _Signal:
    path = quote(value.split(maxsplit=1)[0], safe=_PRINTABLE) if value.startswith("/") else "/"
    return _Signal(_SIGNALS[name], value, path, _parsed([("disallow", path)], MAX_RULES))


def _closest(signals: list[_Signal]) -> list[_Signal]:
    """Those with the longest path: as of rules, it decides; several with one path all count."""
    longest = max((len(each.path) for each in signals), default=0)
    return [each for each in signals if len(each.path) == longest]


def read_robots(body: bytes, product: str) -> RobotsRules:
    """Read a robots.txt; what cannot be understood is left out.

    Args:
        body: The file.
        product: The crawler's product token, such as ``newsmill``; a version behind it does not matter.
    """
    found = _AGENT.match(product)
    ours = found.group().lower() if found else product.lower()
    groups: dict[str, list[Record]] = {}
    needed = {ours, "*", *map(str.lower, ai_agents())}  # of the others there may be thousands
    sitemaps: list[str] = []
    agents: set[str] = set()
    in_head = False
    for name, value in _records(body):
        if name == "user-agent":
            if not in_head:
                agents = set()
            in_head = True
            if value in needed:
                agents.add(value)
                groups.setdefault(value, [])
        elif name == "sitemap":
            sitemaps.append(value)
        else:
            in_head = in_head and name in _NO_RULES  # 2.2.4: only a rule ends the lines that name crawlers
            for agent in agents:
                if len(groups[agent]) < _MAX_RECORDS:
                    groups[agent].append((name, value))
    group = groups.get(ours, groups.get("*", []))
    delays = [_seconds(value) for name, value in group if name == "crawl-delay"]
    written = (Usage(name, value) for name, value in group if name in _SIGNALS and value)
    return RobotsRules(
        tuple(sitemaps),
        max((delay for delay in delays if delay is not None), default=None),
        _parsed(group, MAX_RULES),
        tuple(_of_ai_agents(groups)),
        tuple(_signal(each.source, each.value) for each in bounded(written)),
    )


def _of_ai_agents(groups: dict[str, list[Record]]) -> Iterator[tuple[tuple[str, ...], Protego]]:
    """The crawlers for AI that are named, by their rules; all of them together have as many as we."""
    named: dict[tuple[Record, ...], list[str]] = {}
    for name in ai_agents():
        if name.lower() in groups:
            named.setdefault(tuple(groups[name.lower()]), []).append(name)
    for group, names in named.items():
        yield tuple(names), _parsed(group, MAX_RULES // len(named))


def _parsed(group: Sequence[Record], most: int) -> Protego:
    """The first different rules of a group, as many as may be."""
    rules = dict.fromkeys((name, value) for name, value in group if value and name not in _NO_RULES)
    costs = accumulate(1 + value.count("*") for _, value in rules)
    lines = [f"{name}: {value}" for (name, value), cost in zip(rules, costs, strict=True) if cost <= most]
    return Protego.parse("\n".join(["User-agent: *", *lines]))


def _records(body: bytes) -> list[Record]:
    """The records that mean something, by their name in the RFC; an agent is ``*`` or a product token."""
    lines = _LINE_END.split(body[:MAX_BYTES].removeprefix(b"\xef\xbb\xbf"))
    if len(body) > MAX_BYTES:
        lines.pop()  # half a path is another path
    records = []
    for line in lines:
        text = line.decode("utf-8", "replace").partition("#")[0].strip()
        written, _, value = text.partition(":")
        name = _NAMES.get(written.strip().lower(), "")
        if not name:  # "Disallow /path", without the colon
            written, _, value = text.partition(" ")
            name = _NAMES.get(written.lower(), "")
        value = value.strip()
        if name == "user-agent":
            agent = _AGENT.match(value)
            records.append((name, agent.group().lower() if agent else value))
        elif name in ("allow", "disallow"):
            records.append((name, quote(value, safe=_PRINTABLE)))
        elif name:
            records.append((name, value))
    return records


def _seconds(value: str) -> float | None:
    try:
        seconds = float(value)
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None
