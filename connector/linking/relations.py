"""What a framework says about a competency and its neighbours.

A row reads as in SKOS, `from` KIND `to`: ("heftruck met zijbesturing", broader, "heftrucks bedienen") says that the
second is the broader one. A crosswalk writes one direction; here both are read.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from connector.store.competencies import CompetencyRelation

SAME = "same"  # the competency itself, or one that a crosswalk calls exactly the same
CLOSE = "close"
BROADER = "broader"

_FORWARD = {"exact": SAME, "close": CLOSE, "broader": BROADER}
_BACKWARD = {"exact": SAME, "close": CLOSE, "narrower": BROADER}
_NEAREST = (SAME, CLOSE, BROADER)


def neighbours(session: Session, competency_ids: Collection[int]) -> dict[int, dict[int, str]]:
    """For each competency: itself and those that are the same, close or broader, each with its nearest relation."""
    found: dict[int, dict[int, str]] = {number: {number: SAME} for number in competency_ids}
    rows = session.execute(
        select(CompetencyRelation.from_id, CompetencyRelation.to_id, CompetencyRelation.kind)
        .where(or_(CompetencyRelation.from_id.in_(competency_ids), CompetencyRelation.to_id.in_(competency_ids)))
        .order_by(CompetencyRelation.id)
    )
    for from_id, to_id, kind in rows:
        _note(found, from_id, to_id, _FORWARD.get(kind))
        _note(found, to_id, from_id, _BACKWARD.get(kind))
    return found


def _note(found: dict[int, dict[int, str]], start: int, end: int, relation: str | None) -> None:
    if relation is None or start not in found:
        return
    known = found[start].get(end, relation)
    found[start][end] = min(known, relation, key=_NEAREST.index)
