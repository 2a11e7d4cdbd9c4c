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
    rest = _PLACEHOLDER.sub("", path)
    if "{" in rest or "}" in rest:
        raise MappingError(
            f"{path!r} has a placeholder that is not {{parent.…}}", where=f"{source}: resources.{resource}.read.path"
        )
    return _PLACEHOLDER.sub(
        lambda match: quote(str(_value(match, parent, source, resource)), safe="", errors="replace"), path
    )


def filled_params(params: Any, parent: Raw | None, *, source: str, resource: str) -> Any:
    """The parameters with the placeholders in their texts filled in; a text that is one placeholder becomes the value
    itself, number or text. Other braces are left alone: a parameter may hold JSON."""
    if isinstance(params, Mapping):
        return {key: filled_params(one, parent, source=source, resource=resource) for key, one in params.items()}
    if isinstance(params, list):
        return [filled_params(one, parent, source=source, resource=resource) for one in params]
    if not isinstance(params, str):
        return params
    whole = _PLACEHOLDER.fullmatch(params)
    if whole:
        return _value(whole, parent, source, resource)
    return _PLACEHOLDER.sub(lambda match: str(_value(match, parent, source, resource)), params)


def needs_parent(*texts: Any) -> bool:
    """Is there a placeholder anywhere in these?"""
    return any(_PLACEHOLDER.search(str(text)) for text in texts)


def _value(match: re.Match[str], parent: Raw | None, source: str, resource: str) -> str | int:
    found: Any = parent
    for part in match.group(1).split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    if isinstance(found, str | int) and not isinstance(found, bool) and str(found).strip() not in ("", ".", ".."):
        return found
    raise AnswerError(
        f"the record that {resource} is read for has nothing usable at {match.group(1)!r}",
        where=source,
        tried=f"fill in {match.string}",
        todo="Check the path in the mapping.",
    )
