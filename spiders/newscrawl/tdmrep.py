"""The file in which a host says which of its pages are reserved from text and data mining.

https://www.w3.org/community/reports/tdmrep/CG-FINAL-tdmrep-20240510/
"""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from urllib.parse import quote, urljoin, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http.request import NO_CALLBACK

from newscrawl.errors import CrawlStoppedError, failure_outcome
from newscrawl.records import NO_SOURCE, SOURCE, host_file_asked
from newscrawl.redirects import ON_SITE
from newscrawl.usage import bounded
from newsdata.records import Usage

PLACE = "/.well-known/tdmrep.json"
NAME = "tdmrep.json"
MAX_BYTES = 512_000  # as of a robots.txt
MAX_RULES = 1_000  # the first; each page is compared with all of them
_TIMEOUT = 10  # seconds; a page waits for it
_PRIORITY = 1000
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))
_ENCODED = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")  # RFC 3986, 2.3


class NotReservationsError(Exception):
    """The document is no tdmrep.json."""


@dataclass(frozen=True, slots=True)
class Reservation:
    """One rule of the file.

    Attributes:
        location: Pattern of paths: their beginning, with ``*`` for any characters and ``$`` for the end.
        reserved: Whether the rights to mine them are reserved.
        policy: URL of the terms; empty if there is none.
        pattern: The location, percent-encoded in one way only.
    """

    location: str
    reserved: bool
    policy: str
    pattern: str

    def covers(self, url: str) -> bool:
        """Whether the rule is about a URL."""
        return _matches(self.pattern, _path(url))

    @property
    def signal(self) -> Usage:
        """What it says, as the dataset keeps it."""
        value = f"{self.location} tdm-reservation={int(self.reserved)}"
        return Usage(NAME, f"{value} tdm-policy={self.policy}" if self.policy else value)


def read_reservations(body: bytes, url: str) -> tuple[Reservation, ...]:
    """Read a tdmrep.json; a rule that cannot be understood is left out.

    Args:
        body: The file.
        url: Where it came from; a policy may be relative to it.

    Raises:
        NotReservationsError: If it is none.
    """
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotReservationsError("no JSON") from error
    if not isinstance(told, list):
        raise NotReservationsError("no list of rules")
    return tuple(rule for each in told[:MAX_RULES] if (rule := _reservation(each, url)))


def _reservation(told: object, url: str) -> Reservation | None:
    if not isinstance(told, dict):
        return None
    location, value, policy = (told.get(key) for key in ("location", "tdm-reservation", "tdm-policy"))
    if not isinstance(location, str) or not location.startswith(("/", "*")) or str(value) not in ("0", "1"):
        return None
    try:
        terms = urljoin(url, policy) if isinstance(policy, str) and policy else ""
    except ValueError:
        terms = str(policy)
    return Reservation(location, str(value) == "1", terms, _comparable(location))


@lru_cache(maxsize=1)  # the rules of a file are asked about one page after the other
def _path(url: str) -> str:
    parts = urlsplit(url)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    return _comparable(path.replace("*", "%2A").replace("$", "%24"))


def _comparable(path: str) -> str:
    """A path with its characters percent-encoded in one way only."""

    def plain(found: re.Match[str]) -> str:
        character = chr(int(found[1], 16))
        return character if _UNRESERVED.fullmatch(character) else found[0].upper()

    return _ENCODED.sub(plain, quote(path.encode("utf-8", "replace"), safe=_PRINTABLE))


def _matches(pattern: str, path: str) -> bool:
    is_whole = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    place = len(first)
    for part in others[:-1] if is_whole else others:
        place = path.find(part, place)
        if place < 0:
            return False
        place += len(part)
    if not is_whole:
        return True
    last = others[-1] if others else ""
    return path.endswith(last) and len(path) - len(last) >= place if others else place == len(path)


class TdmReservations:
    """Asks each host for its file, once a crawl, when the first of its pages has come."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._origins: dict[str, asyncio.Task[tuple[Reservation, ...]]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> TdmReservations:
        """Make it for a crawler."""
        return cls(crawler)

    async def usage(self, url: str) -> tuple[Usage, ...]:
        """What the file of a URL's host says about its page: the first rule that is about it; nothing without a file.

        Raises:
            CrawlStoppedError: If the crawl is stopped meanwhile.
        """
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._origins:
            self._origins[origin] = asyncio.ensure_future(self._ask(origin))
        # one page that is given up must not take the answer from the others
        rules = await asyncio.shield(self._origins[origin])
        return bounded(islice((rule.signal for rule in rules if rule.covers(url)), 1))

    async def _ask(self, origin: str) -> tuple[Reservation, ...]:
        request = Request(
            f"{origin}{PLACE}",
            priority=_PRIORITY,
            meta={
                "dont_retry": True,
                "download_timeout": _TIMEOUT,
                "download_maxsize": MAX_BYTES,
                ON_SITE: True,
            },
            callback=NO_CALLBACK,
        )
        status = None
        rules: tuple[Reservation, ...] = ()
        try:
            response = await self.crawler.engine.download_async(request)
            status = response.status
            problem = "" if status == 200 else f"http-{status}"
            if not problem:
                rules = read_reservations(response.body, response.url)
        except NotReservationsError as error:
            problem = str(error)
        except Exception as error:  # whatever went wrong, the host has said nothing
            if not self.crawler.crawling:
                raise CrawlStoppedError from error
            problem = failure_outcome(error)[1]
        self.crawler.signals.send_catch_log(
            host_file_asked,
            url=request.url,
            status=status,
            reason=NO_SOURCE if problem else SOURCE,
            detail=f"{NAME}: {problem}" if problem else NAME,
        )
        return rules
