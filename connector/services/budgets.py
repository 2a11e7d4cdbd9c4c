"""What a unit may spend on development in a year, and what its sheets ask of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, Role, employer_of, require
from connector.domain.sheet import Cost, amount_problems, sum_costs
from connector.errors import InputError, NotFoundError
from connector.services.audit import record_act
from connector.services.days import today_at
from connector.services.installation import Installation
from connector.services.sheet_views import SheetView, current_versions
from connector.services.sheets import direct_reports
from connector.store.facts import holds
from connector.store.hr import Assignment, OrgUnit, OrgUnitDetails
from connector.store.people import person_cards
from connector.store.sheet import Budget

KINDS = ("training", "coaching", "leave", "material")
CURRENCY = "EUR"


@dataclass(frozen=True, slots=True)
class UnitBudget:
    """Money of one unit in one year, in `currency`. `budget` and `left` are None when no budget is known.

    `committed` is agreed by both sides and not spent, `proposed` not confirmed yet; `unknown` counts agreements about
    cost whose amount nobody knows, so that the sums are a lower bound while it is above 0.
    """

    unit_id: int
    unit_name: str
    year: int
    currency: str
    budget: Decimal | None
    spent: Decimal
    committed: Decimal
    proposed: Decimal
    unknown: int

    @property
    def left(self) -> Decimal | None:
        return None if self.budget is None else self.budget - self.spent - self.committed

    @property
    def is_overspent(self) -> bool:
        return self.left is not None and self.left < 0


def set_budget(
    actor: Actor,
    installation: Installation,
    unit_id: int,
    year: int,
    amount: Decimal,
    kind: str = "training",
) -> None:
    """Say what a unit may spend on one kind of cost in a year; saying it again replaces the amount."""
    require(actor, Act.SET_BUDGET)
    employer_id = employer_of(actor)
    problems = {"amount": found} if (found := amount_problems(amount, "amount")) else {}
    if kind not in KINDS:
        problems["kind"] = [f"must be one of {', '.join(KINDS)}"]
    if problems:
        raise InputError("this budget cannot be kept", problems=problems)
    with installation.store.begin() as session:
        unit = session.get(OrgUnit, unit_id, with_for_update=True)
        if unit is None or unit.employer_id != employer_id:
            raise NotFoundError("there is no such unit at this employer")
        row = session.scalar(
            select(Budget).where(Budget.unit_id == unit_id, Budget.year == year, Budget.kind == kind)
        ) or Budget(employer_id=employer_id, unit_id=unit_id, year=year, kind=kind)
        row.amount, row.currency = amount, CURRENCY
        session.add(row)
        record_act(session, actor, "set_budget", f"unit:{unit_id}:{year}:{kind}", at=installation.clock())


def budgets(actor: Actor, installation: Installation, year: int | None = None) -> list[UnitBudget]:
    """The units of the employer (HR), or those in which the supervisor's direct reports work, by name."""
    require(actor, Act.READ_BUDGETS)
    employer_id = employer_of(actor)
    with installation.store.read() as session:
        today = today_at(session, installation, employer_id)
        units = None
        if actor.role is Role.SUPERVISOR:
            team = direct_reports(session, actor, employer_id, today).values()
            units = {card.unit_id for card in team if card.unit_id is not None}
        return unit_budgets(session, employer_id, year or today.year, today, unit_ids=units)


def unit_budgets(
    session: Session, employer_id: int, year: int, on: date, *, unit_ids: Collection[int] | None = None
) -> list[UnitBudget]:
    """Budget, spent and committed per unit in which a person works on a day, or that has a budget.

    A cost belongs to the unit in which its person works on that day, and to the year of its due day, else of sharing.
    """
    named = session.execute(
        select(OrgUnitDetails.unit_id, OrgUnitDetails.name)
        .join(OrgUnit, OrgUnit.id == OrgUnitDetails.unit_id)
        .where(OrgUnit.employer_id == employer_id, holds(OrgUnitDetails, on))
    )
    names = {row.unit_id: row.name for row in named}
    amounts: dict[int, Decimal] = {}
    for row in session.scalars(select(Budget).where(Budget.employer_id == employer_id, Budget.year == year)):
        amounts[row.unit_id] = amounts.get(row.unit_id, Decimal(0)) + row.amount
    costs = _costs(session, employer_id, year, on, unit_ids)
    wanted = (amounts.keys() | costs.keys()) if unit_ids is None else set(unit_ids)
    lines = [_line(unit, names, year, amounts.get(unit), costs.get(unit, [])) for unit in wanted if unit in names]
    return sorted(lines, key=lambda line: (line.unit_name, line.unit_id))


def _line(unit: int, names: dict[int, str], year: int, budget: Decimal | None, costs: list[Cost]) -> UnitBudget:
    total = sum_costs(costs, CURRENCY)
    return UnitBudget(
        unit_id=unit,
        unit_name=names[unit],
        year=year,
        currency=CURRENCY,
        budget=budget,
        spent=total.spent,
        committed=total.committed,
        proposed=total.proposed,
        unknown=total.unknown,
    )


def _costs(
    session: Session, employer_id: int, year: int, on: date, unit_ids: Collection[int] | None
) -> dict[int, list[Cost]]:
    people = None
    if unit_ids is not None:  # a team reads the sheets of its own units, not those of all the employer
        people = session.scalars(
            select(Assignment.person_id).where(Assignment.unit_id.in_(unit_ids), holds(Assignment, on))
        ).all()
    views = current_versions(session, employer_id, on, person_ids=people, with_closed=True)
    cards = person_cards(session, employer_id, on, person_ids={view.person_id for view in views})
    found: dict[int, list[Cost]] = {}
    for view in views:
        card = cards.get(view.person_id)
        if card is not None and card.unit_id is not None:
            found.setdefault(card.unit_id, []).extend(_costs_of(view, year))
    return found


def _costs_of(view: SheetView, year: int) -> Iterable[Cost]:
    for agreement in view.agreements:
        costs_money = agreement.kind == "cost" or agreement.amount is not None or agreement.spent is not None
        if costs_money and (agreement.due_on or view.shared_at).year == year:
            yield Cost(
                amount=agreement.amount,
                spent=agreement.spent,
                currency=agreement.currency,
                payer=agreement.payer,
                is_confirmed=view.is_confirmed,
                is_closed=view.closed_at is not None,
            )
