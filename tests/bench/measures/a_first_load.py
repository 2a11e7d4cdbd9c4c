"""Everybody into an empty database."""

from __future__ import annotations

from typing import Any

from tests.bench.bench import Bench, Said, processor_note, seconds
from tests.bench.databases import BACKENDS
from tests.bench.figure import Figure, figure

NAMES = tuple(f"first_load_{backend}" for backend in BACKENDS)


def take(bench: Bench, name: str) -> Figure:
    backend = name.removeprefix("first_load_")
    bench.needs(backend)

    def ours() -> Said:
        url = bench.databases.migrated(backend)
        said = bench.ours(url)
        bench.databases.drop(url)
        return said

    def floor() -> Said:
        database = bench.databases.empty(backend)
        said = bench.floor("first_load", database)
        bench.databases.drop(database)
        return said

    pairs = bench.interleaved(ours, floor)
    return figure(name, seconds(pairs), "<= 4", note=processor_note(pairs))


def order(bench: Bench, name: str) -> dict[str, Any]:
    return {"database": bench.databases.migrated(name.removeprefix("first_load_"))}
