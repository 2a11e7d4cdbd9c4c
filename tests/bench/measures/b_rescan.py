"""Everybody again, and nothing has changed.

As with a delta, the timer's process lives on between two syncs: both sides have done the same once before.
"""

from __future__ import annotations

from typing import Any

from tests.bench.bench import Bench, processor_note, seconds
from tests.bench.databases import BACKENDS
from tests.bench.figure import Figure, figure

NAMES = tuple(f"rescan_{backend}" for backend in BACKENDS)


def take(bench: Bench, name: str) -> Figure:
    backend = name.removeprefix("rescan_")
    bench.needs(backend)
    url = bench.loaded(backend)
    database = bench.databases.empty(backend)
    bench.floor("first_load", database)
    pairs = bench.interleaved(lambda: bench.ours(url, warm=1), lambda: bench.floor("rescan", database, warm=1))
    for ours, floor in pairs:
        if ours["same"] != ours["read"] or floor["records"]:
            raise AssertionError(f"something changed in a rescan: {ours}, {floor}")
    return figure(name, seconds(pairs), "<= 1.5", note=processor_note(pairs))


def order(bench: Bench, name: str) -> dict[str, Any]:
    return {"database": bench.loaded(name.removeprefix("rescan_")), "warm": 1}
