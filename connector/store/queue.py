"""Putting rows of work down, once per key."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from connector.store.dialects import is_sqlite
from connector.store.work import DueWork, Outbox


def put(
    session: Session,
    model: type[DueWork] | type[Outbox],
    *,
    key: str,
    kind: str,
    payload: dict[str, Any],
    due_at: datetime,
    now: datetime,
    employer_id: int | None = None,
) -> bool:
    """Add a row in this transaction; a key that is there already stays as it is (False)."""
    values = {
        "key": key,
        "kind": kind,
        "payload": payload,
        "due_at": due_at,
        "employer_id": employer_id,
        "state": "waiting",
        "attempts": 0,
        "created_at": now,
    }
    statement: Any = (sqlite.insert if is_sqlite(session) else postgresql.insert)(model)
    added = statement.values(values).on_conflict_do_nothing(index_elements=["key"]).returning(model.id)
    return session.scalar(added) is not None
