"""The days on which nobody works: public holidays of the employer's country, and closures of its cycle."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta


def days_off(country: str, first: date, last: date, closures: Iterable[tuple[date, date]] = ()) -> frozenset[date]:
    """Days in `first`..`last` that are off. `country` is an ISO code that the holidays package knows (BE, NL)."""
    import holidays  # slow to load, and most commands never plan

    public = holidays.country_holidays(country, years=range(first.year, last.year + 1))
    off = {day for day in public if first <= day <= last}
    for starts, ends in closures:
        day = max(starts, first)
        while day <= min(ends, last):
            off.add(day)
            day += timedelta(days=1)
    return frozenset(off)
