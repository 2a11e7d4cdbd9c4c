"""Which conversations are due: the rules of a cycle applied to what is known of people and their shared goals.

Pure: the same people on the same day give the same conversations with the same keys, so that planning twice makes
nothing twice. A rule tries its windows in order; the first one whose anchor is known decides.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Anchor(StrEnum):
    """The day that a window is counted from."""

    LAST_CONVERSATION = "last_conversation"  # the last POP conversation that was held
    JOB_CHANGED = "job_changed"
    HIRED = "hired"
    HIRED_YEARLY = "hired_yearly"  # the day of the hire in this year or the next
    CALENDAR_YEAR = "calendar_year"  # 1 January, for who has no known hire date
    FOLLOW_UP_AGREED = "follow_up_agreed"  # the day that the sheet names for following up a goal
    GOAL_HALFWAY = "goal_halfway"  # halfway between sharing a goal and its target day
    EVALUATION_AGREED = "evaluation_agreed"
    GOAL_TARGET = "goal_target"


GOAL_ANCHORS = frozenset({Anchor.FOLLOW_UP_AGREED, Anchor.GOAL_HALFWAY, Anchor.EVALUATION_AGREED, Anchor.GOAL_TARGET})


@dataclass(frozen=True, slots=True)
class Window:
    """From `from_days` to `to_days` after the anchor (negative: before it), both included.

    A window that has passed still counts, for what is late must not be forgotten (R46), unless `skip_when_past`.
    """

    anchor: Anchor
    from_days: int
    to_days: int
    skip_when_past: bool = False


@dataclass(frozen=True, slots=True)
class ConversationRule:
    """One kind of conversation. `preparation_days`: participants have prepared so many days before it, None: never."""

    kind: str
    minutes: int
    participants: tuple[str, ...]
    windows: tuple[Window, ...]
    preparation_days: int | None = None

    @property
    def is_per_goal(self) -> bool:
        return self.windows[0].anchor in GOAL_ANCHORS


@dataclass(frozen=True, slots=True)
class FormNames:
    """The forms of one side: one that goes with a function description, and one for who has none (R23)."""

    general: str
    function: str


@dataclass(frozen=True, slots=True)
class Cycle:
    """A conversation cycle as its file says it."""

    name: str
    rules: tuple[ConversationRule, ...]
    rules_name: str  # of mappings/rules: what a plan in this cycle must hold
    forms: Mapping[str, FormNames]  # of mappings/forms, by side: employee | employer
    horizon_days: int  # how far ahead conversations become due
    notice_days: int  # nobody is invited for sooner
    late_days: int  # how long we look for a slot once the window has passed
    per_day: int  # conversations of one supervisor (or HR person) in a day
    per_week: int
    closures: tuple[tuple[date, date], ...] = ()


@dataclass(frozen=True, slots=True)
class GoalFacts:
    """A shared goal as the sheet in force says it: days only. `state`: open | reached | partly | dropped."""

    uid: uuid.UUID
    state: str
    shared_on: date
    target_on: date | None
    follow_up_on: date | None = None
    evaluation_on: date | None = None


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What the rules need of one employee. `open_kinds`: conversations that are due or planned already."""

    person_id: int
    hired_on: date | None = None
    job_changed_on: date | None = None
    last_held_on: date | None = None
    left_on: date | None = None  # the last day at work, once it is known
    open_kinds: frozenset[str] = frozenset()
    goals: tuple[GoalFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class DueConversation:
    """`key` is unique at an employer and tells why: cycle, kind, person, occasion."""

    key: str
    person_id: int
    kind: str
    minutes: int
    participants: tuple[str, ...]
    window_from: date
    window_to: date
    preparation_days: int | None
    goal_uid: uuid.UUID | None = None


def first_day(cycle: Cycle, window_from: date, today: date) -> date:
    """The first day on which a conversation can be: in its window, and not sooner than people are invited for."""
    return max(window_from, today + timedelta(days=cycle.notice_days))


def due_conversations(cycle: Cycle, people: Iterable[PersonFacts], today: date) -> Iterator[DueConversation]:
    """Everything whose window opens within the horizon, late ones included; nothing after somebody's last day."""
    for person in people:
        for rule in cycle.rules:
            if rule.is_per_goal:
                for goal in person.goals:
                    if goal.state == "open" or (goal.state != "dropped" and rule.kind == "plan_evaluation"):
                        yield from _due(cycle, rule, person, goal, today)
            elif rule.kind not in person.open_kinds:
                yield from _due(cycle, rule, person, None, today)


def _due(
    cycle: Cycle, rule: ConversationRule, person: PersonFacts, goal: GoalFacts | None, today: date
) -> Iterator[DueConversation]:
    for window in rule.windows:
        found = _anchored(window, person, goal, today)
        if found is None:
            continue
        day, occasion = found
        starts, ends = day + timedelta(days=window.from_days), day + timedelta(days=window.to_days)
        if window.skip_when_past and ends < today:
            continue
        is_too_late = person.left_on is not None and person.left_on < first_day(cycle, starts, today)
        if starts <= today + timedelta(days=cycle.horizon_days) and not is_too_late:
            yield DueConversation(
                key=f"{cycle.name}:{rule.kind}:{person.person_id}:{occasion}",
                person_id=person.person_id,
                kind=rule.kind,
                minutes=rule.minutes,
                participants=rule.participants,
                window_from=starts,
                window_to=ends,
                preparation_days=rule.preparation_days,
                goal_uid=goal.uid if goal else None,
            )
        return


def _anchored(window: Window, person: PersonFacts, goal: GoalFacts | None, today: date) -> tuple[date, str] | None:
    """The anchor's day and the name of the occasion, or None when it is not known."""
    if goal is not None:
        day = _goal_day(window.anchor, goal)
        return None if day is None else (day, f"goal-{goal.uid}")
    if window.anchor is Anchor.CALENDAR_YEAR:
        return _yearly(window, date(today.year, 1, 1), today)
    if window.anchor is Anchor.HIRED_YEARLY:
        return None if person.hired_on is None else _yearly(window, person.hired_on, today)
    days = {
        Anchor.LAST_CONVERSATION: (person.last_held_on, "after"),
        Anchor.JOB_CHANGED: (person.job_changed_on, "job"),
        Anchor.HIRED: (person.hired_on, "hired"),
    }
    day, word = days[window.anchor]
    return None if day is None else (day, f"{word}-{day.isoformat()}")


def _yearly(window: Window, first: date, today: date) -> tuple[date, str] | None:
    """The first return of a day whose window has not passed; the day itself counts for 1 January only."""
    for year in (today.year - 1, today.year, today.year + 1, today.year + 2):
        day = first.replace(year=year, day=min(first.day, 28) if first.month == 2 else first.day)
        is_return = year > first.year or window.anchor is Anchor.CALENDAR_YEAR
        if is_return and day + timedelta(days=window.to_days) >= today:
            return day, f"year-{year}"
    return None


def _goal_day(anchor: Anchor, goal: GoalFacts) -> date | None:
    if anchor is Anchor.GOAL_HALFWAY:
        if goal.target_on is None or goal.target_on <= goal.shared_on:
            return None
        return goal.shared_on + (goal.target_on - goal.shared_on) / 2
    return {
        Anchor.FOLLOW_UP_AGREED: goal.follow_up_on,
        Anchor.EVALUATION_AGREED: goal.evaluation_on,
        Anchor.GOAL_TARGET: goal.target_on,
    }[anchor]
