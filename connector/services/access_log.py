"""Who looked at what belongs to an owner: written at every reading by somebody else, listed for the owner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, Role, require
from connector.errors import NotAllowedError
from connector.services.installation import Installation
from connector.store.accounts import Account
from connector.store.plan import AccessLog


@dataclass(frozen=True, slots=True)
class Reading:
    """`reader` None: a program that read with a token of that role."""

    reader: str | None
    reader_role: str
    part: str
    at: datetime


def record_reading(session: Session, actor: Actor, owner_id: int, part: str, at: datetime) -> None:
    """Note that this actor reads `part` (e.g. `sheet:12`); the owner's own reading is not noted."""
    if actor.role is Role.EMPLOYEE and actor.account_id == owner_id:
        return
    session.add(
        AccessLog(owner_id=owner_id, reader_id=actor.account_id, reader_role=actor.role.value, part=part, at=at)
    )


def my_readers(actor: Actor, installation: Installation, limit: int = 100) -> list[Reading]:
    """Who read something of the actor, the latest first."""
    require(actor, Act.OWN_PLAN)
    if actor.account_id is None:
        raise NotAllowedError("only a person who signed in has a plan", where=Act.OWN_PLAN.value)
    with installation.store.read() as session:
        rows = session.execute(
            select(Account.name, AccessLog.reader_role, AccessLog.part, AccessLog.at)
            .outerjoin(Account, Account.id == AccessLog.reader_id)
            .where(AccessLog.owner_id == actor.account_id)
            .order_by(AccessLog.at.desc(), AccessLog.id.desc())
            .limit(limit)
        )
        return [Reading(row.name, row.reader_role, row.part, row.at) for row in rows]
