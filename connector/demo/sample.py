"""The invented data in `data/`, read and shifted: every day in it is counted from today."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class PersonSample:
    """A line of mensen.csv; `row` holds its cells by heading, days already shifted."""

    number: str
    name: str
    email: str
    language: str
    supervisor: str | None
    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ActivitySample:
    title: str
    form: str
    state: str
    due_on: date
    training: str | None


@dataclass(frozen=True, slots=True)
class GoalSample:
    name: str
    what: str
    how: str | None
    result: str | None
    competency: str | None
    origin: str
    level: int | None
    priority: int
    state: str
    target_on: date | None
    activities: tuple[ActivitySample, ...]


@dataclass(frozen=True, slots=True)
class AgreementSample:
    """`name` is the same for an agreement that goes on in a later version of the sheet."""

    name: str
    goal: str | None
    kind: str
    text: str
    owed_by: str
    owed_to: str
    due_on: date
    amount: Decimal | None
    payer: str | None
    training: str | None
    delivered_on: date | None
    spent: Decimal | None


@dataclass(frozen=True, slots=True)
class SheetSample:
    shared_on: date
    goals: tuple[str, ...]
    confirmed: tuple[str, ...]
    closed_on: date | None
    agreements: tuple[AgreementSample, ...]


@dataclass(frozen=True, slots=True)
class PlanSample:
    person: str
    step: str
    orientation: str
    started_on: date
    closed_on: date | None
    goals: tuple[GoalSample, ...]
    sheets: tuple[SheetSample, ...]


@dataclass(frozen=True, slots=True)
class BudgetSample:
    """A sum of money, or a share of what the unit's sheets ask: under 1, it is overspent on any day of the year."""

    unit: str
    amount: Decimal | None
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class Sample:
    """All of the sample employer around one day."""

    today: date
    people: tuple[PersonSample, ...]
    plans: tuple[PlanSample, ...]
    budgets: tuple[BudgetSample, ...]


def read_sample(today: date) -> Sample:
    """The sample employer as it would be on `today`."""
    days = Days(today)
    content = tomllib.loads(_text("plannen.toml"))
    return Sample(
        today=today,
        people=tuple(_person(row) for row in rows("mensen", days, ("in dienst", "uit dienst"))),
        plans=tuple(_plan(raw, days) for raw in content["plans"]),
        budgets=tuple(
            BudgetSample(raw["unit"], _money(raw.get("amount")), _money(raw.get("share"))) for raw in content["budgets"]
        ),
    )


class Days:
    """Counts days from one day on."""

    def __init__(self, today: date) -> None:
        self._today = today

    def at(self, offset: int | str | None) -> date | None:
        return None if offset in (None, "") else self._today + timedelta(days=int(offset or 0))

    def needed(self, offset: int | str) -> date:
        return self._today + timedelta(days=int(offset))


def rows(name: str, days: Days, shifted: tuple[str, ...] = ()) -> Iterator[dict[str, Any]]:
    """The lines of a CSV of ours by heading; empty cells are None, the `shifted` columns are days."""
    for row in csv.DictReader(_text(f"{name}.csv").splitlines()):
        cells: dict[str, Any] = {heading: value or None for heading, value in row.items()}
        for heading in shifted:
            cells[heading] = days.at(cells[heading])
        yield cells


def _text(name: str) -> str:
    return (files("connector.demo") / "data" / name).read_text(encoding="utf-8")


def _person(row: dict[str, Any]) -> PersonSample:
    return PersonSample(
        number=row["nummer"],
        name=f"{row['voornaam']} {row['naam']}",
        email=row["e-mail"],
        language=row["taal"],
        supervisor=row["leidinggevende"],
        row=row,
    )


def _plan(raw: dict[str, Any], days: Days) -> PlanSample:
    return PlanSample(
        person=raw["person"],
        step=raw["step"],
        orientation=raw.get("orientation", "action"),
        started_on=days.needed(raw["started"]),
        closed_on=days.at(raw.get("closed")),
        goals=tuple(_goal(goal, days) for goal in raw.get("goals", [])),
        sheets=tuple(_sheet(sheet, days) for sheet in raw.get("sheets", [])),
    )


def _goal(raw: dict[str, Any], days: Days) -> GoalSample:
    return GoalSample(
        name=raw["name"],
        what=raw["what"],
        how=raw.get("how"),
        result=raw.get("result"),
        competency=raw.get("competency"),
        origin=raw.get("origin", "owner"),
        level=raw.get("level"),
        priority=raw.get("priority", 1),
        state=raw.get("state", "open"),
        target_on=days.at(raw.get("target")),
        activities=tuple(
            ActivitySample(one["title"], one["form"], one["state"], days.needed(one["due"]), one.get("training"))
            for one in raw.get("activities", [])
        ),
    )


def _sheet(raw: dict[str, Any], days: Days) -> SheetSample:
    return SheetSample(
        shared_on=days.needed(raw["shared"]),
        goals=tuple(raw["goals"]),
        confirmed=tuple(raw["confirmed"]),
        closed_on=days.at(raw.get("closed")),
        agreements=tuple(_agreement(one, number, days) for number, one in enumerate(raw.get("agreements", []))),
    )


def _agreement(raw: dict[str, Any], number: int, days: Days) -> AgreementSample:
    return AgreementSample(
        name=raw.get("as", f"{number}"),
        goal=raw.get("goal"),
        kind=raw["kind"],
        text=raw["text"],
        owed_by=raw["owed_by"],
        owed_to=raw.get("owed_to", "employee"),
        due_on=days.needed(raw["due"]),
        amount=_money(raw.get("amount")),
        payer=raw.get("payer"),
        training=raw.get("training"),
        delivered_on=days.at(raw.get("delivered")),
        spent=_money(raw.get("spent")),
    )


def _money(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
