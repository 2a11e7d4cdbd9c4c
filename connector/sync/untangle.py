"""Taking a record away from the person it was joined to: a person says that it speaks of somebody else.

Only facts move. Accounts, links of accounts and plans are not looked at here: they stay where their owners put them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, inspect, or_, select, update
from sqlalchemy.orm import Session

from connector.store.facts import FactWriter, holds
from connector.store.hr import Absence, Assignment, CompetencyRating, Employment, PersonDetails, SourceIdentity
from connector.store.sync_state import RecordState
from connector.sync.context import RunContext
from connector.sync.identities import EMPLOYEE_NUMBER
from connector.sync.mapping import Resource
from connector.sync.writers import WRITERS
from connector.sync.writers.base import Item
from connector.sync.writing import write_one, writing_of

UNREAD = bytes(16)  # the hash of no record: whatever comes next is another one
_CLOCKS = {"id", "valid_from", "valid_to", "recorded_from", "recorded_to", "run_id", "record_id", "person_id"}
_ABOUT_PEOPLE: tuple[Any, ...] = (Absence, CompetencyRating)
_LINES: tuple[Any, ...] = (PersonDetails, Employment, Assignment)
_COLUMNS = {"job": "job_id", "unit": "unit_id", "supervisor": "supervisor_id"}


def point_at(session: Session, source_id: int, key: str, old: int, new: int) -> None:
    """From now on this source's key, and the employee number of its record, are another person's."""
    states = _states(session, source_id, key, old)
    numbers = [number for state in states if (number := state.mapped.get("employee_number"))]
    is_of_record = or_(
        (SourceIdentity.target == "employee") & (SourceIdentity.key == key),
        (SourceIdentity.target == EMPLOYEE_NUMBER) & SourceIdentity.key.in_(numbers),
    )
    session.execute(
        update(SourceIdentity)
        .where(SourceIdentity.source_id == source_id, SourceIdentity.entity_id == old, is_of_record)
        .values(entity_id=new)
    )
    for state in states:
        state.entity_id = new
    session.flush()


def move_facts(
    session: Session,
    context: RunContext,
    resources: Mapping[str, Resource],
    states: Sequence[RecordState],
    old: int,
    said: frozenset[str],
) -> None:
    """Close what these records said of `old`, believe there again what was believed before they came, and write them
    for whom they are pointed at now. `said`: the fields that other records still say of `old`."""
    ids = [state.id for state in states]
    for model in _LINES:
        _take_back(session, model, old, ids, context.at)
    _forget_unsaid(session, context, old, said)
    for state in states:
        resource = resources[state.resource]
        writer, writing = WRITERS[resource.target or ""], writing_of(session, context, resource)
        for name, target in writer.references.items():
            writing.ids(target).find([state.mapped[name]] if state.mapped.get(name) else [])
        item = Item(state.id, state.entity_id, state.mapped, None, True)
        writer.prefetch(writing, [item])
        write_one(writer, writing, item)
        writing.facts.flush()
        state.waits_for, state.is_pending = writing.pending.get(state.id), state.id in writing.pending


def end_record(session: Session, context: RunContext, resource: Resource, state: RecordState) -> None:
    """The record no longer speaks of its person: for that person it is missing, which means what the mapping says."""
    writer, writing = WRITERS[resource.target or ""], writing_of(session, context, resource)
    item = Item(state.id, state.entity_id, state.mapped)
    writer.prefetch(writing, [item])
    writer.end(writing, item, resource.absent)
    writing.facts.flush()


def write_again(
    session: Session,
    source_id: int,
    resources: Mapping[str, Resource],
    key: str,
    old: int,
    at: datetime,
    *,
    is_past: bool = False,
) -> None:
    """Let the next sync write every record of this source that names the key: its person is another one now.

    What such a record said about `old` is closed; with `is_past` it was true of `old`, and stays."""
    for resource in resources.values():
        references = WRITERS[resource.target or ""].references
        for name in (name for name, target in references.items() if target == "employee"):
            names_it = RecordState.mapped[name].as_string() == key
            states = session.scalars(
                select(RecordState).where(
                    RecordState.source_id == source_id, RecordState.resource == resource.name, names_it
                )
            ).all()
            if name == "person" and is_past:
                continue
            if name == "person" and resource.target != "assignment":  # its writer knows by itself whom a row left
                _close(session, [state.id for state in states], old, at)
            for state in states:
                state.is_pending = True


def mark_pending(session: Session, person_id: int) -> None:
    """Let the next sync of each source write what it says of this person."""
    session.execute(
        update(RecordState)
        .where(RecordState.id.in_(select(_of_people(RecordState.entity_id == person_id).subquery())))
        .values(is_pending=True)
    )


def states_of(session: Session, person_id: int) -> list[RecordState]:
    """Every employee record, of any source, that speaks of this person."""
    ids = select(_of_people(RecordState.entity_id == person_id).subquery())
    return list(session.scalars(select(RecordState).where(RecordState.id.in_(ids)).order_by(RecordState.id)))


def _of_people(condition: ColumnElement[bool]) -> Any:
    """Ids of employee records: their key is that of a person, which tells them from a unit with the same number."""
    return (
        select(RecordState.id)
        .join(
            SourceIdentity,
            (SourceIdentity.source_id == RecordState.source_id)
            & (SourceIdentity.target == "employee")
            & (SourceIdentity.key == RecordState.key)
            & (SourceIdentity.entity_id == RecordState.entity_id),
        )
        .where(condition)
    )


def _states(session: Session, source_id: int, key: str, person_id: int) -> list[RecordState]:
    return [state for state in states_of(session, person_id) if state.source_id == source_id and state.key == key]


def _take_back(session: Session, model: Any, old: int, ids: Sequence[int], at: datetime) -> None:
    ours = select(model).where(model.person_id == old, model.record_id.in_(ids))
    mine = session.scalars(ours.where(model.recorded_to.is_(None))).all()
    came_at = min((row.recorded_from for row in session.scalars(ours)), default=None)
    if came_at is None:
        return
    before = session.scalars(
        select(model).where(
            model.person_id == old,
            model.record_id.not_in(ids) | model.record_id.is_(None),
            model.recorded_from < came_at,
            model.recorded_to >= came_at,
        )
    ).all()
    for row in mine:
        row.recorded_to = at
        for earlier in before:
            first = max(row.valid_from, earlier.valid_from)
            to = min(filter(None, (row.valid_to, earlier.valid_to)), default=None)
            if to is None or first < to:
                session.add(_copy(model, earlier, first, to, at))
    session.flush()


def _copy(model: Any, row: Any, first: date, to: date | None, at: datetime) -> Any:
    values = {attr.key: getattr(row, attr.key) for attr in inspect(model).column_attrs if attr.key != "id"}
    return model(**{**values, "valid_from": first, "valid_to": to, "recorded_from": at, "recorded_to": None})


def _forget_unsaid(session: Session, context: RunContext, old: int, said: frozenset[str]) -> None:
    """What no record says of this person any more is not known from today on."""
    columns = {_COLUMNS.get(name, name) for name in said}
    for model in _LINES:
        row = session.scalar(select(model).where(model.person_id == old, holds(model, context.today)))
        if row is None:
            continue
        unsaid = [
            name
            for name in (column.key for column in model.__table__.columns)
            if name not in _CLOCKS | columns and _may_be_unknown(model, name) and getattr(row, name) is not None
        ]
        if unsaid:
            facts = FactWriter(session, at=context.at, run_id=context.run_id)
            facts.believe(model, {"person_id": old}, dict.fromkeys(unsaid), context.today)


def _may_be_unknown(model: Any, name: str) -> bool:
    return bool(model.__table__.columns[name].nullable)


def _close(session: Session, record_ids: Sequence[int], person_id: int, at: datetime) -> None:
    for model in _ABOUT_PEOPLE:
        session.execute(
            update(model)
            .where(model.person_id == person_id, model.record_id.in_(record_ids), model.recorded_to.is_(None))
            .values(recorded_to=at)
        )
