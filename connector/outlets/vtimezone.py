"""VTIMEZONE in RRULE form, for the zones that change their clocks as the European Union does.

icalendar writes lists of dates instead of rules, which Outlook is reported to ignore (iCalcreator issue 86), so that
the hour would be off by one. Directive 2000/84/EC: forward on the last Sunday of March, back on the last Sunday of
October, both at 01:00 UTC, since 1996.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_SUMMER = timedelta(hours=1)
_CHANGE_UTC = timedelta(hours=1)


def follows_eu_rule(zone: ZoneInfo, year: int) -> bool:
    """Whether the clock in `zone` jumps in that year exactly when the rule says."""
    for month, before, after in ((3, 0, 1), (10, 1, 0)):
        change = datetime.combine(_last_sunday(year, month), datetime.min.time(), UTC) + _CHANGE_UTC
        around = (change - timedelta(seconds=1), change)
        if [moment.astimezone(zone).dst() for moment in around] != [before * _SUMMER, after * _SUMMER]:
            return False
    return True


def vtimezone(zone: ZoneInfo) -> Timezone:
    """The component; ask `follows_eu_rule` first."""
    winter = datetime(1996, 12, 1, 12, tzinfo=UTC).astimezone(zone)
    summer = datetime(1996, 6, 1, 12, tzinfo=UTC).astimezone(zone)
    offset = winter.utcoffset() or timedelta()
    component = Timezone()
    component.add("tzid", zone.key)
    component.add_component(_part(TimezoneDaylight(), 3, offset, offset + _SUMMER, summer.tzname()))
    component.add_component(_part(TimezoneStandard(), 10, offset + _SUMMER, offset, winter.tzname()))
    return component


def _part(
    part: TimezoneDaylight | TimezoneStandard, month: int, before: timedelta, after: timedelta, name: str | None
) -> TimezoneDaylight | TimezoneStandard:
    """The clock shows `_CHANGE_UTC + before` when it jumps."""
    starts = datetime.combine(_last_sunday(1996, month), datetime.min.time()) + _CHANGE_UTC + before
    part.add("dtstart", starts)
    part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1su"})
    part.add("tzoffsetfrom", before)
    part.add("tzoffsetto", after)
    if name:
        part.add("tzname", name)
    return part


def _last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)
