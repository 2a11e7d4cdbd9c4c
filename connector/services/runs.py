"""Sync runs as people quote them: number, source, state, counts, and what stopped one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, employer_of, require
from connector.errors import NotFoundError
from connector.services.installation import Installation
from connector.services.paging import Page, PageRequest, cut_page
from connector.store.sync_state import Scan, Source, SyncRun
from connector.sync.report import Counts, counts_from

STATES = ("running", "done", "failed", "waits")


@dataclass(frozen=True, slots=True)
class ResourceScan:
    """One pass over one resource of the source."""

    resource: str
    state: str
    total: int | None
    counts: Counts


@dataclass(frozen=True, slots=True)
class Run:
    """`number` is what everybody can quote; `message` says what stopped it and who must act."""

    number: int
    source: str
    state: str
    started_at: datetime
    finished_at: datetime | None
    counts: Counts
    message: str | None
    scans: tuple[ResourceScan, ...]


def list_runs(
    actor: Actor,
    installation: Installation,
    request: PageRequest,
    *,
    source: str | None = None,
    state: str | None = None,
) -> Page[Run]:
    """The runs of the actor's employer, the newest first."""
    require(actor, Act.READ_RUNS)
    statement = _runs(employer_of(actor)).order_by(SyncRun.id.desc())
    if source is not None:
        statement = statement.where(Source.name == source)
    if state is not None:
        statement = statement.where(SyncRun.state == state)
    with installation.store.read() as session:
        page: Page[Any] = cut_page(session, statement, request)
        return page.map(lambda rows: _with_scans(session, rows))


def find_run(actor: Actor, installation: Installation, number: int) -> Run:
    """One run of the actor's employer, else NotFoundError."""
    require(actor, Act.READ_RUNS)
    statement = _runs(employer_of(actor)).where(SyncRun.id == number)
    with installation.store.read() as session:
        found = _with_scans(session, session.execute(statement).all())
    if not found:
        raise NotFoundError("there is no such run at this employer")
    return found[0]


def _runs(employer_id: int) -> Select[SyncRun, str]:
    return (
        select(SyncRun, Source.name)
        .join(Source, Source.id == SyncRun.source_id)
        .where(Source.employer_id == employer_id)
    )


def _with_scans(session: Session, rows: Any) -> tuple[Run, ...]:
    scans: dict[int, list[ResourceScan]] = {run.id: [] for run, _ in rows}
    for scan in session.scalars(select(Scan).where(Scan.run_id.in_(scans)).order_by(Scan.id)):
        scans[scan.run_id].append(ResourceScan(scan.resource, scan.state, scan.total, counts_from(scan.counts)))
    return tuple(_run(run, source, tuple(scans[run.id])) for run, source in rows)


def _run(run: SyncRun, source: str, scans: tuple[ResourceScan, ...]) -> Run:
    totals: Mapping[str, Any] = run.counts
    return Run(
        number=run.id,
        source=source,
        state=run.state,
        started_at=run.started_at,
        finished_at=run.finished_at,
        counts=counts_from(dict(totals)),
        message=run.message,
        scans=scans,
    )
