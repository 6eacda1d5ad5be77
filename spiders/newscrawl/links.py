"""References to absolute URLs."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

_LONGEST = 2048  # characters; the longest URL that a sitemap may hold by its protocol


def absolute_url(base: str, reference: str) -> str:
    """Resolve a reference as a page, feed or sitemap writes it (RFC 3986, 5.2), without its fragment.

    Args:
        base: URL that it is relative to.
        reference: The reference.

    Returns:
        An http or https URL with a host; empty if it makes none, or one longer than pages have.
    """
    if len(reference) > _LONGEST:
        return ""
    try:
        url = reference.strip().partition("#")[0]
        if not url.startswith(("http://", "https://")):  # most that sitemaps name are absolute
            url = urljoin(base, url)
        parts = urlsplit(url)
        if "/." in parts.path and not parts.path.startswith("//"):
            # urljoin takes dot segments out of relative references only
            url = urljoin(url, parts._replace(scheme="", netloc="").geturl())
    except ValueError:  # "http://[": not a URL
        return ""
    return url if parts.scheme in ("http", "https") and parts.hostname and len(url) <= _LONGEST else ""
