"""When somebody works in a week, read from the short text that HR systems and payroll offices write.

    ma di wo do 8.30-16.30                     the hour 12-13 is left out of hours that run across it
    ma-do 8.30-12.00 13.00-16.30; vr 8-12      several hours behind the days: exactly these
    ma wo vr                                   the usual hours on these days

Days are ma di wo do vr za zo (or their whole Dutch names), one by one or as `ma-do`; `en` and commas may stand between
them. Times are 8, 8u, 8.30, 8:30 or 8u30. A semicolon begins other days.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time

Span = tuple[time, time]

_DAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
_DAY = {name: number for number, full in enumerate(_DAYS) for name in (full, full[:2])}
_NOON: Span = (time(12), time(13))
_TIME = r"([0-9]{1,2})(?:[.:u]([0-9]{2})|u)?"
_TOKEN = re.compile(rf"\s*(?:{_TIME}\s*[-–]\s*{_TIME}|([a-z]+)\s*[-–]\s*([a-z]+)|([a-z]+))\s*,?")


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """Seven days, Monday first; each its spans of wall time."""

    days: tuple[tuple[Span, ...], ...]

    def spans(self, day: date) -> tuple[Span, ...]:
        return self.days[day.weekday()]


_USUAL_HOURS: tuple[Span, ...] = ((time(8, 30), time(12)), (time(13), time(17)))
USUAL = WorkingTime((_USUAL_HOURS,) * 5 + ((), ()))


def read_working_time(text: str | None) -> WorkingTime | None:
    """The working time that a text describes; None when it is not of the form above."""
    days: list[tuple[Span, ...]] = [()] * 7
    for part in (text or "").strip().lower().split(";"):
        read = _read_part(part)
        if read is None:
            return None
        numbers, spans = read
        for number in numbers:
            days[number] += spans
    return WorkingTime(tuple(days))


def _read_part(part: str) -> tuple[set[int], tuple[Span, ...]] | None:
    numbers: set[int] = set()
    spans: list[Span] = []
    place = 0
    while place < len(part):
        found = _TOKEN.match(part, place)
        if found is None:
            return None
        place = found.end()
        if found[1]:
            span = _span(*found.group(1, 2, 3, 4))
            if span is None:
                return None
            spans.append(span)
        elif found[7] == "en":
            continue
        else:
            named = _numbers(found[5] or found[7], found[6] or found[7])
            if not named or spans:
                return None
            numbers |= named
    return (numbers, _with_noon(spans)) if numbers else None


def _numbers(first: str, last: str) -> set[int]:
    if first not in _DAY or last not in _DAY:
        return set()
    return set(range(_DAY[first], _DAY[last] + 1))


def _span(hour: str, minute: str | None, last_hour: str, last_minute: str | None) -> Span | None:
    try:
        span = time(int(hour), int(minute or 0)), time(int(last_hour), int(last_minute or 0))
    except ValueError:
        return None
    return span if span[0] < span[1] else None


def _with_noon(spans: list[Span]) -> tuple[Span, ...]:
    if not spans:
        return _USUAL_HOURS
    if len(spans) > 1:
        return tuple(spans)
    (starts, ends) = spans[0]
    if starts < _NOON[0] and ends > _NOON[1]:
        return (starts, _NOON[0]), (_NOON[1], ends)
    return ((starts, ends),)
