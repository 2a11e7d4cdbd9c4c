"""A plan: its steps, and whether it holds what a plan must hold at the least (R02, R05), whatever its form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

STEPS = tuple("ABCDEFG")
_PHASES = {
    "A": "analysis",
    "B": "analysis",
    "C": "analysis",
    "D": "action_plan",
    "E": "execution",
    "F": "evaluation",
    "G": "repeat",
}


class Scope(StrEnum):
    INTERNAL = "internal"
    EXTERNAL = "external"


class Orientation(StrEnum):
    REFLECTIVE = "reflective"
    ACTION = "action"


class Element(StrEnum):
    """The five elements of R02."""

    REFLECTION = "reflection"
    GOAL = "goal"
    ACTION_PLAN = "action_plan"
    EXECUTION = "execution"
    EVALUATION = "evaluation"


_REQUIRED: Mapping[Orientation, tuple[Element, ...]] = {
    Orientation.REFLECTIVE: (Element.REFLECTION, Element.GOAL),
    Orientation.ACTION: tuple(Element),
}


@dataclass(frozen=True, slots=True)
class GoalSummary:
    """What the check needs of one goal; never its words."""

    is_named: bool
    activities: int
    followable: int  # activities with a date
    begun: int  # activities that are busy or done


def phase_of(step: str) -> str:
    """analysis (A-C), action_plan (D), execution (E), evaluation (F), repeat (G)."""
    return _PHASES[step]


def elements(
    goals: tuple[GoalSummary, ...], *, reflected: bool | None = None, evaluated: bool | None = None
) -> dict[Element, bool | None]:
    """Per element: there, not there, or None when this installation does not record it.

    A goal that was dropped still counts: dropping it was a decision, and the plan holds it.
    """
    named = [goal for goal in goals if goal.is_named]
    return {
        Element.REFLECTION: reflected,
        Element.GOAL: bool(named),
        Element.ACTION_PLAN: any(goal.activities and goal.followable == goal.activities for goal in named),
        Element.EXECUTION: any(goal.begun for goal in named),
        Element.EVALUATION: evaluated,
    }


def missing_elements(orientation: Orientation, found: Mapping[Element, bool | None]) -> tuple[Element, ...]:
    """The required elements that are not there; what is not recorded here is not called missing."""
    return tuple(element for element in _REQUIRED[orientation] if found[element] is False)


def unrecorded_elements(orientation: Orientation, found: Mapping[Element, bool | None]) -> tuple[Element, ...]:
    """The required elements of which this installation cannot tell."""
    return tuple(element for element in _REQUIRED[orientation] if found[element] is None)
