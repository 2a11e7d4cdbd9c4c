"""The functions of an employer with what they ask: title, description, required competencies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, employer_of, require
from connector.errors import NotFoundError
from connector.linking.labels import preferred_labels
from connector.services.days import today_at
from connector.services.installation import Installation
from connector.services.paging import Page, PageRequest, cut_page
from connector.store.facts import holds
from connector.store.hr import Job, JobDescription, JobRequirement


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line of a job profile; `level` is 0-100 on `scale`, None when the profile names no level."""

    competency_id: int
    competency: str | None
    scale: str | None
    level: int | None
    level_label: str | None
    weight: Decimal | None


@dataclass(frozen=True, slots=True)
class JobProfile:
    id: int
    title: str
    description: str | None
    entry_conditions: str | None
    requirements: tuple[Requirement, ...]


def list_job_profiles(
    actor: Actor, installation: Installation, request: PageRequest, on: date | None = None
) -> Page[JobProfile]:
    """The functions of the actor's employer as of a day (today), by title."""
    require(actor, Act.READ_CATALOGUE)
    employer_id = employer_of(actor)
    with installation.store.read() as session:
        day = on or today_at(session, installation, employer_id)
        statement = (
            select(Job.id)
            .join(JobDescription, and_(JobDescription.job_id == Job.id, holds(JobDescription, day)))
            .where(Job.employer_id == employer_id)
            .order_by(JobDescription.title, Job.id)
        )
        page: Page[int] = cut_page(session, statement, request)
        return page.map(lambda ids: _profiles(session, employer_id, day, actor.language, ids))


def find_job_profile(actor: Actor, installation: Installation, job_id: int, on: date | None = None) -> JobProfile:
    """One function of the actor's employer, else NotFoundError."""
    require(actor, Act.READ_CATALOGUE)
    employer_id = employer_of(actor)
    with installation.store.read() as session:
        day = on or today_at(session, installation, employer_id)
        found = _profiles(session, employer_id, day, actor.language, (job_id,))
    if not found:
        raise NotFoundError("there is no such job profile on this day at this employer")
    return found[0]


def _profiles(
    session: Session, employer_id: int, on: date, language: str, ids: tuple[int, ...]
) -> tuple[JobProfile, ...]:
    statement = (
        select(JobDescription)
        .join(Job, Job.id == JobDescription.job_id)
        .where(Job.employer_id == employer_id, Job.id.in_(ids), holds(JobDescription, on))
    )
    described = {row.job_id: row for row in session.scalars(statement)}
    asked = _requirements(session, on, language, described)
    return tuple(
        JobProfile(
            id=job_id,
            title=described[job_id].title,
            description=described[job_id].description,
            entry_conditions=described[job_id].requirements,
            requirements=tuple(asked[job_id]),
        )
        for job_id in ids
        if job_id in described
    )


def _requirements(
    session: Session, on: date, language: str, job_ids: Collection[int]
) -> defaultdict[int, list[Requirement]]:
    rows = session.scalars(
        select(JobRequirement)
        .where(JobRequirement.job_id.in_(job_ids), holds(JobRequirement, on))
        .order_by(JobRequirement.competency_id)
    ).all()
    names = preferred_labels(session, {row.competency_id for row in rows}, language)
    asked: defaultdict[int, list[Requirement]] = defaultdict(list)
    for row in rows:
        asked[row.job_id].append(
            Requirement(
                competency_id=row.competency_id,
                competency=names.get(row.competency_id),
                scale=row.scale,
                level=row.level,
                level_label=row.level_label,
                weight=row.weight,
            )
        )
    return asked
