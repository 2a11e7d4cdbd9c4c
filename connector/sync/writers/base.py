"""What the engine asks of a writer, and what it hands over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from connector.store.facts import FactWriter
from connector.store.hr import SourceIdentity
from connector.store.sync_state import RecordState
from connector.sync.context import RunContext
from connector.sync.identities import EmployeeNumbers, Identities, Newcomers


class Unresolved(Exception):  # noqa: N818
    """A reference that must be there is not: the record waits. `field` names it."""

    def __init__(self, field_name: str) -> None:
        self.field = field_name
        super().__init__(field_name)


@dataclass(slots=True)
class Writing:
    """One transaction of writing records of one target."""

    session: Session
    context: RunContext
    facts: FactWriter
    identities: dict[str, Identities] = field(default_factory=dict)
    numbers: EmployeeNumbers = field(init=False)
    newcomers: Newcomers = field(init=False)

    def __post_init__(self) -> None:
        self.numbers = EmployeeNumbers(self.session, self.context)
        self.newcomers = Newcomers(self.session, self.context)

    def is_held_elsewhere(self, target: str, entity_id: int) -> bool:
        """Whether another source still has a record of this: then one source alone does not end it."""
        return (
            self.session.scalar(
                select(SourceIdentity.id)
                .join(
                    RecordState,
                    and_(RecordState.source_id == SourceIdentity.source_id, RecordState.key == SourceIdentity.key),
                )
                .where(
                    SourceIdentity.target == target,
                    SourceIdentity.entity_id == entity_id,
                    SourceIdentity.source_id != self.context.source_id,
                    RecordState.entity_id == entity_id,
                    RecordState.missing_since.is_(None),
                )
                .limit(1)
            )
            is not None
        )

    def ids(self, target: str) -> Identities:
        if target not in self.identities:
            self.identities[target] = Identities(self.session, self.context.source_id, target)
        return self.identities[target]


@dataclass(frozen=True, slots=True)
class Item:
    """One record to write: its number in record_state, our id (if it has one), and what it was mapped to.

    `changed` holds the fields that changed in this run; None for a record that is new in it.
    """

    record_id: int
    entity_id: int | None
    mapped: Mapping[str, Any]
    changed: frozenset[str] | None = field(default_factory=frozenset)

    def day(self, name: str) -> date | None:
        value = self.mapped.get(name)
        return date.fromisoformat(value) if value else None


class Writer(Protocol):
    """One target. `references` maps each field that holds a source key to the target it points at."""

    references: Mapping[str, str]

    def prepare(self, writing: Writing, new: Sequence[Mapping[str, Any]]) -> None:
        """Read and make at once what `identify` will need for these new records."""

    def identify(self, writing: Writing, key: str, mapped: Mapping[str, Any]) -> int | None:
        """Our id for a new record (None: the target has no identity of its own). Unresolved: it waits for a person."""

    def prefetch(self, writing: Writing, items: Sequence[Item]) -> None:
        """Read at once what is believed of the items that `write` will be called with."""

    def write(self, writing: Writing, item: Item) -> list[str]:
        """Write the facts; gives the optional references that could not be found. Unresolved: a needed one was not."""

    def end(self, writing: Writing, item: Item, absent: str) -> None:
        """A complete scan no longer holds the record; `absent` is what the mapping says that means."""
