"""Conversations as lists for pages and REST: dates and names, never content."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session, selectinload

from connector.domain.access import Act, Actor, may, require
from connector.domain.wall_time import moment_of
from connector.services.installation import Installation
from connector.store.accounts import Organisation
from connector.store.conversation import Conversation, Participant
from connector.store.people import person_cards


@dataclass(frozen=True, slots=True)
class ParticipantView:
    """`name` None: the HR system no longer says. `prepared_at` says that somebody prepared, never what."""

    person_id: int
    name: str | None
    role: str
    prepared_at: datetime | None


@dataclass(frozen=True, slots=True)
class ConversationView:
    """`starts_at` and `ends_at` in UTC, None without a slot; `reason` is a code of connector.domain.unplanned."""

    id: int
    person_id: int
    kind: str
    state: str
    reason: str | None
    window_from: date
    window_to: date
    minutes: int
    starts_at: datetime | None
    ends_at: datetime | None
    preparation_due_on: date | None
    goal_uid: uuid.UUID | None
    is_released: bool
    participants: tuple[ParticipantView, ...]


def conversations_between(
    actor: Actor,
    installation: Installation,
    employer_id: int,
    first: date,
    last: date,
    *,
    states: Collection[str] = ("due", "planned", "unplanned", "held"),
) -> list[ConversationView]:
    """Conversations on these days (both included), and those without a slot whose window touches them.

    HR sees all of the employer; anybody else those that they take part in.
    """
    everything = may(actor, Act.READ_CONVERSATIONS)
    require(actor, Act.READ_CONVERSATIONS if everything else Act.ATTEND, employer_id=employer_id)
    with installation.store.read() as session:
        zone = ZoneInfo(session.get_one(Organisation, employer_id).time_zone)
        starts, ends = moment_of(first, time(0), zone), moment_of(last + timedelta(days=1), time(0), zone)
        statement = select(Conversation).where(
            Conversation.employer_id == employer_id,
            Conversation.state.in_(states),
            or_(
                and_(Conversation.starts_at >= starts, Conversation.starts_at < ends),
                and_(
                    Conversation.starts_at.is_(None),
                    Conversation.window_from <= last,
                    Conversation.window_to >= first,
                ),
            ),
        )
        if not everything:
            statement = statement.where(Conversation.participants.any(Participant.person_id == actor.person_id))
        return conversation_views(session, installation.today(zone.key), employer_id, statement)


def waiting_conversations(actor: Actor, installation: Installation, employer_id: int) -> list[ConversationView]:
    """Everything of an employer that is due and has no slot, whenever its window is."""
    require(actor, Act.READ_CONVERSATIONS, employer_id=employer_id)
    with installation.store.read() as session:
        zone = session.get_one(Organisation, employer_id).time_zone
        statement = select(Conversation).where(
            Conversation.employer_id == employer_id, Conversation.state.in_(("due", "unplanned"))
        )
        return conversation_views(session, installation.today(zone), employer_id, statement)


def next_conversation_of(session: Session, person_id: int, at: datetime) -> datetime | None:
    """When the next planned conversation about a person begins, looking from the moment `at`."""
    return session.scalar(
        select(Conversation.starts_at)
        .where(Conversation.person_id == person_id, Conversation.state == "planned", Conversation.starts_at >= at)
        .order_by(Conversation.starts_at)
        .limit(1)
    )


def conversation_views(
    session: Session, today: date, employer_id: int, statement: Select[Conversation]
) -> list[ConversationView]:
    """The conversations that a statement finds, those with a slot first, in the order of their days."""
    rows = session.scalars(statement.options(selectinload(Conversation.participants))).all()
    people = {part.person_id for row in rows for part in row.participants}
    cards = person_cards(session, employer_id, today, person_ids=people)
    names = {person_id: card.name for person_id, card in cards.items()}
    views = [_view(row, names) for row in rows]
    return sorted(views, key=lambda view: (view.starts_at or datetime.max.replace(tzinfo=UTC), view.window_to, view.id))


def _view(row: Conversation, names: dict[int, str]) -> ConversationView:
    return ConversationView(
        id=row.id,
        person_id=row.person_id,
        kind=row.kind,
        state=row.state,
        reason=row.reason,
        window_from=row.window_from,
        window_to=row.window_to,
        minutes=row.minutes,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        preparation_due_on=row.preparation_due_on,
        goal_uid=row.shared_goal_uid,
        is_released=row.released_at is not None,
        participants=tuple(
            ParticipantView(part.person_id, names.get(part.person_id), part.role, part.prepared_at)
            for part in row.participants
        ),
    )
