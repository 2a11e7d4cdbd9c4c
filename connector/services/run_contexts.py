"""What a run of a source would know, for what is done to its records outside of a run."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from connector.services.installation import Installation
from connector.store.accounts import Organisation
from connector.store.sync_state import Source, SyncRun
from connector.sync.context import RunContext


def context_of(session: Session, installation: Installation, source: Source, *, is_first: bool) -> RunContext:
    """As the source's last run, now. `is_first`: what is written is no news that anything should follow from."""
    employer = session.get_one(Organisation, source.employer_id)
    return RunContext(
        source_id=source.id,
        source_name=source.name,
        employer_id=source.employer_id,
        employer_code=employer.code,
        language=employer.language,
        run_id=last_run(session, source.id),
        at=installation.clock(),
        today=_today(installation, source.name),
        is_first=is_first,
    )


def last_run(session: Session, source_id: int) -> int:
    """The number of the source's newest run; 0 when it never ran."""
    return session.scalar(select(func.max(SyncRun.id)).where(SyncRun.source_id == source_id)) or 0


def _today(installation: Installation, source: str) -> date:
    config = installation.sources.get(source)
    return installation.today(config.time_zone) if config is not None else installation.today()
