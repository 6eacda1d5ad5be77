"""The ``Link`` header (RFC 8288), read in time that grows with its length and no faster."""

from __future__ import annotations

import re
from collections.abc import Iterator

MAX_CHARACTERS = 8_192  # of a header; what follows is ignored

# Nothing that one part takes can begin another: each character is looked at a fixed number of times.
_LINK = re.compile(r"<([^<>]*)>([^<]*)")
_PARAMETER = re.compile(r';\s*([^\s=;,"]+)\s*=\s*(?:"([^"]*)"|([^\s;,"]+))')


def read_link_header(value: str) -> Iterator[tuple[str, frozenset[str]]]:
    """The targets of a header, as written, each with its relations in small letters.

    Args:
        value: The header's value.
    """
    for target, parameters in _LINK.findall(value[:MAX_CHARACTERS]):
        for name, quoted, bare in _PARAMETER.findall(parameters):
            if name.lower() == "rel":  # RFC 8288, 3.3: only the first counts
                yield target, frozenset((quoted or bare).lower().split())
                break
