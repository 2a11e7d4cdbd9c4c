"""What is done with one conversation: held, moved, cancelled. Its planning and its lists are taken in here,
so that callers have one place for conversations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from connector.domain.access import Act, Actor, may, require
from connector.domain.slots import half_hours
from connector.errors import ConflictError, InputError, NotAllowedError, NotFoundError
from connector.services.audit import record_act
from connector.services.booking import set_time, take_slots
from connector.services.conversation_views import (
    ConversationView,
    ParticipantView,
    conversation_views,
    conversations_between,
    next_conversation_of,
    waiting_conversations,
)
from connector.services.installation import Installation
from connector.services.invitations import announce
from connector.services.preparing import mark_prepared
from connector.services.reminders import put_reminders
from connector.services.season import PlanningReport, plan_due, release_invitations
from connector.services.season_rows import free_slots, lock_employer, open_scene
from connector.services.write_back_events import Listeners
from connector.store.conversation import Conversation

__all__ = [
    "ConversationView",
    "ParticipantView",
    "PlanningReport",
    "cancel_conversation",
    "conversations_between",
    "end_conversation",
    "mark_held",
    "mark_prepared",
    "move_conversation",
    "next_conversation_of",
    "plan_due",
    "release_invitations",
    "waiting_conversations",
]


def mark_held(actor: Actor, installation: Installation, conversation_id: int, *, at: datetime | None = None) -> None:
    """The conversation took place: at its slot, or `at` the moment given when it had none. Never in the future."""
    with installation.store.begin() as session:
        row = _row_to_lead(session, actor, conversation_id)
        now = installation.clock()
        held_at = at or (row.starts_at if row.state == "planned" else None)
        if held_at is None or held_at > now:
            raise InputError(
                "say when it took place", problems={"at": ["a moment that has passed"]}, where="conversation"
            )
        if row.state not in ("due", "unplanned", "planned"):
            raise ConflictError(f"this conversation is {row.state} already", todo="Look again.")
        if row.state == "planned" and row.starts_at is not None and row.starts_at > now:
            free_slots(session, row)
            row.state = "held"
            announce(session, row, {}, now, Listeners.at(session, installation, row.employer_id))
        row.state, row.reason = "held", None
        row.starts_at, row.ends_at = held_at, held_at + timedelta(minutes=row.minutes)
        record_act(session, actor, "hold", f"conversation:{row.id}", at=now, employer_id=row.employer_id)


def cancel_conversation(actor: Actor, installation: Installation, conversation_id: int) -> int:
    """End a conversation that will not take place; gives the number of cancellations that go out."""
    require(actor, Act.PLAN_CONVERSATIONS)
    with installation.store.begin() as session:
        row = _row(session, actor, conversation_id)
        if row.state in ("held", "cancelled"):
            raise ConflictError(f"this conversation is {row.state} already", todo="Look again.")
        now = installation.clock()
        record_act(session, actor, "cancel", f"conversation:{row.id}", at=now, employer_id=row.employer_id)
        return end_conversation(session, row, now, Listeners.at(session, installation, row.employer_id))


def end_conversation(
    session: Session, row: Conversation, now: datetime, listeners: Listeners, reason: str | None = None
) -> int:
    """Cancel within a transaction: slots back, one cancellation for each who holds an invitation."""
    row.state, row.reason = "cancelled", reason
    free_slots(session, row)
    return announce(session, row, {}, now, listeners).cancellations


def move_conversation(
    actor: Actor, installation: Installation, conversation_id: int, starts_at: datetime
) -> ConversationView:
    """Give a conversation another time, on a half hour. HR decides: only a double booking is refused."""
    require(actor, Act.PLAN_CONVERSATIONS)
    with installation.store.begin() as session:
        row = _row(session, actor, conversation_id)
        scene = open_scene(session, installation, row.employer_id, {part.person_id for part in row.participants})
        _check_move(row, starts_at, scene.now)
        moved = row.starts_at != starts_at or row.state != "planned"
        if moved:
            free_slots(session, row)
            people = [part.person_id for part in row.participants]
            if not take_slots(session, row.id, people, starts_at.astimezone(UTC), half_hours(row.minutes)):
                raise ConflictError(
                    "somebody has another conversation then", where="starts_at", todo="Choose another time."
                )
            set_time(row, starts_at.astimezone(UTC), scene)
            row.state, row.reason = "planned", None
            announce(session, row, scene.cards, scene.now, scene.listeners, release=True)
            put_reminders(session, row, scene.zone, scene.now)
            record_act(session, actor, "move", f"conversation:{row.id}", at=scene.now, employer_id=row.employer_id)
        session.flush()
        statement = select(Conversation).where(Conversation.id == row.id)
        return conversation_views(session, scene.today, row.employer_id, statement)[0]


def _check_move(row: Conversation, starts_at: datetime, now: datetime) -> None:
    if row.state in ("held", "cancelled"):
        raise ConflictError(f"this conversation is {row.state} already", todo="Look again.")
    if len(row.participants) < 2:
        raise ConflictError("nobody is known to have this conversation with", todo="Fill in the supervisor first.")
    problems = []
    if starts_at.utcoffset() is None:
        problems.append("a moment with its time zone")
    elif starts_at <= now:
        problems.append("a moment that is still to come")
    elif starts_at - now > timedelta(days=2 * 366):
        problems.append("a moment within two years")
    elif (starts_at - datetime.min.replace(tzinfo=UTC)) % timedelta(minutes=30):
        problems.append("a time on the half hour (in UTC)")
    if problems:
        raise InputError("this time does not fit", problems={"starts_at": problems}, where="starts_at")


def _row(session: Session, actor: Actor, conversation_id: int) -> Conversation:
    """A conversation of the actor's employer, locked with it; else NotFoundError: who may not see it learns nothing."""
    employer_id = session.scalar(select(Conversation.employer_id).where(Conversation.id == conversation_id))
    if employer_id is None or not (actor.is_everywhere or employer_id == actor.employer_id):
        raise NotFoundError("there is no such conversation", where=f"conversation {conversation_id}")
    lock_employer(session, employer_id)
    return session.get_one(Conversation, conversation_id, options=[selectinload(Conversation.participants)])


def _row_to_lead(session: Session, actor: Actor, conversation_id: int) -> Conversation:
    """A conversation that the actor may mark: HR's, or one in which the actor sits across from the employee."""
    require(actor, Act.PLAN_CONVERSATIONS if may(actor, Act.PLAN_CONVERSATIONS) else Act.ATTEND)
    row = _row(session, actor, conversation_id)
    leads = any(part.person_id == actor.person_id and part.role != "employee" for part in row.participants)
    if not may(actor, Act.PLAN_CONVERSATIONS) and not leads:
        raise NotAllowedError("only who leads the conversation can do this", where=f"conversation {conversation_id}")
    return row
