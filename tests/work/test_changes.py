"""A promise to a calendar is kept: UID constant, SEQUENCE strictly up, one CANCEL for each who was invited."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import select

from connector.domain.access import TIMER, Actor, Role
from connector.errors import ConflictError, InputError, NotAllowedError, NotFoundError, RecordError
from connector.services.conversations import (
    cancel_conversation,
    conversations_between,
    mark_held,
    move_conversation,
    plan_due,
)
from connector.services.reactions import react
from connector.store.conversation import BookedSlot, Conversation
from tests.work.staff import Staff

FAR = (date(2026, 1, 1), date(2028, 1, 1))


@pytest.fixture
def boss(staff: Staff) -> int:
    return staff.add("Chris Baas", hired_on=date(2020, 8, 1))


@pytest.fixture
def person(staff: Staff, boss: int) -> int:
    """An employee whose conversation is planned and sent."""
    person = staff.add("An Peeters", supervisor=boss)
    plan_due(staff.hr, staff.installation, staff.employer_id)
    return person


def row_of(staff: Staff, person: int) -> Conversation:
    with staff.installation.store.read() as session:
        return session.scalar(select(Conversation).where(Conversation.person_id == person))


def view_of(staff: Staff, person: int) -> Any:
    states = ("due", "planned", "unplanned", "held", "cancelled")
    views = conversations_between(staff.hr, staff.installation, staff.employer_id, *FAR, states=states)
    return next(view for view in views if view.person_id == person)


def messages(staff: Staff) -> list[tuple[int, str, int]]:
    """(SEQUENCE, method, person) of everything calendars were told, in order."""
    rows = staff.outbox("invitation", "cancellation")
    return [(row.payload["sequence"], row.payload["method"], row.payload["person_id"]) for row in rows]


def happened(staff: Staff, kind: str, person: int, on: date = date(2026, 11, 23)) -> None:
    payload = {"person_id": person, "employer_id": staff.employer_id, "on": on.isoformat()}
    react(TIMER, staff.installation, kind, payload)


def slots(staff: Staff) -> Counter[int]:
    with staff.installation.store.read() as session:
        return Counter(session.scalars(select(BookedSlot.person_id)))


def test_cancelling_tells_each_invited_person_once_and_gives_the_slots_back(
    staff: Staff, boss: int, person: int
) -> None:
    row = row_of(staff, person)
    assert cancel_conversation(staff.hr, staff.installation, row.id) == 2
    with pytest.raises(ConflictError):
        cancel_conversation(staff.hr, staff.installation, row.id)
    cancels = [(sequence, who) for sequence, method, who in messages(staff) if method == "CANCEL"]
    assert sorted(cancels) == sorted([(1, person), (1, boss)])
    assert slots(staff) == {}
    assert plan_due(staff.hr, staff.installation, staff.employer_id).planned == 0


def test_a_move_keeps_the_uid_and_raises_the_sequence_by_one(staff: Staff, boss: int, person: int) -> None:
    before = row_of(staff, person)
    for number, day in enumerate((5, 6, 7), start=1):
        moved = move_conversation(staff.hr, staff.installation, before.id, datetime(2027, 1, day, 9, 30, tzinfo=UTC))
        after = row_of(staff, person)
        assert (after.uid, after.sequence) == (before.uid, number)
        assert moved.starts_at == datetime(2027, 1, day, 9, 30, tzinfo=UTC)
    again = move_conversation(staff.hr, staff.installation, before.id, datetime(2027, 1, 7, 9, 30, tzinfo=UTC))
    assert again == moved
    assert messages(staff)[-2:] == [(3, "REQUEST", person), (3, "REQUEST", boss)]
    assert len(messages(staff)) == 8
    assert slots(staff) == {person: 3, boss: 3}


@pytest.mark.parametrize(
    ("starts_at", "problem"),
    [
        (datetime(2027, 1, 5, 9, 10, tzinfo=UTC), "half hour"),
        (datetime(2026, 1, 5, 9, 0, tzinfo=UTC), "still to come"),
        (datetime(2027, 1, 5, 9, 0), "time zone"),  # noqa: DTZ001
        (datetime(2027, 1, 5, 9, 0, tzinfo=timezone(timedelta(hours=5, minutes=45))), "half hour"),
        (datetime(2027, 1, 5, 9, 0, tzinfo=timezone(timedelta(seconds=30))), "half hour"),
        (datetime(2027, 1, 5, 9, 0, 0, 1, tzinfo=UTC), "half hour"),
        (datetime(9999, 12, 31, 23, 30, tzinfo=UTC), "within two years"),
        (datetime(9999, 12, 31, 23, 30, tzinfo=timezone(timedelta(hours=-12))), "within two years"),
        (datetime.min.replace(tzinfo=timezone(timedelta(hours=14))), "still to come"),
    ],
)
def test_a_move_to_no_time_is_refused(staff: Staff, person: int, starts_at: datetime, problem: str) -> None:
    with pytest.raises(InputError) as caught:
        move_conversation(staff.hr, staff.installation, row_of(staff, person).id, starts_at)
    assert problem in str(caught.value.problems)
    assert len(messages(staff)) == 2


def test_a_half_hour_is_one_in_utc_whatever_zone_the_caller_writes(staff: Staff, person: int) -> None:
    kathmandu = timezone(timedelta(hours=5, minutes=45))
    starts_at = datetime(2027, 1, 5, 14, 15, tzinfo=kathmandu)
    moved = move_conversation(staff.hr, staff.installation, row_of(staff, person).id, starts_at)
    assert moved.starts_at == datetime(2027, 1, 5, 8, 30, tzinfo=UTC)
    assert slots(staff)[person] == 3


def test_a_move_onto_another_conversation_is_refused_and_changes_nothing(staff: Staff, boss: int, person: int) -> None:
    staff.add("Bo", supervisor=boss)
    plan_due(staff.hr, staff.installation, staff.employer_id)
    taken = next(
        view
        for view in conversations_between(staff.hr, staff.installation, staff.employer_id, *FAR)
        if view.person_id != person
    )
    before = row_of(staff, person)
    with pytest.raises(ConflictError):
        move_conversation(staff.hr, staff.installation, before.id, taken.starts_at + timedelta(minutes=60))
    after = row_of(staff, person)
    assert (after.starts_at, after.sequence) == (before.starts_at, 0)
    assert slots(staff)[person] == 3


def test_another_employer_and_a_colleague_can_do_nothing(staff: Staff, person: int) -> None:
    row = row_of(staff, person)
    stranger = Actor(Role.HR, staff.employer_id + 1)
    with pytest.raises(NotFoundError):
        cancel_conversation(stranger, staff.installation, row.id)
    with pytest.raises(NotAllowedError):
        cancel_conversation(Actor(Role.SUPERVISOR, staff.employer_id, 1, person), staff.installation, row.id)
    with pytest.raises(NotAllowedError):
        mark_held(Actor(Role.EMPLOYEE, staff.employer_id, 1, person), staff.installation, row.id)


def test_held_is_said_afterwards_by_who_leads_and_starts_the_next_year(
    staff: Staff, boss: int, person: int, clock: Any
) -> None:
    row = row_of(staff, person)
    lead = Actor(Role.SUPERVISOR, staff.employer_id, 1, boss)
    with pytest.raises(InputError):
        mark_held(lead, staff.installation, row.id)
    clock.now = row.ends_at + timedelta(days=1)
    mark_held(lead, staff.installation, row.id)
    assert view_of(staff, person).state == "held"
    with pytest.raises(ConflictError):
        mark_held(lead, staff.installation, row.id, at=row.starts_at)
    assert plan_due(staff.hr, staff.installation, staff.employer_id).planned == 0
    clock.now += timedelta(days=290)
    assert plan_due(staff.hr, staff.installation, staff.employer_id).planned == 1
    with staff.installation.store.read() as session:
        newest = session.scalars(select(Conversation).order_by(Conversation.id.desc())).first()
    assert ":after-" in newest.key
    assert newest.uid != row.uid


def test_who_leaves_keeps_what_comes_before_and_loses_what_comes_after(staff: Staff, boss: int, person: int) -> None:
    other = staff.add("Bo", supervisor=boss)
    plan_due(staff.hr, staff.installation, staff.employer_id)
    first_day = view_of(staff, person).starts_at.date()
    staff.leave(person, first_day + timedelta(days=1))
    happened(staff, "hr.left", person, first_day)
    assert view_of(staff, person).state == "planned"
    staff.leave(person, first_day)
    for _ in range(2):
        happened(staff, "hr.left", person, first_day)
    assert view_of(staff, person).state == "cancelled"
    assert view_of(staff, other).state == "planned"
    cancels = [who for _, method, who in messages(staff) if method == "CANCEL"]
    assert sorted(cancels) == sorted([person, boss])


def test_who_comes_back_is_planned_again_under_the_same_uid(staff: Staff, person: int) -> None:
    before = row_of(staff, person)
    staff.leave(person, date(2026, 11, 20))
    happened(staff, "hr.left", person)
    from connector.store.hr import Employment

    staff.believe(
        Employment, person, {"status": "active", "hired_on": date(2020, 1, 15), "left_on": None}, date(2026, 11, 23)
    )
    happened(staff, "hr.returned", person)
    after = row_of(staff, person)
    assert (after.state, after.uid, after.sequence) == ("planned", before.uid, 2)
    assert [sequence for sequence, _, _ in messages(staff)] == [0, 0, 1, 1, 2, 2]


def test_a_new_supervisor_takes_the_same_slot(staff: Staff, boss: int, person: int) -> None:
    before = row_of(staff, person)
    newcomer = staff.add("Dirk Nieuw", hired_on=date(2020, 8, 1))
    staff.assign(person, newcomer, since=date(2026, 11, 23))
    for _ in range(2):
        happened(staff, "hr.supervisor_changed", person)
    after = row_of(staff, person)
    assert (after.starts_at, after.uid, after.sequence) == (before.starts_at, before.uid, 1)
    assert sorted(messages(staff)[2:]) == sorted(
        [(1, "CANCEL", boss), (1, "REQUEST", person), (1, "REQUEST", newcomer)]
    )
    assert slots(staff) == {person: 3, newcomer: 3}


def test_who_was_cancelled_before_hears_nothing_more(staff: Staff, boss: int, person: int) -> None:
    newcomer = staff.add("Dirk Nieuw", hired_on=date(2020, 8, 1))
    staff.assign(person, newcomer, since=date(2026, 11, 23))
    happened(staff, "hr.supervisor_changed", person)
    assert cancel_conversation(staff.hr, staff.installation, row_of(staff, person).id) == 2
    cancels = Counter(who for _, method, who in messages(staff) if method == "CANCEL")
    assert cancels == {boss: 1, person: 1, newcomer: 1}


def test_held_earlier_than_planned_frees_the_slot_and_the_calendars(
    staff: Staff, boss: int, person: int, clock: Any
) -> None:
    earlier = clock.now - timedelta(hours=2)
    mark_held(staff.hr, staff.installation, row_of(staff, person).id, at=earlier)
    view = view_of(staff, person)
    assert (view.state, view.starts_at) == ("held", earlier)
    assert [method for _, method, _ in messages(staff)[2:]] == ["CANCEL", "CANCEL"]
    assert slots(staff) == {}


def test_what_has_no_supervisor_cannot_be_moved_to_a_time(staff: Staff) -> None:
    person = staff.add()
    plan_due(staff.hr, staff.installation, staff.employer_id)
    with pytest.raises(ConflictError, match="Fill in the supervisor"):
        move_conversation(
            staff.hr, staff.installation, row_of(staff, person).id, datetime(2027, 1, 5, 9, 0, tzinfo=UTC)
        )


def test_a_new_supervisor_who_is_not_free_gets_another_slot_and_the_old_one_hears_the_old_time(
    staff: Staff, boss: int, person: int
) -> None:
    before = row_of(staff, person)
    newcomer = staff.add("Dirk Nieuw", hired_on=date(2020, 8, 1))
    staff.absent(newcomer, before.starts_at.date(), before.starts_at.date())
    staff.assign(person, newcomer, since=date(2026, 11, 23))
    happened(staff, "hr.supervisor_changed", person)
    after = row_of(staff, person)
    assert after.starts_at != before.starts_at
    (cancel,) = staff.outbox("cancellation")
    assert cancel.payload["person_id"] == boss
    assert cancel.payload["starts_at"] == before.starts_at.isoformat()
    assert {row.payload["starts_at"] for row in staff.outbox("invitation")[2:]} == {after.starts_at.isoformat()}


def test_without_a_successor_everybody_gets_a_cancellation_and_hr_is_told(staff: Staff, boss: int, person: int) -> None:
    staff.add_hr_account()
    staff.leave(boss, date(2026, 11, 23))
    for _ in range(2):
        happened(staff, "hr.left", boss)
    view = view_of(staff, person)
    assert (view.state, view.reason, view.starts_at) == ("unplanned", "supervisor_left", None)
    assert sorted(messages(staff)[2:]) == sorted([(1, "CANCEL", boss), (1, "CANCEL", person)])
    assert len(staff.outbox("unplanned")) == 1
    assert slots(staff) == {}


def test_another_job_brings_a_conversation_of_its_own(staff: Staff, boss: int) -> None:
    person = staff.add(supervisor=boss, hired_on=date(2020, 8, 1))
    happened(staff, "hr.hired", person)
    assert messages(staff) == []
    for _ in range(2):
        happened(staff, "hr.job_changed", person)
    assert row_of(staff, person).key.endswith(":job-2026-11-23")
    assert len(messages(staff)) == 2


def test_a_held_back_conversation_is_not_let_out_by_an_event(staff: Staff, boss: int) -> None:
    person = staff.add(supervisor=boss)
    plan_due(staff.hr, staff.installation, staff.employer_id, release=False)
    newcomer = staff.add("Dirk Nieuw", hired_on=date(2020, 8, 1))
    staff.assign(person, newcomer, since=date(2026, 11, 23))
    happened(staff, "hr.supervisor_changed", person)
    assert view_of(staff, person).state == "planned"
    assert messages(staff) == []


@pytest.mark.parametrize(
    "payload",
    [{}, {"person_id": "x", "employer_id": 1, "on": "2026-11-23"}, {"person_id": 1, "employer_id": 1, "on": "morgen"}],
)
def test_an_event_that_says_nothing_is_refused(staff: Staff, payload: dict[str, Any]) -> None:
    with pytest.raises(RecordError):
        react(TIMER, staff.installation, "hr.left", payload)
