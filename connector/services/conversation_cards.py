"""The conversations of people as pages show them: which one comes next, who has prepared, what is late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session

from connector.services.installation import Installation
from connector.store.accounts import Organisation
from connector.store.conversation import Conversation, Participant

_COLUMNS = (
    "id",
    "person_id",
    "kind",
    "state",
    "reason",
    "window_from",
    "window_to",
    "starts_at",
    "preparation_due_on",
)
_AHEAD = timedelta(days=14)  # so long before its last day, preparing is asked
_COMING = ("due", "unplanned", "planned")
PREPARATION = "preparation"  # time kept free to prepare: no conversation that anybody comes to


@dataclass(frozen=True, slots=True)
class Wall:
    """What clock and calendar on the wall of an employer say."""

    now: datetime  # aware, in the employer's time zone

    @property
    def today(self) -> date:
        return self.now.date()

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.now.tzinfo)


@dataclass(frozen=True, slots=True)
class Attendee:
    """`prepared_at` says that somebody has prepared, never what."""

    person_id: int
    role: str
    prepared_at: datetime | None


@dataclass(frozen=True, slots=True)
class ConversationCard:
    """A conversation of one person. `starts_at` is local to the employer, None while it has no slot."""

    conversation_id: int
    person_id: int
    kind: str
    state: str
    reason: str | None
    window_from: date
    window_to: date
    starts_at: datetime | None
    preparation_due_on: date | None
    attendees: tuple[Attendee, ...]
    is_late: bool
    is_time_to_prepare: bool

    @property
    def day(self) -> date:
        """The day it has, else the first it may have: what conversations are put in order by."""
        return self.starts_at.date() if self.starts_at else self.window_from

    @property
    def unprepared(self) -> tuple[str, ...]:
        """The roles of those who still have to prepare; nobody when this kind asks no preparation."""
        if self.preparation_due_on is None:
            return ()
        return tuple(one.role for one in self.attendees if one.role != "hr" and one.prepared_at is None)

    @property
    def to_prepare_now(self) -> tuple[str, ...]:
        """The same, once the time for it has come."""
        return self.unprepared if self.is_time_to_prepare else ()


@dataclass(frozen=True, slots=True)
class Agenda:
    """The conversations of one person, in the order of their days."""

    cards: tuple[ConversationCard, ...]
    wall: Wall

    @property
    def next(self) -> ConversationCard | None:
        """The first that is still to come; one that is late comes before all others."""
        coming = [card for card in self.cards if card.is_late or self._is_ahead(card)]
        return min(coming, key=lambda card: (not card.is_late, card.day, card.conversation_id), default=None)

    @property
    def last_held(self) -> ConversationCard | None:
        return next((card for card in reversed(self.cards) if card.state == "held"), None)

    @property
    def unfinished(self) -> tuple[ConversationCard, ...]:
        """Planned for a moment that has passed, and nobody has said that it was held."""
        return tuple(card for card in self.cards if card.state == "planned" and not self._is_ahead(card))

    def _is_ahead(self, card: ConversationCard) -> bool:
        if card.state == "planned" and card.starts_at is not None:
            return card.starts_at >= self.wall.now
        return card.state in ("due", "unplanned")


def wall_of(session: Session, installation: Installation, employer_id: int) -> Wall:
    """The time it is at an employer."""
    employer = session.get_one(Organisation, employer_id)
    return Wall(installation.clock().astimezone(ZoneInfo(employer.time_zone)))


def agendas(
    session: Session,
    employer_id: int,
    wall: Wall,
    person_ids: Collection[int] | None = None,
    *,
    is_sketch: bool = False,
) -> defaultdict[int, Agenda]:
    """The conversations that stand or were held, by the person they are about; an empty agenda for all others.

    A sketch leaves out who takes part and what was held: enough to say which comes next.
    """
    wanted = [
        Conversation.employer_id == employer_id,
        Conversation.kind != PREPARATION,
        Conversation.state.in_(_COMING if is_sketch else (*_COMING, "held")),
    ]
    if person_ids is not None:
        wanted.append(Conversation.person_id.in_(person_ids))
    # Columns, not objects: a list of 5,000 people reads all their conversations to put them in order.
    rows = session.execute(select(*(getattr(Conversation, name) for name in _COLUMNS)).where(*wanted))
    attendees = {} if is_sketch else _attendees(session, wanted)
    cards: dict[int, list[ConversationCard]] = {}
    for row in rows:
        cards.setdefault(row.person_id, []).append(_card(row, attendees.get(row.id, ()), wall))
    found = defaultdict(lambda: Agenda((), wall))
    for person_id, own in cards.items():
        found[person_id] = Agenda(tuple(sorted(own, key=lambda card: (card.day, card.conversation_id))), wall)
    return found


def _attendees(session: Session, wanted: list[ColumnElement[bool]]) -> dict[int, tuple[Attendee, ...]]:
    rows = session.execute(
        select(Participant.conversation_id, Participant.person_id, Participant.role, Participant.prepared_at)
        .join(Conversation, Conversation.id == Participant.conversation_id)
        .where(*wanted)
        .order_by(Participant.id)
    )
    found: dict[int, tuple[Attendee, ...]] = {}
    for conversation_id, person_id, role, prepared_at in rows:
        found[conversation_id] = (*found.get(conversation_id, ()), Attendee(person_id, role, prepared_at))
    return found


def _card(row: Row[Any], attendees: tuple[Attendee, ...], wall: Wall) -> ConversationCard:
    has_slot = row.starts_at is not None and row.state in ("planned", "held")
    return ConversationCard(
        conversation_id=row.id,
        person_id=row.person_id,
        kind=row.kind,
        state=row.state,
        reason=row.reason,
        window_from=row.window_from,
        window_to=row.window_to,
        starts_at=wall.local(row.starts_at) if has_slot else None,
        preparation_due_on=row.preparation_due_on,
        attendees=attendees,
        is_late=row.state in ("due", "unplanned") and row.window_to < wall.today,
        is_time_to_prepare=row.preparation_due_on is not None and row.preparation_due_on <= wall.today + _AHEAD,
    )
