"""Accounts: who signs in, in which roles, and which HR person an account has said it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, Role, require
from connector.errors import ConflictError, InputError, NotAllowedError, NotFoundError
from connector.services.audit import record_act
from connector.services.days import today_at
from connector.services.installation import Installation
from connector.store.accounts import Account, Membership, Organisation, PersonLink
from connector.store.hr import Person

_LANGUAGES = ("nl", "en", "fr")


@dataclass(frozen=True, slots=True)
class AccountCard:
    """An account as an administrator sees it."""

    id: int
    name: str
    issuer: str
    roles: tuple[str, ...]


def create_account(
    actor: Actor,
    installation: Installation,
    issuer: str,
    subject: str,
    name: str,
    email: str | None = None,
    language: str = "nl",
) -> int:
    """The id of the account with this identity; made when it is new, its name, e-mail and language kept up to date."""
    require(actor, Act.MANAGE)
    _check_identity(issuer, subject, name, language)
    with installation.store.begin() as session:
        row = account_of_identity(session, issuer, subject)
        if row is None:
            row = Account(issuer=issuer, subject=subject, created_at=installation.clock())
            session.add(row)
        row.name, row.email, row.language = name, email, language
        session.flush()  # its id is the result
        record_act(session, actor, "create_account", f"account:{row.id}", at=installation.clock())
        return row.id


def add_membership(
    actor: Actor,
    installation: Installation,
    account_id: int,
    organisation_id: int,
    role: Role,
    valid_from: date | None = None,
) -> int:
    """Give an account a role in an organisation, from today or `valid_from` on; the id of the membership."""
    require(actor, Act.MANAGE, employer_id=organisation_id)
    if role in (Role.TIMER, Role.SOURCE, Role.WATCHER):
        raise InputError(f"nobody signs in as the {role.value}", problems={"role": ["is not a role of a person"]})
    with installation.store.begin() as session:
        if session.get(Account, account_id) is None:
            raise NotFoundError("there is no such account")
        since = valid_from or today_at(session, installation, organisation_id)
        row = session.scalar(
            select(Membership).where(
                Membership.account_id == account_id,
                Membership.organisation_id == organisation_id,
                Membership.role == role.value,
                Membership.valid_to.is_(None),
            )
        )
        if row is None:
            row = Membership(
                account_id=account_id, organisation_id=organisation_id, role=role.value, valid_from=since, valid_to=None
            )
            session.add(row)
            session.flush()  # its id is the result
            record_act(session, actor, f"add_membership:{role.value}", f"account:{account_id}", at=installation.clock())
        row.valid_from = min(row.valid_from, since)
        return row.id


def end_membership(actor: Actor, installation: Installation, account_id: int, organisation_id: int, role: Role) -> None:
    """Take a role away from today on; NotFoundError when the account does not have it."""
    require(actor, Act.MANAGE, employer_id=organisation_id)
    with installation.store.begin() as session:
        row = session.scalar(
            select(Membership).where(
                Membership.account_id == account_id,
                Membership.organisation_id == organisation_id,
                Membership.role == role.value,
                Membership.valid_to.is_(None),
            )
        )
        if row is None:
            raise NotFoundError("this account does not have this role", todo="`pop account list` shows who has what.")
        row.valid_to = today_at(session, installation, organisation_id)
        record_act(session, actor, f"end_membership:{role.value}", f"account:{account_id}", at=installation.clock())


def list_accounts(actor: Actor, installation: Installation) -> list[AccountCard]:
    """Every account with its roles of today, as `role at employer`; only for who stands above all employers."""
    require(actor, Act.MANAGE)
    if not actor.is_everywhere:
        raise NotAllowedError("accounts are shared by all employers of an installation", where=Act.MANAGE.value)
    with installation.store.read() as session:
        codes = {row.id: (row.code, row.time_zone) for row in session.scalars(select(Organisation))}
        held: dict[int, list[str]] = {}
        for row in session.scalars(select(Membership).order_by(Membership.organisation_id, Membership.role)):
            code, zone = codes[row.organisation_id]
            today = installation.today(zone)
            if row.valid_from <= today and (row.valid_to is None or row.valid_to > today):
                held.setdefault(row.account_id, []).append(f"{row.role} at {code}")
        return [
            AccountCard(row.id, row.name, row.issuer, tuple(held.get(row.id, ())))
            for row in session.scalars(select(Account).order_by(Account.id))
        ]


def link_person(actor: Actor, installation: Installation, person_id: int) -> None:
    """Tie the actor's own account to the HR person that his own sign-in vouched for.

    Saying it again changes nothing. ConflictError when either side is tied to another already: only a person may
    sort that out, for HR data never decides who owns a plan.
    """
    require(actor, Act.LINK_PERSON)
    if actor.account_id is None or actor.employer_id is None:
        raise NotAllowedError("only a person who signed in can do this", where=Act.LINK_PERSON.value)
    with installation.store.begin() as session:
        person = session.get(Person, person_id, with_for_update=True)
        if person is None or person.employer_id != actor.employer_id:
            raise NotFoundError("there is no such person at this employer")
        holder = account_of_person(session, person_id)
        own = person_of_account(session, actor.account_id, actor.employer_id)
        if holder == actor.account_id:
            return
        if holder is not None or own is not None:
            raise ConflictError(
                "this account or this HR record is tied to another one", todo="Ask the administrator to look at both."
            )
        session.add(PersonLink(account_id=actor.account_id, person_id=person_id, linked_at=installation.clock()))
        record_act(session, actor, "link_person", f"person:{person_id}", at=installation.clock())


def account_of_identity(session: Session, issuer: str, subject: str) -> Account | None:
    """The account that the identity provider means; e-mail never decides."""
    return session.scalar(select(Account).where(Account.issuer == issuer, Account.subject == subject))


def account_of_person(session: Session, person_id: int) -> int | None:
    """The account that is tied to an HR person now."""
    return session.scalar(
        select(PersonLink.account_id).where(PersonLink.person_id == person_id, PersonLink.unlinked_at.is_(None))
    )


def person_of_account(session: Session, account_id: int, employer_id: int) -> int | None:
    """The HR person at this employer to whom an account is tied now."""
    return session.scalar(
        select(PersonLink.person_id)
        .join(Person, Person.id == PersonLink.person_id)
        .where(
            PersonLink.account_id == account_id,
            PersonLink.unlinked_at.is_(None),
            Person.employer_id == employer_id,
        )
        .order_by(PersonLink.id)
        .limit(1)
    )


def _check_identity(issuer: str, subject: str, name: str, language: str) -> None:
    problems: dict[str, list[str]] = {}
    for field, value, longest in (("issuer", issuer, 300), ("subject", subject, 300), ("name", name, 200)):
        if not value.strip() or len(value) > longest:
            problems[field] = [f"must have 1 to {longest} characters"]
    if language not in _LANGUAGES:
        problems["language"] = [f"must be one of {', '.join(_LANGUAGES)}"]
    if problems:
        raise InputError("this account cannot be made", problems=problems)
