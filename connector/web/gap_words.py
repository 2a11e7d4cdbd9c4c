"""The gap as rows of bars, with words that say the same: "nu basis, nodig zelfstandig"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from connector.domain.gap import GapLine
from connector.web.texts import say as _


@dataclass(frozen=True, slots=True)
class GapRow:
    """`now` None: nothing is drawn, for nobody has looked or the levels cannot be compared. `terms`: the arithmetic."""

    name: str
    now: int | None
    needed: int | None
    words: str
    emphasis: str
    terms: str


def gap_rows(lines: Iterable[GapLine]) -> list[GapRow]:
    return [
        GapRow(
            name=line.label or _("competentie zonder naam"),
            now=line.now if line.is_same_scale else None,
            needed=line.needed,
            words=_now(line),
            emphasis="" if _is_enough(line) else _needed(line),
            terms=line.words,
        )
        for line in lines
    ]


def _is_enough(line: GapLine) -> bool:
    return line.difference is not None and line.difference <= 0


def _now(line: GapLine) -> str:
    if not line.is_assessed:
        return _("nog niet beoordeeld")
    level = line.now_label or (_("zonder niveau") if line.now is None else str(line.now))
    return _("nu %(level)s, dat is genoeg", level=level) if _is_enough(line) else _("nu %(level)s", level=level)


def _needed(line: GapLine) -> str:
    level = line.needed_label or (_("zonder niveau") if line.needed is None else str(line.needed))
    words = _("nodig %(level)s", level=level)
    return words if line.is_same_scale else _("%(words)s, op een andere schaal", words=words)
