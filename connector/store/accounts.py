"""Who signs in: organisations, accounts, memberships, tokens, and the link from an account to an HR person."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from connector.store.base import Base, Id, Numbered


class Organisation(Numbered, Base):
    """An employer, a coaching body or a career centre. `code` is how settings and addresses name it."""

    __tablename__ = "organisation"
    code: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))  # employer | coaching_body | career_centre
    language: Mapped[str] = mapped_column(String(5), default="nl")
    time_zone: Mapped[str] = mapped_column(String(60), default="Europe/Brussels")


class Account(Numbered, Base):
    """A person who signs in. (issuer, subject) is the identity that the provider vouches for; e-mail never is."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)
    issuer: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(String(300))
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(5), default="nl")
    created_at: Mapped[datetime]


class OwnerKeyRow(Base):
    """The owner's data key, wrapped by the master key."""

    __tablename__ = "owner_key"
    owner_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, autoincrement=False)
    wrapped: Mapped[bytes]
    created_at: Mapped[datetime]


class Membership(Numbered, Base):
    """An account in an organisation, in one role, for some time."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("account_id", "organisation_id", "role", "valid_from"),)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[str] = mapped_column(String(30))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class PersonLink(Numbered, Base):
    """The owner's own sign-in ties an account to an HR person. HR data never moves or ends it."""

    __tablename__ = "person_link"
    __table_args__ = (
        Index(
            "uq_person_link_open",
            "person_id",
            unique=True,
            sqlite_where=text("unlinked_at IS NULL"),
            postgresql_where=text("unlinked_at IS NULL"),
        ),
    )
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    linked_at: Mapped[datetime]
    unlinked_at: Mapped[datetime | None]


class ApiToken(Numbered, Base):
    """A key for the REST interface: only its digest is kept. It carries one employer and one role. With a `source` it
    only opens the door through which that source pushes its records."""

    __tablename__ = "api_token"
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    role: Mapped[str] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(String(100))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    source: Mapped[str | None] = mapped_column(String(60))


class AuditEvent(Numbered, Base):
    """Who did what, when, to which object. No personal text."""

    __tablename__ = "audit_event"
    at: Mapped[datetime]
    employer_id: Mapped[int | None] = mapped_column(Id, index=True)
    actor_role: Mapped[str] = mapped_column(String(30))
    account_id: Mapped[int | None] = mapped_column(Id)
    act: Mapped[str] = mapped_column(String(60))
    object: Mapped[str] = mapped_column(String(120))
