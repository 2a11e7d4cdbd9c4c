"""/go/SOURCE/RECORD-ID: from a record of the HR system to the right page, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from connector.domain.access import Actor, Role
from connector.errors import NotAllowedError, NotFoundError
from connector.services.deep_links import find_person
from connector.services.installation import Installation
from connector.store.accounts import Organisation, PersonLink
from connector.store.hr import Assignment, Person, PersonDetails, SourceIdentity
from connector.store.sync_state import Source

KATRIEN, AMINA, BART = "1001", "1002", "A/7 Ş"
THEN = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def people(installation: Installation) -> dict[str, int]:
    """Katrien leads Amina; Bart has nobody. Somebody else works at another employer under Amina's number."""
    facts: dict[str, Any] = {"valid_from": date(2026, 1, 1), "recorded_from": THEN}
    with installation.store.begin() as session:
        other = Organisation(code="other", name="Other", kind="employer", language="nl", time_zone="Europe/Brussels")
        session.add(other)
        session.flush()
        ids: dict[str, int] = {}
        for name, employer in (("hr", 1), ("elsewhere", other.id)):
            session.add(Source(name=name, employer_id=employer, mapping="hr/files", kind="hr"))
        session.flush()
        sources = {row.name: row.id for row in session.scalars(select(Source))}
        for source, employer, key in (
            ("hr", 1, KATRIEN),
            ("hr", 1, AMINA),
            ("hr", 1, BART),
            ("elsewhere", other.id, AMINA),
        ):
            person = Person(employer_id=employer)
            session.add(person)
            session.flush()
            session.add(SourceIdentity(source_id=sources[source], target="employee", key=key, entity_id=person.id))
            session.add(PersonDetails(person_id=person.id, display_name=key, **facts))
            ids[f"{source}/{key}"] = person.id
        # The same key as a unit's: only people are found.
        session.add(SourceIdentity(source_id=sources["hr"], target="unit", key="9", entity_id=ids[f"hr/{AMINA}"]))
        session.add(Assignment(person_id=ids[f"hr/{AMINA}"], supervisor_id=ids[f"hr/{KATRIEN}"], **facts))
    return ids


def _actor(role: Role, person: int | None = None) -> Actor:
    return Actor(role, 1, 1, person)


def test_hr_finds_everybody_of_the_own_employer(installation: Installation, people: dict[str, int]) -> None:
    for key in (KATRIEN, AMINA, BART):
        assert find_person(_actor(Role.HR), installation, "hr", key) == people[f"hr/{key}"]


def test_a_supervisor_finds_the_own_team(installation: Installation, people: dict[str, int]) -> None:
    katrien = _actor(Role.SUPERVISOR, people[f"hr/{KATRIEN}"])
    assert find_person(katrien, installation, "hr", AMINA) == people[f"hr/{AMINA}"]
    for key in (BART, KATRIEN):
        with pytest.raises(NotFoundError):
            find_person(katrien, installation, "hr", key)


def test_a_supervisor_of_yesterday_finds_nobody(installation: Installation, people: dict[str, int], clock: Any) -> None:
    clock.now = datetime(2025, 12, 31, 12, 0, tzinfo=UTC)
    with pytest.raises(NotFoundError):
        find_person(_actor(Role.SUPERVISOR, people[f"hr/{KATRIEN}"]), installation, "hr", AMINA)


def test_an_employee_finds_only_the_own_record(installation: Installation, people: dict[str, int]) -> None:
    amina = _actor(Role.EMPLOYEE, people[f"hr/{AMINA}"])
    assert find_person(amina, installation, "hr", AMINA) == people[f"hr/{AMINA}"]
    with pytest.raises(NotFoundError):
        find_person(amina, installation, "hr", KATRIEN)


def test_an_account_that_is_tied_to_nobody_finds_nobody(installation: Installation, people: dict[str, int]) -> None:
    for role in (Role.EMPLOYEE, Role.SUPERVISOR):
        with pytest.raises(NotFoundError):
            find_person(_actor(role), installation, "hr", AMINA)


@pytest.mark.parametrize(
    ("source", "key"),
    [("elsewhere", AMINA), ("hr", "9"), ("hr", "404"), ("nowhere", AMINA), ("hr", "x" * 10_000), ("hr", "' or 1=1 --")],
)
def test_what_is_not_there_or_of_another_employer_is_the_same_answer(
    source: str, key: str, installation: Installation, people: dict[str, int]
) -> None:
    with pytest.raises(NotFoundError, match="there is no such record for you"):
        find_person(_actor(Role.HR), installation, source, key)


@pytest.mark.parametrize("role", [Role.TRAINING, Role.ADMINISTRATOR, Role.TIMER])
def test_other_roles_may_not_follow_a_link(role: Role, installation: Installation) -> None:
    with pytest.raises(NotAllowedError):
        find_person(_actor(role), installation, "hr", AMINA)


def _links(people: dict[str, int]) -> Iterator[tuple[Role, str, str | None, str | None]]:
    amina = people[f"hr/{AMINA}"]
    yield Role.HR, AMINA, None, f"/dossiers/{amina}"
    yield Role.SUPERVISOR, AMINA, KATRIEN, f"/team/{amina}"
    yield Role.EMPLOYEE, AMINA, AMINA, "/my-plan"
    yield Role.SUPERVISOR, BART, KATRIEN, None
    yield Role.EMPLOYEE, KATRIEN, AMINA, None
    yield Role.TRAINING, AMINA, None, None


def test_each_role_lands_on_its_own_page(
    installation: Installation, people: dict[str, int], client_as: Callable[..., Any]
) -> None:
    for number, (role, key, is_person, expected) in enumerate(_links(people)):
        client = client_as(role, subject=str(number))
        if is_person:
            _tie(installation, client, people[f"hr/{is_person}"])
        response = client.browser.get(f"/go/hr/{key}")
        if expected:
            assert response.location == expected
        else:
            assert response.status_code == 404
            assert response.text.count("Deze pagina vinden we niet") == 2  # title and heading, as for any address


def test_a_key_with_a_slash_and_a_turkish_letter_is_found(
    people: dict[str, int], client_as: Callable[..., Any]
) -> None:
    assert client_as(Role.HR).get(f"/go/hr/{BART}", status=302).location == f"/dossiers/{people[f'hr/{BART}']}"


def test_a_link_followed_before_signing_in_goes_on_afterwards(
    people: dict[str, int], create_client: Callable[..., Any], create_visitor: Callable[..., Any], provider: Any
) -> None:
    from connector.settings import SignInSettings

    client = create_client(sign_in=SignInSettings(provider.issuer, "pop", "a-secret-of-the-provider"))
    assert client.get(f"/go/hr/{BART}", status=302).location == "/sign-in"
    brought = provider.agree(client.get("/sign-in/start", status=302).location)
    back = client.get(f"/sign-in/answer?code={brought['code']}&state={brought['state']}", status=302)
    assert back.location == "/go/hr/A/7%20%C5%9E"


def _tie(installation: Installation, client: Any, person_id: int) -> None:
    """The account of this client is this person."""
    from connector.domain.access import TIMER
    from connector.services.sessions import find_visitor

    with client.browser.session_transaction() as kept:
        visitor = find_visitor(TIMER, installation, kept["key"])
    assert visitor is not None
    with installation.store.begin() as session:
        for link in session.scalars(select(PersonLink).where(PersonLink.unlinked_at.is_(None))):
            link.unlinked_at = THEN
        session.flush()
        session.add(PersonLink(account_id=visitor.account_id, person_id=person_id, linked_at=THEN))
