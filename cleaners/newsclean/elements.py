"""The elements of a page by what they are called: tag, class, id, attribute."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Protocol, cast

from lxml.etree import XPath
from lxml.html import HtmlElement

# Classes of the time before a script runs; browsers with scripts take them away.
_WITHOUT_SCRIPTS = frozenset({"no-js", "nojs", "js-off", "no-javascript"})
# So often a page is searched for all elements with an attribute that a selector names.
MOST_SEARCHES = 100


# lxml refuses to look for others.
_PLAIN_NAME = re.compile(r"[\w-]+", re.ASCII)


class _Attribute(Protocol):
    def getparent(self) -> HtmlElement: ...


class ElementIndex:
    """The elements of a page, which must not change meanwhile. What is asked for is collected once.

    Args:
        tree: The page.

    Attributes:
        elements: All elements in document order.
    """

    def __init__(self, tree: HtmlElement) -> None:
        self.tree = tree
        self.elements: list[HtmlElement] = list(tree.iter("*"))
        self._found: dict[str, Sequence[HtmlElement]] = {}
        self._searches = 0

    @cached_property
    def by_classes(self) -> Mapping[str, Sequence[HtmlElement]]:
        """Those with a ``class`` attribute, by its value."""
        found: dict[str, list[HtmlElement]] = {}
        for element in self.elements:
            classes = element.get("class")
            if classes:
                found.setdefault(classes, []).append(element)
        return found

    @cached_property
    def names(self) -> frozenset[str]:
        """All ``#id`` and ``.class``, apart from classes that scripts take away."""
        classes = self._values_by_class.keys() - _WITHOUT_SCRIPTS
        return frozenset(["." + name for name in classes] + ["#" + name for name in self._by_identifier])

    @cached_property
    def _values_by_class(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for classes in self.by_classes:
            for name in set(classes.split()):
                found[name].append(classes)
        return found

    @cached_property
    def _by_identifier(self) -> Mapping[str, Sequence[HtmlElement]]:
        found: dict[str, list[HtmlElement]] = defaultdict(list)
        for element in self.having("id"):
            found[cast("str", element.get("id"))].append(element)
        return found

    def having(self, attribute: str) -> Sequence[HtmlElement]:
        """Those with an attribute, whose name must be a plain one."""
        # libxml2 finds attributes in a fifth of the time in which it filters elements by them
        return [found.getparent() for found in cast("list[_Attribute]", _attributes(attribute)(self.tree))]

    def named(self, key: str) -> Sequence[HtmlElement]:
        """Those that have what a selector's key names: ``#id``, ``.class``, ``[attribute]``, a tag, or ``*`` for all."""
        if key not in self._found:
            self._found[key] = self._named(key)
        return self._found[key]

    def _named(self, key: str) -> Sequence[HtmlElement]:
        if key[0] == ".":
            return [
                element
                for classes in self._values_by_class.get(key[1:], ())
                for element in self.by_classes[classes]
            ]
        if key[0] == "#":
            return self._by_identifier.get(key[1:], ())
        if key == "*":
            return self.elements
        if _PLAIN_NAME.fullmatch(key):
            return list(self.tree.iter(key))
        self._searches += 1
        if self._searches > MOST_SEARCHES:
            return ()
        if key[0] == "[":
            return [element for element in self.elements if element.get(key[1:-1]) is not None]
        return [element for element in self.elements if element.tag == key]


@lru_cache(maxsize=64)
def _attributes(name: str) -> XPath:
    return XPath(f"descendant-or-self::*/@{name}")
