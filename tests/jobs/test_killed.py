"""`python -m jobs` is killed with -9 while it sends, and started again: each invitation is there once, whole.

POP_TEST_KILLS sets how often it is killed (the suite: 4).
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from icalendar import Calendar
from sqlalchemy import func, select

from connector.domain.access import TIMER
from connector.services.installation import Installation
from connector.services.work import parked_rows
from connector.store.sealed import MasterKey
from connector.store.work import Outbox
from tests.work.staff import Staff

KILLS = int(os.environ.get("POP_TEST_KILLS", "4"))
TEAMS = 2 + KILLS


@pytest.fixture
def settings_file(tmp_path: Path, installation: Installation) -> Path:
    MasterKey.create(tmp_path / "master.key")
    path = tmp_path / "config.toml"
    path.write_text(
        f"""
[database]
url = "{installation.store.url}"
[mail]
folder = "mail"
sender = "pop@acme.example"
[jobs]
tick_seconds = 1
[organisations.acme]
name = "Maatwerk De Schakel"
""",
        encoding="utf-8",
    )
    return path


@pytest.fixture
def process(settings_file: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Started processes; what still runs at the end of a test is killed."""
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for one in started:
        if one.poll() is None:
            one.kill()
        one.communicate()


def start(settings_file: Path, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "jobs", "--config", str(settings_file), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def sent(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.eml"))


@pytest.mark.timeout(600)
def test_each_invitation_is_sent_once_however_often_the_sender_dies(
    staff: Staff,
    plan_teams: Callable[[int, int], int],
    settings_file: Path,
    process: list[subprocess.Popen[bytes]],
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    chance = random.Random(20261123)
    folder = settings_file.parent / "mail"
    invitations = plan_teams(TEAMS, 8)
    assert invitations == TEAMS * 16

    for kill in range(1, KILLS + 1):
        process.append(start(settings_file))
        # Well into this life's sending, and before all is sent.
        goal = min(invitations * kill // (KILLS + 1), invitations - 1)
        wait_until(lambda goal=goal: len(sent(folder)) >= goal, process[-1])
        time.sleep(chance.random() * 0.02)
        os.kill(process[-1].pid, signal.SIGKILL)
        assert process[-1].wait() == -signal.SIGKILL
        assert len(sent(folder)) < invitations, "killed too late to show anything"

    last = start(settings_file, "--once")
    process.append(last)
    said = last.communicate(timeout=60)[0].decode()
    assert last.returncode == 0, said
    files = sent(folder)
    assert len(files) == invitations
    events = [event_of(path) for path in files]
    assert len({(event["UID"], receiver) for event, receiver in events}) == invitations
    assert {int(event["SEQUENCE"]) for event, _ in events} == {0}
    assert [path.name for path in folder.iterdir() if path.suffix != ".eml"] == []
    assert parked_rows(TIMER, staff.installation) == []
    with staff.installation.store.read() as session:
        states = dict(session.execute(select(Outbox.state, func.count()).group_by(Outbox.state)).all())
        tries = session.scalar(select(func.sum(Outbox.attempts)))
    assert states == {"done": invitations}
    record_testsuite_property(
        "result", f"{invitations} invitations, {KILLS} kills, {tries - invitations} rows tried again"
    )


def event_of(path: Path) -> tuple[Calendar, str]:
    """The event in a mail that must be whole, and its receiver."""
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert not mail.defects
    (attachment,) = mail.iter_attachments()
    return Calendar.from_ical(attachment.get_content()).walk("VEVENT")[0], mail["To"]


def wait_until(holds: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    limit = time.monotonic() + 40
    while not holds():
        assert process.poll() is None, "the process ended by itself"
        assert time.monotonic() < limit, "nothing happened"
        time.sleep(0.002)


def test_it_stops_clean_when_asked_and_a_second_one_waits_its_turn(
    staff: Staff,
    plan_teams: Callable[[int, int], int],
    settings_file: Path,
    process: list[subprocess.Popen[bytes]],
) -> None:
    assert plan_teams(1, 1) == 2
    process.append(start(settings_file))
    wait_until(lambda: len(sent(settings_file.parent / "mail")) == 2, process[0])
    second = start(settings_file, "--once")
    process.append(second)
    assert second.wait(timeout=60) == 1
    process[0].send_signal(signal.SIGTERM)
    assert process[0].wait(timeout=30) == 0
    third = start(settings_file, "--once")
    process.append(third)
    assert third.wait(timeout=60) == 0
    with staff.installation.store.read() as session:
        assert session.scalar(select(func.count()).where(Outbox.state == "leased")) == 0
