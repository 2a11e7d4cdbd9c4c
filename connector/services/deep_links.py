"""From a record of the HR system to the person here: what stands behind /go/SOURCE/RECORD-ID."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, Role, require
from connector.errors import NotFoundError
from connector.services.days import today_at
from connector.services.installation import Installation
from connector.store.hr import Person, SourceIdentity
from connector.store.people import person_cards
from connector.store.sync_state import Source


def find_person(actor: Actor, installation: Installation, source: str, key: str) -> int:
    """The person whom `source` knows as `key`, if this actor may open a page about them.

    HR: anyone of the employer; a supervisor: the own team of today; an employee: himself. Everything else is the same
    NotFoundError, so that nobody learns from the answer which records exist.
    """
    require(actor, Act.FOLLOW_LINK)
    with installation.store.read() as session:
        person_id = session.scalar(
            select(Person.id)
            .join(SourceIdentity, SourceIdentity.entity_id == Person.id)
            .join(Source, Source.id == SourceIdentity.source_id)
            .where(
                Source.name == source,
                SourceIdentity.target == "employee",
                SourceIdentity.key == key,
                Person.employer_id == actor.employer_id,
            )
        )
        if person_id is None or not _may_open(session, installation, actor, person_id):
            raise NotFoundError("there is no such record for you")
        return person_id


def _may_open(session: Session, installation: Installation, actor: Actor, person_id: int) -> bool:
    if actor.role is Role.HR:
        return True
    if actor.role is Role.EMPLOYEE or actor.person_id is None or actor.employer_id is None:
        return person_id == actor.person_id
    today = today_at(session, installation, actor.employer_id)
    return person_id in person_cards(
        session, actor.employer_id, today, person_ids=[person_id], supervisor_id=actor.person_id
    )
