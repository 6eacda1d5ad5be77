"""What a crawl learns of its sites while it runs, and what it does with that at its end.

While it runs, a site that has no profile yet gets one from its first pages, and later pages are cleaned with it. At the
end the profile is learned again from the stored sample, which no order of fetching has a part in, and the articles that it
changes are cleaned again from their stored pages: the first is as clean as the last.
"""

from __future__ import annotations

import asyncio
import heapq
import pickle
import zlib
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import newsdata
from newsclean.article import Article, NoArticle
from newsclean.learning import MONTHS, SAMPLE, learn
from newsclean.outline import Outline, Sighting
from newsclean.profile import SiteProfile
from newscrawl.cleaning import CleaningPool, CleaningStoppedError, Quarantine
from newscrawl.site_files import SiteFiles
from newscrawl.worker_entry import CleanedPage
from newsdata.records import Fetch, PageRecord
from newsdata.stored import BATCH, StoredArticle

if TYPE_CHECKING:
    import duckdb

# A site's first profiles are learned when it has so many pages; the last of them stands until the crawl's end.
STEPS = (4, 8, 16, 32, 64)


@dataclass(slots=True)
class _Site:
    """What a running crawl knows of one site.

    Attributes:
        profile: What pages are cleaned with, pickled; empty for nothing.
        first: Its first pages, compressed, until the last of :data:`STEPS`: some 7 kB each.
        sample: Ids, as negative numbers, of the stored outlines: a heap with the greatest on top.
        known: The profile was there before this crawl.
    """

    profile: bytes = b""
    first: list[bytes] = field(default_factory=list)
    sample: list[int] = field(default_factory=list)
    known: bool = False


class RunningProfiles:
    """The profiles of a running crawl's sites, with what their files say.

    Memory a site: at most 64 compressed outlines (half a megabyte) while its profile grows, then the profile and 256 numbers.

    Args:
        data: The dataset's folder; its profiles of earlier crawls are used from the first page on.
        site_files: The sites' files.
    """

    def __init__(self, data: Path, site_files: SiteFiles) -> None:
        self._sites: dict[str, _Site] = {}
        self._connection = newsdata.connect(data)
        self._site_files = site_files

    def of(self, site: str) -> bytes:
        """What is known of a site now, pickled; empty for nothing."""
        return self._site(site).profile

    def observe(self, site: str, page: str, seen: datetime, outline: Outline) -> bool:
        """Learn from a page; return whether its outline belongs to the stored sample.

        Args:
            site: Its site.
            page: Its id.
            seen: When it was fetched.
            outline: What stands on it.
        """
        known = self._site(site)
        if not known.known:
            known.first.append(zlib.compress(pickle.dumps(Sighting(page, seen, outline)), 1))
            if len(known.first) in STEPS:
                sightings: Iterable[Sighting] = (pickle.loads(zlib.decompress(each)) for each in known.first)  # noqa: S301 - our own
                known.profile = packed(self._site_files.profile(learn(sightings, site)))
            if len(known.first) == STEPS[-1]:
                known.known = True
                known.first.clear()
        number = -int(page, 16)
        if len(known.sample) < SAMPLE:
            heapq.heappush(known.sample, number)
            return True
        return heapq.heappushpop(known.sample, number) != number

    def close(self) -> None:
        """Let go of the dataset."""
        self._connection.close()

    def _site(self, site: str) -> _Site:
        known = self._sites.get(site)
        if known is None:
            known = self._sites[site] = _Site()
            if stored := newsdata.read_profile(self._connection, site):
                known.profile, known.known = packed(self._site_files.profile(stored[0])), True
            else:
                known.profile = packed(self._site_files.profile(SiteProfile(site)))
        return known


def packed(profile: SiteProfile) -> bytes:
    """A profile as cleaning processes take it; empty if it can change nothing."""
    return pickle.dumps(profile.acting()) if profile.decides else b""


@dataclass(frozen=True, slots=True)
class Learned:
    """What the stored pages of a site teach now.

    Attributes:
        profile: The new profile.
        stored: The newest stored one; None if there is none.
        version: The version of the new one, if it is stored.
    """

    profile: SiteProfile
    stored: SiteProfile | None
    version: int

    @property
    def is_new(self) -> bool:
        """Whether it differs from the stored one at all, if only in a count."""
        return self.stored is None or self.stored.standings != self.profile.standings

    @property
    def acts_anew(self) -> bool:
        """Whether it removes something else than the stored one."""
        return self.stored is None or self.stored.furniture.keys() != self.profile.furniture.keys()


def learn_stored(
    data: Path, sites: Iterable[str], goes_on: Callable[[], bool] = lambda: True
) -> dict[str, Learned]:
    """Learn the profiles of sites from their stored outlines.

    Args:
        data: The dataset's folder.
        sites: The sites.
        goes_on: Asked before each site.

    Returns:
        What was learned of each site that anything is known of.

    Raises:
        CleaningStoppedError: `goes_on` said no.
        DataError: The dataset cannot be read.
    """
    learned: dict[str, Learned] = {}
    with newsdata.connect(data) as connection:
        for site in sorted(sites):
            if not goes_on():
                raise CleaningStoppedError
            profile = learn(newsdata.read_sightings(connection, site, pages=SAMPLE, months=MONTHS), site)
            stored, version = newsdata.read_profile(connection, site) or (None, 0)
            if profile.standings or stored:
                learned[site] = Learned(profile, stored, version + 1)
    return learned


def store_learned(data: Path, learned: Iterable[Learned], *, crawl_id: str) -> None:
    """Store the profiles that are new.

    Call it when what they change has been cleaned again: the next run makes up for one that was stopped in between.

    Args:
        data: The dataset's folder.
        learned: From :func:`learn_stored`.
        crawl_id: What to store as their origin.

    Raises:
        DataError: The dataset cannot be written.
    """
    newsdata.write_profiles(
        data, [(each.profile, each.version) for each in learned if each.is_new], crawl_id=crawl_id
    )


async def draw_outlines(
    data: Path, pool: CleaningPool, writer: newsdata.Writer, site: str, *, cleaner: str
) -> int:
    """Store the outlines that a site's sample lacks; return how many.

    Args:
        data: The dataset's folder.
        pool: Where to clean.
        writer: Where to write; it is sealed.
        site: The site.
        cleaner: Name and version of the cleaner.

    Raises:
        DataError: The dataset cannot be read or written.
        CleaningStoppedError: The pool was stopped.
    """
    drawn = 0
    with newsdata.connect(data) as connection:
        missing = newsdata.undrawn_pages(connection, site, pages=SAMPLE, months=MONTHS)
        for batch in _batches(missing):
            pages = list(newsdata.read_pages(connection, batch))
            answers = await _clean_all(pool, pages, b"")
            for (fetch, _), answer in zip(pages, answers, strict=True):
                if isinstance(answer, CleanedPage) and answer.outline is not None:
                    writer.write_outline(answer.outline, fetch, cleaner=cleaner)
                    drawn += 1
    writer.seal()
    return drawn


def _batches(fetches: Sequence[Fetch]) -> Iterator[Sequence[Fetch]]:
    return (fetches[i : i + BATCH] for i in range(0, len(fetches), BATCH))


async def _clean_all(
    pool: CleaningPool, pages: Sequence[tuple[Fetch, PageRecord]], profile: bytes
) -> list[CleanedPage | Quarantine]:
    return await asyncio.gather(
        *(
            pool.clean(page.body, fetch.url, page.content_type, profile, fetch.fetched_at)
            for fetch, page in pages
        )
    )


@dataclass(frozen=True, slots=True)
class Recleaned:
    """A page that was cleaned again.

    Attributes:
        fetch: How it was fetched.
        stored: The article that it was; None if there was none.
        result: What it is now: an article, or why there is none.
        changed: Whether that is something else.
    """

    fetch: Fetch
    stored: StoredArticle | None
    result: Article | NoArticle | Quarantine
    changed: bool


async def reclean(
    data: Path,
    pool: CleaningPool,
    profiles: Mapping[str, SiteProfile],
    *,
    stale_only: bool,
    only_crawl: Mapping[str, str] | None = None,
) -> AsyncIterator[Recleaned]:
    """Clean the stored pages of sites again, and yield what became of each.

    Args:
        data: The dataset's folder.
        pool: Where to clean.
        profiles: What is known of each site whose pages are to be cleaned.
        stale_only: Leave out articles that their site's profile cannot change, and pages without an article.
        only_crawl: A crawl's id, for sites of which only that crawl's articles are to be looked at.

    Raises:
        DataError: The dataset cannot be read.
        CleaningStoppedError: The pool was stopped.
    """
    with newsdata.connect(data) as connection:
        for site, profile in sorted(profiles.items()):
            acting = packed(profile)
            places = _places(connection, profile) if stale_only else {}
            crawl_id = (only_crawl or {}).get(site, "")
            for batch in newsdata.read_articles(connection, site, crawl_id=crawl_id):
                chosen = {
                    each.fetch: each
                    for each in batch
                    if not stale_only
                    or profile.may_change(each.article, each.fetch.fetched_at)
                    or _is_misplaced(each, places)
                }
                pages = list(newsdata.read_pages(connection, chosen)) if chosen else []
                answers = await _clean_all(pool, pages, acting)
                for (fetch, _), answer in zip(pages, answers, strict=True):
                    yield _compare(fetch, chosen[fetch], answer)
            for without in () if stale_only else _batches(newsdata.pages_without_article(connection, site)):
                pages = list(newsdata.read_pages(connection, without))
                answers = await _clean_all(pool, pages, acting)
                for (fetch, _), answer in zip(pages, answers, strict=True):
                    yield _compare(fetch, None, answer)


def _compare(fetch: Fetch, stored: StoredArticle | None, answer: CleanedPage | Quarantine) -> Recleaned:
    result = answer if isinstance(answer, Quarantine) else answer.article
    if not isinstance(result, Article):
        return Recleaned(fetch, stored, result, changed=stored is not None)
    return Recleaned(fetch, stored, result, changed=stored is None or newsdata.is_changed(stored, result))


def _places(connection: duckdb.DuckDBPyConnection, profile: SiteProfile) -> dict[str, set[str]]:
    """For each page of the sample with body at a place that convicts: what an article's evidence then names."""
    convicting = {each.key: each.source for each in profile.furniture.values() if each.form == "path"}
    if not convicting:
        return {}
    return {
        sighting.page: {
            convicting[line.path]
            for line in sighting.outline.lines
            if line.kind == "body" and line.path in convicting
        }
        for sighting in newsdata.read_sightings(connection, profile.site, pages=SAMPLE, months=MONTHS)
    }


def _is_misplaced(stored: StoredArticle, places: dict[str, set[str]]) -> bool:
    hit = places.get(newsdata.article_id(stored.fetch.url), set())
    return bool(hit - {evidence.source for evidence in stored.article.evidence})
