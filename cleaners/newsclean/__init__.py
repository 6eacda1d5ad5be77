"""A news page in, a clean article out. Pure: no network, no disk, no clock."""

from newsclean.article import Article, Evidence, Image, NoArticle, Page, Removal

__all__ = ["Article", "Evidence", "Image", "NoArticle", "Page", "Removal"]
