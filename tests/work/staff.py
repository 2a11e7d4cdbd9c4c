"""Invented people of an employer, written as the sync engine writes them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from connector.domain.access import TIMER, Actor, Role
from connector.services.accounts import add_membership, create_account
from connector.services.installation import Installation
from connector.services.organisations import organisation_id
from connector.store.facts import FactWriter
from connector.store.hr import Absence, Assignment, Employment, Person, PersonDetails
from connector.store.plan import DevelopmentPlan
from connector.store.sheet import Agreement, AgreementSheet, SharedGoal, SheetVersion
from connector.store.work import Outbox

SINCE = date(2020, 1, 1)
KNOWN_AT = datetime(2026, 11, 1, tzinfo=UTC)


class Staff:
    """Adds people, absences, goals; each change is a fact from a day on."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        with installation.store.read() as session:
            self.employer_id = organisation_id(session, "acme")
        self.hr = Actor(Role.HR, self.employer_id)

    def add(
        self,
        name: str = "An Peeters",
        *,
        supervisor: int | None = None,
        hired_on: date | None = date(2020, 1, 15),
        email: str | None = "",
        pattern: str | None = None,
    ) -> int:
        """Somebody; `email` "" makes one up. With the hire date left as it is, a yearly conversation is due."""
        with self.installation.store.begin() as session:
            person = Person(employer_id=self.employer_id)
            session.add(person)
            session.flush()
            person_id = person.id
        address = f"person{person_id}@acme.example" if email == "" else email
        names = {"display_name": name, "given_name": name.partition(" ")[0], "email": address, "language": "nl"}
        self.believe(PersonDetails, person_id, names)
        self.believe(Employment, person_id, {"status": "active", "hired_on": hired_on})
        self.assign(person_id, supervisor, pattern=pattern)
        return person_id

    def assign(
        self, person_id: int, supervisor: int | None, *, pattern: str | None = None, since: date = SINCE
    ) -> None:
        self.believe(Assignment, person_id, {"supervisor_id": supervisor, "working_pattern": pattern}, since)

    def leave(self, person_id: int, on: date) -> None:
        """Gone from a day on; the last day at work, known from the start, is the one before it."""
        last = {"hired_on": date(2020, 1, 15), "left_on": on - timedelta(days=1)}
        self.believe(Employment, person_id, {"status": "active", **last})
        self.believe(Employment, person_id, {"status": "left", **last}, on)

    def absent(self, person_id: int, first: date, last: date | None) -> None:
        with self.installation.store.begin() as session:
            facts = FactWriter(session, at=KNOWN_AT)
            record = person_id * 10_000_000 + first.toordinal()  # the same absence said again is the same record
            facts.believe_record(Absence, record, {"person_id": person_id, "starts_on": first, "ends_on": last}, SINCE)

    def believe(self, model: Any, person_id: int, values: dict[str, Any], since: date = SINCE) -> None:
        with self.installation.store.begin() as session:
            FactWriter(session, at=KNOWN_AT).believe(model, {"person_id": person_id}, values, since)

    def share_goal(
        self,
        person_id: int,
        *,
        target_on: date,
        shared_on: date = date(2026, 6, 1),
        state: str = "open",
        confirmed: bool = True,
        agreed: Iterable[tuple[str, date]] = (),
    ) -> uuid.UUID:
        """A goal on a sheet that both sides confirmed; `agreed` are (kind, day) of agreements about it."""
        uid = uuid.uuid4()
        at = datetime.combine(shared_on, datetime.min.time(), UTC)
        owner_id = create_account(TIMER, self.installation, "test", uid.hex, "owner")
        with self.installation.store.begin() as session:
            plan = DevelopmentPlan(
                owner_id=owner_id,
                employer_id=self.employer_id,
                scope="internal",
                orientation="action",
                cycle="general",
                step="E",
                started_on=shared_on,
            )
            session.add(plan)
            session.flush()
            sheet = AgreementSheet(
                employer_id=self.employer_id, owner_id=owner_id, person_id=person_id, plan_id=plan.id, created_at=at
            )
            when = at if confirmed else None
            version = SheetVersion(
                sheet=sheet, number=1, shared_at=at, confirmed_by_owner_at=at, confirmed_by_supervisor_at=when
            )
            version.goals.append(SharedGoal(uid=uid, what="heftruck", priority=1, state=state, target_on=target_on))
            for kind, day in agreed:
                version.agreements.append(
                    Agreement(
                        uid=uuid.uuid4(),
                        goal_uid=uid,
                        kind=kind,
                        text="afspraak",
                        owed_by="supervisor",
                        owed_to="employee",
                        due_on=day,
                    )
                )
            session.add(sheet)
        return uid

    def add_hr_account(self) -> int:
        account_id = create_account(TIMER, self.installation, "test", uuid.uuid4().hex, "HR", email="hr@acme.example")
        add_membership(TIMER, self.installation, account_id, self.employer_id, Role.HR)
        return account_id

    def outbox(self, *kinds: str) -> list[Outbox]:
        """The rows of these kinds (all without one), oldest first."""
        with self.installation.store.read() as session:
            rows = session.query(Outbox).order_by(Outbox.id).all()
        return [row for row in rows if not kinds or row.kind in kinds]
