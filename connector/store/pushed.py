"""What is pushed to us, kept as it came until a sync takes it over: the newest state of each record, and which events
were taken in before."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from connector.store.base import Base, Numbered

_LIVE = text("alias IS NOT NULL AND NOT is_deleted")


def digest_of(name: str) -> str:
    """By which a record is found under another name than its key."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()


class PushedRecord(Numbered, Base):
    """The newest state of one record, by the sender's own (`stamp`, `tie`), whatever the order of arrival.

    A deleted record stays as a tombstone without its body, so that an older event that comes late does not bring it
    back. `alias` (unique among the living) and `outside` are digests of names to find it by: for a SCIM user its
    userName and its externalId.
    """

    __tablename__ = "pushed_record"
    __table_args__ = (
        UniqueConstraint("source_id", "resource", "key"),
        Index(
            "uq_pushed_record_alias",
            "source_id",
            "resource",
            "alias",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index("ix_pushed_record_outside", "source_id", "resource", "outside"),
    )
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    resource: Mapped[str] = mapped_column(String(60))
    key: Mapped[str] = mapped_column(String(200))
    stamp: Mapped[datetime]  # when it happened, as the sender says
    tie: Mapped[str] = mapped_column(String(200))  # the event's id: orders what happened at the same moment
    body: Mapped[dict[str, Any]]
    is_deleted: Mapped[bool] = mapped_column(default=False)
    alias: Mapped[str | None] = mapped_column(String(64))
    outside: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime]
    received_at: Mapped[datetime]


class ReceivedEvent(Numbered, Base):
    """An event that was taken in: the same one again has no effect. Kept longer than any sender tries again."""

    __tablename__ = "received_event"
    __table_args__ = (UniqueConstraint("source_id", "event"), Index("ix_received_event_received_at", "received_at"))
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"))
    event: Mapped[str] = mapped_column(String(200))
    received_at: Mapped[datetime]
