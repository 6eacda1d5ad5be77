"""The spider ``urls``: the articles of a file of URLs."""

from __future__ import annotations

from typing import Any

from newscrawl.spiders.news import NewsSpider


class UrlsSpider(NewsSpider):
    """Fetches the URLs of a file, and nothing else.

    Args:
        file: The file, one URL a line.
        kwargs: Those of :class:`NewsSpider` that limit what is taken: ``since``, ``max_pages`` and their like.
    """

    name = "urls"

    def __init__(self, file: str = "", **kwargs: Any) -> None:
        if not file:
            raise ValueError("nothing to crawl: give -a file=FILE")
        super().__init__(file=file, **kwargs)
