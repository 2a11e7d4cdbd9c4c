"""Sharing a sheet is an act of its owner: copies of chosen goals, and the agreements that both sides spoke of."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, Role, employer_of, require
from connector.domain.sheet import AgreementDraft
from connector.errors import ConflictError, InputError, NotAllowedError, NotFoundError
from connector.services.accounts import person_of_account
from connector.services.audit import record_act
from connector.services.days import today_at
from connector.services.goal_views import GoalView, goal_views
from connector.services.installation import Installation
from connector.services.plans import open_plan
from connector.services.sheet_copies import fill_version
from connector.services.sheets import require_direct_report
from connector.services.write_back_events import Listeners, tell_agreed
from connector.store.people import person_cards
from connector.store.plan import DevelopmentPlan
from connector.store.sheet import AgreementSheet, SheetVersion


def share_sheet(
    actor: Actor,
    installation: Installation,
    plan_id: uuid.UUID,
    goal_ids: Sequence[uuid.UUID],
    agreements: Sequence[AgreementDraft] = (),
) -> int:
    """Share these goals and agreements as the newest version of the plan's sheet; gives the id of the version.

    The version before is superseded. An agreement of it that was delivered or paid stays on the sheet even when it
    is not among `agreements`: what was done is not taken back. InputError names the wrong agreements by position.
    """
    require(actor, Act.SHARE_SHEET)
    with installation.store.begin() as session:
        plan = open_plan(session, actor, plan_id)
        require(actor, Act.SHARE_SHEET, employer_id=plan.employer_id)
        goals = _chosen(goal_views(session, installation, plan, actor.language), goal_ids)
        now = installation.clock()
        sheet = _open_sheet(session, plan, now)
        before = _current(session, sheet)
        number = before.number + 1 if before else 1
        version = SheetVersion(sheet_id=sheet.id, number=number, shared_at=now)
        fill_version(session, version, plan.employer_id, goals, agreements, before)
        if before is not None:
            before.superseded_at = now
        session.add(version)
        session.flush()  # its id is the result
        record_act(session, actor, "share_sheet", f"sheet:{sheet.id}:{number}", at=now)
        return version.id


def confirm_sheet(actor: Actor, installation: Installation, version_id: int) -> None:
    """Agree to a version, as its owner or as the supervisor of its person; no signature is needed (R66).

    HR confirms for the employer when the person has no supervisor. ConflictError when the version was superseded or
    closed meanwhile. Agreeing again changes nothing.
    """
    require(actor, Act.SHARE_SHEET if actor.role is Role.EMPLOYEE else Act.CONFIRM_SHEET)
    with installation.store.begin() as session:
        version = session.get(SheetVersion, version_id, with_for_update=True)
        if version is None or version.sheet.employer_id != employer_of(actor):
            raise NotFoundError("there is no such agreement sheet")
        _require_side(session, installation, actor, version.sheet)
        if version.superseded_at is not None or version.sheet.closed_at is not None:
            raise ConflictError("this version was replaced or closed meanwhile", todo="Look at the newest version.")
        now = installation.clock()
        if actor.role is Role.EMPLOYEE:
            version.confirmed_by_owner_at = version.confirmed_by_owner_at or now
        else:
            version.confirmed_by_supervisor_at = version.confirmed_by_supervisor_at or now
        if version.confirmed_by_owner_at is not None and version.confirmed_by_supervisor_at is not None:
            employer_id = version.sheet.employer_id
            listeners = Listeners.at(session, installation, employer_id)
            tell_agreed(session, listeners, version, today_at(session, installation, employer_id), now)
        record_act(session, actor, "confirm_sheet", f"sheet:{version.sheet_id}:{version.number}", at=now)


def close_sheet(actor: Actor, installation: Installation, sheet_id: int) -> None:
    """End a sheet of one's own: nothing more is owed by it, and what it says stays readable."""
    require(actor, Act.SHARE_SHEET)
    with installation.store.begin() as session:
        sheet = session.get(AgreementSheet, sheet_id, with_for_update=True)
        if sheet is None:
            raise NotFoundError("there is no such agreement sheet")
        require(actor, Act.SHARE_SHEET, owner_id=sheet.owner_id)
        if sheet.closed_at is None:
            sheet.closed_at = installation.clock()
            record_act(session, actor, "close_sheet", f"sheet:{sheet_id}", at=sheet.closed_at)


def _chosen(goals: tuple[GoalView, ...], goal_ids: Sequence[uuid.UUID]) -> list[GoalView]:
    own = {goal.goal_id: goal for goal in goals}
    if not goal_ids or len(set(goal_ids)) != len(goal_ids) or not set(goal_ids) <= set(own):
        raise InputError(
            "this sheet cannot be shared",
            problems={"goal_ids": ["must name goals of this plan, each once, at least one"]},
        )
    return [own[goal_id] for goal_id in goal_ids]


def _open_sheet(session: Session, plan: DevelopmentPlan, now: datetime) -> AgreementSheet:
    """The open sheet of a plan (whose row is locked, so that two shares make one sheet)."""
    found = session.scalar(
        select(AgreementSheet)
        .where(AgreementSheet.plan_id == plan.id, AgreementSheet.closed_at.is_(None))
        .with_for_update()
    )
    if found is not None:
        return found
    person_id = person_of_account(session, plan.owner_id, plan.employer_id)
    if person_id is None:
        raise ConflictError("your account is not tied to your HR record yet", todo="Sign in from work once.")
    sheet = AgreementSheet(
        employer_id=plan.employer_id, owner_id=plan.owner_id, person_id=person_id, plan_id=plan.id, created_at=now
    )
    session.add(sheet)
    session.flush()  # its versions need its id
    return sheet


def _current(session: Session, sheet: AgreementSheet) -> SheetVersion | None:
    return session.scalar(
        select(SheetVersion).where(SheetVersion.sheet_id == sheet.id, SheetVersion.superseded_at.is_(None))
    )


def _require_side(session: Session, installation: Installation, actor: Actor, sheet: AgreementSheet) -> None:
    if actor.role is Role.EMPLOYEE:
        require(actor, Act.SHARE_SHEET, owner_id=sheet.owner_id)
    elif actor.role is Role.SUPERVISOR:
        require_direct_report(session, installation, actor, sheet.person_id)
    else:
        on = today_at(session, installation, sheet.employer_id)
        card = person_cards(session, sheet.employer_id, on, person_ids=[sheet.person_id]).get(sheet.person_id)
        if card is not None and card.supervisor_id is not None:
            raise NotAllowedError("the supervisor of this person confirms", where=Act.CONFIRM_SHEET.value)
