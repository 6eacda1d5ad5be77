"""No way into private networks: every connection goes to an address that was looked at.

The resolver is the one place that each connection passes, at each hop of a redirect and for literal addresses
in any spelling; it hands on public addresses only, so the address that was judged is the address that is
connected to.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Protocol, cast

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import CannotResolveHostError
from scrapy.settings import BaseSettings
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]  # ships no types

from newscrawl.errors import CrawlStoppedError, CredentialsError, NoSuchHostError, PrivateAddressError
from newscrawl.response_heads import BoundedClientFactory
from newscrawl.stopping import work_abandoned
from newscrawl.url_list import private_host

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.internet.base import ReactorBase


class Address(Protocol):
    """What Twisted's ``IPv4Address`` and ``IPv6Address`` have in common."""

    host: str


class Receiver(Protocol):
    """Twisted's ``IResolutionReceiver`` as a type; a zope interface is none."""

    def resolutionBegan(self, resolution: object) -> None: ...  # noqa: N802 - Twisted's interface
    def addressResolved(self, address: Address) -> None: ...  # noqa: N802 - Twisted's interface
    def resolutionComplete(self) -> None: ...  # noqa: N802 - Twisted's interface


class Resolver(Protocol):
    """Twisted's ``IHostnameResolver`` as a type."""

    def resolveHostName(  # noqa: N802 - Twisted's interface
        self,
        resolutionReceiver: Receiver,  # noqa: N803 - as above
        hostName: str,  # noqa: N803 - as above
        portNumber: int = 0,  # noqa: N803 - as above
        addressTypes: Sequence[type[Address]] | None = None,  # noqa: N803 - as above
        transportSemantics: str = "TCP",  # noqa: N803 - as above
    ) -> object: ...


# RFC 6052: the last 32 bits are an IPv4 address behind a translator.
_NAT64 = IPv6Network("64:ff9b::/96")
# What `ipaddress` takes for public, in some version of Python that this package runs with, and what is not:
# https://www.iana.org/assignments/iana-ipv4-special-registry/, …/iana-ipv6-special-registry/
_NOT_PUBLIC = tuple(
    ip_network(each)
    for each in (
        "192.0.0.0/24",  # protocol assignments; 192.0.0.192 is Oracle's metadata service
        "192.88.99.0/24",  # 6to4 relays, given up (RFC 7526)
        "168.63.129.16/32",  # Azure's metadata service, on a public address
        "64:ff9b:1::/48",  # local translators (RFC 8215)
        "100::/32",  # discard-only and dummy prefixes (RFC 6666, RFC 9780)
        "2001::/23",  # protocol assignments, Teredo among them
        "3fff::/20",  # documentation (RFC 9637)
        "5f00::/16",  # segment routing (RFC 9602)
        "fec0::/10",  # site-local, given up (RFC 3879)
    )
)


_LONGEST_NAME = 253  # characters; RFC 1035, 2.3.4, as it is written without its length octets
_LABEL = re.compile(r"[a-z0-9_-]{1,63}", re.IGNORECASE)


def is_host(host: str) -> bool:
    """Say whether a host, as a URL names it, can exist: an IPv6 address or a name that a resolver may be asked.

    Python's own resolver raises for others, in its thread, and Twisted then waits for an answer for ever.
    """
    if ":" in host:
        return True
    labels = host.removesuffix(".").split(".")
    return len(host) <= _LONGEST_NAME and all(_LABEL.fullmatch(label) for label in labels)


def is_public(address: str) -> bool:
    """Say whether an IP address is public, looking through IPv6 forms that carry an IPv4 address."""
    found = ip_address(address.partition("%")[0])
    return all(
        each.is_global
        and not each.is_multicast
        and not each.is_reserved
        and not any(each in network for network in _NOT_PUBLIC)
        for each in _embedded(found)
    )


def _embedded(address: IPv4Address | IPv6Address) -> list[IPv4Address | IPv6Address]:
    if isinstance(address, IPv4Address):
        return [address]
    if address.ipv4_mapped:
        return [address.ipv4_mapped]
    if address in _NAT64:
        return [IPv4Address(int(address) & 0xFFFFFFFF)]
    return [address, address.sixtofour] if address.sixtofour else [address]


def private_hosts(settings: BaseSettings) -> frozenset[tuple[str, int | None]]:
    """The hosts of ``NEWSMILL_ALLOW_PRIVATE``, each with its port; see :func:`newscrawl.url_list.private_host`."""
    entries = settings.getlist("NEWSMILL_ALLOW_PRIVATE")
    return frozenset(private_host(entry) for entry in entries if entry.strip())


@implementer(IHostnameResolver)
class PublicAddressResolver:
    """A resolver that withholds every address outside the public internet, but those of named hosts.

    It keeps no cache: connections are kept open, so look-ups are rare, and each connection is judged anew.

    Attributes:
        refused: Hosts of which nothing but private addresses were found.
    """

    def __init__(self, reactor: ReactorBase, allowed: Iterable[tuple[str, int | None]]) -> None:
        self.reactor = reactor
        self.allowed = frozenset(allowed)
        self.original = cast("Resolver", reactor.nameResolver)
        self.refused: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> PublicAddressResolver:
        """Make it from the settings; Scrapy hands its process over in place of a crawler."""
        return cls(reactor, private_hosts(crawler.settings))

    def install_on_reactor(self) -> None:
        """Put it between the reactor and the system's resolver."""
        self.reactor.installNameResolver(self)  # type: ignore[arg-type]  # zope interfaces are no types

    def resolveHostName(  # noqa: N802 - Twisted's interface
        self,
        resolutionReceiver: Receiver,  # noqa: N803 - as above
        hostName: str,  # noqa: N803 - as above
        portNumber: int = 0,  # noqa: N803 - as above
        addressTypes: Sequence[type[Address]] | None = None,  # noqa: N803 - as above
        transportSemantics: str = "TCP",  # noqa: N803 - as above
    ) -> object:
        """Look a host up; see Twisted's ``IHostnameResolver``."""
        receiver: Receiver = resolutionReceiver
        host = hostName.lower()
        if self.allowed.isdisjoint({(host, None), (host, portNumber)}):
            receiver = _PublicOnlyReceiver(resolutionReceiver, host, self.refused)
        return self.original.resolveHostName(receiver, hostName, portNumber, addressTypes, transportSemantics)


@implementer(IResolutionReceiver)
class _PublicOnlyReceiver:
    def __init__(self, receiver: Receiver, host: str, refused: set[str]) -> None:
        self.receiver = receiver
        self.host = host
        self.refused = refused
        self.passed = self.withheld = 0

    def resolutionBegan(self, resolution: object) -> None:  # noqa: N802 - Twisted's interface
        self.receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Address) -> None:  # noqa: N802 - Twisted's interface
        if is_public(address.host):
            self.passed += 1
            self.receiver.addressResolved(address)
        else:
            self.withheld += 1

    def resolutionComplete(self) -> None:  # noqa: N802 - Twisted's interface
        if self.withheld and not self.passed:
            self.refused.add(self.host)
        else:
            self.refused.discard(self.host)
        self.receiver.resolutionComplete()


class PublicHTTPDownloadHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP handler, which works behind the guarding resolver only and says when that refused."""

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = BoundedClientFactory  # noqa: SLF001 - Scrapy sets its own in the same way
        self._running: set[asyncio.Task[Response]] = set()
        self._abandoned = False
        crawler.signals.connect(self._abandon, work_abandoned)

    def _abandon(self) -> None:
        self._abandoned = True
        for task in self._running:
            task.cancel()

    async def download_request(self, request: Request) -> Response:
        """Fetch a request.

        Raises:
            PrivateAddressError: If the host has private addresses only, or nobody guards the reactor.
            NoSuchHostError: If the URL's host is none.
            CredentialsError: If the URL carries a user name or password.
            CrawlStoppedError: If the crawl is stopped meanwhile.
        """
        from twisted.internet import reactor  # noqa: PLC0415 - importing it installs one

        resolver = reactor.nameResolver
        if not isinstance(resolver, PublicAddressResolver):
            raise PrivateAddressError(
                "TWISTED_DNS_RESOLVER must be newscrawl.addresses.PublicAddressResolver"
            )
        parts = urlparse_cached(request)
        host = (parts.hostname or "").lower()
        if parts.username is not None or parts.password is not None:
            raise CredentialsError("the URL carries a user name; credentials are not sent")
        if not is_host(host):
            raise NoSuchHostError(f"{host!r} is no host name")
        if self._abandoned:
            raise CrawlStoppedError
        task = asyncio.ensure_future(super().download_request(request))
        self._running.add(task)
        try:
            return await task
        except asyncio.CancelledError:
            if self._abandoned:
                raise CrawlStoppedError from None
            raise
        except CannotResolveHostError:
            if host in resolver.refused:
                raise PrivateAddressError(
                    f"{host} is not in the public internet; --allow-private {host} lets it through"
                ) from None
            raise
        finally:
            self._running.discard(task)
