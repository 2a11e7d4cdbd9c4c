"""Trainings of a catalogue. A training is a thing on offer, not a fact about a person: it is kept up to date in its
row (the changes are kept apart), and retired when the catalogue no longer holds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlalchemy import select

from connector.store.bulk import insert_rows, reserve_ids
from connector.store.dialects import is_one_of
from connector.store.hr import Training
from connector.sync.writers.base import Item, Newcomer, Writing

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
    has_identity = True
    identified_by: tuple[str, ...] = ("title",)

    def identify(self, writing: Writing, new: Sequence[Newcomer]) -> dict[str, int]:
        context = writing.context
        ids = reserve_ids(writing.session, Training, len(new))
        rows = (
            (number, context.employer_id, context.source_id, one.key, one.mapped["title"])
            for number, one in zip(ids, new, strict=True)
        )
        insert_rows(writing.session, Training, ("id", "employer_id", "source_id", "key", "title"), rows)
        return {one.key: number for number, one in zip(ids, new, strict=True)}

    def prefetch(self, writing: Writing, items: Sequence[Item]) -> None:
        """Read the rows at once; the session keeps them for `write`."""
        ids = [item.entity_id for item in items if item.entity_id is not None]
        rows = writing.session.scalars(select(Training).where(is_one_of(writing.session, Training.id, ids)))
        writing.rows = {row.id: row for row in rows}

    def write(self, writing: Writing, item: Item) -> list[str]:
        row = writing.rows[item.entity_id]
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
