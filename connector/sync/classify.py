"""One page of raw records against what we know: what is new, changed, the same, out of scope or in quarantine.

Nothing is written here: `apply_page` writes what this decides, and a dry run only counts it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connector.errors import RecordError
from connector.sources.reader import Raw
from connector.sync.record_map import RecordMap, plain
from connector.sync.report import Counts, FieldChange


@dataclass(frozen=True, slots=True)
class Known:
    """What the last accepted state of a record was."""

    id: int
    hash: bytes
    mapped: Mapping[str, Any]
    is_missing: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """A record to write: new (no `known`), changed, or the same content in a record with another hash."""

    key: str
    hash: bytes
    mapped: dict[str, Any]
    known: Known | None
    changes: list[FieldChange]


@dataclass(frozen=True, slots=True)
class Problem:
    """A record that cannot be taken, with every reason."""

    key: str
    hash: bytes
    raw: Raw
    known: Known | None
    errors: list[RecordError]


@dataclass(slots=True)
class PageResult:
    counts: Counts = field(default_factory=Counts)
    decisions: list[Decision] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    seen: list[int] = field(default_factory=list)  # known records that this page held, whatever became of them


class Classifier:
    """Decides on the records of one scan, page by page; it remembers which keys the scan has had."""

    def __init__(self, record_map: RecordMap) -> None:
        self._map = record_map
        self._had: dict[str, bytes] = {}

    def page(self, raws: Iterable[Raw], known: Mapping[str, Known]) -> PageResult:
        """Decide on one page; `known` must hold every key of the page that we know."""
        result = PageResult()
        pending: dict[str, Decision] = {}
        for raw in raws:
            result.counts.received += 1
            if not self._is_repeated(raw):
                result.counts.read += 1
                self._record(raw, known, pending, result)
        result.decisions = list(pending.values())
        return result

    def _is_repeated(self, raw: Raw) -> bool:
        """Where records only mention a thing (the unit of an employee), one mention is enough."""
        if not self._map.resource.distinct:
            return False
        return not self._map.is_in_scope(raw) or self._map.key(raw) in self._had

    def _record(self, raw: Raw, known: Mapping[str, Known], pending: dict[str, Decision], result: PageResult) -> None:
        if not self._map.is_in_scope(raw):
            result.counts.out_of_scope += 1
            return
        digest = self._map.hash(raw)
        key = self._map.key(raw)
        if key is None:
            self._refuse(Problem(f"?{digest.hex()}", digest, raw, None, [RecordError("has no key")]), result)
            return
        state = known.get(key)
        if key in self._had:
            self._again(key, raw, digest, state, pending, result)
            return
        if state is not None:
            result.seen.append(state.id)
            if state.hash == digest and not state.is_missing:
                self._had[key] = _content(state.mapped)
                result.counts.same += 1
                return
        mapped, errors = self._map.map(raw)
        if errors:
            self._had[key] = b""
            self._refuse(Problem(key, digest, raw, state, errors), result)
            return
        self._had[key] = _content(mapped)
        decision = Decision(key, digest, mapped, state, self._changes(key, mapped, state))
        pending[key] = decision
        self._count(decision, result.counts)

    def _again(
        self,
        key: str,
        raw: Raw,
        digest: bytes,
        state: Known | None,
        pending: dict[str, Decision],
        result: PageResult,
    ) -> None:
        """The same key twice in one scan: harmless if it says the same, else nobody knows which one is right."""
        mapped, errors = self._map.map(raw)
        if not errors and _content(mapped) == self._had[key]:
            result.counts.same += 1
            return
        if key in pending:
            first = pending.pop(key)
            self._withdraw(first, result.counts)
        reason = RecordError("the same key came twice with different content")
        self._refuse(Problem(key, digest, raw, state, [reason]), result)

    def _withdraw(self, decision: Decision, counts: Counts) -> None:
        if decision.known is None:
            counts.new -= 1
        elif decision.changes:
            counts.changed -= 1
        else:
            counts.same -= 1
        counts.quarantined += 1

    def _refuse(self, problem: Problem, result: PageResult) -> None:
        result.problems.append(problem)
        result.counts.quarantined += 1

    def _count(self, decision: Decision, counts: Counts) -> None:
        if decision.known is None:
            counts.new += 1
        elif decision.changes:
            counts.changed += 1
        else:
            counts.same += 1

    def _changes(self, key: str, mapped: Mapping[str, Any], state: Known | None) -> list[FieldChange]:
        name = self._map.resource.name
        if state is None:
            return [FieldChange(name, key, "new", None, None, None, self._map.cause(""))]
        found = [
            FieldChange(name, key, "changed", field, state.mapped.get(field), mapped.get(field), self._map.cause(field))
            for field in sorted({*state.mapped, *mapped})
            if state.mapped.get(field) != mapped.get(field)
        ]
        if state.is_missing:
            found.append(FieldChange(name, key, "returned", None, None, None, self._map.cause("")))
        return found


def _content(mapped: Mapping[str, Any]) -> bytes:
    return repr(sorted((name, plain(value)) for name, value in mapped.items())).encode()
