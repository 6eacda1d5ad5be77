"""A news page in, a clean article out. Pure: no network, no disk, no clock."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from newsclean.article import Article, Evidence, Image, NoArticle, Page, Removal

if TYPE_CHECKING:
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

# Imported with the first use: the extractors and the judge take a second that a process without a page need not pay.
_MODULES = {
    "SiteProfile": "newsclean.profile",
    "clean_text": "newsclean.lines",
    "learn_profile": "newsclean.learning",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)


class _Package(ModuleType):
    """The package: its ``clean`` is the function, not the module of that name, which Python would bind there on import."""

    @property
    def clean(self) -> object:
        return import_module("newsclean.clean").clean

    @clean.setter
    def clean(self, module: ModuleType) -> None:
        """Leave it as it is."""


sys.modules[__name__].__class__ = _Package
