"""Five steps from a source to one person: connection, import, scope, match, action. Nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, require
from connector.errors import NotFoundError, PopError, RecordError
from connector.services.corrections import CorrectionEntry, list_corrections
from connector.services.installation import Installation
from connector.services.known_sources import resources_of, source_named, within
from connector.services.mapping_sources import OpenedSource, opened_source
from connector.services.quarantine import QuarantineEntry, problems_of_record
from connector.services.review import Evidence
from connector.services.run_contexts import context_of
from connector.services.run_plan import FieldLine
from connector.services.told import Told
from connector.services.told_reasons import REASONS
from connector.services.told_stops import STOPS
from connector.sources.reader import Raw, ResourceRequest
from connector.store.hr import SourceIdentity
from connector.store.people import PersonCard, person_cards
from connector.store.sync_plan import MatchCase
from connector.store.sync_state import Change, RecordState, Source
from connector.sync.fetch import Fetcher
from connector.sync.identities import EMPLOYEE_NUMBER
from connector.sync.mapping import Resource
from connector.sync.quarantine import masked
from connector.sync.record_map import column_of
from connector.sync.report import in_both
from connector.sync.retrace import Retraced, find_records, retrace

_HISTORY = 50


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One change of the past; `field` None for the record as a whole."""

    at: datetime
    run: int
    action: str
    field: str | None
    old: Any
    new: Any
    cause: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field of the record, as it came now; without a field, with the record as a whole.
    `column` is what the source calls the field."""

    field: str
    told: tuple[Told, ...]
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """One record and its person, step by step.

    connection  `is_reached` None: the source was not asked; else `connection` says what it answered.
    import      `is_found` None: not asked; `record` is what came, each value masked to its form unless it was asked for
    scope       `is_in_scope` None: unknown
    match       `match`: key | employee_number | evidence | a person | doubt | nobody; `person` and how sure
    action      `action` as connector.sync.retrace names it, None without the record; `changes` field by field

    `stopped` and `faults` say what `connection` and `problems` say in English, in the language of whoever asked.
    """

    source: str
    resource: str
    key: str
    is_reached: bool | None
    connection: str
    is_found: bool | None
    record: dict[str, Any]
    is_in_scope: bool | None
    match: str
    person_id: int | None
    person: PersonCard | None
    confidence: float | None
    evidence: tuple[Evidence, ...]
    open_case: int | None
    action: str | None
    problems: tuple[str, ...]
    changes: tuple[FieldLine, ...]
    waits_for: str | None
    missing_since: date | None
    quarantine: tuple[QuarantineEntry, ...]
    corrections: tuple[CorrectionEntry, ...]
    last_run: int | None
    history: tuple[HistoryLine, ...] = field(default=())
    stopped: Told | None = None
    faults: tuple[Fault, ...] = ()

    @property
    def waits(self) -> bool:
        """Whether a person has to do something before this record comes through."""
        return self.open_case is not None or self.action in ("waits", "quarantine") or bool(self.quarantine)


@dataclass(frozen=True, slots=True)
class _Read:
    """What the source answered, and how far it came."""

    is_reached: bool | None = None
    connection: str = "the source was not asked"
    is_found: bool | None = None
    raw: Raw | None = None
    retraced: Retraced | None = None


def explain(
    actor: Actor, installation: Installation, source: str, key: str, *, live: bool = True, raw: bool = False
) -> Explanation:
    """Follow the record of one person. `live` asks the source (needs the right to sync); without it only what was
    taken over is told. `raw` gives the record as it came: for a terminal, never to be kept."""
    require(actor, Act.SYNC if live else Act.READ_RUNS)
    with installation.store.read() as session:
        row = source_named(session, actor, source)
        people = [one for one in resources_of(session, installation, row.id).values() if one.target == "employee"]
    if not people:
        raise NotFoundError("the mapping of this source reads no people, or cannot be read", where=source)
    read, resource = _Read(), people[0]
    for resource in people:
        read = _read(actor, installation, row, resource, key) if live else _Read()
        if read.is_found or _is_known(installation, row.id, resource, key):
            break
    return _explained(actor, installation, row, resource, key, read, raw=raw)


def records_of(actor: Actor, installation: Installation, employee_number: str) -> list[tuple[str, str]]:
    """(source, key) of every record of whoever has this employee number; NotFoundError when nobody has."""
    require(actor, Act.READ_RUNS)
    with installation.store.read() as session:
        statement = (
            select(SourceIdentity.entity_id)
            .join(Source, Source.id == SourceIdentity.source_id)
            .where(SourceIdentity.target == EMPLOYEE_NUMBER, SourceIdentity.key == employee_number)
        )
        people = set(session.scalars(within(actor, statement)))
        if not people:
            raise NotFoundError("no source says that somebody has this employee number", where="employee number")
        rows = session.execute(
            select(Source.name, SourceIdentity.key)
            .join(Source, Source.id == SourceIdentity.source_id)
            .where(SourceIdentity.target == "employee", SourceIdentity.entity_id.in_(people))
            .order_by(SourceIdentity.id)
        )
        return [(row.name, row.key) for row in rows]


def _read(actor: Actor, installation: Installation, row: Source, resource: Resource, key: str) -> _Read:
    try:
        with opened_source(actor, installation, row.name) as opened:
            opened.reader.probe(ResourceRequest(resource.name, resource.read))
            fetcher = Fetcher(opened.mapping, opened.reader, opened.today)
            raws = find_records(fetcher, opened.mapping, resource, key)
            if not raws:
                return _Read(True, "it answers, and this list may be read", False)
            return _Read(
                True,
                "it answers, and this list may be read",
                True,
                raws[0],
                _retraced(installation, row, opened, resource, key, raws),
            )
    except PopError as error:
        return _Read(False, error.sentence())


def _retraced(
    installation: Installation, row: Source, opened: OpenedSource, resource: Resource, key: str, raws: list[Raw]
) -> Retraced:
    with installation.store.read() as session:
        context = context_of(session, installation, session.get_one(Source, row.id), is_first=False)
        try:
            return retrace(session, context, opened.mapping, resource, key, raws)
        finally:
            session.rollback()


def _is_known(installation: Installation, source_id: int, resource: Resource, key: str) -> bool:
    with installation.store.read() as session:
        return _state(session, source_id, resource.name, key) is not None


def _state(session: Session, source_id: int, resource: str, key: str) -> RecordState | None:
    same = (RecordState.source_id == source_id, RecordState.resource == resource, RecordState.key == key)
    return session.scalar(select(RecordState).where(*same))


def _case(session: Session, source_id: int, resource: str, key: str) -> MatchCase | None:
    same = (MatchCase.source_id == source_id, MatchCase.resource == resource, MatchCase.key == key)
    return session.scalar(select(MatchCase).where(*same))


def _explained(
    actor: Actor, installation: Installation, row: Source, resource: Resource, key: str, read: _Read, *, raw: bool
) -> Explanation:
    problems = problems_of_record(actor, installation, row.name, resource.name, key)
    corrections = [
        entry
        for entry in list_corrections(actor, installation, row.name)
        if (entry.resource, entry.key) == (resource.name, key)
    ]
    with installation.store.read() as session:
        state = _state(session, row.id, resource.name, key)
        case = _case(session, row.id, resource.name, key)
        how, person_id, found = _match(state, case, read.retraced)
        history = _history(session, state)
        cards = person_cards(session, row.employer_id, installation.today(), person_ids={person_id or 0})
    retraced = read.retraced
    columns = {rule.name: column_of(rule) for rule in resource.rules}
    record = (read.raw if raw else masked(read.raw)) if read.raw is not None else {}
    return Explanation(
        source=row.name,
        resource=resource.name,
        key=key,
        is_reached=read.is_reached,
        connection=read.connection,
        is_found=read.is_found,
        record=record,
        is_in_scope=None if retraced is None else retraced.action != "out_of_scope",
        match=how,
        person_id=person_id,
        person=cards.get(person_id or 0),
        confidence=found.get("confidence"),
        evidence=tuple(Evidence(kind, weight) for kind, weight in found.get("evidence", ())),
        open_case=case.id if case is not None and case.state == "open" else None,
        action=retraced.action if retraced else None,
        problems=tuple(_problem(error, columns.get(error.field)) for error in (retraced.errors if retraced else ())),
        changes=tuple(
            FieldLine(one.field, one.old, one.new, one.cause)
            for one in (retraced.changes if retraced else ())
            if one.field
        ),
        waits_for=state.waits_for if state else None,
        missing_since=state.missing_since if state else None,
        quarantine=problems,
        corrections=tuple(corrections),
        last_run=history[0].run if history else None,
        history=history,
        stopped=STOPS.within(read.connection, actor.language) if read.is_reached is False else None,
        faults=tuple(
            Fault(error.field, REASONS.each(error.reason, actor.language), columns.get(error.field))
            for error in (retraced.errors if retraced else ())
        ),
    )


def _problem(error: RecordError, column: str | None) -> str:
    named = RecordError(error.reason, field=in_both(error.field, column), kind=error.kind)
    return named.sentence()


def _match(
    state: RecordState | None, case: MatchCase | None, retraced: Retraced | None
) -> tuple[str, int | None, Mapping[str, Any]]:
    """How the record was, or would be, found to be somebody: with the best evidence, where that decided or not."""
    if case is not None and case.state == "open":
        return "doubt", state.entity_id if state else None, case.candidates[0] if case.candidates else {}
    if state is not None and state.entity_id is not None:
        return ("a person" if case is not None else "key"), state.entity_id, {}
    if retraced is not None and retraced.match is not None:
        return str(retraced.match["by"]), retraced.person_id, retraced.match
    if retraced is not None and retraced.candidates:
        return "doubt", None, retraced.candidates[0]
    return "nobody", None, {}


def _history(session: Session, state: RecordState | None) -> tuple[HistoryLine, ...]:
    if state is None:
        return ()
    rows = session.scalars(
        select(Change).where(Change.record_id == state.id).order_by(Change.id.desc()).limit(_HISTORY)
    )
    return tuple(HistoryLine(row.at, row.run_id, row.action, row.field, row.old, row.new, row.cause) for row in rows)
