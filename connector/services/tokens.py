"""Keys for the REST interface. A token is shown once; only its digest is kept. It carries one employer and one role;
one for a source opens nothing but the door through which that source pushes its records."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select

from connector.domain.access import Act, Actor, Role, require
from connector.errors import InputError, NotFoundError
from connector.services.audit import record_act
from connector.services.installation import Installation
from connector.services.organisations import chosen_organisation
from connector.store.accounts import ApiToken, Organisation

PREFIX = "pop_"  # lets a secret scanner know what it found
TOKEN_ROLES = tuple(role for role in Role if role not in (Role.TIMER, Role.SOURCE))  # of tokens that read
_BYTES = 32
_LONGEST_NAME = 100
_LONGEST_DAYS = 730


class TokenFault(StrEnum):
    """Why a token opens nothing."""

    UNKNOWN = "unknown"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """A token as anybody may see it: without the secret."""

    id: int
    employer: str
    role: Role
    name: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    source: str | None = None

    def fault_at(self, now: datetime) -> TokenFault | None:
        if self.revoked_at is not None:
            return TokenFault.REVOKED
        return TokenFault.EXPIRED if self.expires_at <= now else None


@dataclass(frozen=True, slots=True)
class NewToken:
    """The only moment at which the secret can be read. It prints without it."""

    secret: str
    info: TokenInfo

    def __repr__(self) -> str:
        return f"NewToken({self.info!r})"


def create_token(
    actor: Actor, installation: Installation, employer: str, role: Role, name: str, days: int = 90
) -> NewToken:
    """A new token for the employer with this code. InputError lists everything that does not fit."""
    return _create(actor, installation, employer, role, name, days)


def create_source_token(actor: Actor, installation: Installation, source: str, name: str, days: int = 90) -> NewToken:
    """A new token with which another system pushes the records of this configured source, and can do nothing else."""
    require(actor, Act.MANAGE)
    config = installation.sources.get(source)
    if config is None:
        raise InputError(
            f"there is no source {source!r}",
            problems={"source": ["is not a configured source"]},
            where="token",
            todo=f"Configured are: {', '.join(installation.sources) or 'none'}.",
        )
    return _create(actor, installation, config.employer, Role.SOURCE, name, days, source)


def _create(
    actor: Actor,
    installation: Installation,
    employer: str,
    role: Role,
    name: str,
    days: int,
    source: str | None = None,
) -> NewToken:
    require(actor, Act.MANAGE)
    _check(role, name, days, TOKEN_ROLES if source is None else (Role.SOURCE,))
    now = installation.clock()
    secret = PREFIX + secrets.token_urlsafe(_BYTES)
    with installation.store.begin() as session:
        employer_id = chosen_organisation(session, installation, employer)
        require(actor, Act.MANAGE, employer_id=employer_id)
        row = ApiToken(
            organisation_id=employer_id,
            role=role.value,
            name=name.strip(),
            digest=_digest(secret),
            created_at=now,
            expires_at=now + timedelta(days=days),
            source=source,
        )
        session.add(row)
        session.flush()  # its id is part of the answer
        record_act(session, actor, "create_token", f"api_token:{row.id}", at=now, employer_id=employer_id)
        return NewToken(secret, _info(row, employer))


def list_tokens(actor: Actor, installation: Installation) -> list[TokenInfo]:
    """All tokens that the actor may see, the newest first."""
    require(actor, Act.MANAGE)
    statement = (
        select(ApiToken, Organisation.code)
        .join(Organisation, Organisation.id == ApiToken.organisation_id)
        .order_by(ApiToken.id.desc())
    )
    if not actor.is_everywhere:
        statement = statement.where(ApiToken.organisation_id == actor.employer_id)
    with installation.store.read() as session:
        return [_info(row, code) for row, code in session.execute(statement)]


def revoke_token(actor: Actor, installation: Installation, token_id: int) -> TokenInfo:
    """Make a token useless from now on. Doing it again changes nothing."""
    require(actor, Act.MANAGE)
    now = installation.clock()
    with installation.store.begin() as session:
        row = session.get(ApiToken, token_id)
        if row is None or not (actor.is_everywhere or row.organisation_id == actor.employer_id):
            raise NotFoundError("there is no such token", where=str(token_id), todo="Look with `pop token list`.")
        if row.revoked_at is None:
            row.revoked_at = now
            record_act(session, actor, "revoke_token", f"api_token:{row.id}", at=now, employer_id=row.organisation_id)
        employer = session.get_one(Organisation, row.organisation_id)
        return _info(row, employer.code)


def identify_token(actor: Actor, installation: Installation, secret: str) -> Actor | TokenFault:
    """Who holds this token. Asked by the product itself, before there is anybody else to ask.

    The comparison is a look-up by SHA-256 digest: how long it takes tells nothing about the secret.
    """
    require(actor, Act.MANAGE)
    with installation.store.read() as session:
        found = session.execute(
            select(ApiToken, Organisation)
            .join(Organisation, Organisation.id == ApiToken.organisation_id)
            .where(ApiToken.digest == _digest(secret))
        ).one_or_none()
        if found is None:
            return TokenFault.UNKNOWN
        row, employer = found
        fault = _info(row, employer.code).fault_at(installation.clock())
        return fault or Actor(
            role=Role(row.role), employer_id=row.organisation_id, language=employer.language, source=row.source
        )


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _check(role: Role, name: str, days: int, roles: tuple[Role, ...]) -> None:
    problems: dict[str, list[str]] = {}
    if role not in roles:
        problems["role"] = ["is not a role that a token can have"]
    if not name.strip() or len(name.strip()) > _LONGEST_NAME or not name.strip().isprintable():
        problems["name"] = [f"must have 1 to {_LONGEST_NAME} printable characters"]
    if not 1 <= days <= _LONGEST_DAYS:
        problems["days"] = [f"must be 1 to {_LONGEST_DAYS}"]
    if problems:
        raise InputError(
            "; ".join(f"{field} {message}" for field, (message,) in problems.items()),
            problems=problems,
            where="token",
        )


def _info(row: ApiToken, employer: str) -> TokenInfo:
    return TokenInfo(
        row.id, employer, Role(row.role), row.name, row.created_at, row.expires_at, row.revoked_at, row.source
    )
