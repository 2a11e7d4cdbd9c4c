"""Records that could not be taken over, and why: what somebody has to mend in the source, or say that it may stay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, require
from connector.domain.reason import checked_reason
from connector.errors import NotFoundError
from connector.services.audit import record_act
from connector.services.installation import Installation
from connector.services.known_sources import source_named, within
from connector.services.sync_orders import put_sync_soon
from connector.store.sync_state import QuarantinedRecord, Source


@dataclass(frozen=True, slots=True)
class QuarantineEntry:
    """One problem with one record. The value itself is nowhere: `record` shows the form of each field's value only.

    `ignored_reason` is what a person said for leaving it as it is; None: nobody has.
    """

    id: int
    source: str
    resource: str
    key: str
    field: str
    kind: str
    reason: str
    record: dict[str, Any]
    times: int
    first_seen_at: datetime
    last_seen_at: datetime
    run: int
    ignored_at: datetime | None
    ignored_reason: str | None

    @property
    def has_key(self) -> bool:
        """Without a key of its own nothing can be corrected here: it cannot be found again."""
        return not self.key.startswith("?")


def list_quarantine(
    actor: Actor, installation: Installation, source: str | None = None, *, with_ignored: bool = False
) -> list[QuarantineEntry]:
    """What is in quarantine now, the newest first, at the actor's employer."""
    require(actor, Act.READ_RUNS)
    statement = (
        select(Source.name, QuarantinedRecord)
        .join(Source, Source.id == QuarantinedRecord.source_id)
        .where(QuarantinedRecord.resolved_at.is_(None))
        .order_by(QuarantinedRecord.last_seen_at.desc(), QuarantinedRecord.id)
    )
    if source is not None:
        statement = statement.where(Source.name == source)
    if not with_ignored:
        statement = statement.where(QuarantinedRecord.ignored_at.is_(None))
    with installation.store.read() as session:
        return [_entry(name, row) for name, row in session.execute(within(actor, statement))]


def find_entry(actor: Actor, installation: Installation, entry_id: int) -> QuarantineEntry:
    """One problem that is still there, ignored or not; else NotFoundError."""
    require(actor, Act.READ_RUNS)
    with installation.store.read() as session:
        row, source = open_row(session, actor, entry_id)
        return _entry(source.name, row)


def ignore(actor: Actor, installation: Installation, entry_id: int, reason: str) -> None:
    """Leave a problem as it is, for a reason. It is told again as soon as what is wrong is another thing."""
    require(actor, Act.MEND)
    why = checked_reason(reason)
    now = installation.clock()
    with installation.store.begin() as session:
        row, source = open_row(session, actor, entry_id)
        row.ignored_at, row.ignored_by, row.ignored_reason = now, actor.account_id, why
        record_act(session, actor, "ignore_problem", f"quarantine:{row.id}", at=now, employer_id=source.employer_id)


def unignore(actor: Actor, installation: Installation, entry_id: int) -> None:
    """Tell a problem again that somebody chose to ignore."""
    require(actor, Act.MEND)
    now = installation.clock()
    with installation.store.begin() as session:
        row, source = open_row(session, actor, entry_id)
        row.ignored_at = row.ignored_by = row.ignored_reason = None
        record_act(session, actor, "unignore_problem", f"quarantine:{row.id}", at=now, employer_id=source.employer_id)


def replay(actor: Actor, installation: Installation, source: str | None = None) -> list[str]:
    """Read again, soon, whatever holds problems: after a mapping or the source itself was mended. Gives the sources."""
    require(actor, Act.MEND)
    now = installation.clock()
    with installation.store.begin() as session:
        if source is not None:
            source_named(session, actor, source)
        statement = (
            select(Source.name, Source.employer_id, QuarantinedRecord.resource)
            .join(QuarantinedRecord, QuarantinedRecord.source_id == Source.id)
            .where(QuarantinedRecord.resolved_at.is_(None))
            .distinct()
        )
        if source is not None:
            statement = statement.where(Source.name == source)
        found: dict[tuple[str, int], list[str]] = {}
        for name, employer_id, resource in session.execute(within(actor, statement)):
            if name in installation.sources:
                found.setdefault((name, employer_id), []).append(resource)
        for (name, employer_id), resources in found.items():
            put_sync_soon(session, name, employer_id, now, resources=resources)
            record_act(session, actor, "replay_quarantine", f"source:{name}", at=now, employer_id=employer_id)
        return sorted(name for name, _ in found)


def open_row(session: Session, actor: Actor, entry_id: int) -> tuple[QuarantinedRecord, Source]:
    """The row of a problem that is still there, with its source; NotFoundError outside the actor's employer."""
    statement = (
        select(QuarantinedRecord, Source)
        .join(Source, Source.id == QuarantinedRecord.source_id)
        .where(QuarantinedRecord.id == entry_id, QuarantinedRecord.resolved_at.is_(None))
    )
    found = session.execute(within(actor, statement)).one_or_none()
    if found is None:
        raise NotFoundError("there is no such problem", where=f"quarantine:{entry_id}", todo="Look: `pop quarantine`.")
    return found[0], found[1]


def _entry(source: str, row: QuarantinedRecord) -> QuarantineEntry:
    return QuarantineEntry(
        id=row.id,
        source=source,
        resource=row.resource,
        key=row.key,
        field=row.field,
        kind=row.kind,
        reason=row.reason,
        record=dict(row.shape),
        times=row.times,
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
        run=row.run_id,
        ignored_at=row.ignored_at,
        ignored_reason=row.ignored_reason,
    )
