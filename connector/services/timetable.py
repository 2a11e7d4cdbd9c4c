"""What happens every day, put down as rows of work with a key for each local day: however often this is called, or
however many processes call it, each thing is there once."""

from __future__ import annotations

from datetime import time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, require
from connector.domain.wall_time import day_of, moment_of
from connector.services.credentials import put_credential_warnings
from connector.services.installation import Installation
from connector.store.accounts import Organisation
from connector.store.queue import put
from connector.store.work import DueWork

NIGHTLY_SYNC = "sync.nightly"
DAILY_PLANNING = "conversations.plan"
_PLANNING_AT = time(5)  # after the sync of the night, before anybody is at work


def put_timetable(actor: Actor, installation: Installation, nightly_at: time) -> int:
    """Put down today's and tomorrow's rows that are not there yet; gives how many.

    `nightly_at` is the time on the wall where the source is. What today's clock has passed is due at once, so that a
    night without power is caught up with once.
    """
    require(actor, Act.REACT)
    with installation.store.begin() as session:
        employers = {row.code: row for row in session.scalars(select(Organisation))}
        added = put_credential_warnings(session, installation)
        for name, source in installation.sources.items():
            employer = employers.get(source.employer)
            if employer is not None and not source.paused:
                added += _put_days(
                    session,
                    installation,
                    f"{NIGHTLY_SYNC}:{name}",
                    NIGHTLY_SYNC,
                    {"source": name},
                    employer.id,
                    nightly_at,
                    ZoneInfo(source.time_zone),
                )
        for code, config in installation.employers.items():
            employer = employers.get(code)
            if employer is not None and config.kind == "employer":
                added += _put_days(
                    session,
                    installation,
                    f"{DAILY_PLANNING}:{employer.id}",
                    DAILY_PLANNING,
                    {"employer_id": employer.id},
                    employer.id,
                    _PLANNING_AT,
                    ZoneInfo(employer.time_zone),
                )
        return added


def _put_days(
    session: Session,
    installation: Installation,
    name: str,
    kind: str,
    payload: dict[str, object],
    employer_id: int,
    wall: time,
    zone: ZoneInfo,
) -> int:
    now = installation.clock()
    today = day_of(now, zone)
    return sum(
        put(
            session,
            DueWork,
            key=f"{name}:{day.isoformat()}",
            kind=kind,
            payload=payload,
            due_at=moment_of(day, wall, zone),
            now=now,
            employer_id=employer_id,
        )
        for day in (today, today + timedelta(days=1))
    )
