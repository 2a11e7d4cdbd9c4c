"""A person's yes to a run that waits, from the moment it is given until the run is written."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.store.accounts import Account
from connector.store.dialects import is_one_of
from connector.store.queue import put
from connector.store.work import DueWork

APPLY_PLAN = "sync.apply"
_OPEN = ("waiting", "leased")


@dataclass(frozen=True, slots=True)
class RunOrder:
    """Who allowed the run, and when. `by` None: an operator of this installation, or a token."""

    by: str | None
    at: datetime


def put_order(
    session: Session, number: int, source: str, employer_id: int, account_id: int | None, now: datetime
) -> None:
    """Let a waiting run be written soon. One that is put down already stays as it is; one that was tried in vain is
    tried again, in the name of who asks now."""
    payload = {"source": source, "run": number, "account_id": account_id}
    if put(
        session,
        DueWork,
        key=_key(number),
        kind=APPLY_PLAN,
        payload=payload,
        due_at=now,
        now=now,
        employer_id=employer_id,
    ):
        return
    row = session.scalars(select(DueWork).where(DueWork.key == _key(number)).with_for_update()).one()
    if row.state not in _OPEN:
        row.state, row.attempts, row.last_error, row.done_at = "waiting", 0, None, None
        row.payload, row.due_at, row.created_at = payload, now, now


def orders_of(session: Session, numbers: Collection[int]) -> dict[int, RunOrder]:
    """By run, the order that is put down and not carried out yet."""
    if not numbers:
        return {}
    rows = session.scalars(
        select(DueWork).where(
            is_one_of(session, DueWork.key, [_key(number) for number in numbers]), DueWork.state.in_(_OPEN)
        )
    ).all()
    givers = {row.payload.get("account_id") for row in rows} - {None}
    accounts = session.execute(select(Account.id, Account.name).where(Account.id.in_(givers)))
    names: dict[int | None, str] = {account.id: account.name for account in accounts}
    return {row.payload["run"]: RunOrder(names.get(row.payload.get("account_id")), row.created_at) for row in rows}


def _key(number: int) -> str:
    return f"{APPLY_PLAN}:{number}"
