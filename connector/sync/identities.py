"""From a source's keys to our ids, and back to one person when several records speak of the same one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from connector.store.base import Base
from connector.store.competencies import Competency, CompetencyFramework, CompetencyLabel
from connector.store.hr import Job, OrgUnit, Person, SourceIdentity
from connector.store.sync_state import Source
from connector.sync.context import RunContext

EMPLOYEE_NUMBER = "employee_number"  # kept beside the sources' own keys, for it is what sources have in common


class Identities:
    """The ids of one target in one transaction. `find` many keys at once, then `get`."""

    def __init__(self, session: Session, source_id: int, target: str) -> None:
        self._session = session
        self._source_id = source_id
        self._target = target
        self._ids: dict[str, int] = {}

    def find(self, keys: Iterable[str]) -> None:
        wanted = [key for key in dict.fromkeys(keys) if key not in self._ids]
        for start in range(0, len(wanted), 500):
            rows = self._session.execute(
                select(SourceIdentity.key, SourceIdentity.entity_id).where(
                    SourceIdentity.source_id == self._source_id,
                    SourceIdentity.target == self._target,
                    SourceIdentity.key.in_(wanted[start : start + 500]),
                )
            )
            self._ids.update({row.key: row.entity_id for row in rows})

    def get(self, key: str | None) -> int | None:
        return self._ids.get(key) if key is not None else None

    def add(self, key: str, entity_id: int) -> None:
        self._session.add(SourceIdentity(source_id=self._source_id, target=self._target, key=key, entity_id=entity_id))
        self._ids[key] = entity_id


@dataclass(frozen=True, slots=True)
class Match:
    """Who a new employee record is: a person we know by employee number, a new one, or one that waits for a person."""

    person_id: int | None
    is_doubtful: bool = False


def match_employee(session: Session, context: RunContext, employee_number: str | None) -> Match:
    """Correlate by employee number with people whom another source told us of (design 5.5).

    A number that two people have, or that this very source gave to somebody else, is doubtful.
    """
    if employee_number is None:
        return Match(None)
    rows = session.execute(
        select(SourceIdentity.source_id, SourceIdentity.entity_id).where(
            SourceIdentity.source_id.in_(select(Source.id).where(Source.employer_id == context.employer_id)),
            SourceIdentity.target == EMPLOYEE_NUMBER,
            SourceIdentity.key == employee_number,
        )
    ).all()
    people = {row.entity_id for row in rows}
    if len(people) > 1 or any(row.source_id == context.source_id for row in rows):
        return Match(None, is_doubtful=True)
    return Match(people.pop() if people else None)


def new_entity(session: Session, context: RunContext, target: str) -> int:
    """A bare identity of our own: a person, a unit or a job."""
    models: dict[str, type[Base]] = {"employee": Person, "unit": OrgUnit, "job": Job}
    row = models[target](employer_id=context.employer_id)
    session.add(row)
    session.flush()  # its id is what everything else refers to
    return int(row.id)  # type: ignore[attr-defined]


def competency_named(session: Session, context: RunContext, key: str, label: str, language: str) -> int:
    """The employer's own competency with this label; made when there is none.

    Labels are compared without case, so that HR's workbook and the catalogue speak of one competency.
    """
    framework = _own_framework(session, context)
    found = session.scalar(
        select(Competency.id)
        .join(CompetencyLabel, CompetencyLabel.competency_id == Competency.id)
        .where(Competency.framework_id == framework, func.lower(CompetencyLabel.text) == label.lower())
        .limit(1)
    )
    if found is not None:
        return found
    row = Competency(framework_id=framework, code=f"{context.source_name}:{key}"[:200], kind=None)
    session.add(row)
    session.flush()  # the label refers to its id
    session.add(CompetencyLabel(competency_id=row.id, language=language, text=label, is_preferred=True))
    session.flush()  # the next record may carry the same label
    return row.id


def _own_framework(session: Session, context: RunContext) -> int:
    code = f"employer:{context.employer_code}"
    found = session.scalar(select(CompetencyFramework.id).where(CompetencyFramework.code == code))
    if found is not None:
        return found
    row = CompetencyFramework(
        code=code,
        version="1",
        name=context.employer_code,
        employer_id=context.employer_id,
        imported_at=context.at,
    )
    session.add(row)
    session.flush()
    return row.id
