"""What an owner does with goals from the own page: write one down, and put chosen ones on the agreement sheet."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass, replace

from connector.domain.access import Act, Actor, employer_of, require
from connector.domain.gap import GapLine
from connector.domain.goal import GoalDraft, GoalState, Origin, goal_problems
from connector.domain.sheet import AgreementDraft, AgreementKind, Party
from connector.errors import InputError, NotFoundError
from connector.services.conversation_cards import wall_of
from connector.services.gaps import gap_of
from connector.services.goal_views import GoalView
from connector.services.goals import add_goal, edit_goal, set_goal_state, tie_competency, untie_competency
from connector.services.installation import Installation
from connector.services.plan_views import PlanView
from connector.services.plans import my_plan, start_plan
from connector.services.sharing import share_sheet
from connector.services.sheet_views import AgreementView, SheetView, current_versions
from connector.store.people import person_cards


@dataclass(frozen=True, slots=True)
class Choice:
    """A goal of the open plan; `is_shared`: it is on the sheet already."""

    goal: GoalView
    is_shared: bool


@dataclass(frozen=True, slots=True)
class ShareForm:
    """What the owner sees before sharing: the goals to choose from, the sheet as it stands, and who will read it."""

    choices: tuple[Choice, ...]
    sheet: SheetView | None
    supervisor: str | None


def write_goal(
    actor: Actor, installation: Installation, draft: GoalDraft, *, competency_id: int | None = None
) -> uuid.UUID:
    """Put a goal in the actor's open plan, and start one when there is none.

    `competency_id` is one that the own function asks: the level that it asks becomes the level aimed at.
    """
    require(actor, Act.OWN_PLAN)
    needed = _checked(actor, installation, draft, competency_id)
    plan = _open_plan(actor, installation)
    plan_id = plan.plan.plan_id if plan else start_plan(actor, installation)
    goal_id = add_goal(actor, installation, plan_id, draft)
    if competency_id is not None:
        level = needed[competency_id]
        tie_competency(actor, installation, goal_id, competency_id, level_aimed=level, origin=Origin.GAP)
    return goal_id


def read_own_goal(actor: Actor, installation: Installation, goal_id: uuid.UUID) -> Choice:
    """A goal of the actor's open plan that was not dropped, else NotFoundError."""
    require(actor, Act.OWN_PLAN)
    found = [one for one in read_share_form(actor, installation).choices if one.goal.goal_id == goal_id]
    if not found:
        raise NotFoundError("there is no such goal in your plan")
    return found[0]


def rewrite_goal(
    actor: Actor,
    installation: Installation,
    goal_id: uuid.UUID,
    draft: GoalDraft,
    *,
    state: GoalState,
    competency_id: int | None = None,
) -> None:
    """Put a goal of the open plan in other words, say how far it is, and which competency of the function it is about.

    None unties the competencies that came from the function; what the owner tied in another way stays.
    """
    require(actor, Act.OWN_PLAN)
    goal = read_own_goal(actor, installation, goal_id).goal
    needed = _checked(actor, installation, draft, competency_id)
    edit_goal(actor, installation, goal_id, replace(draft, priority=goal.priority))
    set_goal_state(actor, installation, goal_id, state)
    for tie in goal.competencies:
        if tie.competency_id in needed and tie.competency_id != competency_id:
            untie_competency(actor, installation, tie.id)
    if competency_id is not None and all(tie.competency_id != competency_id for tie in goal.competencies):
        level = needed[competency_id]
        tie_competency(actor, installation, goal_id, competency_id, level_aimed=level, origin=Origin.GAP)


def read_share_form(actor: Actor, installation: Installation) -> ShareForm:
    """The choice that `share_goals` takes; NotFoundError without an open plan."""
    require(actor, Act.SHARE_SHEET)
    employer_id = employer_of(actor)
    plan = _open_plan(actor, installation)
    if plan is None:
        raise NotFoundError("you have no open plan", todo="Start one whenever you like.")
    with installation.store.read() as session:
        today = wall_of(session, installation, employer_id).today
        own = [] if actor.person_id is None else [actor.person_id]
        card = person_cards(session, employer_id, today, person_ids=own).get(actor.person_id or 0)
        above = [card.supervisor_id] if card and card.supervisor_id else []
        names = [one.name for one in person_cards(session, employer_id, today, person_ids=above).values()]
        views = current_versions(session, employer_id, today, person_ids=own, language=actor.language)
        sheet = next((view for view in views if view.plan_id == plan.plan.plan_id), None)
    shared = {goal.uid for goal in sheet.goals} if sheet else set()
    choices = tuple(Choice(goal, goal.goal_id in shared) for goal in plan.goals if goal.state != "dropped")
    return ShareForm(choices, sheet, names[0] if names else None)


def share_goals(actor: Actor, installation: Installation, goal_ids: Collection[uuid.UUID]) -> int:
    """Share these goals as the newest version of the sheet; its agreements go along as they are."""
    require(actor, Act.SHARE_SHEET)
    form = read_share_form(actor, installation)
    plan = _open_plan(actor, installation)
    if plan is None:
        raise NotFoundError("you have no open plan")
    agreements = form.sheet.agreements if form.sheet else ()
    drafts = [_draft(agreement, goal_ids) for agreement in agreements]
    return share_sheet(actor, installation, plan.plan.plan_id, list(goal_ids), drafts)


def own_gap(actor: Actor, installation: Installation) -> tuple[GapLine, ...]:
    """What the actor's function asks beside what the actor has; nothing without an HR record."""
    require(actor, Act.OWN_PLAN)
    return gap_of(actor, installation, actor.person_id).lines if actor.person_id is not None else ()


def _checked(
    actor: Actor, installation: Installation, draft: GoalDraft, competency_id: int | None
) -> dict[int, int | None]:
    """The competencies of the own function with the level asked; InputError when goal or competency does not fit."""
    problems = goal_problems(draft)
    needed = {line.competency_id: line.needed for line in own_gap(actor, installation)}
    if competency_id is not None and competency_id not in needed:
        problems["competency_id"] = ["is not one that your function asks"]
    if problems:
        raise InputError("this goal cannot be kept", problems=problems)
    return needed


def _open_plan(actor: Actor, installation: Installation) -> PlanView | None:
    try:
        plan = my_plan(actor, installation)
    except NotFoundError:
        return None
    return plan if plan.plan.closed_on is None else None


def _draft(agreement: AgreementView, goal_ids: Collection[uuid.UUID]) -> AgreementDraft:
    return AgreementDraft(
        kind=AgreementKind(agreement.kind),
        text=agreement.text,
        owed_by=Party(agreement.owed_by),
        owed_to=Party(agreement.owed_to),
        due_on=agreement.due_on,
        amount=agreement.amount,
        currency=agreement.currency,
        payer=agreement.payer,
        goal_uid=agreement.goal_uid if agreement.goal_uid in goal_ids else None,
        training_id=agreement.training_id,
        uid=agreement.uid,
    )
