"""The only place that knows SQLite from PostgreSQL."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Engine, any_, bindparam, create_engine, event, func, make_url, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, InvalidatePoolError, OperationalError
from sqlalchemy.orm import Session

from connector.errors import ConfigurationError, StoreError
from connector.long_numbers import may_hold_long_number


def as_json(value: Any) -> str:
    """JSON text as a column keeps it."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # whole numbers beyond 64 bits
        return json.dumps(value, separators=(",", ":"))


def from_json(kept: Any) -> Any:
    """What a column keeps as JSON text; SQLite makes a number of a text that is one."""
    if isinstance(kept, int | float):
        return kept
    body = kept.encode() if isinstance(kept, str) else bytes(kept)
    return json.loads(body) if may_hold_long_number(body) else orjson.loads(body)


_JSON: dict[str, Any] = {"json_serializer": as_json, "json_deserializer": from_json}
_BUSY_MS = 15_000
_IDLE_SECONDS = 5.0
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    f"busy_timeout={_BUSY_MS}",
    "cache_size=-16384",  # 16 MB: the indexes that a first load writes to stay in memory
)
# By the beginning of SQLite's own name of the error: what it is, and the way out.
_SQLITE = {
    "SQLITE_CANTOPEN": (
        "the file of the database cannot be opened",
        "Make its folder, and give the account that runs `pop` the right to write there.",
    ),
    "SQLITE_NOTADB": ("this file is not a SQLite database", "Name another file, or restore a backup."),
    "SQLITE_CORRUPT": ("the file of the database is damaged", "Restore a backup."),
    "SQLITE_READONLY": (
        "the database may only be read",
        "Give the account that runs `pop` the right to write the file and its folder.",
    ),
    "SQLITE_BUSY": ("another program holds the database", "Wait for it, or stop it, and try again."),
    "SQLITE_IOERR": (
        "the disk of the database does not read or write as it should",
        "Look at the disk and the limits of the account that runs `pop`, and try again.",
    ),
    "SQLITE_FULL": ("the disk of the database is full", "Make room, and try again."),
}
_AWAY = (
    "the database server cannot be reached, or does not let us in",
    "Look whether it runs, and at the host, name, user and password in the address.",
)


def open_engine(url: str) -> Engine:
    """An engine for `sqlite:///path` or `postgresql+psycopg://…`; other databases are refused by name."""
    try:
        parsed = make_url(url)
    except Exception as error:
        raise ConfigurationError(
            "this is not a database address", where="database.url", todo="Example: sqlite:///pop.sqlite3"
        ) from error
    backend = parsed.get_backend_name()
    if backend == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
        # A prepared statement keeps the plan that was good for the table as it was: empty, before a first load.
        unprepared = {"prepare_threshold": None}
        engine = create_engine(parsed, hide_parameters=True, connect_args=unprepared, **_JSON)
        _look_after_idle(engine)
        return engine
    if backend == "sqlite":
        engine = create_engine(parsed, hide_parameters=True, **_JSON)
        _prepare_sqlite(engine)
        return engine
    raise ConfigurationError(
        f"the database {backend} is not supported", where="database.url", todo="Use SQLite or PostgreSQL."
    )


def _look_after_idle(engine: Engine) -> None:
    """A connection that lay idle for a while is tried before it is used: the server may have been restarted since.

    SQLAlchemy's own `pool_pre_ping` asks each time, which is a fifth of all questions of a run of which nothing moves.
    """

    @event.listens_for(engine, "checkin")
    def _on_checkin(_connection: Any, record: Any) -> None:
        record.info["idle_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _on_checkout(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("idle_since", time.monotonic()) < _IDLE_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except Exception as error:
            raise InvalidatePoolError from error  # the pool makes new ones


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _record: Any) -> None:
        # The driver's own transaction handling would begin too late; `_on_begin` does it.
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        # A writer takes its lock at once: two readers that both upgrade later would deadlock.
        reads = connection.get_execution_options().get("pop_reads", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def is_missing(engine: Engine) -> bool:
    """Whether the file of a SQLite database is not there: connecting would make it. A server is asked, not known."""
    name = engine.url.database
    if engine.dialect.name != "sqlite" or not name or name == ":memory:" or name.startswith("file:"):
        return False
    return not Path(name).exists()


def is_one_of(session: Session, column: Any, values: Collection[Any]) -> ColumnElement[bool]:
    """`column IN (values)` with all values in one parameter: the statement stays the same, however many there are."""
    if is_sqlite(session):
        found: ColumnElement[bool] = column.in_(
            select(func.json_each(as_json(list(values))).table_valued("value").c.value)
        )
        return found
    return column == any_(bindparam(None, list(values), type_=ARRAY(column.type)))  # type: ignore[no-any-return]


def unindexed(session: Session, column: Any) -> Any:
    """The column, for a condition beside a range of numbers that says far more.

    SQLite holds any index with `column =` to be better than the range, and would sort out a whole run for each batch.
    """
    return column + 0 if is_sqlite(session) else column


def take_stock(session: Session, *tables: str) -> None:
    """Tell PostgreSQL how many rows it has now: before a bulk load there were none, and so it would plan its joins."""
    if not is_sqlite(session):
        session.execute(text(f"ANALYZE {', '.join(tables)}"))  # names of our own tables


def skip_locked(session: Session) -> dict[str, bool]:
    """Arguments of `with_for_update` for claiming rows; on SQLite the writer is alone already."""
    return {} if is_sqlite(session) else {"skip_locked": True}


def as_store_error(error: DBAPIError) -> StoreError:
    """What went wrong, without the driver's text or the statement: their values may be personal, or a password."""
    code = getattr(error.orig, "sqlite_errorname", None)
    if code is not None:
        what, todo = next((told for start, told in _SQLITE.items() if code.startswith(start)), (None, ""))
    else:
        is_away = isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", None) is None
        what, todo = _AWAY if is_away else (None, "")
    return StoreError(
        what or f"the database refused: {type(error.orig).__name__}",
        where="database.url" if what else "database",
        todo=todo or "Look at the database's own log for the statement.",
    )
