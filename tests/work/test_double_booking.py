"""Two planners at once, and slots that somebody took meanwhile: nobody is ever in two places."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from connector.domain.slots import Horizon
from connector.domain.working_time import USUAL
from connector.planning.availability import availability
from connector.services.booking import take_slots
from connector.services.conversations import plan_due
from connector.store.conversation import BookedSlot, Conversation
from connector.store.people import person_cards
from connector.store.work import Outbox
from tests.work.staff import Staff

AT = datetime(2027, 1, 5, 9, 0, tzinfo=UTC)


def test_planners_at_the_same_time_plan_each_conversation_once(staff: Staff) -> None:
    for _ in range(3):
        boss = staff.add("Chris Baas", hired_on=date(2020, 8, 1))
        for _ in range(5):
            staff.add(supervisor=boss)
    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda _: plan_due(staff.hr, staff.installation, staff.employer_id), range(4)))
    assert sorted(report.planned for report in reports) == [0, 0, 0, 15]
    with staff.installation.store.read() as session:
        assert session.scalar(select(func.count(Conversation.id))) == 15
        assert session.scalar(select(func.count()).select_from(BookedSlot)) == 15 * 2 * 3
        assert session.scalar(select(func.count(Outbox.id)).where(Outbox.kind == "invitation")) == 30


def test_booked_half_hours_are_not_free(staff: Staff) -> None:
    boss = staff.add("Chris Baas", hired_on=date(2020, 8, 1))
    staff.add(supervisor=boss)
    plan_due(staff.hr, staff.installation, staff.employer_id)
    today = staff.installation.today()
    horizon = Horizon.of(today, today + timedelta(days=120), ZoneInfo("Europe/Brussels"))
    with staff.installation.store.read() as session:
        cards = person_cards(session, staff.employer_id, today)
        found = availability(
            session, cards, horizon, frozenset(), earliest=horizon.origin + timedelta(days=1), today=today
        )
        conversation = session.scalars(select(Conversation)).one()
    booked = horizon.touched(conversation.starts_at, conversation.ends_at)
    week = horizon.working(USUAL, frozenset()) & ~horizon.days(today, today)
    assert booked.bit_count() == 3
    assert set(found.free.values()) == {week & ~booked}


def test_slots_are_taken_for_all_or_for_none(staff: Staff) -> None:
    boss = staff.add("Chris Baas", hired_on=date(2020, 8, 1))
    people = [staff.add(supervisor=boss) for _ in range(2)]
    plan_due(staff.hr, staff.installation, staff.employer_id)
    with staff.installation.store.begin() as session:
        first, second = session.scalars(select(Conversation).order_by(Conversation.id))
        session.query(BookedSlot).delete()
        assert take_slots(session, first.id, [boss, people[0]], AT, 3)
        assert not take_slots(session, second.id, [people[1], boss], AT, 2)
    with staff.installation.store.read() as session:
        assert session.scalar(select(func.count()).select_from(BookedSlot)) == 6
        assert set(session.scalars(select(BookedSlot.conversation_id))) == {first.id}
