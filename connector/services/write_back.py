"""Writing back: what waits for a system is sent once, in order, and remembered.

Before a call is made, what it holds is written down. A process that dies after the call finds the record that it made
by the mapping's `find`, and does not make another one.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any

from sqlalchemy import select

from connector.domain.access import Act, Actor, require
from connector.domain.write_back import Step, event_key, steps_of
from connector.errors import ConfigurationError
from connector.outlets.write_back.opened import open_writer
from connector.outlets.write_back.writer import Writer
from connector.services.installation import Installation, SourceConfig
from connector.services.work import Claim
from connector.services.write_back_events import newest_about
from connector.services.write_back_facts import facts_of
from connector.services.write_back_state import BusyError, Place
from connector.services.write_back_step import Decider, Decision
from connector.store.sync_state import Source
from connector.sync.mapping import SystemMapping, read_mapping


@dataclass(slots=True)
class OpenWriters:
    """One writer for each source, opened at first use, so that a beat of work logs in once and keeps to its rate."""

    installation: Installation
    _open: dict[str, tuple[SystemMapping, Writer]] = field(default_factory=dict)

    def __enter__(self) -> OpenWriters:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while self._open:
            self._open.popitem()[1][1].close()

    def of(self, config: SourceConfig) -> tuple[SystemMapping, Writer]:
        """The mapping and the writer of a source; MappingError or ConfigurationError when either is wrong."""
        if config.name not in self._open:
            mapping = read_mapping(self.installation.mappings.find(config.mapping))
            connection = replace(config.connection, options=mapping.connection, limits=mapping.limits)
            writer = open_writer(mapping.protocol, connection, folder=config.write_folder)
            self._open[config.name] = (mapping, writer)
        return self._open[config.name]


def hand_over(actor: Actor, installation: Installation, claim: Claim, writers: OpenWriters) -> None:
    """Send what a claimed row asks. Nothing when a newer row about the same thing is there, or writing is off."""
    require(actor, Act.REACT)
    payload = claim.payload
    config = installation.sources.get(payload["source"])
    if config is None or not config.write_back:
        return
    looked = look_at(actor, installation, payload, claim.employer_id or 0)
    if looked is None:
        return
    mapping, writer = writers.of(config)
    decider = Decider(mapping, writer, looked.facts, event_key(payload))
    for step in steps_of(mapping.write, payload["event"]):
        place = Place(looked.source_id, payload["object"], step.record, payload["sequence"], f"outbox:{claim.id}")
        _carry_out(installation, decider, step, place, payload["event"])


@dataclass(frozen=True, slots=True)
class Looked:
    """The facts of a row, and the source that is written to."""

    source_id: int
    facts: Mapping[str, Any]


def look_at(actor: Actor, installation: Installation, payload: Mapping[str, Any], employer_id: int) -> Looked | None:
    """The facts of a row as they are now; None when a newer row about the same thing says how it stands."""
    require(actor, Act.SYNC, employer_id=employer_id)
    source, subject = payload["source"], payload["object"]
    with installation.store.read() as session:
        newest = newest_about(session, source, subject)
        if newest is not None and newest["sequence"] > payload["sequence"]:
            return None
        found = session.execute(select(Source.id, Source.employer_id).where(Source.name == source)).one_or_none()
        if found is None or found.employer_id != employer_id:
            todo = f"Run `pop sync {source}` first: without it nobody is known by that system's own keys."
            raise ConfigurationError("nothing was read from this source yet", where=f"sources.{source}", todo=todo)
        return Looked(found.id, facts_of(session, installation, found.id, employer_id, payload))


def _carry_out(installation: Installation, decider: Decider, step: Step, place: Place, event: str) -> None:
    known = place.take(installation)
    if known is None:
        return
    try:
        decision = decider.decide(step, known)
        made = _send(installation, decider.writer, decision, place)
    except BaseException:
        with suppress(BusyError):
            place.let_go(installation)
        raise
    values = decision.remembered(event, made)
    if decision.call is not None:
        values["written_at"] = installation.clock()
    place.settle(installation, values)


def _send(installation: Installation, writer: Writer, decision: Decision, place: Place) -> str | None:
    if decision.call is None:
        return None
    place.try_(installation, decision.trying or "")
    return writer.send(decision.call)
