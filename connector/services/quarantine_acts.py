"""What a person does about a record that could not be taken over: leave it as it is, for a reason, or read it again."""

from __future__ import annotations

from sqlalchemy import select

from connector.domain.access import Act, Actor, require
from connector.domain.reason import checked_reason
from connector.services.audit import record_act
from connector.services.installation import Installation
from connector.services.known_sources import source_named, within
from connector.services.quarantine import open_row
from connector.services.sync_orders import put_sync_soon
from connector.store.sync_state import QuarantinedRecord, Source


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
