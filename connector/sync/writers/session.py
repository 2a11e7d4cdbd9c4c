"""Dated sessions of trainings, with their seats. Kept up to date in its row, as a training is: seats come and go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from connector.store.dialects import is_one_of
from connector.store.learning import TrainingSession
from connector.sync.writers.base import Item, Newcomer, Unresolved, Writing

_AS_MAPPED = ("place", "mode", "seats", "seats_left", "currency", "language", "url")


class SessionWriter:
    references: Mapping[str, str] = {"training": "training"}
    has_identity = False
    identified_by: tuple[str, ...] = ()

    def identify(self, writing: Writing, new: Sequence[Newcomer]) -> dict[str, int]:
        return {}

    def prefetch(self, writing: Writing, items: Sequence[Item]) -> None:
        """Read the rows at once; the session keeps them for `write`."""
        numbers = [item.record_id for item in items]
        statement = select(TrainingSession).where(is_one_of(writing.session, TrainingSession.record_id, numbers))
        writing.rows = {row.record_id: row for row in writing.session.scalars(statement)}

    def write(self, writing: Writing, item: Item) -> list[str]:
        training_id = writing.ids("training").get(item.mapped["training"])
        if training_id is None:
            raise Unresolved("training")
        row = writing.rows.get(item.record_id)
        if row is None:
            row = writing.rows[item.record_id] = TrainingSession(record_id=item.record_id)
            writing.session.add(row)
        for name, value in _values(item).items():
            setattr(row, name, value)
        row.training_id = training_id
        row.cancelled_on = _cancelled_on(row, item, writing.context.today)
        return []

    def end(self, writing: Writing, item: Item, absent: str) -> None:
        """One that is no longer listed was cancelled, unless it is over: that one took place."""
        row = writing.rows.get(item.record_id)
        if row is None or absent not in ("ended", "left"):
            return
        today = writing.context.today
        if row.cancelled_on is None and (row.ends_on or row.starts_on) >= today:
            row.cancelled_on = today


def _values(item: Item) -> dict[str, Any]:
    price = item.mapped.get("price")
    return {
        **{name: item.mapped.get(name) for name in _AS_MAPPED},
        "starts_on": item.day("starts_on"),
        "ends_on": item.day("ends_on"),
        "price": Decimal(price).quantize(Decimal("0.01")) if price is not None else None,
    }


def _cancelled_on(row: TrainingSession, item: Item, today: date) -> date | None:
    """The first day on which it was called off; nothing once it goes on again."""
    return (row.cancelled_on or today) if item.mapped.get("state") == "cancelled" else None
