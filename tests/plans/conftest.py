"""A small employer with a team: an employee, a colleague, two supervisors, one account each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest

from connector.domain.access import TIMER, Actor, Role
from connector.services.accounts import add_membership, create_account, link_person
from connector.services.installation import Installation
from connector.services.organisations import organisation_id
from connector.store.competencies import Competency, CompetencyFramework, CompetencyLabel
from connector.store.facts import FactWriter
from connector.store.hr import Assignment, Employment, OrgUnit, OrgUnitDetails, Person, PersonDetails

SINCE = date(2020, 1, 1)


@dataclass(frozen=True)
class Team:
    employer_id: int
    unit_id: int
    competency_id: int
    employee: Actor
    colleague: Actor
    loner: Actor  # has no supervisor
    supervisor: Actor
    other_supervisor: Actor
    hr: Actor
    training: Actor
    administrator: Actor

    def in_role(self, actor: Actor, role: Role) -> Actor:
        return Actor(role, actor.employer_id, actor.account_id, actor.person_id)


@pytest.fixture
def create_actor(installation: Installation) -> Callable[..., Actor]:
    """A factory: an account with one role, tied to an HR person when one is given."""

    def create(subject: str, role: Role, person_id: int | None = None) -> Actor:
        with installation.store.read() as session:
            employer_id = organisation_id(session, "acme")
        account_id = create_account(TIMER, installation, "test", subject, subject)
        add_membership(TIMER, installation, account_id, employer_id, role)
        actor = Actor(role, employer_id, account_id, person_id)
        if person_id is not None:
            link_person(Actor(role, employer_id, account_id), installation, person_id)
        return actor

    return create


@pytest.fixture
def team(installation: Installation, create_actor: Callable[..., Actor]) -> Team:
    with installation.store.begin() as session:
        employer_id = organisation_id(session, "acme")
        people = {name: Person(employer_id=employer_id) for name in ("els", "bram", "loner", "chef", "otherchef")}
        unit = OrgUnit(employer_id=employer_id)
        framework = CompetencyFramework(code="acme", version="1", name="Acme", imported_at=installation.clock())
        session.add_all([*people.values(), unit, framework])
        session.flush()
        competency = Competency(framework_id=framework.id, code="snoeien")
        session.add(competency)
        session.flush()
        session.add(CompetencyLabel(competency_id=competency.id, language="nl", text="snoeien", is_preferred=True))
        facts = FactWriter(session, at=installation.clock())
        facts.believe(OrgUnitDetails, {"unit_id": unit.id}, {"name": "Groen"}, SINCE)
        reports_to = {"els": "chef", "bram": "otherchef"}
        for name, row in people.items():
            boss = people[reports_to[name]].id if name in reports_to else None
            facts.believe(PersonDetails, {"person_id": row.id}, {"display_name": name}, SINCE)
            facts.believe(Employment, {"person_id": row.id}, {"status": "active"}, SINCE)
            facts.believe(Assignment, {"person_id": row.id}, {"unit_id": unit.id, "supervisor_id": boss}, SINCE)
        ids = {name: row.id for name, row in people.items()}
        unit_id, competency_id = unit.id, competency.id
    return Team(
        employer_id=employer_id,
        unit_id=unit_id,
        competency_id=competency_id,
        employee=create_actor("els", Role.EMPLOYEE, ids["els"]),
        colleague=create_actor("bram", Role.EMPLOYEE, ids["bram"]),
        loner=create_actor("loner", Role.EMPLOYEE, ids["loner"]),
        supervisor=create_actor("chef", Role.SUPERVISOR, ids["chef"]),
        other_supervisor=create_actor("otherchef", Role.SUPERVISOR, ids["otherchef"]),
        hr=create_actor("hr", Role.HR),
        training=create_actor("vto", Role.TRAINING),
        administrator=create_actor("it", Role.ADMINISTRATOR),
    )
