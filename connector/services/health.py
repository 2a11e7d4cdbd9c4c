"""Whether this installation can do its work: for watchers, so without any detail."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from sqlalchemy import exists, or_, select
from sqlalchemy.exc import SQLAlchemyError

from connector.domain.access import Act, Actor, require
from connector.errors import StoreError
from connector.services.installation import Installation
from connector.store.migrate import check_version
from connector.store.work import DueWork, Outbox

_LATE = timedelta(minutes=15)


class Health(StrEnum):
    UP = "UP"
    DEGRADED = "DEGRADED"  # pages answer, but work has been waiting for a quarter of an hour: the timer is not running
    DOWN = "DOWN"  # no database, or not with the schema of this release


def check_health(actor: Actor, installation: Installation) -> Health:
    """Database reachable, with the right schema, and nothing overdue."""
    require(actor, Act.REACT)
    try:
        check_version(installation.store)
        return Health.DEGRADED if _is_late(installation) else Health.UP
    except (SQLAlchemyError, StoreError, OSError):
        return Health.DOWN


def _is_late(installation: Installation) -> bool:
    before = installation.clock() - _LATE
    late = [
        exists().where(model.state.in_(["waiting", "leased"]), model.due_at < before) for model in (DueWork, Outbox)
    ]
    with installation.store.read() as session:
        return bool(session.scalar(select(or_(*late))))
