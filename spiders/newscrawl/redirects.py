"""Redirects: followed within the site, never in a circle, never to a page already taken on."""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from newsclean.wall_addresses import wall_of_address
from newscrawl.article_url import is_article_url
from newscrawl.errors import RedirectRefusedError
from newscrawl.frontier import LISTED, TARGET, Frontier, Scope, Target
from newsdata.identity import site_of, url_key

ON_SITE = "newsmill_on_site"  # the key in Request.meta of a request that must not leave its site


class SiteRedirectMiddleware(RedirectMiddleware):
    """Scrapy's redirects under the rules of the crawl.

    An article may lead to its own site only, unless a person listed its URL. A front page may lead anywhere,
    and takes its new site into the crawl: ``news.example`` that has become ``news-online.example``. Feeds and
    sitemaps may lie on other hosts. An article that leads to a wall, the front page or a section ends as that.
    """

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> SiteRedirectMiddleware:
        """Make it for a crawler; Scrapy's own looks for the Referer middleware, which is off."""
        made = cls(crawler.settings)
        made.crawler = crawler
        return made

    def handle_referer(self, request: Request, response: Response) -> None:
        """Send no Referer."""
        request.headers.pop("Referer", None)

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """Follow a redirect.

        Raises:
            RedirectRefusedError: If it is not to be followed.
        """
        try:
            followed: Request | Response = super().process_response(request, response)
        except IgnoreRequest as error:
            raise RedirectRefusedError(str(error), reason="redirect-loop") from error
        except ValueError as error:
            raise RedirectRefusedError(f"redirects to what is no URL: {error}") from error
        if not isinstance(followed, Request):
            return followed
        chain = [*request.meta.get("redirect_urls", []), request.url]
        if followed.url in chain:
            raise RedirectRefusedError(f"redirects to itself: {followed.url}", reason="redirect-loop")
        if request.meta.get(ON_SITE) and site_of(followed.url) != site_of(request.url):
            raise RedirectRefusedError(f"redirects off the site: {followed.url}", reason="offsite")
        target = request.meta.get(TARGET)
        scope = getattr(self.crawler.spider, "scope", None)
        frontier = getattr(self.crawler.spider, "frontier", None)
        if isinstance(target, Target) and isinstance(scope, Scope) and isinstance(frontier, Frontier):
            _check(target, followed.url, chain, scope, frontier)
        return followed


def _check(target: Target, url: str, chain: list[str], scope: Scope, frontier: Frontier) -> None:
    if target.kind == "front":
        scope.add(url)
    if target.kind == "article" and (wall := wall_of_address(url)):
        if target.via != LISTED and not scope.covers(url):
            raise RedirectRefusedError(f"redirects to {url}", reason=wall, kind="skipped")
        return  # where each article's redirect leads is no page that can be taken
    if target.kind == "article" and target.via != LISTED and not scope.covers(url):
        raise RedirectRefusedError(f"redirects off the site: {url}", reason="offsite", kind="skipped")
    if (
        target.kind == "article"
        and urlsplit(url).path in ("", "/")
        and urlsplit(target.url).path not in ("", "/")
    ):
        raise RedirectRefusedError("redirects to the front page", reason="soft-404", kind="skipped")
    is_same_page = url_key(url) in {url_key(passed) for passed in chain}  # http to https, a slash more
    if not is_same_page and not frontier.claim_redirect(url, target) and target.kind != "front":
        if target.kind == "article" and not is_article_url(url) and is_article_url(target.url):
            raise RedirectRefusedError(f"redirects to a section: {url}", reason="soft-404", kind="skipped")
        raise RedirectRefusedError(
            f"redirects to a page already taken on: {url}", reason="duplicate", kind="skipped"
        )
