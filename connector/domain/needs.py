"""Needs added up per competency, so that no group under five can be seen or worked out.

What is published of one competency is a total and three ways to part the same people: by unit, by level aimed at and
by quarter. Whoever has a total can subtract, so a part is shown only if what is left over is nobody or at least five
people: when too few would be left, the smallest parts that could be shown are hidden with them (complementary
suppression), and also when those left over could be nothing but four each. The parts are never crossed (no level
within a unit), hidden parts are never named, and no count of people over several competencies is given, for that
would tell how many asked two things.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

MINIMUM = 5

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter of a calendar year, 1 to 4."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Quarter:
        return cls(day.year, (day.month + 2) // 3)


@dataclass(frozen=True, slots=True)
class Ask:
    """One shared goal: this person wants this competency. None: the sheet does not say."""

    person_id: int
    competency_id: int
    level: int | None = None
    quarter: Quarter | None = None
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a total that may be shown, by key (None: not said), and how many are in the parts that may not."""

    shown: Mapping[Any, int]
    rest: int


@dataclass(frozen=True, slots=True)
class Need:
    """A competency that at least five people ask. In the view of one unit there is no further parting."""

    competency_id: int
    people: int
    levels: Parts
    quarters: Parts


@dataclass(frozen=True, slots=True)
class Needs:
    """Most asked first. `hidden` is the number of competencies asked by too few, None when that would tell too much."""

    needs: tuple[Need, ...]
    hidden: int | None


def collect(asks: Iterable[Ask]) -> Needs:
    """The needs of everybody together."""
    groups = _by_competency(asks)
    needs = [
        Need(
            competency,
            len(people),
            levels=part(Counter(ask.level for ask in people.values())),
            quarters=part(Counter(ask.quarter for ask in people.values())),
        )
        for competency, people in groups.items()
        if len(people) >= MINIMUM
    ]
    return Needs(_most_asked_first(needs), _hidden(groups))


def collect_unit(asks: Iterable[Ask], unit_id: int) -> Needs:
    """The needs of one unit, as far as they do not give away those of the other units."""
    nothing = Parts({}, 0)
    needs = []
    for competency, people in _by_competency(asks).items():
        units = part(Counter(ask.unit_id for ask in people.values()))
        if unit_id in units.shown:
            needs.append(Need(competency, units.shown[unit_id], nothing, nothing))
    return Needs(_most_asked_first(needs), None)


def part(cells: Mapping[Key, int]) -> Parts:
    """Which cells of a published total may be shown.

    Parts of one size are shown or hidden together, so the hidden ones could all be exchanged: one of them is known
    only when all must be equal. Below five that is four each, the most that hidden parts hold without a bigger one.
    """
    shown = {key: count for key, count in cells.items() if count >= MINIMUM}
    hidden = [count for count in cells.values() if 0 < count < MINIMUM]
    while shown and hidden and (sum(hidden) < MINIMUM or min(hidden) == max(hidden) == MINIMUM - 1):
        smallest = min(shown.values())
        hidden += [count for count in shown.values() if count == smallest]
        shown = {key: count for key, count in shown.items() if count > smallest}
    return Parts(shown, sum(hidden))


def _by_competency(asks: Iterable[Ask]) -> dict[int, dict[int, Ask]]:
    """Competency -> person -> what that person asks: the highest level, by the first date."""
    groups: dict[int, dict[int, Ask]] = {}
    for ask in asks:
        people = groups.setdefault(ask.competency_id, {})
        people[ask.person_id] = _merge(people[ask.person_id], ask) if ask.person_id in people else ask
    return groups


def _merge(one: Ask, other: Ask) -> Ask:
    levels = [ask.level for ask in (one, other) if ask.level is not None]
    quarters = [ask.quarter for ask in (one, other) if ask.quarter is not None]
    return Ask(
        one.person_id,
        one.competency_id,
        level=max(levels, default=None),
        quarter=min(quarters, default=None),
        unit_id=one.unit_id,
    )


def _most_asked_first(needs: Iterable[Need]) -> tuple[Need, ...]:
    return tuple(sorted(needs, key=lambda need: (-need.people, need.competency_id)))


def _hidden(groups: Mapping[int, Mapping[int, Ask]]) -> int | None:
    """Said only when they hold at least five people together (so at least two groups), else it points at somebody."""
    hidden = [set(people) for people in groups.values() if len(people) < MINIMUM]
    together = set().union(*hidden)
    return len(hidden) if len(together) >= MINIMUM else None
