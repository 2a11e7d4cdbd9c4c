"""Agreement sheets as their readers see them: the copies that the owner shared, and how each agreement stands."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from connector.domain.sheet import AgreementState, agreement_state
from connector.linking.labels import preferred_labels
from connector.store.sheet import Agreement, AgreementSheet, SharedGoal, SheetVersion


@dataclass(frozen=True, slots=True)
class SharedGoalView:
    """`level_aimed` is 0-100; `competency` is its label in the asked language."""

    uid: uuid.UUID
    what: str
    how: str | None
    result: str | None
    priority: int
    state: str
    target_on: date | None
    competency_id: int | None
    competency: str | None
    level_aimed: int | None


@dataclass(frozen=True, slots=True)
class AgreementView:
    """`state` is done, late, due or open on the day that was asked. Amounts that nobody knows are None."""

    uid: uuid.UUID
    goal_uid: uuid.UUID | None
    kind: str
    text: str
    owed_by: str
    owed_to: str
    due_on: date | None
    amount: Decimal | None
    currency: str | None
    payer: str | None
    spent: Decimal | None
    training_id: int | None
    delivered_on: date | None
    state: AgreementState


@dataclass(frozen=True, slots=True)
class SheetView:
    """One version of a sheet. It is in force when both sides confirmed it and nothing came after it."""

    sheet_id: int
    version_id: int
    number: int
    employer_id: int
    owner_id: int
    person_id: int
    plan_id: uuid.UUID
    shared_at: datetime
    confirmed_by_owner_at: datetime | None
    confirmed_by_supervisor_at: datetime | None
    superseded_at: datetime | None
    closed_at: datetime | None
    goals: tuple[SharedGoalView, ...]
    agreements: tuple[AgreementView, ...]

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_by_owner_at is not None and self.confirmed_by_supervisor_at is not None

    @property
    def is_in_force(self) -> bool:
        return self.is_confirmed and self.superseded_at is None and self.closed_at is None


def current_versions(
    session: Session,
    employer_id: int,
    on: date,
    *,
    person_ids: Collection[int] | None = None,
    sheet_ids: Collection[int] | None = None,
    with_closed: bool = False,
    language: str = "nl",
) -> list[SheetView]:
    """The last version of every sheet of an employer, the newest first; may be narrowed."""
    statement = (
        select(SheetVersion)
        .join(AgreementSheet)
        .where(AgreementSheet.employer_id == employer_id, SheetVersion.superseded_at.is_(None))
        .order_by(SheetVersion.shared_at.desc(), SheetVersion.id.desc())
    )
    if person_ids is not None:
        statement = statement.where(AgreementSheet.person_id.in_(person_ids))
    if sheet_ids is not None:
        statement = statement.where(AgreementSheet.id.in_(sheet_ids))
    if not with_closed:
        statement = statement.where(AgreementSheet.closed_at.is_(None))
    return _views(session, statement, on, language)


def all_versions(session: Session, sheet_id: int, on: date, language: str = "nl") -> list[SheetView]:
    """Every version of one sheet, the newest first."""
    statement = select(SheetVersion).where(SheetVersion.sheet_id == sheet_id).order_by(SheetVersion.number.desc())
    return _views(session, statement, on, language)


def _views(session: Session, statement: Select[SheetVersion], on: date, language: str) -> list[SheetView]:
    loaded = statement.options(
        selectinload(SheetVersion.sheet), selectinload(SheetVersion.goals), selectinload(SheetVersion.agreements)
    )
    versions: list[SheetVersion] = list(session.scalars(loaded))
    asked = {goal.competency_id for version in versions for goal in version.goals if goal.competency_id is not None}
    labels = preferred_labels(session, asked, language) if asked else {}
    return [_view(version, on, labels) for version in versions]


def _view(version: SheetVersion, on: date, labels: dict[int, str]) -> SheetView:
    sheet = version.sheet
    return SheetView(
        sheet_id=sheet.id,
        version_id=version.id,
        number=version.number,
        employer_id=sheet.employer_id,
        owner_id=sheet.owner_id,
        person_id=sheet.person_id,
        plan_id=sheet.plan_id,
        shared_at=version.shared_at,
        confirmed_by_owner_at=version.confirmed_by_owner_at,
        confirmed_by_supervisor_at=version.confirmed_by_supervisor_at,
        superseded_at=version.superseded_at,
        closed_at=sheet.closed_at,
        goals=tuple(_goal(row, labels) for row in version.goals),
        agreements=tuple(_agreement(row, on) for row in version.agreements),
    )


def _goal(row: SharedGoal, labels: dict[int, str]) -> SharedGoalView:
    return SharedGoalView(
        uid=row.uid,
        what=row.what,
        how=row.how,
        result=row.result,
        priority=row.priority,
        state=row.state,
        target_on=row.target_on,
        competency_id=row.competency_id,
        competency=labels.get(row.competency_id) if row.competency_id is not None else None,
        level_aimed=row.level_aimed,
    )


def _agreement(row: Agreement, on: date) -> AgreementView:
    return AgreementView(
        uid=row.uid,
        goal_uid=row.goal_uid,
        kind=row.kind,
        text=row.text,
        owed_by=row.owed_by,
        owed_to=row.owed_to,
        due_on=row.due_on,
        amount=row.amount,
        currency=row.currency,
        payer=row.payer,
        spent=row.spent,
        training_id=row.training_id,
        delivered_on=row.delivered_on,
        state=agreement_state(row.due_on, row.delivered_on, on),
    )
