"""Secrets that a source gave while it was read, sealed with the master key."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from connector.store.base import Base, SealedText
from connector.store.sealed import Sealed


class SourceSecret(Base):
    """One secret of one source, by the name that the settings give both: the tools of a mapping may be the first to
    get it, before the source is registered. Nothing of it is in the clear, also not which first one it came from.
    """

    __tablename__ = "source_secret"
    source: Mapped[str] = mapped_column(String(60), primary_key=True)
    name: Mapped[str] = mapped_column(String(30), primary_key=True)  # refresh_token
    sealed: Mapped[Sealed] = mapped_column(SealedText)
    kept_at: Mapped[datetime]
