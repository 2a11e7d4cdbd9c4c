"""Conversations: who, when, in which state. What was said is plan or sheet, never here."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from connector.store.base import Base, Numbered


class Conversation(Numbered, Base):
    """`key` is unique per employer and tells why it exists (cycle, kind, person, occasion), so that no run of the
    planner makes it twice. `uid` and `sequence` are a promise to calendars: uid constant, sequence only up."""

    __tablename__ = "conversation"
    __table_args__ = (
        UniqueConstraint("employer_id", "key"),
        Index("ix_conversation_employer_id_starts_at", "employer_id", "starts_at"),
    )
    employer_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    key: Mapped[str] = mapped_column(String(200))
    cycle: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(40))  # development_conversation | follow_up | plan_evaluation | …
    shared_goal_uid: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    window_from: Mapped[date]
    window_to: Mapped[date]
    minutes: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))  # due | planned | unplanned | held | cancelled
    reason: Mapped[str | None] = mapped_column(String(60))  # why unplanned: a code that HR can act on
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    uid: Mapped[str] = mapped_column(String(120), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    released_at: Mapped[datetime | None]  # when HR let the invitation go out
    preparation_due_on: Mapped[date | None]
    created_at: Mapped[datetime]
    participants: Mapped[list[Participant]] = relationship(back_populates="conversation", order_by="Participant.id")


class Participant(Numbered, Base):
    """A person in a conversation, in one role; `prepared_at` says that, never what."""

    __tablename__ = "participant"
    __table_args__ = (UniqueConstraint("conversation_id", "person_id"),)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))  # employee | supervisor | hr | coach
    prepared_at: Mapped[datetime | None]
    conversation: Mapped[Conversation] = relationship(back_populates="participants")


class BookedSlot(Base):
    """One half hour of one person. The primary key is what makes a double booking impossible on any database."""

    __tablename__ = "booked_slot"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
