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

# Parameters that say where a reader came from and never which page is meant. Names that some site uses for its
# articles ("cid", "source", "session") are not among them: courlan's list, which is wider, melts such articles.
_TRACKING = re.compile(
    r"""(?:amp;)*  # of an address that was escaped twice
        (?: (?:utm|pk|mtm|itm|hsa|vero|oly|stm)_\w+ | at_(?:medium|campaign|link\w*|custom\d|creation|variant|format)
          | ns_(?:source|mchannel|campaign|linkname|fee) | (?:fb|g|d|y|tw|tt|sc|epi)clid | msclkid | [gw]braid
          | igsh(?:id)? | mc_[ce]id | mkt_tok | _g[al] | _hsenc | _hsmi | [ims]?cmp(?:id)? | icid | ocid | s_cid | smid
          | smtyp | smprod | xtor | xtref | wt_[mz]\w* | wtrid | ito | ftag | taid | traffic_source | ref_?src
          | ref_?url | referrer | __twitter_impression | guccounter | guce_referrer\w* | spm | share_?(?:id|from|token)
          | syndication-id | partner_?id | srsltid | gad_\w+ | gclsrc | li_fat_id | mibextid | fb_(?:source|ref|action_\w+)
          | wtmc | maca | sara_ref | xing_share | int_?cid | bxid | mbid | dicbo | cx_(?:test|art|experience)\w+ | _x_tr_\w+
          | (?:php|j)sessid | jsessionid | aspsessionid\w* | cfid | cftoken  # sessions: who reads, not what
        )""",
    re.VERBOSE | re.IGNORECASE,
)
# A parameter that tracks where it stands alone behind an article's slug or number, and names the page elsewhere.
_TRACKING_ALONE = re.compile(r"mod", re.IGNORECASE)
_SLUG = re.compile(r"(?=[^/]*[-\d])(?![^/]*\.(?:php|aspx?|jsp|cgi|cfm)$)[^/]+", re.IGNORECASE)
# Parameters that track with one of these values, and may name a page with another.
_CHANNEL_NAME = re.compile(r"(?:ref|source|src|from|via|origin|share|cid|sr_share)", re.IGNORECASE)
_CHANNEL = re.compile(
    r"(?:rss|feed|twitter|tw|facebook|fb|whatsapp|telegram|linkedin|reddit|e?mail|newsletter|push|google|googlenews|"
    r"flipboard|homepage|home|social|share|copy|nl|instagram|ig|youtube|bluesky|bsky|mastodon|threads|pinterest|taboola|"
    r"outbrain|smartnews|apple_?news|msn|yahoo|bing)(?:[-_.:]\w*)*",
    re.IGNORECASE,
)
# The accelerated copy of a page (AMP): by a parameter, at the end or the beginning of the path, or in a cache. A slug
# that ends in "-amp" may be about one; such a copy is known by its canonical URL.
_AMP_PARAMETER = re.compile(
    r"amp(?:_\w+)?=(?:1|true|yes|html|)|(?:output_?type|output|format|view)=amp", re.IGNORECASE
)
_AMP_CACHE = re.compile(
    r"https?://(?:[\w-]+\.cdn\.ampproject\.org/[acv]|(?:www\.)?google\.[a-z.]{2,6}/amp)/(s/)?(?=[\w-]+\.\w)"
)
_AMP_FILE = re.compile(r"(?<=[^/])(?<!\.amp)(?:\.amp)+(?=\.html?$|$)", re.IGNORECASE)
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid)=[^/;]*", re.IGNORECASE)
_SLASHES = re.compile(r"(?<!:)//+")  # but not those of an address inside of the path
# Last segments of a path that name no page but their folder's.
_FOLDER_PAGE = re.compile(r"(?:(?:index|default)\.(?:html?|php|aspx?|jsp)|amp)?", re.IGNORECASE)
_USUAL_HTTP = re.compile(r"http://(?![^/?]*:\d+(?:[/?]|$))")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_ID_BYTES = 16  # blake2b-128: by the birthday bound one clash in 2**64 URLs

# The suffix list that comes with the package: no download, and no cache on disk. Its private part counts too,
# so that two blogs of one host (a.blogspot.com, b.blogspot.com) are two sites.
_suffixes = tldextract.TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True)


def normalise_url(url: str) -> str:
    """Return the form of ``url`` by which two spellings of one page's address are the same.

    Syntax by RFC 3986, section 6 (w3lib): lower-case scheme and host, punycode, no dot segments, one way of
    percent-encoding, parameters in order, no fragment. Beyond it: no default port, no slash or index page at the
    end of the path, no doubled slash, nothing that only tracks the reader or the session, the page in place of its
    AMP copy. Applying it again changes nothing. The scheme stays, so that the page can be asked for by it; that
    ``http`` and ``https`` name one page, :func:`url_key` knows.

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
    cached = _AMP_CACHE.match(url)
    if cached:
        url = f"{'https' if cached[1] else 'http'}://{url[cached.end() :]}"
    parts = urlsplit(canonicalize_url(_without_surrogates(url)))
    if parts.scheme not in _DEFAULT_PORTS:
        return urlunsplit(parts)
    host = parts.netloc
    if parts.port is not None and parts.port == _DEFAULT_PORTS[parts.scheme]:
        host = host.rpartition(":")[0]
    if host.startswith("amp."):
        host = f"www.{host[4:]}"
    path = _SLASHES.sub("/", _SESSION_IN_PATH.sub("", parts.path))
    while path and _FOLDER_PAGE.fullmatch(path.rpartition("/")[2]):
        path = path.rpartition("/")[0]
    if path.startswith("/amp/"):
        path = path[4:]
    path = _AMP_FILE.sub("", path) or "/"
    parameters = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in parameters if not _is_tracking(name, value)]
    if all(_TRACKING_ALONE.fullmatch(name) for name, _ in kept) and _SLUG.fullmatch(path.rpartition("/")[2]):
        kept = []
    query = parts.query if len(kept) == len(parameters) else urlencode(kept)
    return urlunsplit((parts.scheme, host, path, query, ""))


def _is_tracking(name: str, value: str) -> bool:
    return (
        _TRACKING.fullmatch(name) is not None
        or _AMP_PARAMETER.fullmatch(f"{name}={value}") is not None
        or (_CHANNEL_NAME.fullmatch(name) is not None and _CHANNEL.fullmatch(value) is not None)
    )


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
    return url_key(address).hex()


@functools.lru_cache(maxsize=4096)
def url_key(url: str) -> bytes:
    """Return the 16 bytes by which a URL is known in all its spellings; as hex the id of an article there.

    ``http`` and ``https`` are one page, on their usual ports; one other port does not serve both.
    """
    normal = normalise_url(url)
    return _digest(_USUAL_HTTP.sub("https://", normal))


def content_hash(text: str) -> str:
    """Return the hash of an article's text: 32 hex digits."""
    return _digest(text).hex()


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=_ID_BYTES).digest()
