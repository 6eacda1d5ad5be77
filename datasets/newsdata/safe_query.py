"""A stranger's SQL in a process of its own, with limits that the query cannot lift.

answer = newsdata.safe_query("data", "SELECT site, count(*) FROM articles GROUP BY site")
answer.rows                          # a pyarrow.Table
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import pyarrow as pa

from newsdata.errors import DataError, DataFolderError, NoDatasetError, QueryError, QueryLimitError

# What Python itself needs to start; the query's process gets no other variable to tell of.
_PASSED_ON = ("PATH", "PYTHONHOME", "LD_LIBRARY_PATH", "LANG", "LC_ALL")
_MESSAGE_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a query may use.

    Attributes:
        seconds: Time until there is an answer, starting the process included.
        memory_bytes: Memory on top of what the process has before the query; an answer may not be larger either.
        rows: Rows of an answer; more are left out.
    """

    seconds: float = 30.0
    memory_bytes: int = 1 << 30
    rows: int = 10_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query gave.

    Attributes:
        rows: The rows, a :class:`pyarrow.Table`.
        cut: There were more rows than the limit.
    """

    rows: pa.Table
    cut: bool


def safe_query(data: str | os.PathLike[str], query: str, limits: Limits | None = None) -> Answer:
    """Run one question from a model or a stranger, which can read the views and do nothing else.

    It runs on a connection of ``connect(data, safe=True)`` in a new process. That process may write no file of
    any size, and is killed when it takes too long; its memory is bounded by the system.

    Args:
        data: The dataset's folder.
        query: One SELECT, VALUES, DESCRIBE, SUMMARIZE, SHOW, PIVOT or EXPLAIN.
        limits: Defaults to ``Limits()``.

    Raises:
        QueryError: The SQL is wrong, or asks for what is not allowed.
        QueryLimitError: It took too long or too much memory.
        NoDatasetError: There is no dataset.
        DataFolderError: Its files cannot be read.
    """
    limits = limits or Limits()
    order = json.dumps({"data": str(Path(data).absolute()), "query": query, "limits": asdict(limits)})
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    # mimalloc reserves a gigabyte of addresses at once, which the limit would count
    environment |= {
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "newsdata.safe_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        cwd="/",
    )
    late = threading.Event()

    def stop() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(limits.seconds, stop)
    timer.start()
    try:
        return _receive(process, order, limits, late)
    finally:
        timer.cancel()
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def _receive(process: subprocess.Popen[bytes], order: str, limits: Limits, late: threading.Event) -> Answer:
    batches: list[pa.RecordBatch] = []
    n_rows = n_bytes = 0
    try:
        _pipe(process.stdin).write(order.encode())
        _pipe(process.stdin).close()
        with pa.ipc.open_stream(_pipe(process.stdout)) as stream:
            for batch in stream:
                batches.append(batch)
                n_rows += batch.num_rows
                n_bytes += batch.nbytes
                if n_bytes > limits.memory_bytes:
                    raise QueryLimitError(
                        f"the answer is larger than {_size(limits.memory_bytes)}; ask for fewer columns or rows,"
                        " or allow more memory"
                    )
                if n_rows > limits.rows:
                    break
            rows = pa.Table.from_batches(batches, stream.schema)
    except (pa.ArrowException, OSError) as error:  # the process ended before it answered, or in the middle
        raise _failure(process, limits, late) from error
    if n_rows <= limits.rows and process.wait() != 0:
        raise _failure(process, limits, late)
    return Answer(rows.slice(0, limits.rows), cut=n_rows > limits.rows)


def _failure(process: subprocess.Popen[bytes], limits: Limits, late: threading.Event) -> DataError:
    said = _pipe(process.stderr).read(_MESSAGE_BYTES).decode("utf-8", "replace")
    process.wait()
    if late.is_set():
        return QueryLimitError(
            f"the query took longer than {limits.seconds:g} s and was stopped; narrow it, or allow more time"
        )
    if process.returncode == 1:
        kind, _, message = said.strip().rpartition("\n")[2].partition(": ")
        for known in (QueryError, NoDatasetError, DataFolderError):
            if kind == known.__name__:
                return known(message)
    return QueryLimitError(
        f"the query needed more than {_size(limits.memory_bytes)} of memory and was stopped; narrow it, or allow more"
    )


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise ValueError("a process started with pipes has them all")
    return pipe


def _size(number: int) -> str:
    return f"{number / (1 << 20):g} MiB"
