"""Budgets and costs as rows with words. What nobody knows is called unknown, never € 0."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from connector.domain.sheet import CostSum
from connector.services.budgets import UnitBudget
from connector.web.texts import count as ngettext
from connector.web.texts import say as _
from connector.web.words import money


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """One bar: `promised` is what both sides agreed and nobody paid yet."""

    name: str
    spent: Decimal
    promised: Decimal
    budget: Decimal | None
    words: str
    warning: str | None


def budget_rows(budgets: Iterable[UnitBudget]) -> list[MoneyRow]:
    return [
        MoneyRow(
            name=line.unit_name,
            spent=line.spent,
            promised=line.committed,
            budget=line.budget,
            words=_budget_words(line),
            warning=_("te veel") if line.is_overspent else None,
        )
        for line in budgets
    ]


@dataclass(frozen=True, slots=True)
class Total:
    """One figure and what it says. `waits`: a part is not in it, for its sheet is not confirmed by both sides."""

    figure: str
    label: str
    waits: bool


def budget_total(budgets: Sequence[UnitBudget]) -> Total:
    """What all these units spent or promised, beside their budgets as far as anybody knows them."""
    used = money(sum((line.spent + line.committed for line in budgets), Decimal(0)))
    known = [line.budget for line in budgets if line.budget is not None]
    label = _("besteed of beloofd")
    if known and len(known) == len(budgets):
        label = _("van %(budget)s besteed of beloofd", budget=money(sum(known, Decimal(0))))
    proposed = sum((line.proposed for line in budgets), Decimal(0))
    if proposed:
        label = _("%(label)s; %(proposed)s wacht op akkoord", label=label, proposed=money(proposed))
    return Total(used, label, waits=bool(proposed))


def cost_words(costs: CostSum) -> str:
    """The costs of one sheet: "€ 780", "€ 780 en 1 onbekend", "onbekend"; nothing to pay is "geen"."""
    known = costs.spent + costs.committed + costs.proposed
    if not costs.unknown:
        return money(known) if known else _("geen")
    if not known:
        return _("onbekend")
    return _("%(known)s en %(unknown)s onbekend", known=money(known), unknown=costs.unknown)


def _budget_words(line: UnitBudget) -> str:
    spent, promised = money(line.spent, line.currency), money(line.committed, line.currency)
    if line.budget is None:
        words = _("%(spent)s besteed + %(promised)s beloofd, budget niet bekend", spent=spent, promised=promised)
    else:
        words = _(
            "%(spent)s besteed + %(promised)s beloofd van %(budget)s",
            spent=spent,
            promised=promised,
            budget=money(line.budget, line.currency),
        )
    if line.proposed:
        words += ". " + _("%(proposed)s is nog niet bevestigd", proposed=money(line.proposed, line.currency))
    if line.unknown:
        words += ". " + ngettext("%(num)s kost is nog niet bekend", "%(num)s kosten zijn nog niet bekend", line.unknown)
    return words
