"""The owner's own page: what to do now, what was promised, the goals in the owner's words, and who sees what."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, employer_of, require
from connector.domain.gap import GapLine
from connector.domain.sheet import AgreementState
from connector.errors import NotFoundError
from connector.services.access_log import Reading, my_readers
from connector.services.conversation_cards import Agenda, ConversationCard, Wall, agendas, wall_of
from connector.services.gaps import gap_lines
from connector.services.installation import Installation
from connector.services.level_words import level_words
from connector.services.linking import TrainingHit, link_text, trainings_for_competency
from connector.services.plan_views import PlanView
from connector.services.plans import my_plan
from connector.services.sheet_views import AgreementView, SheetView, current_versions
from connector.store.people import PersonCard, person_cards
from connector.store.sheet import AgreementSheet

_TRAININGS = 3  # suggestions per goal


@dataclass(frozen=True, slots=True)
class Looks:
    """How often one reader looked in one day."""

    reader: str | None
    reader_role: str
    day: date
    times: int


@dataclass(frozen=True, slots=True)
class MyPage:
    """`card` None: the account is not tied to an HR record. `plan` None: no plan yet. `suggestions`: by open goal."""

    name: str
    card: PersonCard | None
    supervisor: str | None
    agenda: Agenda
    names: dict[int, str]
    plan: PlanView | None
    sheets: tuple[SheetView, ...]
    gaps: tuple[GapLine, ...]
    suggestions: Mapping[uuid.UUID, tuple[TrainingHit, ...]]
    level_words: Mapping[int, str]
    looks: tuple[Looks, ...]
    wall: Wall

    @property
    def conversation(self) -> ConversationCard | None:
        return self.agenda.next

    @property
    def sheet(self) -> SheetView | None:
        """The open sheet."""
        return next((sheet for sheet in self.sheets if sheet.closed_at is None), None)

    @property
    def agreements(self) -> tuple[AgreementView, ...]:
        """Late ones first, done ones last."""
        order = [AgreementState.LATE, AgreementState.DUE, AgreementState.OPEN, AgreementState.DONE]
        found = self.sheet.agreements if self.sheet else ()
        return tuple(
            sorted(found, key=lambda one: (order.index(one.state), one.due_on is None, one.due_on or self.wall.today))
        )

    @property
    def todo(self) -> tuple[str, object]:
        """The one thing to do now: a code and what it is about.

        confirm (the sheet), prepare (the conversation), keep (an agreement of one's own that is late or due),
        start (no plan), first_goal, complete_goal (a goal that lacks a part), nothing.
        """
        if self.sheet is not None and self.sheet.confirmed_by_owner_at is None:
            return ("confirm", self.sheet)
        if self.conversation is not None and "employee" in self.conversation.to_prepare_now:
            return ("prepare", self.conversation)
        for agreement in self.agreements:
            if agreement.owed_by == "employee" and agreement.state in (AgreementState.LATE, AgreementState.DUE):
                return ("keep", agreement)
        return self._todo_of_plan()

    def _todo_of_plan(self) -> tuple[str, object]:
        if self.plan is None or self.plan.plan.closed_on is not None:
            return ("start", None)
        goals = [goal for goal in self.plan.goals if goal.state == "open"]
        if not goals:
            return ("first_goal", None)
        incomplete = next((goal for goal in goals if goal.missing_parts), None)
        return ("complete_goal", incomplete) if incomplete else ("nothing", None)


def read_my_page(actor: Actor, installation: Installation) -> MyPage:
    """Everything of the actor's own at this employer."""
    require(actor, Act.OWN_PLAN)
    employer_id = employer_of(actor)
    try:
        plan = my_plan(actor, installation)
    except NotFoundError:
        plan = None
    readings = my_readers(actor, installation)
    suggestions = _suggestions(actor, installation, plan)
    with installation.store.read() as session:
        wall = wall_of(session, installation, employer_id)
        card = _own_card(session, actor, employer_id, wall)
        plans = agendas(session, employer_id, wall, [card.person_id] if card else [])
        agenda = plans[card.person_id if card else 0]
        around = {one.person_id for conversation in agenda.cards for one in conversation.attendees}
        around |= {card.supervisor_id} if card and card.supervisor_id else set()
        names = {
            one.person_id: one.name
            for one in person_cards(session, employer_id, wall.today, person_ids=around).values()
        }
        gaps = _gaps(session, actor, card, wall)
        return MyPage(
            name=(card.given_name or card.name) if card else "",
            card=card,
            supervisor=names.get(card.supervisor_id) if card and card.supervisor_id else None,
            agenda=agenda,
            names=names,
            plan=plan,
            sheets=_own_sheets(session, actor, employer_id, wall),
            gaps=gaps,
            suggestions=suggestions,
            level_words=level_words(session, employer_id, wall.today),
            looks=_looks(readings, wall),
            wall=wall,
        )


def _suggestions(
    actor: Actor, installation: Installation, plan: PlanView | None
) -> dict[uuid.UUID, tuple[TrainingHit, ...]]:
    """The best trainings for each open goal: by its competency, else by its own words."""
    employer_id = employer_of(actor)
    found: dict[uuid.UUID, tuple[TrainingHit, ...]] = {}
    for goal in plan.goals if plan else ():
        if goal.state != "open":
            continue
        if not goal.competencies:
            found[goal.goal_id] = link_text(actor, installation, goal.what, limit=_TRAININGS).trainings
            continue
        with installation.store.read() as session:
            on = wall_of(session, installation, employer_id).today
            found[goal.goal_id] = trainings_for_competency(
                session,
                employer_id,
                goal.competencies[0].competency_id,
                on=on,
                language=actor.language,
                limit=_TRAININGS,
            )
    return found


def _own_card(session: Session, actor: Actor, employer_id: int, wall: Wall) -> PersonCard | None:
    if actor.person_id is None:
        return None
    return person_cards(session, employer_id, wall.today, person_ids=[actor.person_id]).get(actor.person_id)


def _own_sheets(session: Session, actor: Actor, employer_id: int, wall: Wall) -> tuple[SheetView, ...]:
    own = session.scalars(
        select(AgreementSheet.id).where(
            AgreementSheet.owner_id == actor.account_id, AgreementSheet.employer_id == employer_id
        )
    ).all()
    return tuple(
        current_versions(session, employer_id, wall.today, sheet_ids=own, with_closed=True, language=actor.language)
    )


def _gaps(session: Session, actor: Actor, card: PersonCard | None, wall: Wall) -> tuple[GapLine, ...]:
    if card is None:
        return ()
    return tuple(
        gap_lines(session, person_id=card.person_id, job_id=card.job_id, on=wall.today, language=actor.language)
    )


def _looks(readings: Sequence[Reading], wall: Wall) -> tuple[Looks, ...]:
    """Readings of one reader on one day are one line."""
    times = Counter((one.reader, one.reader_role, wall.local(one.at).date()) for one in readings)
    return tuple(Looks(*key, times=count) for key, count in times.items())
