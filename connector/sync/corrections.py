"""Fields of single records that a person here has put right until a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.store.sync_plan import Correction
from connector.sync.context import RunContext


@dataclass(frozen=True, slots=True)
class Corrections:
    """Those of one resource. `current`: by record key and field, the values that count today; the newest one wins.

    `lapsed_on` is the last day of the one that has run out most lately: after it the source's word counts again.
    """

    current: Mapping[str, Mapping[str, Any]]
    lapsed_on: date | None


def corrections_of(session: Session, context: RunContext, resource: str) -> Corrections:
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    lapsed_on: date | None = None
    rows = session.execute(
        select(Correction.key, Correction.field, Correction.value, Correction.until)
        .where(
            Correction.source_id == context.source_id,
            Correction.resource == resource,
            Correction.ended_at.is_(None),
        )
        .order_by(Correction.id)
    )
    for key, field, value, until in rows:
        if until >= context.today:
            found[key][field] = value
        else:
            lapsed_on = until if lapsed_on is None else max(lapsed_on, until)
    return Corrections(dict(found), lapsed_on)
