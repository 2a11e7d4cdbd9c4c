"""What the sync engine keeps between reading and writing: staged records, matches that wait for a person, corrections
made here, and how far a source was read."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from connector.store.base import Base, Id, Json, Numbered


class StagedRecord(Numbered, Base):
    """What a run will do to one record, decided while reading and written afterwards. All of a run together is its
    plan. `base_hash` is the local version that it was compared with: when that has moved on, the plan no longer holds.
    """

    __tablename__ = "staged_record"
    __table_args__ = (UniqueConstraint("run_id", "resource", "key"),)
    run_id: Mapped[int] = mapped_column(ForeignKey("sync_run.id", ondelete="CASCADE"))
    resource: Mapped[str] = mapped_column(String(60))
    key: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(10))  # new | changed | same (only the raw record moved) | missing
    hash: Mapped[bytes] = mapped_column(LargeBinary(16))
    mapped: Mapped[dict[str, Any]]
    record_id: Mapped[int | None] = mapped_column(Id)  # the RecordState it belongs to, if there is one yet
    base_hash: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    base: Mapped[dict[str, Any] | None] = mapped_column(Json)  # what it was mapped to before
    entity_id: Mapped[int | None] = mapped_column(Id)  # whom or what of ours a new record was found to be
    evidence: Mapped[dict[str, Any] | None] = mapped_column(Json)  # how: by number, by a person, or by weight


class MatchCase(Numbered, Base):
    """A record that may speak of somebody we know: it waits here for a person's word, or keeps what was said.

    `candidates` holds {person_id, confidence, evidence}; `state`: open | joined | separate.
    """

    __tablename__ = "match_case"
    __table_args__ = (UniqueConstraint("source_id", "resource", "key"),)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    resource: Mapped[str] = mapped_column(String(60))
    key: Mapped[str] = mapped_column(String(200))
    mapped: Mapped[dict[str, Any]]
    candidates: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(String(10))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    run_id: Mapped[int] = mapped_column(ForeignKey("sync_run.id"))
    first_seen_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(Id)


class Correction(Numbered, Base):
    """A field of one record that is wrong at the source and is read as `value` here, until a day."""

    __tablename__ = "correction"
    __table_args__ = (Index("ix_correction_record", "source_id", "resource", "key"),)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    resource: Mapped[str] = mapped_column(String(60))
    key: Mapped[str] = mapped_column(String(200))
    field: Mapped[str] = mapped_column(String(60))
    value: Mapped[Any | None] = mapped_column(Json)
    until: Mapped[date]  # the last day on which it is used
    reason: Mapped[str] = mapped_column(Text)
    made_by: Mapped[int | None] = mapped_column(Id)
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Watermark(Base):
    """How far a resource was read: the newest stamp seen, and when it was last read whole."""

    __tablename__ = "watermark"
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), primary_key=True)
    resource: Mapped[str] = mapped_column(String(60), primary_key=True)
    stamp: Mapped[str | None] = mapped_column(String(40))
    full_at: Mapped[datetime | None]
    whole_on: Mapped[date | None]  # a row that was read already begins to hold on this day: read the resource whole
