"""A news page in, a clean article out. Pure: no network, no disk, no clock."""

from newsclean.article import Article, Evidence, Image, NoArticle, Page, Removal
from newsclean.clean import clean
from newsclean.learning import learn_profile
from newsclean.lines import clean_text
from newsclean.profile import SiteProfile

__all__ = [
    "Article",
    "Evidence",
    "Image",
    "NoArticle",
    "Page",
    "Removal",
    "SiteProfile",
    "clean",
    "clean_text",
    "learn_profile",
]
