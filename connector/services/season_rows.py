"""The scene of one planning run at one employer, and the rows it reads and writes."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from connector.domain.cycle import ConversationRule, Cycle, DueConversation
from connector.errors import ConfigurationError, NotFoundError
from connector.planning.cycle_file import load_cycle
from connector.services.installation import EmployerConfig, Installation
from connector.services.write_back_events import Listeners
from connector.store.accounts import Organisation
from connector.store.conversation import BookedSlot, Conversation, Participant
from connector.store.people import PersonCard, person_cards

LEFT = "left"  # the reason of a conversation that was cancelled because the employee left: it may come back


@dataclass(frozen=True, slots=True)
class Scene:
    """One employer on one day. `cards` are the employees to look at and their supervisors."""

    employer_id: int
    config: EmployerConfig
    cycle: Cycle
    zone: ZoneInfo
    now: datetime
    today: date
    people: Mapping[int, PersonCard]
    cards: Mapping[int, PersonCard]
    listeners: Listeners

    def rule(self, kind: str) -> ConversationRule | None:
        return next((rule for rule in self.cycle.rules if rule.kind == kind), None)


def lock_employer(session: Session, employer_id: int) -> Organisation:
    """Whoever books slots of an employer holds its row, so that two planners never wait for each other's slots."""
    statement = select(Organisation).where(Organisation.id == employer_id).with_for_update(key_share=True)
    employer = session.scalar(statement)
    if employer is None:
        raise NotFoundError("there is no such employer")
    return employer


def open_scene(
    session: Session, installation: Installation, employer_id: int, person_ids: Collection[int] | None = None
) -> Scene:
    """The scene, with the employer's row locked. `person_ids` narrows the employees that are looked at."""
    employer = lock_employer(session, employer_id)
    config = installation.employers.get(employer.code)
    if config is None:
        raise ConfigurationError("this employer is not in the settings", where=f"organisations.{employer.code}")
    zone = ZoneInfo(employer.time_zone)
    today = installation.today(employer.time_zone)
    people = person_cards(session, employer_id, today, person_ids=person_ids)
    others = {card.supervisor_id for card in people.values() if card.supervisor_id is not None} - set(people)
    cards = {**people, **person_cards(session, employer_id, today, person_ids=others)} if others else people
    return Scene(
        employer_id=employer_id,
        config=config,
        cycle=load_cycle(installation.mappings, config.cycle),
        zone=zone,
        now=installation.clock(),
        today=today,
        people=people,
        cards=cards,
        listeners=Listeners.of(installation, employer.code),
    )


def write_due(session: Session, installation: Installation, scene: Scene, due: Collection[DueConversation]) -> None:
    """A row for each that has none yet. One without a slot follows when its window moved; one of a leaver returns."""
    known = {
        row.key: row
        for row in session.scalars(
            select(Conversation).where(
                Conversation.employer_id == scene.employer_id,
                Conversation.person_id.in_({one.person_id for one in due}),
            )
        )
    }
    for one in due:
        row = known.get(one.key)
        if row is None:
            session.add(_new_row(installation, scene, one))
            continue
        if row.state == "cancelled" and row.reason == LEFT and _stays(scene.cards[one.person_id], one):
            row.state, row.reason = "due", None
        if row.state in ("due", "unplanned"):
            row.window_from, row.window_to = one.window_from, one.window_to
    session.flush()


def rows_to_place(session: Session, scene: Scene) -> list[Conversation]:
    """The conversations of the scene's people that are due or could not be placed before."""
    return list(
        session.scalars(
            select(Conversation)
            .where(
                Conversation.employer_id == scene.employer_id,
                Conversation.person_id.in_(scene.people),
                Conversation.state.in_(("due", "unplanned")),
                Conversation.window_from <= scene.today + timedelta(days=scene.cycle.horizon_days),
            )
            .order_by(Conversation.id)
            .options(selectinload(Conversation.participants))
        )
    )


def set_participants(session: Session, row: Conversation, wanted: Mapping[int, str]) -> None:
    """Make the participants these (person -> role); who stays keeps what they had prepared."""
    for part in list(row.participants):
        if part.person_id not in wanted:
            row.participants.remove(part)
            session.delete(part)
    present = {part.person_id: part for part in row.participants}
    for person_id, role in wanted.items():
        if person_id in present:
            present[person_id].role = role
        else:
            row.participants.append(Participant(person_id=person_id, role=role))


def free_slots(session: Session, row: Conversation) -> None:
    """Give the half hours of a conversation back."""
    for slot in session.scalars(select(BookedSlot).where(BookedSlot.conversation_id == row.id)):
        session.delete(slot)
    session.flush()


def _stays(card: PersonCard, due: DueConversation) -> bool:
    return card.left_on is None or card.left_on >= due.window_to


def _new_row(installation: Installation, scene: Scene, due: DueConversation) -> Conversation:
    name = f"{installation.base_url}/{scene.config.code}/{due.key}"
    return Conversation(
        employer_id=scene.employer_id,
        person_id=due.person_id,
        key=due.key,
        cycle=scene.cycle.name,
        kind=due.kind,
        shared_goal_uid=due.goal_uid,
        window_from=due.window_from,
        window_to=due.window_to,
        minutes=due.minutes,
        state="due",
        uid=str(uuid.uuid5(uuid.NAMESPACE_URL, name)),
        sequence=0,
        created_at=scene.now,
    )
