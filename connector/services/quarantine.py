"""Records that could not be taken over, and why: what an administrator or HR has to mend in the source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from connector.domain.access import Act, Actor, require
from connector.services.installation import Installation
from connector.store.sync_state import QuarantinedRecord, Source


@dataclass(frozen=True, slots=True)
class QuarantineEntry:
    """One problem with one record. The value itself is nowhere."""

    source: str
    resource: str
    key: str
    field: str
    kind: str
    reason: str
    times: int
    first_seen_at: datetime
    last_seen_at: datetime
    run: int


def list_quarantine(actor: Actor, installation: Installation, source: str | None = None) -> list[QuarantineEntry]:
    """What is in quarantine now, the newest first, at the actor's employer."""
    require(actor, Act.READ_RUNS)
    statement = (
        select(Source.name, QuarantinedRecord)
        .join(Source, Source.id == QuarantinedRecord.source_id)
        .where(QuarantinedRecord.resolved_at.is_(None))
        .order_by(QuarantinedRecord.last_seen_at.desc(), QuarantinedRecord.id)
    )
    if not actor.is_everywhere:
        statement = statement.where(Source.employer_id == actor.employer_id)
    if source is not None:
        statement = statement.where(Source.name == source)
    with installation.store.read() as session:
        return [
            QuarantineEntry(
                source=name,
                resource=row.resource,
                key=row.key,
                field=row.field,
                kind=row.kind,
                reason=row.reason,
                times=row.times,
                first_seen_at=row.first_seen_at,
                last_seen_at=row.last_seen_at,
                run=row.run_id,
            )
            for name, row in session.execute(statement)
        ]
