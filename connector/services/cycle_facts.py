"""What the rules of a conversation cycle need of people: dates from HR facts, earlier conversations and shared goals.

Goals come from agreement sheets in force, never from a plan (design, promise 2).
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from connector.domain.cycle import GoalFacts, PersonFacts
from connector.domain.wall_time import day_of
from connector.store.conversation import Conversation
from connector.store.people import PersonCard
from connector.store.sheet import Agreement, AgreementSheet, SharedGoal, SheetVersion

OPEN_STATES = ("due", "unplanned", "planned")


def person_facts(
    session: Session,
    employer_id: int,
    cards: Mapping[int, PersonCard],
    zone: ZoneInfo,
    job_changed: Mapping[int, date],
) -> list[PersonFacts]:
    """Facts of everybody in `cards` who is employed; `job_changed` says since when, for whom that is news."""
    held = _last_held(session, employer_id, zone)
    kinds = _open_kinds(session, employer_id)
    goals = _shared_goals(session, employer_id, zone)
    return [
        PersonFacts(
            person_id=card.person_id,
            hired_on=card.hired_on,
            job_changed_on=job_changed.get(card.person_id),
            last_held_on=held.get(card.person_id),
            left_on=card.left_on,
            open_kinds=frozenset(kinds.get(card.person_id, ())),
            goals=tuple(goals.get(card.person_id, ())),
        )
        for card in cards.values()
        if card.is_employed
    ]


def _last_held(session: Session, employer_id: int, zone: ZoneInfo) -> dict[int, date]:
    rows = session.execute(
        select(Conversation.person_id, func.max(Conversation.starts_at).label("at"))
        .where(
            Conversation.employer_id == employer_id,
            Conversation.kind == "development_conversation",
            Conversation.state == "held",
        )
        .group_by(Conversation.person_id)
    )
    return {row.person_id: day_of(row.at, zone) for row in rows if row.at is not None}


def _open_kinds(session: Session, employer_id: int) -> dict[int, set[str]]:
    kinds: defaultdict[int, set[str]] = defaultdict(set)
    for row in session.execute(
        select(Conversation.person_id, Conversation.kind).where(
            Conversation.employer_id == employer_id, Conversation.state.in_(OPEN_STATES)
        )
    ):
        kinds[row.person_id].add(row.kind)
    return kinds


def _shared_goals(session: Session, employer_id: int, zone: ZoneInfo) -> dict[int, list[GoalFacts]]:
    agreed = _agreed_days(session, employer_id)
    goals: defaultdict[int, list[GoalFacts]] = defaultdict(list)
    statement = (
        select(AgreementSheet.person_id, AgreementSheet.created_at, SharedGoal)
        .join(SheetVersion, SharedGoal.version_id == SheetVersion.id)
        .join(AgreementSheet, SheetVersion.sheet_id == AgreementSheet.id)
        .where(_in_force(employer_id))
        .order_by(SharedGoal.id)
    )
    for person_id, created_at, goal in session.execute(statement):
        goals[person_id].append(
            GoalFacts(
                uid=goal.uid,
                state=goal.state,
                shared_on=day_of(created_at, zone),
                target_on=goal.target_on,
                follow_up_on=agreed.get((goal.uid, "follow_up")),
                evaluation_on=agreed.get((goal.uid, "evaluation")),
            )
        )
    return goals


def _agreed_days(session: Session, employer_id: int) -> dict[tuple[uuid.UUID, str], date]:
    """The first day agreed for following up or evaluating each goal, as long as that was not done."""
    statement = (
        select(Agreement.goal_uid, Agreement.kind, func.min(Agreement.due_on).label("on"))
        .join(SheetVersion, Agreement.version_id == SheetVersion.id)
        .join(AgreementSheet, SheetVersion.sheet_id == AgreementSheet.id)
        .where(
            _in_force(employer_id),
            Agreement.kind.in_(("follow_up", "evaluation")),
            Agreement.goal_uid.is_not(None),
            Agreement.due_on.is_not(None),
            Agreement.delivered_on.is_(None),
        )
        .group_by(Agreement.goal_uid, Agreement.kind)
    )
    return {(row.goal_uid, row.kind): row.on for row in session.execute(statement)}


def _in_force(employer_id: int) -> ColumnElement[bool]:
    """Of an open sheet the version that both sides confirmed and none replaced."""
    return and_(
        AgreementSheet.employer_id == employer_id,
        AgreementSheet.closed_at.is_(None),
        SheetVersion.superseded_at.is_(None),
        SheetVersion.confirmed_by_owner_at.is_not(None),
        SheetVersion.confirmed_by_supervisor_at.is_not(None),
    )
