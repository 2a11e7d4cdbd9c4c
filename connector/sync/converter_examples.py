"""What each converter makes of a value: worked out by the converter itself, so that no example can be wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from connector.sync.converters import CONVERTERS
from connector.sync.record_map import plain

_EXAMPLES: dict[str, list[tuple[Any, dict[str, Any]]]] = {
    "text": [("  Ploegbaas ", {}), (42.0, {})],
    "false_as_empty": [(False, {}), ("Home", {})],
    "reference": [([7, "Logistics"], {}), ({"id": 7, "display": "Logistics"}, {}), (7, {})],
    "label": [([7, "Logistics"], {}), ({"id": 7, "display": "Logistics"}, {})],
    "day": [
        ("2026-03-01T09:00:00Z", {}),
        ("01/03/2026", {"format": "%d/%m/%Y"}),
        ("9999-12-31", {}),
        ("0000-00-00", {}),
        ("0001-01-01T00:00:00", {}),
        ("/Date(1772323200000)/", {}),
    ],
    "epoch_day": [(1772323200, {}), (0, {})],
    "number": [("37,5", {}), (12, {})],
    "percent": [(80, {}), ("80 %", {}), (0.8, {})],
    "hundredths": [(0.6, {}), (1, {})],
    "whole": [("4", {})],
    "code": [("a", {"codes": {"A": "active", "X": "left"}}), (True, {"codes": {"true": "active", "false": "left"}})],
    "words": [("lifting; driving", {}), ("lifting, driving", {"separator": ","})],
    "language": [("nl_BE", {}), ("fr-BE, nl;q=0.8", {})],
    "duration": [("PT7H30M", {}), ("P2D", {})],
    "html": [("<p>Leads the team</p><ul><li>plans</li></ul>", {}), (["care &amp; welfare"], {})],
}


def example_rows(
    converters: Mapping[str, Callable[[Any, dict[str, Any]], Any]] = CONVERTERS,
    examples: Mapping[str, list[tuple[Any, dict[str, Any]]]] = _EXAMPLES,
) -> Iterator[tuple[str, str, str, str, str]]:
    """Name, sentence, options, value and result of each example; a converter without one has empty cells."""
    for name, convert in converters.items():
        doc = " ".join((convert.__doc__ or "").split())
        for value, options in examples.get(name, []):
            yield name, doc, _toml(options), json.dumps(value), json.dumps(plain(convert(value, options)))
            doc = ""
        if name not in examples:
            yield name, doc, "", "", ""


def _toml(options: dict[str, Any]) -> str:
    return ", ".join(f"`{name} = {_value(value)}`" for name, value in options.items())


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {json.dumps(found)}" for key, found in value.items()) + " }"
    return json.dumps(value)
