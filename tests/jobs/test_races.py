"""Several workers, one queue; and on PostgreSQL, where a lease has to run out, workers that are killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from connector.services.installation import Installation
from connector.store.database import Store
from connector.store.work import Outbox
from tests.work.staff import Staff

KILLS = int(os.environ.get("POP_TEST_KILLS", "4"))
Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Store:
    found: Store = request.getfixturevalue(f"{request.param}_store")
    return found


@pytest.fixture
def start(installation: Installation, tmp_path: Path) -> Iterator[Start]:
    """Starts a worker on this test's database; what still runs at the end is killed."""
    started: list[subprocess.Popen[bytes]] = []

    def start_one(lease: float = 60) -> subprocess.Popen[bytes]:
        module = "tests.jobs.worker_process"
        command = [sys.executable, "-m", module, installation.store.url, str(tmp_path / "mail"), str(lease)]
        started.append(subprocess.Popen(command, cwd=Path(__file__).parents[2]))
        return started[-1]

    yield start_one
    for one in started:
        one.kill()
        one.wait()


def effects(folder: Path) -> list[list[str]]:
    """(worker, key) of each mail that was handed over."""
    path = folder / "effects"
    return [line.split(" ", 1) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def outbox(staff: Staff) -> tuple[dict[str, int], int]:
    with staff.installation.store.read() as session:
        states = dict(session.execute(select(Outbox.state, func.count()).group_by(Outbox.state)).all())
        return states, session.scalar(select(func.sum(Outbox.attempts))) or 0


def test_two_workers_and_two_hundred_rows_make_two_hundred_effects(
    staff: Staff, plan_teams: Callable[[int, int], int], start: Start, tmp_path: Path
) -> None:
    rows = plan_teams(10, 10)
    assert rows == 200
    workers = [start(), start()]
    assert [worker.wait(timeout=60) for worker in workers] == [0, 0]
    assert outbox(staff) == ({"done": 200}, 200)
    found = effects(tmp_path / "mail")
    assert len(found) == len({key for _, key in found}) == 200
    assert len({worker for worker, _ in found}) == 2


@pytest.mark.timeout(600)
@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_killed_workers_on_postgresql_leave_each_mail_once(
    staff: Staff,
    plan_teams: Callable[[int, int], int],
    start: Start,
    tmp_path: Path,
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    chance = random.Random(20261123)
    folder = tmp_path / "mail"
    rows = plan_teams(2 + KILLS, 5)
    for kill in range(1, KILLS + 1):
        worker = start(lease=1)
        limit = time.monotonic() + 40
        while len(effects(folder)) < rows * kill // (KILLS + 1):
            assert worker.poll() is None
            assert time.monotonic() < limit
            time.sleep(0.002)
        time.sleep(chance.random() * 0.02)
        os.kill(worker.pid, signal.SIGKILL)
        assert worker.wait() == -signal.SIGKILL
    assert start(lease=1).wait(timeout=60) == 0
    states, tries = outbox(staff)
    assert states == {"done": rows}
    files = [path for path in folder.iterdir() if path.name != "effects"]
    assert len(files) == rows
    assert {path.suffix for path in files} == {".eml"}
    times = Counter(key for _, key in effects(folder))
    repeats = sum(times.values()) - len(times)
    assert len(times) == rows
    assert repeats <= KILLS
    record_testsuite_property(
        "postgresql", f"{rows} mails, {KILLS} kills, {tries - rows} tried again, {repeats} handed over twice"
    )


def test_leaders_follow_each_other(installation: Installation, store: Store) -> None:
    from connector.store.leader import open_leadership

    other_store = Store(store.url)
    first, second = open_leadership(store), open_leadership(other_store)
    try:
        assert first.try_lead()
        assert first.try_lead()
        assert not second.try_lead()
        first.let_go()
        assert second.try_lead()
        assert not first.try_lead()
    finally:
        second.let_go()
        other_store.close()
