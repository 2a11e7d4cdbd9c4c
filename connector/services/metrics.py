"""Figures for a watcher: how old, how long, how many. Sources are named, people and records never."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, employer_of, require
from connector.services.installation import Installation
from connector.services.work import QUEUES
from connector.store.sync_plan import MatchCase
from connector.store.sync_state import QuarantinedRecord, RecordState, Source, SyncRun

_WORK_STATES = ("waiting", "leased", "parked")


@dataclass(frozen=True, slots=True)
class Figure:
    """One name with a value for each combination of its labels."""

    name: str
    about: str
    labels: tuple[str, ...]
    samples: tuple[tuple[tuple[str, ...], float], ...]


def figures(actor: Actor, installation: Installation) -> list[Figure]:
    """The figures of the actor's employer, as the database has them now."""
    require(actor, Act.WATCH)
    employer_id = employer_of(actor)
    with installation.store.read() as session:
        names = {row.id: row.name for row in session.scalars(select(Source).where(Source.employer_id == employer_id))}
        return [
            *_of_runs(session, names),
            _of_records(session, names),
            _of_problems(session, names),
            _of_cases(session, names),
            _of_credentials(installation, names),
            _of_work(session, employer_id),
        ]


def _of_runs(session: Session, names: dict[int, str]) -> list[Figure]:
    done = select(SyncRun.source_id, func.max(SyncRun.finished_at)).where(SyncRun.state == "done")
    good = [
        ((names[row[0]],), row[1].timestamp()) for row in session.execute(_by_source(done, SyncRun, names)) if row[1]
    ]
    states = select(SyncRun.source_id, SyncRun.state, func.count()).where(SyncRun.source_id.in_(names))
    counted = session.execute(states.group_by(SyncRun.source_id, SyncRun.state)).all()
    newest = _by_source(select(func.max(SyncRun.id)).where(SyncRun.finished_at.is_not(None)), SyncRun, names)
    last = session.scalars(select(SyncRun).where(SyncRun.id.in_(newest))).all()
    took = [
        ((names[run.source_id],), (run.finished_at - run.started_at).total_seconds()) for run in last if run.finished_at
    ]
    return [
        _figure("pop_last_success_timestamp_seconds", "When a source was last read and written.", ("source",), good),
        _figure("pop_last_run_duration_seconds", "How long the last finished run took.", ("source",), took),
        _figure(
            "pop_runs",
            "Runs by how they stand.",
            ("source", "state"),
            [((names[row[0]], row[1]), row[2]) for row in counted],
        ),
    ]


def _of_records(session: Session, names: dict[int, str]) -> Figure:
    state = case(
        (RecordState.missing_since.is_not(None), "missing"),
        (RecordState.waits_for.is_not(None), "waiting"),
        else_="here",
    )
    statement = select(RecordState.source_id, state, func.count()).where(RecordState.source_id.in_(names))
    rows = session.execute(statement.group_by(RecordState.source_id, state))
    samples = [((names[row[0]], row[1]), row[2]) for row in rows]
    return _figure("pop_records", "Records of a source: here, missing, or waiting.", ("source", "state"), samples)


def _of_problems(session: Session, names: dict[int, str]) -> Figure:
    counted = select(QuarantinedRecord.source_id, func.count()).where(
        QuarantinedRecord.resolved_at.is_(None), QuarantinedRecord.ignored_at.is_(None)
    )
    rows = session.execute(_by_source(counted, QuarantinedRecord, names))
    return _per_source("pop_quarantine", "Problems with records that nobody ignored.", names, rows)


def _of_cases(session: Session, names: dict[int, str]) -> Figure:
    counted = select(MatchCase.source_id, func.count()).where(MatchCase.state == "open")
    rows = session.execute(_by_source(counted, MatchCase, names))
    return _per_source("pop_review", "Records of which a person must say whom they speak of.", names, rows)


def _of_credentials(installation: Installation, names: dict[int, str]) -> Figure:
    samples = [
        ((name,), float((config.credential_expires_on - installation.today(config.time_zone)).days))
        for name, config in installation.sources.items()
        if name in names.values() and config.credential_expires_on is not None
    ]
    return _figure("pop_credential_days_left", "Days until a source's credential ends.", ("source",), samples)


def _of_work(session: Session, employer_id: int) -> Figure:
    samples: list[tuple[tuple[str, ...], float]] = []
    for name, queue in QUEUES.items():
        model: Any = queue
        statement = select(model.state, func.count()).where(model.employer_id == employer_id)
        counted = {row[0]: row[1] for row in session.execute(statement.group_by(model.state))}
        samples += [((name, state), counted.get(state, 0)) for state in _WORK_STATES]
    return _figure("pop_work_rows", "Rows of work and of the outbox that are not done.", ("queue", "state"), samples)


def _by_source(statement: Any, model: Any, names: dict[int, str]) -> Any:
    return statement.where(model.source_id.in_(names)).group_by(model.source_id)


def _per_source(name: str, about: str, names: dict[int, str], rows: Any) -> Figure:
    counted = {row[0]: row[1] for row in rows}
    return _figure(name, about, ("source",), [((source,), counted.get(key, 0)) for key, source in names.items()])


def _figure(name: str, about: str, labels: tuple[str, ...], samples: Sequence[tuple[tuple[str, ...], float]]) -> Figure:
    return Figure(name, about, labels, tuple(sorted((values, float(value)) for values, value in samples)))
