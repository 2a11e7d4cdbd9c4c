"""Our side: one sync through the public service, in a process of its own. The order, as JSON in the first argument:

    {"api": "http://127.0.0.1:1", "database": database.url, "mappings": folder, "mapping": "hr/bench",
     "warm": runs before the one that counts, "profile": true for a table on standard error}

Programs are loaded before the clock starts, as the floor's are. Opening the database counts, as there, but not where a
process has run before: it has kept what it opened.
"""

from __future__ import annotations

import cProfile
import json
import pstats
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

from sqlalchemy.orm import configure_mappers

from connector.domain.access import TIMER
from connector.mapping_files import MappingFolders
from connector.services.installation import EmployerConfig, Installation, SourceConfig, system_clock
from connector.services.organisations import register_organisations
from connector.services.sync import run_sync
from connector.sources.reader import Connection
from connector.store.database import Store
from connector.store.sealed import MasterKey
from connector.sync.report import RunReport
from tests.bench.clock import Spent

SOURCE = "bench"


def installed(order: dict[str, Any], store: Store) -> Installation:
    """An installation with one employer and one source: the loopback API."""
    known = {field.name for field in fields(Connection)}
    loopback = {name: True for name in ("allow_http", "allow_private") if name in known}
    connection = Connection(SOURCE, url=order["api"], page_size=500, **loopback)
    employer = EmployerConfig("acme", "Bench", "employer", "nl", "Europe/Brussels", "BE", "general")
    return Installation(
        store=store,
        master_key=MasterKey(bytes(32)),
        clock=system_clock,
        mappings=MappingFolders(Path(order["mappings"])),
        sources={SOURCE: SourceConfig(SOURCE, order["mapping"], "acme", connection, "Europe/Brussels")},
        employers={"acme": employer},
        base_url="http://pop.example",
    )


def main(order: dict[str, Any]) -> None:
    configure_mappers()
    store = Store(order["database"])
    register_organisations(TIMER, installed(order, store))
    store.close()
    for _ in range(order.get("warm", 0)):
        _sync(order, store)
    profile = cProfile.Profile() if order.get("profile") else None
    spent = Spent()
    report = profile.runcall(_sync, order, store) if profile else _sync(order, store)
    found = spent.so_far()
    store.close()
    if profile:
        pstats.Stats(profile, stream=sys.stderr).strip_dirs().sort_stats("cumtime").print_stats(110)
    totals = report.totals
    counts = {name: getattr(totals, name) for name in ("read", "new", "changed", "same", "missing", "quarantined")}
    sys.stdout.write(json.dumps({**found, "records": totals.read, **counts}) + "\n")


def _sync(order: dict[str, Any], store: Store) -> RunReport:
    return run_sync(TIMER, installed(order, store), SOURCE, accept=True)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
