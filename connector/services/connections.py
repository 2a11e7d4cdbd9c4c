"""The configured sources at a glance: how each is, when it was last read and will be next, and what waits there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, require
from connector.errors import MappingError
from connector.services.credentials import WARN_DAYS
from connector.services.installation import Installation, SourceConfig
from connector.services.pushed import SYNC_SOURCE
from connector.services.timetable import NIGHTLY_SYNC
from connector.store.accounts import Organisation
from connector.store.sync_plan import MatchCase
from connector.store.sync_state import QuarantinedRecord, RecordState, Source, SyncRun
from connector.store.work import DueWork
from connector.sync.mapping import read_mapping


@dataclass(frozen=True, slots=True)
class Connection:
    """One configured source.

    `state` is that of its last run: ok | running | failed | waits | never; or paused, by its settings. `run` is the
    number of that run and `message` what stopped it. `records` are those that the source holds now; `quarantine` and
    `review` how many problems and doubts are open. `days_left` until the last day of its credential; negative: ended.
    """

    name: str
    title: str
    mapping: str
    employer: str
    state: str
    run: int | None
    message: str | None
    last_good_run: int | None
    last_good_at: datetime | None
    next_run_at: datetime | None
    records: int
    quarantine: int
    review: int
    credential_expires_on: date | None
    days_left: int | None

    @property
    def is_ending(self) -> bool:
        """Whether the credential needs somebody's attention."""
        return self.days_left is not None and self.days_left <= WARN_DAYS[0]


def list_connections(actor: Actor, installation: Installation) -> list[Connection]:
    """The sources of the actor's employer, in the order of the settings."""
    require(actor, Act.READ_RUNS)
    with installation.store.read() as session:
        employers = {row.code: row.id for row in session.execute(select(Organisation.code, Organisation.id))}
        wanted = [
            config
            for config in installation.sources.values()
            if actor.is_everywhere or employers.get(config.employer) == actor.employer_id
        ]
        ids = {row.name: row.id for row in session.execute(select(Source.id, Source.name))}
        numbers = _Numbers(session, [ids[config.name] for config in wanted if config.name in ids])
        planned = _next_runs(session)
        return [
            _connection(installation, config, numbers, ids.get(config.name), planned.get(config.name))
            for config in wanted
        ]


class _Numbers:
    """What is counted of these sources, one query each."""

    def __init__(self, session: Session, ids: Sequence[int]) -> None:
        open_problem = (QuarantinedRecord.resolved_at.is_(None), QuarantinedRecord.ignored_at.is_(None))
        self.records = _count(session, RecordState, ids, RecordState.missing_since.is_(None))
        self.quarantine = _count(session, QuarantinedRecord, ids, *open_problem)
        self.review = _count(session, MatchCase, ids, MatchCase.state == "open")
        self.last = _runs(session, ids)
        self.good = _runs(session, ids, SyncRun.state == "done")


def _count(session: Session, model: Any, ids: Sequence[int], *conditions: Any) -> dict[int, int]:
    statement = select(model.source_id, func.count()).where(model.source_id.in_(ids), *conditions)
    return {row[0]: row[1] for row in session.execute(statement.group_by(model.source_id))}


def _runs(session: Session, ids: Sequence[int], *conditions: Any) -> dict[int, SyncRun]:
    """The newest run of each source that meets the conditions."""
    newest = select(func.max(SyncRun.id)).where(SyncRun.source_id.in_(ids), *conditions).group_by(SyncRun.source_id)
    return {run.source_id: run for run in session.scalars(select(SyncRun).where(SyncRun.id.in_(newest)))}


def _next_runs(session: Session) -> dict[str, datetime]:
    """By source, when it will be read next, as far as that is put down."""
    rows = session.execute(
        select(DueWork.payload, DueWork.due_at)
        .where(DueWork.kind.in_((NIGHTLY_SYNC, SYNC_SOURCE)), DueWork.state == "waiting")
        .order_by(DueWork.due_at.desc())
    )
    return {row.payload["source"]: row.due_at for row in rows}


def _connection(
    installation: Installation, config: SourceConfig, numbers: _Numbers, source_id: int | None, planned: datetime | None
) -> Connection:
    key = source_id or 0  # no row has this number
    last, good = numbers.last.get(key), numbers.good.get(key)
    ends_on = config.credential_expires_on
    return Connection(
        name=config.name,
        title=_title(installation, config),
        mapping=config.mapping,
        employer=config.employer,
        state="paused" if config.paused else _state(last),
        run=last.id if last else None,
        message=last.message if last and last.state != "done" else None,
        last_good_run=good.id if good else None,
        last_good_at=good.finished_at if good else None,
        next_run_at=None if config.paused else planned,
        records=numbers.records.get(key, 0),
        quarantine=numbers.quarantine.get(key, 0),
        review=numbers.review.get(key, 0),
        credential_expires_on=ends_on,
        days_left=(ends_on - installation.today(config.time_zone)).days if ends_on else None,
    )


def _state(last: SyncRun | None) -> str:
    """A plan that was thrown away says nothing against the source."""
    if last is None:
        return "never"
    return "ok" if last.state in ("done", "rejected") else last.state


def _title(installation: Installation, config: SourceConfig) -> str:
    try:
        return read_mapping(installation.mappings.find(config.mapping)).title
    except MappingError:
        return config.mapping
