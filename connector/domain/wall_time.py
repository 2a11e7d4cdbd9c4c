"""From the clock on the wall to the moment, on the nights too when that clock jumps."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def moment_of(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """The UTC moment at which the wall clock in `zone` shows this day and time.

    The rule of RFC 5545 (3.3.5): a time that comes twice means the first; one that is skipped is read with the offset
    from before the jump, so that 02:30 becomes what the wall then calls 03:30. Every day has exactly one such moment.
    """
    return datetime.combine(day, wall.replace(fold=0), zone).astimezone(UTC)


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """The date on the wall at a moment."""
    return moment.astimezone(zone).date()
