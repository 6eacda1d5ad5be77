"""``python -m MODULE`` without the second that its imports take: in a fork of a process that has made them.

For tests of what a command does. How it starts, and how it takes signals and its memory, show the tests that start an
interpreter themselves.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import pkgutil
import runpy
import signal
import subprocess
import sys
import warnings
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

_MOST_SECONDS = 300
_MODULES = """
newscrawl.addon newscrawl.addresses newscrawl.profiles newscrawl.response_heads newscrawl.scheduler newscrawl.storage
scrapy.cmdline scrapy.core.downloader.contextfactory scrapy.core.downloader.handlers.http11 scrapy.dupefilters
scrapy.logformatter scrapy.pqueues scrapy.squeues scrapy.statscollectors scrapy.utils.console scrapy.utils.test
""".split()
_PACKAGES = """
newscrawl.spiders newsmill.commands scrapy.commands scrapy.downloadermiddlewares scrapy.extensions scrapy.spidermiddlewares
""".split()


def run_module(
    module: str,
    *arguments: str,
    cwd: Path,
    environment: Mapping[str, str] | None = None,
    stdin: str = "",
) -> subprocess.CompletedProcess[str]:
    """Run ``python -m module arguments…`` to its end, its output captured.

    What does not come to its end is killed, as its exit code says.
    """
    server = _server()
    assert server.stdin is not None
    assert server.stdout is not None
    with TemporaryDirectory() as folder:
        files = [Path(folder, name) for name in ("input", "output", "errors")]
        files[0].write_text(stdin, encoding="utf-8")
        order = {
            "module": module,
            "arguments": arguments,
            "cwd": str(cwd),
            "environment": dict(os.environ if environment is None else environment),
            "files": [str(path) for path in files],
        }
        server.stdin.write(json.dumps(order) + "\n")
        server.stdin.flush()
        code = int(server.stdout.readline())
        printed = [path.read_text(encoding="utf-8") for path in files[1:]]
        return subprocess.CompletedProcess([module, *arguments], code, *printed)


@cache
def _server() -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    atexit.register(process.communicate)  # at the end of its input it ends
    return process


def _fork_for_each_order() -> dict[str, object]:
    """Answer each order with the exit code of a fork; in the fork, return the order."""
    for line in sys.stdin:
        process = os.fork()
        if not process:
            order: dict[str, object] = json.loads(line)
            return order
        print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)
    raise SystemExit


def _run(module: str, arguments: list[str], cwd: str, environment: dict[str, str], files: list[str]) -> None:
    for descriptor, path in enumerate(files):
        os.dup2(os.open(path, os.O_RDWR | os.O_CREAT), descriptor)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    sys.path[:1] = [cwd, *environment.get("PYTHONPATH", "").split(os.pathsep)]
    sys.argv[1:] = arguments
    signal.alarm(_MOST_SECONDS)
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _import_all() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Scrapy has modules that it will drop
        for package in _PACKAGES:
            for module in pkgutil.iter_modules(import_module(package).__path__, f"{package}."):
                import_module(module.name)
    for name in _MODULES:
        import_module(name)
    with contextlib.suppress(ImportError):
        import_module("pandas")  # PyArrow does, at its first array, where it is installed
    assert "twisted.internet.reactor" not in sys.modules  # every process needs its own


if __name__ == "__main__":
    _import_all()
    _run(**_fork_for_each_order())  # type: ignore[arg-type]
