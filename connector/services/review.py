"""Whom a record speaks of, where only a person can say: open doubts, their decisions, and taking a join back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, require
from connector.errors import ConflictError, InputError, NotFoundError
from connector.services.audit import record_act
from connector.services.installation import Installation
from connector.services.known_sources import resources_of, source_named, within
from connector.services.paging import Page, PageRequest, cut_page
from connector.services.run_contexts import context_of, last_run
from connector.services.sync_orders import put_sync_soon
from connector.store.accounts import PersonLink
from connector.store.dialects import is_one_of
from connector.store.hr import Person, SourceIdentity
from connector.store.people import PersonCard, person_cards
from connector.store.sync_plan import MatchCase
from connector.store.sync_state import RecordState, Source
from connector.sync.correlate import COMPARED
from connector.sync.untangle import (
    UNREAD,
    end_record,
    mark_pending,
    move_facts,
    point_at,
    states_of,
    write_again,
)


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


@dataclass(frozen=True, slots=True)
class Joined:
    """A person of whom several records speak."""

    person_id: int
    card: PersonCard | None
    records: tuple[tuple[str, str], ...]  # source and key


@dataclass(frozen=True, slots=True)
class Undone:
    """The record of `person_id` speaks of `new_person_id` now. `has_account`: an account is linked to the former; it
    stays there, with its plan, and only its owner can change that."""

    person_id: int
    new_person_id: int
    has_account: bool


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
        return _case(session, installation, *_open(session, actor, case_id))


def list_joined(actor: Actor, installation: Installation) -> list[Joined]:
    """Everybody of whom more than one record speaks: what `undo` can take apart."""
    require(actor, Act.MEND)
    with installation.store.read() as session:
        return _joined(session, installation, session.scalars(_several(actor)).all())


def page_joined(actor: Actor, installation: Installation, request: PageRequest) -> Page[Joined]:
    """The same, one page of them."""
    require(actor, Act.MEND)
    with installation.store.read() as session:
        page: Page[int] = cut_page(session, _several(actor), request)
        return page.map(lambda people: tuple(_joined(session, installation, people)))


def join(actor: Actor, installation: Installation, case_id: int, person_id: int) -> None:
    """The record speaks of this person. A known record that kept its person takes over its new name; one that is
    another person's now leaves the former one as if it had gone."""
    require(actor, Act.MEND)
    now = installation.clock()
    with installation.store.begin() as session:
        case, source = _open(session, actor, case_id)
        person = session.get(Person, person_id)
        if person is None or person.employer_id != source.employer_id:
            raise InputError("there is no such person at this employer", problems={"person": ["is not known"]})
        _decide(session, actor, case, "joined", person_id, now)
        state = _state(session, case)
        if state is not None and state.entity_id != person_id:
            _give_away(session, installation, source, state, person_id, now)
        _read_soon(session, source, case, now)
        record_act(session, actor, "join_record", f"match_case:{case.id}", at=now, employer_id=source.employer_id)


def separate(actor: Actor, installation: Installation, case_id: int) -> None:
    """The record speaks of somebody new. A known record leaves its former person as if it had gone."""
    require(actor, Act.MEND)
    now = installation.clock()
    with installation.store.begin() as session:
        case, source = _open(session, actor, case_id)
        _decide(session, actor, case, "separate", None, now)
        state = _state(session, case)
        if state is not None:
            _give_away(session, installation, source, state, _new_person(session, source), now)
        _read_soon(session, source, case, now)
        record_act(session, actor, "separate_record", f"match_case:{case.id}", at=now, employer_id=source.employer_id)


def undo(actor: Actor, installation: Installation, source: str, key: str) -> Undone:
    """Take a record away from the person it was joined to: it gets a person of its own, and what it said goes along.

    What was believed before it came is believed again; the next sync of each source involved does the rest. Accounts,
    their links and plans stay where they are. ConflictError when no other record speaks of that person.
    """
    require(actor, Act.MEND)
    now = installation.clock()
    with installation.store.begin() as session:
        row = source_named(session, actor, source)
        resources = resources_of(session, installation, row.id)
        held = [state for state in _records_of(session, row, resources, key) if state.entity_id is not None]
        if not held:
            raise NotFoundError("no record of somebody has this key", where=f"{source}: {key}")
        old = int(held[0].entity_id or 0)
        others = [state for state in states_of(session, old) if state not in held]
        if not others:
            raise ConflictError("no other record speaks of this person: there is nothing to undo", where=source)
        new = _new_person(session, row)
        point_at(session, row.id, key, old, new)
        said = _said(session, installation, others)
        move_facts(session, context_of(session, installation, row, is_first=True), resources, held, old, said)
        write_again(session, row.id, resources, key, old, now)
        mark_pending(session, old)
        for state in held:
            _keep_apart(session, actor, state, now)
        for name in sorted({session.get_one(Source, state.source_id).name for state in [*held, *others]}):
            put_sync_soon(session, name, row.employer_id, now)
        record_act(session, actor, "undo_join", f"person:{old}", at=now, employer_id=row.employer_id)
        linked = select(PersonLink.id).where(PersonLink.person_id == old, PersonLink.unlinked_at.is_(None))
        return Undone(old, new, session.scalar(linked.limit(1)) is not None)


def _open_cases(actor: Actor, source: str | None) -> Select[MatchCase, Source]:
    statement = (
        select(MatchCase, Source)
        .join(Source, Source.id == MatchCase.source_id)
        .where(MatchCase.state == "open")
        .order_by(MatchCase.id)
    )
    return within(actor, statement if source is None else statement.where(Source.name == source))


def _several(actor: Actor) -> Select[int]:
    """The people of whom more than one record speaks."""
    statement = (
        select(SourceIdentity.entity_id)
        .join(Source, Source.id == SourceIdentity.source_id)
        .where(SourceIdentity.target == "employee")
        .group_by(SourceIdentity.entity_id)
        .having(func.count() > 1)
        .order_by(SourceIdentity.entity_id)
    )
    return within(actor, statement)


def _joined(session: Session, installation: Installation, people: Sequence[int]) -> list[Joined]:
    """These people with their records, in this order."""
    statement = (
        select(SourceIdentity.entity_id, Source.name, SourceIdentity.key, Source.employer_id)
        .join(Source, Source.id == SourceIdentity.source_id)
        .where(SourceIdentity.target == "employee", is_one_of(session, SourceIdentity.entity_id, people))
        .order_by(SourceIdentity.entity_id, SourceIdentity.id)
    )
    records: dict[int, list[tuple[str, str]]] = {}
    employers: dict[int, set[int]] = {}
    for row in session.execute(statement):
        records.setdefault(row.entity_id, []).append((row.name, row.key))
        employers.setdefault(row.employer_id, set()).add(row.entity_id)
    cards: dict[int, PersonCard] = {}
    for employer_id, theirs in employers.items():
        cards |= person_cards(session, employer_id, installation.today(), person_ids=theirs)
    return [Joined(person_id, cards.get(person_id), tuple(found)) for person_id, found in records.items()]


def _open(session: Session, actor: Actor, case_id: int) -> tuple[MatchCase, Source]:
    statement = select(MatchCase, Source).join(Source, Source.id == MatchCase.source_id).where(MatchCase.id == case_id)
    found = session.execute(within(actor, statement)).one_or_none()
    if found is None:
        raise NotFoundError("there is no such doubt", where=f"case {case_id}", todo="Look: `pop review`.")
    if found[0].state != "open":
        raise ConflictError(f"somebody has decided this already: {found[0].state}", where=f"case {case_id}")
    return found[0], found[1]


def _decide(session: Session, actor: Actor, case: MatchCase, state: str, person_id: int | None, now: datetime) -> None:
    case.state, case.person_id, case.decided_at, case.decided_by = state, person_id, now, actor.account_id
    session.flush()


def _read_soon(session: Session, source: Source, case: MatchCase, now: datetime) -> None:
    put_sync_soon(session, source.name, source.employer_id, now, resources=[case.resource])


def _state(session: Session, case: MatchCase) -> RecordState | None:
    """What was taken over of the record before, if it was."""
    return session.scalar(
        select(RecordState).where(
            RecordState.source_id == case.source_id,
            RecordState.resource == case.resource,
            RecordState.key == case.key,
            RecordState.entity_id.is_not(None),
        )
    )


def _give_away(
    session: Session, installation: Installation, source: Source, state: RecordState, person_id: int, now: datetime
) -> None:
    """A known record is another person's from now on: what it said stays with the former, and is read anew."""
    resources = resources_of(session, installation, source.id)
    if state.resource in resources:
        context = context_of(session, installation, source, is_first=False)
        end_record(session, context, resources[state.resource], state)
    old = int(state.entity_id or 0)
    point_at(session, source.id, state.key, old, person_id)
    write_again(session, source.id, resources, state.key, old, now, is_past=True)
    state.mapped, state.hash, state.is_pending, state.waits_for = {}, UNREAD, False, None


def _new_person(session: Session, source: Source) -> int:
    person = Person(employer_id=source.employer_id)
    session.add(person)
    session.flush()  # its number
    return person.id


def _records_of(session: Session, source: Source, resources: Mapping[str, Any], key: str) -> list[RecordState]:
    people = [name for name, resource in resources.items() if resource.target == "employee"]
    return list(
        session.scalars(
            select(RecordState).where(
                RecordState.source_id == source.id, RecordState.resource.in_(people), RecordState.key == key
            )
        )
    )


def _said(session: Session, installation: Installation, states: list[RecordState]) -> frozenset[str]:
    """The fields that the mappings of these records say of people."""
    found: set[str] = set()
    for state in states:
        resource = resources_of(session, installation, state.source_id).get(state.resource)
        found |= {rule.name for rule in resource.rules} if resource is not None else set()
    return frozenset(found)


def _keep_apart(session: Session, actor: Actor, state: RecordState, now: datetime) -> None:
    """Remember it, so that the record is not joined again when it is read for the first time once more."""
    same = (
        MatchCase.source_id == state.source_id,
        MatchCase.resource == state.resource,
        MatchCase.key == state.key,
    )
    case = session.scalar(select(MatchCase).where(*same))
    if case is None:
        case = MatchCase(
            source_id=state.source_id,
            resource=state.resource,
            key=state.key,
            candidates=[],
            run_id=last_run(session, state.source_id),
            first_seen_at=now,
        )
        session.add(case)
    case.mapped = {name: state.mapped[name] for name in COMPARED if name in state.mapped}
    _decide(session, actor, case, "separate", None, now)


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
        is_known=_state(session, case) is not None,
        run=case.run_id,
        first_seen_at=case.first_seen_at,
    )


def _card(session: Session, installation: Installation, employer_id: int, person_id: int) -> PersonCard | None:
    return person_cards(session, employer_id, installation.today(), person_ids={person_id}).get(person_id)
