"""An installation with two employers, both with one of everything, and a token for every role."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from connector.app import create_app
from connector.domain.access import Actor, Role
from connector.services.installation import EmployerConfig, Installation
from connector.services.organisations import organisation_id
from connector.services.tokens import TOKEN_ROLES, create_token
from connector.store.accounts import Account
from connector.store.competencies import Competency, CompetencyFramework, CompetencyLabel
from connector.store.conversation import Conversation, Participant
from connector.store.hr import (
    Assignment,
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
from connector.store.plan import DevelopmentPlan
from connector.store.sheet import Agreement, AgreementSheet, SharedGoal, SheetVersion
from connector.store.sync_state import QuarantinedRecord, Scan, Source, SyncRun

OPERATOR = Actor(role=Role.ADMINISTRATOR, employer_id=None)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SINCE = {"valid_from": date(2026, 1, 1), "recorded_from": NOW}
COLLECTIONS = (
    "employees",
    "job-profiles",
    "competencies",
    "trainings",
    "agreement-sheets",
    "conversations",
    "sync-runs",
    "quarantine",
)


@dataclass(frozen=True)
class World:
    """`ids[employer][collection]` is the id of that employer's own one; `tokens[employer][role]` opens it."""

    installation: Installation
    app: Flask
    client: FlaskClient
    ids: dict[str, dict[str, int]]
    tokens: dict[str, dict[Role, str]] = field(repr=False)

    def get(self, path: str, role: Role = Role.HR, employer: str = "acme", **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.tokens[employer][role]}", **more.pop("headers", {})}
        return self.client.get(f"/api/v1{path}", headers=headers, **more)


def _employer(code: str, name: str) -> EmployerConfig:
    return EmployerConfig(code, name, "employer", "nl", "Europe/Brussels", "BE", "general")


def _person(session: Session, employer_id: int, number: int, **assigned: Any) -> int:
    person = Person(employer_id=employer_id)
    session.add(person)
    session.flush()
    session.add(
        PersonDetails(
            person_id=person.id,
            display_name=f"Persoon {number:03}",
            given_name="Éloïse",
            family_name=f"İşçi-{number:03}",
            email=f"p{number}@example.test",
            language="nl",
            **SINCE,
        )
    )
    session.add(Employment(person_id=person.id, employee_number=f"{number:04}", status="active", **SINCE))
    session.add(Assignment(person_id=person.id, **assigned, **SINCE))
    session.flush()
    return person.id


def add_people(installation: Installation, employer: str, count: int, *, start: int = 100) -> None:
    """More people for the lists to be long."""
    with installation.store.begin() as session:
        employer_id = organisation_id(session, employer)
        unit = OrgUnit(employer_id=employer_id)
        job = Job(employer_id=employer_id)
        session.add_all([unit, job])
        session.flush()
        session.add(OrgUnitDetails(unit_id=unit.id, name="Groendienst", **SINCE))
        session.add(JobDescription(job_id=job.id, title="Tuinier", **SINCE))
        for number in range(start, start + count):
            _person(session, employer_id, number, unit_id=unit.id, job_id=job.id)


def take_away_database(world: World) -> None:
    """A folder stands where the file was, so that it cannot be opened."""
    engine = world.installation.store.engine
    engine.dispose()
    path = Path(engine.url.database or "")
    path.unlink()
    path.mkdir()


def add_conversation(session: Session, employer_id: int, person_id: int, supervisor_id: int, key: str) -> int:
    row = Conversation(
        employer_id=employer_id,
        person_id=person_id,
        key=key,
        cycle="general",
        kind="development_conversation",
        window_from=date(2026, 11, 23),
        window_to=date(2026, 12, 18),
        minutes=90,
        state="planned",
        starts_at=datetime(2026, 12, 1, 9, 0, tzinfo=UTC),
        ends_at=datetime(2026, 12, 1, 10, 30, tzinfo=UTC),
        uid=f"{employer_id}-{key}@pop.example",
        created_at=NOW,
    )
    row.participants = [
        Participant(person_id=person_id, role="employee"),
        Participant(person_id=supervisor_id, role="supervisor"),
    ]
    session.add(row)
    session.flush()
    return row.id


def _sheet(session: Session, employer_id: int, person_id: int, competency_id: int) -> int:
    owner = Account(issuer="demo", subject=f"owner-{employer_id}", name="Eigenaar", created_at=NOW)
    session.add(owner)
    session.flush()
    plan = DevelopmentPlan(
        owner_id=owner.id,
        employer_id=employer_id,
        scope="internal",
        orientation="action",
        cycle="general",
        step="D",
        started_on=date(2026, 9, 1),
    )
    session.add(plan)
    session.flush()
    sheet = AgreementSheet(
        employer_id=employer_id, owner_id=owner.id, person_id=person_id, plan_id=plan.id, created_at=NOW
    )
    goal = SharedGoal(
        uid=uuid.uuid4(),
        what="Zelfstandig met de heftruck werken",
        priority=1,
        state="open",
        competency_id=competency_id,
        level_aimed=75,
    )
    agreement = Agreement(
        uid=uuid.uuid4(),
        kind="cost",
        text="De werkgever betaalt de opleiding.",
        owed_by="training_department",
        owed_to="employee",
        amount=Decimal("450.00"),
        currency="EUR",
        due_on=date(2027, 1, 15),
    )
    version = SheetVersion(number=1, shared_at=NOW, confirmed_by_owner_at=NOW, goals=[goal], agreements=[agreement])
    sheet.versions = [version]
    session.add(sheet)
    session.flush()
    return sheet.id


def _fill(session: Session, code: str) -> dict[str, int]:
    employer_id = organisation_id(session, code)
    framework = CompetencyFramework(
        code=f"employer:{code}", version="1", name=code, employer_id=employer_id, imported_at=NOW
    )
    unit, job = OrgUnit(employer_id=employer_id), Job(employer_id=employer_id)
    source = Source(name=f"files-{code}", employer_id=employer_id, mapping="files", kind="hr")
    session.add_all([framework, unit, job, source])
    session.flush()
    competency = Competency(framework_id=framework.id, code="C1", kind="skill")
    session.add(competency)
    session.flush()
    for language, text in (("nl", "Heftruck besturen"), ("fr", "Conduire un chariot élévateur")):
        session.add(CompetencyLabel(competency_id=competency.id, language=language, text=text, is_preferred=True))
    session.add(OrgUnitDetails(unit_id=unit.id, name="Magazijn", **SINCE))
    session.add(JobDescription(job_id=job.id, title="Heftruckchauffeur", description="Laadt en lost.", **SINCE))
    session.add(
        JobRequirement(
            job_id=job.id,
            competency_id=competency.id,
            scale="vierdelig",
            level=75,
            level_label="zelfstandig",
            weight=Decimal("1.5"),
            **SINCE,
        )
    )
    supervisor = _person(session, employer_id, 1, unit_id=unit.id, job_title="Ploegbaas")
    person = _person(session, employer_id, 2, unit_id=unit.id, job_id=job.id, supervisor_id=supervisor)
    training = Training(
        employer_id=employer_id,
        source_id=source.id,
        key="HEF-1",
        title="Heftruck: basis",
        price=Decimal("450.00"),
        currency="EUR",
        hours=Decimal(16),
    )
    run = SyncRun(
        source_id=source.id,
        state="done",
        started_at=NOW,
        finished_at=NOW,
        mapping_digest="0" * 64,
        counts={"read": 2, "new": 2},
    )
    session.add_all([training, run])
    session.flush()
    session.add(TrainingCompetency(training_id=training.id, competency_id=competency.id, origin="catalogue"))
    session.add(
        Scan(
            run_id=run.id,
            resource="employees",
            state="complete",
            total=2,
            counts={"read": 2, "new": 2},
            started_at=NOW,
            finished_at=NOW,
        )
    )
    problem = create_problem(source.id, run.id, "9")
    session.add(problem)
    session.flush()
    return {
        "employees": person,
        "job-profiles": job.id,
        "competencies": competency.id,
        "trainings": training.id,
        "agreement-sheets": _sheet(session, employer_id, person, competency.id),
        "conversations": add_conversation(session, employer_id, person, supervisor, "general:1"),
        "sync-runs": run.id,
        "quarantine": problem.id,
    }


def create_problem(source_id: int, run_id: int, key: str) -> QuarantinedRecord:
    """Somebody whose e-mail address is none."""
    return QuarantinedRecord(
        source_id=source_id,
        resource="employees",
        key=key,
        field="email",
        kind="a text of 9 characters",
        reason="Not a valid email address.",
        hash=b"0" * 16,
        shape={"e-mail": "aaaa aaaa"},
        times=2,
        first_seen_at=NOW,
        last_seen_at=NOW,
        run_id=run_id,
    )


@pytest.fixture
def world(create_installation: Callable[..., Installation]) -> World:
    installation = create_installation(
        employers={"acme": _employer("acme", "Maatwerk De Schakel"), "zenit": _employer("zenit", "Zenit vzw")}
    )
    with installation.store.begin() as session:
        ids = {code: _fill(session, code) for code in ("acme", "zenit")}
    tokens = {
        code: {role: create_token(OPERATOR, installation, code, role, f"{code} {role}").secret for role in TOKEN_ROLES}
        for code in ("acme", "zenit")
    }
    app = create_app(installation, secret_key="for tests only, and long enough")
    return World(installation, app, app.test_client(), ids, tokens)
