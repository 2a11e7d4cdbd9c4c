"""Reminders: rows that wait for their day, and the mails that they turn into if there is still a reason."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from connector.domain.access import Act, Actor, require
from connector.domain.wall_time import day_of, moment_of
from connector.services.days import today_at
from connector.services.installation import Installation
from connector.store.conversation import Conversation
from connector.store.queue import put
from connector.store.work import DueWork, Outbox

PREPARATION = "reminder.preparation"
TOMORROW = "reminder.tomorrow"
EVALUATION = "reminder.evaluation"
_AT = time(9)
_BEFORE_PREPARATION = timedelta(days=3)


def put_reminders(session: Session, row: Conversation, zone: ZoneInfo, now: datetime) -> None:
    """Put the reminders of a planned, released conversation down; those whose moment has passed are left out.

    The keys hold the SEQUENCE: after a move the earlier ones find that they are about nothing any more.
    """
    if row.starts_at is None or row.released_at is None:
        return
    days = {TOMORROW: day_of(row.starts_at, zone) - timedelta(days=1)}
    if row.preparation_due_on is not None:
        days[PREPARATION] = row.preparation_due_on - _BEFORE_PREPARATION
    for kind, day in days.items():
        due_at = moment_of(day, _AT, zone)
        if due_at > now:
            put(
                session,
                DueWork,
                key=f"{kind}:{row.id}:{row.sequence}",
                kind=kind,
                payload={"conversation_id": row.id, "sequence": row.sequence},
                due_at=due_at,
                now=now,
                employer_id=row.employer_id,
            )


def remind(actor: Actor, installation: Installation, kind: str, conversation_id: int, sequence: int) -> int:
    """Write the mails of a reminder that has become due; 0 when the conversation has moved, passed or ended."""
    require(actor, Act.REACT)
    now = installation.clock()
    with installation.store.begin() as session:
        row = session.get(Conversation, conversation_id, options=[selectinload(Conversation.participants)])
        if row is None or row.state != "planned" or row.sequence != sequence:
            return 0
        if row.starts_at is None or row.starts_at <= now:
            return 0
        people = [part.person_id for part in row.participants if kind != PREPARATION or part.prepared_at is None]
        return sum(_put_mail(session, row, person_id, kind, f"{sequence}", now) for person_id in people)


def remind_overdue(actor: Actor, installation: Installation, employer_id: int) -> int:
    """Write one mail to each participant of an evaluation that should have been held by now (R46)."""
    require(actor, Act.REACT, employer_id=employer_id)
    now = installation.clock()
    with installation.store.begin() as session:
        today = today_at(session, installation, employer_id)
        rows = session.scalars(
            select(Conversation)
            .where(
                Conversation.employer_id == employer_id,
                Conversation.kind == "plan_evaluation",
                Conversation.state.in_(("due", "unplanned")),
                Conversation.window_to < today,
            )
            .options(selectinload(Conversation.participants))
        )
        return sum(
            _put_mail(session, row, part.person_id, EVALUATION, "overdue", now)
            for row in rows.all()
            for part in row.participants
        )


def _put_mail(session: Session, row: Conversation, person_id: int, kind: str, occasion: str, now: datetime) -> bool:
    due_on = row.window_to if kind == EVALUATION else row.preparation_due_on
    return put(
        session,
        Outbox,
        key=f"{kind}:{row.id}:{occasion}:{person_id}",
        kind=kind,
        payload={
            "conversation_id": row.id,
            "person_id": person_id,
            "sequence": row.sequence,
            "starts_at": row.starts_at.isoformat() if row.starts_at else None,
            "due_on": due_on.isoformat() if due_on else None,
        },
        due_at=now,
        now=now,
        employer_id=row.employer_id,
    )
