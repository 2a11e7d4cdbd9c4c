"""HR of the sample employer says what each unit may spend."""

from __future__ import annotations

from decimal import Decimal

from connector.demo.accounts import Cast
from connector.demo.sample import BudgetSample, Sample
from connector.services.budgets import set_budget, unit_budgets
from connector.services.installation import Installation
from connector.services.needs import units_of

_STEP = 50  # budgets are round sums


def set_budgets(installation: Installation, cast: Cast, sample: Sample) -> None:
    """Budgets of last year, this year and the next, so that no day of the year is without."""
    year, today = sample.today.year, sample.today
    with installation.store.read() as session:
        units = {unit.name: unit.unit_id for unit in units_of(session, cast.employer_id, today)}
        lines = unit_budgets(session, cast.employer_id, year, today, unit_ids=units.values())
    asked = {line.unit_id: line.spent + line.committed for line in lines}
    for budget in sample.budgets:
        unit_id = units[budget.unit]
        for each in (year - 1, year, year + 1):
            set_budget(cast.hr, installation, unit_id, each, _amount(budget, asked[unit_id]))


def _amount(budget: BudgetSample, asked: Decimal) -> Decimal:
    if budget.share is None:
        return budget.amount or Decimal(0)
    return (budget.share * asked // _STEP) * _STEP
