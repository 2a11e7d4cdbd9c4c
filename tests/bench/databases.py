"""Fresh databases for both sides: files for SQLite, databases of their own on the server of POP_TEST_POSTGRESQL."""

from __future__ import annotations

import os
import shutil
import uuid
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from connector.store.database import Store
from connector.store.migrate import upgrade

BACKENDS = ("sqlite", "postgresql")


class Databases:
    """Makes them, copies them, and drops them at the end. Addresses are those that each side takes."""

    def __init__(self, folder: Path, server: str | None = None) -> None:
        self._folder = folder
        self._server = server or os.environ.get("POP_TEST_POSTGRESQL")
        self._made: list[str] = []
        self._templates: dict[str, str] = {}

    def has(self, backend: str) -> bool:
        return backend == "sqlite" or bool(self._server)

    def empty(self, backend: str) -> str:
        """An empty database without a schema, for the floor or a rival."""
        if backend == "sqlite":
            return str(self._folder / f"{uuid.uuid4().hex}.sqlite3")
        return self._plain(self._create(""))

    def migrated(self, backend: str) -> str:
        """`database.url` of an empty database with our newest schema."""
        if backend not in self._templates:
            url = f"sqlite:///{self._folder}/template.sqlite3" if backend == "sqlite" else self._create("")
            store = Store(url)
            upgrade(store)
            store.close()
            self._templates[backend] = url
        return self.copy(self._templates[backend])

    def copy(self, url: str) -> str:
        """`database.url` of a copy of one of ours that nobody has open."""
        if url.startswith("sqlite"):
            path = self._folder / f"{uuid.uuid4().hex}.sqlite3"
            shutil.copy(url.removeprefix("sqlite:///"), path)
            return f"sqlite:///{path}"
        return self._create(f"TEMPLATE {make_url(url).database}")

    def drop(self, url: str) -> None:
        if url.startswith("postgresql"):
            name = make_url(url).database or ""
            self._made.remove(name)
            self._administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        else:
            for suffix in ("", "-wal", "-shm"):
                Path(url.removeprefix("sqlite:///") + suffix).unlink(missing_ok=True)

    def drop_all(self) -> None:
        for name in self._made:
            self._administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self._made.clear()

    def _create(self, options: str) -> str:
        name = f"pop_bench_{uuid.uuid4().hex[:12]}"
        self._administer(f"CREATE DATABASE {name} {options}")
        self._made.append(name)
        return make_url(self._server or "").set(database=name).render_as_string(hide_password=False)

    def _plain(self, url: str) -> str:
        return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)

    def _administer(self, statement: str) -> None:
        engine = create_engine(
            make_url(self._server or "").set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()
