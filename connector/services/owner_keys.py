"""The data key of one owner. Only a service that has established that the actor is the owner may ask for it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.errors import ConfigurationError, StoreError
from connector.services.installation import Installation
from connector.services.source_secrets import has_source_secrets, try_master_key
from connector.store.accounts import OwnerKeyRow
from connector.store.sealed import MasterKey, OwnerKey


def owner_key(session: Session, installation: Installation, owner_id: int) -> OwnerKey:
    """The owner's key, made at first use (which needs a session that writes)."""
    row = session.get(OwnerKeyRow, owner_id)
    if row is None:
        wrapped = installation.master_key.new_owner_key(owner_id)
        row = OwnerKeyRow(owner_id=owner_id, wrapped=wrapped, created_at=installation.clock())
        session.add(row)
        session.flush()  # a second text in this transaction must find the same key
    return installation.master_key.owner_key(owner_id, row.wrapped)


def check_master_key(session: Session, master_key: MasterKey) -> None:
    """ConfigurationError when this master key is not the one that the owners' keys were wrapped with, and the secrets
    of sources sealed."""
    row = session.scalar(select(OwnerKeyRow).order_by(OwnerKeyRow.owner_id).limit(1))
    try:
        if row is not None:
            master_key.owner_key(row.owner_id, row.wrapped)
        try_master_key(session, master_key)
    except StoreError as error:
        raise ConfigurationError(
            "this master key does not belong to this database",
            where="security.master_key_file",
            todo="Put the copy of the right key back: without it nobody's plan and no source can be opened.",
        ) from error


def has_anything_sealed(session: Session) -> bool:
    """Whether a lost master key is missed."""
    return session.scalar(select(OwnerKeyRow.owner_id).limit(1)) is not None or has_source_secrets(session)
