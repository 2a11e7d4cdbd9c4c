"""The end of a run: what is missing, whether that is too much, and the counts that people read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.domain.guard import Absent
from connector.store.facts import FactWriter
from connector.store.sync_state import Change, QuarantinedRecord, RecordState, Scan
from connector.sync.context import RunContext
from connector.sync.identities import Identities
from connector.sync.mapping import Resource
from connector.sync.report import Counts, FieldChange, RecordProblem, counts_from
from connector.sync.resolve import NEW, changed_in_run
from connector.sync.runs import seen_in
from connector.sync.writers import WRITERS
from connector.sync.writers.base import Item, Writing

_TOLD = 200
_A = {"unit": "a unit", "job": "a job", "employee": "an employee", "competency": "a competency"}


def missing_records(session: Session, context: RunContext, scan: Scan) -> tuple[list[RecordState], Absent]:
    """Records known before that a complete scan no longer held, and how many that is of how many."""
    states = session.scalars(
        select(RecordState).where(
            RecordState.source_id == context.source_id,
            RecordState.resource == scan.resource,
            RecordState.missing_since.is_(None),
        )
    ).all()
    seen = seen_in(session, scan.id)
    missing = [state for state in states if state.id not in seen]
    return missing, Absent(len(missing), len(states))


def end_missing(session: Session, context: RunContext, resource: Resource, missing: Sequence[RecordState]) -> None:
    """Mark records as missing and let their writer say what that means; nothing is ever deleted."""
    assert resource.target is not None  # noqa: S101 - only resources with a target are scanned
    writer = WRITERS[resource.target]
    writing = Writing(session, context, FactWriter(session, at=context.at, run_id=context.run_id, is_batched=True))
    for state in missing:
        state.missing_since = context.today
        state.changed_at = context.at
        writer.end(writing, Item(state.id, state.entity_id, state.mapped), resource.absent)
        session.add(
            Change(
                run_id=context.run_id,
                record_id=state.id,
                action="missing",
                cause=f"resources.{resource.name}.absent = {resource.absent}",
                at=context.at,
            )
        )
    writing.facts.flush()


def final_counts(session: Session, context: RunContext, scan: Scan, target: str) -> Counts:
    """The counts of a scan with waiting records counted as such, and the people who have left."""
    counts = counts_from(scan.counts)
    seen = seen_in(session, scan.id)
    waiting = [
        row
        for row in session.scalars(
            select(RecordState.id).where(
                RecordState.source_id == context.source_id,
                RecordState.resource == scan.resource,
                RecordState.waits_for.is_not(None),
            )
        )
        if row in seen
    ]
    changed = changed_in_run(session, context, waiting)
    for record in waiting:
        _move(counts, changed.get(record))
    if target == "employee":
        counts.left = _left(session, context, scan)
    return counts


def _move(counts: Counts, changed: frozenset[str] | None) -> None:
    if changed is None:
        counts.same -= 1
    elif NEW in changed:
        counts.new -= 1
    else:
        counts.changed -= 1
    counts.waiting += 1


def _left(session: Session, context: RunContext, scan: Scan) -> int:
    mapped = session.scalars(
        select(RecordState.mapped).where(
            RecordState.source_id == context.source_id, RecordState.resource == scan.resource
        )
    )
    return sum(_has_left(fields, context) for fields in mapped)


def _has_left(fields: Mapping[str, str], context: RunContext) -> bool:
    left_on = fields.get("left_on")
    return fields.get("status") == "left" or (left_on is not None and left_on < context.today.isoformat())


def changes_of(session: Session, context: RunContext) -> list[FieldChange]:
    """What changed in this run and who is missing; the new ones are only counted."""
    rows = session.execute(
        select(RecordState.resource, RecordState.key, Change)
        .join(Change, Change.record_id == RecordState.id)
        .where(Change.run_id == context.run_id, Change.action != "new")
        .order_by(Change.id)
        .limit(_TOLD)
    )
    return [
        FieldChange(resource, key, change.action, change.field, change.old, change.new, change.cause)
        for resource, key, change in rows
    ]


def problems_of(session: Session, context: RunContext, targets: Mapping[str, str]) -> list[RecordProblem]:
    """Everything that a person should look at after this run: quarantine, records that wait, references to nobody."""
    problems = [
        RecordProblem(row.resource, row.key, row.field, row.reason)
        for row in session.scalars(
            select(QuarantinedRecord)
            .where(QuarantinedRecord.run_id == context.run_id, QuarantinedRecord.resolved_at.is_(None))
            .order_by(QuarantinedRecord.id)
            .limit(_TOLD)
        )
    ]
    for resource, target in targets.items():
        problems += _unresolved(session, context, resource, target)[: _TOLD - len(problems)]
    return problems


def _unresolved(session: Session, context: RunContext, resource: str, target: str) -> list[RecordProblem]:
    states = session.scalars(
        select(RecordState)
        .where(
            RecordState.source_id == context.source_id,
            RecordState.resource == resource,
            RecordState.is_pending,
            RecordState.missing_since.is_(None),
        )
        .order_by(RecordState.id)
        .limit(_TOLD)
    ).all()
    problems: list[RecordProblem] = []
    for name, referred in WRITERS[target].references.items():
        ids = Identities(session, context.source_id, referred)
        keys = {state.id: state.mapped[name] for state in states if state.mapped.get(name)}
        ids.find(keys.values())
        reason = f"names {_A[referred]} that was not read; the record's own key is needed"
        problems += [
            RecordProblem(resource, state.key, name, reason)
            for state in states
            if state.id in keys and ids.get(keys[state.id]) is None
        ]
    return problems
