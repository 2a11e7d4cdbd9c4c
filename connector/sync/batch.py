"""Some staged rows of one resource become record states, facts and changes, in the transaction that takes them away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, literal, select, update
from sqlalchemy.orm import Session

from connector.store.bulk import insert_rows
from connector.store.database import Store
from connector.store.dialects import is_one_of, unindexed
from connector.store.hr import SourceIdentity
from connector.store.sync_plan import StagedRecord
from connector.store.sync_state import Change, RecordState
from connector.sync.context import RunContext
from connector.sync.correlate import close_cases
from connector.sync.diff import differences
from connector.sync.mapping import Resource
from connector.sync.quarantine import release
from connector.sync.report import FieldChange
from connector.sync.writers import WRITERS, Writer
from connector.sync.writers.base import Item, Writing
from connector.sync.writing import write_one, writing_of

_AT_ONCE = 5_000
_CHANGE = ("run_id", "record_id", "action", "field", "old", "new", "cause", "at")


def write_batch(store: Store, context: RunContext, resource: Resource, now: datetime, *, after: int) -> tuple[int, int]:
    """Write the staged rows of a resource that follow a number; how many, and the number of the last one."""
    with store.begin() as session:
        context.renew(session, now)
        staged = session.execute(
            select(
                StagedRecord.id,
                StagedRecord.key,
                StagedRecord.action,
                StagedRecord.mapped,
                StagedRecord.base,
                StagedRecord.record_id,
                StagedRecord.entity_id,
            )
            .where(
                unindexed(session, StagedRecord.run_id) == context.run_id,
                StagedRecord.resource == resource.name,
                StagedRecord.id > after,
            )
            .order_by(StagedRecord.id)
            .limit(_AT_ONCE)
        ).all()
        if not staged:
            return 0, after
        batch = _Batch(session, context, resource, [_Staged(*row) for row in staged])
        batch.write_states()
        batch.write_facts()
        batch.write_changes()
        batch.take_away()
        return len(staged), staged[-1].id


class _Staged(NamedTuple):
    """A staged row; quicker to read from than a row of the driver."""

    id: int
    key: str
    action: str
    mapped: dict[str, Any]
    base: dict[str, Any] | None
    record_id: int | None
    entity_id: int | None


class _State(NamedTuple):
    """The record state of a staged row."""

    key: str
    id: int
    entity_id: int | None


class _Batch:
    """Some staged rows of one resource, in one transaction."""

    def __init__(self, session: Session, context: RunContext, resource: Resource, staged: Sequence[_Staged]) -> None:
        self._session = session
        self._context = context
        self._resource = resource
        self._staged = staged
        self._first, self._last = staged[0].id, staged[-1].id
        self._writer: Writer = WRITERS[resource.target or ""]
        self._states: dict[str, _State] = {}

    def write_states(self) -> None:
        """Inside the database: what was staged needs no way through here."""
        if any(row.action == "new" for row in self._staged):
            self._session.execute(self._insert_states())
        if any(row.record_id is not None for row in self._staged):
            self._session.execute(self._update_states(), execution_options={"synchronize_session": False})
        state = RecordState.__table__.c
        rows = self._session.execute(
            select(state.key, state.id, state.entity_id).where(
                state.source_id == self._context.source_id,
                state.resource == self._resource.name,
                is_one_of(self._session, state.key, [row.key for row in self._staged]),
            )
        )
        self._states = {row[0]: _State(*row) for row in rows}

    def _in_batch(self) -> Any:
        return (
            (unindexed(self._session, StagedRecord.run_id) == self._context.run_id)
            & (StagedRecord.resource == self._resource.name)
            & StagedRecord.id.between(self._first, self._last)
        )

    def _insert_states(self) -> Any:
        entity: Any = literal(None)
        source: Any = StagedRecord
        if self._writer.has_identity:
            entity = SourceIdentity.entity_id
        values = select(
            literal(self._context.source_id),
            StagedRecord.resource,
            StagedRecord.key,
            StagedRecord.hash,
            StagedRecord.mapped,
            entity,
            literal(False),
            literal(self._context.at, RecordState.changed_at.type),
        ).select_from(source)
        if self._writer.has_identity:
            values = values.join(
                SourceIdentity,
                (SourceIdentity.source_id == self._context.source_id)
                & (SourceIdentity.target == self._resource.target)
                & (SourceIdentity.key == StagedRecord.key),
            )
        columns = ["source_id", "resource", "key", "hash", "mapped", "entity_id", "is_pending", "changed_at"]
        return insert(RecordState).from_select(
            columns, values.where(self._in_batch(), StagedRecord.action == "new"), include_defaults=False
        )

    def _update_states(self) -> Any:
        return (
            update(RecordState)
            .where(RecordState.id == StagedRecord.record_id, self._in_batch(), StagedRecord.action != "missing")
            .values(
                hash=StagedRecord.hash,
                mapped=StagedRecord.mapped,
                missing_since=None,
                is_pending=False,
                waits_for=None,
                changed_at=self._context.at,
            )
        )

    def write_facts(self) -> None:
        writing = writing_of(self._session, self._context, self._resource)
        rows = [row for row in self._staged if row.action not in ("same", "missing")]
        items = [self._item(row) for row in rows]
        for name, target in self._writer.references.items():
            writing.ids(target).find([item.mapped[name] for item in items if item.mapped.get(name)])
        self._writer.prefetch(writing, items)
        for item in items:
            write_one(self._writer, writing, item)
        writing.facts.flush()
        self._mark_pending(writing)
        gone = [row for row in self._staged if row.action == "missing"]
        if gone:
            self._end(writing, gone)

    def _mark_pending(self, writing: Writing) -> None:
        for waits_for in set(writing.pending.values()):
            ids = [number for number, field in writing.pending.items() if field == waits_for]
            self._session.execute(
                update(RecordState)
                .where(is_one_of(self._session, RecordState.id, ids))
                .values(is_pending=True, waits_for=waits_for)
                .execution_options(synchronize_session=False)
            )

    def _item(self, row: Any) -> Item:
        state = self._states[row.key]
        changed = None
        if row.action != "new":
            found = self._differences(row)
            changed = frozenset(change.field or change.action for change in found)
        is_stranger = row.action == "new" and row.entity_id is None and self._writer.has_identity
        return Item(state.id, state.entity_id, row.mapped, changed, is_stranger)

    def _differences(self, row: Any) -> list[FieldChange]:
        return differences(self._resource, row.key, row.action, row.base, row.mapped)

    def _end(self, writing: Writing, gone: Sequence[Any]) -> None:
        items = [Item(row.record_id, self._states[row.key].entity_id, row.base) for row in gone]
        self._writer.prefetch(writing, items)
        for item in items:
            self._writer.end(writing, item, self._resource.absent)
        writing.facts.flush()
        self._session.execute(
            update(RecordState)
            .where(is_one_of(self._session, RecordState.id, [item.record_id for item in items]))
            .values(missing_since=self._context.today, changed_at=self._context.at)
            .execution_options(synchronize_session=False)
        )

    def write_changes(self) -> None:
        context, run_id, at = self._context, self._context.run_id, self._context.at
        cause = f"resources.{self._resource.name}"
        news = (self._states[row.key].id for row in self._staged if row.action == "new")
        insert_rows(
            self._session,
            Change,
            ("run_id", "record_id", "action", "cause", "at"),
            ((run_id, number, "new", cause, at) for number in news),
        )
        moved = (row for row in self._staged if row.action not in ("new", "same"))
        insert_rows(
            self._session,
            Change,
            _CHANGE,
            (
                (run_id, self._states[row.key].id, one.action, one.field, one.old, one.new, one.cause, context.at)
                for row in moved
                for one in self._differences(row)
            ),
        )

    def take_away(self) -> None:
        through = [row.key for row in self._staged if row.action != "missing"]
        release(self._session, self._context, self._resource.name, through)
        close_cases(self._session, self._context, self._resource.name, [row.key for row in self._staged])
        self._session.execute(delete(StagedRecord).where(self._in_batch()))
