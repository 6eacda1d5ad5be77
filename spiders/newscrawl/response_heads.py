"""Heads of responses that end: Scrapy bounds the body of a response, and nobody what stands before it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from scrapy.core.downloader.handlers.http11 import (
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from twisted.web.http_headers import InvalidHeaderName

from newscrawl.errors import BodyTooLargeError

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred
    from twisted.internet.interfaces import IAddress
    from twisted.web._newclient import Request as TxRequest
    from twisted.web.iweb import IResponse

MAX_BYTES = 262_144  # status line and headers, with those of interim answers; browsers allow as many


class _BoundedParser(_LenientHTTPClientParser):
    """Gives up a head that is too large, and passes over headers whose names are none."""

    head_size = 0

    def lineReceived(self, line: bytes) -> None:  # noqa: N802 - Twisted's interface
        self.head_size += len(line)
        if self.head_size > MAX_BYTES:
            raise BodyTooLargeError(f"headers of more than {MAX_BYTES} bytes")
        super().lineReceived(line)

    def headerReceived(self, name: bytes, value: bytes) -> None:  # noqa: N802 - Twisted's interface
        with suppress(InvalidHeaderName):
            super().headerReceived(name, value)  # type: ignore[no-untyped-call]  # Twisted's is untyped


class _BoundedProtocol(_LenientHTTP11ClientProtocol):
    def request(self, request: TxRequest) -> Deferred[IResponse]:
        answered = super().request(request)
        assert self._parser is not None  # noqa: S101 - for the type checker: each request makes one
        self._parser.__class__ = _BoundedParser  # as Scrapy's own does; Twisted names the class itself
        return answered


class BoundedClientFactory(_LenientHTTP11ClientFactory):
    """Makes the connections of Scrapy's HTTP handler."""

    def buildProtocol(self, addr: IAddress | None) -> _BoundedProtocol:  # noqa: N802 - Twisted's interface
        """See Twisted's ``Factory``."""
        return _BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]  # Twisted's is untyped
