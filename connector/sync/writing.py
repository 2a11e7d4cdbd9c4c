"""One transaction of writing, opened for a resource."""

from __future__ import annotations

from sqlalchemy.orm import Session

from connector.store.facts import FactWriter
from connector.sync.context import RunContext
from connector.sync.mapping import Resource
from connector.sync.writers import Unresolved, Writer
from connector.sync.writers.base import Item, Writing


def writing_of(session: Session, context: RunContext, resource: Resource) -> Writing:
    facts = FactWriter(session, at=context.at, run_id=context.run_id, is_batched=True)
    return Writing(session, context, facts, frozenset(rule.name for rule in resource.rules))


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
