"""The process of one stranger's query: reads the order from standard input, writes Arrow to standard output."""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path

import duckdb
import pyarrow as pa

from newsdata.errors import DataError, QueryError
from newsdata.safe import SafeConnection
from newsdata.views import connect, read_batches, sql_error

ROWS_AT_ONCE = 1000
_STATM = Path("/proc/self/statm")


def main() -> int:
    """Answer the order on standard input."""
    order = json.load(sys.stdin)
    limits = order["limits"]
    try:
        with connect(order["data"], safe=True, memory_bytes=limits["memory_bytes"] * 3 // 4) as connection:
            _limit(limits["seconds"], limits["memory_bytes"])
            _answer(connection, order["query"])
    except (duckdb.OutOfMemoryException, MemoryError, pa.ArrowMemoryError):
        return 2
    except duckdb.Error as error:
        return _report(sql_error(error))
    except DataError as error:
        return 2 if "Out of Memory Error" in str(error) else _report(error)  # Arrow passes on the text alone
    except pa.ArrowInvalid as error:  # such as lists in lists in lists, 70 deep
        return _report(QueryError(f"Arrow cannot hold this answer: {error}"))
    return 0


def _report(error: DataError) -> int:
    sys.stderr.write(f"{type(error).__name__}: {error}\n")
    return 1


def _limit(seconds: float, memory_bytes: int) -> None:
    cpu_seconds = (
        int(seconds * (os.cpu_count() or 1)) + 1
    )  # the last resort if whoever watches the clock dies
    limits = {resource.RLIMIT_CPU: cpu_seconds, resource.RLIMIT_FSIZE: 0, resource.RLIMIT_CORE: 0}
    if _STATM.exists():  # Linux; elsewhere DuckDB's own limit must do
        pages = int(_STATM.read_text("ascii").split()[0])
        limits[resource.RLIMIT_AS] = pages * os.sysconf("SC_PAGE_SIZE") + memory_bytes
    for limit, most in limits.items():
        resource.setrlimit(limit, (most, most))


def _answer(connection: SafeConnection, query: str) -> None:
    relation = connection.sql(query)  # unlike execute(), it runs while it is read
    if relation is None:
        raise QueryError("the statement has no result; begin with SELECT or FROM")
    reader = relation.to_arrow_reader(ROWS_AT_ONCE)
    with pa.ipc.new_stream(sys.stdout.buffer, reader.schema) as stream:
        for batch in read_batches(reader):
            stream.write_batch(batch)


if __name__ == "__main__":
    sys.exit(main())
