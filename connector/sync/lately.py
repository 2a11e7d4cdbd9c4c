"""Who has left in the runs of the last days that no person has looked at."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from connector.domain.guard import LATELY_DAYS, has_left
from connector.store.dialects import is_one_of
from connector.store.sync_state import Change, RecordState, SyncRun
from connector.sync.context import RunContext


def left_lately(session: Session, context: RunContext, resource: str) -> int:
    """How many people of a resource went missing, or turned to `left`, in the runs since a person last said yes."""
    runs = _unseen_runs(session, context)
    if not runs:
        return 0
    rows = session.execute(
        select(Change.record_id, Change.action, Change.field, Change.new)
        .join(RecordState, RecordState.id == Change.record_id)
        .where(
            is_one_of(session, Change.run_id, runs),
            RecordState.resource == resource,
            or_(Change.action == "missing", Change.field.in_(("status", "left_on"))),
        )
    )
    gone = {
        record_id
        for record_id, action, field, new in rows
        if action == "missing" or (field is not None and has_left({field: new}, context.today))
    }
    return len(gone)


def _unseen_runs(session: Session, context: RunContext) -> list[int]:
    rows = session.execute(
        select(SyncRun.id, SyncRun.guards, SyncRun.decided_at)
        .where(
            SyncRun.source_id == context.source_id,
            SyncRun.state == "done",
            SyncRun.started_at >= context.at - timedelta(days=LATELY_DAYS),
        )
        .order_by(SyncRun.id.desc())
    )
    found: list[int] = []
    for number, guards, decided_at in rows:
        if guards or decided_at is not None:
            break
        found.append(number)
    return found
