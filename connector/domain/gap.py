"""What a function asks beside what a person has: plain arithmetic, shown with its terms. No total, no ranking.

"Not assessed" is not zero: it has no level and no difference. Levels of different scales are not subtracted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Level:
    """A level 0-100 on a named scale, with its word; None: without a level, or without a word."""

    value: int | None
    label: str | None = None
    scale: str | None = None


@dataclass(frozen=True, slots=True)
class Needed:
    """One line of a job profile."""

    competency_id: int
    label: str
    level: Level


@dataclass(frozen=True, slots=True)
class Assessed:
    """What a source says that a person has. `basis` is what it rests on."""

    competency_id: int
    level: Level
    assessed_on: date | None = None
    basis: str | None = None


@dataclass(frozen=True, slots=True)
class GapLine:
    """One competency of the profile. `needed` and `now` are 0-100, None = without a level.

    `is_assessed` False: nobody has looked, and `now` is None for that reason. `difference` = needed - now: above 0 is
    still to learn, below 0 is more than asked; None when it cannot be said. `words` is the whole line in words.
    """

    competency_id: int
    label: str
    needed: int | None
    needed_label: str | None
    now: int | None
    now_label: str | None
    is_assessed: bool
    assessed_on: date | None
    basis: str | None
    is_same_scale: bool
    difference: int | None
    words: str


def compare_profile(needed: Iterable[Needed], assessed: Iterable[Assessed], language: str = "nl") -> list[GapLine]:
    """A line for each competency of the profile, in the order of the profile; the latest assessment counts."""
    latest: dict[int, Assessed] = {}
    for one in assessed:
        known = latest.get(one.competency_id)
        if known is None or (known.assessed_on or date.min) <= (one.assessed_on or date.min):
            latest[one.competency_id] = one
    words = _WORDS.get(language, _WORDS["nl"])
    return [_line(each, latest.get(each.competency_id), words) for each in needed]


def _line(needed: Needed, assessed: Assessed | None, words: Mapping[str, str]) -> GapLine:
    now = assessed.level if assessed else Level(None)
    is_same_scale = assessed is None or now.scale == needed.level.scale
    difference = None
    if is_same_scale and needed.level.value is not None and now.value is not None:
        difference = needed.level.value - now.value
    return GapLine(
        competency_id=needed.competency_id,
        label=needed.label,
        needed=needed.level.value,
        needed_label=needed.level.label,
        now=now.value,
        now_label=now.label,
        is_assessed=assessed is not None,
        assessed_on=assessed.assessed_on if assessed else None,
        basis=assessed.basis if assessed else None,
        is_same_scale=is_same_scale,
        difference=difference,
        words=", ".join(_terms(needed, assessed, difference, is_same_scale, words)),
    )


def _terms(
    needed: Needed, assessed: Assessed | None, difference: int | None, is_same_scale: bool, words: Mapping[str, str]
) -> list[str]:
    terms = [
        words["now"].format(_level(assessed.level, words)) if assessed else words["not_assessed"],
        words["needed"].format(_level(needed.level, words)),
    ]
    if difference is not None:
        terms.append(words["less" if difference < 0 else "difference"].format(abs(difference)))
    elif not is_same_scale:
        terms.append(words["other_scale"])
    if assessed:
        terms += _origin(assessed, words)
    return terms


def _origin(assessed: Assessed, words: Mapping[str, str]) -> list[str]:
    on = _day(assessed.assessed_on, words) if assessed.assessed_on else None
    if assessed.basis and on:
        return [words["basis_on"].format(assessed.basis, on)]
    if assessed.basis:
        return [words["basis"].format(assessed.basis)]
    return [words["on"].format(on)] if on else []


def _level(level: Level, words: Mapping[str, str]) -> str:
    if level.value is None:
        return level.label or words["without_level"]
    return f"{level.label} ({level.value})" if level.label else str(level.value)


def _day(day: date, words: Mapping[str, str]) -> str:
    number = words["first"] if day.day == 1 else day.day
    return f"{number} {words['months'].split()[day.month - 1]} {day.year}"


_WORDS: Mapping[str, Mapping[str, str]] = {
    "nl": {
        "now": "nu {}",
        "not_assessed": "nog niet beoordeeld",
        "needed": "nodig {}",
        "without_level": "zonder niveau",
        "difference": "verschil {}",
        "less": "{} meer dan nodig",
        "other_scale": "op een andere schaal, dus niet te vergelijken",
        "basis_on": "bron: {} van {}",
        "basis": "bron: {}",
        "on": "beoordeeld op {}",
        "first": "1",
        "months": "januari februari maart april mei juni juli augustus september oktober november december",
    },
    "fr": {
        "now": "maintenant {}",
        "not_assessed": "pas encore évalué",
        "needed": "demandé {}",
        "without_level": "sans niveau",
        "difference": "différence {}",
        "less": "{} de plus que demandé",
        "other_scale": "sur une autre échelle, donc pas comparable",
        "basis_on": "source\u00a0: {} du {}",
        "basis": "source\u00a0: {}",
        "on": "évalué le {}",
        "first": "1er",
        "months": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    },
    "en": {
        "now": "now {}",
        "not_assessed": "not assessed yet",
        "needed": "needed {}",
        "without_level": "without a level",
        "difference": "difference {}",
        "less": "{} more than needed",
        "other_scale": "on another scale, so it cannot be compared",
        "basis_on": "source: {} of {}",
        "basis": "source: {}",
        "on": "assessed on {}",
        "first": "1",
        "months": "January February March April May June July August September October November December",
    },
}
