"""What a database error may say."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from connector.store.database import Store


def _refused(store: Store) -> str:
    with pytest.raises(DBAPIError) as caught, store.begin() as session:
        session.execute(text("SELECT :secret FROM nowhere"), {"secret": "hushhush"})
    return str(caught.value)


def test_the_values_of_a_statement_are_not_in_its_error(sqlite_store: Store) -> None:
    assert "hushhush" not in _refused(sqlite_store)


def test_nor_with_postgresql(postgresql_store: Store) -> None:
    assert "hushhush" not in _refused(postgresql_store)
