"""The Scrapy add-on that installs newsmill's spiders, components and defaults."""

from __future__ import annotations

import os
import re
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

_EMAIL = re.compile(r"[^\s()<>:@]+@[^\s()<>:@]+")
_CONTACT = re.compile(r"(?:https?://|mailto:)[!-'*-~]+")  # in a comment of a header: no space, no bracket

# Own settings, with their defaults.
NEWSMILL_SETTINGS: dict[str, object] = {
    "NEWSMILL_DATA": "data",  # folder of the dataset
    "NEWSMILL_REVISIT": "",  # file of rules when known pages are asked for again; empty for those of newsmill
    "NEWSMILL_RESPECT_USAGE": [],  # of train-ai, ai-input, search: leave out pages that forbid it
    "NEWSMILL_FRESH": False,  # begin anew, even where the same crawl was not finished
    "NEWSMILL_ALLOW_PRIVATE": [],  # hosts, as URLs write them, that may have addresses of private networks
    "NEWSMILL_CONTACT": "",  # URL or e-mail address of who runs the crawl, for the User-Agent header
    "NEWSMILL_CLEAN_PROCESSES": min(os.cpu_count() or 1, 8),
    "NEWSMILL_CLEAN_TIMEOUT": 10.0,  # seconds a page
    "NEWSMILL_CLEAN_MEMORY": 1 << 30,  # bytes a page may take on top of what a warm process has
    "NEWSMILL_MAX_CRAWL_DELAY": 30.0,  # seconds; a longer Crawl-delay is cut to this
    "NEWSMILL_MAX_RETRY_AFTER": 120.0,  # seconds; a host that asks for more is left alone
    "NEWSMILL_ROBOTS_RETRY_DELAYS": [5.0, 25.0],  # seconds before an unreadable robots.txt is asked for again
    "NEWSMILL_LEARN": True,  # learn what stands on many pages of a site, and clean with it
    "NEWSMILL_MAX_SECTIONS": 60,  # section pages a site, not counting their further pages
    "NEWSMILL_MAX_SECTION_PAGES": 20,  # pages of one section's list
    "NEWSMILL_MAX_FEEDS": 100,  # feeds a site
    "NEWSMILL_MAX_ARCHIVE_PAGES": 100,  # pages of days, months and years a site
    "NEWSMILL_MAX_SITEMAPS": 5000,  # sitemap files a site
    "NEWSMILL_MAX_WAITING": 1000,  # articles of a site that wait; beyond, its sitemaps are not read on
    "NEWSMILL_BROWSER": "",  # Chromium's program; else the variable of that name, else the usual places
    "NEWSMILL_RENDER_PAGES": 2,  # pages that a browser runs at a time
    "NEWSMILL_RENDER_TIMEOUT": 20.0,  # seconds a page
    "NEWSMILL_STOP_GRACE": 1.0,  # seconds that running work has after SIGINT or SIGTERM
}

# Scrapy's settings, where its own defaults do not suit a crawler of other people's sites.
SCRAPY_SETTINGS: dict[str, object] = {
    "ROBOTSTXT_OBEY": True,
    "ROBOTSTXT_USER_AGENT": "newsmill",
    "DOWNLOADER": "newscrawl.downloader.PatientDownloader",
    "CONCURRENT_REQUESTS": 32,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    "CONCURRENT_ITEMS": 1,  # Scrapy makes so many tasks for each response; ours yield one item
    "SCRAPER_SLOT_MAX_ACTIVE_SIZE": 16_000_000,  # bytes of pages at the cleaner; beyond, fetching pauses
    "REACTOR_THREADPOOL_MAXSIZE": 32,  # names are looked up there; a slow one must not hold up the others
    "DOWNLOAD_TIMEOUT": 30,
    "DOWNLOAD_MAXSIZE": 10_000_000,
    "DOWNLOAD_WARNSIZE": 0,
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "COOKIES_ENABLED": False,
    "REFERER_ENABLED": False,
    "HTTPPROXY_ENABLED": False,  # behind a proxy nobody here sees the address that is connected to
    "METAREFRESH_ENABLED": False,
    "REDIRECT_MAX_TIMES": 8,
    "RETRY_TIMES": 2,
    "RETRY_GIVE_UP_LOG_LEVEL": "DEBUG",  # the outcome says it
    "SCHEDULER": "newscrawl.scheduler.FrontierScheduler",
    "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",  # in the order of finding
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "LOG_LEVEL": "INFO",
}


def user_agent(contact: str) -> str:
    """The ``User-Agent`` header: what this is, and whom to turn to.

    Args:
        contact: ``http(s)``, ``mailto`` or e-mail address; empty if nobody is named.

    Raises:
        ValueError: If it is none of these.
    """
    name = f"newsmill/{version('newsmill')}"
    if not contact:
        return f"{name} (news crawler)"
    address = f"mailto:{contact}" if _EMAIL.fullmatch(contact) else contact
    if not _CONTACT.fullmatch(address):
        raise ValueError(f"{contact!r} is no contact; give a URL or an e-mail address, without spaces")
    return f"{name} (+{address})"


class NewsmillAddon:
    """Installs the spiders, the polite and safe components, and the writer of the dataset.

    All is set at add-on priority: above Scrapy's defaults, below what a project or a command line says.
    """

    @classmethod
    def update_pre_crawler_settings(cls, settings: BaseSettings) -> None:
        """Name the spiders, and the resolver, which Scrapy reads before any crawler exists."""
        modules = settings.getlist("SPIDER_MODULES")
        if "newscrawl.spiders" not in modules:
            settings.set("SPIDER_MODULES", [*modules, "newscrawl.spiders"], priority="project")
        settings.set("TWISTED_DNS_RESOLVER", "newscrawl.addresses.PublicAddressResolver", priority="addon")

    def update_settings(self, settings: BaseSettings) -> None:
        """Install components and defaults.

        Args:
            settings: The crawler's settings, changed in place.
        """
        from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware  # noqa: PLC0415 - cleaning
        from scrapy.downloadermiddlewares.offsite import OffsiteMiddleware  # noqa: PLC0415 - processes import this
        from scrapy.downloadermiddlewares.redirect import RedirectMiddleware  # noqa: PLC0415 - module without
        from scrapy.downloadermiddlewares.retry import RetryMiddleware  # noqa: PLC0415 - Scrapy
        from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware  # noqa: PLC0415 - as above

        from newscrawl.browser import PageBrowser  # noqa: PLC0415 - as above
        from newscrawl.budget import BudgetMiddleware  # noqa: PLC0415 - as above
        from newscrawl.challenges import BlockedMiddleware  # noqa: PLC0415 - as above
        from newscrawl.cleaning import CleaningPool, ReadingPool  # noqa: PLC0415 - as above
        from newscrawl.compression import WholeBodyMiddleware  # noqa: PLC0415 - as above
        from newscrawl.redirects import SiteRedirectMiddleware  # noqa: PLC0415 - as above
        from newscrawl.retries import RetryAfterMiddleware  # noqa: PLC0415 - as above
        from newscrawl.robots import StrictRobotsMiddleware  # noqa: PLC0415 - as above
        from newscrawl.site_requests import SiteRequestMiddleware  # noqa: PLC0415 - as above
        from newscrawl.source_bodies import SourceBodyMiddleware  # noqa: PLC0415 - as above
        from newscrawl.stopping import PromptStop  # noqa: PLC0415 - as above
        from newscrawl.storage import DatasetPipeline  # noqa: PLC0415 - as above
        from newscrawl.tdmrep import TdmReservations  # noqa: PLC0415 - as above

        for name, value in (NEWSMILL_SETTINGS | SCRAPY_SETTINGS).items():
            settings.set(name, value, priority="addon")
        settings.set("USER_AGENT", user_agent(settings["NEWSMILL_CONTACT"]), priority="addon")
        handler = "newscrawl.addresses.PublicHTTPDownloadHandler"
        settings.set(
            "DOWNLOAD_HANDLERS",
            {"http": handler, "https": handler, "data": None, "file": None, "ftp": None, "s3": None},
            priority="addon",
        )
        components = (
            ("DOWNLOADER_MIDDLEWARES", OffsiteMiddleware, None, 0),  # the spiders know their sites
            ("DOWNLOADER_MIDDLEWARES", RobotsTxtMiddleware, StrictRobotsMiddleware, 100),
            ("DOWNLOADER_MIDDLEWARES", None, SourceBodyMiddleware, 50),  # the last to see a response
            (
                "DOWNLOADER_MIDDLEWARES",
                None,
                BudgetMiddleware,
                150,
            ),  # behind robots.txt: what it forbids costs nothing
            ("DOWNLOADER_MIDDLEWARES", None, SiteRequestMiddleware, 160),
            ("DOWNLOADER_MIDDLEWARES", RetryMiddleware, RetryAfterMiddleware, 550),
            ("DOWNLOADER_MIDDLEWARES", None, BlockedMiddleware, 570),
            ("DOWNLOADER_MIDDLEWARES", HttpCompressionMiddleware, WholeBodyMiddleware, 590),
            ("DOWNLOADER_MIDDLEWARES", RedirectMiddleware, SiteRedirectMiddleware, 600),
            ("ITEM_PIPELINES", None, DatasetPipeline, 300),
            ("EXTENSIONS", None, PromptStop, 0),
            ("EXTENSIONS", None, CleaningPool, 0),
            ("EXTENSIONS", None, ReadingPool, 0),
            ("EXTENSIONS", None, PageBrowser, 0),
            ("EXTENSIONS", None, TdmReservations, 0),
        )
        for setting, replaced, component, priority in components:
            if replaced:
                settings.setdefault_in_component_priority_dict(setting, replaced, None)
            if component:
                settings.setdefault_in_component_priority_dict(setting, component, priority)
