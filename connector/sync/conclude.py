"""The end of a run: what is missing, whether that is too much, and the counts that people read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.domain.guard import Absent
from connector.store.facts import FactWriter
from connector.store.sync_state import Change, RecordState, Scan
from connector.sync.context import RunContext
from connector.sync.mapping import Resource
from connector.sync.report import Counts, counts_from
from connector.sync.resolve import NEW, changed_in_run
from connector.sync.runs import seen_in
from connector.sync.writers import WRITERS
from connector.sync.writers.base import Item, Writing


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
