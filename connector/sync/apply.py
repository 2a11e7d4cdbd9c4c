"""The second half of a run: what was staged is written.

Ids first, then batch by batch, each one transaction that also takes its staged rows away: a run that is killed goes on
with what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.store.database import Store
from connector.store.dialects import take_stock
from connector.store.sync_plan import StagedRecord
from connector.sync.batch import write_batch
from connector.sync.context import RunContext
from connector.sync.identify import identify_all
from connector.sync.mapping import Resource
from connector.sync.pending import any_pending, try_pending
from connector.sync.writers import WRITERS

Clock = Callable[[], datetime]
Told = Callable[[str, int], None]


def apply_staged(store: Store, context: RunContext, resources: Sequence[Resource], *, clock: Clock, told: Told) -> None:
    """Write all that is staged, resource by resource in the order of the mapping; `told` hears how far it is."""
    for resource in resources:
        if WRITERS[resource.target or ""].has_identity:
            identify_all(store, context, resource, clock)
    with store.begin() as session:
        take_stock(session, "staged_record", "source_identity", "record_state")
    for resource in resources:
        done = stock_at = last = 0
        while True:
            count, last = write_batch(store, context, resource, clock(), after=last)
            if not count:
                break
            done += count
            told(resource.name, done)
            if done >= stock_at:
                stock_at = 2 * done
                with store.begin() as session:
                    take_stock(session, "record_state")
        try_pending(store, context, resource)


def has_work(session: Session, context: RunContext) -> bool:
    """Whether anything is staged, or an earlier record still waits for one that may have come."""
    staged = select(StagedRecord.id).where(StagedRecord.run_id == context.run_id).limit(1)
    return session.scalar(staged) is not None or any_pending(session, context.source_id)
