"""Bringing the database to the schema of this release, and refusing to work on another one."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from connector.errors import StoreError
from connector.store.database import Store
from connector.store.dialects import is_missing

_SCRIPTS = Path(__file__).parent / "migrations"


def _config(store: Store) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["engine"] = store.engine
    return config


@cache
def _scripts() -> ScriptDirectory:
    """Read once: whatever watches the installation asks for the schema every few seconds."""
    return ScriptDirectory(str(_SCRIPTS))


def upgrade(store: Store) -> None:
    """Bring the database to the newest schema."""
    command.upgrade(_config(store), "head")


def check_version(store: Store) -> None:
    """Raise StoreError unless the database has exactly the schema of this release. Looking makes no database."""
    script = _scripts()
    if is_missing(store.engine):
        raise StoreError(
            "there is no database yet",
            where=store.engine.url.render_as_string(hide_password=True),
            todo="Run `pop db upgrade`.",
        )
    with store.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    head = script.get_current_head()
    if current == head:
        return
    known = {revision.revision for revision in script.walk_revisions()}
    if current is None or current in known:
        raise StoreError(
            f"the database has schema {current or 'none'}, this release needs {head}",
            where=store.engine.url.render_as_string(hide_password=True),
            todo="Run `pop db upgrade`.",
        )
    raise StoreError(
        f"the database has schema {current}, which is newer than this release ({head})",
        where=store.engine.url.render_as_string(hide_password=True),
        todo="Install the newer release again, or restore a backup.",
    )
