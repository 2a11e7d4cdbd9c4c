"""Competencies and their frameworks belong to the installation; words in several languages; an index of terms."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Float, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from connector.store.base import Base, Id, Numbered


class CompetencyFramework(Numbered, Base):
    """ESCO, Competent, or the employer's own list (then `employer_id` is set)."""

    __tablename__ = "competency_framework"
    __table_args__ = (UniqueConstraint("code", "version"),)
    code: Mapped[str] = mapped_column(String(60))
    version: Mapped[str] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(String(200))
    employer_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    attribution: Mapped[str | None] = mapped_column(Text)
    imported_at: Mapped[datetime]


class Competency(Numbered, Base):
    """`code` is the framework's own id (an ESCO URI, a Competent number, the employer's key)."""

    __tablename__ = "competency"
    __table_args__ = (UniqueConstraint("framework_id", "code"),)
    framework_id: Mapped[int] = mapped_column(ForeignKey("competency_framework.id"))
    code: Mapped[str] = mapped_column(String(200), index=True)
    kind: Mapped[str | None] = mapped_column(String(20))  # skill | knowledge | attitude
    retired_at: Mapped[datetime | None]


class CompetencyLabel(Numbered, Base):
    """Words for a competency; one preferred per language, any number of others."""

    __tablename__ = "competency_label"
    competency_id: Mapped[int] = mapped_column(ForeignKey("competency.id"), index=True)
    language: Mapped[str] = mapped_column(String(5))
    text: Mapped[str] = mapped_column(Text)
    is_preferred: Mapped[bool]


class CompetencyRelation(Numbered, Base):
    """`from` is narrower than, broader than, the same as or close to `to`, in SKOS terms."""

    __tablename__ = "competency_relation"
    __table_args__ = (UniqueConstraint("from_id", "to_id", "kind"),)
    from_id: Mapped[int] = mapped_column(ForeignKey("competency.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("competency.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))  # broader | narrower | exact | close


class IndexPosting(Base):
    """One term of one document in the link index: a query reads only the postings of its own terms."""

    __tablename__ = "index_posting"
    __table_args__ = (
        Index("ix_index_posting_kind_term", "kind", "term"),
        Index("ix_index_posting_kind_document", "kind", "document_id"),
    )
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)  # t<employer>, c, c<employer>: linking.search
    term: Mapped[str] = mapped_column(String(60), primary_key=True)
    document_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    weight: Mapped[float] = mapped_column(Float)
