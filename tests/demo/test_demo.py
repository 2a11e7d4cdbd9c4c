"""The whole job on the sample employer, on three days, and the command around it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from connector.assembly import open_installation
from connector.cli import main
from connector.demo.accounts import ISSUER
from connector.demo.folder import MARKER, hold_folder
from connector.demo.runner import STEPS, DemoResult, run_demo
from connector.demo.sample import read_sample
from connector.domain.access import TIMER, Actor, Role
from connector.domain.sheet import AgreementState
from connector.services.accounts import account_of_identity, person_of_account
from connector.services.budgets import budgets
from connector.services.conversations import conversations_between
from connector.services.installation import Installation
from connector.services.my_page import read_my_page
from connector.services.needs import read_needs
from connector.services.organisations import roles_of
from connector.services.plans import my_plan
from connector.services.sheets import sheets_of_employer
from connector.services.sync import run_sync
from connector.services.team import read_team
from connector.store.accounts import Account
from connector.store.plan import DevelopmentPlan


@dataclass(frozen=True)
class Ran:
    today: date
    folder: Path
    result: DemoResult
    installation: Installation

    def actor(self, role: Role) -> Actor:
        with self.installation.store.read() as session:
            account = account_of_identity(session, ISSUER, f"role:{role.value}")
            assert account is not None
            assert roles_of(session, account.id, self.today)[0] == (1, role.value)  # the page that its button opens
            return Actor(role, 1, account.id, person_of_account(session, account.id, 1))


@pytest.fixture(scope="module", params=["2026-11-23", "2028-02-29", "2026-12-31"])
def ran(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    """The demo as it ends on a day: an ordinary one, 29 February, the last one of a year."""
    today = date.fromisoformat(request.param)
    folder = tmp_path_factory.mktemp("run") / ".demo"
    now = datetime(today.year, today.month, today.day, 9, 30, tzinfo=UTC)
    result = run_demo(folder, 8080, lambda _step, _done, _total: None, clock=lambda: now)
    installation = open_installation(result.settings, clock=lambda: now)
    yield Ran(today, folder, result, installation)
    installation.store.close()


def test_the_figures_add_up(ran: Ran) -> None:
    sync = ran.result.sync
    assert sync.adds_up
    assert sync.read == sync.new + 1
    assert (sync.quarantined, sync.changed, sync.missing) == (1, 0, 0)
    (told,) = ran.result.quarantine
    assert "0999" in told
    assert "hired_on" in told
    assert ran.result.trainings == 60
    assert ran.result.links > 60
    assert ran.result.season.planned > 20
    assert ran.result.season.unplanned > 0
    assert tuple(ran.result.seconds) == STEPS


def test_a_second_sync_changes_nothing(ran: Ran) -> None:
    again = run_sync(TIMER, ran.installation, "hr").totals
    assert (again.new, again.changed, again.missing) == (0, 0, 0)
    assert again.same + again.quarantined == again.read == ran.result.sync.read


def test_every_invitation_is_a_mail_in_the_folder(ran: Ran) -> None:
    mails = list((ran.folder / "mail").glob("*.eml"))
    assert len(mails) == ran.result.sent
    with_calendar = sum(b"text/calendar" in mail.read_bytes() for mail in mails)
    assert with_calendar == ran.result.season.invitations > 20


def test_the_employee_has_something_due_late_and_done(ran: Ran) -> None:
    page = read_my_page(ran.actor(Role.EMPLOYEE), ran.installation)
    assert {AgreementState.DUE, AgreementState.LATE, AgreementState.DONE} <= {row.state for row in page.agreements}
    assert page.todo[0] in ("prepare", "keep")
    assert page.plan is not None
    assert page.looks


def test_the_supervisor_has_something_due_late_and_done(ran: Ran) -> None:
    team = read_team(ran.actor(Role.SUPERVISOR), ran.installation)
    states = {agreement.state for line in team.lines for agreement in line.agreements}
    assert {AgreementState.DUE, AgreementState.LATE, AgreementState.DONE} <= states
    statuses = {line.status for line in team.lines}
    assert {"not_concluded", "confirm", "planned"} <= statuses
    assert any(line.agenda.last_held for line in team.lines)
    assert any(budget.is_overspent for budget in team.budgets)


def test_hr_has_something_due_late_and_done(ran: Ran) -> None:
    hr = ran.actor(Role.HR)
    views = conversations_between(
        hr, ran.installation, 1, ran.today - timedelta(days=200), ran.today + timedelta(days=120)
    )
    states = Counter(view.state for view in views)
    assert states["planned"]
    assert states["held"]
    assert states["unplanned"]
    assert any(view.state == "unplanned" and view.window_to < ran.today for view in views)
    assert {"no_supervisor"} <= {view.reason for view in views}
    sheets = sheets_of_employer(hr, ran.installation)
    found = {agreement.state for sheet in sheets for agreement in sheet.agreements}
    assert found == set(AgreementState)
    assert {sheet.is_confirmed for sheet in sheets} == {True, False}
    lines = budgets(hr, ran.installation)
    assert {line.is_overspent for line in lines} == {True, False}
    assert any(line.budget is None for line in lines)  # nobody set one: unknown, not nought


def test_the_training_department_sees_groups_of_five_or_more_and_one_need_that_nothing_meets(ran: Ran) -> None:
    needs = read_needs(ran.actor(Role.TRAINING), ran.installation)
    assert len(needs.lines) >= 2
    assert all(line.people >= 5 for line in needs.lines)
    assert needs.hidden
    assert {line.is_met for line in needs.lines} == {True, False}


def test_there_are_plans_in_every_step_and_nobody_elses_button_opens_them(ran: Ran) -> None:
    with ran.installation.store.read() as session:
        plans = session.scalars(select(DevelopmentPlan)).all()
        owners = {row.id: row.subject for row in session.scalars(select(Account))}
    assert {plan.step for plan in plans} == set("ABCDEFG")
    assert all(owners[plan.owner_id].startswith(("person:", "role:employee")) for plan in plans)
    (own,) = (plan for plan in plans if owners[plan.owner_id] == "role:employee")
    assert len(my_plan(ran.actor(Role.EMPLOYEE), ran.installation, own.id).goals) == 3


def test_what_was_not_shared_cannot_be_read_in_the_database(ran: Ran) -> None:
    data = b"".join(path.read_bytes() for path in ran.folder.glob("pop.sqlite3*"))
    shared = {
        (plan.person, name) for plan in read_sample(ran.today).plans for sheet in plan.sheets for name in sheet.goals
    }
    kept = 0
    for plan in read_sample(ran.today).plans:
        for goal in plan.goals:
            is_shared = (plan.person, goal.name) in shared
            assert (goal.what.encode() in data) == is_shared, goal.what
            kept += not is_shared
    assert kept >= 4


def test_the_command_ends_with_one_line_of_json(tmp_path: Path) -> None:
    folder = tmp_path / ".demo"
    run = CliRunner().invoke(main, ["demo", "--no-serve", "--json", "--folder", str(folder)])
    assert run.exit_code == 0, run.output
    (line,) = run.stdout.splitlines()
    told = json.loads(line)
    assert list(told) == ["ok", "sync", "trainings", "links", "conversations", "invitations", "seconds"]
    assert list(told["sync"]) == ["read", "new", "changed", "same", "quarantined", "missing"]
    assert list(told["conversations"]) == ["planned", "unplanned"]
    assert told["ok"] is True
    assert [row[:5] for row in run.stderr.splitlines()[:8]] == [f"[{number}/8]" for number in range(1, 9)]
    assert "In quarantine on purpose: employees 0999" in run.stderr
    assert (folder / "config.toml").exists()


def test_the_command_leaves_a_folder_of_somebody_else_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("ten years")
    run = CliRunner().invoke(main, ["demo", "--no-serve", "--json", "--folder", str(tmp_path)])
    assert run.exit_code == 1
    assert json.loads(run.stdout)["ok"] is False
    assert "Choose another folder with --folder." in run.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
    assert not (tmp_path / MARKER).exists()


def test_a_second_demo_leaves_the_first_alone_that_still_serves(tmp_path: Path) -> None:
    folder = tmp_path / ".demo"
    command = [sys.executable, "-c", "from connector.cli import main; main()", "demo", "--folder", str(folder)]
    with subprocess.Popen([*command, "--port", "18080"], stderr=subprocess.PIPE, text=True) as first:
        try:
            assert first.stderr is not None
            assert any("Pages on" in line for line in first.stderr)
            before = (folder / "pop.sqlite3").stat().st_ino
            second = subprocess.run([*command, "--no-serve"], capture_output=True, text=True, check=False)
            assert second.returncode == 1
            assert second.stderr.startswith(f"pop: {folder}: another `pop demo` still uses this folder")
            assert (folder / "pop.sqlite3").stat().st_ino == before
        finally:
            first.terminate()
    with hold_folder(folder):
        assert not first.poll(), "it stopped in good order, and the folder is free again"
