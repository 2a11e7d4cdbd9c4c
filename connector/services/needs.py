"""What the training department asks: which competencies are wanted by five or more people, and what the offer says.

It reads agreement sheets in force and nothing else of a plan; names do not leave this module, and every count goes
through `connector.domain.needs` before anybody sees it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, employer_of, require
from connector.domain.needs import MINIMUM, Ask, Needs, Quarter, collect, collect_unit
from connector.errors import NotFoundError
from connector.linking.labels import preferred_labels
from connector.linking.reasons import WORDS
from connector.services.days import today_at
from connector.services.installation import Installation
from connector.services.level_words import level_words
from connector.services.linking import TrainingHit, trainings_for_competency
from connector.store.facts import holds
from connector.store.hr import (
    Assignment,
    Employment,
    OrgUnit,
    OrgUnitDetails,
)
from connector.store.sheet import AgreementSheet, SharedGoal, SheetVersion


@dataclass(frozen=True, slots=True)
class NeedLine:
    """One competency; `levels` are (0-100, people), `quarters` (quarter, people); None: not said on the sheets.

    `level_rest` and `quarter_rest` are the people of the parts that are too small to be shown apart.
    """

    competency_id: int
    competency: str | None
    people: int
    levels: tuple[tuple[int | None, int], ...]
    level_rest: int
    quarters: tuple[tuple[Quarter | None, int], ...]
    quarter_rest: int
    offers: tuple[TrainingHit, ...]

    @property
    def is_met(self) -> bool:
        return bool(self.offers)

    @property
    def estimate(self) -> tuple[TrainingHit, Decimal] | None:
        """The cheapest offer with a known price, and that price for all these people."""
        priced = [(offer.price, offer.training_id, offer) for offer in self.offers if offer.price is not None]
        if not priced:
            return None
        price, _, cheapest = min(priced, key=lambda one: one[:2])
        return cheapest, price * self.people


@dataclass(frozen=True, slots=True)
class Unit:
    unit_id: int
    name: str


@dataclass(frozen=True, slots=True)
class NeedsView:
    """`unit` None: the whole employer. `hidden` as in `connector.domain.needs.Needs`; `words`: level -> word."""

    lines: tuple[NeedLine, ...]
    words: Mapping[int, str]
    today: date
    unit: Unit | None
    units: tuple[Unit, ...]
    hidden: int | None
    minimum: int

    @property
    def unmet(self) -> tuple[NeedLine, ...]:
        return tuple(line for line in self.lines if not line.is_met)


def read_needs(actor: Actor, installation: Installation, *, unit_id: int | None = None) -> NeedsView:
    """The needs of the actor's employer, or of one of its units, as far as they may be shown."""
    require(actor, Act.READ_NEEDS)
    employer_id = employer_of(actor)
    with installation.store.read() as session:
        today = today_at(session, installation, employer_id)
        units = units_of(session, employer_id, today)
        unit = next((one for one in units if one.unit_id == unit_id), None)
        if unit_id is not None and unit is None:
            raise NotFoundError("there is no such unit at this employer")
        asks = _asks(session, employer_id, today)
        needs = collect(asks) if unit is None else collect_unit(asks, unit.unit_id)
        lines = _lines(session, employer_id, today, needs, actor.language)
        words = level_words(session, employer_id, today)
    return NeedsView(lines, words, today, unit, units, needs.hidden, MINIMUM)


def units_of(session: Session, employer_id: int, on: date) -> tuple[Unit, ...]:
    """The units of an employer on a day, by name."""
    rows = session.execute(
        select(OrgUnit.id, OrgUnitDetails.name)
        .join(OrgUnitDetails, and_(OrgUnitDetails.unit_id == OrgUnit.id, holds(OrgUnitDetails, on)))
        .where(OrgUnit.employer_id == employer_id)
        .order_by(OrgUnitDetails.name, OrgUnit.id)
    )
    return tuple(Unit(unit_id, name) for unit_id, name in rows)


def _asks(session: Session, employer_id: int, on: date) -> list[Ask]:
    """The open goals on the sheets of those who work here, with a competency and a level: no text, no name."""
    rows = session.execute(
        select(
            AgreementSheet.person_id,
            SharedGoal.competency_id,
            SharedGoal.level_aimed,
            SharedGoal.target_on,
            Assignment.unit_id,
        )
        .join(SheetVersion, SheetVersion.sheet_id == AgreementSheet.id)
        .join(SharedGoal, SharedGoal.version_id == SheetVersion.id)
        .join(
            Employment,
            and_(
                Employment.person_id == AgreementSheet.person_id,
                holds(Employment, on),
                Employment.status.in_(("active", "on_leave", "suspended")),
            ),
        )
        .outerjoin(Assignment, and_(Assignment.person_id == AgreementSheet.person_id, holds(Assignment, on)))
        .where(
            AgreementSheet.employer_id == employer_id,
            AgreementSheet.closed_at.is_(None),
            SheetVersion.superseded_at.is_(None),
            SharedGoal.state == "open",
            SharedGoal.competency_id.is_not(None),
        )
        .order_by(AgreementSheet.person_id, Assignment.id)
    )
    return [
        Ask(person_id, competency_id, level, Quarter.of(target_on) if target_on else None, unit_id)
        for person_id, competency_id, level, target_on, unit_id in rows
        if competency_id is not None
    ]


def _lines(session: Session, employer_id: int, on: date, needs: Needs, language: str) -> tuple[NeedLine, ...]:
    wanted = [need.competency_id for need in needs.needs]
    names = preferred_labels(session, wanted, language)
    return tuple(
        NeedLine(
            competency_id=need.competency_id,
            competency=names.get(need.competency_id),
            people=need.people,
            levels=tuple(
                (level, need.levels.shown[level])
                for level in sorted(need.levels.shown, key=lambda level: (level is None, level))
            ),
            level_rest=need.levels.rest,
            quarters=tuple(
                (quarter, need.quarters.shown[quarter])
                for quarter in sorted(need.quarters.shown, key=lambda one: (one is None, one))
            ),
            quarter_rest=need.quarters.rest,
            offers=_offers(session, employer_id, on, need.competency_id, language),
        )
        for need in needs.needs
    )


def _offers(session: Session, employer_id: int, on: date, competency_id: int, language: str) -> tuple[TrainingHit, ...]:
    """The trainings that teach this competency or a neighbour of it; words in common alone are no offer."""
    hits = trainings_for_competency(session, employer_id, competency_id, on=on, language=language)
    return tuple(hit for hit in hits if any(reason.kind != WORDS for reason in hit.reasons))
