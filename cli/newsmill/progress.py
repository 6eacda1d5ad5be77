"""What a crawl shows while it runs: a live line on a terminal, a plain line every few seconds elsewhere."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rich.console import Console
from rich.live import Live
from rich.text import Text

_PLAIN_INTERVAL = 3.0  # seconds between plain lines
_WINDOW = 5.0  # seconds over which the rate is taken


@dataclass(frozen=True, slots=True)
class Progress:
    """A crawl at one moment.

    Attributes:
        pages: Pages that have an outcome.
        articles: Articles stored.
        fetching: Requests on their way.
        cleaning: Pages at the cleaner.
        waiting: Requests that wait for their turn.
    """

    pages: int
    articles: int
    fetching: int
    cleaning: int
    waiting: int


class Rate:
    """Pages a second over the last seconds.

    Args:
        began: Monotonic time in seconds when there was no page yet.
    """

    def __init__(self, began: float) -> None:
        self._marks = [(began, 0)]

    def update(self, now: float, pages: int) -> float:
        """The rate after a further reading.

        Args:
            now: Monotonic time in seconds.
            pages: Pages so far.
        """
        self._marks.append((now, pages))
        while len(self._marks) > 2 and self._marks[1][0] < now - _WINDOW:
            self._marks.pop(0)
        (first, before), (last, after) = self._marks[0], self._marks[-1]
        return (after - before) / (last - first) if last > first else 0.0


def progress_line(progress: Progress, rate: float, elapsed: float) -> str:
    """One line for logs and pipes.

    Args:
        progress: The crawl at this moment.
        rate: Pages a second.
        elapsed: Seconds since the crawl began.
    """
    return (
        f"{elapsed:4.0f} s  {progress.pages} pages  {progress.articles} articles  {rate:.1f} pages/s  "
        f"{progress.fetching} fetching  {progress.cleaning} cleaning  {progress.waiting} waiting"
    )


@contextlib.contextmanager
def shown(read: Callable[[], Progress], console: Console) -> Iterator[None]:
    """Show a crawl until the block ends.

    Args:
        read: Gives the present state; called from another thread.
        console: Where to show it, standard error as a rule.
    """
    began = time.monotonic()
    rate = Rate(began)

    def line() -> tuple[Progress, float, float]:
        now = time.monotonic()
        progress = read()
        return progress, rate.update(now, progress.pages), now - began

    if console.is_terminal:
        with Live(
            console=console,
            get_renderable=lambda: _line_in_colour(*line()),
            refresh_per_second=4,
            transient=True,
        ):
            yield
        return
    ended = threading.Event()

    def print_lines() -> None:
        while not ended.wait(_PLAIN_INTERVAL):
            console.print(progress_line(*line()), highlight=False, soft_wrap=True)

    printer = threading.Thread(target=print_lines, daemon=True)
    printer.start()
    try:
        yield
    finally:
        ended.set()
        printer.join()


def _line_in_colour(progress: Progress, rate: float, elapsed: float) -> Text:
    line = Text(no_wrap=True, overflow="ellipsis")
    cells = (
        (f"{elapsed:.0f}", "s"),
        (str(progress.pages), "pages"),
        (str(progress.articles), "articles"),
        (f"{rate:.1f}", "pages/s"),
        (str(progress.fetching), "fetching"),
        (str(progress.cleaning), "cleaning"),
        (str(progress.waiting), "waiting"),
    )
    for number, label in cells:
        line.append(number, "bold").append(f" {label}  ")
    return line
