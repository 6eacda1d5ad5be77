"""The journal: what makes an acknowledged record survive kill -9 and power loss before it is Parquet.

A *segment* is an append-only file of the spool, for one table. Each line is one record: eight hex digits
of CRC-32, a space, the row as ASCII JSON, a newline; one ``write`` call a line. A line whose sum is wrong is set
aside and named, and so is a last line without its newline: as a rule it was never acknowledged, but something else
than a kill may have cut it.

A *writer* owns segments and holds one lock (``flock``) as long as it lives; the system lets go of it when
the process dies, however it dies. Segments whose writer's lock is free are leftovers, and whoever opens the
dataset next stores them.

    spool/20261103T101500.000000Z-demo-3fa2c1.lock
    spool/20261103T101500.000000Z-demo-3fa2c1-000001.articles.jsonl
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import secrets
import weakref
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path

from newsdata.errors import storage_error
from newsdata.schema import Row

_CRC_DIGITS = 8
_TIME = "%Y%m%dT%H%M%S.%fZ"
_TIME_DIGITS = len("20261103T101500.000000Z")
DAMAGED = "damaged"  # the folder of the spool where lines are kept that cannot be read
# What a damaged line costs, and what brings it back, by table.
_CONSEQUENCES = {
    "articles": "`newsmill reclean` makes the article again from its page",
    "pages": "the raw page is lost; its article, if there is one, is not",
    "outcomes": "`outcomes` is one row short; pages and articles are not touched",
    "outlines": "the profile of its site has one page less to learn from",
}
_SEGMENT_NAME = re.compile(r"(?P<writer>.+)-(?P<number>\d{6,})\.(?P<table>[a-z]+)\.jsonl")


# What became of a damaged segment once it is stored, for a person.
RESCUED = f"all other lines are stored, its bytes are kept in spool/{DAMAGED}/"


@dataclass(frozen=True, slots=True)
class Damage:
    """A line of the journal that cannot be read.

    Attributes:
        segment: File name of its segment.
        offset: Where it begins, in bytes.
        length: Its length in bytes, without the newline.
        reason: ``torn`` for a last line without its end, else ``crc``.
    """

    segment: str
    offset: int
    length: int
    reason: str

    @property
    def problem(self) -> str:
        """What is wrong, for a person."""
        line = f"the line of {self.length} bytes at byte {self.offset}"
        return (
            f"{line} has a wrong sum" if self.reason == "crc" else f"{line} breaks off: its writer was killed"
        )

    @property
    def consequence(self) -> str:
        """What it costs and what to do, for a person."""
        if self.reason == "torn":
            return "such a line was not acknowledged, its page is fetched again when the crawl goes on"
        return _CONSEQUENCES.get(segment_table(Path(self.segment)), "its record is lost")

    def __str__(self) -> str:
        """Name it in one line: what is wrong, what was rescued, what to do."""
        return f"spool/{self.segment}: {self.problem}; {RESCUED}; {self.consequence}"


@dataclass(frozen=True, slots=True)
class Line:
    """A sound line of the journal.

    Attributes:
        offset: Where it begins, in bytes.
        length: Its length in bytes, with the newline.
        row: The record.
    """

    offset: int
    length: int
    row: Row


def encode(row: Row) -> bytes:
    """Return the journal's line for a row, with its newline."""
    payload = json.dumps(row, separators=(",", ":")).encode("ascii")
    return b"%08x %s\n" % (zlib.crc32(payload), payload)


def decode(line: bytes) -> Row | None:
    """Return the row of a line (without its newline), or None if the line is damaged."""
    checksum, payload = line[:_CRC_DIGITS], line[_CRC_DIGITS + 1 :]
    if checksum != b"%08x" % zlib.crc32(payload) or line[_CRC_DIGITS : _CRC_DIGITS + 1] != b" ":
        return None
    row: Row = json.loads(payload)
    return row


def read_segment(path: Path) -> Iterator[Line | Damage]:
    """Yield each line of a segment in order, the damaged ones as :class:`Damage`."""
    offset = 0
    with path.open("rb") as segment:
        for line in segment:
            if not line.endswith(b"\n"):
                yield Damage(path.name, offset, len(line), "torn")
            elif (row := decode(line[:-1])) is None:
                yield Damage(path.name, offset, len(line) - 1, "crc")
            else:
                yield Line(offset, len(line), row)
            offset += len(line)


class Segment:
    """A segment that is being written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self._synced = 0
        try:
            self._file = os.open(
                path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o644
            )
        except OSError as error:
            raise storage_error(error, path) from error

    def append(self, line: bytes) -> None:
        """Write one line; after an error the segment is as it was before.

        Raises:
            DataFolderError: The line could not be written whole.
        """
        try:
            written = os.write(self._file, line)
            while written < len(
                line
            ):  # a disk that runs full takes a part first, and says why on the next call
                written += os.write(self._file, line[written:])
        except OSError as error:
            os.ftruncate(self._file, self.size)
            raise storage_error(error, self.path) from error
        self.size += len(line)

    def sync(self) -> None:
        """Return once every line written so far is on the disk.

        Raises:
            DataFolderError: The disk refused.
        """
        if self._synced == self.size:
            return
        try:
            os.fdatasync(self._file) if hasattr(os, "fdatasync") else os.fsync(self._file)
        except OSError as error:
            raise storage_error(error, self.path) from error
        self._synced = self.size

    def close(self) -> None:
        """Sync and close; the file stays until it is sealed."""
        try:
            self.sync()
        finally:
            os.close(self._file)


class WriterLock:
    """The sign that a writer lives.

    Attributes:
        writer: The writer's name, with which its segments' names begin.
    """

    def __init__(self, path: Path, file: int) -> None:
        self.path = path
        self.writer = path.name.removesuffix(".lock")
        self._file: int | None = file
        _held.add(self)

    @classmethod
    def create(cls, spool: Path, crawl_id: str) -> WriterLock:
        """Make and hold the lock of a new writer; its name begins with the time, so names sort by age.

        Should the clock have been set back, the name is made to sort behind those of the dataset's files all the same.
        """
        now = max(datetime.now(UTC), _last_moment(spool) + timedelta(microseconds=1)).strftime(_TIME)
        crawl = re.sub(r"[^A-Za-z0-9_]+", "-", crawl_id).strip("-")[:40] or "crawl"
        while True:
            lock = cls.take(spool / f"{now}-{crawl}-{secrets.token_hex(3)}.lock")
            if lock is not None:
                return lock

    @classmethod
    def take(cls, path: Path) -> WriterLock | None:
        """Take the lock at ``path``, made if need be; None if its writer lives."""
        try:
            file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise storage_error(error, path) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Between open and flock another may have released the lock and removed the file.
            if os.path.samestat(os.fstat(file), path.stat()):
                return cls(path, file)
        except (BlockingIOError, FileNotFoundError):
            pass
        os.close(file)
        return None

    @property
    def closed(self) -> bool:
        """Whether the lock is let go of."""
        return self._file is None

    def release(self) -> None:
        """Let go and remove the file."""
        if self._file is not None:
            self.path.unlink(missing_ok=True)
            self.close()

    def close(self) -> None:
        """Close the file only; a forked child does so at once, lest the lock outlive its parent."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


_held: weakref.WeakSet[WriterLock] = weakref.WeakSet()


def _close_inherited_locks() -> None:
    for lock in _held:
        lock.close()


os.register_at_fork(after_in_child=_close_inherited_locks)


def _last_moment(spool: Path) -> datetime:
    """The latest moment that a file of a dataset is named by; long ago if there is none."""
    last = datetime.min.replace(tzinfo=UTC)
    for path in chain(spool.iterdir(), spool.parent.glob("*/month=*/*.parquet")):
        with contextlib.suppress(ValueError):  # not named by a moment
            last = max(last, datetime.strptime(path.name[:_TIME_DIGITS], _TIME).replace(tzinfo=UTC))
    return last


def segment_path(spool: Path, writer: str, number: int, table: str) -> Path:
    """Return where a writer's segment lies."""
    return spool / f"{writer}-{number:06}.{table}.jsonl"


def segment_path_of(spool: Path, identifier: str, table: str) -> Path:
    """Return where the segment of a Parquet file lies, or lay; see :func:`segment_id`."""
    return spool / f"{identifier}.{table}.jsonl"


def segment_table(path: Path) -> str:
    """Return the table a segment is of."""
    return path.name.split(".")[-2]


def segment_id(path: Path) -> str:
    """Return the segment's id, which names its Parquet files: sealing it twice gives the same files."""
    return path.name.rsplit(".", 2)[0]


def leftovers(spool: Path) -> Iterator[tuple[WriterLock, list[Path]]]:
    """Yield each dead writer's lock, held, and its segments, oldest first; the caller releases the lock."""
    writers = {path.name.removesuffix(".lock") for path in spool.glob("*.lock")}
    writers |= {
        found["writer"] for path in spool.glob("*.jsonl") if (found := _SEGMENT_NAME.fullmatch(path.name))
    }
    for writer in sorted(writers):
        lock = WriterLock.take(spool / f"{writer}.lock")
        if lock is None:
            continue
        segments = [
            path
            for path in spool.glob("*.jsonl")
            if (found := _SEGMENT_NAME.fullmatch(path.name)) and found["writer"] == writer
        ]
        yield lock, sorted(segments)


def is_living(segment: Path) -> bool:
    """Say whether a segment's writer lives, and touch nothing."""
    found = _SEGMENT_NAME.fullmatch(segment.name)
    try:
        file = os.open(
            segment.with_name(f"{found['writer']}.lock" if found else ""), os.O_RDONLY | os.O_CLOEXEC
        )
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(file)
    return False


def set_damage_aside(segment: Path, damages: list[Damage]) -> None:
    """Keep damaged lines in ``spool/damaged``, in a file of the segment's name.

    Raises:
        DataFolderError: They cannot be kept there.
    """
    if not damages:
        return
    target = segment.parent / DAMAGED / segment.name
    try:
        target.parent.mkdir(exist_ok=True)
        with segment.open("rb") as source, target.open("wb") as kept:
            for damage in damages:
                source.seek(damage.offset)
                kept.write(source.read(damage.length) + b"\n")
            kept.flush()
            os.fsync(kept.fileno())
    except OSError as error:
        raise storage_error(error, target) from error
