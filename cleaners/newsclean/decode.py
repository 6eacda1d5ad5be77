"""Bytes of a page to text, once, before anything else looks at it.

The order is the HTML standard's (byte order mark, ``Content-Type``, ``meta`` in the first bytes, detection)
with one exception: what reads as UTF-8 is UTF-8, whatever is declared. Text in another encoding does not pass
for UTF-8 by chance, while wrong declarations are common.
"""

from __future__ import annotations

import re
from functools import lru_cache

from resiliparse.parse.encoding import EncodingDetector, map_encoding_to_html5
from w3lib.encoding import read_bom, resolve_encoding, to_unicode

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# So many bytes are looked at for a declaration; the HTML standard's prescan asks for 1,024 at least.
PRESCAN_LENGTH = 4096
# So many bytes of text are given to the detector; it is sure long before.
DETECTED_LENGTH = 200_000
# With fewer bytes beyond ASCII the detector guesses; the HTML standard's default is the better guess.
FEWEST_BYTES_TO_DETECT = 8
# An undeclared or differently declared page is UTF-8 if for each broken sequence this many are whole ...
WHOLE_SEQUENCES_FOR_EACH_BROKEN = 10
# ... and a page that declares UTF-8 may, besides as many broken as whole ones, hold so many stray bytes.
STRAY_BYTES = 2
# A declared encoding that cannot read more than this share of the bytes beyond ASCII was declared wrongly.
MOST_UNREADABLE = 0.02
DEFAULT_ENCODING = "cp1252"

_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_TAGS_AND_SCRIPTS = re.compile(rb"<(script|style)\b.*?</\1|<[^>]*>", re.IGNORECASE | re.DOTALL)
_HTTP_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([^\s\"';,]+)", re.IGNORECASE)
_META_CHARSET = re.compile(
    rb"<(?:meta\b[^>]*?\bcharset|\?xml\b[^>]*?\bencoding)\s*=\s*[\"']?\s*([^\s\"'/>;]+)", re.IGNORECASE
)
_COMMENT = re.compile(rb"<!--.*?(?:-->|$)", re.DOTALL)


def decode(html: str | bytes, content_type: str = "") -> str:
    """Decode a page.

    Never fails: what cannot be read becomes U+FFFD, byte by byte, so that one bad byte costs one character.

    Args:
        html: The page as received. A ``str`` passes through, but for what no parser takes (see below).
        content_type: The ``Content-Type`` response header, for its charset; may be empty.

    Returns:
        Text without a byte order mark, NUL characters (the HTML standard ignores them) and lone surrogates.
    """
    if isinstance(html, str):
        text = html
        try:
            data = text.encode()  # the fastest way to know that it holds no surrogates
        except UnicodeEncodeError:
            text = _join_surrogates(text)
            data = text.encode()
    else:
        data, text = html, _decode_bytes(html, content_type)
    text = text.removeprefix("\ufeff")
    # searched for in the bytes: among characters it takes twenty times as long
    return text.replace("\0", "") if 0 in data else text


def _join_surrogates(text: str) -> str:
    """Pairs of surrogates, as JSON escapes leave them, to their characters; lone ones to U+FFFD."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _decode_bytes(data: bytes, content_type: str) -> str:
    marked, mark = read_bom(data)
    if marked and mark:
        return to_unicode(data[len(mark) :], marked)
    unmarked_utf16 = _utf16_without_mark(data)
    if unmarked_utf16:
        return data.decode(unmarked_utf16, "replace")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_broken(data, _declared(data, content_type))
    # escape sequences in ASCII bytes are all there is to ISO-2022-JP
    if b"\x1b" in data and data.isascii() and _declared(data, content_type) == "iso2022_jp":
        return to_unicode(data, "iso2022_jp")
    return text


def _decode_broken(data: bytes, declared: str | None) -> str:
    """Decode what is not UTF-8 throughout: as UTF-8 with a few broken bytes, as declared, or as detected."""
    text = data.decode("utf-8", "replace")
    if _is_utf8(text, data, declared):
        return text
    if declared and declared != "utf-8":
        text = to_unicode(data, declared)
        if text.count(REPLACEMENT) <= MOST_UNREADABLE * len(_NOT_ASCII.findall(data)):
            return text
    return to_unicode(data, _detect(data))


def _is_utf8(text: str, data: bytes, declared: str | None) -> bool:
    """Whether ``text``, read as UTF-8 from ``data``, has so few broken sequences that it must be UTF-8."""
    broken = text.count(REPLACEMENT) - data.count(REPLACEMENT.encode())
    whole = len(text) - len(text.encode("ascii", "ignore")) - broken
    if declared == "utf-8":
        return broken <= max(whole, STRAY_BYTES)
    return whole >= WHOLE_SEQUENCES_FOR_EACH_BROKEN * broken


def _utf16_without_mark(data: bytes) -> str:
    """UTF-16's variant if every other byte at the start is zero, as in markup without a byte order mark."""
    start = data[:64]
    if start.count(0) < len(start) // 3:
        return ""
    even, odd = start[::2].count(0), start[1::2].count(0)
    if odd > 4 * even:
        return "utf-16-le"
    return "utf-16-be" if even > 4 * odd else ""


def _declared(data: bytes, content_type: str) -> str | None:
    """Python's codec for the declared encoding; None if none is declared or it is unknown."""
    header = _HTTP_CHARSET.search(content_type)
    encoding = _codec(header[1]) if header else None
    if encoding is None:
        meta = _META_CHARSET.search(_COMMENT.sub(b"", data[:PRESCAN_LENGTH]))
        encoding = _codec(meta[1].decode("latin-1")) if meta else None
        if encoding is not None and encoding.startswith("utf-16"):
            return "utf-8"  # what can be read byte by byte is not in UTF-16 (HTML standard, prescan)
    return encoding


@lru_cache(maxsize=64)
def _codec(label: str) -> str | None:
    """Python's codec for a label of the WHATWG Encoding standard, with the extensions that browsers read."""
    name = map_encoding_to_html5(label.strip().lower(), fallback_utf8=False)
    return resolve_encoding(name) if name else None


def _detect(data: bytes) -> str:
    text = _TAGS_AND_SCRIPTS.sub(b" ", data[: 4 * DETECTED_LENGTH])[:DETECTED_LENGTH]
    if len(_NOT_ASCII.findall(text)) < FEWEST_BYTES_TO_DETECT:
        return DEFAULT_ENCODING
    detector = EncodingDetector()
    detector.update(text)
    name = detector.encoding(html5_compatible=False)
    encoding = (_codec(name) or resolve_encoding(name)) if name else None
    # asked again only when UTF-8 was ruled out
    return encoding if encoding and encoding not in {"utf-8", "ascii"} else DEFAULT_ENCODING
