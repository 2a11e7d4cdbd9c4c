"""Sign-in sessions: who is there, in which role, until when.

A session is a row of due work that ends it at its time (`end_session`), found by the digest of a random key that only
the visitor's browser holds. It is over when the row is gone, done or due, so signing out counts on every web server.
Roles are read from the memberships at each request, so that a membership that ended yesterday opens nothing today.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, Role, require
from connector.errors import NotFoundError
from connector.services.accounts import account_of_identity, person_of_account
from connector.services.audit import record_act
from connector.services.installation import Installation
from connector.services.organisations import roles_of
from connector.store.accounts import Account, Membership, Organisation
from connector.store.queue import put
from connector.store.work import DueWork

END_SESSION = "end_session"
LASTS = timedelta(hours=10)  # a working day: nobody is signed out halfway a form


@dataclass(frozen=True, slots=True)
class Identity:
    """What a sign-in has proved: who vouches (`issuer`) for whom (`subject`). Nothing else identifies an account."""

    issuer: str
    subject: str
    name: str
    email: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class MembershipCard:
    """One role at one employer."""

    employer_id: int
    employer: str
    role: Role

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.employer_id}:{self.role.value}"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who has signed in. `actor` and `membership` are None for an account without a role today."""

    account_id: int
    name: str
    language: str
    memberships: tuple[MembershipCard, ...]
    membership: MembershipCard | None
    actor: Actor | None


def open_session(actor: Actor, installation: Installation, identity: Identity) -> str:
    """Find or make the account, and give the key of a new session."""
    require(actor, Act.SIGN_IN)
    key = secrets.token_urlsafe(32)
    now = installation.clock()
    with installation.store.begin() as session:
        account = account_of_identity(session, identity.issuer, identity.subject) or Account(
            issuer=identity.issuer, subject=identity.subject, language=identity.language or "nl", created_at=now
        )
        account.name, account.email = identity.name[:200], identity.email
        session.add(account)
        session.flush()  # its id goes into the session
        put(
            session,
            DueWork,
            key=_row_key(key),
            kind=END_SESSION,
            payload={"account_id": account.id},
            due_at=now + LASTS,
            now=now,
        )
        record_act(session, actor, "sign_in", f"account:{account.id}", at=now)
    return key


def open_known_session(actor: Actor, installation: Installation, issuer: str, subject: str) -> str:
    """A session for an account that is already there (the demo's); NotFoundError when it is not."""
    require(actor, Act.SIGN_IN)
    with installation.store.read() as session:
        account = account_of_identity(session, issuer, subject)
        if account is None:
            raise NotFoundError("there is no such account", where=issuer)
        identity = Identity(issuer, subject, account.name, account.email)
    return open_session(actor, installation, identity)


def known_subjects(actor: Actor, installation: Installation, issuer: str) -> set[str]:
    """The subjects that an issuer has accounts for."""
    require(actor, Act.SIGN_IN)
    with installation.store.read() as session:
        return set(session.scalars(select(Account.subject).where(Account.issuer == issuer)))


def find_visitor(actor: Actor, installation: Installation, key: str, wanted: str | None = None) -> Visitor | None:
    """Who holds this session key, in the membership named `wanted` if it holds today, else the first; None: nobody."""
    require(actor, Act.SIGN_IN)
    with installation.store.read() as session:
        row = session.scalar(select(DueWork).where(DueWork.key == _row_key(key)))
        if row is None or row.kind != END_SESSION or row.state != "waiting" or row.due_at <= installation.clock():
            return None
        account = session.get(Account, row.payload["account_id"])
        if account is None:
            return None
        cards = _memberships(session, installation, account.id)
        card = next((card for card in cards if card.key == wanted), cards[0] if cards else None)
        return Visitor(
            account_id=account.id,
            name=account.name,
            language=account.language,
            memberships=tuple(cards),
            membership=card,
            actor=_actor(session, account, card) if card else None,
        )


def close_session(actor: Actor, installation: Installation, key: str) -> None:
    """Sign out: the key opens nothing any more, wherever it was copied to."""
    require(actor, Act.SIGN_IN)
    with installation.store.begin() as session:
        row = session.scalar(select(DueWork).where(DueWork.key == _row_key(key)))
        if row is not None:
            record_act(session, actor, "sign_out", f"account:{row.payload['account_id']}", at=installation.clock())
            session.delete(row)


def choose_language(actor: Actor, installation: Installation, account_id: int, language: str) -> None:
    """Remember the language of an account."""
    require(actor, Act.SIGN_IN)
    with installation.store.begin() as session:
        account = session.get(Account, account_id)
        if account is not None:
            account.language = language


def _row_key(key: str) -> str:
    return f"session:{hashlib.sha256(key.encode()).hexdigest()}"


def _memberships(session: Session, installation: Installation, account_id: int) -> list[MembershipCard]:
    """The roles of today; what day it is differs from employer to employer."""
    cards = []
    ever = select(Membership.organisation_id).where(Membership.account_id == account_id)
    for organisation in session.scalars(
        select(Organisation).where(Organisation.id.in_(ever)).order_by(Organisation.id)
    ):
        roles = roles_of(session, account_id, installation.today(organisation.time_zone))
        cards += [
            MembershipCard(organisation.id, organisation.name, Role(role))
            for at, role in roles
            if at == organisation.id
        ]
    return cards


def _actor(session: Session, account: Account, card: MembershipCard) -> Actor:
    person_id = person_of_account(session, account.id, card.employer_id)
    return Actor(card.role, card.employer_id, account.id, person_id, account.language)
