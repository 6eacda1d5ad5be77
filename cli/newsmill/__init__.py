"""The newsmill shell command: puts the crawler, the cleaner and the dataset together."""

__version__ = "0.1.0"
