"""Rows that each hold from a day to a day, laid over what is believed already: one timeline comes out.

On a day the row counts that began last; of rows that began on the same day the one with the highest key (numbers in a
key compare as numbers: 10 is above 9). A row that ends uncovers the one below it. Where no row holds, what others said
stays, and what only a row that is gone had said is believed no longer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

Values = Mapping[str, Any]
_NUMBERS = re.compile(r"(\d+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class DatedRow:
    """One row. Both days are included; without a last one it holds until another begins. `origin` finds it again."""

    key: str
    first: date
    last: date | None
    values: Values
    origin: Any = None

    @property
    def _place(self) -> tuple[date, list[tuple[int, str]]]:
        parts = _NUMBERS.split(self.key)
        return self.first, [(int(part), "") if number % 2 else (0, part) for number, part in enumerate(parts)]

    def holds(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is believed from one day on, until (not on) another one. `origin` is the row that said it."""

    first: date
    to: date | None
    values: Values
    origin: Any = None

    @property
    def is_blank(self) -> bool:
        return all(value is None for value in self.values.values())


def lay(
    rows: Sequence[DatedRow], over: Sequence[Stretch], names: Sequence[str], is_ours: Callable[[Any], bool]
) -> list[Stretch]:
    """The timeline with these rows in it, sorted. `over` is what is believed now, each with all its values; `names`
    are the values that the rows speak of; `is_ours` tells whether an origin is one of those whose rows these are."""
    found: list[Stretch] = []
    for first, to in _spans(rows, over):
        held = next((one for one in over if one.first <= first and (one.to is None or first < one.to)), None)
        row = max((row for row in rows if row.holds(first)), key=lambda row: row._place, default=None)
        stretch: Stretch | None = None
        if row is not None:
            said = {name: row.values.get(name) for name in names}
            stretch = Stretch(first, to, {**(held.values if held else {}), **said}, row.origin)
        elif held is not None:
            stretch = replace(held, first=first, to=to)
            if is_ours(held.origin):
                stretch = replace(stretch, values={**held.values, **dict.fromkeys(names)})
                stretch = None if stretch.is_blank else stretch
        if stretch is not None:
            _append(found, stretch)
    return found


def _spans(rows: Sequence[DatedRow], over: Sequence[Stretch]) -> list[tuple[date, date | None]]:
    """The days on which anything begins or ends, in pairs; nothing changes between two of them."""
    days = {row.first for row in rows} | {row.last + timedelta(days=1) for row in rows if row.last is not None}
    days |= {one.first for one in over} | {one.to for one in over if one.to is not None}
    ends: list[date | None] = [*sorted(days), None]
    return [(first, to) for first, to in pairwise(ends) if first is not None]


def _append(found: list[Stretch], stretch: Stretch) -> None:
    last = found[-1] if found else None
    if last and last.to == stretch.first and last.values == stretch.values and last.origin == stretch.origin:
        found[-1] = replace(last, to=stretch.to)
    else:
        found.append(stretch)


def on_day(stretches: Sequence[Stretch], day: date) -> Stretch | None:
    """The stretch that holds on a day."""
    return next((one for one in stretches if one.first <= day and (one.to is None or day < one.to)), None)


def turns(stretches: Sequence[Stretch], name: str, names: Sequence[str]) -> set[date]:
    """The days on which a value becomes another one. The first stretch that says any of `names` is no turn: before it
    nothing was known."""
    known = [one for one in stretches if any(one.values.get(other) is not None for other in names)]
    return {after.first for before, after in pairwise(known) if before.values.get(name) != after.values.get(name)}


def parting(before: Sequence[Stretch], after: Sequence[Stretch]) -> date | None:
    """The first day of the first stretch in which two timelines differ; None when they are the same."""
    for old, new in zip(before, after, strict=False):
        if old != new:
            return min(old.first, new.first)
    longer = before if len(before) > len(after) else after
    shorter = min(len(before), len(after))
    return longer[shorter].first if len(longer) > shorter else None
