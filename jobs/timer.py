"""The timer: APScheduler, and only as a clock. One process, UTC, its list in memory; the truth is in the rows.

Each tick catches everything it meets. A tick that is late runs once, and never twice at a time.
"""

from __future__ import annotations

import logging
import time as clocks
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, time
from threading import Lock

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from connector.domain.access import TIMER
from connector.errors import ConflictError
from connector.outlets.mail import Carrier
from connector.services.timetable import put_timetable
from connector.services.work import recover_leases
from connector.services.write_back import OpenWriters
from connector.store.leader import Leadership
from connector.store.work import DueWork, Outbox
from jobs.handlers import outbox_handlers, work_handlers
from jobs.loop import Worker, work_off

log = structlog.get_logger("pop.jobs")
_LOOK_SECONDS = 1.0
_PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How often to look for work, and when the nightly sync is on the wall where the source is."""

    tick_seconds: int
    nightly_at: time


def wall_time(text: str) -> time:
    """`02:30` as the settings have checked it."""
    hours, _, minutes = text.partition(":")
    return time(int(hours), int(minutes))


class Timer:
    """The ticks of one process."""

    def __init__(self, worker: Worker, carrier: Carrier, leadership: Leadership, plan: Plan) -> None:
        self._worker = worker
        self._carrier = carrier
        self._leadership = leadership
        self._plan = plan
        self._leads = False
        self._lock = Lock()
        self._last_beat = clocks.monotonic()
        self._busy: Counter[str] = Counter()

    def run(self) -> int:
        """Tick until `stop` is set (0), or until the clock stands still (1), which a supervisor should restart."""
        logging.getLogger("apscheduler").setLevel(logging.ERROR)  # it warns of each tick that is skipped while busy
        scheduler = BackgroundScheduler(timezone=UTC)
        for body in (self.put_timetable, self.work, self.send):
            scheduler.add_job(
                self._safely(body),
                "interval",
                seconds=self._plan.tick_seconds,
                next_run_time=self._worker.installation.clock(),
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
        scheduler.start()
        log.info("timer started", tick_seconds=self._plan.tick_seconds)
        try:
            while not self._worker.stop.wait(_LOOK_SECONDS):
                if self._stands_still():
                    log.error("timer stands still")
                    return 1
        finally:
            self._worker.stop.set()
            scheduler.shutdown(wait=True)
            self._leadership.let_go()
        log.info("timer stopped")
        return 0

    def run_once(self) -> Counter[str]:
        """Everything that is due now, then an end. ConflictError when another process works on this database."""
        try:
            if not self._may_work():
                raise ConflictError(
                    "another `pop jobs` works on this database",
                    where="database",
                    todo="Let it do the work, or stop it first.",
                )
            self.put_timetable()
            return self.work() + self.send()
        finally:
            self._leadership.let_go()

    def put_timetable(self) -> None:
        """Only the leader puts down what the day asks."""
        self._may_work()
        if self._leads:
            put_timetable(TIMER, self._worker.installation, self._plan.nightly_at)

    def work(self) -> Counter[str]:
        """Due work of ours."""
        if not self._may_work():
            return Counter()
        return work_off(self._worker, DueWork, work_handlers(self._worker.installation))

    def send(self) -> Counter[str]:
        """Messages to the outside."""
        if not self._may_work():
            return Counter()
        installation = self._worker.installation
        with OpenWriters(installation) as writers:
            return work_off(self._worker, Outbox, outbox_handlers(installation, self._carrier, writers))

    def _may_work(self) -> bool:
        """On SQLite only the leader works; what it finds leased was left by a process that died."""
        with self._lock:
            led, self._leads = self._leads, self._leadership.try_lead()
            if self._leads and not led and self._leadership.is_alone:
                recover_leases(TIMER, self._worker.installation)
            return self._leads or not self._leadership.is_alone

    def _safely(self, body: Callable[[], object]) -> Callable[[], None]:
        name = body.__name__

        def tick() -> None:
            self._busy[name] += 1
            try:
                body()
            except Exception as error:  # the next tick tries again
                log.error("tick failed", tick=name, exc_info=error)
            finally:
                self._busy[name] -= 1
                self._last_beat = clocks.monotonic()

        return tick

    def _stands_still(self) -> bool:
        quiet = clocks.monotonic() - self._last_beat
        return not any(self._busy.values()) and quiet > 3 * self._plan.tick_seconds + _PATIENCE_SECONDS
