"""Who may do what: one table, read by every service before it does anything.

An `Actor` is somebody (or a timer) in one role at one employer. `require` answers by raising: a service that got
past it may go on. Ownership is not a role: the plan's own texts need `owner_id == actor.account_id`, and no
role stands in for it (design, promise 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from connector.errors import NotAllowedError


class Role(StrEnum):
    """Roles of a membership; `timer` is the product itself when the clock calls it, `source` a system that pushes its
    records to us, `watcher` one that reads our figures: these are nobody's."""

    EMPLOYEE = "employee"
    SUPERVISOR = "supervisor"
    HR = "hr"
    TRAINING = "training_department"
    ADMINISTRATOR = "administrator"
    TIMER = "timer"
    SOURCE = "source"
    WATCHER = "watcher"


class Act(StrEnum):
    """What can be asked of a service."""

    OWN_PLAN = "own_plan"  # write and read the own plan
    SHARE_SHEET = "share_sheet"  # put goals and agreements on a sheet
    READ_DOSSIER = "read_dossier"  # HR's preparation of a conversation
    READ_TEAM = "read_team"  # agreements, costs and conversations of the own team
    TICK_AGREEMENT = "tick_agreement"  # say that a promised facility was delivered
    CONFIRM_SHEET = "confirm_sheet"  # agree to a version as the employer's side
    LINK_PERSON = "link_person"  # tie the own account to the own HR record
    READ_BUDGETS = "read_budgets"
    SET_BUDGET = "set_budget"
    READ_NEEDS = "read_needs"  # needs added up, never by name
    READ_CATALOGUE = "read_catalogue"  # trainings, competencies, job profiles
    LINK = "link"  # ask which trainings fit a text
    READ_PEOPLE = "read_people"  # names, jobs and units of an employer
    READ_SHEETS = "read_sheets"  # agreement sheets of an employer
    READ_CONVERSATIONS = "read_conversations"  # dates of conversations, never their content
    PLAN_CONVERSATIONS = "plan_conversations"
    ATTEND = "attend"  # the conversations that one takes part in: see the dates, say that one has prepared
    SYNC = "sync"
    PUSH = "push"  # hand in the records of one source, for a sync to take over
    READ_RUNS = "read_runs"
    MEND = "mend"  # say what of a record is wrong or may stay wrong, and whom it speaks of
    MANAGE = "manage"  # tokens, accounts, competency frameworks, due work
    REACT = "react"  # handle due work and messages
    SIGN_IN = "sign_in"  # open, look up and close sessions
    WATCH = "watch"  # read figures about this installation, none of them about a person
    FOLLOW_LINK = "follow_link"  # come in from a record of the HR system


_EVERYBODY = frozenset({Act.READ_CATALOGUE, Act.LINK, Act.LINK_PERSON})

TABLE: dict[Role, frozenset[Act]] = {
    Role.EMPLOYEE: _EVERYBODY | {Act.ATTEND, Act.OWN_PLAN, Act.SHARE_SHEET, Act.TICK_AGREEMENT, Act.FOLLOW_LINK},
    Role.SUPERVISOR: _EVERYBODY
    | {
        Act.ATTEND,
        Act.READ_TEAM,
        Act.TICK_AGREEMENT,
        Act.CONFIRM_SHEET,
        Act.READ_BUDGETS,
        Act.FOLLOW_LINK,
    },
    Role.HR: _EVERYBODY
    | {
        Act.ATTEND,
        Act.READ_DOSSIER,
        Act.FOLLOW_LINK,
        Act.READ_PEOPLE,
        Act.READ_SHEETS,
        Act.READ_CONVERSATIONS,
        Act.PLAN_CONVERSATIONS,
        Act.TICK_AGREEMENT,
        Act.CONFIRM_SHEET,
        Act.READ_BUDGETS,
        Act.SET_BUDGET,
        Act.READ_RUNS,
        Act.MEND,
    },
    Role.TRAINING: _EVERYBODY | {Act.READ_NEEDS},
    Role.ADMINISTRATOR: _EVERYBODY | {Act.SYNC, Act.READ_RUNS, Act.MEND, Act.MANAGE, Act.READ_PEOPLE},
    Role.TIMER: frozenset(
        {
            Act.SYNC,
            Act.REACT,
            Act.SIGN_IN,
            Act.PLAN_CONVERSATIONS,
            Act.READ_PEOPLE,
            Act.READ_CATALOGUE,
            Act.LINK,
            Act.MANAGE,
            Act.PUSH,
        }
    ),
    Role.SOURCE: frozenset({Act.PUSH}),
    Role.WATCHER: frozenset({Act.WATCH}),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks. `employer_id` bounds everything; `person_id` is the HR record tied to the account, if any;
    `source` the one source that a system may push to."""

    role: Role
    employer_id: int | None
    account_id: int | None = None
    person_id: int | None = None
    language: str = "nl"
    source: str | None = None

    @property
    def is_everywhere(self) -> bool:
        """Only the installation's own administrator and timer stand outside one employer."""
        return self.employer_id is None and self.role in (Role.ADMINISTRATOR, Role.TIMER)


def may(actor: Actor, act: Act) -> bool:
    return act in TABLE[actor.role]


def require(actor: Actor, act: Act, *, employer_id: int | None = None, owner_id: int | None = None) -> None:
    """Raise NotAllowedError unless the role may, the employer is the actor's, and (if given) the owner is the actor."""
    if not may(actor, act):
        raise NotAllowedError(f"the role {actor.role.value} may not do this", where=act.value)
    if employer_id is not None and not actor.is_everywhere and employer_id != actor.employer_id:
        raise NotAllowedError("this belongs to another employer", where=act.value)
    if owner_id is not None and owner_id != actor.account_id:
        raise NotAllowedError("only the owner of the plan can do this", where=act.value)


def employer_of(actor: Actor) -> int:
    """The one employer that bounds this actor."""
    if actor.employer_id is None:
        raise NotAllowedError("this needs an employer", where=actor.role.value)
    return actor.employer_id


TIMER = Actor(role=Role.TIMER, employer_id=None)
