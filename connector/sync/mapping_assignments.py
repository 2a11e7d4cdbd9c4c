"""Dated rows of people's work beside their employee records: each field has one owner, and the people come first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

Place: TypeAlias = tuple[str | int, ...]
_OF_THE_ROW = frozenset({"person", "effective_on", "ends_on"})


def assignment_problems(resources: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[Place, str, str]]:
    """Place, what is wrong and what to do, for the resources of a mapping in their order."""
    names = list(resources)
    people = [name for name in names if resources[name].get("target") == "employee"]
    rows = [name for name in names if resources[name].get("target") == "assignment"]
    for name in rows[1:]:
        todo = f"{rows[0]} has them already: read both lists as one resource, or leave this one out."
        yield ("resources", name, "target"), "a mapping has one resource of assignments", todo
    for name in rows[:1]:
        if not people:
            todo = "Make a resource with the target employee before it; `person` holds its key."
            yield ("resources", name, "target"), "there are no employees for these assignments", todo
        for other in people:
            if names.index(other) > names.index(name):
                todo = f"Put [resources.{name}] below [resources.{other}]: people are written before their work."
                yield ("resources", name), f"it stands before {other}, whose work it tells", todo
            both = _own(resources[name]) & resources[other].get("fields_", {}).keys()
            for field in sorted(both):
                what = f"{name} says this too, from its own days on"
                todo = f"Take it out here, or out of [resources.{name}.fields]: a field has one owner."
                yield ("resources", other, "fields", field), what, todo


def _own(rows: Mapping[str, Any]) -> set[str]:
    """What the rows say of somebody, beside whom and from when to when."""
    return set(rows.get("fields_", {})) - _OF_THE_ROW
