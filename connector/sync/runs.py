"""Runs, scans and their checkpoints: what lets a run that was killed go on, and keeps two runs apart."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from connector.errors import ConflictError
from connector.store.sync_plan import StagedRecord
from connector.store.sync_state import RecordState, Scan, Source, SyncRun

LEASE = timedelta(minutes=5)


def begin_run(session: Session, source_id: int, digest: str, now: datetime) -> SyncRun:
    """The run to work on: the one that was killed half-way, if the mapping is still the same, else a new one.

    A run that has begun to write is always finished first. One that waits for a person makes place for the new one.
    ConflictError when another process is at work on this source.
    """
    take_source(session, source_id)
    for run in session.scalars(select(SyncRun).where(SyncRun.source_id == source_id, SyncRun.state == "running")):
        if _is_at_work(run, now):
            raise ConflictError(
                f"run {run.id} is at work on this source",
                where=session.get_one(Source, source_id).name,
                todo=f"Wait for it, or until {run.lease_until:%H:%M} UTC if its process is gone.",
            )
        if run.mapping_digest == digest or run.phase == "apply":
            lease(run, now)
            return run
        finish(run, "failed", "it was killed, and the mapping has changed since", now)
        drop_plan(session, run.id)
    run = SyncRun(source_id=source_id, state="running", started_at=now, mapping_digest=digest, counts={})
    lease(run, now)
    session.add(run)
    session.flush()  # its number
    for waiting in session.scalars(select(SyncRun).where(SyncRun.source_id == source_id, SyncRun.state == "waits")):
        finish(waiting, "rejected", f"run {run.id} has read the source again since", now)
        drop_plan(session, waiting.id)
    return run


def take_source(session: Session, source_id: int) -> None:
    """Nobody else begins a run of this source, or decides on one, until this transaction is over. It comes before any
    lock on a run."""
    # Not against rows that refer to the source: a backend whose process was killed may be amid adding some.
    session.execute(select(Source.id).where(Source.id == source_id).with_for_update(key_share=True))


def begin_writing(session: Session, run: SyncRun, now: datetime) -> None:
    """From here on the run is finished, whatever happens. Its facts are believed from now on, and from no moment that
    lies before what another run of the employer has written: clocks go back, and readings overlap."""
    employer = select(Source.employer_id).where(Source.id == run.source_id).scalar_subquery()
    own = select(Source.id).where(Source.employer_id == employer)
    latest = session.scalar(select(func.max(SyncRun.written_at)).where(SyncRun.source_id.in_(own)))
    run.phase = "apply"
    run.written_at = now if latest is None or latest <= now else latest + timedelta(microseconds=1)


def lease(run: SyncRun, now: datetime) -> None:
    """This process is alive and at work on the run."""
    run.lease_until = now + LEASE
    run.lease_by = _this_process()


def renew(session: Session, run_id: int, now: datetime) -> None:
    """Keep the lease; ConflictError when the run is no longer ours, for then nothing more may be written."""
    result: Any = session.execute(
        update(SyncRun)
        .where(SyncRun.id == run_id, SyncRun.lease_by == _this_process(), SyncRun.state == "running")
        .values(lease_until=now + LEASE)
        .execution_options(synchronize_session=False)
    )
    if result.rowcount != 1:
        raise ConflictError(
            f"run {run_id} was taken over by another process", todo="Nothing is lost: it goes on there."
        )


def drop_plan(session: Session, run_id: int) -> None:
    """Take away what a run has staged: it will not be written."""
    session.execute(delete(StagedRecord).where(StagedRecord.run_id == run_id))


def _this_process() -> str:
    return f"{platform.node()}:{os.getpid()}"


def finish(run: SyncRun, state: str, message: str | None, now: datetime) -> None:
    run.state, run.message, run.finished_at = state, message, now
    run.lease_until = run.lease_by = None


def has_completed(session: Session, source_id: int) -> bool:
    """Whether the source ever completed a run that took something over: an export that was still empty is no first."""
    done = select(SyncRun.id).where(SyncRun.source_id == source_id, SyncRun.state == "done").limit(1)
    known = select(RecordState.id).where(RecordState.source_id == source_id).limit(1)
    return session.scalar(done) is not None and session.scalar(known) is not None


def _is_at_work(run: SyncRun, now: datetime) -> bool:
    if run.lease_until is None or run.lease_by is None or run.lease_until <= now:
        return False
    host, _, process = run.lease_by.rpartition(":")
    if host != platform.node():
        return True
    if int(process) == os.getpid():
        return False  # this very process left it behind after an error
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _is_zombie(process)


def _is_zombie(process: str) -> bool:
    """A killed process keeps its number until its parent has looked; where there is no /proc nobody can tell."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2][1] == "Z"
    except (OSError, IndexError):
        return False


def begin_scan(session: Session, run_id: int, resource: str, now: datetime, *, since: str | None = None) -> Scan:
    """The scan of a resource in this run: a new one, or the one that was under way, which goes on as it began."""
    scan = session.scalar(select(Scan).where(Scan.run_id == run_id, Scan.resource == resource))
    if scan is None:
        scan = Scan(run_id=run_id, resource=resource, state="running", since=since, counts={}, started_at=now)
        session.add(scan)
        session.flush()
    return scan


def scans_of(session: Session, run_id: int, resources: Iterable[str], now: datetime) -> dict[str, Scan]:
    """The scans of these resources in a run; one that was read by another mapping may lack some, which are begun."""
    found = {scan.resource: scan for scan in session.scalars(select(Scan).where(Scan.run_id == run_id))}
    return {name: found.get(name) or begin_scan(session, run_id, name, now) for name in resources}
