"""Finding and fetching news pages, with Scrapy.

Another Scrapy project uses it with ``ADDONS = {"newscrawl.NewsmillAddon": 300}``. Importing this package
imports no
Scrapy: the cleaning processes import it too.
"""

from newscrawl.addon import NewsmillAddon

__all__ = ["NewsmillAddon"]
