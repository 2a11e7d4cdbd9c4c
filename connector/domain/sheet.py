"""Agreements on a sheet: who owes what to whom by when, what it costs, and how far it is (R34, R39, R40)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from connector.domain.goal import text_problems

SOON = timedelta(days=14)
_MOST = Decimal("99999999.99")


class AgreementKind(StrEnum):
    TIME = "time"
    COST = "cost"
    FACILITY = "facility"
    FOLLOW_UP = "follow_up"
    EVALUATION = "evaluation"
    FREE = "free"


class Party(StrEnum):
    EMPLOYEE = "employee"
    SUPERVISOR = "supervisor"
    HR = "hr"
    TRAINING = "training_department"


class AgreementState(StrEnum):
    DONE = "done"
    LATE = "late"  # its day has passed
    DUE = "due"  # its day comes within two weeks
    OPEN = "open"  # later, or without a day


@dataclass(frozen=True, slots=True)
class AgreementDraft:
    """One agreement as both sides spoke it. `uid` names one of the version before that goes on; None is a new one.

    `amount` None means: not known. `payer` "employer" (or nobody named) is what weighs on the unit's budget.
    """

    kind: AgreementKind
    text: str
    owed_by: Party
    owed_to: Party
    due_on: date | None = None
    amount: Decimal | None = None
    currency: str | None = None
    payer: str | None = None
    goal_uid: uuid.UUID | None = None
    training_id: int | None = None
    uid: uuid.UUID | None = None


def agreement_state(due_on: date | None, delivered_on: date | None, on: date) -> AgreementState:
    """How an agreement stands on a day. On its own day it is due, the day after it is late."""
    if delivered_on is not None:
        return AgreementState.DONE
    if due_on is None:
        return AgreementState.OPEN
    if due_on < on:
        return AgreementState.LATE
    return AgreementState.DUE if due_on - on <= SOON else AgreementState.OPEN


def agreement_problems(draft: AgreementDraft) -> list[str]:
    """What keeps this agreement off the sheet, in sentences that hold nothing of its text."""
    problems = [f"text {problem}" for problem in text_problems({"text": draft.text}, required=True).get("text", [])]
    if draft.owed_by == draft.owed_to:
        problems.append("owed_to must be somebody else than owed_by")
    problems += amount_problems(draft.amount, "amount")
    if draft.currency is not None and not re.fullmatch("[A-Z]{3}", draft.currency):
        problems.append("currency must be three capitals, e.g. EUR")
    if draft.payer is not None and not 1 <= len(draft.payer.strip()) <= 60:
        problems.append("payer must have 1 to 60 characters")
    return problems


def amount_problems(amount: Decimal | None, name: str) -> list[str]:
    if amount is None:
        return []
    if not amount.is_finite() or not 0 <= amount <= _MOST or amount != round(amount, 2):
        return [f"{name} must be a sum of money from 0 on, with at most two decimals"]
    return []


@dataclass(frozen=True, slots=True)
class Cost:
    """What one agreement asks of a budget."""

    amount: Decimal | None
    spent: Decimal | None
    currency: str | None
    payer: str | None
    is_confirmed: bool
    is_closed: bool


@dataclass(frozen=True, slots=True)
class CostSum:
    """Money of a group of agreements in one currency. `unknown` counts those that cannot be added up."""

    spent: Decimal
    committed: Decimal  # agreed by both sides, not spent yet
    proposed: Decimal  # on a sheet that is not confirmed yet
    unknown: int


def sum_costs(costs: Iterable[Cost], currency: str = "EUR") -> CostSum:
    """Add up what weighs on the employer. A closed sheet owes no more; another currency is unknown here."""
    spent = committed = proposed = Decimal(0)
    unknown = 0
    for cost in costs:
        if (cost.payer or "employer") != "employer" or (cost.is_closed and cost.spent is None):
            continue
        known = cost.amount if cost.spent is None else cost.spent
        if known is None or (cost.currency or currency) != currency:
            unknown += 1
        elif cost.spent is not None:
            spent += known
        elif cost.is_confirmed:
            committed += known
        else:
            proposed += known
    return CostSum(spent, committed, proposed, unknown)
