"""Only what changed since the last time: nothing, or one person in a hundred.

The timer's process lives on between two syncs, so both sides have done the same once before the clock starts.
"""

from __future__ import annotations

from typing import Any

from connector.errors import MappingError
from connector.mapping_files import MappingFolders
from connector.sync.mapping import read_mapping
from tests.bench.bench import Bench, LeftOut, Said, processor_note, seconds
from tests.bench.databases import BACKENDS
from tests.bench.figure import Figure, figure

_MAPPING = "hr/bench-delta"
_KINDS = {"delta_none": "<= 10", "delta_1_percent": None}
NAMES = tuple(f"{kind}_{backend}" for kind in _KINDS for backend in BACKENDS)


def take(bench: Bench, name: str) -> Figure:
    kind, _, backend = name.rpartition("_")
    bench.needs(backend)
    url = _loaded(bench, backend)
    database = bench.databases.empty(backend)
    bench.floor("first_load", database)
    if kind == "delta_none":
        pairs = bench.interleaved(
            lambda: bench.ours(url, mapping=_MAPPING, warm=1), lambda: bench.floor("delta", database, warm=1)
        )
    else:
        pairs = [_one_percent(bench, url, database) for _ in range(bench.runs)]
    return figure(name, seconds(pairs), _KINDS[kind], note=processor_note(pairs))


def _one_percent(bench: Bench, url: str, database: str) -> tuple[Said, Said]:
    bench.change(0.01)
    ours, floor = bench.ours(url, mapping=_MAPPING), bench.floor("delta", database)
    if ours["changed"] < bench.people // 100:
        raise AssertionError(f"not all changes were seen: {ours}")
    return ours, floor


def _loaded(bench: Bench, backend: str) -> str:
    try:
        read_mapping(MappingFolders(bench.folder / "mappings").find(_MAPPING))
    except MappingError as error:
        raise LeftOut(f"the mapping language has no delta yet ({error})") from error
    url = bench.databases.copy(bench.loaded(backend, _MAPPING))
    said = bench.ours(url, mapping=_MAPPING)
    if said["read"] >= bench.people:
        raise LeftOut("the engine reads everything although the mapping has a delta")
    return url


def order(bench: Bench, name: str) -> dict[str, Any]:
    return {"database": _loaded(bench, name.rpartition("_")[2]), "mapping": _MAPPING, "warm": 1}
