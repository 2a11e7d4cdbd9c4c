"""One page of raw records against what we know: what is new, changed, the same, out of scope or in quarantine.

Nothing is written here. What it has to ask of the database it asks through a `Lookup`, many keys at a time, so that a
scan of any length needs no more memory than a page.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from connector.domain.guard import is_somebody_else
from connector.errors import RecordError
from connector.sources.reader import Raw
from connector.sync.record_map import RecordMap
from connector.sync.report import Counts

Mapped = Mapping[str, Any]
DELETED = "\0deleted"  # the one member of a record that only says: the source has deleted this key


class Known(NamedTuple):
    """The last accepted state of a record, without what it was mapped to."""

    id: int
    hash: bytes
    is_missing: bool


@dataclass(frozen=True, slots=True)
class Earlier:
    """What this scan already decided of a key: what it was mapped to, None when it was refused."""

    mapped: Mapped | None
    action: str = ""


_UNMOVED = Earlier(None, "unmoved")


class Lookup(Protocol):
    """What the classifier needs to know of the database."""

    def known(self, keys: Collection[str]) -> Mapping[str, Known]:
        """The records of these keys that we know."""

    def mapped(self, ids: Collection[int]) -> Mapping[int, Mapped]:
        """What these known records were mapped to."""

    def earlier(self, keys: Collection[str]) -> Mapping[str, Earlier]:
        """What an earlier page of this scan decided of these keys."""

    def was_seen(self, record_id: int) -> bool:
        """Whether an earlier page of this scan held this known record."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A record to write: `new` (no `known`), `changed`, `returned`, or `same` content in a record with another hash."""

    key: str
    action: str
    hash: bytes
    mapped: Mapped
    known: Known | None = None
    base: Mapped | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A record that cannot be taken, with every reason."""

    key: str
    hash: bytes
    raw: Raw
    errors: list[RecordError]


@dataclass(slots=True)
class PageResult:
    counts: Counts = field(default_factory=Counts)
    decisions: dict[str, Decision] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    doubtful: list[Decision] = field(default_factory=list)  # known records that seem to speak of somebody else now
    seen: list[int] = field(default_factory=list)  # known records that this page held, whatever became of them
    deleted: list[str] = field(default_factory=list)  # keys that the source says it has deleted
    withdrawn: list[str] = field(default_factory=list)  # staged by an earlier page: the same key came again, otherwise


class _Entry(NamedTuple):
    key: str
    digest: bytes
    raw: Raw


class Classifier:
    """Decides on the records of one scan, page by page."""

    def __init__(
        self, record_map: RecordMap, lookup: Lookup, corrections: Mapping[str, Mapping[str, Any]] | None = None
    ) -> None:
        self._map = record_map
        self._lookup = lookup
        self._corrections = corrections or {}
        self._is_employee = record_map.resource.target == "employee"
        self._mentioned: set[str] = set()  # for things that records only mention: few, however many records

    def page(self, raws: Iterable[Raw]) -> PageResult:
        result = PageResult()
        entries = self._entries(raws, result)
        known = self._lookup.known([entry.key for entry in entries])
        had: dict[str, Earlier] = {}
        moved: list[tuple[_Entry, Known | None]] = []
        for entry in entries:
            state = known.get(entry.key)
            if state is None or state.is_missing or state.hash != entry.digest or self._is_repeated(entry, state, had):
                moved.append((entry, state))
                continue
            had[entry.key] = _UNMOVED  # nearly all of them: seen, nothing else
            result.seen.append(state.id)
        result.counts.same += len(result.seen)
        if moved:
            self._moved(moved, had, result)
        return result

    def _is_repeated(self, entry: _Entry, state: Known, had: Mapping[str, Earlier]) -> bool:
        return entry.key in had or self._lookup.was_seen(state.id)

    def _moved(self, moved: list[tuple[_Entry, Known | None]], had: dict[str, Earlier], result: PageResult) -> None:
        """What is not simply the same as last time."""
        seen = {state.id for _, state in moved if state is not None and self._lookup.was_seen(state.id)}
        repeated = {entry.key for entry, state in moved if state is None or state.id in seen}
        earlier = self._lookup.earlier(repeated) if repeated else {}
        bases = self._lookup.mapped({state.id for _, state in moved if state is not None})
        for entry, state in moved:
            if entry.key in had or entry.key in earlier or (state is not None and state.id in seen):
                if self._map.resource.distinct:  # mentioned before a crash: one mention is enough
                    result.counts.read -= 1
                    continue
                self._again(entry, state, had.get(entry.key) or earlier.get(entry.key), bases, result)
                continue
            had[entry.key] = self._first(entry, state, bases, result)

    def _entries(self, raws: Iterable[Raw], result: PageResult) -> list[_Entry]:
        """The records in scope that have a key; what only mentions a thing counts once."""
        found: list[_Entry] = []
        counts, record_map = result.counts, self._map
        is_distinct, corrections = record_map.resource.distinct, self._corrections
        has_scope, key_of, hash_of = record_map.resource.only is not None, record_map.key, record_map.hash
        for raw in raws:
            counts.received += 1
            if DELETED in raw:
                result.deleted.append(raw[DELETED])
                continue
            in_scope = not has_scope or record_map.is_in_scope(raw)
            if is_distinct and not in_scope:
                continue
            key = key_of(raw) if in_scope else None
            if is_distinct and key is not None:
                if key in self._mentioned:
                    continue
                self._mentioned.add(key)
            counts.read += 1
            if not in_scope:
                counts.out_of_scope += 1
            elif key is None:
                digest = record_map.hash(raw)
                self._refuse(Problem(f"?{digest.hex()}", digest, raw, [RecordError("has no key")]), result)
            else:
                found.append(_Entry(key, hash_of(raw, corrections.get(key) if corrections else None), raw))
        return found

    def _first(self, entry: _Entry, state: Known | None, bases: Mapping[int, Mapped], result: PageResult) -> Earlier:
        if state is not None:
            result.seen.append(state.id)
        mapped, errors = self._map.map(entry.raw, self._corrections.get(entry.key))
        if errors:
            self._refuse(Problem(entry.key, entry.digest, entry.raw, errors), result)
            return Earlier(None)
        decision = self._decision(entry, mapped, state, bases)
        if self._is_employee and decision.base is not None and is_somebody_else(decision.base, mapped):
            result.doubtful.append(decision)
            result.counts.waiting += 1
            return Earlier(mapped, "waiting")
        result.decisions[entry.key] = decision
        _count(result.counts, decision.action, 1)
        return Earlier(mapped, decision.action)

    def _decision(self, entry: _Entry, mapped: Mapped, state: Known | None, bases: Mapping[int, Mapped]) -> Decision:
        if state is None:
            return Decision(entry.key, "new", entry.digest, mapped)
        base = bases[state.id]
        action = "returned" if state.is_missing else "same" if base == mapped else "changed"
        return Decision(entry.key, action, entry.digest, mapped, state, base)

    def _again(
        self,
        entry: _Entry,
        state: Known | None,
        before: Earlier | None,
        bases: Mapping[int, Mapped],
        result: PageResult,
    ) -> None:
        """The same key twice in one scan: harmless if it says the same, else nobody knows which one is right."""
        mapped, errors = self._map.map(entry.raw, self._corrections.get(entry.key))
        said = before.mapped if before is not None else None
        if said is None and state is not None and (before is None or before.action == "unmoved"):
            said = bases.get(state.id) or self._lookup.mapped({state.id})[state.id]
        if not errors and said == mapped:
            result.counts.same += 1
            return
        if before is not None and before.action in ("new", "changed", "returned", "same"):
            if result.decisions.pop(entry.key, None) is None:
                result.withdrawn.append(entry.key)
            _count(result.counts, before.action, -1)
            result.counts.quarantined += 1
        reason = RecordError("the same key came twice with different content")
        self._refuse(Problem(entry.key, entry.digest, entry.raw, [reason]), result)

    def _refuse(self, problem: Problem, result: PageResult) -> None:
        result.problems.append(problem)
        result.counts.quarantined += 1


def _count(counts: Counts, action: str, by: int) -> None:
    if action == "new":
        counts.new += by
    elif action == "same":
        counts.same += by
    else:
        counts.changed += by
