"""What a database knows, in words that do not depend on the order of writing: no row numbers, runs or clocks.

Two databases that were told the same are equal here, however often the process that wrote one of them was killed.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from sqlalchemy import Column, Table, func, select
from sqlalchemy.orm import Session

from connector.store import schema  # noqa: F401 - fills the registry
from connector.store.base import Base, Bitemporal
from connector.store.database import Store
from connector.store.sync_state import Change, QuarantinedRecord, RecordState

State = Counter[tuple[Any, ...]]
_ENTITIES = {"person": "employee", "org_unit": "unit", "job": "job", "competency": "competency"}
_OWN = frozenset({"id", "run_id", "entity_id", "recorded_from", "first_run_id", "last_run_id"})
_COUNTED = (*_ENTITIES, "source_identity", "training", "due_work", "outbox")


def state_of(store: Store, *, leave_out: frozenset[str] = frozenset()) -> State:
    """Every fact, record, change and problem, and how often it is there; plus the number of rows of bare identities.

    `leave_out` names columns that do not count.
    """
    with store.read() as session:
        names = _names(session)
        found: State = Counter()
        for model in _models():
            table: Table = model.__table__  # type: ignore[assignment]
            for row in session.execute(select(table)).mappings():
                found[_told(table, row, names, _OWN | leave_out)] += 1
        for name in _COUNTED:
            count = session.scalar(select(func.count()).select_from(Base.metadata.tables[name]))
            found["rows of", name] = count or 0
        return found


def missing_in(store: Store) -> int:
    """Records held to be missing."""
    with store.read() as session:
        return (
            session.scalar(select(func.count()).select_from(RecordState).where(RecordState.missing_since.is_not(None)))
            or 0
        )


def _models() -> list[type[Base]]:
    facts = [mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Bitemporal)]
    return [*facts, RecordState, Change, QuarantinedRecord]


def _names(session: Session) -> dict[tuple[str, int], str]:
    """What each row number stands for: the source's own key."""
    identities = Base.metadata.tables["source_identity"]
    found = {
        (table, row.entity_id): f"{table} {row.key}"
        for row in session.execute(select(identities))
        for table, target in _ENTITIES.items()
        if row.target == target
    }
    for record in session.execute(select(RecordState.id, RecordState.resource, RecordState.key)):
        found["record_state", record.id] = f"{record.resource} {record.key}"
    return found


def _told(table: Table, row: Any, names: dict[tuple[str, int], str], leave_out: frozenset[str]) -> tuple[Any, ...]:
    columns = [column for column in table.columns if column.name not in leave_out]
    return (table.name, *(_value(column, row[column.name], names) for column in columns))


def _value(column: Column[Any], value: Any, names: dict[tuple[str, int], str]) -> Any:
    target = "record_state" if column.name == "record_id" else next(
        (key.column.table.name for key in column.foreign_keys), ""
    )  # fmt: skip
    if value is not None and (target in _ENTITIES or target == "record_state"):
        return names.get((target, value), f"{target} that no source knows")
    if target == "sync_run":
        return None
    if isinstance(value, dt.datetime):
        return "a moment"
    return repr(value) if isinstance(value, (dict, list)) else value
