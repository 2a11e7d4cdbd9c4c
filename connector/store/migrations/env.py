"""Alembic's entry: runs the migrations on the engine that the caller hands over, else on POP__DATABASE__URL."""

import os
from typing import Any, Literal

from alembic import context
from sqlalchemy import JSON

from connector.store.base import SealedText, UtcDateTime
from connector.store.dialects import open_engine
from connector.store.schema import metadata


def _render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """A migration stays readable and runnable when our own column types move."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, SealedText):
        return "sa.LargeBinary()"
    if kind == "type" and isinstance(item, JSON):
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def run() -> None:
    engine = context.config.attributes.get("engine") or open_engine(
        os.environ.get("POP__DATABASE__URL", "sqlite:///pop.sqlite3")
    )
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, render_item=_render)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
