"""The job as one command: an empty folder becomes a synced, linked, planned and invited sample employer.

Every step calls what production calls: the sync engine on a workbook, the link index, the plan and sheet services as
their owners, the planner, the outbox. Only the people are invented.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

from sqlalchemy import select

from connector.assembly import prepare_installation
from connector.demo.accounts import Cast, sign_in_everybody
from connector.demo.budgets import set_budgets
from connector.demo.conversations import (
    PAST_SEASON_DAYS,
    Season,
    hold_past_conversations,
    plan_past_season,
    plan_season,
    prepare_some,
)
from connector.demo.folder import reset_folder, write_config
from connector.demo.history import Historian, Known
from connector.demo.sample import Sample, read_sample
from connector.demo.workbook import write_catalogue, write_workbook
from connector.domain.access import TIMER
from connector.services.installation import Clock, Installation, system_clock
from connector.services.linking import reindex
from connector.services.organisations import organisation_id
from connector.services.sync import run_sync
from connector.settings import Settings
from connector.settings_file import load
from connector.store.competencies import CompetencyLabel
from connector.store.hr import SourceIdentity, Training
from connector.store.sync_state import QuarantinedRecord
from connector.store.work import Outbox
from connector.sync.report import Counts
from jobs.__main__ import open_mail
from jobs.handlers import outbox_handlers
from jobs.loop import Worker, work_off

EMPLOYER = "schakel"
STEPS = ("prepare", "sync", "trainings", "accounts", "links", "plans", "conversations", "invitations")

Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What the run did. `links` are ties of goals to competencies and to trainings; `quarantine` says which
    record is kept apart and why; `seconds` is per step.
    """

    settings: Settings
    sync: Counts
    trainings: int
    links: int
    season: Season
    sent: int
    quarantine: tuple[str, ...]
    seconds: Mapping[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        counts = self.sync.as_dict()
        return {
            "ok": True,
            "sync": {name: counts[name] for name in ("read", "new", "changed", "same", "quarantined", "missing")},
            "trainings": self.trainings,
            "links": self.links,
            "conversations": {"planned": self.season.planned, "unplanned": self.season.unplanned},
            "invitations": self.season.invitations,
            "seconds": dict(self.seconds),
        }


def run_demo(folder: Path, port: int, progress: Progress, clock: Clock = system_clock) -> DemoResult:
    """Reset the folder and do the whole job in it. Errors are those of the services, in their own words."""
    seconds: dict[str, float] = {}

    @contextmanager
    def step(name: str) -> Iterator[None]:
        progress(name, 0, None)
        began = time.perf_counter()
        yield
        seconds[name] = round(time.perf_counter() - began, 2)

    with step("prepare"):
        reset_folder(folder)
        settings = load(write_config(folder, port), {})
        installation = prepare_installation(settings, clock)
    try:
        sample = read_sample(installation.today())
        with installation.store.read() as session:
            employer_id = organisation_id(session, EMPLOYER)
        with step("sync"):
            write_workbook(folder / "personeel.xlsx", sample)
            people = run_sync(TIMER, installation, "hr", accept=True)
        with step("trainings"):
            write_catalogue(folder / "opleidingen.xlsx", sample)
            trainings = run_sync(TIMER, installation, "trainings", accept=True)
        with step("accounts"):
            cast = _cast(installation, employer_id, sample)
        with step("links"):
            reindex(TIMER, installation, employer_id)
        with step("plans"):
            historian = _tell(installation, cast, sample, progress)
            set_budgets(installation, cast, sample)
        with step("conversations"):
            hold_past_conversations(installation, cast, sample.today)
            season = plan_season(installation, cast)
            prepare_some(installation, cast, sample.today)
        with step("invitations"):
            sent = _send(installation, settings)
        quarantine = _quarantine(installation)
    finally:
        installation.store.close()
    return DemoResult(
        settings=settings,
        sync=people.totals,
        trainings=trainings.totals.new,
        links=historian.links,
        season=season,
        sent=sent,
        quarantine=quarantine,
        seconds=seconds,
    )


def _cast(installation: Installation, employer_id: int, sample: Sample) -> Cast:
    with installation.store.read() as session:
        rows = session.execute(
            select(SourceIdentity.key, SourceIdentity.entity_id).where(SourceIdentity.target == "employee")
        )
        people = {row.key: row.entity_id for row in rows}
    owners = [plan.person for plan in sample.plans]
    since = sample.today - timedelta(days=500)
    return sign_in_everybody(installation, employer_id, sample.people, people, owners, since)


def _tell(installation: Installation, cast: Cast, sample: Sample, progress: Progress) -> Historian:
    supervisors = {person.number: person.supervisor for person in sample.people if person.supervisor}
    historian = Historian(installation, cast, _known(installation), supervisors)
    past = sample.today - timedelta(days=PAST_SEASON_DAYS)
    historian.tell(sample.plans, [(past, plan_past_season)], lambda done, total: progress("plans", done, total))
    return historian


def _known(installation: Installation) -> Known:
    with installation.store.read() as session:
        labels = session.execute(select(CompetencyLabel.text, CompetencyLabel.competency_id))
        trainings = session.execute(select(Training.key, Training.id))
        return Known(
            competencies={row.text: row.competency_id for row in labels},
            trainings={row.key: row.id for row in trainings},
        )


def _send(installation: Installation, settings: Settings) -> int:
    """What the sender of `pop jobs` does at a tick; gives how many mails it handed over."""
    worker = Worker(installation, "demo", Event())
    return work_off(worker, Outbox, outbox_handlers(installation, open_mail(settings.mail)))["done"]


def _quarantine(installation: Installation) -> tuple[str, ...]:
    with installation.store.read() as session:
        rows = session.scalars(select(QuarantinedRecord).order_by(QuarantinedRecord.id))
        return tuple(f"{row.resource} {row.key}, {row.field}: {row.reason}" for row in rows)
