"""What of a staged run must not pass unseen, found before anything is written."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from connector.domain.guard import (
    KEY_FIELDS,
    Absent,
    Arriving,
    Finding,
    LeavingLately,
    Turning,
    differ_in_zeros_only,
    has_left,
)
from connector.errors import RecordError
from connector.store.dialects import is_one_of
from connector.store.sync_plan import StagedRecord
from connector.store.sync_state import RecordState, Scan
from connector.sync.classify import Problem
from connector.sync.context import RunContext
from connector.sync.lately import left_lately
from connector.sync.mapping import Resource
from connector.sync.quarantine import hold
from connector.sync.report import Counts, counts_from
from connector.sync.seen import Seen
from connector.sync.staging import stage_gone

_AT_ONCE = 1_000
_NEVER_EMPTY = ("employee", "unit", "job", "training")  # a source that has none of these all at once is not believed


def stage_missing(session: Session, context: RunContext, scan: Scan) -> None:
    """Stage what a complete scan no longer held. They are written, if at all, with everything else."""
    session.execute(
        delete(StagedRecord).where(
            StagedRecord.run_id == context.run_id,
            StagedRecord.resource == scan.resource,
            StagedRecord.action == "missing",
        )
    )
    seen = Seen()
    seen.load(session, scan.id)
    counts = counts_from(scan.counts)
    counts.missing = 0
    if seen.count < _known(session, context, scan.resource):
        missing = [number for number in _numbers(session, context, scan.resource) if number not in seen]
        for start in range(0, len(missing), _AT_ONCE):
            some = is_one_of(session, RecordState.id, missing[start : start + _AT_ONCE])
            stage_gone(session, context.run_id, session.scalars(select(RecordState).where(some)).all())
        counts.missing = len(missing)
    scan.counts = counts.as_dict()


def hold_doubles(session: Session, context: RunContext, scan: Scan) -> None:
    """Two new records of one scan with one employee number: the first stays, the others wait for the source."""
    number = StagedRecord.mapped["employee_number"].as_string()
    is_new = (
        (StagedRecord.run_id == context.run_id)
        & (StagedRecord.resource == scan.resource)
        & (StagedRecord.action == "new")
        & StagedRecord.entity_id.is_(None)
    )
    doubled = session.scalars(
        select(number).where(is_new, number.is_not(None)).group_by(number).having(func.count() > 1)
    ).all()
    if not doubled:
        return
    rows = session.scalars(select(StagedRecord).where(is_new, number.in_(doubled)).order_by(StagedRecord.id)).all()
    had: set[str] = set()
    for row in rows:
        if row.mapped["employee_number"] not in had:
            had.add(row.mapped["employee_number"])
            continue
        words = "this number is somebody else's; give everybody a number of their own in the source"
        reason = RecordError(words, field="employee_number")
        hold(session, context, scan.resource, Problem(row.key, row.hash, row.mapped, [reason]), reason)
        session.delete(row)
        counts = counts_from(scan.counts)
        counts.new -= 1
        counts.waiting += 1
        scan.counts = counts.as_dict()


def findings(session: Session, context: RunContext, resource: Resource, scan: Scan) -> list[Finding]:
    """What a person must see of one resource."""
    counts = counts_from(scan.counts)
    if not (counts.new or counts.changed or counts.missing):
        return []
    known = _known(session, context, resource.name)
    found: list[Finding] = []
    absent = Absent(counts.missing, known)
    if absent.is_everything and counts.received == 0 and resource.target in _NEVER_EMPTY:
        found.append(Finding("all_missing", resource.name, absent.missing, known, absent.limit))
    elif absent.is_too_many:
        found.append(Finding("missing", resource.name, absent.missing, known, absent.limit))
    if context.is_first:
        return found
    if resource.target == "assignment":
        return found + _moves(session, context, resource.name, counts, known)
    if resource.target != "employee":
        return found
    return found + _of_people(session, context, resource, counts, known)


def _of_people(session: Session, context: RunContext, resource: Resource, counts: Counts, known: int) -> list[Finding]:
    """Who comes, who goes and whose key fields change."""
    name = resource.name
    found: list[Finding] = []
    arriving = Arriving(counts.new, known)
    if arriving.is_too_many:
        found.append(Finding("arriving", name, arriving.new, known, arriving.limit, _zeros(session, context, name)))
    gone = counts.missing if resource.absent == "left" else 0
    turning = _turning(session, context, name, known, gone)
    if turning.leaving > turning.leaving_limit:
        found.append(Finding("leaving", name, turning.leaving, known, turning.leaving_limit))
    elif turning.leaving:
        lately = LeavingLately(turning.leaving, left_lately(session, context, name), known)
        if lately.is_too_many:
            found.append(Finding("leaving_lately", name, lately.leaving, known, lately.limit))
    if turning.changing > turning.changing_limit:
        found.append(Finding("changing", name, turning.changing, known, turning.changing_limit))
    return found


def _moves(session: Session, context: RunContext, resource: str, counts: Counts, known: int) -> list[Finding]:
    """Where people's work is told in rows of its own, a new row moves somebody as much as a changed one."""
    moving = Turning(0, counts.new + _turning(session, context, resource, known).changing, known)
    if moving.changing <= moving.changing_limit:
        return []
    return [Finding("changing", resource, moving.changing, known, moving.changing_limit)]


def _turning(session: Session, context: RunContext, resource: str, known: int, gone: int = 0) -> Turning:
    """`gone`: people who are missing, where the mapping says that this means: left."""
    leaving, changing = gone, 0
    rows = session.execute(
        select(StagedRecord.base, StagedRecord.mapped)
        .where(
            StagedRecord.run_id == context.run_id,
            StagedRecord.resource == resource,
            StagedRecord.action.in_(("changed", "returned")),
        )
        .execution_options(yield_per=1000)
    )
    for base, mapped in rows:
        before = base or {}
        leaving += has_left(mapped, context.today) and not has_left(before, context.today)
        changing += any(before.get(name) != mapped.get(name) for name in KEY_FIELDS)
    return Turning(leaving, changing, known)


def _zeros(session: Session, context: RunContext, resource: str) -> str:
    new = select(StagedRecord.key).where(
        StagedRecord.run_id == context.run_id, StagedRecord.resource == resource, StagedRecord.action == "new"
    )
    keys = select(RecordState.key).where(RecordState.source_id == context.source_id, RecordState.resource == resource)
    zeros = differ_in_zeros_only(set(session.scalars(new)), set(session.scalars(keys)))
    return f"{zeros} of their keys are known ones with other leading zeros. " if zeros else ""


def _numbers(session: Session, context: RunContext, resource: str) -> Iterator[int]:
    return iter(
        session.scalars(
            select(RecordState.id)
            .where(
                RecordState.source_id == context.source_id,
                RecordState.resource == resource,
                RecordState.missing_since.is_(None),
            )
            .execution_options(yield_per=5000)
        )
    )


def _known(session: Session, context: RunContext, resource: str) -> int:
    statement = select(func.count()).where(
        RecordState.source_id == context.source_id,
        RecordState.resource == resource,
        RecordState.missing_since.is_(None),
    )
    return session.scalar(statement) or 0
