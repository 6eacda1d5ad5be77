"""Whether an article stands behind a paywall: what the page says of itself."""

from __future__ import annotations

from newsclean.metadata.json_ld import LinkedData
from newsclean.metadata.markup import Head

# Meta names and what they say, lower case. Sources: Facebook's article:content_tier, and what content systems write.
_PAID = frozenset(
    {
        "locked",
        "metered",
        "paid",
        "premium",
        "subscriber",
        "subscribers",
        "plus",
        "true",
        "yes",
        "1",
        "hard",
        "paywall",
        "exclusive",
    }
)
_FREE = frozenset({"free", "false", "no", "0", "none", "open", "public"})
_TIERS = (
    "article:content_tier",
    "og:article:content_tier",
    "content_tier",
    "cxenseparse:paywall",
    "paywall",
    "is_paywalled",
    "content-access",
    "access",
    "article:access",
    "k5a:paywall",
    "cxenseparse:articletype_paid",
)


def read_paywall(head: Head, data: LinkedData) -> bool | None:
    """True or False where the page says so; None if there is no sign.

    ``isAccessibleForFree`` (schema.org) decides; then meta elements that tell the article's tier.
    """
    if data.free is not None:
        return not data.free
    for name in _TIERS:
        value = head.first(name).lower()
        if value in _PAID:
            return True
        if value in _FREE:
            return False
    return None
