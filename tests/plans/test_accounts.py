"""Accounts and the tie between an account and an HR record."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connector.domain.access import TIMER, Actor, Role
from connector.errors import ConflictError, InputError, NotAllowedError, NotFoundError
from connector.services.accounts import (
    account_of_person,
    add_membership,
    create_account,
    link_person,
    person_of_account,
)
from connector.services.installation import Installation
from connector.services.organisations import roles_of
from connector.store.hr import Person
from tests.conftest import NOW
from tests.plans.conftest import Team


def test_an_identity_is_one_account_and_an_e_mail_never_is(installation: Installation) -> None:
    first = create_account(TIMER, installation, "idp", "1", "Zoë Yılmaz", "zoe@example.org")
    again = create_account(TIMER, installation, "idp", "1", "Zoë Yılmaz-Öz", "zoe@example.org", "fr")
    other = create_account(TIMER, installation, "idp", "2", "Zoë Yılmaz", "zoe@example.org")
    assert first == again != other


@pytest.mark.parametrize(
    "parts", [("", "1", "n"), ("i", " ", "n"), ("i", "1", ""), ("i" * 301, "1", "n"), ("i", "1", "n" * 201)]
)
def test_an_account_needs_an_identity_and_a_name(installation: Installation, parts: tuple[str, str, str]) -> None:
    with pytest.raises(InputError):
        create_account(TIMER, installation, *parts)


def test_only_who_manages_makes_accounts_and_memberships(installation: Installation, team: Team) -> None:
    for actor in (team.employee, team.supervisor, team.hr, team.training):
        with pytest.raises(NotAllowedError):
            create_account(actor, installation, "idp", "9", "x")
        with pytest.raises(NotAllowedError):
            add_membership(actor, installation, 1, team.employer_id, Role.HR)
    with pytest.raises(NotAllowedError):
        add_membership(team.administrator, installation, 1, team.employer_id + 1, Role.HR)
    with pytest.raises(InputError):
        add_membership(TIMER, installation, 1, team.employer_id, Role.TIMER)
    with pytest.raises(NotFoundError):
        add_membership(TIMER, installation, 10**6, team.employer_id, Role.HR)


def test_a_membership_twice_is_one(installation: Installation, team: Team) -> None:
    assert team.hr.account_id is not None
    first = add_membership(TIMER, installation, team.hr.account_id, team.employer_id, Role.HR)
    assert first == add_membership(TIMER, installation, team.hr.account_id, team.employer_id, Role.HR)
    with installation.store.read() as session:
        assert roles_of(session, team.hr.account_id, NOW.date()) == [(team.employer_id, "hr")]


def test_one_account_per_person_and_one_person_per_account(
    installation: Installation, team: Team, create_actor: Callable[..., Actor]
) -> None:
    els = team.employee
    assert els.person_id is not None
    assert els.account_id is not None
    link_person(els, installation, els.person_id)  # again: nothing changes
    with installation.store.read() as session:
        assert account_of_person(session, els.person_id) == els.account_id
        assert person_of_account(session, els.account_id, team.employer_id) == els.person_id
        assert person_of_account(session, els.account_id, team.employer_id + 1) is None
    newcomer = create_actor("newcomer", Role.EMPLOYEE)
    with pytest.raises(ConflictError):
        link_person(newcomer, installation, els.person_id)
    with installation.store.begin() as session:
        somebody = Person(employer_id=team.employer_id)  # free, but this account is somebody else already
        session.add(somebody)
        session.flush()
        free_id = somebody.id
    with pytest.raises(ConflictError):
        link_person(els, installation, free_id)
    link_person(newcomer, installation, free_id)


def test_a_link_needs_somebody_who_signed_in_and_a_person_of_that_employer(
    installation: Installation, team: Team, create_actor: Callable[..., Actor]
) -> None:
    newcomer = create_actor("newcomer", Role.EMPLOYEE)
    with pytest.raises(NotFoundError):
        link_person(newcomer, installation, 10**6)
    elsewhere = Actor(Role.EMPLOYEE, team.employer_id + 1, newcomer.account_id)
    assert team.loner.person_id is not None
    with pytest.raises(NotFoundError):
        link_person(elsewhere, installation, team.loner.person_id)
    for actor in (Actor(Role.EMPLOYEE, team.employer_id), TIMER):
        with pytest.raises(NotAllowedError):
            link_person(actor, installation, team.loner.person_id)
