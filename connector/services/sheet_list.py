"""The agreement sheets of an employer: who has one and since when as a list, one by one with what it says.

The list holds dates only, as conversations do; whoever opens a sheet is noted for its owner.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from connector.domain.access import Act, Actor, employer_of, require
from connector.errors import NotFoundError
from connector.services.installation import Installation
from connector.services.paging import Page, PageRequest, cut_page
from connector.services.sheet_views import SheetView
from connector.services.sheets import read_sheet
from connector.store.sheet import AgreementSheet, SheetVersion


@dataclass(frozen=True, slots=True)
class SheetDates:
    """Which version of a sheet is the last, and when both sides confirmed it."""

    id: int
    employee_id: int
    version: int
    shared_at: datetime
    confirmed_by_owner_at: datetime | None
    confirmed_by_supervisor_at: datetime | None
    closed_at: datetime | None


def list_sheets(
    actor: Actor, installation: Installation, request: PageRequest, *, employee_id: int | None = None
) -> Page[SheetDates]:
    """The sheets of the actor's employer, closed ones too, in the order in which they began."""
    require(actor, Act.READ_SHEETS)
    statement = (
        select(AgreementSheet, SheetVersion)
        .join(SheetVersion, SheetVersion.sheet_id == AgreementSheet.id)
        .where(AgreementSheet.employer_id == employer_of(actor), SheetVersion.superseded_at.is_(None))
        .order_by(AgreementSheet.id)
    )
    if employee_id is not None:
        statement = statement.where(AgreementSheet.person_id == employee_id)
    with installation.store.read() as session:
        page: Page[Any] = cut_page(session, statement, request)
        return page.map(lambda rows: tuple(_dates(sheet, version) for sheet, version in rows))


def open_sheet(actor: Actor, installation: Installation, sheet_id: int) -> SheetView:
    """The last version of one sheet of the actor's employer; its owner is told who read it."""
    require(actor, Act.READ_SHEETS)
    versions = read_sheet(actor, installation, sheet_id)
    if not versions:
        raise NotFoundError("there is no such agreement sheet")
    return versions[0]


def _dates(sheet: AgreementSheet, version: SheetVersion) -> SheetDates:
    return SheetDates(
        id=sheet.id,
        employee_id=sheet.person_id,
        version=version.number,
        shared_at=version.shared_at,
        confirmed_by_owner_at=version.confirmed_by_owner_at,
        confirmed_by_supervisor_at=version.confirmed_by_supervisor_at,
        closed_at=sheet.closed_at,
    )
