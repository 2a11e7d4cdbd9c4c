"""Who comes in through the identity provider for the first time, and every time after.

The provider vouches for an employee number; the HR records say whose number that is. The account is tied to that
person by this sign-in and by nothing else, and gets the roles that the HR records give: employee, and supervisor as
long as somebody reports to the person. HR, training department and administrator are given by `pop account grant`.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, Role, require
from connector.services.accounts import account_of_identity, account_of_person, person_of_account
from connector.services.audit import record_act
from connector.services.installation import Installation
from connector.services.organisations import organisation_id
from connector.services.sessions import Identity
from connector.store.accounts import Membership, PersonLink
from connector.store.facts import holds
from connector.store.hr import Employment, Person, SourceIdentity
from connector.store.people import person_cards
from connector.store.sync_state import Source

EMPLOYEE_NUMBER = "employee_number"


def welcome(actor: Actor, installation: Installation, identity: Identity, employer_code: str, number: str) -> bool:
    """Tie the account of `identity` to the person with this employee number, and keep its roles true; False when
    nobody employed here has the number, two have it, or either side is tied to another already."""
    require(actor, Act.SIGN_IN)
    with installation.store.begin() as session:
        employer_id = organisation_id(session, employer_code)
        today = installation.today(installation.employers[employer_code].time_zone)
        account = account_of_identity(session, identity.issuer, identity.subject)
        person_id = _employed(session, employer_id, number, today)
        if account is None:
            return False
        if person_id is None:
            _close_roles_of_leaver(session, account.id, employer_id, today)
            return False
        if not _tie(session, actor, installation, account.id, person_id, employer_id):
            return False
        leads = bool(person_cards(session, employer_id, today, supervisor_id=person_id))
        _set_role(session, account.id, employer_id, Role.EMPLOYEE, True, today)
        _set_role(session, account.id, employer_id, Role.SUPERVISOR, leads, today)
        return True


def _close_roles_of_leaver(session: Session, account_id: int, employer_id: int, today: date) -> None:
    """Who has left keeps no role that came with being employed."""
    person_id = person_of_account(session, account_id, employer_id)
    if person_id is None:
        return
    card = person_cards(session, employer_id, today, person_ids=[person_id]).get(person_id)
    if card is None or not card.is_employed:
        for role in (Role.EMPLOYEE, Role.SUPERVISOR):
            _set_role(session, account_id, employer_id, role, False, today)


def _employed(session: Session, employer_id: int, number: str, today: date) -> int | None:
    """The one person employed today under this number, unless the number was ever somebody else's: then only people
    can say who is who, and a wrong tie would open one employee's plan to another."""
    now = set(
        session.scalars(
            select(Employment.person_id)
            .join(Person, Person.id == Employment.person_id)
            .where(Person.employer_id == employer_id, Employment.employee_number == number, holds(Employment, today))
        )
    )
    ever = set(
        session.scalars(
            select(SourceIdentity.entity_id)
            .join(Source, Source.id == SourceIdentity.source_id)
            .where(
                Source.employer_id == employer_id,
                SourceIdentity.target == EMPLOYEE_NUMBER,
                SourceIdentity.key == number,
            )
        )
    )
    ever |= set(
        session.scalars(
            select(Employment.person_id)
            .join(Person, Person.id == Employment.person_id)
            .where(Person.employer_id == employer_id, Employment.employee_number == number)
        )
    )
    if len(now) != 1 or ever != now:
        return None
    (person_id,) = now
    card = person_cards(session, employer_id, today, person_ids=now).get(person_id)
    return person_id if card is not None and card.is_employed else None


def _tie(
    session: Session, actor: Actor, installation: Installation, account_id: int, person_id: int, employer_id: int
) -> bool:
    holder = account_of_person(session, person_id)
    own = person_of_account(session, account_id, employer_id)
    if holder == account_id:
        return True
    if holder is not None or own is not None:
        return False
    now = installation.clock()
    session.add(PersonLink(account_id=account_id, person_id=person_id, linked_at=now))
    record_act(session, actor, "link_person", f"person:{person_id}", at=now)
    return True


def _set_role(session: Session, account_id: int, employer_id: int, role: Role, holds: bool, today: date) -> None:
    row = session.scalar(
        select(Membership).where(
            Membership.account_id == account_id,
            Membership.organisation_id == employer_id,
            Membership.role == role.value,
            Membership.valid_to.is_(None),
        )
    )
    if holds and row is None:
        _open_role(session, account_id, employer_id, role, today)
    elif row is not None and not holds:
        row.valid_to = today


def _open_role(session: Session, account_id: int, employer_id: int, role: Role, today: date) -> None:
    """A role that ended today and comes back today goes on: a day has one row."""
    ended = session.scalar(
        select(Membership).where(
            Membership.account_id == account_id,
            Membership.organisation_id == employer_id,
            Membership.role == role.value,
            Membership.valid_from == today,
        )
    )
    if ended is not None:
        ended.valid_to = None
        return
    session.add(Membership(account_id=account_id, organisation_id=employer_id, role=role.value, valid_from=today))
