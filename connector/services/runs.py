"""Sync runs as people quote them: number, source, state, counts, what stopped one, and who must act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, require
from connector.errors import NotFoundError
from connector.services.installation import Installation
from connector.services.known_sources import within
from connector.services.open_work import NOTHING, OpenWork, open_work
from connector.services.paging import Page, PageRequest, cut_page
from connector.services.run_orders import RunOrder, orders_of
from connector.services.told import Told
from connector.services.told_guards import HINTS, finding_words
from connector.services.told_stops import STOPS
from connector.store.accounts import Account
from connector.store.sync_state import Scan, Source, SyncRun
from connector.sync.report import Counts, counts_from

STATES = ("running", "done", "failed", "waits", "rejected")


@dataclass(frozen=True, slots=True)
class ResourceScan:
    """One pass over one resource of the source; `received` of `total` records, when the source tells a total."""

    resource: str
    state: str
    total: int | None
    counts: Counts
    since: str | None = None

    @property
    def received(self) -> int:
        return self.counts.received


@dataclass(frozen=True, slots=True)
class Guard:
    """What of a run must not pass unseen: `kind` as connector.domain.guard names it, how many of how many, and above
    which number a person is asked. `sentence` and `hint` say it in English; `words` and `advice` in the language of
    whoever asked, where they can."""

    kind: str
    resource: str
    count: int
    known: int
    limit: int
    sentence: str
    hint: str
    words: str | None = None
    advice: Told | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """`number` is what everybody can quote; `message` says in English what stopped it, `told` in the language of
    whoever asked, without details.

    `phase` is read or apply: nothing is written before apply. `mode` is routine, or planned when a person looks first.
    `kind` is full, or delta when every resource was only asked for what had changed. `acts` names whoever has to do
    something now: nobody | administrator | system. `decided_by` is the name of who allowed or rejected it; without one
    but with `decided_at` it was an operator of this installation. `order`: somebody has allowed it, and it is not
    written yet. `open_work` is what of its source waits for somebody now, whichever run found it.
    """

    number: int
    source: str
    state: str
    started_at: datetime
    finished_at: datetime | None
    counts: Counts
    message: str | None
    scans: tuple[ResourceScan, ...]
    kind: str
    mode: str
    phase: str
    guards: tuple[Guard, ...]
    decided_by: str | None
    decided_at: datetime | None
    told: Told | None = None
    order: RunOrder | None = None
    open_work: OpenWork = NOTHING

    @property
    def acts(self) -> str:
        if self.state == "waits" and self.order is None:
            return "administrator"
        if self.state == "failed":
            return "system"
        return "administrator" if self.state == "done" and self.open_work.is_any else "nobody"

    @property
    def who_must_act(self) -> str:
        """The same as sentences for the command line."""
        work = self.open_work.sentence(self.source)
        if work and self.state not in ("waits", "failed"):
            return work
        return f"{_SENTENCES[self.acts].format(number=self.number)} {work}".rstrip()


_SENTENCES = {
    "nobody": "Nobody has to do anything.",
    "administrator": "An administrator looks at the plan, and allows it (`pop sync apply {number}`) or rejects it "
    "(`pop sync reject {number}`).",
    "system": "Whoever runs the source or its settings mends what the message says; the next run begins anew.",
}


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
    statement = _runs(actor).order_by(SyncRun.id.desc())
    if source is not None:
        statement = statement.where(Source.name == source)
    if state is not None:
        statement = statement.where(SyncRun.state == state)
    with installation.store.read() as session:
        page: Page[Any] = cut_page(session, statement, request)
        return page.map(lambda rows: _with_scans(session, actor, rows))


def find_run(actor: Actor, installation: Installation, number: int) -> Run:
    """One run of the actor's employer, else NotFoundError."""
    require(actor, Act.READ_RUNS)
    with installation.store.read() as session:
        found = _with_scans(session, actor, session.execute(_runs(actor).where(SyncRun.id == number)).all())
    if not found:
        raise NotFoundError("there is no such run at this employer", where=f"run {number}", todo="Look: `pop runs`.")
    return found[0]


def _runs(actor: Actor) -> Select[SyncRun, str, str | None]:
    statement = (
        select(SyncRun, Source.name, Account.name)
        .join(Source, Source.id == SyncRun.source_id)
        .outerjoin(Account, Account.id == SyncRun.decided_by)
    )
    return within(actor, statement)


def _with_scans(session: Session, actor: Actor, rows: Any) -> tuple[Run, ...]:
    scans: dict[int, list[ResourceScan]] = {run.id: [] for run, _, _ in rows}
    for scan in session.scalars(select(Scan).where(Scan.run_id.in_(scans)).order_by(Scan.id)):
        scans[scan.run_id].append(
            ResourceScan(scan.resource, scan.state, scan.total, counts_from(scan.counts), scan.since)
        )
    orders = orders_of(session, [run.id for run, _, _ in rows if run.state == "waits"])
    work = open_work(session, {run.source_id for run, _, _ in rows})
    found = (_run(actor, run, source, decider, tuple(scans[run.id])) for run, source, decider in rows)
    return tuple(
        replace(one, order=orders.get(run.id), open_work=work.get(run.source_id, NOTHING))
        for one, (run, _, _) in zip(found, rows, strict=True)
    )


def _run(
    actor: Actor,
    run: SyncRun,
    source: str,
    decider: str | None,
    scans: tuple[ResourceScan, ...],
) -> Run:
    totals: Mapping[str, Any] = run.counts
    counts = counts_from(dict(totals))
    if run.state == "running" and not totals:
        for scan in scans:
            counts.add(scan.counts)
    return Run(
        number=run.id,
        source=source,
        state=run.state,
        started_at=run.started_at,
        finished_at=run.finished_at,
        counts=counts,
        message=run.message,
        scans=scans,
        kind="delta" if scans and all(scan.since for scan in scans) else "full",
        mode=run.mode,
        phase=run.phase,
        guards=tuple(_guard(actor, stored) for stored in run.guards or ()),
        decided_by=decider,
        decided_at=run.decided_at,
        told=_told(actor, run),
    )


def _told(actor: Actor, run: SyncRun) -> Told | None:
    """What became of it; of a run that only waits for a guard, that guard says it."""
    if not run.message:
        return None
    told = STOPS.within(run.message, actor.language)
    return None if run.state == "waits" and run.guards and told.code == STOPS.other.code else told


def _guard(actor: Actor, stored: Mapping[str, Any]) -> Guard:
    hint = stored["hint"].strip()
    return Guard(
        kind=stored["kind"],
        resource=stored["resource"],
        count=stored["count"],
        known=stored["known"],
        limit=stored["limit"],
        sentence=stored["sentence"],
        hint=hint,
        words=finding_words(actor, stored["kind"], stored["count"], stored["known"], stored["limit"]),
        advice=HINTS.whole(hint, actor.language) if hint else None,
    )
