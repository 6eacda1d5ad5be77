"""The spider ``urls``: the articles of a file of URLs."""

from __future__ import annotations

from newscrawl.spiders.news import NewsSpider


class UrlsSpider(NewsSpider):
    """Fetches the URLs of a file, and nothing else.

    Args:
        file: The file, one URL a line.
        since: ISO date; articles whose own date is older are left out.
        max_pages: Most pages to fetch.
    """

    name = "urls"

    def __init__(self, file: str = "", since: str = "", max_pages: str | int = "", **kwargs: str) -> None:
        if not file:
            raise ValueError("nothing to crawl: give -a file=FILE")
        super().__init__(file=file, since=since, max_pages=max_pages, **kwargs)
