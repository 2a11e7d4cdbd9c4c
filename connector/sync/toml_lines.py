"""On which line of a TOML file something stands: tomllib gives the values, not their places."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

Place = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)\s*(.+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")


def line_of(text: str, place: Place) -> int:
    """The line (from 1) of the nearest thing around a place; 1 when nothing of it is there."""
    best, found, extent = 0, 1, ""
    for path, number, value in _entries(text):
        if len(path) >= best and path == place[: len(path)]:
            best, found, extent = len(path), number, value
    return found + _line_within(extent, place[best:])


def _entries(text: str) -> Iterator[tuple[Place, int, str]]:
    """Each table and each key: its place, its line and the text of its value."""
    lines, table, tables = text.splitlines(), (), dict[Place, int]()
    base: Place = table
    index = 0
    while index < len(lines):
        number = index + 1
        header, key = _HEADER.match(lines[index]), _KEY.match(lines[index])
        index += 1
        if header and not key:
            base = _parts(header[2])
            if header[1] == "[[":
                tables[base] = tables.get(base, -1) + 1
                base = (*base, tables[base])
            yield base, number, ""
        elif key:
            index = _end(lines, number - 1)
            yield (*base, *_parts(key[1])), number, "\n".join(lines[number - 1 : index])


def _parts(dotted: str) -> Place:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))


def _end(lines: list[str], start: int) -> int:
    """The line after a value: as many lines as it takes to make TOML of it."""
    for end in range(start + 1, len(lines) + 1):
        try:
            tomllib.loads("\n".join(lines[start:end]))
        except tomllib.TOMLDecodeError:
            continue
        return end
    return start + 1


def _line_within(value: str, rest: Place) -> int:
    """How many lines below the start of a value the deepest name of a place stands."""
    offset = 0
    for part in rest:
        match = re.compile(rf"(?<![\w-])[\"']?{re.escape(str(part))}[\"']?\s*=").search(value, offset)
        if isinstance(part, str) and match:
            offset = match.start()
    return value.count("\n", 0, offset)
