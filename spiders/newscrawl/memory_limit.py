"""A limit of memory for each page that a process works on."""

from __future__ import annotations

import os
import re
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

MEMORY_EXIT_CODE = 77  # a process that ran out of memory ends itself with it

T = TypeVar("T")


@dataclass(slots=True)
class _Memory:
    """The memory of this process, in bytes of address space."""

    extra: int = 0  # what a page may take; 0 for no limit
    baseline: int = 0  # what the warm process had
    peak: int = 0  # the highest reading before this page


_memory = _Memory()


def _address_space(name: str) -> int:
    """``VmSize`` or ``VmPeak`` of this process in bytes; 0 where the system does not tell (macOS)."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    found = re.search(rf"^{name}:\s*(\d+) kB", status.read_text(), re.MULTILINE)
    return int(found.group(1)) * 1024 if found else 0


def limit_memory(extra: int) -> None:
    """Let each page have so much memory on top of what this process has now.

    Args:
        extra: Bytes; 0 for no limit.
    """
    _memory.extra, _memory.baseline = extra, _address_space("VmSize")
    _memory.peak = _address_space("VmPeak")


@contextmanager
def _limited() -> Iterator[None]:
    """Limit the address space, for a page only: a page that is received or answered must not break the pool."""
    if _memory.extra <= 0 or not _memory.baseline:
        yield
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (_memory.baseline + _memory.extra, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def _came_near_limit() -> bool:
    """Whether this page has brought the process near its limit.

    C code answers a refused allocation with all kinds of errors, or with a page that seems empty. A quarter of
    the limit counts as near: a buffer that grows is doubled, and what was refused never shows in the peak.
    """
    before, _memory.peak = _memory.peak, _address_space("VmPeak")
    return (
        _memory.extra > 0 and _memory.peak > before and _memory.peak - _memory.baseline > _memory.extra // 4
    )


def within_memory(work: Callable[[], T], is_empty: Callable[[T], bool]) -> T:
    """Do a page's work under the limit of memory; the process ends if that is not enough.

    Args:
        work: What to do.
        is_empty: Whether a result says that nothing was found, as it also does where memory was refused.
    """
    try:
        with _limited():
            result = work()
    except MemoryError:
        os._exit(MEMORY_EXIT_CODE)  # what is left of the heap cannot be trusted; a fresh process takes over
    except Exception:
        if _came_near_limit():
            os._exit(MEMORY_EXIT_CODE)
        raise
    if _came_near_limit() and is_empty(result):
        os._exit(MEMORY_EXIT_CODE)
    return result
