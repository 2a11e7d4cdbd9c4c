"""A person's word on whom a record speaks of: it is this person, or somebody new."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, require
from connector.errors import InputError
from connector.services.audit import record_act
from connector.services.installation import Installation
from connector.services.known_sources import resources_of
from connector.services.review import open_case, state_of_case
from connector.services.run_contexts import context_of
from connector.services.sync_orders import put_sync_soon
from connector.store.hr import Person
from connector.store.sync_plan import MatchCase
from connector.store.sync_state import RecordState, Source
from connector.sync.untangle import UNREAD, end_record, point_at, write_again


def join(actor: Actor, installation: Installation, case_id: int, person_id: int) -> None:
    """The record speaks of this person. A known record that kept its person takes over its new name; one that is
    another person's now leaves the former one as if it had gone."""
    require(actor, Act.MEND)
    now = installation.clock()
    with installation.store.begin() as session:
        case, source = open_case(session, actor, case_id)
        person = session.get(Person, person_id)
        if person is None or person.employer_id != source.employer_id:
            raise InputError("there is no such person at this employer", problems={"person": ["is not known"]})
        decide(session, actor, case, "joined", person_id, now)
        state = state_of_case(session, case)
        if state is not None and state.entity_id != person_id:
            _give_away(session, installation, source, state, person_id, now)
        _read_soon(session, source, case, now)
        record_act(session, actor, "join_record", f"match_case:{case.id}", at=now, employer_id=source.employer_id)


def separate(actor: Actor, installation: Installation, case_id: int) -> None:
    """The record speaks of somebody new. A known record leaves its former person as if it had gone."""
    require(actor, Act.MEND)
    now = installation.clock()
    with installation.store.begin() as session:
        case, source = open_case(session, actor, case_id)
        decide(session, actor, case, "separate", None, now)
        state = state_of_case(session, case)
        if state is not None:
            _give_away(session, installation, source, state, new_person(session, source), now)
        _read_soon(session, source, case, now)
        record_act(session, actor, "separate_record", f"match_case:{case.id}", at=now, employer_id=source.employer_id)


def decide(session: Session, actor: Actor, case: MatchCase, state: str, person_id: int | None, now: datetime) -> None:
    """Keep what was said of a doubt: `joined` with this person, or `separate`."""
    case.state, case.person_id, case.decided_at, case.decided_by = state, person_id, now, actor.account_id
    session.flush()


def new_person(session: Session, source: Source) -> int:
    """Somebody of whom nothing is known yet, at the employer of the source."""
    person = Person(employer_id=source.employer_id)
    session.add(person)
    session.flush()  # its number
    return person.id


def _read_soon(session: Session, source: Source, case: MatchCase, now: datetime) -> None:
    put_sync_soon(session, source.name, source.employer_id, now, resources=[case.resource])


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
