"""The agreement sheet: copies by an act of the owner, versions, both sides, and who reads it under which log."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from connector.domain.access import TIMER, Actor, Role
from connector.domain.goal import GoalDraft
from connector.domain.sheet import AgreementDraft, AgreementKind, AgreementState, Party
from connector.errors import ConflictError, InputError, NotAllowedError, NotFoundError
from connector.services.access_log import my_readers
from connector.services.agreements import tick_delivered
from connector.services.budgets import budgets, set_budget
from connector.services.goals import add_goal, edit_goal, tie_competency
from connector.services.installation import Installation
from connector.services.plans import start_plan
from connector.services.sharing import close_sheet, confirm_sheet, share_sheet
from connector.services.sheets import latest_sheet, my_sheets, read_sheet, sheets_of_employer, sheets_of_team
from connector.store.accounts import Organisation
from connector.store.facts import FactWriter
from connector.store.hr import Assignment, Employment
from tests.conftest import NOW, Clock
from tests.plans.conftest import Team

TODAY = NOW.date()
SECRET = "Kanarie: ik durf niet te bellen, çağrı, Łódź"
SHARED = "Zwaluw: ik wil leren bellen met klanten"


def _facility(text: str = "een rustige plek", **parts: object) -> AgreementDraft:
    values: dict[str, object] = {"due_on": TODAY + timedelta(days=7), **parts}
    return AgreementDraft(AgreementKind.FACILITY, text, Party.SUPERVISOR, Party.EMPLOYEE, **values)  # type: ignore[arg-type]


def _cost(amount: str | None, **parts: object) -> AgreementDraft:
    values: dict[str, object] = {"due_on": TODAY, "amount": Decimal(amount) if amount else None, **parts}
    return AgreementDraft(AgreementKind.COST, "de opleiding", Party.HR, Party.EMPLOYEE, **values)  # type: ignore[arg-type]


@pytest.fixture
def plan_id(installation: Installation, team: Team) -> uuid.UUID:
    return start_plan(team.employee, installation)


@pytest.fixture
def goal_id(installation: Installation, team: Team, plan_id: uuid.UUID) -> uuid.UUID:
    found = add_goal(team.employee, installation, plan_id, GoalDraft(SHARED, "oefenen", "één gesprek per week"))
    tie_competency(team.employee, installation, found, team.competency_id, level_aimed=50)
    return found


def _bytes_of_database(installation: Installation) -> bytes:
    path = Path(installation.store.url.removeprefix("sqlite:///"))
    files = [path, path.with_name(path.name + "-wal")]
    return b"".join(file.read_bytes() for file in files if file.exists())


def test_nothing_of_a_goal_lies_open_in_the_database_until_its_owner_shares_it(
    installation: Installation, team: Team, plan_id: uuid.UUID, goal_id: uuid.UUID
) -> None:
    add_goal(team.employee, installation, plan_id, GoalDraft(SECRET, SECRET, SECRET))
    for text in (SECRET, SHARED):
        assert text.encode() not in _bytes_of_database(installation)
    share_sheet(team.employee, installation, plan_id, [goal_id])
    assert SHARED.encode() in _bytes_of_database(installation)
    assert SECRET.encode() not in _bytes_of_database(installation)


def test_a_sheet_holds_copies(installation: Installation, team: Team, plan_id: uuid.UUID, goal_id: uuid.UUID) -> None:
    share_sheet(team.employee, installation, plan_id, [goal_id], [_facility()])
    edit_goal(team.employee, installation, goal_id, GoalDraft(SECRET))
    (sheet,) = sheets_of_team(team.supervisor, installation)
    assert [(goal.what, goal.competency, goal.level_aimed) for goal in sheet.goals] == [(SHARED, "snoeien", 50)]
    assert [(row.text, row.owed_by, row.state) for row in sheet.agreements] == [
        ("een rustige plek", "supervisor", AgreementState.DUE)
    ]


def test_only_the_owner_shares(installation: Installation, team: Team, plan_id: uuid.UUID, goal_id: uuid.UUID) -> None:
    others = [team.colleague, team.supervisor, team.hr, team.training, team.administrator, TIMER]
    for actor in [*others, team.in_role(team.employee, Role.HR), team.in_role(team.employee, Role.SUPERVISOR)]:
        with pytest.raises(NotAllowedError):
            share_sheet(actor, installation, plan_id, [goal_id])
    assert my_sheets(team.employee, installation) == []


def test_a_later_version_supersedes_and_keeps_the_uids(
    installation: Installation, team: Team, plan_id: uuid.UUID, goal_id: uuid.UUID
) -> None:
    first = share_sheet(team.employee, installation, plan_id, [goal_id], [_facility(), _facility("een headset")])
    confirm_sheet(team.employee, installation, first)
    confirm_sheet(team.supervisor, installation, first)
    (before,) = my_sheets(team.employee, installation)
    assert before.is_in_force
    kept, dropped = before.agreements

    again = _facility("een rustige plek, op maandag", uid=kept.uid)
    second = share_sheet(team.employee, installation, plan_id, [goal_id], [again, _facility("een boek")])

    newest, oldest = read_sheet(team.employee, installation, before.sheet_id)
    assert (newest.version_id, newest.number, oldest.version_id) == (second, 2, first)
    assert [goal.uid for goal in newest.goals] == [goal.uid for goal in oldest.goals] == [goal_id]
    assert newest.agreements[0].uid == kept.uid
    assert newest.agreements[0].text == "een rustige plek, op maandag"
    assert dropped.uid not in {row.uid for row in newest.agreements}
    assert oldest.superseded_at is not None
    assert not oldest.is_in_force
    assert not newest.is_confirmed
    with pytest.raises(ConflictError):
        confirm_sheet(team.supervisor, installation, first)
    assert [view.version_id for view in sheets_of_employer(team.hr, installation)] == [second]


def test_what_was_delivered_stays_on_the_next_version(
    installation: Installation, team: Team, plan_id: uuid.UUID, goal_id: uuid.UUID
) -> None:
    share_sheet(team.employee, installation, plan_id, [goal_id], [_cost("120.50"), _facility()])
    paid, promised = my_sheets(team.employee, installation)[0].agreements
    tick_delivered(team.hr, installation, paid.uid, TODAY, spent=Decimal("131.00"))
    share_sheet(team.employee, installation, plan_id, [goal_id], [_facility(uid=promised.uid)])
    rows = {row.uid: row for row in my_sheets(team.employee, installation)[0].agreements}
    assert rows.keys() == {paid.uid, promised.uid}
    assert (rows[paid.uid].spent, rows[paid.uid].state) == (Decimal("131.00"), AgreementState.DONE)


def test_only_the_owing_side_ticks(
    installation: Installation, team: Team, plan_id: uuid.UUID, goal_id: uuid.UUID
) -> None:
    of_employee = AgreementDraft(AgreementKind.TIME, "elke dag een kwartier", Party.EMPLOYEE, Party.SUPERVISOR)
    share_sheet(team.employee, installation, plan_id, [goal_id], [_facility(), _cost(None), of_employee])
    facility, cost, own = (row.uid for row in my_sheets(team.employee, installation)[0].agreements)
    allowed = {
        (facility, team.supervisor),
        (cost, team.hr),
        (own, team.employee),
    }
    everybody = [team.employee, team.colleague, team.supervisor, team.other_supervisor, team.hr, team.training]
    for uid in (facility, cost, own):
        for actor in [*everybody, team.administrator, TIMER]:
            if (uid, actor) in allowed:
                tick_delivered(actor, installation, uid, TODAY)
                assert _state(installation, team, uid) is AgreementState.DONE
                tick_delivered(actor, installation, uid, None)
                assert _state(installation, team, uid) is not AgreementState.DONE
            else:
                with pytest.raises(NotAllowedError):
                    tick_delivered(actor, installation, uid, TODAY)
                assert _state(installation, team, uid) is not AgreementState.DONE


def _state(installation: Installation, team: Team, uid: uuid.UUID) -> AgreementState:
    rows = my_sheets(team.employee, installation)[0].agreements
    return next(row.state for row in rows if row.uid == uid)


def test_a_tick_of_tomorrow_or_of_nothing_is_refused(
    installation: Installation, team: Team, plan_id: uuid.UUID, goal_id: uuid.UUID
) -> None:
    share_sheet(team.employee, installation, plan_id, [goal_id], [_facility()])
    uid = my_sheets(team.employee, installation)[0].agreements[0].uid
    with pytest.raises(InputError):
        tick_delivered(team.supervisor, installation, uid, TODAY + timedelta(days=1))
    with pytest.raises(InputError):
        tick_delivered(team.supervisor, installation, uid, TODAY, spent=Decimal(-1))
    with pytest.raises(NotFoundError):
        tick_delivered(team.supervisor, installation, uuid.uuid4(), TODAY)


def test_a_supervisor_reads_and_confirms_for_direct_reports_as_of_today_only(
    installation: Installation, team: Team, plan_id: uuid.UUID, goal_id: uuid.UUID, clock: Clock
) -> None:
    version = share_sheet(team.employee, installation, plan_id, [goal_id], [_facility()])
    (sheet,) = sheets_of_team(team.supervisor, installation)
    assert sheets_of_team(team.other_supervisor, installation) == []
    for act in (
        lambda who: read_sheet(who, installation, sheet.sheet_id),
        lambda who: confirm_sheet(who, installation, version),
        lambda who: tick_delivered(who, installation, sheet.agreements[0].uid, TODAY),
    ):
        for actor in (team.other_supervisor, Actor(Role.SUPERVISOR, team.employer_id, 99), team.colleague):
            with pytest.raises(NotAllowedError):
                act(actor)

    with installation.store.begin() as session:  # from tomorrow on somebody else leads the team
        values = {"unit_id": team.unit_id, "supervisor_id": team.other_supervisor.person_id}
        key = {"person_id": team.employee.person_id}
        FactWriter(session, at=NOW).believe(Assignment, key, values, TODAY + timedelta(days=1))
    assert len(sheets_of_team(team.supervisor, installation)) == 1
    clock.now += timedelta(days=1)
    assert sheets_of_team(team.supervisor, installation) == []
    assert len(sheets_of_team(team.other_supervisor, installation)) == 1
    confirm_sheet(team.other_supervisor, installation, version)


@pytest.mark.parametrize("leaver", ["employee", "supervisor"])
def test_who_has_left_is_in_nobodys_team_and_leads_none(
    installation: Installation, team: Team, plan_id: uuid.UUID, goal_id: uuid.UUID, leaver: str
) -> None:
    share_sheet(team.employee, installation, plan_id, [goal_id])
    assert len(sheets_of_team(team.supervisor, installation)) == 1
    with installation.store.begin() as session:
        key = {"person_id": getattr(team, leaver).person_id}
        FactWriter(session, at=NOW).believe(Employment, key, {"status": "left"}, TODAY)
    if leaver == "employee":
        assert sheets_of_team(team.supervisor, installation) == []
    else:
        with pytest.raises(NotAllowedError, match="do not work here"):
            sheets_of_team(team.supervisor, installation)


def test_hr_confirms_only_where_there_is_no_supervisor(installation: Installation, team: Team) -> None:
    for owner, ok in ((team.loner, True), (team.employee, False)):
        plan_id = start_plan(owner, installation)
        goal = add_goal(owner, installation, plan_id, GoalDraft("iets leren"))
        version = share_sheet(owner, installation, plan_id, [goal])
        if ok:
            confirm_sheet(team.hr, installation, version)
        else:
            with pytest.raises(NotAllowedError):
                confirm_sheet(team.hr, installation, version)


def test_sheets_are_for_hr_and_the_team_not_for_other_roles(
    installation: Installation, team: Team, plan_id: uuid.UUID, goal_id: uuid.UUID
) -> None:
    share_sheet(team.employee, installation, plan_id, [goal_id])
    sheet_id = my_sheets(team.employee, installation)[0].sheet_id
    with installation.store.begin() as session:
        elsewhere = Organisation(code="elsewhere", name="Elders", kind="employer")
        session.add(elsewhere)
        session.flush()
        hr_elsewhere = Actor(Role.HR, elsewhere.id)
    for actor in (team.colleague, team.training, team.administrator, TIMER, hr_elsewhere):
        with pytest.raises((NotAllowedError, NotFoundError)):
            read_sheet(actor, installation, sheet_id)
        if actor.role is not Role.HR:
            with pytest.raises(NotAllowedError):
                sheets_of_employer(actor, installation)
    assert sheets_of_employer(hr_elsewhere, installation) == []


def test_the_owner_sees_who_looked_and_own_reading_is_not_noted(
    installation: Installation, team: Team, plan_id: uuid.UUID, goal_id: uuid.UUID
) -> None:
    share_sheet(team.employee, installation, plan_id, [goal_id])
    sheet_id = my_sheets(team.employee, installation)[0].sheet_id
    read_sheet(team.employee, installation, sheet_id)
    assert my_readers(team.employee, installation) == []
    sheets_of_team(team.supervisor, installation)
    read_sheet(team.hr, installation, sheet_id)
    sheets_of_employer(Actor(Role.HR, team.employer_id), installation)  # a program with a token
    readings = my_readers(team.employee, installation)
    assert [(row.reader, row.reader_role) for row in readings] == [(None, "hr"), ("hr", "hr"), ("chef", "supervisor")]
    assert {row.part for row in readings} == {f"sheet:{sheet_id}"}
    assert {row.at for row in readings} == {NOW}
    assert my_readers(team.colleague, installation) == []
    for actor in (team.hr, team.supervisor, team.administrator):
        with pytest.raises(NotAllowedError):
            my_readers(actor, installation)


def test_a_closed_sheet_owes_no_more_but_stays_readable(
    installation: Installation, team: Team, plan_id: uuid.UUID, goal_id: uuid.UUID
) -> None:
    version = share_sheet(team.employee, installation, plan_id, [goal_id], [_facility()])
    (sheet,) = my_sheets(team.employee, installation)
    for actor in (team.colleague, team.supervisor, team.hr):
        with pytest.raises(NotAllowedError):
            close_sheet(actor, installation, sheet.sheet_id)
    close_sheet(team.employee, installation, sheet.sheet_id)
    assert sheets_of_team(team.supervisor, installation) == []
    assert my_sheets(team.employee, installation)[0].closed_at == NOW
    with pytest.raises(NotFoundError):
        tick_delivered(team.supervisor, installation, sheet.agreements[0].uid, TODAY)
    with pytest.raises(ConflictError):
        confirm_sheet(team.supervisor, installation, version)
    share_sheet(team.employee, installation, plan_id, [goal_id])  # a new sheet, beside the closed one
    assert [view.sheet_id == sheet.sheet_id for view in my_sheets(team.employee, installation)] == [False, True]
    with installation.store.read() as session:
        assert team.employee.person_id is not None
        found = latest_sheet(session, team.employee.person_id, team.employer_id, TODAY)
    assert found is not None
    assert found.closed_at is None


@pytest.mark.parametrize(
    "draft",
    [
        _facility(""),
        _facility("x" * 4001),
        _facility("kanarie\x07"),
        AgreementDraft(AgreementKind.FREE, "kanarie", Party.HR, Party.HR),
        _cost("-1"),
        _cost("NaN"),
        _cost("1e20"),
        _cost("0.001"),
        _cost("1", currency="euro"),
        _cost("1", payer=""),
        _facility(goal_uid=uuid.uuid4()),
        _facility(uid=uuid.uuid4()),
        _facility(training_id=10**6),
    ],
    ids=lambda draft: f"{draft.kind}-{draft.amount}",
)
def test_a_wrong_agreement_is_named_by_its_place_and_nothing_is_shared(
    installation: Installation, team: Team, plan_id: uuid.UUID, goal_id: uuid.UUID, draft: AgreementDraft
) -> None:
    with pytest.raises(InputError) as caught:
        share_sheet(team.employee, installation, plan_id, [goal_id], [_facility(), draft])
    assert list(caught.value.problems) == ["agreements.1"]
    assert "kanarie" not in f"{caught.value.problems}"
    assert my_sheets(team.employee, installation) == []


def test_only_goals_of_the_own_plan_go_on_a_sheet(
    installation: Installation, team: Team, plan_id: uuid.UUID, goal_id: uuid.UUID
) -> None:
    others_plan = start_plan(team.colleague, installation)
    others_goal = add_goal(team.colleague, installation, others_plan, GoalDraft(SECRET))
    for goals in ([], [goal_id, goal_id], [goal_id, others_goal], [uuid.uuid4()]):
        with pytest.raises(InputError):
            share_sheet(team.employee, installation, plan_id, goals)
    assert SECRET.encode() not in _bytes_of_database(installation)


def test_a_budget_tells_spent_committed_and_what_nobody_knows(
    installation: Installation, team: Team, plan_id: uuid.UUID, goal_id: uuid.UUID
) -> None:
    set_budget(team.hr, installation, team.unit_id, TODAY.year, Decimal(500))
    set_budget(team.hr, installation, team.unit_id, TODAY.year, Decimal(400))
    version = share_sheet(
        team.employee,
        installation,
        plan_id,
        [goal_id],
        [
            _cost("100"),
            _cost("250"),
            _cost(None),
            _cost("75", payer="VDAB"),
            _cost("60", due_on=date(TODAY.year + 1, 1, 1)),
            _cost("10", currency="GBP"),
        ],
    )
    (proposed,) = budgets(team.supervisor, installation)
    assert (proposed.proposed, proposed.committed, proposed.unknown) == (Decimal(350), Decimal(0), 2)

    confirm_sheet(team.employee, installation, version)
    confirm_sheet(team.supervisor, installation, version)
    first = my_sheets(team.employee, installation)[0].agreements[0]
    tick_delivered(team.hr, installation, first.uid, TODAY, spent=Decimal("180.25"))
    (line,) = budgets(team.hr, installation)
    assert (line.unit_name, line.budget, line.spent) == ("Groen", Decimal(400), Decimal("180.25"))
    assert (line.committed, line.proposed, line.unknown) == (Decimal(250), Decimal(0), 2)
    assert line.left == Decimal("-30.25")
    assert line.is_overspent
    (following,) = budgets(team.hr, installation, TODAY.year + 1)
    assert (following.budget, following.left, following.committed) == (None, None, Decimal(60))
    assert not following.is_overspent


def test_budgets_are_not_for_everybody(installation: Installation, team: Team) -> None:
    for actor in (team.employee, team.training, team.administrator):
        with pytest.raises(NotAllowedError):
            budgets(actor, installation)
    for actor in (team.employee, team.training, team.administrator, team.supervisor):
        with pytest.raises(NotAllowedError):
            set_budget(actor, installation, team.unit_id, 2026, Decimal(1))
    with pytest.raises(NotFoundError):
        set_budget(team.hr, installation, 10**6, 2026, Decimal(1))
    with pytest.raises(InputError):
        set_budget(team.hr, installation, team.unit_id, 2026, Decimal("NaN"))


@pytest.mark.parametrize(
    ("days", "state"),
    [(-1, AgreementState.LATE), (0, AgreementState.DUE), (14, AgreementState.DUE), (15, AgreementState.OPEN)],
)
def test_an_agreement_is_due_on_its_day_and_late_the_day_after(
    installation: Installation, team: Team, plan_id: uuid.UUID, goal_id: uuid.UUID, days: int, state: AgreementState
) -> None:
    due = TODAY + timedelta(days=days)
    share_sheet(team.employee, installation, plan_id, [goal_id], [_facility(due_on=due), _facility(due_on=None)])
    first, second = my_sheets(team.employee, installation)[0].agreements
    assert (first.state, second.state) == (state, AgreementState.OPEN)
