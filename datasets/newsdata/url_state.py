"""What is known of each article's URL over all crawls: when it was fetched, what came, by what a change is told.

The crawl fills it as it goes. The plan for revisits reads it, and sends ``etag`` and ``last_modified`` back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from newsdata.identity import normalise_url, site_of, url_key
from newsdata.records import OutcomeKind
from newsdata.state import State

A = TypeVar("A")
B = TypeVar("B")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)  # the columns tell no smaller ones apart
_COLUMNS = "url, outcome, reason, fetched_at, dated, http_status, etag, last_modified, page_hash, version_hash, article_id, kept_at"
_AT_A_TIME = 500  # rows read before the caller has its turn: no query stays open while others write


@dataclass(frozen=True, slots=True)
class UrlState:
    """What is known of one URL.

    Attributes:
        url: The URL, in any spelling; read back in its normal form.
        outcome: Kind of the last outcome.
        fetched_at: When it was last asked for; timezone-aware.
        reason: Reason of the last outcome.
        dated: When its article was published, or first seen if it does not say; timezone-aware.
        http_status: Last HTTP status; None where there was no response.
        etag: The last ``ETag`` header, verbatim.
        last_modified: The last ``Last-Modified`` header, verbatim.
        page_hash: Hash of the last page's bytes; empty if none came.
        version_hash: Hash of its article's title, authors and text, as stored last; empty if there is none.
        article_id: Id of that article; empty if there is none.
        kept_at: ``fetched_at`` of the newest page that is stored of it; timezone-aware. A clock that was set back
            does not set it back.
    """

    url: str
    outcome: OutcomeKind
    fetched_at: datetime
    reason: str = ""
    dated: datetime | None = None
    http_status: int | None = None
    etag: str = ""
    last_modified: str = ""
    page_hash: str = ""
    version_hash: str = ""
    article_id: str = ""
    kept_at: datetime | None = None

    def after_last(self, moment: datetime) -> datetime:
        """A moment at which a page came, made later than the newest stored one's if need be: the order must be right."""
        return moment if self.kept_at is None else max(moment, self.kept_at + _TICK)

    @property
    def is_stored(self) -> bool:
        """Whether its article is in the dataset, as it was when the page was last asked for."""
        return self.outcome in ("stored", "unchanged")


class UrlStates:
    """The URLs of a dataset's ``state.sqlite``."""

    def __init__(self, state: State) -> None:
        self._state = state

    def get(self, url: str) -> UrlState | None:
        """What is known of a URL; None if nothing is."""
        query = f"SELECT {_COLUMNS} FROM urls WHERE key = ?"  # noqa: S608 - columns written above
        return next((_read(row) for row in self._state.read(query, url_key(url))), None)

    def put(self, states: Iterable[UrlState]) -> None:
        """Write states, all or none; each takes the place of what was known.

        Raises:
            DataFolderError: They could not be written.
        """
        with self._state.transaction() as connection:
            write_url_states(connection, states)

    def of_site(self, site: str) -> Iterator[UrlState]:
        """Yield what is known of a site's URLs; others may write meanwhile.

        Args:
            site: The site, as :func:`newsdata.site_of` names it.
        """
        query = f"SELECT key, {_COLUMNS} FROM urls WHERE site = ? AND key > ? ORDER BY key LIMIT ?"  # noqa: S608 - as above
        last = b""
        while rows := list(self._state.read(query, site, last, _AT_A_TIME)):
            for _, *row in rows:
                yield _read(tuple(row))
            last = rows[-1][0]


def write_url_states(connection: sqlite3.Connection, states: Iterable[UrlState]) -> None:
    """Write states inside of a transaction."""
    connection.executemany(
        f"INSERT OR REPLACE INTO urls (key, site, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - as above
        [
            (
                url_key(state.url),
                site_of(state.url),
                normalise_url(state.url),
                state.outcome,
                state.reason,
                _microseconds(state.fetched_at),
                _optional(_microseconds, state.dated),
                state.http_status,
                state.etag,
                state.last_modified,
                state.page_hash,
                state.version_hash,
                state.article_id,
                _optional(_microseconds, state.kept_at),
            )
            for state in states
        ],
    )


def _read(row: tuple[Any, ...]) -> UrlState:
    url, outcome, reason, fetched_at, dated, *rest, kept_at = row
    known = UrlState(url, outcome, _moment(fetched_at), reason, _optional(_moment, dated), *rest)
    return replace(known, kept_at=_optional(_moment, kept_at))


def _optional(convert: Callable[[A], B], value: A | None) -> B | None:
    return None if value is None else convert(value)


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _moment(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)
