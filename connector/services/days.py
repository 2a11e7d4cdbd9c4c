"""The day it is at an employer."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from connector.errors import NotFoundError
from connector.services.installation import Installation
from connector.store.accounts import Organisation


def today_at(session: Session, installation: Installation, employer_id: int) -> date:
    """The date on the wall at this employer now."""
    employer = session.get(Organisation, employer_id)
    if employer is None:
        raise NotFoundError("there is no such employer")
    return installation.today(employer.time_zone)
