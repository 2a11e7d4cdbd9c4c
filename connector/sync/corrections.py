"""Fields of single records that a person here has put right until a day."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.store.sync_plan import Correction
from connector.sync.context import RunContext


def corrections_of(session: Session, context: RunContext, resource: str) -> dict[str, dict[str, Any]]:
    """By record key and field, the values that count today; the newest correction of a field wins."""
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in session.scalars(
        select(Correction)
        .where(
            Correction.source_id == context.source_id,
            Correction.resource == resource,
            Correction.ended_at.is_(None),
            Correction.until >= context.today,
        )
        .order_by(Correction.id)
    ):
        found[row.key][row.field] = row.value
    return dict(found)
