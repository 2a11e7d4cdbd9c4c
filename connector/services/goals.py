"""Goals, the competencies they are about, and the activities towards them: all of it the owner's own, sealed."""

from __future__ import annotations

import json
import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, require
from connector.domain.goal import (
    ActivityDraft,
    ActivityState,
    GoalDraft,
    GoalState,
    Origin,
    activity_problems,
    goal_problems,
)
from connector.errors import InputError, NotFoundError
from connector.services.installation import Installation
from connector.services.owner_keys import owner_key
from connector.services.plans import open_plan
from connector.store.competencies import Competency
from connector.store.hr import Training
from connector.store.plan import DevelopmentActivity, DevelopmentGoal, GoalCompetency
from connector.store.sealed import OwnerKey, Sealed


def add_goal(actor: Actor, installation: Installation, plan_id: uuid.UUID, draft: GoalDraft) -> uuid.UUID:
    """Put a goal in the own plan; it may still lack its how and result."""
    require(actor, Act.OWN_PLAN)
    _check(goal_problems(draft), "goal")
    with installation.store.begin() as session:
        plan = open_plan(session, actor, plan_id)
        row = DevelopmentGoal(
            id=uuid.uuid4(),
            plan_id=plan.id,
            owner_id=plan.owner_id,
            state=GoalState.OPEN.value,
            created_at=installation.clock(),
        )
        _write(row, draft, owner_key(session, installation, plan.owner_id))
        session.add(row)
        return row.id


def edit_goal(actor: Actor, installation: Installation, goal_id: uuid.UUID, draft: GoalDraft) -> None:
    """Put a goal in other words. What is on a sheet stays as it was shared, until its owner shares again."""
    require(actor, Act.OWN_PLAN)
    _check(goal_problems(draft), "goal")
    with installation.store.begin() as session:
        row = _own_goal(session, actor, goal_id)
        _write(row, draft, owner_key(session, installation, row.owner_id))


def set_goal_state(actor: Actor, installation: Installation, goal_id: uuid.UUID, state: GoalState) -> None:
    """Say how a goal ended, or that it is open again. Reached in part is a success."""
    require(actor, Act.OWN_PLAN)
    with installation.store.begin() as session:
        _own_goal(session, actor, goal_id).state = state.value


def tie_competency(
    actor: Actor,
    installation: Installation,
    goal_id: uuid.UUID,
    competency_id: int,
    *,
    level_aimed: int | None = None,
    origin: Origin = Origin.OWNER,
) -> uuid.UUID:
    """Say that a goal is about a competency, up to a level (0-100). Saying it again replaces what was said."""
    require(actor, Act.OWN_PLAN)
    if level_aimed is not None and not 0 <= level_aimed <= 100:
        _check({"level_aimed": ["must be a number from 0 to 100"]}, "competency")
    with installation.store.begin() as session:
        goal = _own_goal(session, actor, goal_id)
        if session.get(Competency, competency_id) is None:
            raise NotFoundError("there is no such competency")
        key = owner_key(session, installation, goal.owner_id)
        for known in session.scalars(select(GoalCompetency).where(GoalCompetency.goal_id == goal_id)):
            content = json.loads(key.open(known.content, f"goal_competency.content:{known.id}"))
            if content["competency_id"] == competency_id:
                session.delete(known)
        row = GoalCompetency(id=uuid.uuid4(), goal_id=goal_id, owner_id=goal.owner_id)
        content = {"competency_id": competency_id, "level_aimed": level_aimed, "origin": origin.value}
        row.content = key.seal(json.dumps(content), f"goal_competency.content:{row.id}")
        session.add(row)
        return row.id


def untie_competency(actor: Actor, installation: Installation, goal_competency_id: uuid.UUID) -> None:
    """Say that a goal is not about a competency after all."""
    require(actor, Act.OWN_PLAN)
    with installation.store.begin() as session:
        row = session.get(GoalCompetency, goal_competency_id)
        if row is None:
            raise NotFoundError("this goal has no such competency")
        _own_goal(session, actor, row.goal_id)
        session.delete(row)


def add_activity(actor: Actor, installation: Installation, goal_id: uuid.UUID, draft: ActivityDraft) -> uuid.UUID:
    """Add a way towards a goal."""
    require(actor, Act.OWN_PLAN)
    _check(activity_problems(draft), "activity")
    with installation.store.begin() as session:
        goal = _own_goal(session, actor, goal_id)
        if draft.training_id is not None:
            training = session.get(Training, draft.training_id)
            if training is None or training.employer_id != actor.employer_id:
                raise NotFoundError("there is no such training")
        row = DevelopmentActivity(
            id=uuid.uuid4(),
            goal_id=goal_id,
            owner_id=goal.owner_id,
            learning_form=draft.learning_form.value,
            state=ActivityState.PLANNED.value,
            due_on=draft.due_on,
        )
        content = json.dumps({"title": draft.title, "training_id": draft.training_id}, ensure_ascii=False)
        key = owner_key(session, installation, goal.owner_id)
        row.content = key.seal(content, f"development_activity.content:{row.id}")
        session.add(row)
        return row.id


def set_activity_state(actor: Actor, installation: Installation, activity_id: uuid.UUID, state: ActivityState) -> None:
    """Say how far an activity is."""
    require(actor, Act.OWN_PLAN)
    with installation.store.begin() as session:
        row = session.get(DevelopmentActivity, activity_id)
        if row is None:
            raise NotFoundError("there is no such activity")
        _own_goal(session, actor, row.goal_id)
        row.state = state.value


def _own_goal(session: Session, actor: Actor, goal_id: uuid.UUID) -> DevelopmentGoal:
    """The row of a goal in an open plan of the actor's own."""
    row = session.get(DevelopmentGoal, goal_id)
    if row is None:
        raise NotFoundError("there is no such goal")
    require(actor, Act.OWN_PLAN, owner_id=row.owner_id)
    open_plan(session, actor, row.plan_id)
    return row


def _write(row: DevelopmentGoal, draft: GoalDraft, key: OwnerKey) -> None:
    row.what = key.seal(draft.what, f"development_goal.what:{row.id}")
    row.how = _sealed(key, draft.how, f"development_goal.how:{row.id}")
    row.result = _sealed(key, draft.result, f"development_goal.result:{row.id}")
    row.priority, row.target_on = draft.priority, draft.target_on


def _sealed(key: OwnerKey, text: str | None, place: str) -> Sealed | None:
    return key.seal(text, place) if text and text.strip() else None


def _check(problems: dict[str, list[str]], what: str) -> None:
    if problems:
        raise InputError(f"this {what} cannot be kept", problems=problems)
