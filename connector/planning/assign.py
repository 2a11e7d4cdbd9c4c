"""Gives every request a slot: least flexible first, spread over weeks, within caps.

Greedy over bit sets: a request with few possible starts goes before one with many. Each takes the week in which its
participants have the fewest conversations, in that week the emptiest day, on that day the earliest start.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from connector.domain.slots import HALF_HOUR, Horizon, bits_of, half_hours, run, starts_in
from connector.domain.unplanned import Unplanned
from connector.domain.wall_time import day_of


@dataclass(frozen=True, slots=True)
class Request:
    """One conversation to place between two days (included). The first participant is the employee.

    `prefer` is the moment it had: kept, whatever the days say, when everybody is free then.
    """

    ref: int
    participants: tuple[int, ...]
    minutes: int
    first: date
    last: date
    prefer: datetime | None = None

    @property
    def length(self) -> int:
        return half_hours(self.minutes)


@dataclass(frozen=True, slots=True)
class Placed:
    ref: int
    bit: int


@dataclass(frozen=True, slots=True)
class NotPlaced:
    ref: int
    reason: Unplanned


class Planner:
    """Places requests one by one; what it placed is taken for the next ones."""

    def __init__(self, horizon: Horizon, free: Mapping[int, int], *, per_day: int, per_week: int) -> None:
        """`free`: the free half hours of every participant, by person id."""
        self._horizon = horizon
        self._free = dict(free)
        self._caps = per_day, per_week
        self._in_day: Counter[tuple[int, date]] = Counter()
        self._in_week: Counter[tuple[int, date]] = Counter()

    def count(self, person_id: int, starts_at: datetime) -> None:
        """A conversation that stands already: it weighs on that person's day and week."""
        day = day_of(starts_at, self._horizon.zone)
        self._in_day[person_id, day] += 1
        self._in_week[person_id, _monday(day)] += 1

    def place_all(self, requests: Iterable[Request]) -> Iterator[Placed | NotPlaced]:
        """A decision for each request, in the order in which they were taken."""
        yield from map(self.place, sorted(requests, key=self._flexibility))

    def place(self, request: Request) -> Placed | NotPlaced:
        """Find a slot and take it."""
        starts = self._starts(request)
        bit = self._kept(request)
        if bit is None:
            bit = self._best(request, starts)
        if bit is None:
            return NotPlaced(request.ref, Unplanned.DAYS_FULL if starts else self._why(request))
        for person_id in request.participants:
            self._free[person_id] &= ~run(bit, request.length)
            self.count(person_id, self._horizon.moment(bit))
        return Placed(request.ref, bit)

    def refuse(self, request: Request, bit: int) -> None:
        """Somebody else took this slot meanwhile: it stays taken, and our weight on the day is given back."""
        day = day_of(self._horizon.moment(bit), self._horizon.zone)
        for person_id in request.participants:
            self._in_day[person_id, day] -= 1
            self._in_week[person_id, _monday(day)] -= 1

    def _flexibility(self, request: Request) -> tuple[int, date, int]:
        return self._starts(request).bit_count(), request.last, request.ref

    def _starts(self, request: Request) -> int:
        common = self._horizon.days(request.first, request.last)
        for person_id in request.participants:
            common &= self._free[person_id]
        return starts_in(common, request.length)

    def _kept(self, request: Request) -> int | None:
        if request.prefer is None or request.prefer < self._horizon.origin:
            return None
        bit = (request.prefer - self._horizon.origin) // HALF_HOUR
        wanted = run(bit, request.length)
        is_free = all(self._free[person_id] & wanted == wanted for person_id in request.participants)
        return bit if is_free else None

    def _best(self, request: Request, starts: int) -> int | None:
        """The first start of the emptiest day of the emptiest week in which nobody is at a cap."""
        days: dict[date, int] = {}
        for bit in bits_of(starts):
            days.setdefault(day_of(self._horizon.moment(bit), self._horizon.zone), bit)
        open_days = [day for day in days if not self._is_full(request, day)]
        if not open_days:
            return None
        return days[min(open_days, key=lambda day: self._load(request, day))]

    def _is_full(self, request: Request, day: date) -> bool:
        per_day, per_week = self._caps
        return any(
            self._in_day[person_id, day] >= per_day or self._in_week[person_id, _monday(day)] >= per_week
            for person_id in request.participants[1:]
        )

    def _load(self, request: Request, day: date) -> tuple[int, date, int, date]:
        people = request.participants
        return (
            sum(self._in_week[person_id, _monday(day)] for person_id in people),
            _monday(day),
            sum(self._in_day[person_id, day] for person_id in people),
            day,
        )

    def _why(self, request: Request) -> Unplanned:
        window = self._horizon.days(request.first, request.last)
        employee, *others = (starts_in(window & self._free[one], request.length) for one in request.participants)
        if not employee:
            return Unplanned.EMPLOYEE_NOT_FREE
        return Unplanned.NO_COMMON_SLOT if all(others) else Unplanned.SUPERVISOR_NOT_FREE


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
