"""One message to those who can decide, when a run waits for a person; a new one only when the reason changes."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, Role, require
from connector.services.installation import Installation
from connector.store.accounts import Account, Membership
from connector.store.queue import put
from connector.store.sync_state import Source, SyncRun
from connector.store.work import Outbox

WAITS_MAIL = "sync.waits"


def ask_somebody(actor: Actor, installation: Installation, source_id: int) -> int:
    """Put the messages of the source's waiting run down, if it has one; gives how many are new.

    The key holds the reasons and the last run that was written: as long as neither changes, nobody is asked again.
    """
    require(actor, Act.SYNC)
    now, today = installation.clock(), installation.today()
    with installation.store.begin() as session:
        run = session.scalar(
            select(SyncRun)
            .where(SyncRun.source_id == source_id, SyncRun.state == "waits")
            .order_by(SyncRun.id.desc())
            .limit(1)
        )
        if run is None or not run.guards:
            return 0
        source = session.get_one(Source, source_id)
        last = session.scalar(
            select(func.max(SyncRun.id)).where(SyncRun.source_id == source_id, SyncRun.state == "done")
        )
        reasons = ",".join(sorted({f"{guard['resource']}.{guard['kind']}" for guard in run.guards}))
        return sum(
            put(
                session,
                Outbox,
                key=f"{WAITS_MAIL}:{source_id}:{last or 0}:{reasons}:{account_id}"[:250],
                kind=WAITS_MAIL,
                payload={"account_id": account_id, "source": source.name, "run": run.id},
                due_at=now,
                now=now,
                employer_id=source.employer_id,
            )
            for account_id in administrators_of(session, source.employer_id, today)
        )


def administrators_of(session: Session, employer_id: int, on: date) -> list[int]:
    """The accounts of the employer's administrators that a mail can be sent to."""
    accounts = session.scalars(
        select(Account.id)
        .join(Membership, Membership.account_id == Account.id)
        .where(
            Membership.organisation_id == employer_id,
            Membership.role == Role.ADMINISTRATOR.value,
            Membership.valid_from <= on,
            or_(Membership.valid_to.is_(None), Membership.valid_to > on),
            Account.email.is_not(None),
        )
        .distinct()
    )
    return list(accounts)
