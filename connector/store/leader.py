"""Who leads: at most one process at a time, and none by a claim of its own that a crash would leave behind.

On SQLite it is a lock on a file beside the database, on PostgreSQL an advisory lock of one connection. Both are let go
by the system itself when the process dies.
"""

from __future__ import annotations

import fcntl
from contextlib import suppress
from pathlib import Path
from typing import IO, Protocol

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from connector.errors import StoreError
from connector.store.database import Store

_LOCK = 0x504F50  # one number for this product in the database's space of advisory locks


class Leadership(Protocol):
    """`is_alone`: only the leader may work at all, so that whoever leads knows that no other worker lives."""

    is_alone: bool

    def try_lead(self) -> bool:
        """Whether this process leads now; costs little when it did before."""

    def let_go(self) -> None: ...


def open_leadership(store: Store) -> Leadership:
    """The way of leading that fits the database."""
    if store.engine.dialect.name != "sqlite":
        return _AdvisoryLock(store)
    database = store.engine.url.database
    if not database or database == ":memory:":
        raise StoreError("a database in memory cannot be shared with the timer", where="database.url")
    return _FileLock(Path(f"{database}.leader"))


class _FileLock:
    is_alone = True

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def try_lead(self) -> bool:
        if self._file is not None:
            return True
        file = self._path.open("a")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def let_go(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


class _AdvisoryLock:
    is_alone = False

    def __init__(self, store: Store) -> None:
        self._engine = store.engine
        self._connection: Connection | None = None

    def try_lead(self) -> bool:
        if self._connection is not None and self._still_there(self._connection):
            return True
        self.let_go()
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _LOCK}):
            self._connection = connection
            return True
        connection.close()
        return False

    def let_go(self) -> None:
        """Unlock, and close the connection for good: one that went back to the pool might hold the lock on."""
        if self._connection is not None:
            with suppress(DBAPIError):  # the server gives the lock of a lost connection back by itself, a moment later
                self._connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})
            self._connection.invalidate()
            self._connection.close()
            self._connection = None

    @staticmethod
    def _still_there(connection: Connection) -> bool:
        try:
            return bool(connection.scalar(text("SELECT true")))
        except DBAPIError:
            return False
