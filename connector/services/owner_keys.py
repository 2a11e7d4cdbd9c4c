"""The data key of one owner. Only a service that has established that the actor is the owner may ask for it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from connector.services.installation import Installation
from connector.store.accounts import OwnerKeyRow
from connector.store.sealed import OwnerKey


def owner_key(session: Session, installation: Installation, owner_id: int) -> OwnerKey:
    """The owner's key, made at first use (which needs a session that writes)."""
    row = session.get(OwnerKeyRow, owner_id)
    if row is None:
        wrapped = installation.master_key.new_owner_key(owner_id)
        row = OwnerKeyRow(owner_id=owner_id, wrapped=wrapped, created_at=installation.clock())
        session.add(row)
        session.flush()  # a second text in this transaction must find the same key
    return installation.master_key.owner_key(owner_id, row.wrapped)
