"""Work that must happen, as rows: what is due (DueWork) and what is to be sent (Outbox).

Both are claimed by a lease and counted before each try; after five tries a row is parked with its reason.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from connector.store.base import Base, Id, Numbered


class Claimable(Numbered):
    """`state`: waiting | leased | done | parked. A lease that ran out may be claimed by anyone."""

    employer_id: Mapped[int | None] = mapped_column(Id, index=True)
    key: Mapped[str] = mapped_column(String(250), unique=True)
    kind: Mapped[str] = mapped_column(String(60))
    payload: Mapped[dict[str, Any]]
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    lease_until: Mapped[datetime | None]
    lease_by: Mapped[str | None] = mapped_column(String(64))
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class DueWork(Claimable, Base):
    """Something of ours to do: a nightly sync, an HR event to react to, a reminder to write."""

    __tablename__ = "due_work"
    __table_args__ = (Index("ix_due_work_state_due_at", "state", "due_at"),)


class Outbox(Claimable, Base):
    """Something to hand to the outside, written in the transaction that decided it. `key` is the idempotency key."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_state_due_at", "state", "due_at"),)
