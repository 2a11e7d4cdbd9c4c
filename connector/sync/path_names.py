"""Which members of a record a path (JMESPath) looks at."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import jmespath

_ONE_AFTER_ANOTHER = frozenset(
    {"subexpression", "index_expression", "pipe", "projection", "value_projection", "flatten"}
)
_AS_IT_STANDS = frozenset({"index", "slice", "identity", "current"})


def chains_in(path: str) -> set[str]:
    """The dotted names that a path goes through: `department`, `department.id`. Lists are looked through."""
    found: set[str] = set()
    _walk(jmespath.compile(path).parsed, [""], found)
    return found


def names_in(paths: Iterable[str | None]) -> set[str]:
    """Every single name in these paths."""
    return {name for path in paths if path for chain in chains_in(path) for name in chain.split(".")}


def _walk(node: Any, bases: list[str], found: set[str]) -> list[str]:
    """Collects what a node looks at from each base; gives where it ends."""
    kind, children = node["type"], node.get("children", [])
    if kind == "field":
        ends = [f"{base}.{node['value']}".lstrip(".") for base in bases]
        found.update(ends)
        return ends
    if kind in _AS_IT_STANDS:
        return bases
    if kind == "filter_projection":
        rows = _walk(children[0], bases, found)
        _walk(children[2], rows, found)
        return _walk(children[1], rows, found)
    if kind in _ONE_AFTER_ANOTHER:
        for child in children:
            bases = _walk(child, bases, found)
        return bases
    return [end for child in children for end in _walk(child, bases, found)]
