"""Why a page did not come: the exceptions of this package, and the outcome each failure ends as.

All are ``IgnoreRequest``: Scrapy hands them to the request's errback without retrying.

PageNotFetched
├── PrivateAddressError    the host's addresses are not of the public internet
├── NoSuchHostError        the host's name is none that any name service could know
├── CredentialsError       the URL carries a user name or password
├── RobotsForbiddenError   robots.txt says no
├── RobotsUnknownError     robots.txt could not be read, so nothing of the host is fetched
├── HostBusyError          the host asks to be left alone for longer than a crawl waits
├── BodyTooLargeError      more bytes than DOWNLOAD_MAXSIZE, packed or unpacked
├── BrokenBodyError        the body ends early or cannot be unpacked
├── BlockedError           what came stands in the way of the page: a challenge, a geo block
├── RedirectRefusedError   the redirect leads off the site, in a circle, or to a page already seen
└── CrawlStoppedError      the crawl was stopped meanwhile: no outcome, the page is fetched next time
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from service_identity import VerificationError
from twisted.internet.error import ConnectError
from twisted.python.failure import Failure
from twisted.web.client import ResponseFailed

FailureKind = Literal["failed", "skipped", "unchanged", "quarantined"]


class PageNotFetched(IgnoreRequest):
    """A page was not fetched.

    Attributes:
        kind: The outcome's kind.
        reason: The outcome's reason.
        detail: One line for a person.
    """

    kind: FailureKind = "failed"
    reason = "other"

    def __init__(self, detail: str = "", *, reason: str = "", kind: FailureKind | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.reason = reason or type(self).reason
        self.kind = kind or type(self).kind


class PrivateAddressError(PageNotFetched):
    """The host has no address in the public internet."""

    reason = "private-address"


class NoSuchHostError(PageNotFetched):
    """The host's name is none: a label is empty or too long, or has characters that no host has (RFC 1035, 2.3.4)."""

    reason = "dns"


class CredentialsError(PageNotFetched):
    """The URL carries a user name or a password: they are never sent, and the page is not asked for without."""

    reason = "credentials"


class RobotsForbiddenError(PageNotFetched):
    """robots.txt forbids the URL."""

    kind = "skipped"
    reason = "robots"


class RobotsUnknownError(PageNotFetched):
    """robots.txt could not be read (RFC 9309, 2.3.1.4: assume complete disallow)."""

    reason = "robots-unreachable"


class HostBusyError(PageNotFetched):
    """The host has answered with a ``Retry-After`` beyond ``NEWSMILL_MAX_RETRY_AFTER``."""

    reason = "retry-after"


class BodyTooLargeError(PageNotFetched):
    """The body exceeds ``DOWNLOAD_MAXSIZE``."""

    reason = "too-large"


class BrokenBodyError(PageNotFetched):
    """The body ends early or cannot be unpacked."""

    reason = "truncated"


class BlockedError(PageNotFetched):
    """Something else came in the page's place.

    Attributes:
        response: What came.
    """

    def __init__(self, detail: str, response: Response, *, reason: str) -> None:
        super().__init__(detail, reason=reason)
        self.response = response


class RedirectRefusedError(PageNotFetched):
    """A redirect that is not followed."""

    reason = "redirect"


class CrawlStoppedError(PageNotFetched):
    """The crawl was stopped while the page was on its way."""

    reason = "stopped"


# The first that fits decides.
_REASONS: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    ((CannotResolveHostError,), "dns"),
    ((DownloadTimeoutError,), "timeout"),
    ((ResponseDataLossError,), "truncated"),
    ((DownloadCancelledError,), "too-large"),  # Scrapy cancels for nothing else
    ((UnsupportedURLSchemeError, NotSupported), "not-http"),
    (
        (DownloadConnectionRefusedError, DownloadFailedError, ConnectError, ResponseFailed, OSError),
        "connection",
    ),
)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what lies behind it, also where Twisted collects several reasons."""
    while error is not None:
        yield error
        for reason in getattr(error, "reasons", None) or ():
            if isinstance(reason, Failure) and reason.value is not None:
                yield reason.value
        error = error.__cause__


def failure_outcome(error: BaseException) -> tuple[FailureKind, str, str]:
    """The kind, reason and detail that a failed download ends as.

    Args:
        error: What the request's errback was given.
    """
    if isinstance(error, PageNotFetched):
        return error.kind, error.reason, error.detail
    if isinstance(error, HttpError):
        return "failed", f"http-{error.response.status}", ""
    detail = " ".join(str(error).split())[:200]
    for cause in _causes(error):
        if isinstance(cause, PageNotFetched):
            return cause.kind, cause.reason, cause.detail
        if isinstance(cause, VerificationError):
            return "failed", "tls", "its certificate is that of another host"
        if isinstance(cause, SSL.Error):
            return "failed", "tls", " ".join(str(cause).split())[:200]
    for types, reason in _REASONS:
        if isinstance(error, types):
            return "failed", reason, detail
    return "failed", "other", f"{type(error).__name__}: {detail}"
