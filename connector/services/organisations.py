"""Organisations as the settings name them, and the accounts and memberships in them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, require
from connector.errors import NotFoundError
from connector.services.installation import Installation
from connector.store.accounts import Membership, Organisation


def register_organisations(actor: Actor, installation: Installation) -> dict[str, int]:
    """Write the configured organisations to the database; gives code -> id. Names and languages follow the settings."""
    require(actor, Act.MANAGE)
    ids: dict[str, int] = {}
    with installation.store.begin() as session:
        known = {row.code: row for row in session.scalars(select(Organisation))}
        for code, config in installation.employers.items():
            row = known.get(code) or Organisation(code=code)
            row.name, row.kind = config.name, config.kind
            row.language, row.time_zone = config.language, config.time_zone
            session.add(row)
            session.flush()  # its id is the result
            ids[code] = row.id
    return ids


def organisation_id(session: Session, code: str) -> int:
    """The id of a registered organisation, whose code comes from the settings; see `chosen_organisation` for people."""
    found = session.scalar(select(Organisation.id).where(Organisation.code == code))
    if found is None:
        raise NotFoundError("this organisation is not in the database yet", where=code, todo="Run `pop db upgrade`.")
    return found


def chosen_organisation(session: Session, installation: Installation, code: str) -> int:
    """The id for a code that somebody typed; NotFoundError lists the codes of the settings."""
    if code not in installation.employers:
        codes = ", ".join(installation.employers)
        raise NotFoundError(
            "no organisation of the settings has this code",
            where=code,
            todo=f"Use one of: {codes}." if codes else "Add an [organisations.CODE] section.",
        )
    return organisation_id(session, code)


def find_organisation(actor: Actor, installation: Installation, code: str) -> int:
    """The id of an organisation by its code in the settings."""
    require(actor, Act.MANAGE)
    with installation.store.read() as session:
        return chosen_organisation(session, installation, code)


def roles_of(session: Session, account_id: int, on: date) -> list[tuple[int, str]]:
    """(organisation, role) of every membership that holds on a day."""
    rows = session.execute(
        select(Membership.organisation_id, Membership.role)
        .where(
            Membership.account_id == account_id,
            Membership.valid_from <= on,
            or_(Membership.valid_to.is_(None), Membership.valid_to > on),
        )
        .order_by(Membership.organisation_id, Membership.role)
    )
    return [(row.organisation_id, row.role) for row in rows]
