"""Texts of a mapping that hold something of what they are filled in with: `people/{person.key}/levels`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

_PLACEHOLDER = re.compile(r"\{([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\}")


class UnfilledError(LookupError):
    """There is nothing at a placeholder; `name` says which."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def names_in(template: Any) -> set[str]:
    """The placeholders in a text, or in all texts of a table or list."""
    if isinstance(template, Mapping):
        return {name for one in template.values() for name in names_in(one)}
    if isinstance(template, list):
        return {name for one in template for name in names_in(one)}
    return set(_PLACEHOLDER.findall(template)) if isinstance(template, str) else set()


def filled(template: Any, facts: Mapping[str, Any]) -> Any:
    """The same with its placeholders filled in; a text that is one placeholder becomes the value itself."""
    if isinstance(template, Mapping):
        return {name: filled(one, facts) for name, one in template.items()}
    if isinstance(template, list):
        return [filled(one, facts) for one in template]
    if not isinstance(template, str):
        return template
    whole = _PLACEHOLDER.fullmatch(template)
    if whole:
        return _value(whole[1], facts)
    return _PLACEHOLDER.sub(lambda match: str(_plain(match[1], facts)), template)


def filled_path(template: str, facts: Mapping[str, Any]) -> str:
    """The path of an address, each value quoted so that it stays one piece of it."""
    return _PLACEHOLDER.sub(lambda match: quote(str(_plain(match[1], facts)), safe="", errors="replace"), template)


def _plain(name: str, facts: Mapping[str, Any]) -> str | int:
    found = _value(name, facts)
    if isinstance(found, str | int) and not isinstance(found, bool) and str(found).strip() not in ("", ".", ".."):
        return found
    raise UnfilledError(name)


def _value(name: str, facts: Mapping[str, Any]) -> Any:
    found: Any = facts
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    if found is None:
        raise UnfilledError(name)
    return found
