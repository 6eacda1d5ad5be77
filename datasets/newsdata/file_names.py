"""Names of files and folders made from what stands in pages."""

from __future__ import annotations

import re
import unicodedata

_LONGEST = 80  # bytes; file systems allow 255
_OTHERS = re.compile(r"[^a-z0-9.]+")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?")  # devices on Windows, with any ending


def file_name(text: str) -> str:
    """Return a name of a-z, digits, dots and hyphens, which begins and ends with a letter or digit.

    Different texts may have one name; put an id behind it where that matters.

    >>> file_name("../../etc/passwd"), file_name("München: Größe"), file_name("CON"), file_name("…")
    ('etc-passwd', 'munchen-groe', 'x-con', 'unnamed')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    name = _OTHERS.sub("-", plain)[:_LONGEST].strip(".-")
    name = re.sub(r"\.{2,}", ".", name)
    return f"x-{name}" if _RESERVED.fullmatch(name) else name or "unnamed"
