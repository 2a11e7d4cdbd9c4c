"""How far a resource was read, so that the next run may ask only for what has changed since.

A stamp is compared with >= and a look back, for several records may share one and some systems write late; what comes
again is the same by its hash. A list of changes may come without stamps: then the next run asks from the start of this
one on. From time to time a resource is read whole all the same: only that shows who is gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.sources.reader import Raw
from connector.sources.stamps import newest
from connector.store.sync_plan import Watermark
from connector.store.sync_state import Scan
from connector.sync.context import RunContext
from connector.sync.mapping import Resource


def since_of(
    session: Session,
    context: RunContext,
    resource: Resource,
    now: datetime,
    *,
    lapsed_on: date | None = None,
    is_full: bool = False,
) -> str | None:
    """From when on to read a resource; None for the whole of it, as when a correction has run out since (`lapsed_on`)
    and the source's word counts again."""
    delta = resource.delta
    mark = session.get(Watermark, (context.source_id, resource.name))
    if is_full or delta is None or mark is None or mark.stamp is None or mark.full_at is None:
        return None
    if now - mark.full_at >= timedelta(days=delta.full_every_days):
        return None
    if mark.whole_on is not None and mark.whole_on <= context.today:
        return None
    if lapsed_on is not None and lapsed_on >= mark.full_at.date() - timedelta(days=1):
        return None
    since = datetime.fromisoformat(mark.stamp) - timedelta(minutes=delta.lookback_minutes)
    return since.isoformat()


def newest_of(resource: Resource, records: list[Raw], now: datetime | None = None) -> str | None:
    """The newest stamp of a page that is not later than `now`: one slip of the year must not hide all later changes."""
    delta = resource.delta
    if delta is None or not records:
        return None
    return newest(records, delta.stamps, zone=delta.zone, until=now.isoformat() if now else None)


def begins_on(session: Session, context: RunContext, resource: Resource, day: date | None) -> None:
    """Another row than now holds from a later day on; the earliest counts."""
    mark = session.get(Watermark, (context.source_id, resource.name))
    if resource.delta is None or day is None:
        return
    if mark is None:
        mark = Watermark(source_id=context.source_id, resource=resource.name)
        session.add(mark)
    if mark.whole_on is not None and mark.whole_on <= context.today:
        mark.full_at = None  # its day has come; until a run has been completed, each one reads the resource whole
    if mark.whole_on is None or mark.whole_on <= context.today or day < mark.whole_on:
        mark.whole_on = day


def watermarks_of(session: Session, source_id: int) -> dict[str, Watermark]:
    """By resource."""
    return {mark.resource: mark for mark in session.scalars(select(Watermark).where(Watermark.source_id == source_id))}


def remember(
    session: Session, context: RunContext, resource: Resource, scan: Scan, marks: Mapping[str, Watermark]
) -> None:
    """The run is done: the next one may start where this one ended."""
    if resource.delta is None:
        return
    mark = marks.get(resource.name)
    if mark is None:
        mark = Watermark(source_id=context.source_id, resource=resource.name)
        session.add(mark)
    read_to = scan.newest if resource.delta.stamps else scan.started_at.isoformat()
    mark.stamp = max(filter(None, (mark.stamp, read_to)), default=None)
    if scan.since is None:
        mark.full_at = scan.started_at
        if mark.whole_on is not None and mark.whole_on <= context.today:
            mark.whole_on = None


def read_whole_next(session: Session, source_id: int, resource: str) -> None:
    """A person's word concerns a record that may not have changed at the source: read the resource whole next time."""
    mark: Any = session.get(Watermark, (source_id, resource))
    if mark is not None:
        mark.full_at = None
