"""What the changes of a source would do to people it knew, counted before any fact is written.

Counted are all changes since the source last completed a run: a run that the guard stopped leaves its changes waiting,
and the next one must not carry them through by itself.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from connector.domain.guard import KEY_FIELDS, Turning
from connector.store.sync_state import Change, RecordState, SyncRun
from connector.sync.context import RunContext


def turning_of(session: Session, context: RunContext, resource: str) -> Turning:
    """Who of the people known before would leave, and whose key fields would change."""
    last_done = select(func.max(SyncRun.id)).where(SyncRun.source_id == context.source_id, SyncRun.state == "done")
    last = session.scalar(last_done) or 0
    rows = session.execute(
        select(Change.record_id, Change.field, Change.action, RecordState.mapped)
        .join(RecordState, RecordState.id == Change.record_id)
        .where(
            RecordState.source_id == context.source_id,
            RecordState.resource == resource,
            RecordState.is_pending,
            Change.run_id > last,
        )
    ).all()
    new = {row.record_id for row in rows if row.action == "new"}
    old = [row for row in rows if row.record_id not in new]
    leaving = {
        row.record_id for row in old if row.field in ("status", "left_on") and _has_left(row.mapped, context.today)
    }
    changing = {row.record_id for row in old if row.field in KEY_FIELDS}
    known = session.scalar(
        select(func.count()).where(
            RecordState.source_id == context.source_id,
            RecordState.resource == resource,
            RecordState.missing_since.is_(None),
        )
    )
    return Turning(len(leaving), len(changing), (known or 0) - len(new))


def _has_left(mapped: dict[str, str], today: date) -> bool:
    left_on = mapped.get("left_on")
    return mapped.get("status") == "left" or (left_on is not None and left_on < today.isoformat())
