"""Many rows of one table at once: COPY on PostgreSQL, one prepared statement on SQLite.

Several times faster than the same rows one by one. Values are Python's own; the type of each column turns them into
what the database keeps, as it would for a single row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from psycopg import sql
from psycopg.types.json import Jsonb
from sqlalchemy import JSON, Date, func, select, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from connector.store.base import UtcDateTime
from connector.store.dialects import as_json, is_sqlite

Convert = Callable[[Any], Any]
Model = Any  # a mapped class
_SQLITE = sqlite.dialect()
_MOST_KNOWN = 20_000


def insert_rows(session: Session, model: Model, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Add rows in this transaction; each gives its values in the order of `columns`."""
    session.flush()  # what the rows refer to may still be waiting in the session
    names = tuple(columns)
    if not is_sqlite(session):
        _copy(session, model, names, list(rows))  # a row that asks the database while COPY runs would wait for ever
        return
    statement, converts = _for_sqlite(model, names)
    ready = [_converted(row, converts) for row in rows]
    if ready:
        session.connection().exec_driver_sql(statement, ready)


def reserve_ids(session: Session, model: Model, count: int) -> list[int]:
    """Numbers for rows that `insert_rows` will add in this transaction: nobody else gets them."""
    if count == 0:
        return []
    if is_sqlite(session):  # a transaction that writes is alone
        last = session.scalar(select(func.max(model.__table__.c.id))) or 0
        return list(range(last + 1, last + 1 + count))
    statement = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")
    return list(session.scalars(statement, {"table": model.__tablename__, "count": count}))


@lru_cache(maxsize=64)
def _for_sqlite(model: Model, names: tuple[str, ...]) -> tuple[str, tuple[tuple[int, Convert], ...]]:
    """The statement, and which columns (by place) need a conversion."""
    table = model.__table__
    converts = []
    for place, name in enumerate(names):
        kind = table.c[name].type.dialect_impl(_SQLITE)
        convert = as_json if isinstance(kind, JSON) else kind.bind_processor(_SQLITE)
        if convert is not None and isinstance(table.c[name].type, Date | UtcDateTime):
            convert = _remembered(convert)
        if convert is not None:
            converts.append((place, convert))
    marks = ", ".join("?" * len(names))
    return f"INSERT INTO {model.__tablename__} ({', '.join(names)}) VALUES ({marks})", tuple(converts)  # noqa: S608 - our own names


def _remembered(convert: Convert) -> Convert:
    """Days and moments repeat: those of a run are the same in each of its rows."""
    known: dict[Any, Any] = {}

    def look(value: Any) -> Any:
        found = known.get(value)
        if found is None:
            if len(known) > _MOST_KNOWN:
                known.clear()
            found = known[value] = convert(value)
        return found

    return look


def _converted(row: Sequence[Any], converts: tuple[tuple[int, Convert], ...]) -> tuple[Any, ...]:
    values = list(row)
    for place, convert in converts:
        value = values[place]
        if value is not None:
            values[place] = convert(value)
    return tuple(values)


def _copy(session: Session, model: Model, names: tuple[str, ...], rows: Iterable[Sequence[Any]]) -> None:
    table = model.__table__
    as_jsonb = [place for place, name in enumerate(names) if isinstance(table.c[name].type, JSON)]
    connection: Any = session.connection().connection.dbapi_connection
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model.__tablename__), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            if as_jsonb:
                values = list(row)
                for place in as_jsonb:
                    if values[place] is not None:
                        values[place] = Jsonb(values[place])
                copy.write_row(values)
            else:
                copy.write_row(row)
