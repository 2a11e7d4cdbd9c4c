"""What was written back to a source: which record of theirs is which thing of ours, and what it was last told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from connector.store.base import Base, Numbered


class WrittenBack(Numbered, Base):
    """One record of theirs. `object` is ours (`conversation:12`), `record` the name of the mapping's tables for it.

    `trying` is the digest of a call that may have arrived; it stands here before the call is made. Who makes one
    holds `busy_by` until `busy_until`, so that two workers never make the same record.
    """

    __tablename__ = "written_back"
    __table_args__ = (UniqueConstraint("source_id", "object", "record"),)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    object: Mapped[str] = mapped_column(String(120))
    record: Mapped[str] = mapped_column(String(60))
    sequence: Mapped[int] = mapped_column(default=0)  # of the last event that was dealt with
    their_id: Mapped[str | None] = mapped_column(String(200))
    digest: Mapped[str | None] = mapped_column(String(40))
    trying: Mapped[str | None] = mapped_column(String(40))
    note: Mapped[str | None] = mapped_column(String(200))  # why nothing was sent
    busy_by: Mapped[str | None] = mapped_column(String(40))
    busy_until: Mapped[datetime | None]
    written_at: Mapped[datetime | None]
