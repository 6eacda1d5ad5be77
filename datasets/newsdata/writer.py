"""Writing into a dataset: journal first, Parquet behind it.

with newsdata.open_writer("data", crawl_id="demo") as writer:
    writer.write_page(page)
    writer.write_article(article, fetch, cleaner="newsclean 0.1.0")
    writer.write_outcome(outcome)
    writer.sync()                      # durable up to here: only now call a URL done
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Self

from newsdata import parquet
from newsdata.errors import DamagedStateError, DataFolderError, StorageFullError, storage_error
from newsdata.frontier import SPOOL, take_in_journal
from newsdata.journal import (
    Damage,
    Line,
    Segment,
    WriterLock,
    encode,
    leftovers,
    read_segment,
    segment_path,
    segment_table,
)
from newsdata.records import Fetch, Outcome, PageRecord
from newsdata.schema import TABLES, Row, article_row, outcome_row, outline_row, page_row

if TYPE_CHECKING:  # for its types only: a query must not wait for the cleaner to load
    from newsclean.article import Article
    from newsclean.outline import Outline

logger = logging.getLogger(__name__)

SEGMENT_BYTES = (
    32 << 20
)  # some 1,500 articles or 450 pages a file: sealed within two seconds when a crawl is stopped
GROUP = 32  # records between two automatic syncs
# Of free disk beyond what the journal's Parquet files may take: the frontier's log, the folders' own growth.
_MARGIN_BYTES = 384 << 10


def open_writer(
    data: str | os.PathLike[str],
    *,
    crawl_id: str,
    is_article_url: Callable[[str], bool] | None = None,
    segment_bytes: int = SEGMENT_BYTES,
) -> Writer:
    """Open the dataset at ``data`` for writing, made if need be; store what dead writers left behind.

    Any number of writers, in any number of processes, may write into one dataset at a time.

    Args:
        data: The dataset's folder.
        crawl_id: Names the writer's files, so that they can be told apart.
        is_article_url: Decides whether a canonical URL may stand in for the final one; see
            :func:`article_id`.
        segment_bytes: Size of the journal, for each table, at which it becomes Parquet.

    Raises:
        DataFolderError: The folder cannot be made or written.
    """
    folder = Path(data)
    make_folders(folder)
    damages = recover(folder)
    lock = WriterLock.create(folder / SPOOL, crawl_id)
    return Writer(folder, lock, crawl_id, is_article_url, segment_bytes, damages)


def make_folders(data: Path) -> None:
    """Make the folders of a dataset.

    Raises:
        DataFolderError: One of them cannot be made.
    """
    for folder in (data, *(data / table.name for table in TABLES), data / SPOOL):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise storage_error(error, folder) from error


def recover(data: str | os.PathLike[str]) -> tuple[Damage, ...]:
    """Store what writers that died left in the spool; leave living ones alone.

    Returns:
        The lines that could not be read; the log names them, a line each.

    Raises:
        DataFolderError: The dataset cannot be written.
    """
    damages = store_leftovers(data)
    for damage in damages:
        logger.warning("%s: %s", data, damage)
    return damages


def store_leftovers(data: str | os.PathLike[str]) -> tuple[Damage, ...]:
    """Do as :func:`recover`, for a caller who names the damages elsewhere.

    Raises:
        DataFolderError: The dataset cannot be written.
    """
    damages: list[Damage] = []
    for lock, segments in leftovers(Path(data) / SPOOL):
        try:
            for segment in segments:
                if segment_table(segment) in ("pages", "outcomes"):
                    _take_in_journal(segment, Path(data))
                damages += parquet.seal(segment, Path(data))
        except BaseException:
            lock.close()  # the file stays: the segments still need an owner
            raise
        lock.release()
    return tuple(damages)


def _take_in_journal(segment: Path, data: Path) -> None:
    """Let the frontier know what a dead writer has stored, before its journal goes."""
    rows = (line.row for line in read_segment(segment) if isinstance(line, Line))
    try:
        take_in_journal(data, segment_table(segment), rows)
    except DamagedStateError as error:
        logger.warning("%s", error)  # the frontier can be lost; what was stored must not be


class Writer:
    """Writes pages, articles and outcomes; made by :func:`open_writer`. Any thread may call.

    Attributes:
        name: Its name, with which its files' names begin.
        crawl_id: The crawl, or other run, that it writes for.
        damages: Lines of dead writers' journals that could not be read.
    """

    def __init__(
        self,
        data: Path,
        lock: WriterLock,
        crawl_id: str,
        is_article_url: Callable[[str], bool] | None,
        segment_bytes: int,
        damages: tuple[Damage, ...],
    ) -> None:
        self.name = lock.writer
        self.crawl_id = crawl_id
        self.damages = damages
        self._data = data
        self._lock = lock
        self._is_article_url = is_article_url
        self._segment_bytes = segment_bytes
        self._segments: dict[str, Segment] = {}
        self._number = 0
        self._unsynced = 0
        self._turn = threading.RLock()
        self._sealer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="newsdata-seal")
        self._sealing: dict[Path, Future[None]] = {}
        self._sealing_bytes: dict[Path, int] = {}

    def write_page(self, page: PageRecord) -> str:
        """Write a raw page; return its id.

        Raises:
            DataFolderError: It could not be written (:class:`StorageFullError` if no room is left).
        """
        return str(self._write("pages", page_row(page))["id"])

    def write_article(self, article: Article, fetch: Fetch, *, cleaner: str, id: str = "") -> str:  # noqa: A002 - as the column
        """Write a cleaned article; return its id.

        Args:
            article: What the cleaner made of the page.
            fetch: How the page was fetched.
            cleaner: Name and version of the cleaner.
            id: The id it already has; empty to work it out.

        Raises:
            DataFolderError: It could not be written (:class:`StorageFullError` if no room is left).
        """
        row = article_row(article, fetch, cleaner=cleaner, is_article_url=self._is_article_url)
        row["id"] = id or row["id"]
        return str(self._write("articles", row)["id"])

    def write_outline(self, outline: Outline, fetch: Fetch, *, cleaner: str) -> None:
        """Write the outline of a cleaned page, for the profile of its site.

        Args:
            outline: What stands on the page.
            fetch: How the page was fetched.
            cleaner: Name and version of the cleaner.

        Raises:
            DataFolderError: It could not be written (:class:`StorageFullError` if no room is left).
        """
        self._write("outlines", outline_row(outline, fetch, cleaner=cleaner))

    def write_outcome(self, outcome: Outcome) -> None:
        """Write what became of a URL. Write it after the page and the article it tells of.

        Raises:
            DataFolderError: It could not be written (:class:`StorageFullError` if no room is left).
        """
        self._write("outcomes", outcome_row(outcome))

    def sync(self) -> None:
        """Return once everything written so far would survive a power failure.

        Raises:
            DataFolderError: The disk refused.
        """
        with self._turn:
            for table in TABLES:  # pages and articles before the outcomes that tell of them
                if segment := self._segments.get(table.name):
                    segment.sync()
            self._unsynced = 0

    def seal(self) -> None:
        """Turn everything written so far into Parquet, and return once that is done.

        Raises:
            DataFolderError: It could not be written; the journal keeps it, and the next call tries again.
        """
        with self._turn:
            for table in TABLES:
                self._rotate(table.name)
            sealing = dict(self._sealing)
        failure: DataFolderError | None = None
        for path, future in sealing.items():
            try:
                future.result()
            except DataFolderError as error:
                failure = failure or error
                self._sealing[path] = self._sealer.submit(self._store, path)
            else:
                with self._turn:
                    self._sealing.pop(path, None)
                    self._sealing_bytes.pop(path, None)
        if failure:
            raise failure

    def close(self) -> None:
        """Seal and let go of the dataset; what cannot be sealed now, the next writer seals."""
        if self._lock.closed:
            return
        try:
            self.seal()
        except BaseException:
            self._sealer.shutdown()
            self._lock.close()
            raise
        self._sealer.shutdown()
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _write(self, table: str, row: Row) -> Row:
        line = encode(row)
        with self._turn:
            if table in ("pages", "articles"):  # what tells of them is small, and must not be missing
                self._check_room(len(line))
            segment = self._segments.get(table)
            if segment is None:
                self._number += 1
                segment = Segment(segment_path(self._data / SPOOL, self.name, self._number, table))
                parquet.sync_folder(self._data / SPOOL)
                self._segments[table] = segment
            segment.append(line)
            self._unsynced += 1
            if self._unsynced >= GROUP:
                self.sync()
            if segment.size >= self._segment_bytes:
                self._rotate(table)
        return row

    def _check_room(self, size: int) -> None:
        """Stop while there is still room to turn the journal into Parquet, which is never larger than it is.

        Raises:
            StorageFullError: There would be none after so many bytes more.
        """
        unsealed = sum(segment.size for segment in self._segments.values()) + sum(
            size for path, size in self._sealing_bytes.items() if not self._sealing[path].done()
        )
        disk = os.statvfs(self._data)
        free = disk.f_bavail * disk.f_frsize
        if free < size + unsealed + size + _MARGIN_BYTES:
            raise StorageFullError(
                f"no room to write {self._data}: {free >> 10} KiB are left, and what was fetched needs them; "
                "free some space and run again, nothing acknowledged is lost"
            )

    def _rotate(self, table: str) -> None:
        if segment := self._segments.pop(table, None):
            segment.close()
            self._sealing_bytes[segment.path] = segment.size
            self._sealing[segment.path] = self._sealer.submit(self._store, segment.path)

    def _store(self, segment: Path) -> None:
        for damage in parquet.seal(segment, self._data):
            logger.warning("%s: %s", self._data, damage)
