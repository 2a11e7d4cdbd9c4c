"""The minimum content of a plan: which elements its rules ask for on a day (R02, R05, R74)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Element(StrEnum):
    """The five elements of R02."""

    REFLECTION = "reflection"
    GOAL = "goal"
    ACTION_PLAN = "action_plan"
    EXECUTION = "execution"
    EVALUATION = "evaluation"


class Orientation(StrEnum):
    REFLECTIVE = "reflective"
    ACTION = "action"


@dataclass(frozen=True, slots=True)
class Minimum:
    """What plans of one orientation must hold from a day to a day (both included; None: without end).

    `activities` is the least number of activities that make an action plan.
    """

    orientation: Orientation
    elements: tuple[Element, ...]
    activities: int = 1
    valid_from: date | None = None
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    def overlaps(self, other: Minimum) -> bool:
        """Whether both would count on one day."""
        if self.orientation is not other.orientation:
            return False
        begins_first = self.valid_from is None or other.valid_to is None or self.valid_from <= other.valid_to
        ends_last = other.valid_from is None or self.valid_to is None or other.valid_from <= self.valid_to
        return begins_first and ends_last


def minimum_on(minima: Sequence[Minimum], orientation: Orientation, day: date) -> Minimum:
    """The rule for plans of an orientation on a day; where none holds, nothing is asked."""
    for minimum in minima:
        if minimum.orientation is orientation and minimum.holds_on(day):
            return minimum
    return Minimum(orientation, ())
