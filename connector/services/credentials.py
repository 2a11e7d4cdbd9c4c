"""Warning in good time that what a source logs in with is going to end: 30, 14 and 3 days before, once each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, require
from connector.domain.wall_time import moment_of
from connector.services.installation import Installation
from connector.services.organisations import organisation_id
from connector.services.sync_messages import administrators_of
from connector.store.accounts import Organisation
from connector.store.queue import put
from connector.store.work import DueWork, Outbox

CREDENTIAL_ENDS = "credential.ends"
WARN_DAYS = (30, 14, 3)
_AT = time(8)


def put_credential_warnings(session: Session, installation: Installation) -> int:
    """Put down the warnings of each source whose credential has a last day; gives how many are new.

    Of those whose day has passed already only the nearest one to the end is put down, so that nobody is told the same
    three times on the day a date is filled in.
    """
    added = 0
    now = installation.clock()
    employers = {row.code: row.id for row in session.execute(select(Organisation.code, Organisation.id))}
    for name, config in installation.sources.items():
        ends_on, employer_id = config.credential_expires_on, employers.get(config.employer)
        if (
            ends_on is None
            or employer_id is None
            or (left := (ends_on - installation.today(config.time_zone)).days) < 0
        ):
            continue
        passed = min((days for days in WARN_DAYS if days >= left), default=None)
        for days in WARN_DAYS:
            if days < left or days == passed:
                added += put(
                    session,
                    DueWork,
                    key=f"{CREDENTIAL_ENDS}:{name}:{ends_on.isoformat()}:{days}",
                    kind=CREDENTIAL_ENDS,
                    payload={"source": name, "ends_on": ends_on.isoformat(), "days": days},
                    due_at=_moment(ends_on - timedelta(days=days), ZoneInfo(config.time_zone)),
                    now=now,
                    employer_id=employer_id,
                )
    return added


def warn(actor: Actor, installation: Installation, payload: Mapping[str, Any]) -> int:
    """Put one mail for each administrator down; none when another day was filled in since. Gives how many are new."""
    require(actor, Act.REACT)
    name, ends_on = payload["source"], date.fromisoformat(payload["ends_on"])
    config = installation.sources.get(name)
    if config is None or config.credential_expires_on != ends_on:
        return 0
    now, today = installation.clock(), installation.today(config.time_zone)
    with installation.store.begin() as session:
        employer_id = organisation_id(session, config.employer)
        return sum(
            put(
                session,
                Outbox,
                key=f"{CREDENTIAL_ENDS}:{name}:{ends_on.isoformat()}:{payload['days']}:{account_id}"[:250],
                kind=CREDENTIAL_ENDS,
                payload={"account_id": account_id, "source": name, "ends_on": ends_on.isoformat()},
                due_at=now,
                now=now,
                employer_id=employer_id,
            )
            for account_id in administrators_of(session, employer_id, today)
        )


def _moment(day: date, zone: ZoneInfo) -> datetime:
    return moment_of(day, _AT, zone)
