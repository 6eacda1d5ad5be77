"""What runs in a cleaning process: the cleaner, warmed up. Imports no Scrapy.

The fork server imports this module once and then forks each process from itself, so that all of them share
the compiled regular expressions and models, and one that was killed is replaced in milliseconds.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from newsclean.article import NoArticle
from newsclean.clean import Examination, examine
from newsclean.decode import decode
from newsclean.lines import examine_text
from newsclean.profile import SiteProfile
from newscrawl.memory_limit import within_memory
from newscrawl.worker_entry import CleanedPage

# A page with something of everything: metadata, JSON-LD, a date to parse, a caption, enough text to be an
# article. First use of the cleaner compiles regular expressions for seconds.
_WARM_UP_PAGE = (
    """<!doctype html><html lang="en"><head><title>Ferry timetable changes | The Example</title>
<meta property="og:title" content="Ferry timetable changes"><meta name="author" content="Ada Example">
<meta property="article:published_time" content="2025-03-14T09:30:00+01:00">
<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle",
"headline":"Ferry timetable changes","datePublished":"2025-03-14",
"author":{"@type":"Person","name":"Ada Example"}}</script>
</head><body><header><nav><a href="/">Home</a></nav></header><main><article><h1>Ferry timetable changes</h1>
<p class="byline">By Ada Example, 14 March 2025</p><figure><img src="/ferry.jpg" alt="A ferry">
<figcaption>The ferry at its berth. Photo: Example</figcaption></figure>"""
    + "".join(
        f"<p>The ferry leaves {minutes} minutes earlier from Monday, the operator said on Friday, because "
        "the harbour is dredged at low tide. Passengers who hold a season ticket need not do anything, "
        "and the fare stays the same.</p>"
        for minutes in range(10, 60, 10)
    )
    + "<h2>What comes next</h2><ul><li>Dredging ends in June</li></ul></article></main>"
    "<footer>Imprint</footer></body></html>"
)


@lru_cache(maxsize=64)
def _unpacked(profile: bytes) -> SiteProfile:
    unpacked: SiteProfile = pickle.loads(profile)  # noqa: S301 - it comes from the crawl's own process
    return unpacked


def clean_page(
    html: bytes, url: str, content_type: str, profile: bytes = b"", fetched: datetime | None = None
) -> CleanedPage:
    """Clean one page; a page without an article is an answer, not an error.

    Args:
        html: The page as received.
        url: Its final URL.
        content_type: The ``Content-Type`` header.
        profile: The site's profile, pickled; empty for none.
        fetched: When the page was fetched, aware; None if that is not known.
    """
    site = _unpacked(profile) if profile else None
    return _answer(lambda: examine(html, url, content_type=content_type, site=site, fetched=fetched))


def clean_text(content: bytes, url: str) -> CleanedPage:
    """Clean text without markup, as :func:`clean_page` does a page, whatever its encoding."""
    return _answer(lambda: examine_text(decode(content), url))


def _answer(examined: Callable[[], Examination]) -> CleanedPage:
    def cleaned() -> CleanedPage:
        try:
            examination = examined()
        except NoArticle as finding:
            return CleanedPage(finding)
        return CleanedPage(examination.article, examination.outline)

    return within_memory(cleaned, lambda page: isinstance(page.article, NoArticle))


clean_page(
    _WARM_UP_PAGE.encode(),
    "https://news.example/2025/03/14/ferry-timetable-changes",
    "text/html; charset=utf-8",
)
# what stands in an article's place is told by patterns of its own
clean_page(b"<p>Please log in.</p>", "https://news.example/login", "text/html; charset=utf-8")
