"""The JSON-LD in a web page: every object of the wanted types, with what it refers to in the same page put in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from typing import Any

from connector.sources.reader import Raw

_DEEPEST = 20  # lists and objects in each other
_PREFIXES = ("https://schema.org/", "http://schema.org/", "schema:")
_LONGEST_PAGE = 10_000_000  # characters


class _Scripts(HTMLParser):
    """Collects the texts of `<script type="application/ld+json">`."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        media = next((value for name, value in attrs if name == "type"), None) or ""
        self._is_inside = tag == "script" and media.partition(";")[0].strip().lower() == "application/ld+json"
        if self._is_inside:
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._is_inside = False

    def handle_data(self, data: str) -> None:
        if self._is_inside:
            self.texts[-1] += data


def objects_in(page: str, types: Sequence[str]) -> list[Raw]:
    """The objects of any of the types, outermost first. A script that is not JSON is passed: sites have such."""
    parser = _Scripts()
    parser.feed(page[:_LONGEST_PAGE])
    parser.close()
    found: list[Raw] = []
    for text in parser.texts:
        try:
            content = json.loads(text.strip().removeprefix("<!--").removesuffix("-->"))
        except (ValueError, RecursionError):
            continue
        by_id = {node["@id"]: node for node in _nodes(content, 0) if isinstance(node.get("@id"), str) and len(node) > 1}
        found += [_resolved(node, by_id) for node in _wanted(content, frozenset(types), 0)]
    return found


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


def _resolved(node: Raw, by_id: dict[str, Raw]) -> Raw:
    """The node with each bare reference in it ({"@id": …} alone) replaced by the node of that name, one step deep."""

    def put_in(value: Any) -> Any:
        if isinstance(value, list):
            return [put_in(one) for one in value]
        if isinstance(value, dict) and value.keys() == {"@id"} and isinstance(value["@id"], str):
            return by_id.get(value["@id"], value)
        return value

    return {name: put_in(value) for name, value in node.items()}
