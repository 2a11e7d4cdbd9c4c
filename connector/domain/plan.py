"""A plan: its steps, and whether it holds what its rules ask at the least (R02, R05), whatever its form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from connector.domain.minimum import Element, Minimum

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
    goals: tuple[GoalSummary, ...], *, activities: int = 1, reflected: bool | None = None, evaluated: bool | None = None
) -> dict[Element, bool | None]:
    """Per element: there, not there, or None when this installation does not record it.

    `activities` make an action plan at the least, over all goals whose activities can be followed. A goal that was
    dropped still counts: dropping it was a decision, and the plan holds it.
    """
    named = [goal for goal in goals if goal.is_named]
    return {
        Element.REFLECTION: reflected,
        Element.GOAL: bool(named),
        Element.ACTION_PLAN: sum(goal.activities for goal in named if goal.followable == goal.activities) >= activities,
        Element.EXECUTION: any(goal.begun for goal in named),
        Element.EVALUATION: evaluated,
    }


def missing_elements(minimum: Minimum, found: Mapping[Element, bool | None]) -> tuple[Element, ...]:
    """The required elements that are not there; what is not recorded here is not called missing."""
    return tuple(element for element in minimum.elements if found[element] is False)


def unrecorded_elements(minimum: Minimum, found: Mapping[Element, bool | None]) -> tuple[Element, ...]:
    """The required elements of which this installation cannot tell."""
    return tuple(element for element in minimum.elements if found[element] is None)
