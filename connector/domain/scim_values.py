"""Values as they are sent, brought into the form of their attribute. Senders differ: `"False"` for false, a list of one
for one, the bare id for a manager."""

from __future__ import annotations

from typing import Any

from connector.domain.scim_error import ScimError
from connector.domain.scim_types import Attribute, find


def is_unassigned(value: Any) -> bool:
    """Null, an empty list and an empty object stand for no value (RFC 7643, section 2.5)."""
    return value is None or value in ([], {})


def coerced(attribute: Attribute, value: Any) -> Any:
    """The value of this attribute, None when it is unassigned; ScimError `invalidValue` when it cannot be one."""
    if not attribute.is_many:
        return _single(attribute, value)
    given = value if isinstance(value, list) else [value]
    entries = [_single(attribute, one) for one in given]
    return without_doubles([entry for entry in entries if not is_unassigned(entry)]) or None


def coerced_part(attribute: Attribute, part: Attribute, value: Any) -> Any:
    """The same for a sub-attribute."""
    try:
        return _single(part, value)
    except ScimError as error:
        raise _wrong(f"{attribute.name}.{part.name}", error.what) from None


def without_doubles(entries: list[Any]) -> list[Any]:
    """Each value once, the last one said; no more than one of them primary: the last that was said to be."""
    by_identity: dict[Any, Any] = {}
    for entry in entries:
        by_identity[identity(entry)] = entry
    found = list(by_identity.values())
    primary = [entry for entry in found if isinstance(entry, dict) and entry.get("primary") is True]
    for entry in primary[:-1]:
        entry["primary"] = False
    return found


def identity(entry: Any) -> Any:
    """What makes two values of a list the same one: its value and what it is for."""
    if not isinstance(entry, dict):
        return str(entry)
    if "value" not in entry:
        return tuple(sorted((name, str(part)) for name, part in entry.items()))
    return str(entry["value"]), str(entry.get("type", "")).lower()


def _single(attribute: Attribute, value: Any) -> Any:
    if isinstance(value, list):
        if len(value) > 1:
            raise _wrong(attribute.name, "takes one value")
        value = value[0] if value else None
    if is_unassigned(value):
        return None
    if attribute.kind == "complex":
        return _complex(attribute, value)
    if isinstance(value, dict):  # {"value": …} where the value itself belongs
        value = value.get("value", value)
    if attribute.kind == "boolean":
        return _truth(attribute, value)
    return _text(attribute, value)


def _complex(attribute: Attribute, value: Any) -> dict[str, Any] | None:
    if not isinstance(value, dict):
        if find(attribute.parts, "value") is None:
            raise _wrong(attribute.name, "takes an object")
        value = {"value": value}
    found: dict[str, Any] = {}
    for name, given in value.items():
        part = find(attribute.parts, str(name))
        if part is None or part.mutability == "readOnly":
            continue
        entry = coerced_part(attribute, part, given)
        if entry is not None:
            found[part.name] = entry
    return None if found.get("value") == "" else found or None


def _truth(attribute: Attribute, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    said = str(value).strip().lower()
    if said not in ("true", "false"):
        raise _wrong(attribute.name, "takes true or false")
    return said == "true"


def _text(attribute: Attribute, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str | int | float):
        raise _wrong(attribute.name, "takes a text")
    return str(value)


def _wrong(name: str, what: str) -> ScimError:
    return ScimError(what, "invalidValue", where=name)
