"""The pages of the demo's articles, rendered when a test asks for one: every process of a test run collects all tests."""

from __future__ import annotations

from functools import cache

from newsmill.demo.site import read_sites
from newsmill.demo.truth import Truth

SITES = read_sites()
SOURCES = {
    f"{source.publication}/{source.name}": (site, source)
    for site in SITES
    for source in site.publication.sources
}


def truth_of(name: str) -> Truth:
    """The truth of a page."""
    site, source = SOURCES[name]
    return site.truth_of(source)


@cache
def page_of(name: str) -> str:
    """A page as its site serves it."""
    site, source = SOURCES[name]
    return site.get(site.publication.path_of(source)).body.decode()
