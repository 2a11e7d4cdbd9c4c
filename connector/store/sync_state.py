"""What the sync engine remembers: sources, runs, scans with their pages, records last seen, changes, quarantine."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from connector.store.base import Base, Id, Json, Numbered


class Source(Numbered, Base):
    """A configured source of one employer."""

    __tablename__ = "source"
    name: Mapped[str] = mapped_column(String(60), unique=True)
    employer_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    mapping: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(20))  # hr | catalogue


class SyncRun(Numbered, Base):
    """`id` is the stable run number that everybody can quote. `counts` sums all its scans; the lease keeps two runs of
    one source apart, and tells a run that was killed from one that is at work."""

    __tablename__ = "sync_run"
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), index=True)
    state: Mapped[str] = mapped_column(String(12))  # running | done | failed | waits | rejected
    kind: Mapped[str] = mapped_column(String(10), server_default="full")  # full | delta: only what changed since
    mode: Mapped[str] = mapped_column(String(10), server_default="routine")  # routine | planned: a person looks first
    phase: Mapped[str] = mapped_column(String(10), server_default="read")  # read | apply: nothing is written before
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    mapping_digest: Mapped[str] = mapped_column(String(64))
    guards: Mapped[list[Any] | None] = mapped_column(Json)  # what must not pass unseen, each with its numbers
    written_at: Mapped[datetime | None]  # when writing began: the moment from which its facts are believed
    decided_by: Mapped[int | None] = mapped_column(Id)  # the account that allowed or rejected; None = an operator
    decided_at: Mapped[datetime | None]
    counts: Mapped[dict[str, Any]]
    message: Mapped[str | None] = mapped_column(Text)  # what stopped it, and who must act
    lease_until: Mapped[datetime | None]
    lease_by: Mapped[str | None] = mapped_column(String(120))  # host:process


class Scan(Numbered, Base):
    """One pass over one resource. Only a complete, counted scan may conclude that something is missing."""

    __tablename__ = "scan"
    __table_args__ = (UniqueConstraint("run_id", "resource"),)
    run_id: Mapped[int] = mapped_column(ForeignKey("sync_run.id"))
    resource: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(12))  # running | complete | incomplete | unavailable
    cursor: Mapped[dict[str, Any] | None] = mapped_column(Json)  # where the next page starts; None = at the beginning
    total: Mapped[int | None]  # as the source declares it
    since: Mapped[str | None] = mapped_column(String(40))  # only what changed since; None = the whole resource
    newest: Mapped[str | None] = mapped_column(String(40))  # the newest stamp that it held
    counts: Mapped[dict[str, Any]]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class ScanPage(Base):
    """The checkpoint of one page: which known records it held (packed 64-bit RecordState ids). A resumed scan reads
    these back, so that the pages before a crash do not look deleted."""

    __tablename__ = "scan_page"
    scan_id: Mapped[int] = mapped_column(ForeignKey("scan.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seen: Mapped[bytes] = mapped_column(LargeBinary)


class RecordState(Numbered, Base):
    """The last accepted state of one source record: its hash, what it was mapped to, and our id for it."""

    __tablename__ = "record_state"
    __table_args__ = (
        UniqueConstraint("source_id", "resource", "key"),
        Index("ix_record_state_pending", "source_id", "is_pending"),
    )
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    resource: Mapped[str] = mapped_column(String(60))
    key: Mapped[str] = mapped_column(String(200))
    hash: Mapped[bytes] = mapped_column(LargeBinary(16))
    mapped: Mapped[dict[str, Any]]
    entity_id: Mapped[int | None] = mapped_column(Id)
    is_pending: Mapped[bool] = mapped_column(default=False)  # its facts, or some of its references, are still to write
    waits_for: Mapped[str | None] = mapped_column(String(60))  # the reference without which nothing can be written
    missing_since: Mapped[date | None]
    changed_at: Mapped[datetime]


class Change(Numbered, Base):
    """One field of one record that changed: old, new, and the mapping line that caused it."""

    __tablename__ = "change"
    run_id: Mapped[int] = mapped_column(ForeignKey("sync_run.id"), index=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("record_state.id"), index=True)
    action: Mapped[str] = mapped_column(String(10))  # new | changed | missing | returned
    field: Mapped[str | None] = mapped_column(String(60))
    old: Mapped[Any | None] = mapped_column(Json)
    new: Mapped[Any | None] = mapped_column(Json)
    cause: Mapped[str] = mapped_column(String(200))  # e.g. odoo.toml: resources.employees.fields.unit
    at: Mapped[datetime]


class QuarantinedRecord(Numbered, Base):
    """One problem with one record, updated on repeat. `shape` names the fields and kinds found, never the values."""

    __tablename__ = "quarantined_record"
    __table_args__ = (UniqueConstraint("source_id", "resource", "key", "field"),)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    resource: Mapped[str] = mapped_column(String(60))
    key: Mapped[str] = mapped_column(String(200))
    field: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(100))
    reason: Mapped[str] = mapped_column(String(300))
    hash: Mapped[bytes] = mapped_column(LargeBinary(16))
    shape: Mapped[dict[str, Any]]
    times: Mapped[int]
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    run_id: Mapped[int] = mapped_column(ForeignKey("sync_run.id"))
    resolved_at: Mapped[datetime | None]
    ignored_at: Mapped[datetime | None]  # a person said that this one may stay wrong, and why
    ignored_by: Mapped[int | None] = mapped_column(Id)
    ignored_reason: Mapped[str | None] = mapped_column(Text)
