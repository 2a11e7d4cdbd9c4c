"""Placing: the least flexible first, spread, within caps, and a reason for who has no slot."""

from __future__ import annotations

from collections import Counter
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from connector.domain.slots import Horizon, run
from connector.domain.unplanned import Unplanned
from connector.domain.wall_time import day_of, moment_of
from connector.domain.working_time import USUAL
from connector.planning.assign import NotPlaced, Placed, Planner, Request
from connector.planning.days_off import days_off

BRUSSELS = ZoneInfo("Europe/Brussels")
FIRST, LAST = date(2026, 12, 1), date(2027, 1, 31)
HORIZON = Horizon.of(FIRST, LAST, BRUSSELS)
WEEK = HORIZON.working(USUAL, days_off("BE", FIRST, LAST))
BOSS = 1


def planner(free: dict[int, int], per_day: int = 3, per_week: int = 8) -> Planner:
    return Planner(HORIZON, free, per_day=per_day, per_week=per_week)


def request(ref: int, employee: int, minutes: int = 90, first: date = FIRST, last: date = LAST) -> Request:
    return Request(ref, (employee, BOSS), minutes, first, last)


def day(bit: int) -> date:
    return day_of(HORIZON.moment(bit), BRUSSELS)


def test_the_least_flexible_goes_first() -> None:
    """The only slot of the second would be taken by the first, in the order of arrival."""
    only = HORIZON.inside(*(moment_of(date(2026, 12, 1), hour, BRUSSELS) for hour in (time(8, 30), time(10))))
    made = planner({BOSS: WEEK, 2: WEEK, 3: only})
    decisions = {one.ref: one for one in made.place_all([request(1, 2), request(2, 3)])}
    assert all(isinstance(one, Placed) for one in decisions.values())
    assert next(one for one in [decisions[2]]).bit == 17


def test_conversations_spread_over_weeks() -> None:
    people = range(2, 10)
    made = planner({BOSS: WEEK, **dict.fromkeys(people, WEEK)})
    placed = [one.bit for one in made.place_all(request(one, one) for one in people) if isinstance(one, Placed)]
    weeks = Counter(day(bit).isocalendar().week for bit in placed)
    assert len(placed) == 8
    assert max(weeks.values()) == 1


def test_the_moment_it_had_is_kept_when_everybody_is_free() -> None:
    had = moment_of(date(2026, 12, 3), time(14, 30), BRUSSELS)
    late = Request(1, (2, BOSS), 60, date(2026, 12, 20), LAST, prefer=had)
    decision = planner({BOSS: WEEK, 2: WEEK}).place(late)
    assert isinstance(decision, Placed)
    assert HORIZON.moment(decision.bit) == had
    busy = WEEK & ~run(decision.bit + 1, 1)
    other = planner({BOSS: busy, 2: WEEK}).place(late)
    assert isinstance(other, Placed)
    assert day(other.bit) >= date(2026, 12, 20)


def test_a_slot_that_was_taken_meanwhile_is_not_offered_again() -> None:
    made = planner({BOSS: WEEK, 2: WEEK})
    wanted = request(1, 2)
    seen = set()
    for _ in range(20):
        decision = made.place(wanted)
        assert isinstance(decision, Placed)
        made.refuse(wanted, decision.bit)
        seen.add(decision.bit)
    assert len(seen) == 20


def test_reasons_say_who_is_in_the_way() -> None:
    mornings = sum(
        HORIZON.inside(moment_of(one, time(8), BRUSSELS), moment_of(one, time(12), BRUSSELS))
        for one in (FIRST + timedelta(days=number) for number in range(5))
    )
    cases = {
        Unplanned.EMPLOYEE_NOT_FREE: ({BOSS: WEEK, 2: 0}, 8),
        Unplanned.SUPERVISOR_NOT_FREE: ({BOSS: 0, 2: WEEK}, 8),
        Unplanned.NO_COMMON_SLOT: ({BOSS: WEEK & mornings, 2: WEEK & ~mornings}, 8),
        Unplanned.DAYS_FULL: ({BOSS: WEEK, 2: WEEK}, 0),
    }
    for reason, (free, per_week) in cases.items():
        assert planner(free, per_week=per_week).place(request(1, 2)) == NotPlaced(1, reason)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(min_value=2, max_value=6),
            st.integers(min_value=0, max_value=50),
            st.integers(min_value=0, max_value=30),
            st.sampled_from([30, 45, 60, 90]),
        ),
        max_size=40,
    ),
    st.integers(min_value=0, max_value=2**60),
)
def test_whatever_is_asked_nobody_is_in_two_places_and_caps_hold(
    asked: list[tuple[int, int, int, int]], holes: int
) -> None:
    busy = WEEK & ~(holes * (1 + 2**300 + 2**900))
    requests = [
        request(ref, employee, minutes, FIRST + timedelta(days=start), FIRST + timedelta(days=start + length))
        for ref, (employee, start, length, minutes) in enumerate(asked)
    ]
    taken: dict[int, int] = {}
    days: Counter[date] = Counter()
    decisions = list(planner({BOSS: busy, **dict.fromkeys(range(2, 7), WEEK)}).place_all(requests))
    assert sorted(one.ref for one in decisions) == list(range(len(requests)))
    for one in decisions:
        if isinstance(one, Placed):
            found = requests[one.ref]
            bits = run(one.bit, found.length)
            for person in found.participants:
                assert not taken.get(person, 0) & bits
                taken[person] = taken.get(person, 0) | bits
            assert bits & (busy if BOSS in found.participants else WEEK) == bits
            assert found.first <= day(one.bit) <= found.last
            days[day(one.bit)] += 1
    assert max(days.values(), default=0) <= 3


def test_holidays_are_those_of_the_country_and_closures_of_the_employer() -> None:
    year = (date(2026, 1, 1), date(2026, 12, 31))
    belgian, dutch = days_off("BE", *year), days_off("NL", *year)
    assert date(2026, 7, 21) in belgian - dutch
    assert date(2026, 4, 27) in dutch - belgian
    assert len(belgian) == 12
    closed = days_off("BE", *year, [(date(2026, 12, 28), date(2027, 1, 4))])
    assert closed - belgian == {date(2026, 12, one) for one in range(28, 32)}
