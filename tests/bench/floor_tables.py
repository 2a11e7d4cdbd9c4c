"""The floor's one table, on SQLite (WAL, synchronous as ours) and on PostgreSQL (COPY, then one merge)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any, Protocol

COLUMNS = (
    "employee_number", "first_name", "last_name", "email", "unit_id", "job_id", "supervisor_id", "status",
    "employment_type", "hired_on", "left_on", "fte", "language", "location", "updated_at", "name", "title", "parent_id",
)  # fmt: skip
_NAMES = ("key", "hash", *COLUMNS)
_SET = ", ".join(f"{name} = excluded.{name}" for name in _NAMES[1:])
_COLUMNS_SQL = ", ".join(f"{name} TEXT" for name in COLUMNS)

Hashed = Iterable[tuple[str, bytes, dict[str, Any]]]


class Table(Protocol):
    def load(self, records: Hashed) -> int:
        """Insert or update all of them in one transaction; how many."""

    def hashes(self) -> dict[str, bytes]:
        """Hash by key."""

    def newest(self) -> str:
        """The newest stamp."""

    def close(self) -> None: ...


class SqliteTable:
    def __init__(self, path: str) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute(f"CREATE TABLE IF NOT EXISTS record (key TEXT PRIMARY KEY, hash BLOB, {_COLUMNS_SQL})")
        self._db.execute("CREATE INDEX IF NOT EXISTS record_stamp ON record (updated_at)")

    def load(self, records: Hashed) -> int:
        marks = ", ".join("?" * len(_NAMES))
        self._db.execute("BEGIN IMMEDIATE")
        done = self._db.executemany(
            f"INSERT INTO record ({', '.join(_NAMES)}) VALUES ({marks}) ON CONFLICT (key) DO UPDATE SET {_SET}",  # noqa: S608
            (_values(record) for record in records),
        ).rowcount
        self._db.execute("COMMIT")
        return done

    def hashes(self) -> dict[str, bytes]:
        return dict(self._db.execute("SELECT key, hash FROM record"))

    def newest(self) -> str:
        return str(self._db.execute("SELECT max(updated_at) FROM record").fetchone()[0])

    def close(self) -> None:
        self._db.close()


class PostgresqlTable:
    def __init__(self, url: str) -> None:
        import psycopg  # only where a server is named

        self._db = psycopg.connect(url, autocommit=True)
        self._db.execute(f"CREATE TABLE IF NOT EXISTS record (key TEXT PRIMARY KEY, hash BYTEA, {_COLUMNS_SQL})")
        self._db.execute("CREATE INDEX IF NOT EXISTS record_stamp ON record (updated_at)")

    def load(self, records: Hashed) -> int:
        names = ", ".join(_NAMES)
        with self._db.transaction(), self._db.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE arrived (LIKE record) ON COMMIT DROP")
            with cursor.copy(f"COPY arrived ({names}) FROM STDIN") as copy:
                for record in records:
                    copy.write_row(_values(record))
            cursor.execute(
                f"INSERT INTO record ({names}) SELECT {names} FROM arrived ON CONFLICT (key) DO UPDATE SET {_SET}"  # noqa: S608
            )
            return cursor.rowcount

    def hashes(self) -> dict[str, bytes]:
        return dict(self._db.execute("SELECT key, hash FROM record").fetchall())

    def newest(self) -> str:
        row = self._db.execute("SELECT max(updated_at) FROM record").fetchone()
        return str(row[0]) if row else ""

    def close(self) -> None:
        self._db.close()


def open_table(database: str) -> Table:
    return PostgresqlTable(database) if database.startswith("postgresql:") else SqliteTable(database)


def _values(record: tuple[str, bytes, dict[str, Any]]) -> tuple[Any, ...]:
    key, digest, row = record
    return (key, digest, *map(row.get, COLUMNS))
