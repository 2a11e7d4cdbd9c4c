"""The JSON-LD in a web page: every object of the wanted types, with what it refers to in the same page put in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from connector.domain.markup_pieces import attribute, pieces
from connector.sources.reader import Raw

_DEEPEST = 20  # lists and objects in each other
_PREFIXES = ("https://schema.org/", "http://schema.org/", "schema:")
_MEDIA = "application/ld+json"
_MOST_PUT_IN = 1_000_000  # characters that references in one record may add to it
_LONGEST_PAGE = 10_000_000  # characters


def objects_in(page: str, types: Sequence[str]) -> list[Raw]:
    """The objects of any of the types, outermost first. A script that is not JSON is passed: sites have such."""
    found: list[Raw] = []
    for text in _scripts(page[:_LONGEST_PAGE]):
        try:
            content = json.loads(text.strip().removeprefix("<!--").removesuffix("-->"))
        except (ValueError, RecursionError):
            continue
        by_id = {node["@id"]: node for node in _nodes(content, 0) if isinstance(node.get("@id"), str) and len(node) > 1}
        found += [_resolved(node, by_id) for node in _wanted(content, frozenset(types), 0) if not _is_too_deep(node)]
    return found


def _scripts(page: str) -> Iterator[str]:
    """What is in each `<script type="application/ld+json">`."""
    is_inside = False
    for piece in pieces(page):
        if piece.kind == "raw" and is_inside:
            yield piece.text
        is_inside = piece.name == "script" and attribute(piece, "type").partition(";")[0].strip().lower() == _MEDIA


def _wanted(value: Any, types: frozenset[str], depth: int) -> Iterator[Raw]:
    """What stands inside a record (its sessions, its parts) belongs to it and is not a record of its own."""
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        if types & set(_types(value)) and len(value.keys() - {"@id", "@type"}) > 0:
            yield value
            return
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _wanted(one, types, depth + 1)


def _nodes(value: Any, depth: int) -> Iterator[Raw]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _nodes(one, depth + 1)


def _types(node: Raw) -> list[str]:
    named = node.get("@type")
    texts = [one for one in (named if isinstance(named, list) else [named]) if isinstance(one, str)]
    return [
        next((text.removeprefix(prefix) for prefix in _PREFIXES if text.startswith(prefix)), text) for text in texts
    ]


def _is_too_deep(node: Raw) -> bool:
    """Whoever walks through a record later does so on a stack that ends."""
    level: list[Any] = [node]
    for _ in range(_DEEPEST):
        inside = (one.values() if isinstance(one, dict) else one for one in level)
        level = [value for values in inside for value in values if isinstance(value, dict | list)]
        if not level:
            return False
    return True


def _resolved(node: Raw, by_id: dict[str, Raw]) -> Raw:
    """The node with each bare reference in it ({"@id": …} alone) replaced by the node of that name, one step deep.

    A node that is named a thousand times is put in a thousand times: only as far as `_MOST_PUT_IN` reaches.
    """
    sizes: dict[str, int] = {}
    left = _MOST_PUT_IN

    def put_in(value: Any) -> Any:
        nonlocal left
        if isinstance(value, list):
            return [put_in(one) for one in value]
        if isinstance(value, dict) and value.keys() == {"@id"} and isinstance(value["@id"], str):
            name = value["@id"]
            if name not in by_id:
                return value
            if name not in sizes:
                sizes[name] = len(json.dumps(by_id[name]))
            left -= sizes[name]
            return by_id[name] if left >= 0 else value
        return value

    return {name: put_in(value) for name, value in node.items()}
