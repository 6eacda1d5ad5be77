"""What the spiders hand to the dataset's pipeline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newscrawl.errors import FailureKind
from newsdata.records import SOURCE_REASONS, Usage

# Reasons of what was never meant to be an article: a front page, section, feed or sitemap that was read for its links;
# and one that nobody named, that was only looked for, and that is not there.
SOURCE, NO_SOURCE = SOURCE_REASONS
ABSENT = frozenset({404, 410})  # statuses of what is not there
GONE = "gone"  # the reason of a page whose article is stored, and that is no longer there (404, 410)
NOT_MODIFIED = "not-modified"  # the reason of a known page whose server says that it is as it was
# Sent when a file that speaks for its whole host (robots.txt, tdmrep.json) was asked for, with its URL, the HTTP
# status or None, and the reason and detail of its outcome.
host_file_asked = object()
HOST_FILE = "host-file"  # the kind under which the frontier keeps one, which nobody asks it for


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """An article's page that came whole.

    Attributes:
        requested_url: The URL as it was found.
        url: Final URL.
        via: How it was found.
        status: HTTP status.
        headers: All response headers in order.
        content_type: The ``Content-Type`` header; empty if there is none.
        body: The body, content encoding undone.
        fetched_at: When it arrived; timezone-aware.
        usage: What the page and its site say about its use.
        is_stored: It was stored by an earlier process, which could not clean it any more.
    """

    requested_url: str
    url: str
    via: str
    status: int
    headers: tuple[tuple[str, str], ...]
    content_type: str
    body: bytes
    fetched_at: datetime
    is_stored: bool = False
    usage: tuple[Usage, ...] = ()

    def header(self, name: str) -> str:
        """The first header of that name in lower case; empty if there is none."""
        return next((value for key, value in self.headers if key.lower() == name), "")


@dataclass(frozen=True, slots=True)
class MissedPage:
    """A page that did not come, or that is nothing to clean.

    Attributes:
        requested_url: The URL as it was found.
        url: Final URL, as far as it is known.
        via: How it was found.
        kind: The outcome's kind.
        reason: The outcome's reason.
        detail: One line for a person.
        status: HTTP status; None where there was no response.
        decided_at: When that was known; timezone-aware.
        is_source: It was fetched for its links.
        kept: What came, if its bytes are worth a look.
    """

    requested_url: str
    url: str
    via: str
    kind: FailureKind
    reason: str
    detail: str
    status: int | None
    decided_at: datetime
    is_source: bool = False
    kept: FetchedPage | None = None


def crashed_page(page: FetchedPage | MissedPage, error: Exception, kept: FetchedPage | None) -> MissedPage:
    """What becomes of a page on which our own code has failed.

    Args:
        page: The page.
        error: What was raised.
        kept: The page, if its bytes are not kept yet.
    """
    return MissedPage(
        page.requested_url,
        page.url,
        page.via,
        "quarantined",
        "crash",
        f"{type(error).__name__}: {' '.join(str(error).split())[:200]}",
        page.status,
        page.fetched_at if isinstance(page, FetchedPage) else page.decided_at,
        isinstance(page, MissedPage) and page.is_source,
        kept,
    )
