"""Competencies that an employer can use: those of the frameworks everybody shares, and its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, employer_of, require
from connector.errors import NotFoundError
from connector.linking.labels import preferred_labels
from connector.services.installation import Installation
from connector.services.paging import Page, PageRequest, cut_page
from connector.store.competencies import Competency, CompetencyFramework


@dataclass(frozen=True, slots=True)
class CompetencyEntry:
    """`code` is the framework's own id; `label` is in the asked language if the framework has that one."""

    id: int
    code: str
    framework: str
    framework_version: str
    kind: str | None
    label: str | None
    attribution: str | None
    retired_at: datetime | None


def list_competencies(
    actor: Actor,
    installation: Installation,
    request: PageRequest,
    *,
    framework: str | None = None,
    code: str | None = None,
) -> Page[CompetencyEntry]:
    """The competencies that the actor's employer can use, in the order of our ids."""
    require(actor, Act.READ_CATALOGUE)
    statement = _competencies(employer_of(actor)).order_by(Competency.id)
    if framework is not None:
        statement = statement.where(CompetencyFramework.code == framework)
    if code is not None:
        statement = statement.where(Competency.code == code)
    with installation.store.read() as session:
        page: Page[Any] = cut_page(session, statement, request)
        return page.map(lambda rows: _entries(session, rows, actor.language))


def find_competency(actor: Actor, installation: Installation, competency_id: int) -> CompetencyEntry:
    """One competency that the actor's employer can use, else NotFoundError."""
    require(actor, Act.READ_CATALOGUE)
    statement = _competencies(employer_of(actor)).where(Competency.id == competency_id)
    with installation.store.read() as session:
        found = _entries(session, session.execute(statement).all(), actor.language)
    if not found:
        raise NotFoundError("there is no such competency for this employer")
    return found[0]


def _competencies(employer_id: int) -> Select[Competency, CompetencyFramework]:
    return (
        select(Competency, CompetencyFramework)
        .join(CompetencyFramework, CompetencyFramework.id == Competency.framework_id)
        .where(or_(CompetencyFramework.employer_id.is_(None), CompetencyFramework.employer_id == employer_id))
    )


def _entries(session: Session, rows: Any, language: str) -> tuple[CompetencyEntry, ...]:
    labels = preferred_labels(session, [competency.id for competency, _ in rows], language)
    return tuple(
        CompetencyEntry(
            id=competency.id,
            code=competency.code,
            framework=framework.code,
            framework_version=framework.version,
            kind=competency.kind,
            label=labels.get(competency.id),
            attribution=framework.attribution,
            retired_at=competency.retired_at,
        )
        for competency, framework in rows
    )
