"""Writing down who did what, in the transaction that did it. Names of objects only, never a personal text."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from connector.domain.access import Actor
from connector.store.accounts import AuditEvent


def record_act(
    session: Session, actor: Actor, act: str, subject: str, *, at: datetime, employer_id: int | None = None
) -> None:
    """One line: `act` of this actor on `subject` (e.g. `sheet:12`)."""
    session.add(
        AuditEvent(
            at=at,
            employer_id=actor.employer_id if employer_id is None else employer_id,
            actor_role=actor.role.value,
            account_id=actor.account_id,
            act=act,
            object=subject,
        )
    )
