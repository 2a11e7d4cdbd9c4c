"""The unit of work: one transaction that commits at the end of the block or leaves nothing.

Use `store.begin()` around everything a service writes, outbox rows included; nobody calls commit. Use
`store.read()` for what only looks. Do not hold either over a call to the outside.

    with store.begin() as session:
        session.add(row)
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from connector.store.dialects import open_engine


class Store:
    """Opens sessions on one database."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine: Engine = open_engine(url)
        self._write = sessionmaker(self.engine, expire_on_commit=False)
        self._read = sessionmaker(self.engine.execution_options(pop_reads=True), expire_on_commit=False)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A session that writes: commits at the end, rolls back on any error."""
        with self._write() as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that only reads: closing it throws away whatever it changed."""
        with self._read() as session:
            yield session

    def close(self) -> None:
        self.engine.dispose()
