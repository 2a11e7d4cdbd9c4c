"""One figure: a ratio taken some times, each time ours and the other side by side."""

from __future__ import annotations

import operator
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

_HOLDS: dict[str, Callable[[float, float], bool]] = {"<=": operator.le, ">=": operator.ge}


@dataclass(frozen=True, slots=True)
class Figure:
    """`ours` and `other` are medians in `unit`; `ratio` is the median of the ratios of each run, `min` and `max` their
    spread. `goal` is text as "<= 4"; without one the figure only informs. `load` is the machine's load average."""

    name: str
    unit: str
    ours: float
    other: float
    other_is: str  # floor | dlt | …
    ratio: float
    goal: str | None
    holds: bool | None
    runs: int
    min: float
    median: float
    max: float
    load: float
    note: str

    def as_dict(self) -> dict[str, Any]:
        """As build/bench.json keeps it: `floor` or `rival` instead of `other`."""
        found = {name: round(value, 4) if isinstance(value, float) else value for name, value in asdict(self).items()}
        found["floor" if self.other_is == "floor" else "rival"] = found.pop("other")
        return found


def figure(
    name: str,
    pairs: Sequence[tuple[float, float]],
    goal: str | None,
    *,
    unit: str = "s",
    other_is: str = "floor",
    is_inverse: bool = False,
    note: str = "",
) -> Figure:
    """The figure of pairs (ours, other). The ratio is ours / other; `is_inverse` turns it, for how much slower a rival
    is than we are."""
    ratios = [other / ours if is_inverse else ours / other for ours, other in pairs]
    middle = median(ratios)
    sign, _, limit = (goal or "").partition(" ")
    return Figure(
        name=name,
        unit=unit,
        ours=median(ours for ours, _ in pairs),
        other=median(other for _, other in pairs),
        other_is=other_is,
        ratio=middle,
        goal=goal,
        holds=_HOLDS[sign](middle, float(limit)) if goal else None,
        runs=len(pairs),
        min=min(ratios),
        median=middle,
        max=max(ratios),
        load=os.getloadavg()[0],
        note=note,
    )
