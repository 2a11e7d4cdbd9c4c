"""How a run ends other than by waiting: it is done and reported, it failed, or it was interrupted amid its writing."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime

from sqlalchemy.orm import Session

from connector.errors import PopError
from connector.store.database import Store
from connector.store.sync_state import Scan, SyncRun
from connector.sync.conclude import changes_of, problems_of, staged_changes
from connector.sync.context import RunContext
from connector.sync.mapping import Resource
from connector.sync.report import Counts, RunReport, counts_from
from connector.sync.runs import drop_plan, finish


def report_of(
    session: Session,
    context: RunContext,
    resources: Mapping[str, Resource],
    scans: Mapping[str, Scan],
    state: str,
    message: str | None,
    *,
    is_plan: bool = False,
    has_pending: bool = True,
) -> RunReport:
    """What people read of a run; `has_pending`: whether any record of the source waits for another one."""
    session.flush()
    targets = {name: resource.target for name, resource in resources.items() if resource.target}
    return RunReport(
        context.run_id,
        context.source_name,
        state,
        message,
        {name: counts_from(scans[name].counts) for name in resources},
        targets,
        staged_changes(session, context.run_id, resources) if is_plan else changes_of(session, context),
        problems_of(session, context, targets if has_pending else {}),
        is_plan,
    )


def totals_of(scans: Mapping[str, Scan]) -> dict[str, int]:
    """The counts of all resources together."""
    total = Counts()
    for scan in scans.values():
        total.add(counts_from(scan.counts))
    return total.as_dict()


def interrupt(store: Store, context: RunContext, error: Exception) -> None:
    """What stops a run amid its writing (a full disk) ends nothing: the next call goes on with what is left."""
    with suppress(Exception), store.begin() as session:
        run = session.get_one(SyncRun, context.run_id)
        run.lease_until = run.lease_by = None
        words = error.sentence() if isinstance(error, PopError) else f"an error of the kind {type(error).__name__}"
        run.message = f"it was interrupted while writing, and the next run goes on: {words}"


def fail(store: Store, context: RunContext, message: str, now: datetime) -> None:
    """End a run that an error stopped; nothing of what it staged while reading stays."""
    with store.begin() as session:
        run = session.get_one(SyncRun, context.run_id)
        if run.state != "running" or (run.phase == "apply" and run.lease_by is None):
            return  # it waits, or was interrupted
        finish(run, "failed", message, now)
        if run.phase == "read":
            drop_plan(session, run.id)
