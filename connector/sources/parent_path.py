"""Addresses that hold something of the record they are read for: `employees/{parent.id}/skills`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from connector.errors import AnswerError, MappingError
from connector.sources.reader import Raw

_PLACEHOLDER = re.compile(r"\{parent\.([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\}")


def filled(path: str, parent: Raw | None, *, source: str, resource: str) -> str:
    """The path with its placeholders filled in, each value quoted so that it stays one piece of the path."""

    def value(match: re.Match[str]) -> str:
        found: Any = parent
        for part in match.group(1).split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
        text = str(found) if isinstance(found, str | int) and not isinstance(found, bool) else ""
        if text.strip() in ("", ".", ".."):
            raise AnswerError(
                f"the record that {resource} is read for has nothing usable at {match.group(1)!r}",
                where=source,
                tried=f"fill in {path}",
                todo="Check the path in the mapping.",
            )
        return quote(text, safe="", errors="replace")

    rest = _PLACEHOLDER.sub("", path)
    if "{" in rest or "}" in rest:
        raise MappingError(
            f"{path!r} has a placeholder that is not {{parent.…}}", where=f"{source}: resources.{resource}.read.path"
        )
    return _PLACEHOLDER.sub(value, path)
