"""Trainings of a catalogue. A training is a thing on offer, not a fact about a person: it is kept up to date in its
row (the changes are kept apart), and retired when the catalogue no longer holds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from connector.store.hr import Training
from connector.sync.writers.base import Item, Writing

_TEXTS = (
    "title",
    "description",
    "aim",
    "keywords",
    "provider",
    "language",
    "learning_form",
    "currency",
    "place",
    "url",
    "competency_codes",
)


class TrainingWriter:
    references: Mapping[str, str] = {}

    def prepare(self, writing: Writing, new: Sequence[Mapping[str, Any]]) -> None:
        """Nothing can be made ahead."""

    def identify(self, writing: Writing, key: str, mapped: Mapping[str, Any]) -> int | None:
        context = writing.context
        row = Training(employer_id=context.employer_id, source_id=context.source_id, key=key, title=mapped["title"])
        writing.session.add(row)
        writing.session.flush()
        return row.id

    def prefetch(self, writing: Writing, items: Sequence[Item]) -> None:
        """A training is a row of its own, not a fact."""

    def write(self, writing: Writing, item: Item) -> list[str]:
        row = writing.session.get_one(Training, item.entity_id)
        for name in _TEXTS:
            setattr(row, name, item.mapped.get(name))
        row.price = _amount(item.mapped.get("price"))
        row.hours = _amount(item.mapped.get("hours"))
        row.next_starts_on = item.day("next_starts_on")
        row.retired_on = item.day("ends_on")
        return []

    def end(self, writing: Writing, item: Item, absent: str) -> None:
        if absent in ("ended", "left"):
            writing.session.get_one(Training, item.entity_id).retired_on = writing.context.today


def _amount(value: str | None) -> Decimal | None:
    return Decimal(value).quantize(Decimal("0.01")) if value is not None else None
