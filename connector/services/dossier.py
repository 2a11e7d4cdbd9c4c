"""HR's dossier before a conversation: the person, the function, the gap, the last agreement sheet, what is still open.

Nothing of a plan is in it. Opening it is noted in the owner's access log when there is a sheet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, employer_of, require
from connector.domain.gap import GapLine
from connector.domain.sheet import AgreementState
from connector.errors import NotFoundError
from connector.services.conversation_cards import Agenda, ConversationCard, Wall, agendas, wall_of
from connector.services.gaps import gap_lines
from connector.services.installation import Installation
from connector.services.level_words import level_words
from connector.services.linking import TrainingHit, trainings_for_competency
from connector.services.people_list import PersonLine
from connector.services.sheet_views import SheetView
from connector.services.sheets import read_latest_sheet
from connector.store.facts import holds
from connector.store.hr import Assignment, JobDescription
from connector.store.people import PersonCard, person_cards

_TRAININGS = 3  # suggestions per competency
OPEN_POINTS = (
    "late",
    "no_conversation",
    "not_planned",
    "not_concluded",
    "agreements_late",
    "no_supervisor",
    "no_job",
    "no_profile",
    "employee_unprepared",
    "supervisor_unprepared",
    "owner_unconfirmed",
    "supervisor_unconfirmed",
    "no_sheet",
)


@dataclass(frozen=True, slots=True)
class Function:
    """The function description. `held_since` None: nobody knows since when."""

    title: str | None
    held_since: date | None
    description: str | None
    requirements: str | None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The trainings that fit a competency which the function asks and the person lacks, each with its reason."""

    gap: GapLine
    trainings: tuple[TrainingHit, ...]


@dataclass(frozen=True, slots=True)
class Dossier:
    """`names` gives the names of everybody in `conversations`; `open_points` are codes, the gravest first."""

    card: PersonCard
    supervisor: PersonCard | None
    function: Function
    gaps: tuple[GapLine, ...]
    suggestions: tuple[Suggestion, ...]
    sheet: SheetView | None
    agenda: Agenda
    names: dict[int, str]
    level_words: Mapping[int, str]
    open_points: tuple[str, ...]

    @property
    def conversation(self) -> ConversationCard | None:
        return self.agenda.next


def read_dossier(actor: Actor, installation: Installation, person_id: int) -> Dossier:
    """The dossier of one person of the actor's employer, else NotFoundError."""
    require(actor, Act.READ_DOSSIER)
    employer_id = employer_of(actor)
    with installation.store.begin() as session:
        wall = wall_of(session, installation, employer_id)
        card = person_cards(session, employer_id, wall.today, person_ids=[person_id]).get(person_id)
        if card is None:
            raise NotFoundError("there is no such person at this employer")
        gaps = gap_lines(session, person_id=person_id, job_id=card.job_id, on=wall.today, language=actor.language)
        sheet = read_latest_sheet(session, installation, actor, person_id, wall.today)
        agenda = agendas(session, employer_id, wall, [person_id])[person_id]
        known = _people_around(session, employer_id, wall, card, agenda)
        return Dossier(
            card=card,
            supervisor=known.get(card.supervisor_id) if card.supervisor_id else None,
            function=_function(session, card, wall.today),
            gaps=tuple(gaps),
            suggestions=_suggestions(session, employer_id, wall.today, gaps, actor.language),
            sheet=sheet,
            agenda=agenda,
            names={person.person_id: person.name for person in known.values()},
            level_words=level_words(session, employer_id, wall.today),
            open_points=_open_points(card, gaps, sheet, agenda),
        )


def _people_around(
    session: Session, employer_id: int, wall: Wall, card: PersonCard, agenda: Agenda
) -> dict[int, PersonCard]:
    ids = {one.person_id for conversation in agenda.cards for one in conversation.attendees}
    if card.supervisor_id is not None:
        ids.add(card.supervisor_id)
    return person_cards(session, employer_id, wall.today, person_ids=ids)


def _suggestions(
    session: Session, employer_id: int, on: date, gaps: Sequence[GapLine], language: str
) -> tuple[Suggestion, ...]:
    return tuple(
        Suggestion(
            gap,
            trainings_for_competency(
                session, employer_id, gap.competency_id, on=on, language=language, limit=_TRAININGS
            ),
        )
        for gap in gaps
        if gap.difference is not None and gap.difference > 0
    )


def _function(session: Session, card: PersonCard, on: date) -> Function:
    row = session.scalar(select(JobDescription).where(JobDescription.job_id == card.job_id, holds(JobDescription, on)))
    return Function(
        title=card.job_title,
        held_since=_held_since(session, card, on),
        description=row.description if row else None,
        requirements=row.requirements if row else None,
    )


def _held_since(session: Session, card: PersonCard, on: date) -> date | None:
    """The first day of the unbroken stretch in which this person holds this function.

    Without a hire date the first stretch has no known beginning: it starts on the day of the first sync.
    """
    rows = session.execute(
        select(Assignment.valid_from, Assignment.valid_to, Assignment.job_id, Assignment.job_title)
        .where(Assignment.person_id == card.person_id, Assignment.recorded_to.is_(None), Assignment.valid_from <= on)
        .order_by(Assignment.valid_from.desc())
    ).all()
    since: date | None = None
    for row in rows:
        same = row.job_id == card.job_id if card.job_id else row.job_title == card.job_title
        if not same or (since is not None and row.valid_to != since):
            break
        since = row.valid_from
    began_before_us = card.hired_on is None and rows and since == rows[-1].valid_from
    return None if card.job_title is None or began_before_us else since


def _open_points(card: PersonCard, gaps: Sequence[GapLine], sheet: SheetView | None, agenda: Agenda) -> tuple[str, ...]:
    found = set(PersonLine(card, agenda.next).lacks)
    if agenda.unfinished:
        found.add("not_concluded")
    if not gaps and card.job_title is not None:
        found.add("no_profile")
    if sheet is None:
        found.add("no_sheet")
    elif sheet.closed_at is None:
        if sheet.confirmed_by_owner_at is None:
            found.add("owner_unconfirmed")
        if sheet.confirmed_by_supervisor_at is None:
            found.add("supervisor_unconfirmed")
        if any(agreement.state is AgreementState.LATE for agreement in sheet.agreements):
            found.add("agreements_late")
    return tuple(code for code in OPEN_POINTS if code in found)
