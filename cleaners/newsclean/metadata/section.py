"""The section of its site that an article stands in, as printed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from urllib.parse import SplitResult, urljoin, urlsplit

from newsclean.metadata.dates import find_written_dates
from newsclean.metadata.json_ld import LinkedData
from newsclean.metadata.markup import AUTHOR_PAGE, Head, Line
from newsclean.metadata.names import read_byline
from newsclean.metadata.titles import SiteNames, title_key
from newsclean.metadata.words import HOME, NEWSROOM

LONGEST_SECTION = 60
SECTION_METAS = (
    "article:section",
    "og:article:section",
    "parsely-section",
    "cxenseparse:section",
    "dc.subject",
    "section",
    "category",
    "vr:category",
    "sailthru.section",
)
# A section's link stands by the headline, has few words, and leads to one to three folders that begin with a letter.
LINES_BEFORE, LINES_AFTER = 4, 10
LONGEST_LINE = 200
MOST_WORDS = 4
_FOLDER = re.compile(r"/[^\W\d_][\w&%+-]{0,30}(?:/[^\W\d_][\w&%+-]{0,30}){0,2}")
_ADDRESS = re.compile(r"://|^(?:\w[\w-]*\.)+[a-z]{2,}$", re.IGNORECASE)
# "section" alone is also a tag.
_NAMED = re.compile(
    r"categor|section[-_]?(?:name|link|label|title)|(?:article|post|story)[-_]{0,2}section|kicker|rubri|eyebrow|ressort|overline|channel",
    re.IGNORECASE,
)


def read_section(
    head: Head,
    data: LinkedData,
    before: Sequence[Line],
    after: Sequence[Line],
    url: str,
    title: str,
    authors: Sequence[str],
    site: SiteNames,
) -> str:
    """The section: JSON-LD, meta, breadcrumb, or a link to a section page beside the headline; empty if none tells.

    The address' first folder is no source: it is not printed, and on news pages that tell their section it equals that on
    fewer than half; else it is "news", "article" or a number.
    """
    taken = {title_key(text) for text in (title, *authors)}

    def fits(text: str) -> bool:
        folded = title_key(text)
        return (
            bool(folded)
            and 1 < len(text) <= LONGEST_SECTION
            and folded not in taken
            and folded not in site.names
            and text.lower() not in HOME
            and not _ADDRESS.search(text)
        )

    def is_newsroom(text: str) -> bool:
        return text.lower() in NEWSROOM and title_key(text) not in site.names

    for value in (data.section, *(head.first(name) for name in SECTION_METAS)):
        first = re.split(r"\s*[;|>]\s*|,\s*(?=\S)", value)[0].strip()
        if fits(first) or is_newsroom(first):
            return first
    # "News" is a section where nothing more telling stands
    for accepts in (fits, is_newsroom):
        found = next(filter(accepts, data.crumbs), "") or _linked_section(before, after, url, accepts)
        if found:
            return found
    return ""


def _linked_section(
    before: Sequence[Line], after: Sequence[Line], url: str, fits: Callable[[str], bool]
) -> str:
    """A link by the headline to a folder of the site: named as a category, above the page's own address, or on the date's line."""
    here = _split(url)
    lines = (*before[:LINES_BEFORE], *after[:LINES_AFTER])
    dated = [_is_date_or_byline(line) for line in lines]
    for i, line in enumerate(lines):
        if line.heading or len(line.text) > LONGEST_LINE:
            continue
        for link in line.links:
            path = _section_path(link.target, url, here)
            if not path or not fits(link.text) or len(link.text.split()) > MOST_WORDS:
                continue
            above = here is not None and here.path.rstrip("/").startswith(path + "/")
            alone = link.text == line.text and any(dated[max(0, i - 1) : i + 2])
            if (
                above
                or _NAMED.search(f"{link.names} {line.names}")
                or ((dated[i] or alone) and not line.aside)
            ):
                return link.text
    return ""


def _is_date_or_byline(line: Line) -> bool:
    return len(line.text) <= LONGEST_LINE and bool(
        line.times or find_written_dates(line.text) or read_byline(line.text)
    )


def _section_path(target: str, url: str, here: SplitResult | None) -> str:
    """The path of a link to a folder of this site; empty for any other link."""
    try:
        there = _split(urljoin(url, target))
    except ValueError:
        return ""
    if there is None or (here is not None and there.hostname != here.hostname):
        return ""
    path = re.sub(r"/index\.\w+$|\.html?$", "", there.path).rstrip("/")
    return path if _FOLDER.fullmatch(path) and not AUTHOR_PAGE.search(path + "/") else ""


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
    except ValueError:  # such as an unclosed bracket in the host
        return None
    return parts if parts.hostname else None
