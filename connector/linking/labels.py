"""Words for competencies, in the language asked for or else in the nearest that there is."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.store.competencies import CompetencyLabel

_ORDER = ("nl", "fr", "en")  # which language stands in when there are no words in the one asked for
_AT_ONCE = 500


def preferred_labels(session: Session, competency_ids: Collection[int], language: str) -> dict[int, str]:
    """The preferred label of each competency that has one."""
    order = {code: rank for rank, code in enumerate(dict.fromkeys((language, *_ORDER)))}
    best: dict[int, tuple[int, int, str]] = {}
    ids = sorted(competency_ids)
    for start in range(0, len(ids), _AT_ONCE):
        for row in session.execute(
            select(CompetencyLabel.competency_id, CompetencyLabel.id, CompetencyLabel.language, CompetencyLabel.text)
            .where(CompetencyLabel.competency_id.in_(ids[start : start + _AT_ONCE]), CompetencyLabel.is_preferred)
            .order_by(CompetencyLabel.id)
        ):
            found = (order.get(row.language, len(order)), row.id, row.text)
            best[row.competency_id] = min(best.get(row.competency_id, found), found)
    return {competency_id: text for competency_id, (_, _, text) in best.items()}
