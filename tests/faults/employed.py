"""Who works there, as the database believes: what no fault may change."""

from __future__ import annotations

from sqlalchemy import func, select

from connector.store.database import Store
from connector.store.hr import Employment
from tests.faults.state import missing_in


def employed_in(store: Store) -> int:
    """People believed to be at work, without a last day."""
    with store.read() as session:
        return (
            session.scalar(
                select(func.count())
                .select_from(Employment)
                .where(
                    Employment.recorded_to.is_(None),
                    Employment.valid_to.is_(None),
                    Employment.left_on.is_(None),
                    Employment.status == "active",
                )
            )
            or 0
        )


def ended_in(store: Store, people: int) -> int:
    """How many of so many seem to have gone, in one way or another."""
    return max(people - employed_in(store), missing_in(store))
