"""dlt on the same API, into the same kind of database: SQLite. How many times slower it is than we are.

rival_dlt.py says how it is set.
"""

from __future__ import annotations

from tests.bench.bench import Bench, Said
from tests.bench.figure import Figure, figure

NAMES = ("dlt_first_load", "dlt_rescan")
_GOALS = {"dlt_first_load": ">= 3", "dlt_rescan": ">= 10"}


def take(bench: Bench, name: str) -> Figure:
    pairs = bench.interleaved(*((_first_load if name == "dlt_first_load" else _rescan)(bench)))
    for ours, dlt in pairs:
        if dlt["records"] != bench.people or ours["records"] < bench.people:
            raise AssertionError(f"somebody is missing: {ours}, {dlt}")
    taken = [(ours["seconds"], dlt["seconds"]) for ours, dlt in pairs]
    note = "merge on the primary key, sqlalchemy destination"
    return figure(name, taken, _GOALS[name], other_is="dlt", is_inverse=True, note=note)


def _first_load(bench: Bench):  # type: ignore[no-untyped-def]
    def ours() -> Said:
        url = bench.databases.migrated("sqlite")
        said = bench.ours(url)
        bench.databases.drop(url)
        return said

    def dlt() -> Said:
        return bench.rival("rival_dlt", folder=_new_folder(bench))

    return ours, dlt


def _rescan(bench: Bench):  # type: ignore[no-untyped-def]
    url = bench.loaded("sqlite")
    folder = _new_folder(bench)
    bench.rival("rival_dlt", folder=folder)
    return (lambda: bench.ours(url)), (lambda: bench.rival("rival_dlt", folder=folder))


def _new_folder(bench: Bench) -> str:
    number = sum(1 for _ in bench.folder.glob("dlt-*"))
    folder = bench.folder / f"dlt-{number}"
    folder.mkdir()
    return str(folder)
