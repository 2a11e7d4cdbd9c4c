"""What the next sync would make of one record, and why: decided as a run decides it, and nothing is kept."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.errors import RecordError
from connector.sources.reader import Raw
from connector.store.dialects import is_one_of
from connector.store.sync_plan import MatchCase
from connector.store.sync_state import RecordState
from connector.sync.classify import Classifier, Earlier, Known
from connector.sync.context import RunContext
from connector.sync.corrections import corrections_of
from connector.sync.correlate import Correlator
from connector.sync.diff import differences
from connector.sync.fetch import Fetcher
from connector.sync.mapping import Resource, SystemMapping
from connector.sync.record_map import RecordMap
from connector.sync.report import FieldChange


@dataclass(frozen=True, slots=True)
class Retraced:
    """`action`: new | changed | returned | same | quarantine | waits | out_of_scope. `changes` has a line for each
    field. For a new person: `match` as a run keeps it ({by, …}), or the `candidates` among whom a person must choose.
    """

    action: str
    errors: tuple[RecordError, ...] = ()
    changes: tuple[FieldChange, ...] = ()
    person_id: int | None = None
    match: Mapping[str, Any] | None = None
    candidates: tuple[Mapping[str, Any], ...] = ()


def find_records(fetcher: Fetcher, mapping: SystemMapping, resource: Resource, key: str) -> list[Raw]:
    """The records of this key as they came: seldom more than one, but only a whole reading tells so."""
    record_map = RecordMap(resource, mapping.digest)
    return [raw for raw in _records(fetcher, resource) if record_map.key(raw) == key]


def retrace(
    session: Session, context: RunContext, mapping: SystemMapping, resource: Resource, key: str, raws: Sequence[Raw]
) -> Retraced:
    """Decide on what came under one key. What that adds to the session, the caller must roll back."""
    lookup = _Lookup(session, context.source_id, resource.name)
    corrections = corrections_of(session, context, resource.name).current
    classifier = Classifier(RecordMap(resource, mapping.digest), lookup, corrections)
    result = classifier.page(raws)
    if result.counts.out_of_scope == len(raws):
        return Retraced("out_of_scope")
    if result.problems:
        return Retraced("quarantine", errors=tuple(result.problems[0].errors))
    matcher = Correlator(context, resource.name) if resource.target == "employee" else None
    matches = matcher.match(session, result) if matcher is not None else {}
    decision = result.decisions.get(key)
    if decision is None and (result.doubtful or result.counts.waiting):
        return Retraced("waits", candidates=_candidates(session, context, resource, key))
    if decision is None:
        return Retraced("same")
    changes = differences(resource, key, decision.action, decision.base, decision.mapped)
    if decision.action == "new":
        lines = {rule.name: rule.line for rule in resource.rules}
        changes += [
            FieldChange(resource.name, key, "new", name, None, value, lines.get(name, ""))
            for name, value in sorted(decision.mapped.items())
        ]
    person_id, match = matches.get(key, (None, None))
    return Retraced(decision.action, (), tuple(changes), person_id, match)


def _records(fetcher: Fetcher, resource: Resource) -> Iterator[Raw]:
    for page in fetcher.pages(resource, None):
        yield from page.records


def _candidates(session: Session, context: RunContext, resource: Resource, key: str) -> tuple[Mapping[str, Any], ...]:
    """Those of the case that the matcher has opened, or opened anew, in this session."""
    case = session.scalar(
        select(MatchCase).where(
            MatchCase.source_id == context.source_id, MatchCase.resource == resource.name, MatchCase.key == key
        )
    )
    return tuple(case.candidates) if case is not None else ()


class _Lookup:
    """The classifier's questions about one record by itself."""

    def __init__(self, session: Session, source_id: int, resource: str) -> None:
        self._session = session
        self._of = (RecordState.source_id == source_id, RecordState.resource == resource)

    def known(self, keys: Collection[str]) -> Mapping[str, Known]:
        rows = self._session.scalars(
            select(RecordState).where(*self._of, is_one_of(self._session, RecordState.key, keys))
        )
        return {row.key: Known(row.id, row.hash, row.missing_since is not None) for row in rows}

    def mapped(self, ids: Collection[int]) -> Mapping[int, Mapping[str, Any]]:
        if not ids:
            return {}
        rows = self._session.scalars(select(RecordState).where(is_one_of(self._session, RecordState.id, ids)))
        return {row.id: row.mapped for row in rows}

    def earlier(self, keys: Collection[str]) -> Mapping[str, Earlier]:
        return {}

    def seen_among(self, ids: Collection[int]) -> Collection[int]:
        return ()
