"""The Scrapy project: everything else is set by the add-on, so that other projects can have the same."""

BOT_NAME = "newsmill"
ADDONS = {"newscrawl.NewsmillAddon": 300}
