"""The JSON-LD that the Courier's pages carry (schema.org NewsArticle and its relatives)."""

from __future__ import annotations

from newsmill.demo.publication import Publication, slug_of
from newsmill.demo.source import Body, Images, Post, Source

TYPES = {"article": "NewsArticle", "stub": "NewsArticle", "live": "LiveBlogPosting", "video": "VideoObject"}


def structured_data(source: Source, publication: Publication, base: str, section: str) -> dict[str, object]:
    """The graph of one page; empty if the page has none.

    Args:
        source: The article.
        publication: Whose page it is.
        base: Scheme and host.
        section: The section's name.
    """
    if publication.key != "courier" or "no-jsonld" in source.markup:
        return {}
    url = base + publication.path_of(source)
    organization: dict[str, object] = {
        "@type": "NewsMediaOrganization",
        "@id": f"{base}/#organization",
        "name": publication.name,
        "url": f"{base}/",
        "logo": {"@type": "ImageObject", "url": f"{base}/media/logo-600.png", "width": 600, "height": 60},
    }
    crumbs: dict[str, object] = {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": 1, "name": "Home", "item": f"{base}/"},
            {"@type": "ListItem", "position": 2, "name": section, "item": f"{base}/{source.section}/"},
        ],
    }
    page: dict[str, object] = {
        "@type": "WebPage",
        "@id": url,
        "url": url,
        "name": source.seo_title or source.headline,
    }
    return {
        "@context": "https://schema.org",
        "@graph": [organization, page, crumbs, _article(source, publication, base, section)],
    }


def _article(source: Source, publication: Publication, base: str, section: str) -> dict[str, object]:
    url = base + publication.path_of(source)
    image = f"{base}/media/{source.name}-share-1200.png"
    if source.form == "video":
        return {
            "@type": "VideoObject",
            "name": source.headline,
            "description": source.description,
            "thumbnailUrl": [image],
            "uploadDate": source.published.isoformat(),
            "duration": "PT2M41S",
            "contentUrl": f"{base}/media/{source.name}.mp4",
            "publisher": {"@id": f"{base}/#organization"},
        }
    article: dict[str, object] = {
        "@type": TYPES[source.form],
        "@id": f"{url}#article",
        "mainEntityOfPage": {"@id": url},
        "headline": source.headline,
        "description": source.description,
        "image": [{"@type": "ImageObject", "url": image, "width": 1200, "height": 630}],
        "datePublished": source.published.isoformat(),
        "dateModified": source.changed.isoformat(),
        "author": [
            {
                "@type": "Person",
                "name": name,
                "url": base + publication.author_path.format(slug=slug_of(name)),
            }
            for name in source.authors
        ],
        "publisher": {"@id": f"{base}/#organization"},
        "articleSection": section,
        "keywords": list(source.tags),
        "inLanguage": source.language,
        "isAccessibleForFree": source.form != "stub",
    }
    if source.form == "stub":
        selector = {"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": ".tc-paywall"}
        article["hasPart"] = selector
    if source.form == "live":
        article |= _coverage(source, url)
    captions = [
        {"@type": "ImageObject", "url": f"{base}/media/{picture.file}-1200.png", "caption": picture.caption}
        for block in source.blocks
        if isinstance(block, Images) and block.form == "gallery"
        for picture in block.pictures
    ]
    if captions:
        article["associatedMedia"] = captions
    return article


def _coverage(source: Source, url: str) -> dict[str, object]:
    """Start, end and the posts of a live blog, each with its first words."""
    updates: list[dict[str, object]] = []
    for block in source.blocks:
        if isinstance(block, Post):
            number = len(updates) + 1
            updates.append(
                {
                    "@type": "BlogPosting",
                    "url": f"{url}#post-{number}",
                    "datePublished": block.at.isoformat(),
                }
            )
        elif isinstance(block, Body) and updates:
            name = "headline" if block.kind == "heading" else "articleBody"
            updates[-1].setdefault(name, block.texts[0])
    times = [block.at for block in source.blocks if isinstance(block, Post)]
    return {
        "coverageStartTime": min(times).isoformat(),
        "coverageEndTime": max(times).isoformat(),
        "liveBlogUpdate": updates,
    }
