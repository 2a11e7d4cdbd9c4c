"""Dated sessions of trainings with their seats, and what somebody has finished. Read-only here, like all of HR."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import ForeignKey, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from connector.store.base import Base, Bitemporal, Id, Numbered


class TrainingSession(Numbered, Base):
    """One time that a training is given; kept up to date in its row, cancelled, never deleted.

    `record_id` is the source record (RecordState) that it is. Unknown seats, price and place are None, never 0.
    """

    __tablename__ = "training_session"
    record_id: Mapped[int] = mapped_column(Id, unique=True)
    training_id: Mapped[int] = mapped_column(ForeignKey("training.id"), index=True)
    starts_on: Mapped[date] = mapped_column(index=True)
    ends_on: Mapped[date | None]  # the last day, included
    place: Mapped[str | None] = mapped_column(String(200))
    mode: Mapped[str | None] = mapped_column(String(10))  # on_site | online
    seats: Mapped[int | None]
    seats_left: Mapped[int | None]
    price: Mapped[Decimal | None] = mapped_column(Numeric(10, 2))
    currency: Mapped[str | None] = mapped_column(String(3))
    language: Mapped[str | None] = mapped_column(String(5))
    url: Mapped[str | None] = mapped_column(String(500))
    cancelled_on: Mapped[date | None]  # the day on which its source said so, or no longer listed it


class TrainingRecord(Bitemporal, Base):
    """How far a person came in a training, on the word of one source record; done once it has a day or a result."""

    __tablename__ = "training_record"
    fact_key = ("record_id",)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    training_id: Mapped[int] = mapped_column(ForeignKey("training.id"), index=True)
    completed_on: Mapped[date | None]
    result: Mapped[str | None] = mapped_column(String(10))  # passed | failed | attended
    progress: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))  # per cent of the whole
