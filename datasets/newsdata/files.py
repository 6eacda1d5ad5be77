"""Which files of a table count: all Parquet files in its folder but those that a compacted file stands in for.

A compacted file ``x.parquet`` has a *stand-in list* beside it, ``.x.parquet.replaces``: the names of the files whose
rows it holds. The list is there before the file is. So of any one listing of a folder, whatever appears or goes at
that moment, each row counts once: where the compacted file is seen its list can be read, and where it is not seen
the files that it will stand in for are all there, since they stay for a grace period. The list has its sum in its second
line, and the compacted file a copy of it among its metadata, which counts where the list is damaged.

Every file has its CRC-32 beside it, ``.x.parquet.crc32``, so that a flipped byte is found wherever it is, in the
footer too, which Parquet has no sum for. Where a file is written over, both contents' sums stand there: whichever
is found after a kill is right.
"""

from __future__ import annotations

import json
import os
import re
import zlib
from collections.abc import Collection
from pathlib import Path

OWN_LIST = b"newsmill.replaces"  # key of the copy among a compacted file's metadata
_LIST = ".replaces"
_SUM = ".crc32"
_SUM_CHUNK = 1 << 20
_WRITTEN_SUM = re.compile("[0-9a-f]{8}")


def table_files(folder: Path, pattern: str) -> list[Path]:
    """Return the files of a table that count, sorted.

    Args:
        folder: The table's folder.
        pattern: Pattern of its files.
    """
    found = list(folder.glob(pattern))
    replaced: dict[Path, set[str]] = {}
    for parent in {path.parent for path in found}:
        names = {path.name for path in found if path.parent == parent}
        replaced[parent] = set().union(*(replaced_by(parent / name) for name in names))
    return sorted(path for path in found if path.name not in replaced[path.parent])


def replaced_by(path: Path) -> frozenset[str]:
    """Return the names of the files that a file stands in for; none for most."""
    try:
        content = stand_in_list(path).read_bytes()
    except FileNotFoundError:
        return frozenset()
    listed = _listed(content)
    return own_list(path) if listed is None else listed


def has_wrong_list(path: Path) -> bool:
    """Say whether a file has a stand-in list, and it is damaged."""
    try:
        return _listed(stand_in_list(path).read_bytes()) is None
    except FileNotFoundError:
        return False


def _listed(content: bytes) -> frozenset[str] | None:
    """The names in a stand-in list; None if it is damaged. Lists of older versions have no sum."""
    names, _, checksum = content.partition(b"\n")
    if checksum not in (b"", _list_sum(names)):
        return None
    try:
        return frozenset(json.loads(names))
    except ValueError:
        return None


def _list_sum(names: bytes) -> bytes:
    return b"%08x\n" % zlib.crc32(names)


def own_list(path: Path) -> frozenset[str]:
    """Return the copy of its stand-in list that a compacted file holds; empty if the file has none or is not there."""
    import pyarrow as pa  # noqa: PLC0415 - only where a list is damaged
    import pyarrow.parquet as pq  # noqa: PLC0415 - same

    try:
        metadata = pq.read_metadata(path).metadata or {}
    except (OSError, pa.ArrowException):
        return frozenset()
    return frozenset(json.loads(metadata.get(OWN_LIST, b"[]")))


def write_stand_in_list(path: Path, names: Collection[str]) -> None:
    """Write the stand-in list of a file, whole or not at all, and durably but for its folder.

    Raises:
        OSError: It could not be written.
    """
    target = stand_in_list(path)
    aside = target.with_name(f"{target.name}.part")
    with aside.open("wb") as file:
        content = json.dumps(sorted(names)).encode("ascii")
        file.write(content + b"\n" + _list_sum(content))
        file.flush()
        os.fsync(file.fileno())
    aside.replace(target)


def stand_in_list(path: Path) -> Path:
    """Return where a compacted file's stand-in list lies."""
    return path.with_name(f".{path.name}{_LIST}")


def listed_file(path: Path) -> Path:
    """Return the compacted file that a stand-in list is of."""
    return path.with_name(path.name.removeprefix(".").removesuffix(_LIST))


def stand_in_lists(folder: Path) -> list[Path]:
    """Return all stand-in lists below a table's folder."""
    return sorted(folder.glob(f"**/.*{_LIST}"))


def write_sum(content: Path, target: Path) -> None:
    """Write the sum of a file that is about to be put in its place.

    Raises:
        OSError: It could not be written.
    """
    path = sum_file(target)
    sums = [sum_of(content), *([sum_of(target)] if target.exists() else [])]
    aside = path.with_name(f"{path.name}.part")
    aside.write_text("".join(f"{each}\n" for each in sums), "ascii")
    aside.replace(path)


def has_wrong_sum(path: Path) -> bool:
    """Say whether a file is not what was written; a file without a sum that can be read is taken for right."""
    sums = _sums(path)
    return bool(sums) and sum_of(path) not in sums


def has_damaged_sum(path: Path) -> bool:
    """Say whether what lies beside a file as its sum is none."""
    return sum_file(path).exists() and not _sums(path)


def _sums(path: Path) -> list[str]:
    """The sums that a file may have; none if none is there, or what is there is no sum."""
    try:
        sums = sum_file(path).read_text("ascii").split()
    except (FileNotFoundError, ValueError):
        return []
    return sums if all(_WRITTEN_SUM.fullmatch(each) for each in sums) else []


def sum_of(path: Path) -> str:
    """Return a file's CRC-32 as eight hex digits."""
    value = 0
    with path.open("rb") as file:
        while chunk := file.read(_SUM_CHUNK):
            value = zlib.crc32(chunk, value)
    return f"{value:08x}"


def sum_file(path: Path) -> Path:
    """Return where a file's sum lies."""
    return path.with_name(f".{path.name}{_SUM}")


def remove(path: Path) -> None:
    """Delete a file of a table, and what lies beside it."""
    path.unlink(missing_ok=True)
    sum_file(path).unlink(missing_ok=True)
