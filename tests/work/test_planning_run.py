"""Planning at an employer: what becomes due gets a slot that suits, or a reason, and calendars are told once."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from connector.domain.access import Actor, Role
from connector.errors import NotAllowedError
from connector.services.conversations import conversations_between, next_conversation_of, plan_due, release_invitations
from connector.store.conversation import BookedSlot, Conversation
from connector.store.hr import Employment
from tests.work.staff import Staff

BRUSSELS = ZoneInfo("Europe/Brussels")
FAR = (date(2026, 1, 1), date(2028, 1, 1))


def plan(staff: Staff, **more: bool):
    return plan_due(staff.hr, staff.installation, staff.employer_id, **more)


def views(staff: Staff):
    return conversations_between(staff.hr, staff.installation, staff.employer_id, *FAR)


def test_a_due_conversation_gets_a_slot_and_each_participant_one_invitation(staff: Staff) -> None:
    boss = staff.add("Chris Baas", hired_on=date(2020, 8, 1))
    staff.add("An Peeters", supervisor=boss)
    report = plan(staff)
    (view,) = views(staff)
    assert (report.planned, dict(report.unplanned), report.invitations) == (1, {}, 2)
    assert (view.kind, view.state, view.minutes) == ("development_conversation", "planned", 90)
    local = view.starts_at.astimezone(BRUSSELS)
    assert local.weekday() < 5
    assert date(2026, 12, 16) <= local.date() <= date(2027, 2, 14)
    assert view.ends_at - view.starts_at == timedelta(minutes=90)
    assert view.preparation_due_on == local.date() - timedelta(days=7)
    assert {part.role for part in view.participants} == {"employee", "supervisor"}
    assert [row.payload["sequence"] for row in staff.outbox("invitation")] == [0, 0]


def test_planning_again_makes_and_sends_nothing_new(staff: Staff) -> None:
    boss = staff.add("Chris Baas", hired_on=date(2020, 8, 1))
    for number in range(6):
        staff.add(f"Persoon {number}", supervisor=boss)
    plan(staff)
    before, sent = views(staff), len(staff.outbox())
    report = plan(staff)
    assert (report.planned, report.invitations) == (0, 0)
    assert views(staff) == before
    assert len(staff.outbox()) == sent


def test_nobody_is_double_booked_and_caps_hold(staff: Staff) -> None:
    boss = staff.add("Chris Baas", hired_on=date(2020, 8, 1))
    for number in range(25):
        staff.add(f"Persoon {number}", supervisor=boss)
    report = plan(staff)
    assert report.planned == 25
    days = Counter(view.starts_at.astimezone(BRUSSELS).date() for view in views(staff))
    weeks = Counter(day.isocalendar()[:2] for day in days.elements())
    assert max(days.values()) <= 3
    assert max(weeks.values()) <= 8
    spans = sorted((view.starts_at, view.ends_at) for view in views(staff))
    assert all(earlier[1] <= later[0] for earlier, later in itertools.pairwise(spans))
    with staff.installation.store.read() as session:
        assert len(session.scalars(select(BookedSlot)).all()) == 25 * 3 * 2


def test_slots_keep_clear_of_holidays_absences_and_days_off(staff: Staff) -> None:
    boss = staff.add("Chris Baas", hired_on=date(2020, 8, 1), pattern="ma-vr 8.30-17.00")
    part_time = staff.add("Deeltijd", supervisor=boss, pattern="di 8.30-12.00")
    # Only Tuesdays are left; this takes all of the window but 29 December and 5 January.
    staff.absent(part_time, date(2026, 12, 1), date(2026, 12, 28))
    staff.absent(boss, date(2027, 1, 6), None)
    staff.absent(boss, date(2026, 12, 29), date(2026, 12, 29))
    plan(staff)
    (view,) = views(staff)
    local = view.starts_at.astimezone(BRUSSELS)
    assert local.date() == date(2027, 1, 5)
    assert local.hour * 60 + local.minute <= 10 * 60 + 30


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        ("no_supervisor", "no_supervisor"),
        ("own_supervisor", "no_supervisor"),
        ("left", "supervisor_left"),
        ("on_leave", "not_at_work"),
        ("employee_absent", "employee_not_free"),
        ("supervisor_absent", "supervisor_not_free"),
        ("never_together", "no_common_slot"),
    ],
)
def test_everybody_without_a_slot_has_a_reason_and_hr_hears_it_once(staff: Staff, spoil: str, reason: str) -> None:
    staff.add_hr_account()
    boss = staff.add("Chris Baas", hired_on=date(2020, 8, 1), pattern="wo" if spoil == "never_together" else None)
    person = staff.add(supervisor=None if spoil == "no_supervisor" else boss, pattern="ma di do vr")
    if spoil == "own_supervisor":
        staff.assign(person, person)
    elif spoil == "left":
        staff.leave(boss, date(2026, 11, 1))
    elif spoil == "on_leave":
        staff.believe(Employment, person, {"status": "on_leave", "hired_on": date(2020, 1, 15)}, date(2026, 11, 1))
    elif spoil == "employee_absent":
        staff.absent(person, date(2026, 11, 1), None)
    elif spoil == "supervisor_absent":
        staff.absent(boss, date(2026, 11, 1), None)
    report = plan(staff)
    assert (report.planned, dict(report.unplanned), report.invitations) == (0, {reason: 1}, 0)
    (view,) = views(staff)
    assert (view.state, view.reason, view.starts_at) == ("unplanned", reason, None)
    assert [row.payload["count"] for row in staff.outbox("unplanned")] == [1]
    plan(staff)
    assert len(staff.outbox()) == 1


def test_hr_hears_only_what_is_new(staff: Staff) -> None:
    staff.add_hr_account()
    staff.add()
    plan(staff)
    staff.add("Bo")
    assert dict(plan(staff).unplanned) == {"no_supervisor": 2}
    assert [row.payload["count"] for row in staff.outbox("unplanned")] == [1, 1]


def test_a_supervisor_with_full_days_is_named_as_such(staff: Staff) -> None:
    boss = staff.add("Chris Baas", hired_on=date(2020, 8, 1), pattern="wo")
    for number in range(40):
        staff.add(f"Persoon {number}", supervisor=boss)
    report = plan(staff)
    assert report.planned + sum(report.unplanned.values()) == 40
    assert report.unplanned["days_full"] > 0


def test_who_gets_a_supervisor_gets_a_slot(staff: Staff) -> None:
    boss = staff.add("Chris Baas", hired_on=date(2020, 8, 1))
    person = staff.add()
    plan(staff)
    staff.assign(person, boss, since=date(2026, 11, 2))
    assert plan(staff).planned == 1
    (view,) = views(staff)
    assert (view.state, view.reason) == ("planned", None)


def test_goals_on_a_confirmed_sheet_bring_a_follow_up_and_an_evaluation(staff: Staff) -> None:
    boss = staff.add("Chris Baas", hired_on=date(2020, 8, 1))
    person = staff.add(supervisor=boss, hired_on=date(2020, 8, 1))
    goal = staff.share_goal(person, target_on=date(2027, 2, 1), agreed=[("follow_up", date(2026, 12, 15))])
    staff.share_goal(person, target_on=date(2026, 12, 20), confirmed=False)
    staff.share_goal(person, target_on=date(2026, 12, 20), state="dropped")
    plan(staff)
    found = {view.kind: view for view in views(staff)}
    assert set(found) == {"follow_up", "plan_evaluation"}
    assert len(views(staff)) == 2
    assert {view.goal_uid for view in found.values()} == {goal}
    assert date(2026, 12, 8) <= found["follow_up"].starts_at.astimezone(BRUSSELS).date() <= date(2026, 12, 29)
    assert found["plan_evaluation"].starts_at.astimezone(BRUSSELS).date() >= date(2027, 2, 1)
    assert found["follow_up"].ends_at - found["follow_up"].starts_at == timedelta(minutes=45)


def test_a_forgotten_evaluation_is_still_planned(staff: Staff) -> None:
    boss = staff.add("Chris Baas", hired_on=date(2020, 8, 1))
    person = staff.add(supervisor=boss, hired_on=date(2020, 8, 1))
    staff.share_goal(person, target_on=date(2026, 3, 1), state="reached")
    plan(staff)
    (view,) = views(staff)
    assert (view.kind, view.state) == ("plan_evaluation", "planned")
    assert view.starts_at > datetime(2026, 12, 6, tzinfo=UTC)


def test_held_back_conversations_invite_nobody_until_they_are_released(staff: Staff) -> None:
    boss = staff.add("Chris Baas", hired_on=date(2020, 8, 1))
    staff.add(supervisor=boss)
    assert plan(staff, release=False).invitations == 0
    assert staff.outbox() == []
    assert release_invitations(staff.hr, staff.installation, staff.employer_id) == 2
    assert release_invitations(staff.hr, staff.installation, staff.employer_id) == 0
    assert len(staff.outbox("invitation")) == 2


def test_who_has_no_address_is_counted_not_invited(staff: Staff) -> None:
    boss = staff.add("Chris Baas", hired_on=date(2020, 8, 1))
    staff.add(supervisor=boss, email=None, pattern="volgens uurrooster in bijlage")
    report = plan(staff)
    assert (report.planned, report.invitations, report.without_address) == (1, 1, 1)
    assert report.patterns_not_understood == 1


def test_lists_show_everybody_only_their_own(staff: Staff) -> None:
    boss = staff.add("Chris Baas", hired_on=date(2020, 8, 1))
    first, second = staff.add("An", supervisor=boss), staff.add("Bo", supervisor=boss)
    plan(staff)

    def seen(role: Role, person_id: int | None) -> set[int]:
        actor = Actor(role, staff.employer_id, account_id=1, person_id=person_id)
        return {view.person_id for view in conversations_between(actor, staff.installation, staff.employer_id, *FAR)}

    assert seen(Role.HR, None) == seen(Role.SUPERVISOR, boss) == {first, second}
    assert seen(Role.EMPLOYEE, first) == {first}
    assert seen(Role.EMPLOYEE, None) == set()
    with pytest.raises(NotAllowedError):
        seen(Role.TRAINING, None)
    with pytest.raises(NotAllowedError):
        conversations_between(Actor(Role.HR, 999), staff.installation, staff.employer_id, *FAR)
    with staff.installation.store.read() as session:
        starts = next_conversation_of(session, first, staff.installation.clock())
        row = session.scalar(select(Conversation).where(Conversation.person_id == first))
        assert starts == row.starts_at
        assert next_conversation_of(session, first, starts + timedelta(seconds=1)) is None


def test_only_hr_and_the_clock_plan(staff: Staff) -> None:
    for role in (Role.EMPLOYEE, Role.SUPERVISOR, Role.TRAINING, Role.ADMINISTRATOR):
        with pytest.raises(NotAllowedError):
            plan_due(Actor(role, staff.employer_id), staff.installation, staff.employer_id)


def test_who_leaves_before_the_window_opens_gets_no_conversation(staff: Staff) -> None:
    boss = staff.add("Chris Baas", hired_on=date(2020, 8, 1))
    person = staff.add(supervisor=boss, hired_on=date(2020, 2, 1))
    last = {"status": "active", "hired_on": date(2020, 2, 1), "left_on": date(2026, 12, 31)}
    staff.believe(Employment, person, last)
    report = plan(staff)
    assert (report.planned, dict(report.unplanned)) == (0, {})
    assert views(staff) == []


def test_what_waits_for_a_slot_ends_when_it_can_only_be_after_the_last_day(staff: Staff) -> None:
    person = staff.add(hired_on=date(2020, 2, 1))
    assert dict(plan(staff).unplanned) == {"no_supervisor": 1}
    known = {"status": "active", "hired_on": date(2020, 2, 1)}
    staff.believe(Employment, person, {**known, "left_on": date(2026, 12, 31)})
    assert dict(plan(staff).unplanned) == {}
    assert views(staff) == []
    staff.believe(Employment, person, {**known, "left_on": date(2028, 12, 31)})
    assert dict(plan(staff).unplanned) == {"no_supervisor": 1}
