"""Files of URLs: one a line, blank lines and ``#`` comments aside; what is no URL is named, with its line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
from urllib.parse import urlsplit

SOURCES = ("feeds", "sitemaps", "sections")  # where a crawl looks for articles
_SHOWN = 80  # characters of a bad line
_LONGEST_LINE = 65_536  # characters


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no URL.

    Attributes:
        number: Its number, from 1.
        text: Its beginning, printable.
        problem: What is wrong with it.
    """

    number: int
    text: str
    problem: str


def read_url_list(path: Path) -> Iterator[str | BadLine]:
    """Yield the URLs of a file in order, and what is none; only a line is in memory at a time.

    Args:
        path: The file, in UTF-8; bytes that are not do not matter.

    Raises:
        OSError: If it cannot be read.
    """
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        for number, line in enumerate(_lines(file), start=1):
            text = line.strip()
            if not text or text.startswith("#"):
                continue
            problem = "is too long" if len(line) == _LONGEST_LINE else url_problem(text)
            if problem:
                shown = "".join(
                    character if character.isprintable() else "\ufffd" for character in text[:_SHOWN]
                )
                yield BadLine(number, shown, problem)
            else:
                yield text


def _lines(file: TextIO) -> Iterator[str]:
    """The lines of a file, each cut where it is too long: a file without line ends must not fill the memory."""
    while line := file.readline(_LONGEST_LINE):
        yield line
        while line and not line.endswith("\n"):
            line = file.readline(_LONGEST_LINE)


def url_problem(url: str) -> str:
    """What is wrong with a URL that a person wrote; empty if nothing is.

    Args:
        url: An absolute URL, or what should be one.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return "cannot be read as a URL"
    if parts.scheme not in ("http", "https"):
        return "is not an http:// or https:// URL"
    if not parts.hostname or not any(character.isalnum() for character in parts.hostname):
        return "has no host"
    if any(character.isspace() or not character.isprintable() for character in url):
        return "has white space or control characters in it"
    if parts.username is not None or parts.password is not None:
        return "carries a user name; credentials are not sent"
    return ""


def site_url(text: str) -> str:
    """The URL of a site's front page as a person names it; a bare host gets ``https://``.

    Raises:
        ValueError: If it is none; the message says why.
    """
    url = text.strip()
    if "://" not in url:
        url = f"https://{url}"
    problem = url_problem(url)
    if problem:
        raise ValueError(f"{text.strip()!r} {problem}")
    return url


def private_host(text: str) -> tuple[str, int | None]:
    """A host that may have a private address, in lower case, and its port; None stands for all ports.

    Args:
        text: A host or address, with or without a port, or a URL.

    Raises:
        ValueError: If it is none of these; the message says what is.
    """
    written = text.strip().lower()
    try:
        parts = urlsplit(written if "//" in written else f"//{written}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host:
        raise ValueError(
            f"{text.strip()!r} is no host; give a name or address, such as 127.0.0.1 or [::1]:8000"
        )
    return host, port


def source_names(text: str) -> tuple[str, ...]:
    """The sources that a person names, separated by commas; all of :data:`SOURCES` if none is named.

    Raises:
        ValueError: If there are no sources of that name.
    """
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    for name in names:
        if name not in SOURCES:
            raise ValueError(f"there are no sources {name!r}; choose of {', '.join(SOURCES)}")
    return names or SOURCES
