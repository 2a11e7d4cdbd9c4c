"""From a source's keys to our ids, and back to one person when several records speak of the same one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from connector.domain.correlation import Candidate
from connector.domain.guard import is_somebody_else
from connector.store.competencies import Competency, CompetencyFramework, CompetencyLabel
from connector.store.dialects import is_one_of
from connector.store.facts import holds
from connector.store.hr import Employment, PersonDetails, SourceIdentity
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
        wanted = {key for key in keys if key not in self._ids}
        if wanted:
            rows = self._session.execute(
                select(SourceIdentity.key, SourceIdentity.entity_id).where(
                    SourceIdentity.source_id == self._source_id,
                    SourceIdentity.target == self._target,
                    is_one_of(self._session, SourceIdentity.key, wanted),
                )
            )
            self._ids.update((key, entity_id) for key, entity_id in rows)

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
    candidates: tuple[Candidate, ...] = ()


class EmployeeNumbers:
    """Whose employee number is whose, in one transaction: what sources of one employer have in common."""

    def __init__(self, session: Session, context: RunContext) -> None:
        self._session = session
        self._context = context
        self._holders: dict[str, set[tuple[int, int]]] = {}

    def find(self, numbers: Iterable[str]) -> None:
        """Look many up at once."""
        wanted = [number for number in dict.fromkeys(numbers) if number not in self._holders]
        self._holders.update({number: set() for number in wanted})
        if not wanted:
            return
        own = select(Source.id).where(Source.employer_id == self._context.employer_id)
        for row in self._session.execute(
            select(SourceIdentity.key, SourceIdentity.source_id, SourceIdentity.entity_id).where(
                SourceIdentity.source_id.in_(own),
                SourceIdentity.target == EMPLOYEE_NUMBER,
                is_one_of(self._session, SourceIdentity.key, wanted),
            )
        ):
            self._holders[row.key].add((row.source_id, row.entity_id))

    def match(self, number: str | None, mapped: Mapping[str, Any]) -> Match:
        """Correlate by employee number with people whom another source told us of (design 5.5).

        A number that two people have, that this very source gave to somebody else who still works here, or that
        belongs to somebody of quite another name, is doubtful.
        """
        if number is None:
            return Match(None)
        self.find([number])
        holders = self._holders[number]
        people = {person_id for _, person_id in holders}
        if not people:
            return Match(None)
        evidence = (("employee_number", 0.5),)
        doubt = Match(None, True, tuple(Candidate(person, 0.5, evidence) for person in sorted(people)))
        if len(people) > 1:
            return doubt
        (person_id,) = people
        is_own = any(source_id == self._context.source_id for source_id, _ in holders)
        if (is_own and not self._has_left(person_id)) or not self._is_called_alike(person_id, mapped):
            return doubt
        return Match(person_id)

    def _has_left(self, person_id: int) -> bool:
        """Whoever left and comes back under a new record is rehired, not somebody else."""
        status = self._session.scalar(
            select(Employment.status).where(Employment.person_id == person_id, holds(Employment, self._context.today))
        )
        return status == "left"

    def _is_called_alike(self, person_id: int, mapped: Mapping[str, Any]) -> bool:
        names = self._session.scalars(
            select(PersonDetails.display_name).where(
                PersonDetails.person_id == person_id, PersonDetails.recorded_to.is_(None)
            )
        )
        return any(not is_somebody_else({"display_name": name}, mapped) for name in names)

    def is_free(self, number: str, person_id: int) -> bool:
        """Whether this source has not given the number to anybody yet; it is this person's from now on."""
        if any(source_id == self._context.source_id for source_id, _ in self._holders[number]):
            return False
        self._holders[number].add((self._context.source_id, person_id))
        return True


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
