"""Plans: started, moved from step to step and closed by their owner, and read in full by the owner alone."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, require
from connector.domain.minimum import Minimum, Orientation, minimum_on
from connector.domain.plan import STEPS, Scope
from connector.errors import ConflictError, InputError, MappingError, NotAllowedError, NotFoundError
from connector.plan_files.minimum_file import load_rules
from connector.planning.cycle_file import load_cycle
from connector.services.audit import record_act
from connector.services.days import today_at
from connector.services.goal_views import goal_views
from connector.services.installation import Installation
from connector.services.plan_views import PlanSummary, PlanView
from connector.store.accounts import Organisation
from connector.store.plan import DevelopmentPlan


def start_plan(
    actor: Actor,
    installation: Installation,
    *,
    scope: Scope = Scope.INTERNAL,
    orientation: Orientation = Orientation.ACTION,
    previous_id: uuid.UUID | None = None,
    started_on: date | None = None,
) -> uuid.UUID:
    """Open a plan of one's own, any day of the year (R01); one open plan per scope at an employer."""
    require(actor, Act.OWN_PLAN)
    if actor.account_id is None or actor.employer_id is None:
        raise NotAllowedError("only a person who signed in has a plan", where=Act.OWN_PLAN.value)
    with installation.store.begin() as session:
        today = today_at(session, installation, actor.employer_id)
        if started_on is not None and started_on > today:
            raise InputError("a plan cannot start later", problems={"started_on": ["must not lie in the future"]})
        if previous_id is not None:
            own_plan(session, actor, previous_id)
        for known in _plans_of(session, actor.account_id, actor.employer_id):
            if known.closed_on is None and known.scope == scope.value:
                raise ConflictError("there is an open plan already", todo="Close it first, or go on with it.")
        cycle = _cycle_of(session, installation, actor.employer_id)
        row = DevelopmentPlan(
            id=uuid.uuid4(),
            owner_id=actor.account_id,
            employer_id=actor.employer_id,
            scope=scope.value,
            orientation=orientation.value,
            cycle=cycle,
            step="A",
            started_on=started_on or today,
            previous_id=previous_id,
        )
        session.add(row)
        record_act(session, actor, "start_plan", f"plan:{row.id}", at=installation.clock())
        return row.id


def move_to_step(actor: Actor, installation: Installation, plan_id: uuid.UUID, step: str) -> None:
    """Say in which of the seven steps (A-G) the own plan is; going back is allowed."""
    require(actor, Act.OWN_PLAN)
    if step not in STEPS:
        raise InputError("there is no such step", problems={"step": [f"must be one of {', '.join(STEPS)}"]})
    with installation.store.begin() as session:
        open_plan(session, actor, plan_id).step = step


def close_plan(actor: Actor, installation: Installation, plan_id: uuid.UUID) -> None:
    """End a plan; it stays readable for its owner."""
    require(actor, Act.OWN_PLAN)
    with installation.store.begin() as session:
        row = open_plan(session, actor, plan_id)
        row.closed_on = today_at(session, installation, row.employer_id)
        record_act(session, actor, "close_plan", f"plan:{plan_id}", at=installation.clock())


def my_plans(actor: Actor, installation: Installation) -> list[PlanSummary]:
    """The actor's own plans wherever they were made, the newest first."""
    require(actor, Act.OWN_PLAN)
    if actor.account_id is None:
        raise NotAllowedError("only a person who signed in has a plan", where=Act.OWN_PLAN.value)
    with installation.store.read() as session:
        return [PlanSummary.of(row) for row in _plans_of(session, actor.account_id)]


def my_plan(actor: Actor, installation: Installation, plan_id: uuid.UUID | None = None) -> PlanView:
    """One's own plan in full: the one asked for, or the newest at this employer (open ones first).

    NotAllowedError for anybody but the owner, whatever the role; NotFoundError when there is none.
    """
    require(actor, Act.OWN_PLAN)
    if actor.account_id is None:
        raise NotAllowedError("only a person who signed in has a plan", where=Act.OWN_PLAN.value)
    with installation.store.read() as session:
        if plan_id is not None:
            row = own_plan(session, actor, plan_id)
        else:
            rows = _plans_of(session, actor.account_id, actor.employer_id)
            if not rows:
                raise NotFoundError("you have no plan yet", todo="Start one whenever you like.")
            row = next((plan for plan in rows if plan.closed_on is None), rows[0])
        goals = goal_views(session, installation, row, actor.language)
        return PlanView.of(row, goals, _minimum_of(session, installation, row))


def own_plan(session: Session, actor: Actor, plan_id: uuid.UUID, *, lock: bool = False) -> DevelopmentPlan:
    """The row of a plan of the actor's own; nobody else gets past this line."""
    row = session.get(DevelopmentPlan, plan_id, with_for_update=lock)
    if row is None:
        raise NotFoundError("there is no such plan")
    require(actor, Act.OWN_PLAN, owner_id=row.owner_id)
    return row


def open_plan(session: Session, actor: Actor, plan_id: uuid.UUID) -> DevelopmentPlan:
    """The same, locked for writing; ConflictError once the plan is closed."""
    row = own_plan(session, actor, plan_id, lock=True)
    if row.closed_on is not None:
        raise ConflictError("this plan is closed", todo="Start a new one that goes on from it.")
    return row


def _minimum_of(session: Session, installation: Installation, row: DevelopmentPlan) -> Minimum:
    """What the rules of the plan's cycle ask, as they were on the day that the plan was closed, or are today.

    Files that are broken or gone ask nothing: they are the operator's to mend, and keep no owner from the own plan.
    """
    orientation = Orientation(row.orientation)
    try:
        cycle = load_cycle(installation.mappings, row.cycle)
        rules = load_rules(installation.mappings, cycle.rules_name)
    except MappingError:
        return Minimum(orientation, ())
    return minimum_on(rules.minima, orientation, row.closed_on or today_at(session, installation, row.employer_id))


def _cycle_of(session: Session, installation: Installation, employer_id: int) -> str:
    """The conversation cycle that the operator set for this employer."""
    code = session.scalar(select(Organisation.code).where(Organisation.id == employer_id))
    config = installation.employers.get(code or "")
    if config is None:
        raise NotFoundError("this employer is not in the settings", todo="Add it under [organisations].")
    return config.cycle


def _plans_of(session: Session, owner_id: int, employer_id: int | None = None) -> list[DevelopmentPlan]:
    statement = select(DevelopmentPlan).where(DevelopmentPlan.owner_id == owner_id)
    if employer_id is not None:
        statement = statement.where(DevelopmentPlan.employer_id == employer_id)
    rows = session.scalars(statement.order_by(DevelopmentPlan.started_on.desc(), DevelopmentPlan.id))
    return list(rows)
