"""Calendars as bit sets: bit n of an integer is the n-th half hour (of elapsed time) since the first midnight.

Counting elapsed half hours, not wall times, makes the nights when the clock jumps ordinary: a bit is always 30 minutes
and always one moment. Free time of several people is `&`; ninety free minutes are three neighbouring bits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from connector.domain.wall_time import moment_of
from connector.domain.working_time import WorkingTime

HALF_HOUR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Horizon:
    """The days `first` to `last` (both included) in one time zone."""

    first: date
    last: date
    zone: ZoneInfo
    origin: datetime
    length: int

    @classmethod
    def of(cls, first: date, last: date, zone: ZoneInfo) -> Horizon:
        origin = moment_of(first, time(0), zone)
        end = moment_of(last + timedelta(days=1), time(0), zone)
        return cls(first, last, zone, origin, max((end - origin) // HALF_HOUR, 0))

    def moment(self, bit: int) -> datetime:
        return self.origin + bit * HALF_HOUR

    def inside(self, starts: datetime, ends: datetime) -> int:
        """The half hours that lie wholly between two moments: time that is free."""
        return self._mask(-((self.origin - starts) // HALF_HOUR), (ends - self.origin) // HALF_HOUR)

    def touched(self, starts: datetime, ends: datetime) -> int:
        """The half hours that an interval touches: time that is taken."""
        return self._mask((starts - self.origin) // HALF_HOUR, -((self.origin - ends) // HALF_HOUR))

    def days(self, first: date, last: date | None) -> int:
        """All of the days `first` to `last` (both included; None: to the end)."""
        until = self.last if last is None else min(last, self.last)
        if until < first:
            return 0
        return self._mask(
            (moment_of(max(first, self.first), time(0), self.zone) - self.origin) // HALF_HOUR,
            (moment_of(until + timedelta(days=1), time(0), self.zone) - self.origin) // HALF_HOUR,
        )

    def working(self, pattern: WorkingTime, days_off: frozenset[date]) -> int:
        """The half hours in which somebody with this pattern works."""
        mask = 0
        for number in range((self.last - self.first).days + 1):
            day = self.first + timedelta(days=number)
            if day in days_off:
                continue
            for starts, ends in pattern.spans(day):
                mask |= self.inside(moment_of(day, starts, self.zone), moment_of(day, ends, self.zone))
        return mask

    def _mask(self, low: int, high: int) -> int:
        low, high = max(low, 0), min(high, self.length)
        return ((1 << (high - low)) - 1) << low if high > low else 0


def half_hours(minutes: int) -> int:
    """How many half hours a conversation takes up: 45 minutes take two."""
    return -(-minutes // 30)


def starts_in(free: int, length: int) -> int:
    """The bits at which `length` free half hours in a row begin."""
    starts = free
    for shift in range(1, length):
        starts &= free >> shift
    return starts


def run(bit: int, length: int) -> int:
    """The bits that something of this length takes up from `bit` on."""
    return ((1 << length) - 1) << bit


def bits_of(mask: int) -> Iterator[int]:
    """The set bits, earliest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
