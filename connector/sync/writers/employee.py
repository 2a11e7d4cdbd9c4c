"""Employees: a person with names, an employment and an assignment, and the events that others react to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from connector.store.bulk import insert_rows
from connector.store.hr import Assignment, Employment, Person, PersonDetails, SourceIdentity
from connector.store.queue import put
from connector.store.work import DueWork
from connector.sync.identities import EMPLOYEE_NUMBER
from connector.sync.writers.base import Item, Newcomer, Unresolved, Writing
from connector.sync.writers.organisation import make_entities

_NAMES = ("display_name", "given_name", "family_name")
_DETAILS = ("given_name", "family_name", "email", "language")
_EMPLOYMENT = ("employee_number", "employment_type", "joint_committee")
_ASSIGNMENT = ("job", "job_title", "unit", "supervisor", "fte", "working_pattern", "location")
_COLUMNS = {"job": "job_id", "unit": "unit_id", "supervisor": "supervisor_id"}
_FACTS = (PersonDetails, Employment, Assignment)


class EmployeeWriter:
    references: Mapping[str, str] = {"job": "job", "unit": "unit", "supervisor": "employee"}
    has_identity = True
    identified_by: tuple[str, ...] = ("employee_number",)

    def identify(self, writing: Writing, new: Sequence[Newcomer]) -> dict[str, int]:
        return make_entities(writing, Person, new)

    def remember(self, writing: Writing, numbers: Sequence[tuple[str, int]]) -> None:
        """This source says that these employee numbers are these people's."""
        writing.numbers.find([number for number, _ in numbers])
        source_id = writing.context.source_id
        fresh = [pair for pair in numbers if writing.numbers.is_free(*pair)]
        insert_rows(
            writing.session,
            SourceIdentity,
            ("source_id", "target", "key", "entity_id"),
            ((source_id, EMPLOYEE_NUMBER, number, person_id) for number, person_id in fresh),
        )

    def prefetch(self, writing: Writing, items: Sequence[Item]) -> None:
        known = [item.entity_id for item in items if not item.is_stranger and item.entity_id is not None]
        for model in _FACTS:
            writing.facts.prefetch(model, [(person_id,) for person_id in known])
        writing.rows = dict(writing.led_fields(known))

    def write(self, writing: Writing, item: Item) -> list[str]:
        if item.entity_id is None:
            raise Unresolved("employee_number")
        number = item.mapped.get("employee_number")
        if item.changed and number and "employee_number" in item.changed:
            self.remember(writing, [(number, item.entity_id)])
        said = _own(writing.said, writing.rows.get(item.entity_id, frozenset()))
        person = {"person_id": item.entity_id}
        today = writing.context.today
        hired = item.day("hired_on")
        since = hired if item.changed is None and hired is not None and hired <= today else today
        found = {name: writing.ids(target).get(item.mapped.get(name)) for name, target in self.references.items()}
        if found["supervisor"] == item.entity_id:
            found["supervisor"] = None
        start = item.day("effective_on") or since
        details, assigned = _details(item.mapped, said), _assignment(item.mapped, found, said)
        stretches = _employment(item, since, said) if "status" in said else []
        facts = writing.facts
        if item.is_stranger and len(stretches) == 1:
            key = (item.entity_id,)
            facts.begin(PersonDetails, key, details, since, item.record_id)
            facts.begin(Employment, key, stretches[0][1], since, item.record_id)
            facts.begin(Assignment, key, assigned, start, item.record_id)
        else:
            if item.is_stranger:
                facts.assume_nothing(_FACTS, (item.entity_id,))
            facts.believe(PersonDetails, person, details, since, item.record_id)
            if stretches:
                facts.rewrite(Employment, person, stretches, item.record_id)
            facts.believe(Assignment, person, assigned, start, item.record_id)
        for kind in _events(writing, item, said):
            _announce(writing, kind, item)
        return [name for name, value in found.items() if item.mapped.get(name) and value is None]

    def end(self, writing: Writing, item: Item, absent: str) -> None:
        if absent != "left" or item.entity_id is None or writing.is_held_elsewhere("employee", item.entity_id):
            return
        values = _employment_values(item, "left", writing.said)
        writing.facts.rewrite(
            Employment, {"person_id": item.entity_id}, [(writing.context.today, values)], item.record_id
        )
        _announce(writing, "hr.left", item)


def _own(said: frozenset[str], led: frozenset[str]) -> frozenset[str]:
    """What a source may say where another one leads. A name has one owner, however many fields it stands in."""
    return said - led if led.isdisjoint(_NAMES) else said - led - frozenset(_NAMES)


def _details(mapped: Mapping[str, Any], said: frozenset[str]) -> dict[str, Any]:
    values = {field: mapped.get(field) for field in _DETAILS if field in said}
    if not said.isdisjoint(_NAMES):
        parts = [mapped.get("given_name"), mapped.get("family_name")]
        values["display_name"] = mapped.get("display_name") or " ".join(part for part in parts if part)
    return values


def _employment(item: Item, since: date, said: frozenset[str]) -> list[tuple[date, dict[str, Any]]]:
    """The stretches of an employment: planned until the day of hiring, as it is, and (where the day is known) left from
    the day after the last one."""
    status, hired, left = item.mapped["status"], item.day("hired_on"), item.day("left_on")
    gone = left + timedelta(days=1) if left is not None and left < date.max else None
    if gone is not None and gone <= since:
        return [(since, _employment_values(item, "left", said))]
    now = "active" if status == "left" and gone is not None else status
    stretches = [(since, now)]
    if now == "active" and hired is not None and hired > since:
        stretches = [(since, "planned"), (hired, "active")]
    if gone is not None:
        stretches.append((gone, "left"))
    return [(day, _employment_values(item, value, said)) for day, value in stretches]


def _employment_values(item: Item, status: str, said: frozenset[str]) -> dict[str, Any]:
    values: dict[str, Any] = {field: item.mapped.get(field) for field in _EMPLOYMENT if field in said}
    values["status"] = status
    for name in ("hired_on", "left_on"):
        if name in said:
            values[name] = item.day(name)
    return values


def _assignment(mapped: Mapping[str, Any], found: Mapping[str, int | None], said: frozenset[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in _ASSIGNMENT:
        if name in said:
            values[_COLUMNS.get(name, name)] = found[name] if name in found else mapped.get(name)
    if values.get("fte") is not None:
        values["fte"] = Decimal(values["fte"]).quantize(Decimal("0.0001"))
    return values


def _events(writing: Writing, item: Item, said: frozenset[str]) -> list[str]:
    """What happened to somebody, in the words that jobs react to. A record of another system hires nobody twice, and
    tells nothing of what is not its own to say."""
    if item.changed is None:
        if not item.is_stranger and item.entity_id and writing.is_held_elsewhere("employee", item.entity_id):
            return []
        return ["hr.hired"] if item.mapped["status"] in ("planned", "active") else []
    events = []
    changed = item.changed & said
    if "status" in changed or "left_on" in changed:
        is_leaving = item.mapped["status"] == "left" or bool(item.mapped.get("left_on"))
        events.append("hr.left" if is_leaving else "hr.returned")
    if "supervisor" in changed:
        events.append("hr.supervisor_changed")
    if "job" in changed:
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
