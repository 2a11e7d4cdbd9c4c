"""The loopback employer of the kills: as it was, and as it is a day later."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.bench import people
from tests.bench.api import Resource, Server

GONE = 10


@dataclass(frozen=True, slots=True)
class Company:
    """Two addresses. A day later one in fifty has changed, and ten people are no longer in the list."""

    before: str
    after: str


@contextmanager
def company(count: int) -> Iterator[Company]:
    before, after = Server(count), Server(count)
    rows = list(people.employees(count))
    changed = [people.changed(row, row["updated_at"]) if row["id"] % 50 == 3 else row for row in rows]
    after.resources["employees"] = Resource(changed[:-GONE])
    for server in (before, after):
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield Company(*(f"http://127.0.0.1:{server.server_address[1]}" for server in (before, after)))
    finally:
        for server in (before, after):
            server.shutdown()
            server.server_close()
