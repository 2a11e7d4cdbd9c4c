"""A resource as it is answered: with its meta, and with no more than what is asked (RFC 7644, section 3.4.2.5)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from connector.domain.scim_path import Target, find_target
from connector.domain.scim_types import Kind

_ALWAYS = ("schemas", "id")


def version_of(body: Mapping[str, Any]) -> str:
    """A weak ETag: the same for the same attributes."""
    text = json.dumps(body, sort_keys=True, ensure_ascii=True).encode()
    return f'W/"{hashlib.blake2b(text, digest_size=12).hexdigest()}"'


def document(
    kind: Kind, key: str, body: Mapping[str, Any], created: datetime, changed: datetime, location: str
) -> dict[str, Any]:
    """The whole resource."""
    extensions = [schema.urn for schema in kind.extensions if schema.urn in body]
    return {
        "schemas": [kind.core.urn, *extensions],
        **body,
        "id": key,
        "meta": {
            "resourceType": kind.name,
            "created": _moment(created),
            "lastModified": _moment(changed),
            "location": location,
            "version": version_of(body),
        },
    }


def shown(kind: Kind, whole: Mapping[str, Any], wanted: Sequence[str], without: Sequence[str]) -> dict[str, Any]:
    """Of the whole resource only the `wanted` attributes (none: all), and not those to be left out."""
    found = _only(kind, whole, wanted) if wanted else dict(whole)
    for path in without:
        target = find_target(kind, path)
        if target is not None:
            _leave_out(found, target)
    return found


def _only(kind: Kind, whole: Mapping[str, Any], wanted: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {name: whole[name] for name in _ALWAYS if name in whole}
    for path in wanted:
        target = find_target(kind, path)
        if target is not None:
            _copy(found, whole, target)
    return found


def _copy(found: dict[str, Any], whole: Mapping[str, Any], target: Target) -> None:
    source: Any = whole if target.extension is None else whole.get(target.extension.urn)
    if not source:
        return
    if target.attribute is None:
        found[target.extension.urn if target.extension else ""] = source
        return
    name = target.attribute.name
    if name not in source:
        return
    goal = found if target.extension is None else found.setdefault(target.extension.urn, {})
    if target.part is None:
        goal[name] = source[name]
    elif isinstance(source[name], list):
        before = goal.get(name) or [{} for _ in source[name]]
        goal[name] = [{**old, **_part(new, target)} for old, new in zip(before, source[name], strict=True)]
    else:
        goal[name] = {**goal.get(name, {}), **_part(source[name], target)}


def _part(entry: Mapping[str, Any], target: Target) -> dict[str, Any]:
    name = target.part.name if target.part else ""
    return {name: entry[name]} if name in entry else {}


def _leave_out(found: dict[str, Any], target: Target) -> None:
    if target.attribute is None:
        found.pop(target.extension.urn if target.extension else "", None)
        return
    name = target.attribute.name
    urn = target.extension.urn if target.extension else None
    holder = found if urn is None else dict(found.get(urn, {}))
    if name in _ALWAYS or name not in holder:
        return
    if target.part is None:
        del holder[name]
    elif isinstance(holder[name], list):
        holder[name] = [_without(entry, target.part.name) for entry in holder[name]]
    else:
        holder[name] = _without(holder[name], target.part.name)
    if urn is not None:
        found[urn] = holder


def _without(entry: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key != name}


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
