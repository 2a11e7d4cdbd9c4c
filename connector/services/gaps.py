"""The gap of one person: what the function asks, what the person has, as of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, Role, require
from connector.domain.gap import Assessed, GapLine, Level, Needed, compare_profile
from connector.errors import NotAllowedError, NotFoundError
from connector.linking.labels import preferred_labels
from connector.services.days import today_at
from connector.services.installation import Installation
from connector.store.facts import holds
from connector.store.hr import CompetencyRating, JobRequirement
from connector.store.people import PersonCard, person_cards


@dataclass(frozen=True, slots=True)
class PersonGap:
    """`job_title` None: the HR system names no function, and then there is nothing to compare with."""

    person_id: int
    name: str
    job_title: str | None
    on: date
    lines: tuple[GapLine, ...]


def gap_of(actor: Actor, installation: Installation, person_id: int) -> PersonGap:
    """The gap of one person today: for HR, for the person's supervisor, and for the person himself."""
    act = Act.READ_TEAM if actor.role is Role.SUPERVISOR else Act.READ_DOSSIER
    is_own = actor.person_id is not None and actor.person_id == person_id
    require(actor, Act.READ_CATALOGUE if is_own else act)
    if actor.employer_id is None:
        raise NotAllowedError("this needs an employer", where=act.value)
    with installation.store.read() as session:
        on = today_at(session, installation, actor.employer_id)
        card = person_cards(session, actor.employer_id, on, person_ids=[person_id]).get(person_id)
        if card is None:
            raise NotFoundError("there is no such person at this employer")
        if not is_own and act is Act.READ_TEAM:
            _require_report(actor, card)
        lines = gap_lines(session, person_id=person_id, job_id=card.job_id, on=on, language=actor.language)
        return PersonGap(person_id, card.name, card.job_title, on, tuple(lines))


def gap_lines(session: Session, *, person_id: int, job_id: int | None, on: date, language: str = "nl") -> list[GapLine]:
    """A line for each competency that the job asks on a day, by label; none without a job.

    The caller has made sure that this person may be looked at.
    """
    if job_id is None:
        return []
    asked = session.scalars(
        select(JobRequirement).where(JobRequirement.job_id == job_id, holds(JobRequirement, on))
    ).all()
    ids = {row.competency_id for row in asked}
    labels = preferred_labels(session, ids, language)
    needed = [
        Needed(row.competency_id, labels.get(row.competency_id, ""), Level(row.level, row.level_label, row.scale))
        for row in asked
    ]
    rated = session.scalars(
        select(CompetencyRating)
        .where(
            CompetencyRating.person_id == person_id,
            CompetencyRating.competency_id.in_(ids),
            holds(CompetencyRating, on),
        )
        .order_by(CompetencyRating.id)
    )
    assessed = [
        Assessed(row.competency_id, Level(row.level, row.level_label, row.scale), row.assessed_on, row.basis)
        for row in rated
    ]
    needed.sort(key=lambda each: (each.label.casefold(), each.competency_id))
    return compare_profile(needed, assessed, language)


def _require_report(actor: Actor, card: PersonCard) -> None:
    if actor.person_id is None or card.supervisor_id != actor.person_id:
        raise NotAllowedError("this is not somebody of your team", where=Act.READ_TEAM.value)
