"""After the scans: write the facts of every new or changed record, now that whatever it refers to has been read.

Records that wait for a needed reference (a rating of a person who is in quarantine) stay pending, and are tried
again by every later run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.store.database import Store
from connector.store.facts import FactWriter
from connector.store.sync_state import Change, RecordState
from connector.sync.context import RunContext
from connector.sync.writers import WRITERS, Unresolved, Writer
from connector.sync.writers.base import Item, Writing

_AT_ONCE = 200
NEW = ""


def resolve(store: Store, context: RunContext, targets: Mapping[str, str]) -> None:
    """Write all pending records, resource by resource in the order of the mapping."""
    for resource, target in targets.items():
        last = 0
        while True:
            with store.begin() as session:
                states = _pending(session, context, resource, last)
                if not states:
                    break
                last = states[-1].id
                _write_batch(session, context, target, states)


def _pending(session: Session, context: RunContext, resource: str, after: int) -> Sequence[RecordState]:
    return session.scalars(
        select(RecordState)
        .where(
            RecordState.source_id == context.source_id,
            RecordState.resource == resource,
            RecordState.is_pending,
            RecordState.id > after,
        )
        .order_by(RecordState.id)
        .limit(_AT_ONCE)
    ).all()


def _write_batch(session: Session, context: RunContext, target: str, states: Sequence[RecordState]) -> None:
    writer = WRITERS[target]
    writing = Writing(session, context, FactWriter(session, at=context.at, run_id=context.run_id, is_batched=True))
    for name, referred in writer.references.items():
        writing.ids(referred).find(state.mapped[name] for state in states if state.mapped.get(name))
    changed = changed_in_run(session, context, [state.id for state in states])
    items = [_item(state, changed.get(state.id, frozenset())) for state in states]
    writer.prefetch(writing, items)
    for state, item in zip(states, items, strict=True):
        _write_one(writer, writing, state, item)
    writing.facts.flush()


def _item(state: RecordState, fields: frozenset[str]) -> Item:
    return Item(state.id, state.entity_id, state.mapped, None if NEW in fields else fields)


def _write_one(writer: Writer, writing: Writing, state: RecordState, item: Item) -> None:
    """A record without an optional reference is written, and tried again next time."""
    try:
        missing = writer.write(writing, item)
    except Unresolved as reason:
        state.waits_for = reason.field
        return
    state.waits_for = None
    state.is_pending = bool(missing)


def changed_in_run(session: Session, context: RunContext, record_ids: Sequence[int]) -> dict[int, frozenset[str]]:
    """The fields that changed in this run, per record; a record that is new has NEW among them."""
    found: dict[int, set[str]] = {}
    rows = session.execute(
        select(Change.record_id, Change.field, Change.action).where(
            Change.run_id == context.run_id, Change.record_id.in_(record_ids)
        )
    )
    for row in rows:
        found.setdefault(row.record_id, set()).add(NEW if row.action == "new" else row.field or "returned")
    return {record: frozenset(fields) for record, fields in found.items()}
