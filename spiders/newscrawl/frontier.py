"""What a crawl has taken on: which URLs, for which sites, and how many.

It lives in memory; a crawl that ends early starts over. Every decision "is this URL to be fetched?" passes
here, so this is the place for a durable frontier.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal

from newsdata.identity import normalise_url, site_of

TARGET = "newsmill_target"  # the key in Request.meta under which a request's Target stands
LISTED = "urls"


@dataclass(frozen=True, slots=True)
class Target:
    """What a request is for.

    Attributes:
        kind: What is expected there.
        url: The URL as it was found.
        via: How it was found, such as ``feed:https://…``; :data:`LISTED` if a person named it.
        guessed: Nobody named it; that it is not there is no news.
        depth: For sections and sitemaps: how many pages or indexes lie before it.
        alternatives: What to ask next if it is not there.
    """

    kind: Literal["article", "front", "section", "feed", "sitemap"]
    url: str
    via: str
    guessed: bool = False
    depth: int = 0
    alternatives: tuple[str, ...] = ()


class Scope:
    """The sites that a crawl may take articles from."""

    def __init__(self) -> None:
        self._sites: set[str] = set()

    def add(self, url: str) -> None:
        """Take the site of a URL in."""
        self._sites.add(site_of(url))

    def covers(self, url: str) -> bool:
        """Say whether a URL is of one of the sites."""
        return site_of(url) in self._sites


class Frontier:
    """The URLs that a crawl has taken on; each is taken once, in any of its spellings.

    Args:
        max_articles: Most articles to take on; None for any number.
    """

    def __init__(self, max_articles: int | None = None) -> None:
        self.max_articles = max_articles
        self.articles = 0
        self._seen: set[bytes] = set()

    @property
    def is_full(self) -> bool:
        """Whether no further article will be taken on."""
        return self.max_articles is not None and self.articles >= self.max_articles

    def claim(self, url: str) -> bool:
        """Take a URL on; False if it was taken before."""
        key = blake2b(normalise_url(url).encode(), digest_size=12).digest()
        if key in self._seen:
            return False
        self._seen.add(key)
        return True

    def claim_article(self, url: str) -> bool:
        """Take an article's URL on; False if it was taken before or the crawl has enough."""
        if self.is_full or not self.claim(url):
            return False
        self.articles += 1
        return True
