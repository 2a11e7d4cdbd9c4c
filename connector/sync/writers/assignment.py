"""Dated rows of somebody's work: history is taken over, and a row of the future waits for its day.

Only the fields that the mapping of the rows maps are theirs; what an employee record says of the others stays. A
mapping has at most one resource of them, and its employee records say nothing of the fields that the rows say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from connector.domain.dated_rows import DatedRow, lay, parting
from connector.store.hr import Assignment
from connector.store.sync_state import RecordState
from connector.sync.writers.base import Item, Newcomer, Unresolved, Writing
from connector.sync.writers.careers import COLUMNS, Career, careers_of, moved_from
from connector.sync.writers.news import announce


class AssignmentWriter:
    references: Mapping[str, str] = {"person": "employee", "job": "job", "unit": "unit", "supervisor": "employee"}
    has_identity = False
    identified_by: tuple[str, ...] = ()

    def identify(self, writing: Writing, new: Sequence[Newcomer]) -> dict[str, int]:
        return {}

    def prefetch(self, writing: Writing, items: Sequence[Item]) -> None:
        ids = writing.ids("employee")
        ids.find([item.mapped["person"] for item in items])
        moved = moved_from(writing, items)
        came = {ids.get(item.mapped["person"]) for item in items if item.changed is None}
        touched = {ids.get(item.mapped["person"]) for item in items if item.changed is not None} | set(moved.values())
        people = {person_id for person_id in came | touched if person_id is not None}
        careers = careers_of(writing, [item.record_id for item in items], people, people & touched)
        for name, target in self.references.items():
            rows = (row for career in careers.values() for row in career.rows.values())
            writing.ids(target).find([row.mapped[name] for row in rows if row.mapped.get(name)])
        writing.facts.prefetch(Assignment, [(person_id,) for person_id in people])
        writing.rows = {"careers": careers, "moved": moved}

    def write(self, writing: Writing, item: Item) -> list[str]:
        before = writing.rows["moved"].get(item.record_id)
        if before is not None:
            self._rewrite(writing, before)
        person_id = writing.ids("employee").get(item.mapped["person"])
        if person_id is None:
            raise Unresolved("person")
        self._rewrite(writing, person_id)
        return [
            name
            for name, target in self.references.items()
            if item.mapped.get(name) and writing.ids(target).get(item.mapped[name]) is None
        ]

    def end(self, writing: Writing, item: Item, absent: str) -> None:
        person_id = writing.ids("employee").get(item.mapped["person"])
        if absent not in ("ended", "left") or person_id is None:
            return
        career = writing.rows["careers"][person_id]
        career.rows.pop(item.record_id, None)
        career.is_written = False
        self._rewrite(writing, person_id)

    def _rewrite(self, writing: Writing, person_id: int) -> None:
        """All rows of one person at once, however many of them came."""
        career: Career = writing.rows["careers"][person_id]
        if career.is_written:
            return
        career.is_written = True
        columns = [COLUMNS[name] for name in sorted(COLUMNS.keys() & (writing.said - career.led))]
        rows = [self._row(writing, person_id, row) for row in career.rows.values()]
        after = lay(rows, career.stretches, columns, career.is_ours)
        day = parting(career.stretches, after)
        if day is None:
            return
        key, facts = {"person_id": person_id}, writing.facts
        facts.end(Assignment, key, day)
        for stretch in after:
            if stretch.first >= day:
                facts.rewrite(Assignment, key, [(stretch.first, stretch.values)], stretch.origin)
                if stretch.to is not None:
                    facts.end(Assignment, key, stretch.to)
        announce(writing, person_id, career, after)
        career.stretches = after

    def _row(self, writing: Writing, person_id: int, state: RecordState) -> DatedRow:
        values: dict[str, Any] = {}
        for name, column in COLUMNS.items():
            value = state.mapped.get(name)
            if name in self.references:
                value = writing.ids(self.references[name]).get(value)
            elif name == "fte" and value is not None:
                value = Decimal(value).quantize(Decimal("0.0001"))
            values[column] = value
        if values["supervisor_id"] == person_id:
            values["supervisor_id"] = None
        first = date.fromisoformat(state.mapped["effective_on"])
        last = state.mapped.get("ends_on")
        return DatedRow(state.key, first, date.fromisoformat(last) if last else None, values, state.id)
