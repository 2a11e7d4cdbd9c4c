"""A plan as lines of a table: one for each field of each record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from connector.services.run_plan import FieldLine, PlanRecord

_MOST = 12  # fields of one record; the trail of a person shows all


@dataclass(frozen=True, slots=True)
class PlanLine:
    """`field` None: the record as a whole, or `more` fields that are left out here. `is_first` of its record."""

    record: PlanRecord
    field: FieldLine | None
    is_first: bool
    more: int = 0

    @property
    def cause(self) -> str | None:
        """The line of the mapping file behind it."""
        return self.field.cause if self.field is not None else None if self.more else self.record.cause


def plan_lines(records: Iterable[PlanRecord]) -> Iterator[PlanLine]:
    """The lines of these records, in their order."""
    for record in records:
        shown = record.fields[:_MOST]
        if not shown or record.cause is not None:
            yield PlanLine(record, None, True)
        for place, field in enumerate(shown):
            yield PlanLine(record, field, place == 0 and record.cause is None)
        if len(record.fields) > _MOST:
            yield PlanLine(record, None, False, len(record.fields) - _MOST)
