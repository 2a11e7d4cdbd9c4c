"""Absences: an interval of a person, never a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connector.store.hr import Absence
from connector.sync.writers.base import Item, Newcomer, Unresolved, Writing


class AbsenceWriter:
    references: Mapping[str, str] = {"person": "employee"}
    has_identity = False
    identified_by: tuple[str, ...] = ()

    def identify(self, writing: Writing, new: Sequence[Newcomer]) -> dict[str, int]:
        return {}

    def prefetch(self, writing: Writing, items: Sequence[Item]) -> None:
        writing.facts.prefetch(Absence, [(item.record_id,) for item in items])

    def write(self, writing: Writing, item: Item) -> list[str]:
        person_id = writing.ids("employee").get(item.mapped["person"])
        if person_id is None:
            raise Unresolved("person")
        values = {"person_id": person_id, "starts_on": item.day("starts_on"), "ends_on": item.day("ends_on")}
        writing.facts.believe_record(Absence, item.record_id, values, writing.context.today)
        return []

    def end(self, writing: Writing, item: Item, absent: str) -> None:
        if absent in ("ended", "left"):
            writing.facts.end_record(Absence, item.record_id, writing.context.today)
