"""The most memory that a sync ever holds, at ten times the people against at once the people.

A peak hardly varies, and ten times the people takes ten times as long: it is taken once for every five runs asked.
"""

from __future__ import annotations

from tests.bench.bench import Bench
from tests.bench.figure import Figure, figure

NAMES = ("memory_first_load", "memory_rescan")
_TIMES = 10


def take(bench: Bench, name: str) -> Figure:
    is_rescan = name == "memory_rescan"
    many = bench.people * _TIMES
    pairs = [
        (_peak(bench, many, is_rescan), _peak(bench, bench.people, is_rescan)) for _ in range(max(1, bench.runs // 5))
    ]
    bench.stop_api(many)
    note = f"{many:,} people against {bench.people:,}, SQLite"
    return figure(name, pairs, "<= 1.2", unit="MB", other_is="floor", note=note)


def _peak(bench: Bench, people: int, is_rescan: bool) -> float:
    url = bench.databases.migrated("sqlite")
    said = bench.ours(url, api=bench.api(people))
    if is_rescan:
        said = bench.ours(url, api=bench.api(people))
    bench.databases.drop(url)
    return float(said["peak_mb"])
