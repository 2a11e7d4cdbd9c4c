"""Employees: a person with names, an employment and an assignment, and the events that others react to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from connector.store.hr import Assignment, Employment, PersonDetails
from connector.store.queue import put
from connector.store.work import DueWork
from connector.sync.writers.base import Item, Unresolved, Writing

_DETAILS = ("given_name", "family_name", "email", "language")
_EMPLOYMENT = ("employee_number", "employment_type", "joint_committee")


class EmployeeWriter:
    references: Mapping[str, str] = {"job": "job", "unit": "unit", "supervisor": "employee"}

    def prepare(self, writing: Writing, new: Sequence[Mapping[str, Any]]) -> None:
        writing.numbers.find(mapped["employee_number"] for mapped in new if mapped.get("employee_number"))
        writing.newcomers.expect("employee", len(new))

    def identify(self, writing: Writing, key: str, mapped: Mapping[str, Any]) -> int | None:
        match = writing.numbers.match(mapped.get("employee_number"), mapped)
        if match.is_doubtful:
            raise Unresolved("employee_number")
        person_id = match.person_id or writing.newcomers.take("employee")
        writing.numbers.remember(mapped.get("employee_number"), person_id)
        return person_id

    def prefetch(self, writing: Writing, items: Sequence[Item]) -> None:
        for model in (PersonDetails, Employment, Assignment):
            writing.facts.prefetch(model, [(item.entity_id,) for item in items])

    def write(self, writing: Writing, item: Item) -> list[str]:
        if item.changed and "employee_number" in item.changed and item.entity_id is not None:
            writing.numbers.remember(item.mapped.get("employee_number"), item.entity_id)
        person = {"person_id": item.entity_id}
        today = writing.context.today
        hired = item.day("hired_on")
        since = hired if item.changed is None and hired is not None and hired <= today else today
        writing.facts.believe(PersonDetails, person, _details(item.mapped), since, item.record_id)
        writing.facts.rewrite(Employment, person, _employment(item, since), item.record_id)
        found = {name: writing.ids(target).get(item.mapped.get(name)) for name, target in self.references.items()}
        if found["supervisor"] == item.entity_id:
            found["supervisor"] = None
        start = item.day("effective_on") or since
        writing.facts.believe(Assignment, person, _assignment(item.mapped, found), start, item.record_id)
        for kind in _events(item):
            _announce(writing, kind, item)
        return [name for name, value in found.items() if item.mapped.get(name) and value is None]

    def end(self, writing: Writing, item: Item, absent: str) -> None:
        if absent != "left" or item.entity_id is None or writing.is_held_elsewhere("employee", item.entity_id):
            return
        values = _employment_values(item, "left")
        writing.facts.rewrite(
            Employment, {"person_id": item.entity_id}, [(writing.context.today, values)], item.record_id
        )
        _announce(writing, "hr.left", item)


def _details(mapped: Mapping[str, Any]) -> dict[str, Any]:
    parts = [mapped.get("given_name"), mapped.get("family_name")]
    name = mapped.get("display_name") or " ".join(part for part in parts if part)
    return {"display_name": name, **{field: mapped.get(field) for field in _DETAILS}}


def _employment(item: Item, since: date) -> list[tuple[date, dict[str, Any]]]:
    """The stretches of an employment: as it is, and (where the day is known) left from the day after the last one."""
    status, left = item.mapped["status"], item.day("left_on")
    if left is None:
        return [(since, _employment_values(item, status))]
    gone = left + timedelta(days=1)
    if gone <= since:
        return [(since, _employment_values(item, "left"))]
    before = "active" if status == "left" else status
    return [(since, _employment_values(item, before)), (gone, _employment_values(item, "left"))]


def _employment_values(item: Item, status: str) -> dict[str, Any]:
    values: dict[str, Any] = {name: item.mapped.get(name) for name in _EMPLOYMENT}
    return {**values, "status": status, "hired_on": item.day("hired_on"), "left_on": item.day("left_on")}


def _assignment(mapped: Mapping[str, Any], found: Mapping[str, int | None]) -> dict[str, Any]:
    fte = mapped.get("fte")
    return {
        "job_id": found["job"],
        "job_title": mapped.get("job_title"),
        "unit_id": found["unit"],
        "supervisor_id": found["supervisor"],
        "fte": Decimal(fte).quantize(Decimal("0.0001")) if fte is not None else None,
        "working_pattern": mapped.get("working_pattern"),
        "location": mapped.get("location"),
    }


def _events(item: Item) -> list[str]:
    """What happened to somebody, in the words that jobs react to."""
    if item.changed is None:
        return ["hr.hired"] if item.mapped["status"] in ("planned", "active") else []
    events = []
    if "status" in item.changed or "left_on" in item.changed:
        is_leaving = item.mapped["status"] == "left" or bool(item.mapped.get("left_on"))
        events.append("hr.left" if is_leaving else "hr.returned")
    if "supervisor" in item.changed:
        events.append("hr.supervisor_changed")
    if "job" in item.changed:
        events.append("hr.job_changed")
    return events


def _announce(writing: Writing, kind: str, item: Item) -> None:
    context = writing.context
    if context.is_first:
        return
    put(
        writing.session,
        DueWork,
        key=f"{kind}:{item.entity_id}:{context.run_id}",
        kind=kind,
        payload={
            "person_id": item.entity_id,
            "employer_id": context.employer_id,
            "on": (item.day("left_on") or context.today).isoformat()
            if kind == "hr.left"
            else context.today.isoformat(),
        },
        due_at=context.at,
        now=context.at,
        employer_id=context.employer_id,
    )
