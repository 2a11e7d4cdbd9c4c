"""Bit sets of half hours, on ordinary days and on the nights when the clock jumps."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.slots import HALF_HOUR, Horizon, bits_of, half_hours, run, starts_in
from connector.domain.wall_time import day_of, moment_of
from connector.domain.working_time import USUAL, WorkingTime

BRUSSELS = ZoneInfo("Europe/Brussels")
ZONES = [
    *("Europe/Brussels", "Europe/Amsterdam", "Europe/London", "Europe/Athens", "Europe/Istanbul", "Africa/Casablanca"),
    *("America/New_York", "America/Sao_Paulo", "America/St_Johns", "Asia/Kathmandu", "Asia/Tokyo", "UTC"),
    *("Australia/Lord_Howe", "Pacific/Apia"),
]
SPRING, AUTUMN = date(2027, 3, 28), date(2026, 10, 25)


@pytest.mark.parametrize("key", ZONES)
def test_every_half_hour_of_five_years_is_the_moment_the_wall_shows(key: str) -> None:
    zone = ZoneInfo(key)
    day = date(2026, 1, 1)
    while day < date(2031, 1, 1):
        for wall in (time(0), time(2, 30), time(8, 30), time(12), time(23, 30)):
            shown = moment_of(day, wall, zone).astimezone(zone)
            if shown.time() != wall:  # skipped: as late as the jump is long
                assert shown.replace(tzinfo=None) - datetime.combine(day, wall) in (HALF_HOUR, 2 * HALF_HOUR)
            else:
                assert (shown.date(), shown.fold) == (day, 0)
        day += timedelta(days=1)


def test_a_skipped_time_is_later_and_a_double_time_is_the_first() -> None:
    assert moment_of(SPRING, time(2, 30), BRUSSELS) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert moment_of(AUTUMN, time(2, 30), BRUSSELS) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert day_of(datetime(2026, 10, 24, 22, 30, tzinfo=UTC), BRUSSELS) == AUTUMN


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (AUTUMN, 25), (date(2026, 11, 23), 24)])
def test_a_day_has_as_many_half_hours_as_it_lasts(day: date, hours: int) -> None:
    horizon = Horizon.of(day - timedelta(days=1), day + timedelta(days=1), BRUSSELS)
    assert horizon.days(day, day).bit_count() == hours * 2
    assert Horizon.of(day, day, BRUSSELS).length == hours * 2


@pytest.mark.parametrize(("day", "worked"), [(SPRING, 2), (AUTUMN, 6), (date(2026, 11, 22), 4)])
def test_a_night_shift_works_as_long_as_it_lasts(day: date, worked: int) -> None:
    night = WorkingTime(((),) * 6 + (((time(1, 30), time(3, 30)),),))
    horizon = Horizon.of(day, day, BRUSSELS)
    mask = horizon.working(night, frozenset())
    assert mask.bit_count() == worked
    assert len(list(bits_of(starts_in(mask, worked)))) == 1


def test_the_usual_week_leaves_out_noon_weekends_and_days_off() -> None:
    horizon = Horizon.of(date(2026, 12, 21), date(2026, 12, 27), BRUSSELS)
    mask = horizon.working(USUAL, frozenset({date(2026, 12, 25)}))
    assert mask.bit_count() == 4 * 15
    walls = {horizon.moment(bit).astimezone(BRUSSELS).time() for bit in bits_of(mask)}
    assert min(walls) == time(8, 30)
    assert max(walls) == time(16, 30)
    assert not walls & {time(12), time(12, 30)}


def test_free_time_is_rounded_in_and_taken_time_out() -> None:
    horizon = Horizon.of(date(2026, 11, 23), date(2026, 11, 23), BRUSSELS)
    starts = moment_of(date(2026, 11, 23), time(8, 10), BRUSSELS)
    ends = starts + timedelta(minutes=60)
    assert list(bits_of(horizon.inside(starts, ends))) == [17]
    assert list(bits_of(horizon.touched(starts, ends))) == [16, 17, 18]
    assert horizon.inside(starts - timedelta(days=9), starts - timedelta(days=8)) == 0
    assert horizon.days(date(2026, 12, 1), date(2026, 11, 1)) == 0


@pytest.mark.parametrize(("minutes", "count"), [(15, 1), (30, 1), (45, 2), (60, 2), (90, 3)])
def test_minutes_take_whole_half_hours(minutes: int, count: int) -> None:
    assert half_hours(minutes) == count


@given(st.integers(min_value=0, max_value=2**80), st.integers(min_value=1, max_value=6))
def test_a_start_is_where_everything_fits(free: int, length: int) -> None:
    starts = starts_in(free, length)
    assert set(bits_of(starts)) == {bit for bit in range(81) if free & run(bit, length) == run(bit, length)}
