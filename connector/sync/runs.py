"""Runs, scans and their checkpoints: what lets a run that was killed go on, and keeps two runs apart."""

from __future__ import annotations

import os
import platform
from array import array
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.errors import ConflictError
from connector.store.sync_state import Scan, ScanPage, Source, SyncRun
from connector.sync.report import Counts, counts_from

LEASE = timedelta(minutes=5)


def begin_run(session: Session, source_id: int, digest: str, now: datetime) -> SyncRun:
    """The run to work on: the one that was killed half-way, if the mapping is still the same, else a new one.

    ConflictError when another process is at work on this source.
    """
    session.execute(select(Source.id).where(Source.id == source_id).with_for_update())
    for run in session.scalars(select(SyncRun).where(SyncRun.source_id == source_id, SyncRun.state == "running")):
        if _is_at_work(run, now):
            raise ConflictError(
                f"run {run.id} is at work on this source",
                where=session.get_one(Source, source_id).name,
                todo=f"Wait for it, or until {run.lease_until:%H:%M} UTC if its process is gone.",
            )
        if run.mapping_digest == digest:
            renew(run, now)
            return run
        finish(run, "failed", "it was killed, and the mapping has changed since", now)
    run = SyncRun(source_id=source_id, state="running", started_at=now, mapping_digest=digest, counts={})
    renew(run, now)
    session.add(run)
    session.flush()  # its number
    return run


def renew(run: SyncRun, now: datetime) -> None:
    """This process is alive and at work on the run."""
    run.lease_until = now + LEASE
    run.lease_by = f"{platform.node()}:{os.getpid()}"


def finish(run: SyncRun, state: str, message: str | None, now: datetime) -> None:
    run.state, run.message, run.finished_at = state, message, now
    run.lease_until = run.lease_by = None


def has_completed(session: Session, source_id: int) -> bool:
    """Whether the source ever completed a run."""
    done = select(SyncRun.id).where(SyncRun.source_id == source_id, SyncRun.state == "done").limit(1)
    return session.scalar(done) is not None


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
    return True


def begin_scan(session: Session, run_id: int, resource: str, now: datetime) -> Scan:
    """The scan of a resource in this run: a new one, or the one that was under way."""
    scan = session.scalar(select(Scan).where(Scan.run_id == run_id, Scan.resource == resource))
    if scan is None:
        scan = Scan(run_id=run_id, resource=resource, state="running", counts={}, started_at=now)
        session.add(scan)
        session.flush()
    return scan


def checkpoint(
    session: Session, scan: Scan, *, seen: Iterable[int], cursor: dict[str, Any] | None, counts: Counts
) -> None:
    """Record that a page is done, in the transaction that wrote it."""
    total = counts_from(scan.counts)
    total.add(counts)
    scan.counts = total.as_dict()
    scan.cursor = cursor
    number = session.query(ScanPage.number).filter(ScanPage.scan_id == scan.id).count() + 1
    session.add(ScanPage(scan_id=scan.id, number=number, seen=array("q", seen).tobytes()))


def seen_in(session: Session, scan_id: int) -> set[int]:
    """The known records that the pages of a scan held, those before a crash included."""
    seen: set[int] = set()
    for blob in session.scalars(select(ScanPage.seen).where(ScanPage.scan_id == scan_id)):
        ids = array("q")
        ids.frombytes(blob)
        seen.update(ids)
    return seen
