"""A PostgreSQL database that a test has used, made empty for the next one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, NullPool, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from connector.store.base import Base

_COLUMNS = text(
    "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns "
    "WHERE table_schema = 'public' ORDER BY 1, 2"
)
_OTHERS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
_SEQUENCES = text("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL")
_schemas: dict[str, object] = {}  # of templates


def emptied(url: str, template_url: str) -> bool:
    """Take all rows and numbers away; False when it is no longer as the template is, or somebody holds on to it."""
    try:
        if template_url not in _schemas:
            with _opened(template_url) as template:
                _schemas[template_url] = template.execute(_COLUMNS).all()
        with _opened(url) as database:
            if database.execute(_COLUMNS).all() != _schemas[template_url]:
                return False
            database.execute(_OTHERS)
            _empty(database)
    except DBAPIError:
        return False
    return True


def _empty(database: Connection) -> None:
    database.execute(text("SET lock_timeout = '2s'"))
    database.execute(text("SET session_replication_role = replica"))  # in whatever order: all of it goes
    for table in Base.metadata.sorted_tables:
        if database.scalar(text(f'SELECT EXISTS (SELECT 1 FROM "{table.name}")')):  # noqa: S608 - our own names
            database.execute(text(f'DELETE FROM "{table.name}"'))  # noqa: S608
    for name in database.scalars(_SEQUENCES).all():
        database.execute(text(f'ALTER SEQUENCE "{name}" RESTART'))


@contextmanager
def _opened(url: str) -> Iterator[Connection]:
    engine = create_engine(make_url(url), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        yield connection
