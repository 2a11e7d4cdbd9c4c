"""Facts with two clocks: when a value holds (valid, days) and when we believed it (recorded, moments).

`revise` says how to believe, from one moment on, that `values` hold from a day. It never edits: a belief that is no
longer held is closed, and what replaces it is a new row, so that any earlier answer can be given again.
Intervals are half-open: valid_from <= day < valid_to, None = no end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Belief:
    """One row that is believed now; `ref` is whatever lets the caller find the row again."""

    ref: Any
    valid_from: date
    valid_to: date | None
    values: Values


@dataclass(frozen=True, slots=True)
class Insert:
    valid_from: date
    valid_to: date | None
    values: Values


@dataclass(frozen=True, slots=True)
class Revision:
    """Close these beliefs, write these rows."""

    close: tuple[Any, ...] = ()
    insert: tuple[Insert, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.close and not self.insert


def holding_at(beliefs: Sequence[Belief], day: date) -> Belief | None:
    """The belief that holds on a day, or None."""
    for belief in beliefs:
        if belief.valid_from <= day and (belief.valid_to is None or day < belief.valid_to):
            return belief
    return None


def revise(beliefs: Sequence[Belief], values: Values, valid_from: date) -> Revision:
    """Believe from now on that `values` hold from `valid_from` until the next later belief begins."""
    held = holding_at(beliefs, valid_from)
    if held is not None:
        if dict(held.values) == dict(values):
            return Revision()
        inserts = [Insert(valid_from, held.valid_to, values)]
        if held.valid_from < valid_from:
            inserts.insert(0, Insert(held.valid_from, valid_from, held.values))
        return Revision(close=(held.ref,), insert=tuple(inserts))
    later = [belief.valid_from for belief in beliefs if belief.valid_from > valid_from]
    return Revision(insert=(Insert(valid_from, min(later, default=None), values),))


def end(beliefs: Sequence[Belief], on: date) -> Revision:
    """Believe from now on that nothing holds from the day `on`."""
    close: list[Any] = []
    insert: list[Insert] = []
    for belief in beliefs:
        if belief.valid_to is not None and belief.valid_to <= on:
            continue
        close.append(belief.ref)
        if belief.valid_from < on:
            insert.append(Insert(belief.valid_from, on, belief.values))
    return Revision(close=tuple(close), insert=tuple(insert))
