"""Secrets that a source gives while it is read, kept from one run to the next: a refresh token that rotates.

The settings hold the first one. The one that the system gave last wins, until the operator sets another first one.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from connector.services.installation import Installation
from connector.sources.reader import Connection
from connector.store.sealed import MasterKey, Sealed
from connector.store.source_secret import SourceSecret

_REFRESH = "refresh_token"


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is sealed: the secret, and a digest of the first one in the settings that it descends from."""

    secret: str
    first: str | None


class SourceTokens:
    """The `TokenKeeper` of one configured source. Each call is a transaction of its own, done when it returns."""

    def __init__(self, installation: Installation, connection: Connection) -> None:
        self._installation = installation
        self._first = _digest(connection.refresh_token) if connection.refresh_token else None

    def load(self, source: str) -> str | None:
        """The token kept last; None when there is none, or the settings have another first one by now.

        StoreError when it was sealed with another master key.
        """
        with self._installation.store.read() as session:
            row = session.get(SourceSecret, (source, _REFRESH))
            if row is None:
                return None
            kept = _opened(self._installation.master_key, row)
        return kept.secret if self._first in (None, kept.first) else None

    def keep(self, source: str, refresh_token: str) -> None:
        """Keep this one instead."""
        try:
            self._write(source, refresh_token)
        except IntegrityError:  # another process kept the very first one in between
            self._write(source, refresh_token)

    def _write(self, source: str, refresh_token: str) -> None:
        with self._installation.store.begin() as session:
            row = session.get(SourceSecret, (source, _REFRESH), with_for_update=True)
            if row is None:
                row = SourceSecret(source=source, name=_REFRESH)
                session.add(row)
                first = self._first
            else:  # an operator may take the first one out of the settings: it is void by then
                first = self._first or _opened(self._installation.master_key, row).first
            row.sealed = _sealed(self._installation.master_key, row, _Kept(refresh_token, first))
            row.kept_at = self._installation.clock()


def has_source_secrets(session: Session) -> bool:
    return session.scalar(select(SourceSecret.source).limit(1)) is not None


def try_master_key(session: Session, master_key: MasterKey) -> None:
    """StoreError when the secrets were sealed with another master key."""
    row = session.scalar(select(SourceSecret).order_by(SourceSecret.source).limit(1))
    if row is not None:
        _opened(master_key, row)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _place(row: SourceSecret) -> str:
    return f"source_secret:{row.source}:{row.name}"


def _sealed(master_key: MasterKey, row: SourceSecret, kept: _Kept) -> Sealed:
    return master_key.seal(json.dumps([kept.secret, kept.first]), _place(row))


def _opened(master_key: MasterKey, row: SourceSecret) -> _Kept:
    secret, first = json.loads(master_key.open(row.sealed, _place(row)))
    return _Kept(secret, first)
