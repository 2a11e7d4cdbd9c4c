"""Writes what a page was decided to be: record states, changes, quarantine, identities. One page, one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from connector.domain.guard import is_somebody_else
from connector.errors import RecordError
from connector.store.sync_state import Change, QuarantinedRecord, RecordState
from connector.sync.classify import Decision, Known, PageResult, Problem
from connector.sync.context import RunContext
from connector.sync.record_map import shape_of
from connector.sync.writers import WRITERS, Unresolved
from connector.sync.writers.base import Writing

_ASKED_AT_ONCE = 500


def known_records(session: Session, source_id: int, resource: str, keys: Collection[str]) -> dict[str, Known]:
    """What we know of these keys."""
    wanted = sorted(set(keys))
    found: dict[str, Known] = {}
    for start in range(0, len(wanted), _ASKED_AT_ONCE):
        rows = session.execute(
            select(
                RecordState.key, RecordState.id, RecordState.hash, RecordState.mapped, RecordState.missing_since
            ).where(
                RecordState.source_id == source_id,
                RecordState.resource == resource,
                RecordState.key.in_(wanted[start : start + _ASKED_AT_ONCE]),
            )
        )
        for row in rows:
            found[row.key] = Known(row.id, bytes(row.hash), row.mapped, row.missing_since is not None)
    return found


def apply_page(writing: Writing, resource: str, target: str, result: PageResult) -> None:
    """Write one page; `result` gets the ids of new records added to `seen`, and doubtful ones counted as waiting."""
    session, context = writing.session, writing.context
    writing.ids(target).find(decision.key for decision in result.decisions if decision.known is None)
    unknown = [decision for decision in result.decisions if decision.known is None]
    unnamed = [decision.mapped for decision in unknown if writing.ids(target).get(decision.key) is None]
    if unnamed:
        WRITERS[target].prepare(writing, unnamed)
    written: list[tuple[Decision, RecordState]] = []
    for decision in result.decisions:
        try:
            written.append((decision, _write_state(writing, resource, target, decision)))
        except Unresolved as reason:
            _wait(writing, resource, decision, reason.field, result)
    writing.newcomers.dismiss()
    session.flush()  # gives the new states their numbers, all at once
    result.seen += [state.id for decision, state in written if decision.known is None]
    _write_changes(session, context, written)
    for problem in result.problems:
        for error in problem.errors:
            quarantine(session, context, resource, problem, error)
    _release(session, context, resource, [decision.key for decision, _ in written], result)


def _write_state(writing: Writing, resource: str, target: str, decision: Decision) -> RecordState:
    session, context = writing.session, writing.context
    if decision.known is not None:
        if target == "employee" and is_somebody_else(decision.known.mapped, decision.mapped):
            raise Unresolved("employee_number")
        state = session.get_one(RecordState, decision.known.id)
    else:
        entity_id = writing.ids(target).get(decision.key)
        if entity_id is None:
            entity_id = WRITERS[target].identify(writing, decision.key, decision.mapped)
            if entity_id is not None:
                writing.ids(target).add(decision.key, entity_id)
        state = RecordState(source_id=context.source_id, resource=resource, key=decision.key, entity_id=entity_id)
        session.add(state)
    state.hash = decision.hash
    state.mapped = decision.mapped
    state.missing_since = None
    if decision.changes:
        state.is_pending = True
        state.changed_at = context.at
    return state


def _write_changes(session: Session, context: RunContext, written: Iterable[tuple[Decision, RecordState]]) -> None:
    rows = [
        {
            "run_id": context.run_id,
            "record_id": state.id,
            "action": change.action,
            "field": change.field,
            "old": change.old,
            "new": change.new,
            "cause": change.cause,
            "at": context.at,
        }
        for decision, state in written
        for change in decision.changes
    ]
    if rows:
        session.execute(insert(Change), rows)


def _wait(writing: Writing, resource: str, decision: Decision, field: str, result: PageResult) -> None:
    """A doubtful match: nothing of it is written until a person has decided."""
    if decision.known is None:
        result.counts.new -= 1
    else:
        result.counts.changed -= 1
    result.counts.waiting += 1
    words = "was given to somebody else before" if decision.known else "is somebody else's"
    reason = RecordError(f"this number {words}; give everybody a number of their own in the source", field=field)
    problem = Problem(decision.key, decision.hash, decision.mapped, decision.known, [reason])
    quarantine(writing.session, writing.context, resource, problem, reason)


def quarantine(session: Session, context: RunContext, resource: str, problem: Problem, error: RecordError) -> None:
    """One row per problem and record, updated when it comes again."""
    row = session.scalar(
        select(QuarantinedRecord).where(
            QuarantinedRecord.source_id == context.source_id,
            QuarantinedRecord.resource == resource,
            QuarantinedRecord.key == problem.key,
            QuarantinedRecord.field == error.field,
        )
    )
    if row is None:
        row = QuarantinedRecord(
            source_id=context.source_id,
            resource=resource,
            key=problem.key,
            field=error.field,
            times=0,
            first_seen_at=context.at,
        )
        session.add(row)
    row.kind = error.kind[:100]
    row.reason = error.reason[:300]
    row.hash = problem.hash
    row.shape = shape_of(problem.raw)
    row.times += 1
    row.last_seen_at = context.at
    row.run_id = context.run_id
    row.resolved_at = None
    session.flush()  # the same problem may come twice in one page


def _release(session: Session, context: RunContext, resource: str, solved: Collection[str], result: PageResult) -> None:
    """Records that came through are out of quarantine."""
    refused = {problem.key for problem in result.problems}
    keys = [key for key in solved if key not in refused]
    if not keys:
        return
    for row in session.scalars(
        select(QuarantinedRecord).where(
            QuarantinedRecord.source_id == context.source_id,
            QuarantinedRecord.resource == resource,
            QuarantinedRecord.resolved_at.is_(None),
            QuarantinedRecord.key.in_(keys),
        )
    ):
        row.resolved_at = context.at
