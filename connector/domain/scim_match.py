"""Whether a resource fits a filter (RFC 7644, section 3.4.2.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from connector.domain.scim_error import ScimError
from connector.domain.scim_filter import All, Compare, Filter, Not, Present, Some, Within
from connector.domain.scim_path import Target, find_target
from connector.domain.scim_types import Attribute, Kind, find

_Found = tuple[list[Any], Attribute | None]
_Look = Callable[[str], _Found]
_TEXT: dict[str, Callable[[str, str], bool]] = {
    "co": lambda have, wanted: wanted in have,
    "sw": lambda have, wanted: have.startswith(wanted),
    "ew": lambda have, wanted: have.endswith(wanted),
}
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "gt": lambda have, wanted: have > wanted,
    "ge": lambda have, wanted: have >= wanted,
    "lt": lambda have, wanted: have < wanted,
    "le": lambda have, wanted: have <= wanted,
}


def fits(kind: Kind, document: Mapping[str, Any], wanted: Filter) -> bool:
    """Whether the document (as `scim_view.document` gives it) fits."""
    return _fits(wanted, lambda path: _at(kind, document, path))


def fits_part(attribute: Attribute, entry: Mapping[str, Any], wanted: Filter) -> bool:
    """Whether one value of a complex attribute fits, e.g. one address of `emails[type eq "work"]`."""
    return _fits(wanted, lambda path: _in_entry(attribute, entry, path))


def values_at(document: Mapping[str, Any], target: Target) -> list[Any]:
    """All values at a place, selections aside; a complex attribute stands for itself."""
    holder: Any = document if target.extension is None else document.get(target.extension.urn, {})
    if target.attribute is None:
        return [holder] if holder else []
    found = holder.get(target.attribute.name)
    entries = found if isinstance(found, list) else [found]
    if target.part is not None:
        entries = [entry.get(target.part.name) for entry in entries if isinstance(entry, dict)]
    return [entry for entry in entries if entry is not None and entry not in ("", {}, [])]


def _fits(wanted: Filter, look: _Look) -> bool:
    match wanted:
        case Not(inner):
            return not _fits(inner, look)
        case All(parts):
            return all(_fits(part, look) for part in parts)
        case Some(parts):
            return any(_fits(part, look) for part in parts)
        case Within(path, inner, then):
            return _fits_within(look(path), inner, then)
        case Present(path):
            return bool(look(path)[0])
        case Compare():
            values, attribute = look(wanted.path)
            return _compares(wanted, values, attribute)


def _fits_within(found: _Found, inner: Filter, then: Compare | Present | None) -> bool:
    entries, attribute = found
    if attribute is None:
        return False
    both = inner if then is None else All((inner, then))
    return any(isinstance(entry, dict) and fits_part(attribute, entry, both) for entry in entries)


def _at(kind: Kind, document: Mapping[str, Any], path: str) -> _Found:
    target = find_target(kind, path)
    if target is None:
        return [], None
    return values_at(document, target), target.part or target.attribute


def _in_entry(attribute: Attribute, entry: Mapping[str, Any], path: str) -> _Found:
    part = find(attribute.parts, path)
    value = entry.get(part.name) if part else None
    return ([] if value in (None, "") else [value]), part


def _compares(wanted: Compare, values: list[Any], attribute: Attribute | None) -> bool:
    if attribute is not None and attribute.kind == "complex":  # its value is meant: `emails co "@acme"`
        attribute = find(attribute.parts, "value")
        name = attribute.name if attribute else ""
        values = [entry[name] for entry in values if isinstance(entry, dict) and name in entry]
    if wanted.value is None:
        if wanted.operator not in ("eq", "ne"):
            raise ScimError("null can only be compared with eq and ne", "invalidFilter")
        return bool(values) == (wanted.operator == "ne")
    if wanted.operator == "ne":
        return not any(_one(wanted, "eq", value, attribute) for value in values)
    return any(_one(wanted, wanted.operator, value, attribute) for value in values)


def _one(wanted: Compare, operator: str, value: Any, attribute: Attribute | None) -> bool:
    have, want = _alike(value, wanted.value, attribute)
    if operator == "eq":
        return bool(have == want)
    if isinstance(have, bool) or isinstance(want, bool):
        raise ScimError("true and false can only be compared with eq and ne", "invalidFilter")
    if operator in _TEXT:
        return _TEXT[operator](str(have), str(want))
    return type(have) is type(want) and _ORDER[operator](have, want)


def _alike(value: Any, wanted: Any, attribute: Attribute | None) -> tuple[Any, Any]:
    """Both in the form in which this attribute is compared."""
    if isinstance(value, bool):
        text = str(wanted).lower()  # some senders write "True"
        return value, text == "true" if text in ("true", "false") else wanted
    if attribute is not None and attribute.kind == "dateTime":
        return _moment(value), _moment(wanted)
    have, want = str(value), str(wanted)
    return (have, want) if attribute is not None and attribute.is_exact else (have.casefold(), want.casefold())


def _moment(value: Any) -> datetime:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        raise ScimError("this is not a moment, e.g. 2026-11-23T09:00:00Z", "invalidFilter") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
