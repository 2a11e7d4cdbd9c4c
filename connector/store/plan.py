"""The plan, owned by an account. Whatever says something about its owner is sealed with the owner's key."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from connector.store.base import Base, Id, Numbered, SealedText
from connector.store.sealed import Sealed


class DevelopmentPlan(Base):
    """One cycle of one owner. Its steps and dates are bare; its texts are in the goals, sealed."""

    __tablename__ = "development_plan"
    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    owner_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    employer_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    scope: Mapped[str] = mapped_column(String(10))  # internal | external
    orientation: Mapped[str] = mapped_column(String(12))  # reflective | action
    cycle: Mapped[str] = mapped_column(String(60))
    step: Mapped[str] = mapped_column(String(1))  # A-G
    started_on: Mapped[date]
    closed_on: Mapped[date | None]
    previous_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("development_plan.id"))


class DevelopmentGoal(Base):
    """What will be developed, how, with which result (R33). Private until its owner copies it to a sheet."""

    __tablename__ = "development_goal"
    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    plan_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("development_plan.id"), index=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    what: Mapped[Sealed] = mapped_column(SealedText)
    how: Mapped[Sealed | None] = mapped_column(SealedText)
    result: Mapped[Sealed | None] = mapped_column(SealedText)
    priority: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))  # open | reached | partly | dropped
    target_on: Mapped[date | None]
    created_at: Mapped[datetime]


class GoalCompetency(Base):
    """Which competency a goal is about, and the level aimed at: sealed too, for it tells what the goal says."""

    __tablename__ = "goal_competency"
    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    goal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("development_goal.id", ondelete="CASCADE"), index=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    content: Mapped[Sealed] = mapped_column(SealedText)  # JSON: competency_id, level_aimed, origin


class DevelopmentActivity(Base):
    """A way to reach a goal: a training or something on the job, with a state and a date (R03, R37)."""

    __tablename__ = "development_activity"
    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    goal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("development_goal.id", ondelete="CASCADE"), index=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    content: Mapped[Sealed] = mapped_column(SealedText)  # JSON: title, training_id
    learning_form: Mapped[str] = mapped_column(String(10))  # formal | informal
    state: Mapped[str] = mapped_column(String(12))  # planned | busy | done | dropped
    due_on: Mapped[date | None]


class AccessLog(Numbered, Base):
    """Who looked at which part of what belongs to this owner: the owner reads it."""

    __tablename__ = "access_log"
    owner_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    reader_id: Mapped[int | None] = mapped_column(Id)
    reader_role: Mapped[str] = mapped_column(String(30))
    part: Mapped[str] = mapped_column(String(60))  # e.g. sheet
    at: Mapped[datetime]


class Preparation(Base):
    """What somebody wrote before a conversation: its author's own, until the author shows it to the other side."""

    __tablename__ = "preparation"
    __table_args__ = (UniqueConstraint("conversation_id", "owner_id"),)
    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    side: Mapped[str] = mapped_column(String(10))  # employee | employer
    form: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
    shown_at: Mapped[datetime | None]


class PreparationAnswer(Base):
    """The answer to one question of the form, by the question's key."""

    __tablename__ = "preparation_answer"
    __table_args__ = (UniqueConstraint("preparation_id", "question"),)
    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    preparation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("preparation.id", ondelete="CASCADE"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    question: Mapped[str] = mapped_column(String(40))
    text: Mapped[Sealed] = mapped_column(SealedText)
    changed_at: Mapped[datetime]
