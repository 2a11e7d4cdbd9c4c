"""What differs between what a record was mapped to and what it is mapped to now, each with the line that causes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.sync.mapping import Resource
from connector.sync.report import FieldChange


def differences(
    resource: Resource, key: str, action: str, base: Mapping[str, Any] | None, mapped: Mapping[str, Any]
) -> list[FieldChange]:
    """One line for a record that is new, missing or back; one for each field that changed."""
    whole = f"resources.{resource.name}"
    if action == "new":
        return [FieldChange(resource.name, key, "new", None, None, None, whole)]
    if action == "missing":
        return [FieldChange(resource.name, key, "missing", None, None, None, f"{whole}.absent = {resource.absent}")]
    before = base or {}
    lines = {rule.name: rule.line for rule in resource.rules}
    found = [
        FieldChange(resource.name, key, "changed", name, before.get(name), mapped.get(name), lines.get(name, whole))
        for name in sorted({*before, *mapped})
        if before.get(name) != mapped.get(name)
    ]
    if action == "returned":
        found.append(FieldChange(resource.name, key, "returned", None, None, None, whole))
    return found
