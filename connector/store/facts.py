"""Reading and writing bitemporal rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, inspect, or_, select, update
from sqlalchemy.orm import Session

from connector.domain.bitemporal import Belief, Revision, end, holding_at, revise, rewrite
from connector.store.base import Bitemporal
from connector.store.bulk import insert_rows
from connector.store.dialects import is_one_of

_CLOCKS = {"id", "valid_from", "valid_to", "recorded_from", "recorded_to", "run_id", "record_id"}

Model = type[Bitemporal]
Key = tuple[Any, ...]
Row = tuple[Any, ...]


def holds(model: Model, on: date, known_at: datetime | None = None) -> ColumnElement[bool]:
    """The condition `holds on this day`, as believed now or as it was believed at `known_at`."""
    valid = and_(model.valid_from <= on, or_(model.valid_to.is_(None), model.valid_to > on))
    if known_at is None:
        return and_(valid, model.recorded_to.is_(None))
    return and_(
        valid,
        model.recorded_from <= known_at,
        or_(model.recorded_to.is_(None), model.recorded_to > known_at),
    )


class FactWriter:
    """Writes facts of one run: every row gets the moment, the run and the source record it came from.

    With `is_batched`, beliefs named to `prefetch` are read at once, and rows are written at once by `flush`; else
    every call reads and writes by itself. What was believed is never edited: its row is closed, new rows follow.

    Values that a call does not name are not changed: another source said them, or nobody.
    """

    def __init__(self, session: Session, *, at: datetime, run_id: int | None = None, is_batched: bool = False) -> None:
        self._session = session
        self._at = at
        self._run_id = run_id
        self._is_batched = is_batched
        self._held: dict[Model, dict[Key, list[Belief]]] = defaultdict(dict)
        self._closed: dict[Model, list[int]] = defaultdict(list)
        self._new: dict[Model, dict[int, Row]] = defaultdict(dict)
        self._last_new = 0  # rows that are not written yet have negative numbers

    def assume_nothing(self, models: Collection[Model], key: Key) -> None:
        """Nothing is believed of this key: what it names was made just now."""
        for model in models:
            self._held[model][key] = []

    def prefetch(self, model: Model, keys: Collection[Key]) -> None:
        """Read what is believed of these keys (in the order of the model's `fact_key`) at once."""
        held = self._held[model]
        wanted = {key for key in keys if key not in held}
        if not wanted:
            return
        first = getattr(model, model.fact_key[0])
        for key in wanted:
            held[key] = []
        for belief_key, belief in self._read(model, is_one_of(self._session, first, {key[0] for key in wanted})):
            if belief_key in wanted:
                held[belief_key].append(belief)

    def believe(
        self,
        model: Model,
        key: Mapping[str, Any],
        values: Mapping[str, Any],
        valid_from: date,
        record_id: int | None = None,
    ) -> bool:
        """Believe `values` of `key` from a day on; True when that changed anything."""
        beliefs = self._beliefs(model, key)
        return self._revise(
            model, key, revise(beliefs, self._full(model, beliefs, valid_from, values), valid_from), record_id
        )

    def rewrite(
        self,
        model: Model,
        key: Mapping[str, Any],
        stretches: Sequence[tuple[date, Mapping[str, Any]]],
        record_id: int | None = None,
    ) -> bool:
        """Believe exactly these stretches of `key` from the first one's day on; True when that changed anything."""
        beliefs = self._beliefs(model, key)
        full = [(day, self._full(model, beliefs, day, values)) for day, values in stretches]
        return self._revise(model, key, rewrite(beliefs, full), record_id)

    def begin(
        self, model: Model, key: Key, values: Mapping[str, Any], valid_from: date, record_id: int | None = None
    ) -> None:
        """The first belief of a key of which nothing is believed yet, and the only one until the next flush."""
        self._last_new -= 1
        clocks = (valid_from, None, self._at, None, self._run_id, record_id)
        self._new[model][self._last_new] = (*clocks, *key, *map(values.get, _value_columns(model)))

    def believe_record(self, model: Model, record_id: int, values: Mapping[str, Any], valid_from: date) -> bool:
        """Believe one thing of a source record whose own number is its only identity (an absence)."""
        key = {"record_id": record_id}
        start = min((belief.valid_from for belief in self._beliefs(model, key)), default=valid_from)
        return self.rewrite(model, key, [(start, values)], record_id)

    def end(self, model: Model, key: Mapping[str, Any], on: date, record_id: int | None = None) -> bool:
        """Believe that nothing of `key` holds from a day on; True when that changed anything."""
        return self._revise(model, key, end(self._beliefs(model, key), on), record_id)

    def end_record(self, model: Model, record_id: int, on: date) -> bool:
        """Believe that what one source record said no longer holds from a day on."""
        self.flush()
        self._held[model].clear()  # these beliefs are found by their record, not by their key
        found: dict[Key, list[Belief]] = defaultdict(list)
        for key, belief in self._read(model, model.record_id == record_id):
            found[key].append(belief)
        done = [
            self._write(model, dict(zip(model.fact_key, key, strict=True)), end(beliefs, on), record_id)
            for key, beliefs in found.items()
        ]
        self.flush()
        return any(done)

    def flush(self) -> None:
        """Write what was decided: close rows, then add rows."""
        for model, ids in self._closed.items():
            if ids:
                self._session.execute(
                    update(model)
                    .where(is_one_of(self._session, model.id, ids))
                    .values(recorded_to=self._at)
                    .execution_options(synchronize_session=False)
                )
        for model, rows in self._new.items():
            if rows:
                insert_rows(self._session, model, _columns(model), rows.values())
        if not self._is_batched or any(self._new.values()):
            self._held.clear()  # new rows have numbers of their own now
        self._closed.clear()
        self._new.clear()

    def _beliefs(self, model: Model, key: Mapping[str, Any]) -> list[Belief]:
        whole = tuple(key[name] for name in model.fact_key)
        if whole not in self._held[model]:
            self.prefetch(model, [whole])
        return self._held[model][whole]

    def _full(self, model: Model, beliefs: Sequence[Belief], on: date, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values with what is believed already of the others."""
        held = holding_at(beliefs, on)
        before: Mapping[str, Any] = held.values if held is not None else {}
        return {name: values[name] if name in values else before.get(name) for name in _value_columns(model)}

    def _read(self, model: Model, condition: ColumnElement[bool]) -> list[tuple[Key, Belief]]:
        names = _value_columns(model)
        columns = [
            getattr(model, name) for name in ("id", "valid_from", "valid_to", "record_id", *model.fact_key, *names)
        ]
        count = len(model.fact_key)
        rows = self._session.execute(
            select(*columns).where(model.recorded_to.is_(None), condition).order_by(model.valid_from)
        )
        return [
            (
                tuple(row[4 : 4 + count]),
                Belief(row[0], row[1], row[2], dict(zip(names, row[4 + count :], strict=True)), row[3]),
            )
            for row in rows
        ]

    def _revise(self, model: Model, key: Mapping[str, Any], revision: Revision, record_id: int | None) -> bool:
        changed = self._write(model, key, revision, record_id)
        if not self._is_batched:
            self.flush()
        return changed

    def _write(self, model: Model, key: Mapping[str, Any], revision: Revision, record_id: int | None) -> bool:
        if revision.is_empty:
            return False
        whole = tuple(key[name] for name in model.fact_key)
        held = [belief for belief in self._held[model].get(whole, []) if belief.ref not in revision.close]
        for ref in revision.close:
            if self._new[model].pop(ref, None) is None:
                self._closed[model].append(ref)
        names = _value_columns(model)
        added = whole if model.fact_key != ("record_id",) else ()
        for new in revision.insert:
            self._last_new -= 1
            origin = new.origin if new.origin is not None else record_id
            clocks = (new.valid_from, new.valid_to, self._at, None, self._run_id, origin)
            self._new[model][self._last_new] = (*clocks, *added, *map(new.values.__getitem__, names))
            held.append(Belief(self._last_new, new.valid_from, new.valid_to, new.values, origin))
        self._held[model][whole] = held if len(held) == 1 else sorted(held, key=lambda belief: belief.valid_from)
        return True


def _once(find: Callable[[Model], tuple[str, ...]]) -> Callable[[Model], tuple[str, ...]]:
    found: dict[Model, tuple[str, ...]] = {}

    def names(model: Model) -> tuple[str, ...]:
        if model not in found:
            found[model] = find(model)
        return found[model]

    return names


_WRITTEN_CLOCKS = ("valid_from", "valid_to", "recorded_from", "recorded_to", "run_id", "record_id")


@_once
def _columns(model: Model) -> tuple[str, ...]:
    """The columns that a new row is written with, in the order of `Row`."""
    keys = tuple(name for name in model.fact_key if name not in _WRITTEN_CLOCKS)
    return (*_WRITTEN_CLOCKS, *keys, *_value_columns(model))


@_once
def _value_columns(model: Model) -> tuple[str, ...]:
    """The columns of a model that say something: neither its clocks nor its key."""
    return tuple(
        column.key
        for column in inspect(model).column_attrs
        if column.key not in _CLOCKS and column.key not in model.fact_key
    )
