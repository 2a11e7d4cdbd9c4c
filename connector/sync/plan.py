"""When a run waits for a person, and whether its plan still holds when that person says yes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from connector.domain.guard import Finding
from connector.errors import ConflictError
from connector.store.sync_plan import StagedRecord
from connector.store.sync_state import RecordState, SyncRun
from connector.sync.runs import begin_writing, lease

_NAMED = 5


class Mode(StrEnum):
    """How much a person sees before a run writes."""

    BY_RULE = "by_rule"  # a source's first run and one after a change of the mapping wait; others write
    PLANNED = "planned"  # wait in any case
    ROUTINE = "routine"  # write, unless the guard stops it
    ACCEPTED = "accepted"  # write: a person has said yes beforehand


def has_new_mapping(session: Session, run: SyncRun) -> bool:
    """Whether the source's last complete run had another mapping."""
    last = session.scalar(
        select(SyncRun.mapping_digest)
        .where(SyncRun.source_id == run.source_id, SyncRun.state == "done")
        .order_by(SyncRun.id.desc())
        .limit(1)
    )
    return last != run.mapping_digest


def waits(session: Session, run: SyncRun, mode: Mode, found: Sequence[Finding]) -> bool:
    """A plan waits; so does a run that the guard stops. A new mapping that changes nothing of anybody need not."""
    if mode is Mode.PLANNED:
        return True
    if mode is Mode.ACCEPTED:
        return False
    if found:
        return True
    if run.mode != "planned":
        return False
    says = select(StagedRecord.id).where(StagedRecord.run_id == run.id, StagedRecord.action != "same").limit(1)
    return session.scalar(says) is not None


def take_up(session: Session, run: SyncRun, digest: str, now: datetime) -> None:
    """Begin to write the plan of a run that waits; ConflictError names what has moved on since."""
    where = f"run {run.id}"
    todo = "Make a new plan: `pop sync SOURCE --dry-run`."
    if run.state != "waits":
        is_over = run.state in ("done", "running")
        raise ConflictError(f"this run does not wait: it is {run.state}", where=where, todo="" if is_over else todo)
    if run.mapping_digest != digest:
        raise ConflictError("the mapping has changed since", where=where, todo=todo)
    moved = _moved(session, run)
    if moved:
        named = ", ".join(f"{resource} {key}" for resource, key in moved[:_NAMED])
        more = f" and {len(moved) - _NAMED} more" if len(moved) > _NAMED else ""
        raise ConflictError(f"these records have moved on since: {named}{more}", where=where, todo=todo)
    run.state, run.message, run.finished_at = "running", None, None
    begin_writing(session, run, now)
    lease(run, now)


def _moved(session: Session, run: SyncRun) -> list[tuple[str, str]]:
    """Staged records whose local version is no longer the one they were compared with."""
    same_record = or_(
        RecordState.id == StagedRecord.record_id,
        and_(
            StagedRecord.record_id.is_(None),
            RecordState.source_id == run.source_id,
            RecordState.resource == StagedRecord.resource,
            RecordState.key == StagedRecord.key,
        ),
    )
    has_moved = or_(
        and_(StagedRecord.record_id.is_(None), RecordState.id.is_not(None)),
        and_(StagedRecord.record_id.is_not(None), RecordState.hash != StagedRecord.base_hash),
        and_(StagedRecord.action == "missing", RecordState.missing_since.is_not(None)),
    )
    rows = session.execute(
        select(StagedRecord.resource, StagedRecord.key)
        .join(RecordState, same_record)
        .where(StagedRecord.run_id == run.id, has_moved)
        .order_by(StagedRecord.id)
        .limit(1_000)
    )
    return [(row.resource, row.key) for row in rows]
