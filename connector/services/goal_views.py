"""Goals opened for their owner. Only a caller that has established the ownership may use this."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.domain.goal import missing_parts
from connector.linking.labels import preferred_labels
from connector.services.installation import Installation
from connector.services.owner_keys import owner_key
from connector.store.plan import DevelopmentActivity, DevelopmentGoal, DevelopmentPlan, GoalCompetency
from connector.store.sealed import OwnerKey


@dataclass(frozen=True, slots=True)
class GoalCompetencyView:
    """`label` None: the competency has no words any more. `level_aimed` is 0-100."""

    id: uuid.UUID
    competency_id: int
    label: str | None
    level_aimed: int | None
    origin: str


@dataclass(frozen=True, slots=True)
class ActivityView:
    id: uuid.UUID
    title: str
    training_id: int | None
    learning_form: str
    state: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class GoalView:
    """One goal in the owner's words; `missing_parts` names what, how or result while they are empty."""

    goal_id: uuid.UUID
    what: str
    how: str | None
    result: str | None
    missing_parts: tuple[str, ...]
    priority: int
    state: str
    target_on: date | None
    created_at: datetime
    competencies: tuple[GoalCompetencyView, ...]
    activities: tuple[ActivityView, ...]


def goal_views(
    session: Session, installation: Installation, plan: DevelopmentPlan, language: str = "nl"
) -> tuple[GoalView, ...]:
    """All goals of a plan, by priority."""
    rows = session.scalars(
        select(DevelopmentGoal)
        .where(DevelopmentGoal.plan_id == plan.id)
        .order_by(DevelopmentGoal.priority, DevelopmentGoal.created_at, DevelopmentGoal.id)
    ).all()
    if not rows:
        return ()
    key = owner_key(session, installation, plan.owner_id)
    ids = [row.id for row in rows]
    competencies = _competencies(session, key, ids, language)
    activities = _activities(session, key, ids)
    return tuple(_view(row, key, competencies.get(row.id, []), activities.get(row.id, [])) for row in rows)


def _view(
    row: DevelopmentGoal, key: OwnerKey, competencies: list[GoalCompetencyView], activities: list[ActivityView]
) -> GoalView:
    what = key.open(row.what, f"development_goal.what:{row.id}")
    how = key.open(row.how, f"development_goal.how:{row.id}") if row.how else None
    result = key.open(row.result, f"development_goal.result:{row.id}") if row.result else None
    return GoalView(
        goal_id=row.id,
        what=what,
        how=how,
        result=result,
        missing_parts=missing_parts(what, how, result),
        priority=row.priority,
        state=row.state,
        target_on=row.target_on,
        created_at=row.created_at,
        competencies=tuple(competencies),
        activities=tuple(activities),
    )


def _competencies(
    session: Session, key: OwnerKey, goal_ids: list[uuid.UUID], language: str
) -> dict[uuid.UUID, list[GoalCompetencyView]]:
    rows = session.scalars(
        select(GoalCompetency).where(GoalCompetency.goal_id.in_(goal_ids)).order_by(GoalCompetency.id)
    ).all()
    opened = [(row, json.loads(key.open(row.content, f"goal_competency.content:{row.id}"))) for row in rows]
    labels = preferred_labels(session, {content["competency_id"] for _, content in opened}, language)
    found: dict[uuid.UUID, list[GoalCompetencyView]] = {}
    for row, content in opened:
        view = GoalCompetencyView(id=row.id, label=labels.get(content["competency_id"]), **content)
        found.setdefault(row.goal_id, []).append(view)
    return found


def _activities(session: Session, key: OwnerKey, goal_ids: list[uuid.UUID]) -> dict[uuid.UUID, list[ActivityView]]:
    rows = session.scalars(
        select(DevelopmentActivity)
        .where(DevelopmentActivity.goal_id.in_(goal_ids))
        .order_by(DevelopmentActivity.due_on, DevelopmentActivity.id)
    )
    found: dict[uuid.UUID, list[ActivityView]] = {}
    for row in rows:
        content = json.loads(key.open(row.content, f"development_activity.content:{row.id}"))
        view = ActivityView(id=row.id, learning_form=row.learning_form, state=row.state, due_on=row.due_on, **content)
        found.setdefault(row.goal_id, []).append(view)
    return found
