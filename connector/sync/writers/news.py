"""News of somebody's work: told in the run that brings it, and on the day itself when that is still to come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select

from connector.domain.dated_rows import Stretch, on_day, turns
from connector.domain.wall_time import moment_of
from connector.store.accounts import Organisation
from connector.store.queue import put
from connector.store.work import DueWork
from connector.sync.writers.base import Writing
from connector.sync.writers.careers import VALUES, Career

_EVENTS = {"supervisor_id": "hr.supervisor_changed", "job_id": "hr.job_changed"}


def announce(writing: Writing, person_id: int, career: Career, after: Sequence[Stretch]) -> None:
    """Put down what is news today, and on each later day on which something turns; take back what no longer will."""
    context = writing.context
    for name, kind in _EVENTS.items():
        planned = {day for day in turns(career.stretches, name, VALUES) if day > context.today}
        coming = {day for day in turns(after, name, VALUES) if day > context.today}
        for day in planned - coming:
            writing.session.execute(
                delete(DueWork).where(DueWork.key == f"{kind}:{person_id}:{day}", DueWork.state == "waiting")
            )
        for day in coming:
            _put(writing, kind, person_id, day, f"{day}")
        then, now = career.at_first, on_day(after, context.today)
        is_known = then is not None and now is not None and not then.is_blank and not now.is_blank
        if is_known and not context.is_first and then and now and then.values[name] != now.values[name]:
            _put(writing, kind, person_id, context.today, f"{context.run_id}")


def _put(writing: Writing, kind: str, person_id: int, day: date, mark: str) -> None:
    context = writing.context
    due = context.at
    if day > context.today:
        zone = writing.session.scalars(
            select(Organisation.time_zone).where(Organisation.id == context.employer_id)
        ).one()
        due = moment_of(day, time(0), ZoneInfo(zone))
    payload = {"person_id": person_id, "employer_id": context.employer_id, "on": day.isoformat()}
    put(
        writing.session,
        DueWork,
        key=f"{kind}:{person_id}:{mark}",
        kind=kind,
        payload=payload,
        due_at=due,
        now=context.at,
        employer_id=context.employer_id,
    )
