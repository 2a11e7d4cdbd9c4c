"""Reading and writing bitemporal rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, inspect, or_, select
from sqlalchemy.orm import Session

from connector.domain.bitemporal import Belief, Revision, end, revise, rewrite
from connector.store.base import Bitemporal

_CLOCKS = {"id", "valid_from", "valid_to", "recorded_from", "recorded_to", "run_id", "record_id"}


def holds(model: type[Bitemporal], on: date, known_at: datetime | None = None) -> ColumnElement[bool]:
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
    """Writes facts of one run: every row gets the moment, the run and the source record it came from."""

    def __init__(self, session: Session, *, at: datetime, run_id: int | None = None) -> None:
        self._session = session
        self._at = at
        self._run_id = run_id

    def believe(
        self,
        model: type[Bitemporal],
        key: Mapping[str, Any],
        values: Mapping[str, Any],
        valid_from: date,
        record_id: int | None = None,
    ) -> bool:
        """Believe `values` of `key` from a day on; True when that changed anything."""
        beliefs, rows = self._beliefs(model, key)
        full = {name: values.get(name) for name in _value_columns(model, key)}
        return self._write(model, key, rows, revise(beliefs, full, valid_from), record_id)

    def rewrite(
        self,
        model: type[Bitemporal],
        key: Mapping[str, Any],
        stretches: Sequence[tuple[date, Mapping[str, Any]]],
        record_id: int | None = None,
    ) -> bool:
        """Believe exactly these stretches of `key` from the first one's day on; True when that changed anything."""
        beliefs, rows = self._beliefs(model, key)
        names = _value_columns(model, key)
        full = [(day, {name: values.get(name) for name in names}) for day, values in stretches]
        return self._write(model, key, rows, rewrite(beliefs, full), record_id)

    def end(self, model: type[Bitemporal], key: Mapping[str, Any], on: date, record_id: int | None = None) -> bool:
        """Believe that nothing of `key` holds from a day on; True when that changed anything."""
        beliefs, rows = self._beliefs(model, key)
        return self._write(model, key, rows, end(beliefs, on), record_id)

    def believe_record(
        self, model: type[Bitemporal], record_id: int, values: Mapping[str, Any], valid_from: date
    ) -> bool:
        """Believe one thing of a source record whose own number is its only identity (an absence)."""
        rows = self._session.scalars(
            select(model).where(model.recorded_to.is_(None), model.record_id == record_id).order_by(model.valid_from)
        ).all()
        beliefs = _as_beliefs(rows, _value_columns(model, {}))
        full = {name: values.get(name) for name in _value_columns(model, {})}
        start = min((belief.valid_from for belief in beliefs), default=valid_from)
        return self._write(model, {}, {row.id: row for row in rows}, rewrite(beliefs, [(start, full)]), record_id)

    def end_record(self, model: type[Bitemporal], record_id: int, on: date) -> bool:
        """Believe that what one source record said no longer holds from a day on."""
        rows = self._session.scalars(
            select(model).where(model.recorded_to.is_(None), model.record_id == record_id)
        ).all()
        beliefs = _as_beliefs(rows, _value_columns(model, {}))
        return self._write(model, {}, {row.id: row for row in rows}, end(beliefs, on), record_id)

    def _beliefs(self, model: type[Bitemporal], key: Mapping[str, Any]) -> tuple[list[Belief], dict[int, Bitemporal]]:
        conditions = [getattr(model, name) == value for name, value in key.items()]
        rows = self._session.scalars(
            select(model).where(model.recorded_to.is_(None), *conditions).order_by(model.valid_from)
        ).all()
        beliefs = _as_beliefs(rows, _value_columns(model, key))
        return beliefs, {row.id: row for row in rows}

    def _write(
        self,
        model: type[Bitemporal],
        key: Mapping[str, Any],
        rows: Mapping[int, Bitemporal],
        revision: Revision,
        record_id: int | None,
    ) -> bool:
        for ref in revision.close:
            rows[ref].recorded_to = self._at
        for insert in revision.insert:
            make = cast(Any, model)  # each model's own constructor takes its own columns
            self._session.add(
                make(
                    **key,
                    **insert.values,
                    valid_from=insert.valid_from,
                    valid_to=insert.valid_to,
                    recorded_from=self._at,
                    run_id=self._run_id,
                    record_id=insert.origin if insert.origin is not None else record_id,
                )
            )
        # Facts of the same key may follow in this transaction, and they must see this one.
        if not revision.is_empty:
            self._session.flush()
        return not revision.is_empty


def _value_columns(model: type[Bitemporal], key: Mapping[str, Any]) -> list[str]:
    return [column.key for column in inspect(model).column_attrs if column.key not in _CLOCKS and column.key not in key]


def _as_beliefs(rows: Sequence[Bitemporal], names: Sequence[str]) -> list[Belief]:
    return [
        Belief(row.id, row.valid_from, row.valid_to, {name: getattr(row, name) for name in names}, row.record_id)
        for row in rows
    ]
