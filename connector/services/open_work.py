"""What of a source waits for somebody now: records in quarantine, and records of which nobody knows whose they are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from connector.store.dialects import is_one_of
from connector.store.sync_plan import MatchCase
from connector.store.sync_state import QuarantinedRecord

_NAMED = 3


@dataclass(frozen=True, slots=True)
class OpenWork:
    """Numbers of records; what somebody chose to ignore is not among them. `doubtful`: the oldest few that wait for
    somebody's word, as (resource, key)."""

    quarantined: int = 0
    waiting: int = 0
    doubtful: tuple[tuple[str, str], ...] = ()

    @property
    def is_any(self) -> bool:
        return bool(self.quarantined or self.waiting)

    def sentence(self, source: str) -> str:
        """What to look at, with the commands for it."""
        parts = []
        if self.quarantined:
            are = "record is" if self.quarantined == 1 else "records are"
            parts.append(f"{self.quarantined} {are} in quarantine (`pop quarantine {source}`)")
        if self.waiting:
            wait = "record waits" if self.waiting == 1 else "records wait"
            named = ", ".join(f"{resource} {key}" for resource, key in self.doubtful)
            more = ", …" if self.waiting > len(self.doubtful) else ""
            parts.append(f"{self.waiting} {wait} for a person's word (`pop review {source}`): {named}{more}")
        return f"Look at {source} now: {', and '.join(parts)}." if parts else ""


NOTHING = OpenWork()


def open_work(session: Session, source_ids: Collection[int]) -> dict[int, OpenWork]:
    """By source; a source of which nothing waits is not there."""
    records = (
        select(QuarantinedRecord.source_id, QuarantinedRecord.resource, QuarantinedRecord.key)
        .where(
            is_one_of(session, QuarantinedRecord.source_id, source_ids),
            QuarantinedRecord.resolved_at.is_(None),
            QuarantinedRecord.ignored_at.is_(None),
        )
        .distinct()
        .subquery()
    )
    counted = select(records.c.source_id, func.count()).group_by(records.c.source_id)
    quarantined: dict[int, int] = dict(session.execute(counted).all())
    cases = (
        select(MatchCase.source_id, func.count())
        .where(is_one_of(session, MatchCase.source_id, source_ids), MatchCase.state == "open")
        .group_by(MatchCase.source_id)
    )
    waiting: dict[int, int] = dict(session.execute(cases).all())
    return {
        source_id: OpenWork(
            quarantined.get(source_id, 0), waiting.get(source_id, 0), _doubtful(session, source_id) if waiting else ()
        )
        for source_id in {*quarantined, *waiting}
    }


def _doubtful(session: Session, source_id: int) -> tuple[tuple[str, str], ...]:
    rows = session.execute(
        select(MatchCase.resource, MatchCase.key)
        .where(MatchCase.source_id == source_id, MatchCase.state == "open")
        .order_by(MatchCase.id)
        .limit(_NAMED)
    )
    return tuple((row.resource, row.key) for row in rows)
