"""People as they are on a date: the facts of one person put side by side."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from connector.store.facts import holds
from connector.store.hr import Assignment, Employment, JobDescription, OrgUnitDetails, Person, PersonDetails


@dataclass(frozen=True, slots=True)
class PersonCard:
    """Who somebody is at work on a date. None: the HR system does not say."""

    person_id: int
    name: str
    given_name: str | None
    email: str | None
    language: str | None
    employee_number: str | None
    status: str
    hired_on: date | None
    left_on: date | None
    job_id: int | None
    job_title: str | None
    unit_id: int | None
    unit_name: str | None
    supervisor_id: int | None
    working_pattern: str | None

    @property
    def is_employed(self) -> bool:
        return self.status in ("active", "on_leave", "suspended")


def person_cards(
    session: Session,
    employer_id: int,
    on: date,
    *,
    person_ids: Collection[int] | None = None,
    supervisor_id: int | None = None,
    unit_id: int | None = None,
) -> dict[int, PersonCard]:
    """Everybody of an employer as of a date, by person id, in the order of their names; may be narrowed."""
    statement = (
        select(Person.id, PersonDetails, Employment, Assignment, JobDescription.title, OrgUnitDetails.name)
        .join(PersonDetails, and_(PersonDetails.person_id == Person.id, holds(PersonDetails, on)))
        .outerjoin(Employment, and_(Employment.person_id == Person.id, holds(Employment, on)))
        .outerjoin(Assignment, and_(Assignment.person_id == Person.id, holds(Assignment, on)))
        .outerjoin(JobDescription, and_(JobDescription.job_id == Assignment.job_id, holds(JobDescription, on)))
        .outerjoin(OrgUnitDetails, and_(OrgUnitDetails.unit_id == Assignment.unit_id, holds(OrgUnitDetails, on)))
        .where(Person.employer_id == employer_id)
        .order_by(PersonDetails.family_name, PersonDetails.display_name, Person.id)
    )
    if person_ids is not None:
        statement = statement.where(Person.id.in_(person_ids))
    if supervisor_id is not None:
        statement = statement.where(Assignment.supervisor_id == supervisor_id)
    if unit_id is not None:
        statement = statement.where(Assignment.unit_id == unit_id)
    cards: dict[int, PersonCard] = {}
    for person_id, details, employment, assignment, job, unit in session.execute(statement):
        cards[person_id] = PersonCard(
            person_id=person_id,
            name=details.display_name,
            given_name=details.given_name,
            email=details.email,
            language=details.language,
            employee_number=employment.employee_number if employment else None,
            status=employment.status if employment else "unknown",
            hired_on=employment.hired_on if employment else None,
            left_on=employment.left_on if employment else None,
            job_id=assignment.job_id if assignment else None,
            job_title=job or (assignment.job_title if assignment else None),
            unit_id=assignment.unit_id if assignment else None,
            unit_name=unit,
            supervisor_id=assignment.supervisor_id if assignment else None,
            working_pattern=assignment.working_pattern if assignment else None,
        )
    return cards
