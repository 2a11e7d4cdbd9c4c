"""The timetable of each day, on the nights too when the clock jumps, and a timer that nothing stops but a stop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import select, text
from structlog.testing import capture_logs

from connector.domain.access import TIMER
from connector.outlets.mail import Mail
from connector.outlets.mail_folder import MailFolder
from connector.services.installation import Installation, SourceConfig, system_clock
from connector.services.timetable import put_timetable
from connector.services.work import parked_rows
from connector.sources.reader import Connection
from connector.store.leader import open_leadership
from connector.store.queue import put
from connector.store.work import DueWork, Outbox
from jobs.loop import Worker
from jobs.timer import Plan, Timer, wall_time

NIGHT = time(2, 30)


@pytest.fixture
def with_source(create_installation: Callable[..., Installation], clock: Any) -> Installation:
    source = SourceConfig("payroll", "hr/files", "acme", Connection("payroll"), "Europe/Brussels")
    return create_installation(sources={"payroll": source}, clock=clock)


def due(installation: Installation, kind: str) -> dict[str, datetime]:
    with installation.store.read() as session:
        rows = session.scalars(select(DueWork).where(DueWork.kind == kind).order_by(DueWork.due_at))
        return {row.key: row.due_at for row in rows}


def test_each_day_has_one_sync_and_one_planning_however_often_it_is_put(with_source: Installation, clock: Any) -> None:
    assert put_timetable(TIMER, with_source, NIGHT) == 4
    assert put_timetable(TIMER, with_source, NIGHT) == 0
    clock.now += timedelta(days=1)
    assert put_timetable(TIMER, with_source, NIGHT) == 2
    assert list(due(with_source, "sync.nightly")) == [f"sync.nightly:payroll:2026-11-{day}" for day in (23, 24, 25)]
    assert len(due(with_source, "conversations.plan")) == 3


def test_a_year_of_nights_has_a_night_each_and_one_only(with_source: Installation, clock: Any) -> None:
    """Called every six hours from before the autumn of 2026 until after the spring of 2027."""
    clock.now = datetime(2026, 10, 20, 0, 15, tzinfo=UTC)
    while clock.now < datetime(2027, 4, 5, tzinfo=UTC):
        put_timetable(TIMER, with_source, NIGHT)
        clock.now += timedelta(hours=6)
    found = due(with_source, "sync.nightly")
    days = [date.fromisoformat(key.rpartition(":")[2]) for key in found]
    assert days == [days[0] + timedelta(days=number) for number in range(len(days))]
    moments = list(found.values())
    gaps = {later - earlier for earlier, later in pairwise(moments)}
    assert gaps == {timedelta(hours=23), timedelta(hours=24), timedelta(hours=25)}
    assert found["sync.nightly:payroll:2026-10-25"] == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert found["sync.nightly:payroll:2027-03-28"] == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


def test_a_setting_becomes_a_time() -> None:
    assert (wall_time("02:30"), wall_time("23:59")) == (time(2, 30), time(23, 59))


class Refusing(MailFolder):
    """A mail outlet that fails in a way nobody foresaw."""

    def send(self, mail: Mail) -> None:
        raise ZeroDivisionError("an.peeters@acme.example")


@pytest.fixture
def started(installation: Installation, tmp_path: Path) -> Iterator[Callable[..., Timer]]:
    """Starts timers in threads and stops them."""
    running: list[tuple[Timer, Event, Thread]] = []

    def start(outlet: type[MailFolder] = MailFolder) -> Timer:
        stop = Event()
        worker = Worker(installation, f"worker {len(running)}", stop)
        outlet_made = outlet(tmp_path / "mail", "pop@acme.example")
        timer = Timer(worker, outlet_made, open_leadership(installation.store), Plan(1, NIGHT))
        thread = Thread(target=timer.run, daemon=True)
        thread.start()
        running.append((timer, stop, thread))
        return timer

    yield start
    for _, stop, thread in running:
        stop.set()
        thread.join(timeout=20)
        assert not thread.is_alive()


def wait_for(holds: Callable[[], bool]) -> None:
    pause = Event()
    for _ in range(400):
        if holds():
            return
        pause.wait(0.05)
    raise AssertionError("it did not happen")


def test_a_tick_that_fails_is_followed_by_the_next(
    installation: Installation, plan_teams: Callable[[int, int], int], started: Callable[..., Timer]
) -> None:
    """The table of the outbox is away for two ticks: the timer lives on and sends when it is back."""
    assert plan_teams(1, 1) == 2
    with installation.store.begin() as session:
        session.execute(text("ALTER TABLE outbox RENAME TO elsewhere"))
    with capture_logs() as logs:
        started()
        wait_for(lambda: sum(log["event"] == "tick failed" for log in logs) >= 2)
    with installation.store.begin() as session:
        session.execute(text("ALTER TABLE elsewhere RENAME TO outbox"))
    wait_for(lambda: _states(installation) == ["done", "done"])


def test_what_nobody_foresaw_leaves_its_kind_and_no_words(
    installation: Installation, plan_teams: Callable[[int, int], int], started: Callable[..., Timer]
) -> None:
    plan_teams(1, 1)
    started(Refusing)
    wait_for(lambda: len(_errors(installation)) == 2)
    for error in _errors(installation):
        assert error.startswith("ZeroDivisionError at tests.jobs.test_timer:")
        assert "peeters" not in error


def test_a_nightly_sync_of_a_source_that_is_gone_waits_for_a_person(
    installation: Installation, started: Callable[..., Timer]
) -> None:
    now = system_clock()
    with installation.store.begin() as session:
        put(session, DueWork, key="x", kind="sync.nightly", payload={"source": "gone"}, due_at=now, now=now)
    started()
    wait_for(lambda: bool(parked_rows(TIMER, installation)))
    (parked,) = parked_rows(TIMER, installation)
    assert "sources.gone: there is no such source" in str(parked.reason)


def _states(installation: Installation) -> list[str]:
    with installation.store.read() as session:
        return list(session.scalars(select(Outbox.state).where(Outbox.kind == "invitation")))


def _errors(installation: Installation) -> list[str]:
    with installation.store.read() as session:
        return [one for one in session.scalars(select(Outbox.last_error)) if one]
