"""Finding and fetching news pages, with Scrapy."""
