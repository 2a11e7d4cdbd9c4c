"""Records of which only a person can say whom they speak of: the open doubts, and what speaks for and against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, require
from connector.errors import ConflictError, NotFoundError
from connector.services.installation import Installation
from connector.services.known_sources import within
from connector.services.paging import Page, PageRequest, cut_page
from connector.store.people import PersonCard, person_cards
from connector.store.sync_plan import MatchCase
from connector.store.sync_state import RecordState, Source


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that speaks for (a weight above 0) or against; `kind` as connector.domain.correlation names it."""

    kind: str
    weight: float

    @property
    def words(self) -> str:
        return _WORDS.get(self.kind, self.kind)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody whom the record may speak of; `card` None: nothing holds of them today."""

    person_id: int
    card: PersonCard | None
    confidence: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A record in doubt. `record` has the fields that were compared. `is_known`: it spoke of its only candidate
    before, and seems to speak of somebody else now."""

    id: int
    source: str
    resource: str
    key: str
    record: dict[str, Any]
    candidates: tuple[Candidate, ...]
    is_known: bool
    run: int
    first_seen_at: datetime


_WORDS = {
    "same_name": "the same name",
    "part_of_name": "a part of the name",
    "email": "the same e-mail address",
    "hired_on": "the same day of hiring",
    "born_on": "the same day of birth",
    "employee_number": "the same employee number",
    "other_name": "another name",
    "other_number": "another employee number",
    "other_hired_on": "another day of hiring",
    "other_born_on": "another day of birth",
}


def list_cases(actor: Actor, installation: Installation, source: str | None = None) -> list[Case]:
    """The open doubts of the actor's employer, the oldest first."""
    require(actor, Act.MEND)
    with installation.store.read() as session:
        rows = session.execute(_open_cases(actor, source)).all()
        return [_case(session, installation, *row) for row in rows]


def page_cases(actor: Actor, installation: Installation, request: PageRequest, source: str | None = None) -> Page[Case]:
    """The same, one page of them."""
    require(actor, Act.MEND)
    with installation.store.read() as session:
        page: Page[Any] = cut_page(session, _open_cases(actor, source), request)
        return page.map(lambda rows: tuple(_case(session, installation, *row) for row in rows))


def find_case(actor: Actor, installation: Installation, case_id: int) -> Case:
    """One open doubt, else NotFoundError."""
    require(actor, Act.MEND)
    with installation.store.read() as session:
        return _case(session, installation, *open_case(session, actor, case_id))


def _open_cases(actor: Actor, source: str | None) -> Select[MatchCase, Source]:
    statement = (
        select(MatchCase, Source)
        .join(Source, Source.id == MatchCase.source_id)
        .where(MatchCase.state == "open")
        .order_by(MatchCase.id)
    )
    return within(actor, statement if source is None else statement.where(Source.name == source))


def open_case(session: Session, actor: Actor, case_id: int) -> tuple[MatchCase, Source]:
    """The row of an open doubt with its source; NotFoundError outside the actor's employer, ConflictError when it is
    decided."""
    statement = select(MatchCase, Source).join(Source, Source.id == MatchCase.source_id).where(MatchCase.id == case_id)
    found = session.execute(within(actor, statement)).one_or_none()
    if found is None:
        raise NotFoundError("there is no such doubt", where=f"case {case_id}", todo="Look: `pop review`.")
    if found[0].state != "open":
        raise ConflictError(f"somebody has decided this already: {found[0].state}", where=f"case {case_id}")
    return found[0], found[1]


def state_of_case(session: Session, case: MatchCase) -> RecordState | None:
    """What was taken over of the record before, if it was."""
    return session.scalar(
        select(RecordState).where(
            RecordState.source_id == case.source_id,
            RecordState.resource == case.resource,
            RecordState.key == case.key,
            RecordState.entity_id.is_not(None),
        )
    )


def _case(session: Session, installation: Installation, case: MatchCase, source: Source) -> Case:
    candidates = tuple(
        Candidate(
            person_id=found["person_id"],
            card=_card(session, installation, source.employer_id, found["person_id"]),
            confidence=found["confidence"],
            evidence=tuple(Evidence(kind, weight) for kind, weight in found["evidence"]),
        )
        for found in case.candidates
    )
    return Case(
        id=case.id,
        source=source.name,
        resource=case.resource,
        key=case.key,
        record=dict(case.mapped),
        candidates=candidates,
        is_known=state_of_case(session, case) is not None,
        run=case.run_id,
        first_seen_at=case.first_seen_at,
    )


def _card(session: Session, installation: Installation, employer_id: int, person_id: int) -> PersonCard | None:
    return person_cards(session, employer_id, installation.today(), person_ids={person_id}).get(person_id)
