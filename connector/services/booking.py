"""Finding and taking the slots of conversations, within a planning transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from connector.domain.cycle import first_day
from connector.domain.slots import HALF_HOUR, Horizon
from connector.domain.unplanned import Unplanned
from connector.domain.wall_time import day_of, moment_of
from connector.planning.assign import NotPlaced, Placed, Planner, Request
from connector.planning.availability import availability
from connector.planning.days_off import days_off
from connector.services.season_rows import Scene, set_participants
from connector.store.conversation import BookedSlot, Conversation, Participant

_AWAY = ("on_leave", "suspended")


@dataclass(frozen=True, slots=True)
class Booked:
    """`reasons` by conversation id, for those that have no slot."""

    planned: list[Conversation]
    reasons: dict[int, Unplanned]
    not_understood: frozenset[int]


def book_all(session: Session, scene: Scene, rows: Collection[Conversation]) -> Booked:
    """Give each row a slot and book it for its participants, or say why not. Writes participants, times and slots."""
    by_id = {row.id: row for row in rows}
    reasons: dict[int, Unplanned] = {}
    requests: list[Request] = []
    for row in rows:
        wanted = _wanted(scene, row, reasons)
        set_participants(session, row, wanted)
        if row.id not in reasons:
            requests.append(_request(scene, row, list(wanted)))
    planned: list[Conversation] = []
    if not requests:
        return Booked(planned, reasons, frozenset())
    horizon = Horizon.of(scene.today, max(request.last for request in requests), scene.zone)
    people = {person_id for request in requests for person_id in request.participants}
    found = availability(
        session,
        {person_id: scene.cards[person_id] for person_id in people},
        horizon,
        days_off(scene.config.country, horizon.first, horizon.last, scene.cycle.closures),
        earliest=scene.now,
        today=scene.today,
    )
    planner = Planner(horizon, found.free, per_day=scene.cycle.per_day, per_week=scene.cycle.per_week)
    for person_id, starts_at in _standing(session, people, scene):
        planner.count(person_id, starts_at)
    for decision in _decisions(session, planner, horizon, requests):
        if isinstance(decision, Placed):
            row = by_id[decision.ref]
            set_time(row, horizon.moment(decision.bit), scene)
            planned.append(row)
        else:
            reasons[decision.ref] = decision.reason
    return Booked(planned, reasons, found.not_understood)


def take_slots(
    session: Session, conversation_id: int, people: Collection[int], starts_at: datetime, count: int
) -> bool:
    """Book half hours for all these people, or for none: False when somebody has one of them already."""
    moments = [starts_at + number * HALF_HOUR for number in range(count)]
    try:
        with session.begin_nested():
            session.add_all(
                BookedSlot(person_id=person_id, starts_at=moment, conversation_id=conversation_id)
                for person_id in sorted(people)
                for moment in moments
            )
    except IntegrityError:
        return False
    return True


def _decisions(
    session: Session, planner: Planner, horizon: Horizon, requests: list[Request]
) -> Iterator[Placed | NotPlaced]:
    """The planner's decisions, each booked; a slot that somebody else took is left for another one."""
    by_ref = {request.ref: request for request in requests}
    for first in planner.place_all(requests):
        request, decision = by_ref[first.ref], first
        while isinstance(decision, Placed) and not take_slots(
            session, request.ref, request.participants, horizon.moment(decision.bit), request.length
        ):
            planner.refuse(request, decision.bit)
            decision = planner.place(request)
        yield decision


def _wanted(scene: Scene, row: Conversation, reasons: dict[int, Unplanned]) -> dict[int, str]:
    """Who should take part, the employee first; a reason when somebody cannot."""
    wanted = {row.person_id: "employee"}
    employee = scene.cards[row.person_id]
    rule = scene.rule(row.kind)
    if rule is not None and "supervisor" in rule.participants:
        supervisor = scene.cards.get(employee.supervisor_id or 0)
        if employee.supervisor_id is None or employee.supervisor_id == row.person_id:
            reasons[row.id] = Unplanned.NO_SUPERVISOR
        elif supervisor is None or not supervisor.is_employed:
            reasons[row.id] = Unplanned.SUPERVISOR_LEFT
        else:
            wanted[supervisor.person_id] = "supervisor"
            if supervisor.status in _AWAY:
                reasons[row.id] = Unplanned.SUPERVISOR_NOT_FREE
    if employee.status != "active":
        reasons[row.id] = Unplanned.NOT_AT_WORK
    return wanted


def _request(scene: Scene, row: Conversation, people: list[int]) -> Request:
    """Not before the notice; a window that has passed is followed by some days of grace; nobody after leaving."""
    first = first_day(scene.cycle, row.window_from, scene.today)
    last = row.window_to if row.window_to >= first else first + timedelta(days=scene.cycle.late_days)
    ends = [scene.cards[one].left_on for one in people]
    last = min([last, *(day for day in ends if day is not None)])
    return Request(
        ref=row.id, participants=tuple(people), minutes=row.minutes, first=first, last=last, prefer=row.starts_at
    )


def _standing(session: Session, people: Collection[int], scene: Scene) -> list[tuple[int, datetime]]:
    """Conversations that these people have already, from this week on."""
    monday = scene.today - timedelta(days=scene.today.weekday())
    rows = session.execute(
        select(Participant.person_id, Conversation.starts_at)
        .join(Conversation, Participant.conversation_id == Conversation.id)
        .where(
            Participant.person_id.in_(people),
            Conversation.state.in_(("planned", "held")),
            Conversation.starts_at >= moment_of(monday, time(0), scene.zone),
        )
    )
    return [(row.person_id, row.starts_at) for row in rows if row.starts_at is not None]


def set_time(row: Conversation, starts_at: datetime, scene: Scene) -> None:
    """When it begins, and with it when it ends and until when everybody prepares."""
    rule = scene.rule(row.kind)
    row.starts_at, row.ends_at = starts_at, starts_at + timedelta(minutes=row.minutes)
    days = rule.preparation_days if rule else None
    row.preparation_due_on = None if days is None else day_of(starts_at, scene.zone) - timedelta(days=days)
