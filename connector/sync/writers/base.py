"""What the engine asks of a writer, and what it hands over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from connector.store.dialects import is_one_of
from connector.store.facts import FactWriter
from connector.store.hr import SourceIdentity
from connector.store.sync_state import RecordState
from connector.sync.context import RunContext
from connector.sync.identities import EmployeeNumbers, Identities


class Unresolved(Exception):  # noqa: N818
    """A reference that must be there is not: the record waits. `field` names it."""

    def __init__(self, field_name: str) -> None:
        self.field = field_name
        super().__init__(field_name)


@dataclass(slots=True)
class Writing:
    """One transaction of writing records of one resource. `said` are the fields that its mapping maps: of any other
    field this source says nothing, so that what another one said stays."""

    session: Session
    context: RunContext
    facts: FactWriter
    said: frozenset[str]
    identities: dict[str, Identities] = field(default_factory=dict)
    rows: dict[Any, Any] = field(default_factory=dict)  # what `prefetch` read for `write`, where that is no fact
    pending: dict[int, str | None] = field(default_factory=dict)  # by record: the reference it cannot do without
    numbers: EmployeeNumbers = field(init=False)

    def __post_init__(self) -> None:
        self.numbers = EmployeeNumbers(self.session, self.context)

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

    def led_fields(self, person_ids: Sequence[int]) -> dict[int, frozenset[str]]:
        """Per person, the fields that a source ahead of this one says, as long as it holds that person."""
        led = self.context.led_by
        if not led or not person_ids:
            return {}
        rows = self.session.execute(
            select(RecordState.entity_id, RecordState.source_id)
            .join(
                SourceIdentity,
                and_(
                    SourceIdentity.source_id == RecordState.source_id,
                    SourceIdentity.key == RecordState.key,
                    SourceIdentity.entity_id == RecordState.entity_id,
                ),
            )
            .where(
                SourceIdentity.target == "employee",  # a unit may have the number of a person
                RecordState.source_id.in_(led),
                RecordState.missing_since.is_(None),
                is_one_of(self.session, RecordState.entity_id, person_ids),
            )
        )
        found: dict[int, frozenset[str]] = {}
        for person_id, source_id in rows:
            if person_id is not None:
                found[person_id] = found.get(person_id, frozenset()) | led[source_id]
        return found

    def ids(self, target: str) -> Identities:
        if target not in self.identities:
            self.identities[target] = Identities(self.session, self.context.source_id, target)
        return self.identities[target]


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A record that has no id of ours yet."""

    key: str
    mapped: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Item:
    """One record to write: its number in record_state, our id (if it has one), and what it was mapped to.

    `changed` holds the fields that changed in this run; None for a record that is new in it. `is_stranger` when nothing
    can be believed of it yet: its id was made in this run.
    """

    record_id: int
    entity_id: int | None
    mapped: Mapping[str, Any]
    changed: frozenset[str] | None = field(default_factory=frozenset)
    is_stranger: bool = False

    def day(self, name: str) -> date | None:
        value = self.mapped.get(name)
        return date.fromisoformat(value) if value else None


class Writer(Protocol):
    """One target. `references` maps each field that holds a source key to the target it points at; a target without
    `has_identity` (a rating, an absence) is only ever found by its record. `identified_by` are the fields that
    `identify` and the employee numbers need."""

    references: Mapping[str, str]
    has_identity: bool
    identified_by: tuple[str, ...]

    def identify(self, writing: Writing, new: Sequence[Newcomer]) -> dict[str, int]:
        """Make an id for each, or find the one of ours that it is."""

    def prefetch(self, writing: Writing, items: Sequence[Item]) -> None:
        """Read at once what is believed of the items that `write` will be called with."""

    def write(self, writing: Writing, item: Item) -> list[str]:
        """Write the facts; gives the optional references that could not be found. Unresolved: a needed one was not."""

    def end(self, writing: Writing, item: Item, absent: str) -> None:
        """A complete scan no longer holds the record; `absent` is what the mapping says that means."""
