"""Units and jobs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connector.store.hr import JobDescription, OrgUnitDetails
from connector.sync.writers.base import Item, Writing


class UnitWriter:
    references: Mapping[str, str] = {"parent": "unit", "manager": "employee"}

    def prepare(self, writing: Writing, new: Sequence[Mapping[str, Any]]) -> None:
        writing.newcomers.expect("unit", len(new))

    def identify(self, writing: Writing, key: str, mapped: Mapping[str, Any]) -> int | None:
        return writing.newcomers.take("unit")

    def prefetch(self, writing: Writing, items: Sequence[Item]) -> None:
        writing.facts.prefetch(OrgUnitDetails, [(item.entity_id,) for item in items])

    def write(self, writing: Writing, item: Item) -> list[str]:
        parent = writing.ids("unit").get(item.mapped.get("parent"))
        manager = writing.ids("employee").get(item.mapped.get("manager"))
        writing.facts.believe(
            OrgUnitDetails,
            {"unit_id": item.entity_id},
            {"name": item.mapped["name"], "parent_id": parent, "manager_id": manager},
            writing.context.today,
            item.record_id,
        )
        found = {"parent": parent, "manager": manager}
        return [name for name, value in found.items() if item.mapped.get(name) and value is None]

    def end(self, writing: Writing, item: Item, absent: str) -> None:
        if absent in ("ended", "left"):
            writing.facts.end(OrgUnitDetails, {"unit_id": item.entity_id}, writing.context.today, item.record_id)


class JobWriter:
    references: Mapping[str, str] = {"unit": "unit"}

    def prepare(self, writing: Writing, new: Sequence[Mapping[str, Any]]) -> None:
        writing.newcomers.expect("job", len(new))

    def identify(self, writing: Writing, key: str, mapped: Mapping[str, Any]) -> int | None:
        return writing.newcomers.take("job")

    def prefetch(self, writing: Writing, items: Sequence[Item]) -> None:
        writing.facts.prefetch(JobDescription, [(item.entity_id,) for item in items])

    def write(self, writing: Writing, item: Item) -> list[str]:
        unit = writing.ids("unit").get(item.mapped.get("unit"))
        values = {name: item.mapped.get(name) for name in ("title", "description", "requirements")}
        writing.facts.believe(
            JobDescription,
            {"job_id": item.entity_id},
            {**values, "unit_id": unit},
            writing.context.today,
            item.record_id,
        )
        return ["unit"] if item.mapped.get("unit") and unit is None else []

    def end(self, writing: Writing, item: Item, absent: str) -> None:
        if absent in ("ended", "left"):
            writing.facts.end(JobDescription, {"job_id": item.entity_id}, writing.context.today, item.record_id)
