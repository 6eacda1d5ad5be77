"""Errors of the dataset; each message is one line and says what to do next.

DataError
├── DataFolderError      the folder cannot be made, read or written
│   └── StorageFullError no room is left; what was acknowledged is safe
├── CrawlRunsError       a living process runs the same crawl
├── DamagedStateError    state.sqlite cannot be read
├── NoDatasetError       the folder holds no dataset
├── EmptyDatasetError    there is a dataset, and nothing in it to write out
├── QueryError           the SQL is wrong
├── QueryLimitError      the query took too long or too much memory
└── ExportTargetError    the place to export to cannot be used
"""

from __future__ import annotations

import errno
from pathlib import Path


class DataError(Exception):
    """Anything that can go wrong with a dataset and that a person can mend."""


class DataFolderError(DataError):
    """A folder or file of the dataset cannot be made, read or written."""


class StorageFullError(DataFolderError):
    """No room is left on the disk; every acknowledged record is still there."""


class CrawlRunsError(DataError):
    """Another process runs a crawl of the same plan into the dataset."""


class DamagedStateError(DataError):
    """``state.sqlite`` is no sound database; what was stored does not depend on it."""


class NoDatasetError(DataError):
    """The folder does not exist or holds no dataset."""


class EmptyDatasetError(DataError):
    """There is no row to write out."""


class QueryError(DataError):
    """The SQL cannot be parsed, bound or run."""


class QueryLimitError(DataError):
    """A query with limits met one of them."""


class ExportTargetError(DataError):
    """The export cannot be written there."""


# What the system says when a file cannot grow: disk full, quota used up, file size limit.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def storage_error(error: OSError, path: Path) -> DataFolderError:
    """Turn an operating system's error at ``path`` into one of ours."""
    reason = error.strerror or str(error)
    if error.errno in _FULL:
        return StorageFullError(
            f"no room to write {path}: {reason}; free some space and run again, nothing acknowledged is lost"
        )
    return DataFolderError(f"cannot write {path}: {reason}; choose a folder you may write to")
