"""What a database error may say, and what a restart of the server costs."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from connector.store import dialects
from connector.store.database import Store


def _refused(store: Store) -> str:
    with pytest.raises(DBAPIError) as caught, store.begin() as session:
        session.execute(text("SELECT :secret FROM nowhere"), {"secret": "hushhush"})
    return str(caught.value)


def test_the_values_of_a_statement_are_not_in_its_error(sqlite_store: Store) -> None:
    assert "hushhush" not in _refused(sqlite_store)


def test_nor_with_postgresql(postgresql_store: Store) -> None:
    assert "hushhush" not in _refused(postgresql_store)


def test_connections_that_a_restart_has_cut_are_made_anew(
    postgresql_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with postgresql_store.read() as one, postgresql_store.read() as other:
        cut = [session.scalar(text("SELECT pg_backend_pid()")) for session in (one, other)]
    server = Store(postgresql_store.url)
    with server.begin() as session:
        for process in cut:
            session.execute(text("SELECT pg_terminate_backend(:process)"), {"process": process})
    server.close()
    monkeypatch.setattr(dialects, "_IDLE_SECONDS", 0.0)
    with postgresql_store.read() as one, postgresql_store.read() as other:
        assert one.scalar(text("SELECT 1")) == other.scalar(text("SELECT 1")) == 1
