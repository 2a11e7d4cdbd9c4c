"""Changing a resource by a PATCH (RFC 7644, section 3.5.2), also as identity providers really send it.

What is not kept is passed over. A value that is to be replaced but is not there is added: a sender that was refused
would only send the same again.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from connector.domain.scim_entries import change_entries, remove_entries
from connector.domain.scim_error import ScimError
from connector.domain.scim_path import Target, parse_path
from connector.domain.scim_types import COMMON, Kind, find
from connector.domain.scim_values import coerced, coerced_part, is_unassigned

MESSAGE = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
MOST_OPERATIONS = 5000
_OPERATIONS = ("add", "replace", "remove")


def attributes_of(kind: Kind, given: Any) -> dict[str, Any]:
    """What is kept of a resource that was sent whole (POST, PUT)."""
    body: dict[str, Any] = {}
    _spread(kind, body, "add", given)
    return checked(kind, body)


def patched(kind: Kind, body: Mapping[str, Any], message: Any) -> dict[str, Any]:
    """The resource after all operations of the message; on a ScimError nothing of it holds."""
    operations = _member(message, "operations")
    if not isinstance(operations, list) or not operations:
        raise ScimError("there are no Operations", "invalidSyntax")
    if len(operations) > MOST_OPERATIONS:
        raise ScimError("there are too many Operations", "tooMany")
    changed = copy.deepcopy(dict(body))
    for operation in operations:
        _operate(kind, changed, operation)
    return checked(kind, changed)


def checked(kind: Kind, body: dict[str, Any]) -> dict[str, Any]:
    """The same body, when it has what its kind cannot be without."""
    for attribute in kind.core.attributes:
        if attribute.is_required and not str(body.get(attribute.name) or "").strip():
            raise ScimError("this is needed", "invalidValue", where=attribute.name)
    return body


def _operate(kind: Kind, body: dict[str, Any], operation: Any) -> None:
    name = str(_member(operation, "op")).lower()
    path, value = _member(operation, "path"), _member(operation, "value")
    if name not in _OPERATIONS:
        raise ScimError("an operation is add, replace or remove", "invalidSyntax")
    if path is not None and not isinstance(path, str):
        raise ScimError("a path is a text", "invalidPath")
    if path:
        target = parse_path(kind, path)
        if target is not None:
            _refuse_read_only(target)
            _at(body, name, target, value)
    elif name == "remove":
        raise ScimError("what is to be removed needs a path", "noTarget")
    else:
        _spread(kind, body, name, value)


def _spread(kind: Kind, body: dict[str, Any], name: str, value: Any) -> None:
    """Each member of the value is the path and the value of one change."""
    if not isinstance(value, dict):
        raise ScimError("without a path the value is an object", "invalidValue")
    for key, part in value.items():
        if find(COMMON, key) is not None and key.lower() != "externalid":
            continue  # a sender repeats schemas, id and meta
        target = parse_path(kind, key) if str(key).strip() else None
        if target is not None:
            _at(body, name, target, part)


def _at(body: dict[str, Any], name: str, target: Target, value: Any) -> None:
    if target.attribute is None:
        _whole_extension(body, name, target, value)
        return
    holder = body
    if target.extension is not None:
        holder = body.setdefault(target.extension.urn, {})
    if name == "remove" or (is_unassigned(value) and name == "replace"):
        _remove(holder, target, None if name == "replace" else value)
    else:
        _assign(holder, name, target, value)
    if target.extension is not None and not holder:
        del body[target.extension.urn]


def _whole_extension(body: dict[str, Any], name: str, target: Target, value: Any) -> None:
    assert target.extension is not None  # noqa: S101 (what Target promises)
    if name == "remove" or is_unassigned(value):
        body.pop(target.extension.urn, None)
        return
    if not isinstance(value, dict):
        raise ScimError("an extension takes an object", "invalidValue")
    for key, part in value.items():
        attribute = find(target.extension.attributes, str(key))
        if attribute is not None:
            _at(body, name, Target(target.extension, attribute), part)


def _assign(holder: dict[str, Any], name: str, target: Target, value: Any) -> None:
    attribute = target.attribute
    assert attribute is not None  # noqa: S101
    if attribute.is_many:
        changed: Any = change_entries(holder.get(attribute.name) or [], name, target, value)
    elif target.part is not None:
        part = coerced_part(attribute, target.part, value)
        changed = _merged(holder.get(attribute.name), {target.part.name: part})
    elif attribute.kind == "complex":
        changed = _merged(holder.get(attribute.name), coerced(attribute, value))
    else:
        changed = coerced(attribute, value)
    _put(holder, attribute.name, changed)


def _remove(holder: dict[str, Any], target: Target, value: Any) -> None:
    attribute = target.attribute
    assert attribute is not None  # noqa: S101
    found = holder.get(attribute.name)
    if found is None:
        return
    if attribute.is_many:
        _put(holder, attribute.name, remove_entries(found, target, value))
    elif target.part is not None:
        _put(holder, attribute.name, {key: part for key, part in found.items() if key != target.part.name})
    else:
        del holder[attribute.name]


def _merged(found: Any, change: dict[str, Any] | None) -> dict[str, Any] | None:
    """Sub-attributes that are not named stay as they are; an object without any value takes the whole away."""
    if change is None:
        return None
    both = {**(found or {}), **change}
    return {key: part for key, part in both.items() if part is not None}


def _put(holder: dict[str, Any], name: str, value: Any) -> None:
    if is_unassigned(value):
        holder.pop(name, None)
    else:
        holder[name] = value


def _refuse_read_only(target: Target) -> None:
    for attribute in (target.attribute, target.part):
        if attribute is not None and attribute.mutability == "readOnly":
            raise ScimError("this can only be read", "mutability", where=attribute.name)


def _member(message: Any, name: str) -> Any:
    """A member of an object, whatever the case of its name."""
    if not isinstance(message, dict):
        raise ScimError("an object is expected here", "invalidSyntax")
    return next((value for key, value in message.items() if str(key).lower() == name), None)
