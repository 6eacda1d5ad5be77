"""Which URL is which article: normal form, site, id. Nothing here touches the network."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import ipaddress
import re
from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import tldextract
from w3lib.url import canonicalize_url

# Parameters that say where a reader came from and never which page is meant.
_TRACKING = re.compile(
    r"""(?: utm_\w+ | at_(?:medium|campaign|link\w*) | ns_(?:source|mchannel|campaign|linkname|fee)
          | (?:fb|g|d|y|ms|tw)clid | gbraid | wbraid | igshid | mc_[ce]id | cmpid | ocid | smid | xtor
          | ref_src | __twitter_impression
        )""",
    re.VERBOSE | re.IGNORECASE,
)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_ID_BYTES = 16  # blake2b-128: by the birthday bound one clash in 2**64 URLs

# The suffix list that comes with the package: no download, and no cache on disk. Its private part counts too,
# so that two blogs of one host (a.blogspot.com, b.blogspot.com) are two sites.
_suffixes = tldextract.TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True)


def normalise_url(url: str) -> str:
    """Return the form of ``url`` by which two spellings of one address are the same (RFC 3986, section 6).

    Lower-case scheme and host, no default port, no dot segments, one way of percent-encoding, parameters in
    order, no fragment, no parameters that only track the reader. Applying it again changes nothing.

    Args:
        url: An absolute URL; what is none is given back stripped.
    """
    previous, current = "", url.strip()
    for _ in range(4):  # undoing one oddity can lay bare another; four passes settle all that a URL can hold
        if previous == current:
            break
        try:
            previous, current = current, _normalise_once(current)
        except ValueError:
            return current
    return current


def _normalise_once(url: str) -> str:
    parts = urlsplit(canonicalize_url(_without_surrogates(url)))
    if parts.port is not None and parts.port == _DEFAULT_PORTS.get(parts.scheme):
        parts = parts._replace(netloc=parts.netloc.rpartition(":")[0])
    if not parts.query:
        return urlunsplit(parts)
    parameters = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in parameters if not _TRACKING.fullmatch(name)]
    return urlunsplit(parts if len(kept) == len(parameters) else parts._replace(query=urlencode(kept)))


def _without_surrogates(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


@functools.lru_cache(maxsize=4096)
def _registered(host: str) -> str:
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    with contextlib.suppress(UnicodeError):  # a host that no resolver would take either stays as written
        host = host.encode("idna").decode("ascii")  # münchen.de and xn--mnchen-3ya.de are one site
    return _suffixes.extract_str(host).top_domain_under_public_suffix or host


def site_of(url: str) -> str:
    """Return the registered domain of ``url``'s host: ``bbc.co.uk`` for ``https://www.bbc.co.uk/news``.

    An IP address, ``localhost`` or a host under no public suffix is its own site; there a port that
    stands in the URL counts, since nothing else tells two sites of one machine apart.

    Args:
        url: An absolute URL; what has no host gives the empty string.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    registered = _registered(host)
    bare = registered == host and ("." not in host or host.replace(".", "").isdigit() or ":" in host)
    return f"{registered}:{port}" if bare and port else registered


def article_id(url: str, canonical_url: str = "", is_article_url: Callable[[str], bool] | None = None) -> str:
    """Return the id of the article at ``url``: 32 hex digits.

    The canonical URL stands in for the final one only if it is of the same site and itself an article's
    address: a front page given as canonical must not melt a whole site into one row.

    Args:
        url: Final URL.
        canonical_url: As the page declares it; empty if it does not.
        is_article_url: Tells an article's address from others; without it no canonical URL is trusted.
    """
    address = url
    if (
        canonical_url
        and is_article_url is not None
        and site_of(canonical_url) == site_of(url)
        and is_article_url(canonical_url)
    ):
        address = canonical_url
    return _hash(normalise_url(address))


def content_hash(text: str) -> str:
    """Return the hash of an article's text: 32 hex digits."""
    return _hash(text)


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=_ID_BYTES).hexdigest()
