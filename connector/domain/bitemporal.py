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
    """One row that is believed now; `ref` finds the row again, `origin` is the source record that said it."""

    ref: Any
    valid_from: date
    valid_to: date | None
    values: Values
    origin: Any = None


@dataclass(frozen=True, slots=True)
class Insert:
    """A row to write. An `origin` of None means: whoever speaks now."""

    valid_from: date
    valid_to: date | None
    values: Values
    origin: Any = None


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
            inserts.insert(0, Insert(held.valid_from, valid_from, held.values, held.origin))
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
            insert.append(Insert(belief.valid_from, on, belief.values, belief.origin))
    return Revision(close=tuple(close), insert=tuple(insert))


def rewrite(beliefs: Sequence[Belief], stretches: Sequence[tuple[date, Values]]) -> Revision:
    """Believe from now on exactly these stretches from the first one's day on; what held before that day stays.

    Each stretch is (first day, values) and lasts until the next one begins; the last one has no end.
    """
    start = stretches[0][0]
    ends: list[date | None] = [day for day, _ in stretches[1:]] + [None]
    wanted = _joined([(day, to, values) for (day, values), to in zip(stretches, ends, strict=True)])
    touched = [belief for belief in beliefs if belief.valid_to is None or belief.valid_to > start]
    held = _joined([(max(b.valid_from, start), b.valid_to, b.values) for b in touched])
    if held == wanted:
        return Revision()
    kept = [Insert(b.valid_from, start, b.values, b.origin) for b in touched if b.valid_from < start]
    return Revision(
        close=tuple(belief.ref for belief in touched),
        insert=(*kept, *(Insert(*stretch) for stretch in wanted)),
    )


def _joined(
    stretches: Sequence[tuple[date, date | None, Values]],
) -> list[tuple[date, date | None, dict[str, Any]]]:
    """The same timeline with neighbours of equal values made one."""
    joined: list[tuple[date, date | None, dict[str, Any]]] = []
    for first, to, values in sorted(stretches, key=lambda stretch: stretch[0]):
        if joined and joined[-1][1] == first and joined[-1][2] == dict(values):
            joined[-1] = (joined[-1][0], to, joined[-1][2])
        else:
            joined.append((first, to, dict(values)))
    return joined
