"""Units and jobs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connector.store.bulk import insert_rows, reserve_ids
from connector.store.hr import Job, JobDescription, OrgUnit, OrgUnitDetails, Person
from connector.sync.writers.base import Item, Newcomer, Writing

_ENDED = ("ended", "left")


def make_entities(
    writing: Writing, model: type[Person] | type[OrgUnit] | type[Job], new: Sequence[Newcomer]
) -> dict[str, int]:
    """A bare identity of our own for each."""
    ids = reserve_ids(writing.session, model, len(new))
    employer_id = writing.context.employer_id
    insert_rows(writing.session, model, ("id", "employer_id"), ((number, employer_id) for number in ids))
    return {newcomer.key: number for newcomer, number in zip(new, ids, strict=True)}


class UnitWriter:
    references: Mapping[str, str] = {"parent": "unit", "manager": "employee"}
    has_identity = True
    identified_by: tuple[str, ...] = ()

    def identify(self, writing: Writing, new: Sequence[Newcomer]) -> dict[str, int]:
        return make_entities(writing, OrgUnit, new)

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
        if absent in _ENDED:
            writing.facts.end(OrgUnitDetails, {"unit_id": item.entity_id}, writing.context.today, item.record_id)


class JobWriter:
    references: Mapping[str, str] = {"unit": "unit"}
    has_identity = True
    identified_by: tuple[str, ...] = ()

    def identify(self, writing: Writing, new: Sequence[Newcomer]) -> dict[str, int]:
        return make_entities(writing, Job, new)

    def prefetch(self, writing: Writing, items: Sequence[Item]) -> None:
        writing.facts.prefetch(JobDescription, [(item.entity_id,) for item in items])

    def write(self, writing: Writing, item: Item) -> list[str]:
        unit = writing.ids("unit").get(item.mapped.get("unit"))
        values: dict[str, Any] = {name: item.mapped.get(name) for name in ("title", "description", "requirements")}
        writing.facts.believe(
            JobDescription,
            {"job_id": item.entity_id},
            {**values, "unit_id": unit},
            writing.context.today,
            item.record_id,
        )
        return ["unit"] if item.mapped.get("unit") and unit is None else []

    def end(self, writing: Writing, item: Item, absent: str) -> None:
        if absent in _ENDED:
            writing.facts.end(JobDescription, {"job_id": item.entity_id}, writing.context.today, item.record_id)
