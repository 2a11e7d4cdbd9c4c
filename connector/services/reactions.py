"""What follows from an HR event for conversations. Every reaction looks at the facts as they are now, so that doing it
twice, late or in another order ends the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from connector.domain.access import Act, Actor, require
from connector.domain.wall_time import day_of
from connector.errors import RecordError
from connector.services.conversations import end_conversation
from connector.services.installation import Installation
from connector.services.season import plan
from connector.services.season_rows import LEFT, free_slots, lock_employer
from connector.services.write_back_events import Listeners
from connector.store.conversation import Conversation, Participant
from connector.store.people import person_cards

HR_EVENTS = ("hr.hired", "hr.left", "hr.supervisor_changed", "hr.job_changed", "hr.returned")


def react(actor: Actor, installation: Installation, kind: str, payload: Mapping[str, Any]) -> None:
    """React to one event: `{"person_id": int, "employer_id": int, "on": "2026-12-31"}`."""
    try:
        person_id, employer_id = int(payload["person_id"]), int(payload["employer_id"])
        on = date.fromisoformat(payload["on"])
        reaction = _REACTIONS[kind]
    except (KeyError, TypeError, ValueError) as error:
        raise RecordError("this event does not say who, where and when", field=kind, kind="payload") from error
    require(actor, Act.REACT, employer_id=employer_id)
    with installation.store.begin() as session:
        reaction(session, installation, employer_id, person_id, on)


def _on_left(session: Session, installation: Installation, employer_id: int, person_id: int, _on: date) -> None:
    """End the leaver's own conversations, and find others for those whom the leaver would have met."""
    zone = ZoneInfo(lock_employer(session, employer_id).time_zone)
    now = installation.clock()
    others: set[int] = set()
    for row in _ahead(session, installation, person_id):
        if row.starts_at is None or _works_on(session, employer_id, person_id, day_of(row.starts_at, zone)):
            continue
        if row.person_id == person_id:
            end_conversation(session, row, now, Listeners.at(session, installation, employer_id), LEFT)
        else:
            _reopen(session, row)
            others.add(row.person_id)
    plan(session, installation, employer_id, person_ids={person_id, *others})


def _on_supervisor_changed(
    session: Session, installation: Installation, employer_id: int, person_id: int, _on: date
) -> None:
    """The same slot with the new supervisor when that one is free, else another slot, else none and HR is told."""
    lock_employer(session, employer_id)
    cards = person_cards(session, employer_id, _today(session, installation, employer_id), person_ids={person_id})
    supervisor_id = cards[person_id].supervisor_id if person_id in cards else None
    for row in _ahead(session, installation, person_id):
        supervisors = [part.person_id for part in row.participants if part.role == "supervisor"]
        if row.person_id == person_id and supervisors and supervisors != [supervisor_id]:
            _reopen(session, row)
    plan(session, installation, employer_id, person_ids={person_id})


def _on_job_changed(session: Session, installation: Installation, employer_id: int, person_id: int, on: date) -> None:
    plan(session, installation, employer_id, person_ids={person_id}, job_changed={person_id: on})


def _on_arrived(session: Session, installation: Installation, employer_id: int, person_id: int, _on: date) -> None:
    plan(session, installation, employer_id, person_ids={person_id})


_Reaction = Callable[[Session, Installation, int, int, date], None]
_REACTIONS: dict[str, _Reaction] = {
    "hr.hired": _on_arrived,
    "hr.returned": _on_arrived,
    "hr.left": _on_left,
    "hr.supervisor_changed": _on_supervisor_changed,
    "hr.job_changed": _on_job_changed,
}


def _ahead(session: Session, installation: Installation, person_id: int) -> list[Conversation]:
    """The planned conversations to come in which somebody takes part."""
    return list(
        session.scalars(
            select(Conversation)
            .where(
                Conversation.state == "planned",
                Conversation.starts_at > installation.clock(),
                Conversation.participants.any(Participant.person_id == person_id),
            )
            .order_by(Conversation.starts_at)
            .options(selectinload(Conversation.participants))
        )
    )


def _reopen(session: Session, row: Conversation) -> None:
    """Give the slot back and let the planner look again; the time stays as the one that it tries first."""
    free_slots(session, row)
    row.state = "due"


def _works_on(session: Session, employer_id: int, person_id: int, day: date) -> bool:
    card = person_cards(session, employer_id, day, person_ids={person_id}).get(person_id)
    return card is not None and card.status != "left"


def _today(session: Session, installation: Installation, employer_id: int) -> date:
    return installation.today(lock_employer(session, employer_id).time_zone)
