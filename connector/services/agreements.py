"""Ticking an agreement as delivered, by the side that owes it (R39, R40)."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, Role, employer_of, require
from connector.domain.sheet import Party, amount_problems
from connector.errors import InputError, NotAllowedError, NotFoundError
from connector.services.audit import record_act
from connector.services.days import today_at
from connector.services.installation import Installation
from connector.services.sheets import require_direct_report
from connector.store.sheet import Agreement, AgreementSheet, SheetVersion

# HR also ticks for the training department, which reads nothing by name.
_SPEAKS_FOR = {
    Role.EMPLOYEE: (Party.EMPLOYEE,),
    Role.SUPERVISOR: (Party.SUPERVISOR,),
    Role.HR: (Party.HR, Party.TRAINING),
}


def tick_delivered(
    actor: Actor,
    installation: Installation,
    agreement_uid: uuid.UUID,
    on: date | None,
    *,
    spent: Decimal | None = None,
) -> None:
    """Say on which day an agreement was delivered and what it really cost; `on` None takes a mistaken tick back.

    Only the owing side may: the employee for the own part, a supervisor for direct reports as of today, HR for HR and
    the training department. It works on the newest version of an open sheet.
    """
    require(actor, Act.TICK_AGREEMENT)
    employer_id = employer_of(actor)
    with installation.store.begin() as session:
        row, sheet = _agreement(session, agreement_uid, employer_id)
        _require_owing_side(session, installation, actor, row, sheet)
        problems: dict[str, list[str]] = {}
        if on is not None and on > today_at(session, installation, employer_id):
            problems["on"] = ["must not lie in the future"]
        if wrong := amount_problems(spent, "spent"):
            problems["spent"] = wrong
        if problems:
            raise InputError("this cannot be ticked", problems=problems)
        row.delivered_on = on
        row.spent = None if on is None else spent if spent is not None else row.spent
        act = "tick_delivered" if on is not None else "untick_delivered"
        record_act(session, actor, act, f"agreement:{agreement_uid}", at=installation.clock())


def _agreement(session: Session, uid: uuid.UUID, employer_id: int) -> tuple[Agreement, AgreementSheet]:
    found = session.execute(
        select(Agreement, AgreementSheet)
        .join(SheetVersion, SheetVersion.id == Agreement.version_id)
        .join(AgreementSheet, AgreementSheet.id == SheetVersion.sheet_id)
        .where(
            Agreement.uid == uid,
            AgreementSheet.employer_id == employer_id,
            AgreementSheet.closed_at.is_(None),
            SheetVersion.superseded_at.is_(None),
        )
        .with_for_update()
    ).one_or_none()
    if found is None:
        raise NotFoundError("there is no such agreement on an open sheet")
    return found.Agreement, found.AgreementSheet


def _require_owing_side(
    session: Session, installation: Installation, actor: Actor, row: Agreement, sheet: AgreementSheet
) -> None:
    if actor.role is Role.EMPLOYEE:
        require(actor, Act.TICK_AGREEMENT, owner_id=sheet.owner_id)
    elif actor.role is Role.SUPERVISOR:
        require_direct_report(session, installation, actor, sheet.person_id)
    if row.owed_by not in _SPEAKS_FOR[actor.role]:
        raise NotAllowedError("only the side that owes this can tick it", where=Act.TICK_AGREEMENT.value)
