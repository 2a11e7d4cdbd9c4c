"""Looking at what is written back: what was, and what each call that waits would send."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, require
from connector.domain.write_back import event_key, steps_of
from connector.errors import ConfigurationError, NotFoundError, PopError
from connector.services.audit import record_act
from connector.services.installation import Installation, SourceConfig
from connector.services.organisations import organisation_id
from connector.services.write_back import OpenWriters, look_at
from connector.services.write_back_events import WRITE_BACK
from connector.services.write_back_state import Place
from connector.services.write_back_step import Decider
from connector.store.sync_state import Source
from connector.store.work import Outbox
from connector.store.written_back import WrittenBack

_OPEN = ("waiting", "leased", "parked")


@dataclass(frozen=True, slots=True)
class WouldSend:
    """One call that waits, or (`act` empty) why nothing would be sent. `reason` is why it failed before."""

    row: int
    state: str
    event: str
    subject: str
    act: str
    values: Mapping[str, Any]
    note: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class WrittenView:
    """A record of theirs that we wrote. `note` says why the last event about it was not sent."""

    source: str
    subject: str
    record: str
    their_id: str | None
    written_at: datetime | None
    note: str | None


def would_send(actor: Actor, installation: Installation, name: str) -> list[WouldSend]:
    """What each waiting or parked row of a source would send, oldest first. Their system is read, never written to."""
    require(actor, Act.SYNC)
    config, employer_id = _source(actor, installation, name)
    with installation.store.read() as session:
        rows = _open_rows(session, name, employer_id)
    found: list[WouldSend] = []
    with OpenWriters(installation) as writers:
        for row in rows:
            found += _shown(actor, installation, config, row, writers)
    return found


def list_written(actor: Actor, installation: Installation, name: str | None = None) -> list[WrittenView]:
    """Every record of theirs that we know, of one source or of all; the newest last."""
    require(actor, Act.READ_RUNS)
    statement = select(Source.name, Source.employer_id, WrittenBack).join(Source, Source.id == WrittenBack.source_id)
    if name is not None:
        statement = statement.where(Source.name == name)
    with installation.store.read() as session:
        rows = session.execute(statement.order_by(WrittenBack.written_at, WrittenBack.id)).all()
        return [
            WrittenView(source, row.object, row.record, row.their_id, row.written_at, row.note)
            for source, employer_id, row in rows
            if actor.is_everywhere or employer_id == actor.employer_id
        ]


def retry_parked(actor: Actor, installation: Installation, name: str) -> int:
    """Try every parked row of a source again, once its login or mapping was mended; gives their number."""
    require(actor, Act.MANAGE)
    _, employer_id = _source(actor, installation, name)
    now = installation.clock()
    with installation.store.begin() as session:
        rows = [row for row in _open_rows(session, name, employer_id) if row.state == "parked"]
        for row in rows:
            row.state, row.attempts, row.due_at = "waiting", 0, now
        if rows:
            record_act(session, actor, "retry_work", f"write_back:{name}", at=now, employer_id=employer_id)
    return len(rows)


def _source(actor: Actor, installation: Installation, name: str) -> tuple[SourceConfig, int]:
    config = installation.sources.get(name)
    if config is None:
        todo = f"Configured are: {', '.join(installation.sources) or 'none'}."
        raise ConfigurationError("there is no such source", where=f"sources.{name}", todo=todo)
    with installation.store.read() as session:
        employer_id = organisation_id(session, config.employer)
    if not (actor.is_everywhere or actor.employer_id == employer_id):
        raise NotFoundError("there is no such source at this employer", where=f"sources.{name}")
    return config, employer_id


def _open_rows(session: Session, name: str, employer_id: int) -> list[Outbox]:
    rows = session.scalars(
        select(Outbox)
        .where(Outbox.kind == WRITE_BACK, Outbox.state.in_(_OPEN), Outbox.employer_id == employer_id)
        .order_by(Outbox.due_at, Outbox.id)
    )
    return [row for row in rows if row.payload["source"] == name]


def _shown(
    actor: Actor, installation: Installation, config: SourceConfig, row: Outbox, writers: OpenWriters
) -> list[WouldSend]:
    payload = row.payload

    def line(act: str = "", values: Mapping[str, Any] | None = None, note: str = "") -> WouldSend:
        event, subject = payload["event"], payload["object"]
        return WouldSend(row.id, row.state, event, subject, act, values or {}, note, row.last_error)

    if not config.write_back:
        return [line(note=f"write_back is off in [sources.{config.name}]: it will be dropped")]
    try:
        looked = look_at(actor, installation, payload, row.employer_id or 0)
        if looked is None:
            return [line(note="a newer event says how it stands")]
        mapping, writer = writers.of(config)
        decider = Decider(mapping, writer, looked.facts, event_key(payload))
        shown = []
        for step in steps_of(mapping.write, payload["event"]):
            place = Place(looked.source_id, payload["object"], step.record, payload["sequence"], "")
            with installation.store.read() as session:
                known = place.remembered(session)
            decision = decider.decide(step, known)
            if decision.call is None or known.sequence >= payload["sequence"]:
                shown.append(line(note=decision.note or "it is there as it should be"))
            else:
                shown.append(line(f"{decision.call.kind}: {writer.told(decision.call)}", decision.call.values))
        return shown
    except PopError as error:
        return [line(note=error.sentence())]
