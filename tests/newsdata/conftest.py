from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from newsclean.article import Article, Evidence, Image, Removal
from newsdata import Fetch, Usage

START = datetime(2026, 11, 3, 10, 15, 0, 123456, tzinfo=UTC)


@pytest.fixture(scope="session")
def make_fetch() -> Callable[..., Fetch]:
    def make(number: int = 0, site: str = "www.example.com", **fields: object) -> Fetch:
        values: dict[str, object] = {
            "url": f"https://{site}/2026/story-{number}",
            "fetched_at": START + timedelta(minutes=number),
            "via": "feed:https://www.example.com/rss",
            "crawl_id": "crawl-1",
            "http_status": 200,
            "etag": '"abc"',
            "last_modified": "Tue, 03 Nov 2026 10:00:00 GMT",
            "usage": (Usage("header:X-Robots-Tag", "noai"),),
        }
        return Fetch(**(values | fields))  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="session")
def make_article() -> Callable[..., Article]:
    def make(number: int = 0, **fields: object) -> Article:
        values: dict[str, object] = {
            "url": f"https://www.example.com/2026/story-{number}",
            "text": f"First paragraph of story {number}.\n\nSecond paragraph.",
            "block_kinds": ("p", "p"),
            "title": f"Story {number}",
            "authors": ("Ada Example", "Ben Sample"),
            "published": START - timedelta(hours=2),
            "language": "en",
            "section": "Town",
            "tags": ("harbour", "ferry"),
            "description": "What happened.",
            "site": "The Example",
            "paywalled": False,
            "images": (
                Image("https://www.example.com/a.jpg", "The harbour", "Cy Lens", "boats", 640, 480),
                Image("b"),
            ),
            "credits": ("From wire reports.",),
            "removed": (
                Removal("newsletter", "newsletter.signup-form", "Sign up"),
                Removal("ad", "ad.label", "Buy"),
            ),
            "evidence": (Evidence("title", "h1", f"Story {number}", chosen=True),),
        }
        return Article(**(values | fields))  # type: ignore[arg-type]

    return make
