"""The second half of a run: what was staged becomes record states, changes, identities and facts.

Everything new gets its id first, so that a record may refer to one that came later (a supervisor below his employee).
Then batch by batch, each one transaction that also takes its staged rows away: a run that is killed goes on with what
is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, literal, select, update
from sqlalchemy.orm import Session

from connector.store.bulk import insert_rows
from connector.store.database import Store
from connector.store.dialects import is_one_of, take_stock
from connector.store.facts import FactWriter
from connector.store.hr import SourceIdentity
from connector.store.sync_plan import StagedRecord
from connector.store.sync_state import Change, RecordState
from connector.sync.context import RunContext
from connector.sync.diff import differences
from connector.sync.mapping import Resource
from connector.sync.quarantine import release
from connector.sync.report import FieldChange
from connector.sync.writers import WRITERS, Unresolved, Writer
from connector.sync.writers.base import Item, Newcomer, Writing
from connector.sync.writers.employee import EmployeeWriter

_AT_ONCE = 2_500
_CHANGE = ("run_id", "record_id", "action", "field", "old", "new", "cause", "at")
Clock = Callable[[], datetime]
Told = Callable[[str, int], None]


def apply_staged(store: Store, context: RunContext, resources: Sequence[Resource], *, clock: Clock, told: Told) -> None:
    """Write all that is staged, resource by resource in the order of the mapping; `told` hears how far it is."""
    for resource in resources:
        if WRITERS[resource.target or ""].has_identity:
            _identify_all(store, context, resource, clock)
    with store.begin() as session:
        take_stock(session, "staged_record", "source_identity", "record_state")
    for resource in resources:
        done = stock_at = 0
        while count := _write_batch(store, context, resource, clock()):
            done += count
            told(resource.name, done)
            if done >= stock_at:
                stock_at = 2 * done
                with store.begin() as session:
                    take_stock(session, "record_state")
        _try_pending(store, context, resource)


def writing_of(session: Session, context: RunContext, resource: Resource) -> Writing:
    facts = FactWriter(session, at=context.at, run_id=context.run_id, is_batched=True)
    return Writing(session, context, facts, frozenset(rule.name for rule in resource.rules))


def _identify_all(store: Store, context: RunContext, resource: Resource, clock: Clock) -> None:
    last = 0
    while True:
        with store.begin() as session:
            context.renew(session, clock())
            names = WRITERS[resource.target or ""].identified_by
            asked = [StagedRecord.mapped[name].as_string().label(name) for name in names]
            rows = session.execute(
                select(StagedRecord.id, StagedRecord.key, StagedRecord.entity_id, *asked)
                .where(
                    StagedRecord.run_id == context.run_id,
                    StagedRecord.resource == resource.name,
                    StagedRecord.action == "new",
                    StagedRecord.id > last,
                )
                .order_by(StagedRecord.id)
                .limit(_AT_ONCE)
            ).all()
            if not rows:
                return
            last = rows[-1].id
            _identify(session, context, resource, rows)


def _identify(session: Session, context: RunContext, resource: Resource, rows: Sequence[Any]) -> None:
    target = resource.target or ""
    writing = writing_of(session, context, resource)
    ids = writing.ids(target)
    ids.find([row.key for row in rows])
    fresh = [row for row in rows if ids.get(row.key) is None]
    writer = WRITERS[target]
    names = writer.identified_by
    strangers = [Newcomer(row.key, dict(zip(names, row[3:], strict=True))) for row in fresh if row.entity_id is None]
    made = writer.identify(writing, strangers)
    made |= {row.key: row.entity_id for row in fresh if row.entity_id is not None}
    insert_rows(
        session,
        SourceIdentity,
        ("source_id", "target", "key", "entity_id"),
        ((context.source_id, target, key, entity_id) for key, entity_id in made.items()),
    )
    if isinstance(writer, EmployeeWriter):
        numbered = [(row.employee_number, made[row.key]) for row in fresh if row.employee_number]
        writer.remember(writing, numbered)


def _write_batch(store: Store, context: RunContext, resource: Resource, now: datetime) -> int:
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
            .where(StagedRecord.run_id == context.run_id, StagedRecord.resource == resource.name)
            .order_by(StagedRecord.id)
            .limit(_AT_ONCE)
        ).all()
        if not staged:
            return 0
        batch = _Batch(session, context, resource, staged)
        batch.write_states()
        batch.write_facts()
        batch.write_changes()
        batch.take_away()
        return len(staged)


class _Batch:
    """Some staged rows of one resource, in one transaction."""

    def __init__(self, session: Session, context: RunContext, resource: Resource, staged: Sequence[Any]) -> None:
        self._session = session
        self._context = context
        self._resource = resource
        self._staged = staged
        self._first, self._last = staged[0].id, staged[-1].id
        self._writer: Writer = WRITERS[resource.target or ""]
        self._states: dict[str, Any] = {}

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
        self._states = {row.key: row for row in rows}

    def _in_batch(self) -> Any:
        return (
            (StagedRecord.run_id == self._context.run_id)
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
        self._session.execute(delete(StagedRecord).where(self._in_batch()))


def write_one(writer: Writer, writing: Writing, item: Item) -> None:
    """A record without an optional reference is written, and tried again by every later run."""
    waits_for: str | None = None
    missing: list[str] = []
    try:
        missing = writer.write(writing, item)
    except Unresolved as reason:
        waits_for = reason.field
    if waits_for or missing:
        writing.pending[item.record_id] = waits_for


def _try_pending(store: Store, context: RunContext, resource: Resource) -> None:
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


def changed_in_run(session: Session, run_id: int, record_ids: Iterable[int]) -> Mapping[int, str]:
    """The first action of this run on each of these records."""
    rows = session.execute(
        select(Change.record_id, Change.action).where(
            Change.run_id == run_id, is_one_of(session, Change.record_id, list(record_ids))
        )
    )
    found: dict[int, str] = {}
    for record_id, action in rows:
        found.setdefault(record_id, action)
    return found
