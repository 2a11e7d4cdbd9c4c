"""What the owner of a plan gets to see of it, as plain values."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from connector.domain.minimum import Element, Minimum
from connector.domain.plan import GoalSummary, elements, missing_elements, phase_of, unrecorded_elements
from connector.services.goal_views import GoalView
from connector.store.plan import DevelopmentPlan


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """A plan without its goals."""

    plan_id: uuid.UUID
    employer_id: int
    scope: str
    orientation: str
    cycle: str
    step: str
    phase: str
    started_on: date
    closed_on: date | None
    previous_id: uuid.UUID | None

    @classmethod
    def of(cls, row: DevelopmentPlan) -> PlanSummary:
        return cls(
            plan_id=row.id,
            employer_id=row.employer_id,
            scope=row.scope,
            orientation=row.orientation,
            cycle=row.cycle,
            step=row.step,
            phase=phase_of(row.step),
            started_on=row.started_on,
            closed_on=row.closed_on,
            previous_id=row.previous_id,
        )


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan as its owner reads it. `missing` and `unrecorded` are the elements of the minimum content (R02)."""

    plan: PlanSummary
    goals: tuple[GoalView, ...]
    missing: tuple[Element, ...]
    unrecorded: tuple[Element, ...]

    @classmethod
    def of(cls, row: DevelopmentPlan, goals: tuple[GoalView, ...], minimum: Minimum) -> PlanView:
        """A plan with its goals, held against the minimum content that its rules ask."""
        found = elements(tuple(_goal_summary(goal) for goal in goals), activities=minimum.activities)
        return cls(
            plan=PlanSummary.of(row),
            goals=goals,
            missing=missing_elements(minimum, found),
            unrecorded=unrecorded_elements(minimum, found),
        )

    @property
    def is_complete(self) -> bool:
        """Nothing required is missing, and of everything required this installation can tell."""
        return not self.missing and not self.unrecorded


def _goal_summary(goal: GoalView) -> GoalSummary:
    alive = [activity for activity in goal.activities if activity.state != "dropped"]
    return GoalSummary(
        is_named="what" not in goal.missing_parts,
        activities=len(alive),
        followable=sum(activity.due_on is not None for activity in alive),
        begun=sum(activity.state in ("busy", "done") for activity in alive),
    )
