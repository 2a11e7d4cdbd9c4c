"""The conversations of the sample employer: a season that lies behind it, and the one that begins today."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from connector.demo.accounts import ROLE_PEOPLE, Cast
from connector.domain.access import TIMER, Role
from connector.services.conversations import (
    ConversationView,
    conversations_between,
    mark_held,
    plan_due,
    release_invitations,
)
from connector.services.installation import Installation
from connector.services.preparing import mark_prepared

PAST_SEASON_DAYS = 100  # so many days ago HR planned for the last time


@dataclass(frozen=True, slots=True)
class Season:
    """What planning gave: conversations with a slot, those without one, invitations written."""

    planned: int
    unplanned: int
    invitations: int


def plan_past_season(cast: Cast, then: Installation) -> None:
    """HR plans in the past, and releases nothing: nobody is invited for a day that is over."""
    plan_due(cast.hr, then, cast.employer_id, release=False)


def hold_past_conversations(installation: Installation, cast: Cast, today: date) -> int:
    """HR notes that what was planned was held, but for the last one of the team behind the supervisor's button."""
    now = installation.clock()
    first = today - timedelta(days=PAST_SEASON_DAYS)
    views = conversations_between(cast.hr, installation, cast.employer_id, first, today, states=("planned",))
    past = [(view.ends_at, view) for view in views if view.ends_at is not None and view.ends_at < now]
    past.sort(key=lambda pair: (pair[0], pair[1].id))
    supervisor_id = cast.people[ROLE_PEOPLE[Role.SUPERVISOR]]
    forgotten = next((view.id for _, view in reversed(past) if _led_by(view, supervisor_id)), None)
    for ends_at, view in past:
        if view.id != forgotten:
            mark_held(cast.hr, _at(installation, ends_at), view.id)
    return len(past)


def plan_season(installation: Installation, cast: Cast) -> Season:
    """Plan what is due today as the timer does, and let the invitations go out."""
    report = plan_due(TIMER, installation, cast.employer_id)
    released = release_invitations(cast.hr, installation, cast.employer_id)
    return Season(report.planned, sum(report.unplanned.values()), report.invitations + released)


def prepare_some(installation: Installation, cast: Cast, today: date) -> int:
    """Every other participant of the coming weeks says to have prepared, but nobody behind a button: they still can."""
    last = today + timedelta(days=60)
    views = conversations_between(cast.hr, installation, cast.employer_id, today, last, states=("planned",))
    numbers = {person_id: number for number, person_id in cast.people.items() if number in cast.accounts}
    buttons = {cast.people[number] for number in ROLE_PEOPLE.values()}
    asked = [
        (view.id, part)
        for view in views
        if view.preparation_due_on is not None
        for part in view.participants
        if part.person_id in numbers.keys() - buttons and part.role in (Role.EMPLOYEE, Role.SUPERVISOR)
    ]
    for conversation_id, part in asked[::2]:
        mark_prepared(cast.actor(numbers[part.person_id], Role(part.role)), installation, conversation_id)
    return len(asked[::2])


def _led_by(view: ConversationView, person_id: int) -> bool:
    return any(part.person_id == person_id and part.role == Role.SUPERVISOR for part in view.participants)


def _at(installation: Installation, moment: datetime) -> Installation:
    return replace(installation, clock=lambda: moment)
