"""People of whom several records speak, and taking such a join back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, require
from connector.errors import ConflictError, NotFoundError
from connector.services.audit import record_act
from connector.services.installation import Installation
from connector.services.known_sources import resources_of, source_named, within
from connector.services.paging import Page, PageRequest, cut_page
from connector.services.review_decisions import decide, new_person
from connector.services.run_contexts import context_of, last_run
from connector.services.sync_orders import put_sync_soon
from connector.store.accounts import PersonLink
from connector.store.dialects import is_one_of
from connector.store.hr import SourceIdentity
from connector.store.people import PersonCard, person_cards
from connector.store.sync_plan import MatchCase
from connector.store.sync_state import RecordState, Source
from connector.sync.correlate import COMPARED
from connector.sync.untangle import mark_pending, move_facts, point_at, states_of, write_again


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
        new = new_person(session, row)
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
    decide(session, actor, case, "separate", None, now)
