"""``state.sqlite``: what crawls have still to fetch, and what is known of each URL.

It is working memory, not the truth: what was fetched is in the journal and in Parquet. Without it unfinished
crawls start over, and nothing that was stored is lost.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from newsdata.errors import DamagedStateError, DataFolderError, StorageFullError

FILE = "state.sqlite"
_VERSION = 4  # PRAGMA user_version; raise it with every change of a table. A state older than 3 is emptied
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)  # kinds of SQLite's errors
_BUSY_SECONDS = 30.0  # another process writes for milliseconds at a time
_CACHE_KIB = 32_768
_LOG_PAGES = 64  # of 4 KiB, after which the write-ahead log is brought in: it must stay small on a small disk

_TABLES = """
-- One row a crawl that has begun. `plan` is what was asked for; `owner` names the lock of the process that runs it.
CREATE TABLE crawls (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    plan TEXT NOT NULL,
    owner TEXT NOT NULL,
    began INTEGER NOT NULL,
    ended INTEGER,
    sites TEXT NOT NULL DEFAULT ''
);
CREATE INDEX unfinished_crawls ON crawls (plan) WHERE ended IS NULL;

-- The frontier: each URL that an unfinished crawl has taken on, in the order of finding. Lower ranks go first.
-- A row without outcome is still to be fetched, or was on its way when the process ended; if `has_page` is set, it is
-- fetched and still to be cleaned: its page is in the dataset.
CREATE TABLE targets (
    crawl INTEGER NOT NULL,
    number INTEGER NOT NULL,
    key BLOB NOT NULL,
    host TEXT NOT NULL,
    rank INTEGER NOT NULL,
    kind TEXT NOT NULL,
    url TEXT NOT NULL,
    via TEXT NOT NULL,
    details TEXT NOT NULL,
    outcome TEXT,
    reason TEXT,
    has_page INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (crawl, number)
) WITHOUT ROWID;
CREATE UNIQUE INDEX target_keys ON targets (crawl, key);
CREATE INDEX waiting_targets ON targets (crawl, host, rank, number) WHERE outcome IS NULL;

-- Where a target's redirects led: those URLs are taken on with it.
CREATE TABLE redirects (
    crawl INTEGER NOT NULL,
    key BLOB NOT NULL,
    source BLOB NOT NULL,
    PRIMARY KEY (crawl, key)
) WITHOUT ROWID;

-- Ids of the articles that an unfinished crawl has stored.
CREATE TABLE stored_articles (
    crawl INTEGER NOT NULL,
    id BLOB NOT NULL,
    PRIMARY KEY (crawl, id)
) WITHOUT ROWID;

-- What is known of each article's URL, over all crawls; times in microseconds since 1970 UTC.
CREATE TABLE urls (
    key BLOB PRIMARY KEY,
    url TEXT NOT NULL,
    site TEXT NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    fetched_at INTEGER NOT NULL,
    dated INTEGER,
    http_status INTEGER,
    etag TEXT NOT NULL,
    last_modified TEXT NOT NULL,
    page_hash TEXT NOT NULL,
    version_hash TEXT NOT NULL,
    article_id TEXT NOT NULL,
    kept_at INTEGER
) WITHOUT ROWID;
CREATE INDEX urls_of_sites ON urls (site, key);
"""


class State:
    """An open ``state.sqlite``. One process at a time writes, for a moment; all others wait for it.

    Attributes:
        path: The file; ``:memory:`` for a state that nobody keeps.
    """

    def __init__(self, path: str) -> None:
        """Open a state, made if need be.

        Raises:
            DataFolderError: It cannot be opened or written.
            DamagedStateError: It is no sound database.
        """
        self.path = path
        with self._told():
            # Autocommit, with transactions written out: a statement outside of one must never lock others out.
            self._connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
            try:
                self._prepare()
            except BaseException:
                self._connection.close()
                raise

    def _prepare(self) -> None:
        for setting in (
            "auto_vacuum = INCREMENTAL",  # room of a finished crawl goes back to the file system
            "journal_mode = WAL",
            "synchronous = FULL",  # a commit that was acknowledged survives a power failure
            f"cache_size = -{_CACHE_KIB}",
            f"wal_autocheckpoint = {_LOG_PAGES}",
            "temp_store = MEMORY",
        ):
            self._connection.execute(f"PRAGMA {setting}")
        with self._transaction():
            (version,) = self._connection.execute("PRAGMA user_version").fetchone()
            if version > _VERSION:
                raise DataFolderError(f"{self.path} was written by a newer newsmill; update this one")
            if version == 3:
                self._connection.execute("ALTER TABLE urls ADD COLUMN kept_at INTEGER")
                self._connection.execute("UPDATE urls SET kept_at = fetched_at WHERE page_hash <> ''")
            elif version < _VERSION:
                for (table,) in self._connection.execute(
                    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
                ).fetchall():
                    self._connection.execute(f"DROP TABLE {table}")
                for statement in _TABLES.split(";\n"):
                    self._connection.execute(statement)
            self._connection.execute(f"PRAGMA user_version = {_VERSION}")

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Write: all of the block or nothing of it; durable once the block is left.

        Raises:
            DataFolderError: It could not be written (:class:`StorageFullError` if no room is left).
            DamagedStateError: The file is damaged.
        """
        with self._told(), self._transaction():
            yield self._connection

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def read(self, query: str, *values: object) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query.

        Raises:
            DataFolderError: The file cannot be read.
            DamagedStateError: It is damaged.
        """
        with self._told():
            yield from self._connection.execute(query, values)

    def give_room_back(self) -> None:
        """Return the pages of deleted rows to the file system."""
        with self._told():
            self._connection.execute("PRAGMA incremental_vacuum").fetchall()
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Turn SQLite's errors into ours."""
        try:
            yield
        except sqlite3.Error as error:
            raise _state_error(error, self.path) from error


def open_state(data: Path) -> State:
    """Open the state of a dataset whose folder exists.

    Raises:
        DataFolderError: It cannot be opened or written.
        DamagedStateError: It is no sound database.
    """
    return State(str(data / FILE))


def check_state(data: Path) -> None:
    """Let SQLite check the state of a dataset, if it has one.

    Nothing is written, neither to the file nor beside it, so that a full disk and a read-only folder can be checked.

    Raises:
        DamagedStateError: It is damaged.
        DataFolderError: It cannot be read.
    """
    path = (data / FILE).absolute()
    if not path.exists():
        return
    # Without a write-ahead log nobody has it open. Where there is one, a reader shares its index.
    way = "readonly_shm=1" if path.with_name(f"{FILE}-wal").exists() else "immutable=1"
    try:
        with contextlib.closing(
            sqlite3.connect(f"{path.as_uri()}?mode=ro&{way}", uri=True, timeout=_BUSY_SECONDS)
        ) as connection:
            ((found,),) = connection.execute("PRAGMA integrity_check(1)")
    except sqlite3.Error as error:
        if _kind(error) in _DAMAGED:
            raise DamagedStateError(str(error)) from error
        raise DataFolderError(f"it cannot be read: {error}") from error
    if found != "ok":
        raise DamagedStateError(" ".join(str(found).split()))


def _kind(error: sqlite3.Error) -> int:
    """The kind of an error: the low byte of its code, whose rest says more."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _state_error(error: sqlite3.Error, path: str) -> DataFolderError | DamagedStateError:
    code = _kind(error)
    if code == sqlite3.SQLITE_FULL:
        return StorageFullError(
            f"no room to write {path}: {error}; free some space and run again, nothing acknowledged is lost"
        )
    if code in _DAMAGED:
        return DamagedStateError(
            f"{path} is damaged ({error}); delete it: unfinished crawls start over, nothing stored is lost"
        )
    if code == sqlite3.SQLITE_BUSY:
        return DataFolderError(f"{path} is locked by another process; wait for it or end it, then run again")
    return DataFolderError(f"cannot write {path}: {error}; choose a folder you may write to")
