"""What the crawler hands to the dataset: how a page was fetched, the page itself, and what became of it.

All are frozen, slotted and comparable. Times are timezone-aware; they are stored in UTC with microseconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

OutcomeKind = Literal["stored", "unchanged", "skipped", "quarantined", "failed"]

OUTCOME_KINDS: tuple[OutcomeKind, ...] = get_args(OutcomeKind)

# Reasons of outcomes where the site did not let the crawl see the page.
BLOCKED_REASONS = (
    "http-401", "http-402", "http-403", "http-429", "http-451", "retry-after",
    "challenge", "consent-wall", "geo-block", "login-wall", "pay-wall", "rate-limit", "ad-block-wall",
)  # fmt: skip

# Reasons of what was only read, or looked for, to find pages by: front pages, feeds, sitemaps, robots.txt. They are no pages.
SOURCE_REASONS = ("source", "no-source")


@dataclass(frozen=True, slots=True)
class Usage:
    """One signal about automated use, as seen when the page was fetched.

    Attributes:
        source: Where it stood, such as ``header:Content-Usage``, ``robots.txt`` or ``meta:robots``.
        value: Its value, verbatim.
    """

    source: str
    value: str


@dataclass(frozen=True, slots=True)
class Fetch:
    """One successful request for a page.

    Attributes:
        url: Final URL, after redirects.
        fetched_at: When the response arrived; timezone-aware.
        requested_url: The URL first asked for; empty if it is ``url``.
        via: How the URL was found, such as ``feed:https://…`` or ``urls``.
        crawl_id: The crawl it belongs to.
        http_status: HTTP status; None where there was none (a file, standard input).
        etag: The ``ETag`` header, verbatim.
        last_modified: The ``Last-Modified`` header, verbatim.
        usage: Signals about automated use.
    """

    url: str
    fetched_at: datetime
    requested_url: str = ""
    via: str = ""
    crawl_id: str = ""
    http_status: int | None = None
    etag: str = ""
    last_modified: str = ""
    usage: tuple[Usage, ...] = ()


@dataclass(frozen=True, slots=True)
class PageRecord:
    """A raw page, kept so that a better cleaner can run again without the web.

    Attributes:
        fetch: How it was fetched.
        body: The body as received, content encoding (gzip …) undone.
        content_type: The ``Content-Type`` header, verbatim.
        headers: All response headers in order, as (name, value); a name may stand more than once.
    """

    fetch: Fetch
    body: bytes
    content_type: str = ""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one URL; each URL that was tried ends as exactly one a crawl.

    Attributes:
        url: The final URL, or the one asked for where there was no answer.
        kind: One of :data:`OUTCOME_KINDS`.
        fetched_at: When it was decided; timezone-aware.
        reason: A short stable word for grouping, such as ``http-404``, ``robots``, ``too-short``.
        detail: One line for a person.
        requested_url: The URL first asked for; empty if it is ``url``.
        http_status: HTTP status; None where there was no response.
        via: How the URL was found.
        crawl_id: The crawl it belongs to.
        article_id: Id of the article that it tells of; empty if it tells of none.
    """

    url: str
    kind: OutcomeKind
    fetched_at: datetime
    reason: str = ""
    detail: str = ""
    requested_url: str = ""
    http_status: int | None = None
    via: str = ""
    crawl_id: str = ""
    article_id: str = ""

    @classmethod
    def of(
        cls,
        fetch: Fetch,
        kind: OutcomeKind,
        *,
        crawl_id: str = "",
        reason: str = "",
        detail: str = "",
        article_id: str = "",
    ) -> Outcome:
        """Tell what became of a page that was fetched.

        Args:
            fetch: How the page came.
            kind: One of :data:`OUTCOME_KINDS`.
            crawl_id: The crawl that tells it; empty for the one that fetched the page.
            reason: As in the class.
            detail: As in the class.
            article_id: As in the class.
        """
        return cls(
            fetch.url,
            kind,
            fetch.fetched_at,
            reason,
            detail,
            fetch.requested_url,
            fetch.http_status,
            fetch.via,
            crawl_id or fetch.crawl_id,
            article_id,
        )
