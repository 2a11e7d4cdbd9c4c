"""Two employers with people, and somebody signed in as each of the four readers."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from connector.domain.access import TIMER, Actor, Role
from connector.domain.goal import ActivityDraft, GoalDraft
from connector.domain.sheet import AgreementDraft, AgreementKind, Party
from connector.services.accounts import add_membership, link_person
from connector.services.goals import add_activity, add_goal, tie_competency
from connector.services.installation import EmployerConfig, Installation
from connector.services.plans import my_plan, start_plan
from connector.services.sessions import Identity, find_visitor, open_session
from connector.services.sharing import confirm_sheet, share_sheet
from connector.store.competencies import Competency, CompetencyFramework, CompetencyLabel
from connector.store.conversation import Conversation, Participant
from connector.store.facts import FactWriter
from connector.store.hr import (
    Assignment,
    CompetencyRating,
    Employment,
    Job,
    JobDescription,
    JobRequirement,
    OrgUnit,
    OrgUnitDetails,
    Person,
    PersonDetails,
    Training,
    TrainingCompetency,
)
from connector.store.sync_state import Source
from tests.web.conftest import PageClient

SINCE = date(2024, 1, 1)
CANARY = "kanarie-alleen-voor-mij"


def _employer(code: str, name: str) -> EmployerConfig:
    return EmployerConfig(code, name, "employer", "nl", "Europe/Brussels", "BE", "general")


@pytest.fixture
def installation(create_installation: Callable[..., Installation]) -> Installation:
    """Employer 1 is acme, employer 2 is beta."""
    return create_installation(employers={"acme": _employer("acme", "Acme"), "beta": _employer("beta", "Beta")})


@dataclass
class World:
    """Makes people and what belongs to them; every `create_…` gives an id."""

    installation: Installation
    new_client: Callable[..., PageClient]
    competencies: dict[str, int] = field(default_factory=dict)

    def create_unit(self, name: str = "Montage", employer_id: int = 1) -> int:
        with self.installation.store.begin() as session:
            unit = OrgUnit(employer_id=employer_id)
            session.add(unit)
            session.flush()
            self._facts(session).believe(OrgUnitDetails, {"unit_id": unit.id}, {"name": name}, SINCE)
            return unit.id

    def create_job(self, title: str = "Monteur", levels: dict[str, int] | None = None, employer_id: int = 1) -> int:
        asked = {self.create_competency(name): level for name, level in (levels or {}).items()}
        with self.installation.store.begin() as session:
            job = Job(employer_id=employer_id)
            session.add(job)
            session.flush()
            facts = self._facts(session)
            facts.believe(
                JobDescription, {"job_id": job.id}, {"title": title, "description": "Zet alles in elkaar."}, SINCE
            )
            for competency_id, level in asked.items():
                facts.believe(JobRequirement, {"job_id": job.id, "competency_id": competency_id}, _level(level), SINCE)
            return job.id

    def create_competency(self, name: str) -> int:
        if name not in self.competencies:
            with self.installation.store.begin() as session:
                framework = CompetencyFramework(
                    code=f"acme-{name}", version="1", name="Acme", employer_id=1, imported_at=self.installation.clock()
                )
                session.add(framework)
                session.flush()
                row = Competency(framework_id=framework.id, code=name)
                session.add(row)
                session.flush()
                session.add(CompetencyLabel(competency_id=row.id, language="nl", text=name, is_preferred=True))
                self.competencies[name] = row.id
        return self.competencies[name]

    def create_training(self, title: str, competency: str, *, employer_id: int = 1, **parts: object) -> int:
        """A training of the catalogue that teaches a competency; its price and date are unknown unless given."""
        competency_id = self.create_competency(competency)
        with self.installation.store.begin() as session:
            source = session.scalar(select(Source).where(Source.employer_id == employer_id))
            if source is None:
                source = Source(
                    employer_id=employer_id, name=f"catalogus {employer_id}", mapping="files", kind="catalogue"
                )
                session.add(source)
                session.flush()
            key = uuid.uuid4().hex
            row = Training(employer_id=employer_id, source_id=source.id, key=key, title=title, **parts)
            session.add(row)
            session.flush()
            session.add(TrainingCompetency(training_id=row.id, competency_id=competency_id, origin="catalogue"))
            return row.id

    def create_person(
        self,
        name: str = "Bart Vermeulen",
        *,
        employer_id: int = 1,
        supervisor_id: int | None = None,
        unit_id: int | None = None,
        job_id: int | None = None,
        levels: dict[str, int] | None = None,
        status: str = "active",
        number: str | None = None,
    ) -> int:
        rated = {self.create_competency(competency): level for competency, level in (levels or {}).items()}
        with self.installation.store.begin() as session:
            person = Person(employer_id=employer_id)
            session.add(person)
            session.flush()
            facts, key = self._facts(session), {"person_id": person.id}
            given, _, family = name.partition(" ")
            details = {"display_name": name, "given_name": given, "family_name": family or None}
            facts.believe(PersonDetails, key, details, SINCE)
            facts.believe(Employment, key, {"status": status, "employee_number": number, "hired_on": SINCE}, SINCE)
            placed = {"supervisor_id": supervisor_id, "unit_id": unit_id, "job_id": job_id}
            facts.believe(Assignment, key, placed, SINCE)
            for competency_id, level in rated.items():
                values = {**_level(level), "assessed_on": SINCE}
                facts.believe(CompetencyRating, {**key, "competency_id": competency_id}, values, SINCE)
            return person.id

    def create_conversation(
        self, person_id: int, *, with_id: int | None = None, at: datetime | None = None, **parts: object
    ) -> int:
        values: dict[str, object] = {
            "employer_id": 1,
            "person_id": person_id,
            "key": uuid.uuid4().hex,
            "uid": uuid.uuid4().hex,
            "cycle": "general",
            "kind": "development_conversation",
            "window_from": date(2026, 11, 16),
            "window_to": date(2026, 12, 18),
            "minutes": 90,
            "state": "planned" if at else "due",
            "starts_at": at,
            "created_at": self.installation.clock(),
            "preparation_due_on": date(2026, 11, 24),
        }
        with self.installation.store.begin() as session:
            row = Conversation(**{**values, **parts})
            row.participants = [Participant(person_id=person_id, role="employee")]
            if with_id is not None:
                row.participants.append(Participant(person_id=with_id, role="supervisor"))
            session.add(row)
            session.flush()
            return row.id

    def actor(self, role: Role, person_id: int | None = None, *, employer_id: int = 1, name: str = "Iemand") -> Actor:
        return self._enter(role, person_id, employer_id, name)[0]

    def client(
        self, role: Role, person_id: int | None = None, *, employer_id: int = 1, name: str = "Iemand"
    ) -> PageClient:
        """A browser of somebody new who has signed in, in this role."""
        client = self.new_client()
        client.enter(self._enter(role, person_id, employer_id, name)[1])
        return client

    def client_of(self, actor: Actor) -> PageClient:
        """A browser of somebody who exists already."""
        client = self.new_client()
        client.enter(
            open_session(TIMER, self.installation, Identity("https://id.example", self._subjects[actor], "Iemand"))
        )
        return client

    _subjects: dict[Actor, str] = field(default_factory=dict)

    def _enter(self, role: Role, person_id: int | None, employer_id: int, name: str) -> tuple[Actor, str]:
        subject = uuid.uuid4().hex
        key = open_session(TIMER, self.installation, Identity("https://id.example", subject, name))
        found = find_visitor(TIMER, self.installation, key)
        assert found is not None
        add_membership(TIMER, self.installation, found.account_id, employer_id, role)
        actor = Actor(role, employer_id, found.account_id, person_id)
        if person_id is not None:
            link_person(Actor(role, employer_id, found.account_id), self.installation, person_id)
        self._subjects[actor] = subject
        return actor, key

    def create_plan(
        self, owner: Actor, *whats: str, competency: str | None = None, level: int | None = None
    ) -> list[uuid.UUID]:
        """An open plan with a goal for each text; gives the goals."""
        plan_id = start_plan(owner, self.installation)
        goals = []
        for what in whats:
            goal = add_goal(
                owner,
                self.installation,
                plan_id,
                GoalDraft(what, "meekijken", "ik kan het", target_on=date(2027, 2, 1)),
            )
            if competency is not None:
                tie_competency(owner, self.installation, goal, self.create_competency(competency), level_aimed=level)
            goals.append(goal)
        self._plans[owner] = plan_id
        return goals

    _plans: dict[Actor, uuid.UUID] = field(default_factory=dict)

    def add_private_goal(self, owner: Actor, text: str = CANARY) -> None:
        """A goal that is never shared, with the text in each of its parts."""
        goal = add_goal(
            owner, self.installation, self._plans[owner], GoalDraft(text, f"{text} hoe", f"{text} resultaat")
        )
        add_activity(owner, self.installation, goal, ActivityDraft(f"{text} activiteit"))

    def plan_goals(self, owner: Actor) -> list[uuid.UUID]:
        return [goal.goal_id for goal in my_plan(owner, self.installation).goals]

    def share(self, owner: Actor, goals: list[uuid.UUID], *agreements: AgreementDraft, by: Actor | None = None) -> int:
        """Share goals and agreements; confirmed by both sides when `by` names the employer's."""
        version = share_sheet(owner, self.installation, self._plans[owner], goals, agreements)
        if by is not None:
            confirm_sheet(owner, self.installation, version)
            confirm_sheet(by, self.installation, version)
        return version

    def _facts(self, session: object) -> FactWriter:
        return FactWriter(session, at=datetime(2024, 1, 1, tzinfo=UTC))  # type: ignore[arg-type]


def _level(level: int) -> dict[str, object]:
    words = {25: "basis", 50: "gevorderd", 75: "zelfstandig", 100: "expert"}
    return {"scale": "vierdelig", "level": level, "level_label": words[level]}


def promise(text: str = "Tablet voor huisbezoeken", **parts: object) -> AgreementDraft:
    """A facility that the supervisor owes, late by a week; `parts` may say otherwise."""
    values: dict[str, object] = {
        "kind": AgreementKind.FACILITY,
        "text": text,
        "owed_by": Party.SUPERVISOR,
        "owed_to": Party.EMPLOYEE,
        "due_on": date(2026, 11, 16),
        "amount": Decimal(780),
    }
    return AgreementDraft(**{**values, **parts})  # type: ignore[arg-type]


@pytest.fixture
def world(installation: Installation, create_client: Callable[..., PageClient]) -> World:
    app = create_client().app
    return World(installation, lambda: PageClient(app))


@dataclass(frozen=True)
class Small:
    """Amina works for Katrien, has a plan with a shared and a private goal, and a conversation on Thursday."""

    katrien: int
    amina: int
    owner: Actor
    supervisor: Actor
    conversation: int
    version: int
    unit: int
    goal: uuid.UUID


@pytest.fixture
def small(world: World) -> Small:
    unit = world.create_unit("Onthaal")
    job = world.create_job("Onthaalmedewerker", {"Digitaal werken": 75, "Samenwerken": 50, "Wetgeving": 100})
    katrien = world.create_person("Katrien Maes", unit_id=unit)
    amina = world.create_person(
        "Amina El Amrani",
        supervisor_id=katrien,
        unit_id=unit,
        job_id=job,
        levels={"Digitaal werken": 25, "Samenwerken": 50},
        number="0042",
    )
    owner = world.actor(Role.EMPLOYEE, amina)
    supervisor = world.actor(Role.SUPERVISOR, katrien)
    goals = world.create_plan(owner, "Vlot met de computer werken", competency="Digitaal werken", level=75)
    world.add_private_goal(owner)
    version = world.share(owner, goals, promise(), by=supervisor)
    thursday = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
    conversation = world.create_conversation(amina, with_id=katrien, at=thursday)
    return Small(katrien, amina, owner, supervisor, conversation, version, unit, goals[0])


@pytest.fixture
def hr(tmp_path: Path, installation: Installation, create_client: Callable[..., PageClient]) -> Any:
    """Acme with a source `hr` that nothing was read from yet: see tests.web.pages.syncing."""
    from tests.web.pages.syncing import create_hr  # which builds on this file

    return create_hr(tmp_path / "hr", installation, create_client)
