"""What a person has written down of a site: one TOML file each, no Python."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast
from urllib.parse import urlsplit

from newscrawl.url_list import SOURCES, site_url, url_problem
from newsdata.identity import site_of

if TYPE_CHECKING:  # it brings the cleaner along
    from newsclean.profile import SiteProfile

Render = Literal["never", "auto", "always"]
FOLDER = Path("sites")  # where a project's files lie, seen from its folder

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")  # RFC 5646, without private use
# RFC 6265, 4.1.1: what names and values of cookies may hold.
_COOKIE_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_COOKIE_VALUE = re.compile(r"[!#-+\--:<-\[\]-~]*")
_LONGEST_DELAY = 3600.0  # seconds
_NO_LONGER_SHOWN = 60  # characters of a wrong value


class SiteFileError(ValueError):
    """A site's file cannot be used; the message is one line with file and key."""


@dataclass(frozen=True, slots=True)
class SiteFile:
    """One site, as its file says.

    Attributes:
        name: The file's name without its ending.
        start: Front pages.
        feeds: True: those that are found; False: none; URLs: these and no others.
        sitemaps: The same.
        sections: The same; without any, no article is taken from the front page either.
        article_url: Regular expression that is found in articles' URLs and in no others; empty: newsmill decides.
        max_pages: Most article pages to fetch in one crawl; None for any number.
        max_articles: Most articles to store in one crawl; None for any number.
        delay: Seconds between two requests to one host; 0 for what the crawl's settings say.
        drop: CSS selectors of elements that are never part of a text.
        cookies: Names and values of cookies to send.
        language: Language to ask for (RFC 5646), and that of articles whose text does not tell; empty for any.
        render: When to run a page's scripts in a browser; empty: as the crawl says.
    """

    name: str
    start: tuple[str, ...]
    feeds: bool | tuple[str, ...] = True
    sitemaps: bool | tuple[str, ...] = True
    sections: bool | tuple[str, ...] = True
    article_url: str = ""
    max_pages: int | None = None
    max_articles: int | None = None
    delay: float = 0.0
    drop: tuple[str, ...] = ()
    cookies: tuple[tuple[str, str], ...] = ()
    language: str = ""
    render: Render | Literal[""] = ""

    @property
    def sites(self) -> tuple[str, ...]:
        """Names of the sites of its front pages, as :func:`newsdata.site_of` gives them."""
        return tuple(dict.fromkeys(map(site_of, self.start)))

    @property
    def looked_for(self) -> tuple[str, ...]:
        """The kinds of sources that are found rather than named."""
        return tuple(kind for kind in SOURCES if getattr(self, kind) is True)

    def named(self, kind: str) -> tuple[str, ...]:
        """The URLs of the sources of a kind that the file names."""
        value: bool | tuple[str, ...] = getattr(self, kind)
        return value if isinstance(value, tuple) else ()

    def is_article_url(self, url: str) -> bool | None:
        """Whether a URL is an article's, by the file; None if it does not say."""
        return re.search(self.article_url, url) is not None if self.article_url else None

    def headers(self, url: str) -> dict[str, str]:
        """What to send along with a request: a language to any host; cookies only to the hosts of the front pages.

        Those are their own hosts, without ``www.``, and what stands under them. A front page of ``https`` has its
        cookies sent by ``https`` only.
        """
        told = {"Accept-Language": self.language} if self.language else {}
        if self.cookies and any(_same_host(front, url) for front in self.start):
            told["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies)
        return told


def _same_host(front: str, url: str) -> bool:
    own, other = urlsplit(front), urlsplit(url)
    host, asked = (own.hostname or "").removeprefix("www."), other.hostname or ""
    is_under = asked == host or (asked.endswith(f".{host}") and not host.replace(".", "").isdigit())
    return is_under and (own.scheme != "https" or other.scheme == "https")


class SiteFiles:
    """The files of a crawl's sites.

    Args:
        files: The files; of each site one.

    Raises:
        SiteFileError: If two are of one site.
    """

    def __init__(self, files: Iterable[SiteFile] = ()) -> None:
        self._by_site: dict[str, SiteFile] = {}
        for file in files:
            for site in file.sites:
                other = self._by_site.setdefault(site, file)
                if other is not file:
                    raise SiteFileError(
                        f"{other.name}.toml and {file.name}.toml are both of {site}; put them into one"
                    )

    def __iter__(self) -> Iterator[SiteFile]:
        """Each file once."""
        return iter(dict.fromkeys(self._by_site.values()))

    def of(self, url: str) -> SiteFile | None:
        """The file of a URL's site; None if there is none."""
        return self._by_site.get(site_of(url)) if self._by_site else None

    def profile(self, profile: SiteProfile) -> SiteProfile:
        """A site's profile with what its file says of the cleaning."""
        file = self._by_site.get(profile.site)
        if file is None:
            return profile
        return replace(profile, selectors=file.drop, language=file.language)


def read_site_files(paths: Sequence[Path]) -> SiteFiles:
    """Read several files.

    Raises:
        SiteFileError: If one cannot be read or used, or two are of one site.
    """
    return SiteFiles(read_site_file(path) for path in paths)


def site_files_in(folder: Path) -> list[Path]:
    """The files of a folder, by name.

    Raises:
        SiteFileError: If there is no such folder.
    """
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == ".toml")
    except OSError as error:
        raise SiteFileError(
            f"cannot read {folder}: {error.strerror or error}; `newsmill site add URL` makes it"
        ) from error


def read_site_file(path: Path) -> SiteFile:
    """Read one file.

    Args:
        path: The file; TOML in UTF-8.

    Raises:
        SiteFileError: If it cannot be read, or a key or value cannot be used.
    """
    try:
        told = tomllib.loads(path.read_bytes().decode())
    except OSError as error:
        raise SiteFileError(f"cannot read {path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise SiteFileError(f"{path}: is not in UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise SiteFileError(f"{path}: {' '.join(str(error).split())}") from error
    values: dict[str, object] = {}
    for key, value in told.items():
        if key not in _READERS:
            raise SiteFileError(f"{path}: {key}: there is no such key; choose of {', '.join(_READERS)}")
        try:
            values[key] = _READERS[key](value)
        except ValueError as error:
            raise SiteFileError(f"{path}: {key}: {error}") from error
    if "start" not in values:
        raise SiteFileError(
            f"{path}: start: is missing; name the front page, such as ['https://news.example/']"
        )
    return SiteFile(path.stem, **values)  # type: ignore[arg-type]  # each value has been through its key's reader


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _NO_LONGER_SHOWN else f"{text[:_NO_LONGER_SHOWN]}…"


def _texts(value: object) -> tuple[str, ...]:
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(each, str) for each in texts):
        raise ValueError(f"{_shown(value)} is no list of texts")
    return tuple(cast("list[str]", texts))


def _start(value: object) -> tuple[str, ...]:
    fronts = tuple(map(site_url, _texts(value)))
    if not fronts:
        raise ValueError("names no front page")
    for front in fronts:
        if "," in front:
            raise ValueError(f"{front!r} has a comma in it")
    return fronts


def _source(value: object) -> bool | tuple[str, ...]:
    if isinstance(value, bool):
        return value
    urls = _texts(value)
    for url in urls:
        if problem := url_problem(url):
            raise ValueError(f"{_shown(url)} {problem}; give true, false or a list of URLs")
    return urls


def _pattern(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{_shown(value)} is no text")  # noqa: TRY004 - the reader of a file knows one error
    try:
        re.compile(value)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"{_shown(value)} is no regular expression: {error}") from error
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{_shown(value)} is no whole number from 1")
    return value


def _delay(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= _LONGEST_DELAY:
        raise ValueError(f"{_shown(value)} is no number of seconds from 0 to {_LONGEST_DELAY:g}")
    return float(value)


def _selectors(value: object) -> tuple[str, ...]:
    from newsclean.profile import SiteProfile  # noqa: PLC0415 - it brings the cleaner along

    selectors = _texts(value)
    SiteProfile("", selectors=selectors)  # it knows what is CSS
    return selectors


def _cookies(value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, Mapping):
        raise ValueError(f"{_shown(value)} is no table of names and values")  # noqa: TRY004 - as above
    for name, text in value.items():
        if not _COOKIE_NAME.fullmatch(name):
            raise ValueError(f"{_shown(name)} is no name of a cookie")
        if not isinstance(text, str) or not _COOKIE_VALUE.fullmatch(text):
            raise ValueError(
                f"{name}: {_shown(text)} is no value of a cookie; percent-encode other characters"
            )
    return tuple(value.items())


def _language(value: object) -> str:
    if not isinstance(value, str) or not _LANGUAGE.fullmatch(value):
        raise ValueError(f"{_shown(value)} is no language, such as 'de' or 'pt-BR'")
    return value


def render_of(value: object) -> Render:
    """When to render pages, as a person says it.

    Raises:
        ValueError: If it is none of the three.
    """
    if value not in ("never", "auto", "always"):
        raise ValueError(f"{_shown(value)} is none of 'never', 'auto', 'always'")
    return value


_READERS: dict[str, Callable[[object], object]] = {
    "start": _start,
    "feeds": _source,
    "sitemaps": _source,
    "sections": _source,
    "article_url": _pattern,
    "max_pages": _number,
    "max_articles": _number,
    "delay": _delay,
    "drop": _selectors,
    "cookies": _cookies,
    "language": _language,
    "render": render_of,
}
