"""What the HR system says, read-only here. An identity (Person, OrgUnit, Job) is a bare row; what is known of it
are bitemporal facts, so that any date can be asked and no earlier belief is lost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from connector.store.base import Base, Bitemporal, Id, Numbered


class Person(Numbered, Base):
    """One human at one employer, however many employments."""

    __tablename__ = "person"
    employer_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)


class SourceIdentity(Numbered, Base):
    """Every id by which a source ever knew something of ours: (source, target, key) -> our id."""

    __tablename__ = "source_identity"
    __table_args__ = (UniqueConstraint("source_id", "target", "key"),)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    target: Mapped[str] = mapped_column(String(30))  # employee | unit | job | competency | training
    key: Mapped[str] = mapped_column(String(200))
    entity_id: Mapped[int] = mapped_column(Id, index=True)


class PersonDetails(Bitemporal, Base):
    """Names and how to reach somebody at work."""

    __tablename__ = "person_details"
    fact_key = ("person_id",)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    display_name: Mapped[str] = mapped_column(String(200))
    given_name: Mapped[str | None] = mapped_column(String(100))
    family_name: Mapped[str | None] = mapped_column(String(100))
    email: Mapped[str | None] = mapped_column(String(254), index=True)
    language: Mapped[str | None] = mapped_column(String(5))


class Employment(Bitemporal, Base):
    """One contract relation. `status`: planned | active | on_leave | suspended | left | unknown."""

    __tablename__ = "employment"
    fact_key = ("person_id",)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    employee_number: Mapped[str | None] = mapped_column(String(60), index=True)
    status: Mapped[str] = mapped_column(String(20))
    employment_type: Mapped[str | None] = mapped_column(String(60))
    joint_committee: Mapped[str | None] = mapped_column(String(10))
    hired_on: Mapped[date | None]
    left_on: Mapped[date | None]


class Assignment(Bitemporal, Base):
    """Where somebody works: job, unit, supervisor, share of full time, working pattern."""

    __tablename__ = "assignment"
    fact_key = ("person_id",)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"), index=True)
    job_title: Mapped[str | None] = mapped_column(String(200))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"), index=True)
    supervisor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    fte: Mapped[Decimal | None] = mapped_column(Numeric(5, 4))
    working_pattern: Mapped[str | None] = mapped_column(String(200))
    location: Mapped[str | None] = mapped_column(String(200))


class Absence(Bitemporal, Base):
    """An interval (both days included), never a reason."""

    __tablename__ = "absence"
    fact_key = ("record_id",)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class OrgUnit(Numbered, Base):
    __tablename__ = "org_unit"
    employer_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)


class OrgUnitDetails(Bitemporal, Base):
    __tablename__ = "org_unit_details"
    fact_key = ("unit_id",)
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"))
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Job(Numbered, Base):
    """A function that people hold (never what runs by the clock)."""

    __tablename__ = "job"
    employer_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)


class JobDescription(Bitemporal, Base):
    """The function description."""

    __tablename__ = "job_description"
    fact_key = ("job_id",)
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None] = mapped_column(Text)
    requirements: Mapped[str | None] = mapped_column(Text)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"))


class JobRequirement(Bitemporal, Base):
    """One line of the job profile: this job asks this competency at this level (0-100 on `scale`)."""

    __tablename__ = "job_requirement"
    fact_key = ("job_id", "competency_id")
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"), index=True)
    competency_id: Mapped[int] = mapped_column(ForeignKey("competency.id"), index=True)
    scale: Mapped[str | None] = mapped_column(String(60))
    level: Mapped[int | None]
    level_label: Mapped[str | None] = mapped_column(String(100))
    weight: Mapped[Decimal | None] = mapped_column(Numeric(6, 3))


class CompetencyRating(Bitemporal, Base):
    """A level that a person has, on the word of a source. `level` is 0-100 on `scale`, None = without a level."""

    __tablename__ = "competency_rating"
    fact_key = ("person_id", "competency_id")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    competency_id: Mapped[int] = mapped_column(ForeignKey("competency.id"), index=True)
    scale: Mapped[str | None] = mapped_column(String(60))
    level: Mapped[int | None]
    level_label: Mapped[str | None] = mapped_column(String(100))
    assessed_on: Mapped[date | None]
    basis: Mapped[str | None] = mapped_column(String(200))  # e.g. the conversation or test it rests on


class Training(Numbered, Base):
    """A training that can be booked. Unknown price, date and language are None, never 0. Retired, never deleted."""

    __tablename__ = "training"
    employer_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), index=True)
    key: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(300))
    description: Mapped[str | None] = mapped_column(Text)
    aim: Mapped[str | None] = mapped_column(Text)
    keywords: Mapped[list[Any] | None]
    provider: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str | None] = mapped_column(String(5))
    learning_form: Mapped[str | None] = mapped_column(String(10))  # formal | informal
    price: Mapped[Decimal | None] = mapped_column(Numeric(10, 2))
    currency: Mapped[str | None] = mapped_column(String(3))
    hours: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    place: Mapped[str | None] = mapped_column(String(200))
    url: Mapped[str | None] = mapped_column(String(500))
    next_starts_on: Mapped[date | None]
    competency_codes: Mapped[list[Any] | None]  # as the catalogue names them, tied in TrainingCompetency
    retired_on: Mapped[date | None]
    __table_args__ = (UniqueConstraint("source_id", "key"),)


class TrainingCompetency(Numbered, Base):
    """A training teaches a competency, on the word of the catalogue (`catalogue`) or of our matcher (`matched`)."""

    __tablename__ = "training_competency"
    __table_args__ = (UniqueConstraint("training_id", "competency_id"),)
    training_id: Mapped[int] = mapped_column(ForeignKey("training.id"))
    competency_id: Mapped[int] = mapped_column(ForeignKey("competency.id"), index=True)
    origin: Mapped[str] = mapped_column(String(20))
