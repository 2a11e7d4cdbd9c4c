"""PostgreSQL is stopped at once under a sync, on a server of our own: one clean error, and the next run ends it."""

from __future__ import annotations

import os
import random
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from connector.store.database import Store
from tests.bench.databases import Databases
from tests.faults.company import company
from tests.faults.lives import Life, Order, mother
from tests.faults.outcome import Outcome, none_of
from tests.faults.places import Places
from tests.faults.state import state_of

PEOPLE = 2000
_CLEAN = {"StoreError", "done"}


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL whose every file lies in one folder."""

    binaries: Path
    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def call(self, program: str, *words: str) -> None:
        """Run one of its programs; it refuses to run as root, so root steps down."""
        command = [str(self.binaries / program), "-D", str(self.folder / "db"), *words]
        if os.getuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c fsync=off -k {self.folder}"
        self.call("pg_ctl", "-o", options, "-l", str(self.folder / "log"), "-w", "start")

    def stop(self) -> None:
        self.call("pg_ctl", "-m", "immediate", "-w", "stop")


def binaries() -> Path | None:
    """Where this machine has a PostgreSQL server's programs."""
    found = [*sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")), shutil.which("initdb")]
    return Path(found[0]).parent if found[0] else None


@contextmanager
def own_server(programs: Path) -> Iterator[Server]:
    """A fresh server that nobody else uses; it goes away with the block."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = Path(tempfile.mkdtemp())
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
    server = Server(programs, folder, port)
    try:
        server.call("initdb", "-A", "trust", "-U", "postgres")
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


def take(places: Places, times: int) -> Outcome | None:
    """Stop it so often; None where there is no server to start."""
    programs = binaries()
    if programs is None:
        return None
    outcome = Outcome("PostgreSQL stopped", wrong=none_of("unclean errors", "not resumed", "lost or doubled"))
    chance = random.Random(20261123)
    with own_server(programs) as server, company(PEOPLE) as address, mother() as lives:
        databases = Databases(places.folder, server.url)
        order = Order(databases.migrated("postgresql"), str(places.mappings), "hr/bench", address.before, 200)
        began = time.monotonic()
        Life(lives, order).end()
        seconds = time.monotonic() - began
        store = Store(order.database)
        expected = state_of(store)
        store.close()
        for _ in range(times):
            order = replace(order, database=databases.migrated("postgresql"))
            life = Life(lives, order)
            time.sleep(seconds * 0.9 * chance.random())
            server.stop()
            said = life.end()
            server.start()
            outcome.times += 1
            outcome.told[said.how] += 1
            outcome.wrong["unclean errors"] += said.how not in _CLEAN
            again = Life(lives, order).end()
            outcome.wrong["not resumed"] += again.how != "done"
            store = Store(order.database)
            found = state_of(store)
            store.close()
            lost, doubled = expected - found, found - expected
            outcome.wrong["lost or doubled"] += lost.total() + doubled.total()
            outcome.details += [f"lost: {row}" for row in list(lost)[:3]] + [
                f"doubled: {row}" for row in list(doubled)[:3]
            ]
            outcome.details.append(f"{said.how} {said.sentence} {said.trace}; then {again}")
            databases.drop(order.database)
        databases.drop_all()
    return outcome
