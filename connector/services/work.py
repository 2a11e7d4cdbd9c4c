"""Rows of work: claimed by a lease, counted before each try, parked with a reason after five.

The count is written before the work begins, so that work which kills its process is parked too. A lease that ran out
may be claimed by anyone; whoever held it can then no longer finish the row.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, require
from connector.errors import ConflictError, NotFoundError, PopError, RetryError, ThrottledError
from connector.services.audit import record_act
from connector.services.installation import Installation
from connector.store.work import DueWork, Outbox

Queue = type[DueWork] | type[Outbox]
QUEUES: dict[str, Queue] = {"work": DueWork, "outbox": Outbox}
MOST_ATTEMPTS = 5
# Together more than a day: a mail server that is down for a night loses nothing.
WAITS = (timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=2), timedelta(hours=24))


@dataclass(frozen=True, slots=True)
class Claim:
    """A row that this worker may work on until its lease ends. `lease_by` is different for each try."""

    queue: Queue
    id: int
    key: str
    kind: str
    payload: dict[str, Any]
    employer_id: int | None
    created_at: datetime
    attempts: int
    lease_by: str


@dataclass(frozen=True, slots=True)
class ParkedRow:
    """A row that waits for a person. `queue` is `work` or `outbox`."""

    queue: str
    id: int
    kind: str
    attempts: int
    reason: str | None
    created_at: datetime


def claim_next(
    actor: Actor, installation: Installation, queue: Queue, *, kinds: Collection[str], worker: str, lease: timedelta
) -> Claim | None:
    """The row that is due longest among these kinds, leased to `worker`; None when nothing is due."""
    require(actor, Act.REACT)
    now = installation.clock()
    with installation.store.begin() as session:
        while (row := _due_longest(session, queue, kinds, now)) is not None:
            if row.attempts < MOST_ATTEMPTS:
                return _lease(row, queue, worker, now + lease)
            _park(row, row.last_error or "the process ended during each try")
            session.flush()  # the next look must not find it again
    return None


def finish(actor: Actor, installation: Installation, claim: Claim) -> bool:
    """The row is done; False when its lease had passed to another worker."""
    require(actor, Act.REACT)
    values = {"state": "done", "done_at": installation.clock(), "last_error": None}
    return _settle(installation, claim, values)


def give_back(actor: Actor, installation: Installation, claim: Claim, error: Exception) -> str:
    """The try failed: `waiting` for the next one, `parked` for a person, or `lost` when another worker has it."""
    require(actor, Act.REACT)
    values: dict[str, Any] = {"last_error": _told(error)}
    if claim.attempts >= MOST_ATTEMPTS or not _may_work_later(error):
        values["state"] = "parked"
    else:
        wait = WAITS[claim.attempts - 1]
        if isinstance(error, ThrottledError) and error.wait_seconds is not None:
            wait = max(wait, timedelta(seconds=error.wait_seconds))
        values |= {"state": "waiting", "due_at": installation.clock() + wait}
    return values["state"] if _settle(installation, claim, values) else "lost"


def recover_leases(actor: Actor, installation: Installation) -> int:
    """Free every leased row at once. Only for who knows that no other worker lives: the holder of the file lock."""
    require(actor, Act.REACT)
    freed = 0
    with installation.store.begin() as session:
        for queue in QUEUES.values():
            result: Any = session.execute(
                update(queue).where(queue.state == "leased").values(state="waiting", lease_until=None, lease_by=None)
            )
            freed += result.rowcount
    return freed


def parked_rows(actor: Actor, installation: Installation) -> list[ParkedRow]:
    """Everything that waits for a person, oldest first. An administrator of one employer sees that employer's."""
    require(actor, Act.MANAGE)
    with installation.store.read() as session:
        found = [
            ParkedRow(name, row.id, row.kind, row.attempts, row.last_error, row.created_at)
            for name, queue in QUEUES.items()
            for row in _all_parked(session, queue)
            if _is_within(actor, row)
        ]
    return sorted(found, key=lambda row: (row.created_at, row.queue, row.id))


def retry_row(actor: Actor, installation: Installation, queue: str, row_id: int) -> None:
    """Try a parked row again from the first attempt."""
    require(actor, Act.MANAGE)
    now = installation.clock()
    with installation.store.begin() as session:
        row = _parked(session, actor, queue, row_id)
        row.state, row.attempts, row.due_at = "waiting", 0, now
        record_act(session, actor, "retry_work", f"{queue}:{row_id}", at=now, employer_id=row.employer_id)


def _parked(session: Session, actor: Actor, queue: str, row_id: int) -> DueWork | Outbox:
    rows = _all_parked(session, QUEUES[queue]) if queue in QUEUES else []
    row = next((row for row in rows if row.id == row_id), None)
    if row is None or not _is_within(actor, row):
        raise NotFoundError("there is no such parked row", where=f"{queue}:{row_id}")
    return row


def _due_longest(session: Session, queue: Queue, kinds: Collection[str], now: datetime) -> DueWork | Outbox | None:
    """Locked, past rows that another worker is claiming. On SQLite, where a writer is alone, nothing is locked."""
    is_due = or_(
        and_(queue.state == "waiting", queue.due_at <= now),
        and_(queue.state == "leased", queue.lease_until <= now),
    )
    statement: Any = select(queue).where(queue.kind.in_(kinds), is_due)
    found: DueWork | Outbox | None = session.scalar(
        statement.order_by(queue.due_at, queue.id).limit(1).with_for_update(skip_locked=True)
    )
    return found


def _all_parked(session: Session, queue: Queue) -> list[DueWork | Outbox]:
    statement: Any = select(queue).where(queue.state == "parked")
    return list(session.scalars(statement))


def _is_within(actor: Actor, row: DueWork | Outbox) -> bool:
    return actor.is_everywhere or row.employer_id == actor.employer_id


def _lease(row: DueWork | Outbox, queue: Queue, worker: str, until: datetime) -> Claim:
    row.attempts += 1
    row.state, row.lease_until, row.lease_by = "leased", until, f"{worker[:60]}/{row.attempts}"
    return Claim(
        queue=queue,
        id=row.id,
        key=row.key,
        kind=row.kind,
        payload=dict(row.payload),
        employer_id=row.employer_id,
        created_at=row.created_at,
        attempts=row.attempts,
        lease_by=row.lease_by,
    )


def _park(row: DueWork | Outbox, reason: str) -> None:
    row.state, row.lease_until, row.lease_by, row.last_error = "parked", None, None, reason


def _settle(installation: Installation, claim: Claim, values: dict[str, Any]) -> bool:
    queue = claim.queue
    with installation.store.begin() as session:
        result: Any = session.execute(
            update(queue)
            .where(queue.id == claim.id, queue.state == "leased", queue.lease_by == claim.lease_by)
            .values(lease_until=None, lease_by=None, **values)
        )
        return bool(result.rowcount)


def _may_work_later(error: Exception) -> bool:
    """Ours say so by their class; what nobody foresaw gets its five tries."""
    return not isinstance(error, PopError) or isinstance(error, RetryError | ConflictError)


def _told(error: Exception) -> str:
    """Our own sentence; of a foreign exception its kind and place only, for its text may quote what it met."""
    if isinstance(error, PopError):
        return f"{type(error).__name__}: {error.sentence()}"
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" at {trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__}{place}"
