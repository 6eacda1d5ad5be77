"""What may be sent to a terminal: no control characters, no escapes, no bidirectional overrides."""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from types import TracebackType

import click

# The same as newsdata.controls, which cannot be asked: `newsmill --help` must not wait for DuckDB to load.
# C0 and C1 controls but for tab and line feed, the bidirectional controls of Unicode (UAX #9) and those it
# gave up, line and paragraph separators, annotations, and half surrogate pairs.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufff9-\ufffb\ud800-\udfff]"
)
_SURROGATES = re.compile("[\ud800-\udfff]")


def printable(text: str) -> str:
    r"""The text with everything that could steer a terminal replaced by U+FFFD.

    >>> printable("a\x1b[31mb")
    'a�[31mb'
    """
    return _CONTROLS.sub("\ufffd", text)


def one_line(text: str) -> str:
    r"""Printable text without line breaks, for messages.

    >>> one_line("a\nb")
    'a b'
    """
    return printable(" ".join(text.split()))


def say(message: str) -> None:
    """Tell a person something, in one line on standard error."""
    click.echo(f"newsmill: {one_line(message)}", err=True)


class SayingHandler(logging.Handler):
    """Tells a person each record in a line of its own, as :func:`say` does."""

    def emit(self, record: logging.LogRecord) -> None:
        """Say it."""
        say(record.getMessage())


def print_text(text: str) -> None:
    """Print what stands in pages; into a pipe as on a terminal, for a terminal may be at its end."""
    click.echo(printable(text))


def json_text(value: object) -> str:
    r"""JSON in which what could steer a terminal is escaped; a reader gets it back whole.

    >>> json_text("\x9b2Jü"), json.loads(json_text("\x9b2Jü")) == "\x9b2Jü"
    ('"\\u009b2Jü"', True)
    """
    text = _SURROGATES.sub("\ufffd", json.dumps(value, ensure_ascii=False))
    return _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


class PrintableFormatter(logging.Formatter):
    """Formats records as another formatter does, with nothing in them that could steer a terminal."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        """The inner formatter's lines, made printable."""
        return printable(self._inner.format(record))


def make_logs_printable() -> None:
    """Let no log record that is shown steer the terminal; call it when the handlers stand."""
    for handler in [*logging.root.handlers, logging.lastResort]:
        if handler is not None and not isinstance(handler.formatter, PrintableFormatter):
            handler.setFormatter(PrintableFormatter(handler.formatter or logging.Formatter()))


def print_traceback(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print a traceback that cannot steer the terminal; for :data:`sys.excepthook`."""
    sys.stderr.write(printable("".join(traceback.format_exception(kind, error, trace))))
