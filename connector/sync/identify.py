"""Everything new gets an id of ours before anything is written, so that a record may refer to one that came later (a
supervisor below his employee)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.store.bulk import insert_rows
from connector.store.database import Store
from connector.store.dialects import unindexed
from connector.store.hr import SourceIdentity
from connector.store.sync_plan import StagedRecord
from connector.sync.context import RunContext
from connector.sync.mapping import Resource
from connector.sync.writers import WRITERS
from connector.sync.writers.base import Newcomer
from connector.sync.writers.employee import EmployeeWriter
from connector.sync.writing import writing_of

_AT_ONCE = 5_000


def identify_all(store: Store, context: RunContext, resource: Resource, clock: Callable[[], datetime]) -> None:
    last = 0
    while True:
        with store.begin() as session:
            context.renew(session, clock())
            names = WRITERS[resource.target or ""].identified_by
            asked = [StagedRecord.mapped[name].as_string().label(name) for name in names]
            rows = session.execute(
                select(StagedRecord.id, StagedRecord.key, StagedRecord.entity_id, *asked)
                .where(
                    unindexed(session, StagedRecord.run_id) == context.run_id,
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
