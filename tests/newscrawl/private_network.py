"""A public internet and a private network on one loopback device, and a server in the latter that nobody may
reach.

127.0.0.3 stands for the public internet: :class:`NamedHostsResolver` takes it for public, and nothing else is
changed. Names come from the environment, so that a crawl in a process of its own sees them.
"""

from __future__ import annotations

import json
import os
import socket
import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from twisted.internet._resolver import GAIResolver
from twisted.internet.base import ReactorBase

from newscrawl import addresses

PUBLIC = "127.0.0.3"
_NAMES = "TEST_NAMED_HOSTS"
_is_public = addresses.is_public


class ForbiddenServer:
    """Accepts every connection to a port, over IPv4 and IPv6, and counts them by the address that was asked.

    Args:
        port: The port; 0 for a free one.
    """

    def __init__(self, port: int = 0) -> None:
        self.reached: Counter[str] = Counter()
        self._listeners = [self._listen(socket.AF_INET, "127.0.0.2", port)]
        self.port: int = self._listeners[0].getsockname()[1]
        self._listeners.append(self._listen(socket.AF_INET, "127.0.0.1", self.port))
        if socket.has_ipv6:
            self._listeners.append(self._listen(socket.AF_INET6, "::1", self.port))
        for listener in self._listeners:
            threading.Thread(target=self._count, args=(listener,), daemon=True).start()

    @staticmethod
    def _listen(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
        listener = socket.socket(family)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen()
        return listener

    def _count(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self.reached[connection.getsockname()[0]] += 1
            connection.close()

    def close(self) -> None:
        for listener in self._listeners:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()


def names_environment(names: Mapping[str, Sequence[Sequence[str]]]) -> dict[str, str]:
    """The environment of a crawl to which these names exist.

    Args:
        names: For each name the answers to its first look-up, its second, and so on; the last is repeated.
    """
    path = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
    return os.environ | {_NAMES: json.dumps(names), "PYTHONPATH": path}


class NamedHostsResolver(addresses.PublicAddressResolver):
    """The guarding resolver, over a name service of the test's."""

    def __init__(self, reactor: ReactorBase, allowed: Iterable[tuple[str, int | None]]) -> None:
        super().__init__(reactor, allowed)
        addresses.is_public = lambda address: address == PUBLIC or _is_public(address)
        names: dict[str, list[list[str]]] = json.loads(os.environ[_NAMES])

        def getaddrinfo(host: str, *rest: Any) -> list[Any]:
            if host not in names:
                return socket.getaddrinfo(host, *rest)
            answers = names[host]
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
            return [found for each in answer for found in socket.getaddrinfo(each, *rest)]

        self.original = GAIResolver(reactor, getaddrinfo=getaddrinfo)
