"""What is known of each article's URL over all crawls: when it was fetched, what came, when it is due again.

The crawl fills it as it goes. A plan for revisits reads it, sends ``etag`` and ``last_modified`` back, and sets
``next_due``.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from newsdata.identity import normalise_url, site_of, url_key
from newsdata.records import OutcomeKind
from newsdata.state import State

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COLUMNS = "url, outcome, fetched_at, http_status, etag, last_modified, content_hash, next_due"


@dataclass(frozen=True, slots=True)
class UrlState:
    """What is known of one URL.

    Attributes:
        url: The URL, in any spelling; read back in its normal form.
        outcome: Kind of the last outcome.
        fetched_at: When it was last fetched; timezone-aware.
        http_status: Last HTTP status; None where there was no response.
        etag: The last ``ETag`` header, verbatim.
        last_modified: The last ``Last-Modified`` header, verbatim.
        content_hash: Hash of the last text, as in ``articles``; empty if there was none.
        next_due: When to fetch it again; None if nobody has said.
    """

    url: str
    outcome: OutcomeKind
    fetched_at: datetime
    http_status: int | None = None
    etag: str = ""
    last_modified: str = ""
    content_hash: str = ""
    next_due: datetime | None = None


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

    def due(self, before: datetime, site: str | None = None) -> Iterator[UrlState]:
        """Yield the URLs that are due, the longest due first.

        Args:
            before: The moment that counts as now; timezone-aware.
            site: Only URLs of this site, as :func:`newsdata.site_of` names it.
        """
        rows = self._state.read(
            f"SELECT {_COLUMNS} FROM urls WHERE next_due <= ?1 AND (?2 IS NULL OR site = ?2) ORDER BY next_due",  # noqa: S608 - as above
            _microseconds(before),
            site,
        )
        yield from map(_read, rows)


def write_url_states(connection: sqlite3.Connection, states: Iterable[UrlState]) -> None:
    """Write states inside of a transaction."""
    connection.executemany(
        f"INSERT OR REPLACE INTO urls (key, site, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - as above
        [
            (
                url_key(state.url),
                site_of(state.url),
                normalise_url(state.url),
                state.outcome,
                _microseconds(state.fetched_at),
                state.http_status,
                state.etag,
                state.last_modified,
                state.content_hash,
                None if state.next_due is None else _microseconds(state.next_due),
            )
            for state in states
        ],
    )


def _read(row: tuple[str, OutcomeKind, int, int | None, str, str, str, int | None]) -> UrlState:
    url, outcome, fetched_at, http_status, etag, last_modified, content_hash, next_due = row
    return UrlState(
        url,
        outcome,
        _moment(fetched_at),
        http_status,
        etag,
        last_modified,
        content_hash,
        None if next_due is None else _moment(next_due),
    )


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _moment(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)
