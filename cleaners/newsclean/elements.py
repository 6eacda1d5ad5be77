"""The elements of a page by what they are called: tag, class, id, attribute."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import cast

from lxml.html import HtmlElement

# Classes of the time before a script runs; browsers with scripts take them away.
_WITHOUT_SCRIPTS = frozenset({"no-js", "nojs", "js-off", "no-javascript"})


class ElementIndex:
    """The elements of a page, which must not change meanwhile.

    Args:
        tree: The page.

    Attributes:
        tree: The page.
        elements: All elements in document order.
    """

    def __init__(self, tree: HtmlElement) -> None:
        self.tree = tree
        self.elements: list[HtmlElement] = []
        self._by_tag: dict[str, list[HtmlElement]] = defaultdict(list)
        self._by_attribute: dict[str, list[HtmlElement]] = defaultdict(list)
        # one pass for all attributes costs as much as two questions to libxml2 for one
        for element in tree.iter("*"):
            self.elements.append(element)
            self._by_tag[element.tag].append(element)
            for name in element.keys():  # noqa: SIM118 (an element's own iterator gives its children)
                self._by_attribute[name].append(element)

    @cached_property
    def by_classes(self) -> Mapping[str, Sequence[HtmlElement]]:
        """Those with a ``class`` attribute, by its value."""
        found: dict[str, list[HtmlElement]] = defaultdict(list)
        for element in self.having("class"):
            found[cast("str", element.get("class"))].append(element)
        found.pop("", None)
        return found

    @cached_property
    def names(self) -> frozenset[str]:
        """All ``#id`` and ``.class``, apart from classes that scripts take away."""
        classes = set(" ".join(self.by_classes).split()) - _WITHOUT_SCRIPTS
        return frozenset(["." + name for name in classes] + ["#" + name for name in self._by_identifier])

    @cached_property
    def _by_class(self) -> Mapping[str, Sequence[HtmlElement]]:
        found: dict[str, list[HtmlElement]] = defaultdict(list)
        for classes, elements in self.by_classes.items():
            for name in set(classes.split()):
                found[name] += elements
        return found

    @cached_property
    def _by_identifier(self) -> Mapping[str, Sequence[HtmlElement]]:
        found: dict[str, list[HtmlElement]] = defaultdict(list)
        for element in self.having("id"):
            found[cast("str", element.get("id"))].append(element)
        return found

    def having(self, attribute: str) -> Sequence[HtmlElement]:
        """Those with an attribute."""
        return self._by_attribute.get(attribute, ())

    def tagged(self, *tags: str) -> list[HtmlElement]:
        """Those with one of some tags, tag by tag."""
        return [element for tag in tags for element in self._by_tag.get(tag, ())]

    def named(self, key: str) -> Sequence[HtmlElement]:
        """Those that have what a selector's key names: ``#id``, ``.class``, ``[attribute]``, a tag, or ``*`` for all."""
        if key[0] == ".":
            return self._by_class.get(key[1:], ())
        if key[0] == "#":
            return self._by_identifier.get(key[1:], ())
        if key[0] == "[":
            return self.having(key[1:-1])
        return self.elements if key == "*" else self._by_tag.get(key, ())
