"""All areas of the model together: what Alembic compares with and what a new database is made of."""

from connector.store import (
    accounts,
    competencies,
    conversation,
    hr,
    learning,
    plan,
    pushed,
    sheet,
    source_secret,
    sync_plan,
    sync_state,
    work,
    written_back,
)
from connector.store.base import Base

metadata = Base.metadata

__all__ = [
    "accounts",
    "competencies",
    "conversation",
    "hr",
    "learning",
    "metadata",
    "plan",
    "pushed",
    "sheet",
    "source_secret",
    "sync_plan",
    "sync_state",
    "work",
    "written_back",
]
