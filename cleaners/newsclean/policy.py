"""By which policy a page is judged: the truths of news and of articles at large differ a little.

News drops standing links, notes and boxes that guides and blogs keep. The judge learned both policies; here is read, from
what the page declares of itself, how much each of them counts.
"""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from newsclean.elements import ElementIndex

# Types of schema.org that only news bears, and the kind of organisation that prints it.
_NEWS_TYPE = re.compile(
    r"\b(?:(?:Reportage|Analysis|Background|Opinion|Review|AskPublic)?NewsArticle|LiveBlogPosting|NewsMediaOrganization)\b"
)
# Meta elements for news search and for the tiers of a newspaper's subscription.
_NEWS_META = frozenset({"news_keywords", "article:content_tier", "article:opinion", "googlebot-news"})
_DATED_META = frozenset({"article:published_time", "article:modified_time", "article:section"})

# The share of the news policy; measured on pages out of fold (benchmarks/train_judge.py).
DECLARED_NEWS, DATED_ARTICLE, OTHER = 0.9, 0.5, 0.1


def news_share(tree: HtmlElement, index: ElementIndex | None = None) -> float:
    """The share of the news policy in the judgement of a page, from 0 to 1.

    Args:
        tree: The page.
        index: Its elements; None if nobody has indexed them yet.
    """
    page = index or ElementIndex(tree)
    for script in page.tagged("script"):
        if (script.get("type") or "").startswith("application/ld+json") and _NEWS_TYPE.search(
            script.text or ""
        ):
            return DECLARED_NEWS
    named = {(meta.get("name") or meta.get("property") or "").lower() for meta in page.tagged("meta")}
    if named & _NEWS_META:
        return DECLARED_NEWS
    body = tree.find("body")
    if any(
        _NEWS_TYPE.search(element.get("itemtype") or "")
        for element in (tree, *(body if body is not None else ()))
    ):
        return DECLARED_NEWS
    return DATED_ARTICLE if named & _DATED_META else OTHER
