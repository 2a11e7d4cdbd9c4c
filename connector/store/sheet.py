"""The agreement sheet: shared by an act of its owner. It holds copies, so that the plan itself is never read.

`uid` names the same goal or agreement through all versions of a sheet.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Numeric, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from connector.store.base import Base, Numbered


class AgreementSheet(Numbered, Base):
    """`owner_id` shared it; `person_id` is the same human in the HR records of this employer."""

    __tablename__ = "agreement_sheet"
    employer_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    plan_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("development_plan.id"))
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    versions: Mapped[list[SheetVersion]] = relationship(back_populates="sheet", order_by="SheetVersion.number")


class SheetVersion(Numbered, Base):
    """One version as both sides saw it. The last one that is not superseded is in force once both confirmed."""

    __tablename__ = "sheet_version"
    __table_args__ = (UniqueConstraint("sheet_id", "number"),)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("agreement_sheet.id"))
    number: Mapped[int]
    shared_at: Mapped[datetime]
    confirmed_by_owner_at: Mapped[datetime | None]
    confirmed_by_supervisor_at: Mapped[datetime | None]
    superseded_at: Mapped[datetime | None]
    sheet: Mapped[AgreementSheet] = relationship(back_populates="versions")
    goals: Mapped[list[SharedGoal]] = relationship(back_populates="version", order_by="SharedGoal.priority")
    agreements: Mapped[list[Agreement]] = relationship(back_populates="version", order_by="Agreement.id")


class SharedGoal(Numbered, Base):
    """The copy of a goal that its owner put on the sheet."""

    __tablename__ = "shared_goal"
    version_id: Mapped[int] = mapped_column(ForeignKey("sheet_version.id"), index=True)
    uid: Mapped[uuid.UUID] = mapped_column(Uuid)
    what: Mapped[str] = mapped_column(Text)
    how: Mapped[str | None] = mapped_column(Text)
    result: Mapped[str | None] = mapped_column(Text)
    priority: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    target_on: Mapped[date | None]
    competency_id: Mapped[int | None] = mapped_column(ForeignKey("competency.id"), index=True)
    level_aimed: Mapped[int | None]
    version: Mapped[SheetVersion] = relationship(back_populates="goals")


class Agreement(Numbered, Base):
    """Who owes what to whom by when (R34, R39). Amounts are in euro unless `currency` says otherwise."""

    __tablename__ = "agreement"
    version_id: Mapped[int] = mapped_column(ForeignKey("sheet_version.id"), index=True)
    uid: Mapped[uuid.UUID] = mapped_column(Uuid, index=True)
    goal_uid: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(String(12))  # time | cost | facility | follow_up | evaluation | free
    text: Mapped[str] = mapped_column(Text)
    owed_by: Mapped[str] = mapped_column(String(20))  # employee | supervisor | hr | training_department
    owed_to: Mapped[str] = mapped_column(String(20))
    due_on: Mapped[date | None]
    amount: Mapped[Decimal | None] = mapped_column(Numeric(10, 2))
    currency: Mapped[str | None] = mapped_column(String(3))
    payer: Mapped[str | None] = mapped_column(String(60))
    spent: Mapped[Decimal | None] = mapped_column(Numeric(10, 2))
    training_id: Mapped[int | None] = mapped_column(ForeignKey("training.id"))
    delivered_on: Mapped[date | None]
    version: Mapped[SheetVersion] = relationship(back_populates="agreements")


class Budget(Numbered, Base):
    """What a unit may spend on development in a year, per kind of cost."""

    __tablename__ = "budget"
    __table_args__ = (UniqueConstraint("unit_id", "year", "kind"),)
    employer_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    year: Mapped[int]
    kind: Mapped[str] = mapped_column(String(30))  # training | coaching | leave | material
    amount: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    currency: Mapped[str] = mapped_column(String(3))
