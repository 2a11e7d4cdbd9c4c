"""One page of raw records against what we know: what is new, changed, the same, out of scope or in quarantine.

Nothing is written here. What it has to ask of the database it asks through a `Lookup`, many keys at a time, so that a
scan of any length needs no more memory than a page.
"""

from __future__ import annotations

from array import array
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
        """The records of these keys that we know, and maybe others."""

    def mapped(self, ids: Collection[int]) -> Mapping[int, Mapped]:
        """What these known records were mapped to."""

    def earlier(self, keys: Collection[str]) -> Mapping[str, Earlier]:
        """What an earlier page of this scan decided of these keys."""

    def seen_among(self, ids: Collection[int]) -> Collection[int]:
        """Those of these known records that an earlier page of this scan held."""


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
    # Known records that this page held, whatever became of them.
    seen: array[int] = field(default_factory=lambda: array("q"))
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

    def page(self, raws: Collection[Raw]) -> PageResult:
        result = PageResult()
        entries = self._entries(raws, result)
        known = self._lookup.known([entry.key for entry in entries])
        unmoved, moved = _parted(entries, known, frozenset())
        repeated = self._lookup.seen_among(unmoved.values())
        if repeated:
            unmoved, moved = _parted(entries, known, frozenset(repeated))
        result.seen.extend(unmoved.values())
        result.counts.same += len(unmoved)
        if moved:
            self._moved(moved, dict.fromkeys(unmoved, _UNMOVED), result)
        return result

    def _moved(self, moved: list[tuple[_Entry, Known | None]], had: dict[str, Earlier], result: PageResult) -> None:
        """What is not simply the same as last time."""
        seen = set(self._lookup.seen_among([state.id for _, state in moved if state is not None]))
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

    def _entries(self, raws: Collection[Raw], result: PageResult) -> list[_Entry]:
        """The records in scope that have a key; what only mentions a thing counts once."""
        counts, record_map, corrections = result.counts, self._map, self._corrections
        key_of, hash_of = record_map.key, record_map.hash
        mentioned = self._mentioned if record_map.resource.distinct else None
        inside = self._inside(raws, result)
        counts.read += len(inside)
        found: list[_Entry] = []
        for raw in inside:
            key = key_of(raw)
            if key is None:
                digest = hash_of(raw)
                self._refuse(Problem(f"?{digest.hex()}", digest, raw, [RecordError("has no key")]), result)
                continue
            if mentioned is not None:
                if key in mentioned:
                    counts.read -= 1
                    continue
                mentioned.add(key)
            found.append(_Entry(key, hash_of(raw, corrections.get(key) if corrections else None), raw))
        return found

    def _inside(self, raws: Collection[Raw], result: PageResult) -> Collection[Raw]:
        """The records in scope; those out of it are counted, and marks of what was deleted are put aside."""
        result.counts.received += len(raws)
        result.deleted = [raw[DELETED] for raw in raws if DELETED in raw]
        there = [raw for raw in raws if DELETED not in raw] if result.deleted else raws
        if self._map.resource.only is None:
            return there
        inside = [raw for raw in there if self._map.is_in_scope(raw)]
        if not self._map.resource.distinct:
            result.counts.read += len(there) - len(inside)
            result.counts.out_of_scope += len(there) - len(inside)
        return inside

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


def _parted(
    entries: Iterable[_Entry], known: Mapping[str, Known], seen: Collection[int]
) -> tuple[dict[str, int], list[tuple[_Entry, Known | None]]]:
    """What is simply the same as last time (nearly everything), by key; and the other records with what is known."""
    unmoved: dict[str, int] = {}
    moved: list[tuple[_Entry, Known | None]] = []
    for entry in entries:
        key, digest, _ = entry
        state = known.get(key)
        if state is None or state.hash != digest or state.is_missing or key in unmoved or state.id in seen:
            moved.append((entry, state))
        else:
            unmoved[key] = state.id
    return unmoved, moved
