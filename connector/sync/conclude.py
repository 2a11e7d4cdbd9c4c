"""The end of a run: the counts that people read, what changed, and what a person should look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from connector.store.dialects import is_one_of
from connector.store.facts import holds
from connector.store.hr import Employment
from connector.store.sync_plan import MatchCase, StagedRecord
from connector.store.sync_state import Change, QuarantinedRecord, RecordState, Scan, SyncRun
from connector.sync.context import RunContext
from connector.sync.diff import differences
from connector.sync.identities import Identities
from connector.sync.mapping import Resource
from connector.sync.report import Counts, FieldChange, RecordProblem, counts_from
from connector.sync.seen import Seen
from connector.sync.writers import WRITERS

_TOLD = 200
_SAME_DAY = timedelta(hours=6)  # beyond it a last day may have passed
_A = {
    "unit": "a unit",
    "job": "a job",
    "employee": "an employee",
    "competency": "a competency",
    "training": "a training",
}


def final_counts(session: Session, context: RunContext, scan: Scan, target: str, *, has_pending: bool) -> Counts:
    """The counts of a scan with waiting records (if the source has any) counted as such, and who have left."""
    counts = counts_from(scan.counts)
    waiting = _waiting(session, context, scan.resource) if has_pending else ()
    if waiting:
        seen = Seen()
        seen.load(session, scan.id)
        changed = _changed_in_run(session, context.run_id, waiting)
        for record in waiting:
            if record in changed or record in seen:
                _move(counts, changed.get(record))
    if target == "employee":
        has_moved = counts.new or counts.changed or counts.missing
        before = None if has_moved else _left_before(session, context, scan)
        counts.left = _left(session, context, scan) if before is None else before
    return counts


def _waiting(session: Session, context: RunContext, resource: str) -> Sequence[int]:
    return session.scalars(
        select(RecordState.id).where(
            RecordState.source_id == context.source_id,
            RecordState.resource == resource,
            RecordState.is_pending,
            RecordState.waits_for.is_not(None),
        )
    ).all()


def _left_before(session: Session, context: RunContext, scan: Scan) -> int | None:
    """How many had left after a run of some hours ago; else they are counted again."""
    last = session.execute(
        select(Scan.counts, SyncRun.finished_at)
        .join(SyncRun, SyncRun.id == Scan.run_id)
        .where(SyncRun.source_id == context.source_id, SyncRun.state == "done", Scan.resource == scan.resource)
        .order_by(SyncRun.id.desc())
        .limit(1)
    ).one_or_none()
    if last is None or last.finished_at is None or context.at - last.finished_at > _SAME_DAY:
        return None
    return counts_from(last.counts).left


def _changed_in_run(session: Session, run_id: int, record_ids: Iterable[int]) -> Mapping[int, str]:
    """The first action of this run on each of these records."""
    rows = session.execute(
        select(Change.record_id, Change.action).where(
            Change.run_id == run_id, is_one_of(session, Change.record_id, list(record_ids))
        )
    )
    found: dict[int, str] = {}
    for record_id, action in rows:
        found.setdefault(record_id, action)
    return found


def _move(counts: Counts, action: str | None) -> None:
    if action is None:
        counts.same -= 1
    elif action == "new":
        counts.new -= 1
    else:
        counts.changed -= 1
    counts.waiting += 1


def _left(session: Session, context: RunContext, scan: Scan) -> int:
    """People of this source who have left, as of today."""
    statement = (
        select(func.count())
        .select_from(Employment)
        .join(RecordState, RecordState.entity_id == Employment.person_id)
        .where(
            RecordState.source_id == context.source_id,
            RecordState.resource == scan.resource,
            Employment.status == "left",
            holds(Employment, context.today),
        )
    )
    return session.scalar(statement) or 0


def staged_changes(session: Session, run_id: int, resources: Mapping[str, Resource]) -> list[FieldChange]:
    """What a plan would change and who would be missing; the new ones are only counted."""
    rows = session.scalars(
        select(StagedRecord)
        .where(StagedRecord.run_id == run_id, StagedRecord.action.in_(("changed", "returned", "missing")))
        .order_by(StagedRecord.id)
        .limit(_TOLD)
    )
    found = [
        change
        for row in rows
        for change in differences(resources[row.resource], row.key, row.action, row.base, row.mapped)
    ]
    return found[:_TOLD]


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
    """Everything that a person should look at after this run: quarantine, records that wait, and of these resources
    the references to nobody."""
    problems = [
        RecordProblem(row.resource, row.key, row.field, row.reason)
        for row in session.scalars(
            select(QuarantinedRecord)
            .where(
                QuarantinedRecord.run_id == context.run_id,
                QuarantinedRecord.resolved_at.is_(None),
                QuarantinedRecord.ignored_at.is_(None),
            )
            .order_by(QuarantinedRecord.id)
            .limit(_TOLD)
        )
    ]
    problems += [
        RecordProblem(row.resource, row.key, "", f"{_doubt(row)}; it waits for a person's word (`pop review`)")
        for row in session.scalars(
            select(MatchCase).where(MatchCase.source_id == context.source_id, MatchCase.state == "open").limit(_TOLD)
        )
    ]
    for resource, target in targets.items():
        problems += _unresolved(session, context, resource, target)[: _TOLD - len(problems)]
    return problems


def _doubt(case: MatchCase) -> str:
    evidence = {name for candidate in case.candidates for name, _ in candidate["evidence"]}
    return "seems to speak of somebody else than before" if evidence == {"other_name"} else "may be somebody we know"


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
