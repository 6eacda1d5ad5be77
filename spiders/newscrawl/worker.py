"""What runs in a cleaning process: the cleaner, warmed up, under a memory limit. Imports no Scrapy.

The fork server imports this module once and then forks each process from itself, so that all of them share the compiled
regular expressions and models, and one that was killed is replaced in milliseconds.
"""

from __future__ import annotations

import os
import resource
from pathlib import Path

from newsclean.article import Article, NoArticle
from newsclean.clean import clean
from newscrawl.worker_entry import MEMORY_EXIT_CODE

# A page with something of everything: metadata, JSON-LD, a date to parse, a caption, enough text to be an article. First
# use of the cleaner compiles regular expressions for seconds.
_WARM_UP_PAGE = """<!doctype html><html lang="en"><head><title>Ferry timetable changes | The Example</title>
<meta property="og:title" content="Ferry timetable changes"><meta name="author" content="Ada Example">
<meta property="article:published_time" content="2025-03-14T09:30:00+01:00">
<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle",
"headline":"Ferry timetable changes","datePublished":"2025-03-14","author":{"@type":"Person","name":"Ada Example"}}</script>
</head><body><header><nav><a href="/">Home</a></nav></header><main><article><h1>Ferry timetable changes</h1>
<p class="byline">By Ada Example, 14 March 2025</p><figure><img src="/ferry.jpg" alt="A ferry">
<figcaption>The ferry at its berth. Photo: Example</figcaption></figure>""" + "".join(
    f"<p>The ferry leaves {minutes} minutes earlier from Monday, the operator said on Friday, because the harbour is "
    "dredged at low tide. Passengers who hold a season ticket need not do anything, and the fare stays the same.</p>"
    for minutes in range(10, 60, 10)
) + "<h2>What comes next</h2><ul><li>Dredging ends in June</li></ul></article></main><footer>Imprint</footer></body></html>"


def limit_memory(extra_bytes: int) -> None:
    """Limit this process to what it has now and so much on top.

    Args:
        extra_bytes: Bytes of address space; 0 for no limit.
    """
    if extra_bytes <= 0:
        return
    pages = int(Path("/proc/self/statm").read_text().split()[0]) if Path("/proc/self/statm").exists() else 0
    if pages:  # without /proc (macOS) the baseline is unknown, and its kernel enforces no such limit
        limit = pages * resource.getpagesize() + extra_bytes
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def clean_page(html: bytes, url: str, content_type: str) -> Article | NoArticle:
    """Clean one page; a page without an article is an answer, not an error.

    Args:
        html: The page as received.
        url: Its final URL.
        content_type: The ``Content-Type`` header.
    """
    try:
        return clean(html, url, content_type=content_type)
    except NoArticle as finding:
        return finding
    except MemoryError:
        os._exit(MEMORY_EXIT_CODE)  # what is left of the heap cannot be trusted; a fresh process takes over


clean_page(_WARM_UP_PAGE.encode(), "https://news.example/2025/03/14/ferry-timetable-changes", "text/html; charset=utf-8")
