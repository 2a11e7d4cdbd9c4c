"""The people of an employer as another system may know them: name, number, unit, job, supervisor, status. No more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, and_, exists, select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, employer_of, require
from connector.errors import NotFoundError
from connector.services.days import today_at
from connector.services.installation import Installation
from connector.services.paging import Page, PageRequest, cut_page
from connector.store.facts import holds
from connector.store.hr import Assignment, Employment, Person, PersonDetails
from connector.store.people import PersonCard, person_cards

STATUSES = ("planned", "active", "on_leave", "suspended", "left", "unknown")


@dataclass(frozen=True, slots=True)
class Place:
    """A unit or a job by name. `id` is None when the HR system gives no more than the words."""

    id: int | None
    name: str | None


@dataclass(frozen=True, slots=True)
class Employee:
    id: int
    name: str
    given_name: str | None
    employee_number: str | None
    status: str
    unit: Place | None
    job: Place | None
    supervisor_id: int | None


@dataclass(frozen=True, slots=True)
class EmployeeFilter:
    """All that is given must hold; `on` is the day of the facts, today when it is not given."""

    employee_number: str | None = None
    status: str | None = None
    supervisor_id: int | None = None
    on: date | None = None


def list_employees(
    actor: Actor, installation: Installation, request: PageRequest, wanted: EmployeeFilter
) -> Page[Employee]:
    """The people of the actor's employer, in the order of their names."""
    require(actor, Act.READ_PEOPLE)
    employer_id = employer_of(actor)
    with installation.store.read() as session:
        on = wanted.on or today_at(session, installation, employer_id)
        page: Page[int] = cut_page(session, _ids(employer_id, on, wanted), request)
        return page.map(lambda ids: _employees(session, employer_id, on, ids))


def find_employee(actor: Actor, installation: Installation, person_id: int, on: date | None = None) -> Employee:
    """One person of the actor's employer, else NotFoundError."""
    require(actor, Act.READ_PEOPLE)
    employer_id = employer_of(actor)
    with installation.store.read() as session:
        day = on or today_at(session, installation, employer_id)
        found = _employees(session, employer_id, day, (person_id,))
    if not found:
        raise NotFoundError("there is no such employee on this day at this employer")
    return found[0]


def _ids(employer_id: int, on: date, wanted: EmployeeFilter) -> Select[int]:
    statement = (
        select(Person.id)
        .join(PersonDetails, and_(PersonDetails.person_id == Person.id, holds(PersonDetails, on)))
        .where(Person.employer_id == employer_id)
        .order_by(PersonDetails.family_name, PersonDetails.display_name, Person.id)
    )
    employed = and_(Employment.person_id == Person.id, holds(Employment, on))
    if wanted.employee_number is not None:
        statement = statement.where(exists().where(employed, Employment.employee_number == wanted.employee_number))
    if wanted.status == "unknown":
        statement = statement.where(~exists().where(employed, Employment.status != "unknown"))
    elif wanted.status is not None:
        statement = statement.where(exists().where(employed, Employment.status == wanted.status))
    if wanted.supervisor_id is not None:
        assigned = and_(Assignment.person_id == Person.id, holds(Assignment, on))
        statement = statement.where(exists().where(assigned, Assignment.supervisor_id == wanted.supervisor_id))
    return statement


def _employees(session: Session, employer_id: int, on: date, ids: tuple[int, ...]) -> tuple[Employee, ...]:
    cards = person_cards(session, employer_id, on, person_ids=ids)
    return tuple(_employee(cards[person_id]) for person_id in ids if person_id in cards)


def _employee(card: PersonCard) -> Employee:
    return Employee(
        id=card.person_id,
        name=card.name,
        given_name=card.given_name,
        employee_number=card.employee_number,
        status=card.status,
        unit=_place(card.unit_id, card.unit_name),
        job=_place(card.job_id, card.job_title),
        supervisor_id=card.supervisor_id,
    )


def _place(number: int | None, name: str | None) -> Place | None:
    return None if number is None and name is None else Place(number, name)
