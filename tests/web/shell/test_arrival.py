"""Coming in through the provider for the first time: the employee number ties account and HR record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from connector.domain.access import TIMER
from connector.errors import ConfigurationError
from connector.services.arrival import welcome
from connector.services.installation import Installation
from connector.services.sessions import Identity, open_session
from connector.settings import SignInSettings
from connector.store.accounts import Membership, PersonLink
from connector.store.facts import FactWriter
from connector.store.hr import Assignment, Employment, Person, PersonDetails, SourceIdentity
from connector.store.sync_state import Source

SINCE = date(2026, 1, 1)


@pytest.fixture
def people(installation: Installation) -> None:
    """Alice (1) leads Bob (2); Carol (3) has left; 4 is the number of two people."""
    with installation.store.begin() as session:
        session.add(Source(id=1, name="hr", employer_id=1, mapping="hr/files", kind="hr"))
        session.flush()
        facts = FactWriter(session, at=installation.clock())
        for person, (name, number, status, leader) in enumerate(
            [
                ("Alice", "1", "active", None),
                ("Bob", "2", "active", 1),
                ("Carol", "3", "left", 1),
                ("Dirk", "4", "active", None),
                ("Els", "4x", "active", None),
            ],
            start=1,
        ):
            session.add(Person(id=person, employer_id=1))
            session.flush()
            session.add(SourceIdentity(source_id=1, target="employee_number", key=number, entity_id=person))
            key = {"person_id": person}
            facts.believe(PersonDetails, key, {"display_name": name}, SINCE)
            facts.believe(Employment, key, {"status": status, "employee_number": number}, SINCE)
            facts.believe(Assignment, key, {"supervisor_id": leader}, SINCE)


def _arrive(installation: Installation, subject: str, number: str) -> bool:
    identity = Identity("https://login.example.org", subject, subject)
    open_session(TIMER, installation, identity)
    return welcome(TIMER, installation, identity, "acme", number)


def _roles(installation: Installation) -> set[tuple[int, str]]:
    with installation.store.read() as session:
        rows = session.scalars(select(Membership).where(Membership.valid_to.is_(None)))
        return {(row.account_id, row.role) for row in rows}


@pytest.mark.usefixtures("people")
def test_an_employee_is_known_by_number_and_a_leader_is_a_supervisor(installation: Installation) -> None:
    assert _arrive(installation, "alice", "1")
    assert _arrive(installation, "bob", "2")
    assert _arrive(installation, "bob", "2")
    assert _roles(installation) == {(1, "employee"), (1, "supervisor"), (2, "employee")}
    with installation.store.read() as session:
        assert len(session.scalars(select(PersonLink)).all()) == 2


@pytest.mark.usefixtures("people")
def test_who_no_longer_leads_anybody_is_no_longer_a_supervisor(installation: Installation) -> None:
    _arrive(installation, "alice", "1")
    with installation.store.begin() as session:
        facts = FactWriter(session, at=installation.clock())
        for person in (2, 3):
            facts.believe(Assignment, {"person_id": person}, {"supervisor_id": None}, SINCE)
    _arrive(installation, "alice", "1")
    assert _roles(installation) == {(1, "employee")}


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("number", ["3", "99", "", "2 OR 1=1"])
def test_a_number_of_nobody_employed_here_opens_nothing(installation: Installation, number: str) -> None:
    assert not _arrive(installation, "someone", number)
    assert _roles(installation) == set()


@pytest.mark.usefixtures("people")
def test_a_record_that_is_tied_stays_with_its_account(installation: Installation) -> None:
    _arrive(installation, "bob", "2")
    assert not _arrive(installation, "mallory", "2")
    assert not _arrive(installation, "bob", "1")
    assert _roles(installation) == {(1, "employee")}


@pytest.mark.usefixtures("people")
def test_the_claim_of_the_settings_is_the_one_that_counts(
    create_client: Callable[..., Any], provider: Any, answer_path: Callable[..., str], installation: Installation
) -> None:
    settings = SignInSettings(provider.issuer, "pop", "a-secret-of-the-provider", "acme", "hr_number")
    client = create_client(sign_in=settings)
    provider.twist_claims = lambda claims: {**claims, "hr_number": "2", "employee_number": "1"}
    away = client.get("/sign-in/start", status=302).location
    client.get(answer_path(provider.agree(away)), status=302)
    assert _roles(installation) == {(1, "employee")}
    with installation.store.read() as session:
        assert session.scalars(select(PersonLink.person_id)).all() == [2]


@pytest.mark.usefixtures("people")
def test_a_number_that_was_somebody_elses_ties_nobody(installation: Installation) -> None:
    """HR gave Alice another number, and her old one to Bob: his sign-in must not become hers."""
    with installation.store.begin() as session:
        facts = FactWriter(session, at=installation.clock())
        today = date(2026, 11, 23)
        facts.believe(Employment, {"person_id": 1}, {"status": "active", "employee_number": "999"}, today)
        facts.believe(Employment, {"person_id": 2}, {"status": "active", "employee_number": "1"}, today)
    assert not _arrive(installation, "bob", "1")
    assert _arrive(installation, "alice", "999")
    with installation.store.read() as session:
        assert session.scalars(select(PersonLink.person_id)).all() == [1]


@pytest.mark.usefixtures("people")
def test_who_has_left_comes_in_without_a_role(installation: Installation) -> None:
    _arrive(installation, "alice", "1")
    with installation.store.begin() as session:
        facts = FactWriter(session, at=installation.clock())
        facts.believe(Employment, {"person_id": 1}, {"status": "left", "employee_number": "1"}, date(2026, 11, 20))
    assert not _arrive(installation, "alice", "1")
    assert _roles(installation) == set()


def test_a_claim_without_an_employer_stops_the_start(create_client: Callable[..., Any]) -> None:
    settings = SignInSettings("https://login.example.org", "pop", "secret", None, "hr_number")
    with pytest.raises(ConfigurationError, match=r"sign_in\.employer"):
        create_client(sign_in=settings)
