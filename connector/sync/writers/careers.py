"""What is believed of somebody's work, and the dated rows of a source that speak of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, inspect, or_, select

from connector.domain.dated_rows import Stretch
from connector.store.dialects import is_one_of
from connector.store.hr import Assignment, SourceIdentity
from connector.store.sync_state import RecordState
from connector.sync.writers.base import Item, Writing

COLUMNS = {
    "job": "job_id",
    "job_title": "job_title",
    "unit": "unit_id",
    "supervisor": "supervisor_id",
    "fte": "fte",
    "working_pattern": "working_pattern",
    "location": "location",
}
_CLOCKS = ("id", "valid_from", "valid_to", "recorded_from", "recorded_to", "run_id", "record_id", "person_id")
VALUES = tuple(column.key for column in inspect(Assignment).column_attrs if column.key not in _CLOCKS)


@dataclass(slots=True)
class Career:
    """One person: the rows (by the number of their record) and the stretches that are believed now.

    `ours` are the origins of whom only these rows speak: records of the same source. `led` are the fields that a
    source ahead of this one says. `at_first` is what was believed of today before this run.
    """

    rows: dict[int, RecordState] = field(default_factory=dict)
    stretches: list[Stretch] = field(default_factory=list)
    ours: set[int] = field(default_factory=set)
    led: frozenset[str] = frozenset()
    at_first: Stretch | None = None
    is_written: bool = False

    def is_ours(self, origin: Any) -> bool:
        return origin in self.ours


def careers_of(
    writing: Writing, record_ids: Sequence[int], people: Collection[int], whole: Collection[int]
) -> dict[int, Career]:
    """The careers of these people. Of those in `whole` every row is looked for, of the others those that are believed
    and these records: enough where rows only came, for a row that nothing shows of stays hidden by what hides it."""
    led = writing.led_fields(list(people))
    careers = {person_id: Career(led=led.get(person_id, frozenset())) for person_id in people}
    origins = _read_stretches(writing, careers)
    states = {state.id: state for state in _records(writing, {*origins, *record_ids})}
    mine = {state.resource for number in record_ids if (state := states.get(number)) is not None}
    unclear = set(whole)
    names = [column for name, column in COLUMNS.items() if name in writing.said]
    for person_id, career in careers.items():
        for stretch in career.stretches:
            origin = states.get(stretch.origin)
            if origin is not None and origin.source_id == writing.context.source_id:
                career.ours.add(origin.id)
            speaks = any(stretch.values[name] is not None for name in names)
            if speaks and (origin is None or origin.id not in career.ours or origin.resource not in mine):
                unclear.add(person_id)
    for state in _rows_of(writing, mine, unclear):
        states[state.id] = state
    _hand_out(writing, careers, [state for state in states.values() if state.resource in mine], origins)
    return careers


def moved_from(writing: Writing, items: Sequence[Item]) -> dict[int, int]:
    """By record, the person of whom it spoke before it spoke of another one."""
    records = [item.record_id for item in items if item.changed and "person" in item.changed]
    if not records:
        return {}
    rows = writing.session.execute(
        select(Assignment.record_id, Assignment.person_id).where(
            Assignment.recorded_to.is_(None), is_one_of(writing.session, Assignment.record_id, records)
        )
    )
    return {record_id: person_id for record_id, person_id in rows if record_id is not None}


def _read_stretches(writing: Writing, careers: Mapping[int, Career]) -> set[int]:
    """Fill in what is believed; gives the numbers of the records that said it."""
    session, origins = writing.session, set()
    is_theirs = is_one_of(session, Assignment.person_id, list(careers))
    columns = [getattr(Assignment, name) for name in VALUES]
    base = select(
        Assignment.person_id, Assignment.valid_from, Assignment.valid_to, Assignment.record_id, *columns
    ).where(is_theirs)
    for row in session.execute(base.where(Assignment.recorded_to.is_(None)).order_by(Assignment.valid_from)):
        values = dict(zip(VALUES, row[4:], strict=True))
        careers[row[0]].stretches.append(Stretch(row[1], row[2], values, row[3]))
        if row[3] is not None:
            origins.add(row[3])
    context = writing.context
    earlier = and_(
        or_(Assignment.run_id.is_(None), Assignment.run_id != context.run_id),
        or_(Assignment.recorded_to.is_(None), Assignment.recorded_to >= context.at),
        Assignment.valid_from <= context.today,
        or_(Assignment.valid_to.is_(None), Assignment.valid_to > context.today),
    )
    for row in session.execute(base.where(earlier).order_by(Assignment.id)):
        careers[row[0]].at_first = Stretch(row[1], row[2], dict(zip(VALUES, row[4:], strict=True)), row[3])
    return origins


def _records(writing: Writing, numbers: Collection[int]) -> Sequence[RecordState]:
    session = writing.session
    return session.scalars(select(RecordState).where(is_one_of(session, RecordState.id, numbers))).all()


def _rows_of(writing: Writing, resources: Collection[str], people: Collection[int]) -> Sequence[RecordState]:
    """Every row that the source still has of some people."""
    if not people or not resources:
        return []
    session, source_id = writing.session, writing.context.source_id
    keys = select(SourceIdentity.key).where(
        SourceIdentity.source_id == source_id,
        SourceIdentity.target == "employee",
        is_one_of(session, SourceIdentity.entity_id, people),
    )
    return session.scalars(
        select(RecordState).where(
            RecordState.source_id == source_id,
            RecordState.resource.in_(list(resources)),
            RecordState.missing_since.is_(None),
            RecordState.mapped["person"].as_string().in_(keys),
        )
    ).all()


def _hand_out(
    writing: Writing, careers: Mapping[int, Career], states: Sequence[RecordState], origins: Collection[int]
) -> None:
    """Each row to whom it speaks of. One that is missing counts as long as it is believed: nothing ended it."""
    ids = writing.ids("employee")
    ids.find([state.mapped["person"] for state in states])
    for state in states:
        person_id = ids.get(state.mapped["person"])
        career = careers.get(person_id) if person_id is not None else None
        if career is not None and (state.missing_since is None or state.id in origins):
            career.rows[state.id] = state
