"""Changing an attribute of many values: addresses, members."""

from __future__ import annotations

from typing import Any

from connector.domain.scim_filter import All, Compare, Filter
from connector.domain.scim_match import fits_part
from connector.domain.scim_path import Target
from connector.domain.scim_types import Attribute, find
from connector.domain.scim_values import coerced, coerced_part, identity, is_unassigned, without_doubles

Entry = dict[str, Any]


def change_entries(entries: list[Entry], name: str, target: Target, value: Any) -> list[Entry]:
    """The list after an add or a replace at `target`."""
    attribute = _attribute(target)
    if target.part is None and target.selection is None:
        given = coerced(attribute, value) or []
        return list(given) if name == "replace" else _added(entries, given)
    chosen = [entry for entry in entries if _is_chosen(target, entry)]
    if not chosen:  # nothing fits yet: what the selection asks for is made
        chosen = [_asked_for(attribute, target.selection)]
        entries = [*entries, chosen[0]]
    change = _change(attribute, target, value)
    for entry in chosen:
        if name == "replace" and target.part is None:
            entry.clear()
        entry.update(change)
        for key in [key for key, part in entry.items() if part is None]:
            del entry[key]
    untouched = [entry for entry in entries if not any(entry is one for one in chosen)]
    if any(entry.get("primary") is True for entry in chosen):
        for entry in untouched:
            entry.pop("primary", None)
    return without_doubles([entry for entry in entries if not is_unassigned(entry)])


def remove_entries(entries: list[Entry], target: Target, value: Any) -> list[Entry]:
    """The list after a remove at `target`. With a value, only the values that it names go, as Entra ID asks it."""
    attribute = _attribute(target)
    if target.part is not None:
        for entry in entries:
            if _is_chosen(target, entry):
                entry.pop(target.part.name, None)
        return [entry for entry in entries if entry]
    if target.selection is not None:
        return [entry for entry in entries if not _is_chosen(target, entry)]
    named = {_value_of(entry) for entry in coerced(attribute, value) or []} if not is_unassigned(value) else None
    return [] if named is None else [entry for entry in entries if _value_of(entry) not in named]


def _added(entries: list[Entry], given: list[Entry]) -> list[Entry]:
    """New values behind the old ones; one that was there stays in its place with what is new of it."""
    found = list(entries)
    places = {identity(entry): place for place, entry in enumerate(found)}
    for entry in given:
        place = places.setdefault(identity(entry), len(found))
        if place < len(found):
            found[place] = {**found[place], **entry}
        else:
            found.append(entry)
        if entry.get("primary") is True:
            for other in found:
                if other is not found[place]:
                    other.pop("primary", None)
    return found


def _change(attribute: Attribute, target: Target, value: Any) -> Entry:
    if target.part is not None:
        return {target.part.name: coerced_part(attribute, target.part, value)}
    given = coerced(attribute, value) or [{}]
    return dict(given[0])


def _asked_for(attribute: Attribute, selection: Filter | None) -> Entry:
    """A value for which `type eq "work"` holds."""
    parts = selection.parts if isinstance(selection, All) else (selection,)
    found: Entry = {}
    for test in parts:
        if isinstance(test, Compare) and test.operator == "eq" and test.value is not None:
            part = find(attribute.parts, test.path)
            if part is not None:
                found[part.name] = coerced_part(attribute, part, test.value)
    return found


def _is_chosen(target: Target, entry: Entry) -> bool:
    return target.selection is None or fits_part(_attribute(target), entry, target.selection)


def _value_of(entry: Entry) -> str:
    return str(entry.get("value", ""))


def _attribute(target: Target) -> Attribute:
    assert target.attribute is not None  # noqa: S101 (the caller has an attribute of many values)
    return target.attribute
