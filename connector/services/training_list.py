"""The trainings of an employer's catalogues as another system may read them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, employer_of, require
from connector.errors import NotFoundError
from connector.services.installation import Installation
from connector.services.paging import Page, PageRequest, cut_page
from connector.store.hr import Training, TrainingCompetency


@dataclass(frozen=True, slots=True)
class TrainingEntry:
    """A training that can be booked. None: the catalogue does not say (a price of 0 is a price)."""

    id: int
    key: str
    title: str
    description: str | None
    aim: str | None
    provider: str | None
    language: str | None
    learning_form: str | None
    price: Decimal | None
    currency: str | None
    hours: Decimal | None
    place: str | None
    url: str | None
    next_starts_on: date | None
    retired_on: date | None
    competency_ids: tuple[int, ...]


def list_trainings(
    actor: Actor,
    installation: Installation,
    request: PageRequest,
    *,
    competency_id: int | None = None,
    is_retired: bool | None = None,
) -> Page[TrainingEntry]:
    """The trainings of the actor's employer, by title; retired ones too unless that is asked."""
    require(actor, Act.READ_CATALOGUE)
    statement = _trainings(employer_of(actor)).order_by(Training.title, Training.id)
    if competency_id is not None:
        taught = select(TrainingCompetency.training_id).where(TrainingCompetency.competency_id == competency_id)
        statement = statement.where(Training.id.in_(taught))
    if is_retired is not None:
        statement = statement.where(Training.retired_on.is_not(None) if is_retired else Training.retired_on.is_(None))
    with installation.store.read() as session:
        page: Page[Training] = cut_page(session, statement, request)
        return page.map(lambda rows: _entries(session, rows))


def find_training(actor: Actor, installation: Installation, training_id: int) -> TrainingEntry:
    """One training of the actor's employer, else NotFoundError."""
    require(actor, Act.READ_CATALOGUE)
    statement = _trainings(employer_of(actor)).where(Training.id == training_id)
    with installation.store.read() as session:
        found = _entries(session, tuple(session.scalars(statement)))
    if not found:
        raise NotFoundError("there is no such training at this employer")
    return found[0]


def _trainings(employer_id: int) -> Select[Training]:
    return select(Training).where(Training.employer_id == employer_id)


def _entries(session: Session, rows: tuple[Training, ...]) -> tuple[TrainingEntry, ...]:
    taught: defaultdict[int, list[int]] = defaultdict(list)
    ties = (
        select(TrainingCompetency.training_id, TrainingCompetency.competency_id)
        .where(TrainingCompetency.training_id.in_([row.id for row in rows]))
        .order_by(TrainingCompetency.competency_id)
    )
    for training_id, competency_id in session.execute(ties):
        taught[training_id].append(competency_id)
    return tuple(_entry(row, tuple(taught[row.id])) for row in rows)


def _entry(row: Training, competency_ids: tuple[int, ...]) -> TrainingEntry:
    return TrainingEntry(
        id=row.id,
        key=row.key,
        title=row.title,
        description=row.description,
        aim=row.aim,
        provider=row.provider,
        language=row.language,
        learning_form=row.learning_form,
        price=row.price,
        currency=row.currency,
        hours=row.hours,
        place=row.place,
        url=row.url,
        next_starts_on=row.next_starts_on,
        retired_on=row.retired_on,
        competency_ids=competency_ids,
    )
