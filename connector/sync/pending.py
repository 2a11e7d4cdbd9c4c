"""Records of earlier runs, or of this one, that waited for something that may have come since."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.store.database import Store
from connector.store.sync_state import RecordState
from connector.sync.context import RunContext
from connector.sync.mapping import Resource
from connector.sync.writers import WRITERS
from connector.sync.writers.base import Item
from connector.sync.writing import write_one, writing_of

_AT_ONCE = 2_500


def any_pending(session: Session, source_id: int) -> bool:
    """Whether any record of a source waits."""
    pending = select(RecordState.id).where(RecordState.source_id == source_id, RecordState.is_pending).limit(1)
    return session.scalar(pending) is not None


def try_pending(store: Store, context: RunContext, resource: Resource) -> None:
    """Records of earlier runs, or of this one, that waited for something that may have come since."""
    last = 0
    while True:
        with store.begin() as session:
            states = session.scalars(
                select(RecordState)
                .where(
                    RecordState.source_id == context.source_id,
                    RecordState.resource == resource.name,
                    RecordState.is_pending,
                    RecordState.id > last,
                )
                .order_by(RecordState.id)
                .limit(_AT_ONCE)
            ).all()
            if not states:
                return
            last = states[-1].id
            _write_pending(session, context, resource, states)


def _write_pending(session: Session, context: RunContext, resource: Resource, states: Sequence[RecordState]) -> None:
    writer = WRITERS[resource.target or ""]
    writing = writing_of(session, context, resource)
    for name, target in writer.references.items():
        writing.ids(target).find([state.mapped[name] for state in states if state.mapped.get(name)])
    items = [Item(state.id, state.entity_id, state.mapped) for state in states]
    writer.prefetch(writing, items)
    for state, item in zip(states, items, strict=True):
        write_one(writer, writing, item)
        state.waits_for = writing.pending.get(state.id)
        state.is_pending = state.id in writing.pending
    writing.facts.flush()
