"""The conversations of an employer as dates and participants: what was said is not here, nor who has prepared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from connector.domain.access import Act, Actor, employer_of, require
from connector.errors import NotFoundError
from connector.services.installation import Installation
from connector.services.paging import Page, PageRequest, cut_page
from connector.store.conversation import Conversation

STATES = ("due", "planned", "unplanned", "held", "cancelled")


@dataclass(frozen=True, slots=True)
class Takes:
    """Who takes part, and as what: employee, supervisor, hr, …"""

    employee_id: int
    role: str


@dataclass(frozen=True, slots=True)
class ConversationDates:
    """`starts_at` and `ends_at` are None until there is a slot; the window is when it should be."""

    id: int
    employee_id: int
    kind: str
    state: str
    window_from: date
    window_to: date
    starts_at: datetime | None
    ends_at: datetime | None
    participants: tuple[Takes, ...]


def list_conversations(
    actor: Actor,
    installation: Installation,
    request: PageRequest,
    *,
    employee_id: int | None = None,
    state: str | None = None,
) -> Page[ConversationDates]:
    """The conversations of the actor's employer, by the first day on which they may be."""
    require(actor, Act.READ_CONVERSATIONS)
    statement = _conversations(employer_of(actor)).order_by(Conversation.window_from, Conversation.id)
    if employee_id is not None:
        statement = statement.where(Conversation.person_id == employee_id)
    if state is not None:
        statement = statement.where(Conversation.state == state)
    with installation.store.read() as session:
        page: Page[Conversation] = cut_page(session, statement, request)
        return page.map(lambda rows: tuple(_dates(row) for row in rows))


def find_conversation(actor: Actor, installation: Installation, conversation_id: int) -> ConversationDates:
    """One conversation of the actor's employer, else NotFoundError."""
    require(actor, Act.READ_CONVERSATIONS)
    statement = _conversations(employer_of(actor)).where(Conversation.id == conversation_id)
    with installation.store.read() as session:
        row = session.scalar(statement)
        if row is None:
            raise NotFoundError("there is no such conversation at this employer")
        return _dates(row)


def _conversations(employer_id: int) -> Select[Conversation]:
    return (
        select(Conversation)
        .where(Conversation.employer_id == employer_id)
        .options(selectinload(Conversation.participants))
    )


def _dates(row: Conversation) -> ConversationDates:
    return ConversationDates(
        id=row.id,
        employee_id=row.person_id,
        kind=row.kind,
        state=row.state,
        window_from=row.window_from,
        window_to=row.window_to,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        participants=tuple(Takes(one.person_id, one.role) for one in row.participants),
    )
