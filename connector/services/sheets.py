"""Reading agreement sheets: the owner reads his own, HR all of the employer, a supervisor those of direct reports.

Whoever is not the owner leaves a line in the owner's access log. The plan behind a sheet is never read here.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, Role, employer_of, require
from connector.errors import NotAllowedError, NotFoundError
from connector.services.access_log import record_reading
from connector.services.days import today_at
from connector.services.installation import Installation
from connector.services.sheet_views import SheetView, all_versions, current_versions
from connector.store.people import PersonCard, person_cards
from connector.store.sheet import AgreementSheet


def my_sheets(actor: Actor, installation: Installation) -> list[SheetView]:
    """The last version of each sheet of one's own at this employer, closed ones too, the newest first."""
    require(actor, Act.OWN_PLAN)
    employer_id = employer_of(actor)
    with installation.store.read() as session:
        today = today_at(session, installation, employer_id)
        views = current_versions(session, employer_id, today, with_closed=True, language=actor.language)
        return [view for view in views if view.owner_id == actor.account_id]


def read_sheet(actor: Actor, installation: Installation, sheet_id: int) -> list[SheetView]:
    """All versions of one sheet, the newest first, for its owner, HR, or the supervisor of its person as of today."""
    act = {Role.EMPLOYEE: Act.OWN_PLAN, Role.SUPERVISOR: Act.READ_TEAM}.get(actor.role, Act.READ_SHEETS)
    require(actor, act)
    employer_id = employer_of(actor)
    with installation.store.begin() as session:
        sheet = session.get(AgreementSheet, sheet_id)
        if sheet is None or sheet.employer_id != employer_id:
            raise NotFoundError("there is no such agreement sheet")
        if actor.role is Role.EMPLOYEE:
            require(actor, act, owner_id=sheet.owner_id)
        elif actor.role is Role.SUPERVISOR:
            require_direct_report(session, installation, actor, sheet.person_id)
        views = all_versions(session, sheet_id, today_at(session, installation, employer_id), actor.language)
        _note(session, installation, actor, views[:1])
        return views


def sheets_of_employer(
    actor: Actor, installation: Installation, *, person_ids: Collection[int] | None = None, with_closed: bool = False
) -> list[SheetView]:
    """For HR: the last version of every sheet of the employer, the newest first."""
    require(actor, Act.READ_SHEETS)
    employer_id = employer_of(actor)
    with installation.store.begin() as session:
        today = today_at(session, installation, employer_id)
        views = current_versions(
            session, employer_id, today, person_ids=person_ids, with_closed=with_closed, language=actor.language
        )
        _note(session, installation, actor, views)
        return views


def sheets_of_team(actor: Actor, installation: Installation) -> list[SheetView]:
    """For a supervisor: the last version of every open sheet of the direct reports as of today."""
    require(actor, Act.READ_TEAM)
    employer_id = employer_of(actor)
    with installation.store.begin() as session:
        today = today_at(session, installation, employer_id)
        team = direct_reports(session, actor, employer_id, today)
        views = current_versions(session, employer_id, today, person_ids=list(team), language=actor.language)
        _note(session, installation, actor, views)
        return views


def read_latest_sheet(
    session: Session, installation: Installation, actor: Actor, person_id: int, on: date
) -> SheetView | None:
    """`latest_sheet`, noted in the owner's access log. The caller checked the permission and opened a transaction."""
    view = latest_sheet(session, person_id, employer_of(actor), on, language=actor.language)
    if view is not None:
        _note(session, installation, actor, [view])
    return view


def latest_sheet(
    session: Session, person_id: int, employer_id: int, on: date, *, language: str = "nl"
) -> SheetView | None:
    """The last version of a person's newest sheet: an open one first, else one that was closed.

    A caller that shows it to somebody must have checked the permission and must note the reading.
    """
    views = current_versions(session, employer_id, on, person_ids=[person_id], with_closed=True, language=language)
    return next((view for view in views if view.closed_at is None), views[0] if views else None)


def direct_reports(session: Session, actor: Actor, employer_id: int, on: date) -> dict[int, PersonCard]:
    """The employed people whose supervisor this actor is on a day, by person id; nobody's for who has left."""
    if actor.person_id is None:  # without it, `person_cards` would give everybody
        raise NotAllowedError("your account is not tied to an HR record, so you have no team here", where="team")
    own = person_cards(session, employer_id, on, person_ids=[actor.person_id]).get(actor.person_id)
    if own is None or not own.is_employed:
        raise NotAllowedError("the HR records say that you do not work here on this day", where="team")
    team = person_cards(session, employer_id, on, supervisor_id=actor.person_id)
    return {person_id: card for person_id, card in team.items() if card.is_employed}


def require_direct_report(session: Session, installation: Installation, actor: Actor, person_id: int) -> None:
    """NotAllowedError unless this actor is the person's supervisor today."""
    employer_id = employer_of(actor)
    if person_id not in direct_reports(session, actor, employer_id, today_at(session, installation, employer_id)):
        raise NotAllowedError("this is not somebody of your team", where="team")


def _note(session: Session, installation: Installation, actor: Actor, views: list[SheetView]) -> None:
    now = installation.clock()
    for view in views:
        record_reading(session, actor, view.owner_id, f"sheet:{view.sheet_id}", now)
